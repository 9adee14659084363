//! Who bought what, taken from the order lines in memory.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{Float64Type, Int64Type, UInt32Type};
use datafusion::error::DataFusionError;

use super::WarehouseError;
use super::codes::{Codes, NONE};
use super::days::moment_of;
use super::fact_table::FactTable;
use crate::domain::{Dimension, Purchases};

/// Numbers of a larger list as numbers of the list of those that occur.
struct Dense<'a> {
    codes: &'a Codes,
    numbers: Vec<u32>,
    names: Vec<String>,
}

impl<'a> Dense<'a> {
    fn new(codes: &'a Codes) -> Self {
        Self { codes, numbers: vec![NONE; codes.names().len()], names: Vec::new() }
    }

    fn number(&mut self, code: u32) -> u32 {
        let Some(number) = usize::try_from(code).ok().and_then(|at| self.numbers.get_mut(at)) else {
            return NONE;
        };
        if *number == NONE {
            *number = u32::try_from(self.names.len()).unwrap_or(NONE);
            self.names.push(self.codes.name(code).to_owned());
        }
        *number
    }
}

/// The lines that are no returns.
pub(super) fn purchases(table: &FactTable) -> Result<Purchases, WarehouseError> {
    from_batch(&table.batch, table)
        .ok_or_else(|| DataFusionError::Execution("the order lines lack a column".to_owned()).into())
}

fn from_batch(batch: &RecordBatch, table: &FactTable) -> Option<Purchases> {
    let numbers = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<UInt32Type>();
    let amounts = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<Float64Type>();
    let (orders, customers, products) = (numbers("order")?, numbers("customer")?, numbers("product_id")?);
    let (quantities, amounts) = (amounts("quantity")?, amounts("amount")?);
    let seconds = batch.column_by_name("second")?.as_primitive_opt::<Int64Type>()?;
    let mut customer_numbers = Dense::new(table.codes.get(&Dimension::Customer)?);
    let (mut product_numbers, mut order_numbers) = (Dense::new(&table.product_ids), Dense::new(&table.order_ids));
    let mut purchases = Purchases::default();
    for at in (0..batch.num_rows()).filter(|at| quantities.value(*at) > 0.0) {
        purchases.customer.push(if customers.is_valid(at) {
            customer_numbers.number(customers.value(at))
        } else {
            u32::MAX
        });
        purchases.product.push(product_numbers.number(products.value(at)));
        purchases.order.push(order_numbers.number(orders.value(at)));
        purchases.quantity.push(quantities.value(at) as f32);
        purchases.amount.push(amounts.value(at) as f32);
        purchases.at.push(moment_of(seconds.value(at)));
    }
    purchases.customers = customer_numbers.names;
    purchases.products = product_numbers.names;
    purchases.orders = order_numbers.names;
    Some(purchases)
}
