//! Order lines in memory, joined with their products, oldest first. What needs a customer's history (which order it
//! was, where the customer was new) is worked out here, once, so that figures of any period only count.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, Int64Array, RecordBatch, StringArray};
use jiff::civil::Weekday;

use super::WarehouseError;
use super::codes::{Codes, NONE};
use super::days::day_of_second;
use super::fact_table::{Builder, FactTable};
use super::record::Columns;
use crate::domain::{Dimension, Product};

/// The columns of the files that are read.
pub(super) const COLUMNS: &[&str] =
    &["order_id", "customer_id", "product_id", "quantity", "unit_price", "ordered_at", "channel", "region", "row_key"];

/// The lines as they lie in the files.
#[derive(Default)]
struct Lines {
    order: Vec<u32>,
    customer: Vec<u32>,
    product: Vec<u32>,
    channel: Vec<u32>,
    region: Vec<u32>,
    quantity: Vec<f64>,
    amount: Vec<f64>,
    second: Vec<i64>,
}

#[derive(Default)]
struct Names {
    orders: Codes,
    customers: Codes,
    products: Codes,
    channels: Codes,
    regions: Codes,
}

/// What is known of a product by its number.
struct Joined {
    name: Vec<u32>,
    category: Vec<u32>,
    cost: Vec<Option<f64>>,
    names: Codes,
    categories: Codes,
}

fn value(column: &StringArray, at: usize) -> Option<&str> {
    column.is_valid(at).then(|| column.value(at))
}

impl Lines {
    fn read(batches: &[RecordBatch]) -> Result<(Self, Names), WarehouseError> {
        let (mut lines, mut names) = (Self::default(), Names::default());
        for batch in batches {
            let columns = Columns(batch);
            let (order, customer) = (columns.text("order_id")?, columns.text("customer_id")?);
            let (product, channel) = (columns.text("product_id")?, columns.text("channel")?);
            let (region, second) = (columns.text("region")?, columns.second("ordered_at")?);
            let (quantity, price) = (columns.real("quantity")?, columns.real("unit_price")?);
            for at in 0..batch.num_rows() {
                lines.order.push(names.orders.number(order.value(at)));
                lines.customer.push(names.customers.optional(value(customer, at)));
                lines.product.push(names.products.number(product.value(at)));
                lines.channel.push(names.channels.optional(value(channel, at)));
                lines.region.push(names.regions.optional(value(region, at)));
                lines.quantity.push(quantity.value(at));
                lines.amount.push(quantity.value(at) * price.value(at));
                lines.second.push(second.value(at));
            }
        }
        Ok((lines, names))
    }
}

impl Joined {
    fn new(products: &Codes, known: &[Product]) -> Self {
        let by_id: HashMap<&str, &Product> =
            known.iter().map(|product| (product.product_id.as_str(), product)).collect();
        let (mut names, mut categories) = (Codes::default(), Codes::default());
        let (mut name, mut category, mut cost) = (Vec::new(), Vec::new(), Vec::new());
        for id in products.names() {
            let product = by_id.get(id.as_str());
            name.push(names.number(product.map_or(id.as_str(), |product| product.name.as_str())));
            category.push(categories.optional(product.and_then(|product| product.category.as_deref())));
            cost.push(product.and_then(|product| product.cost));
        }
        Self { name, category, cost, names, categories }
    }
}

/// A code as a place in a list.
fn place(code: u32) -> usize {
    usize::try_from(code).unwrap_or(usize::MAX)
}

/// For each line in the order of time: how many orders its customer had made by then (0 for returns and unknown
/// customers), and whether it stands for a new customer. One line stands for each customer: the dearest one of the first
/// day of their first order, so that new customers add up over days and over members of any dimension.
fn histories(lines: &Lines, by_time: &[u32], names: &Names) -> (Vec<u32>, Vec<bool>) {
    let mut orders_of = vec![0_u32; names.customers.names().len()];
    let mut ordinal_of = HashMap::with_capacity(names.orders.names().len());
    let mut first_day = vec![i32::MIN; names.customers.names().len()];
    let mut dearest: Vec<Option<(f64, usize)>> = vec![None; names.customers.names().len()];
    let mut made_so_far = Vec::with_capacity(by_time.len());
    for (rank, at) in by_time.iter().enumerate() {
        let at = place(*at);
        let customer = lines.customer[at];
        if customer == NONE || lines.quantity[at] <= 0.0 {
            made_so_far.push(0);
            continue;
        }
        let (customer, day) = (place(customer), day_of_second(lines.second[at]));
        let ordinal = *ordinal_of.entry((lines.order[at], customer)).or_insert_with(|| {
            orders_of[customer] += 1;
            orders_of[customer]
        });
        // An order may go on after the customer's next one began.
        made_so_far.push(orders_of[customer]);
        if dearest[customer].is_none() {
            first_day[customer] = day;
        }
        let is_dearer = dearest[customer].is_none_or(|(amount, _)| lines.amount[at] > amount);
        if ordinal == 1 && day == first_day[customer] && is_dearer {
            dearest[customer] = Some((lines.amount[at], rank));
        }
    }
    let mut is_first = vec![false; by_time.len()];
    for (_, rank) in dearest.into_iter().flatten() {
        is_first[rank] = true;
    }
    (made_so_far, is_first)
}

/// Puts the table together.
pub(super) fn build(
    batches: &[RecordBatch],
    products: &[Product],
    week_start: Weekday,
) -> Result<FactTable, WarehouseError> {
    let (lines, names) = Lines::read(batches)?;
    let mut by_time: Vec<u32> = (0..u32::try_from(lines.order.len()).unwrap_or(u32::MAX)).collect();
    by_time.sort_by_key(|at| (lines.second[place(*at)], lines.order[place(*at)], *at));
    let (made_so_far, is_first) = histories(&lines, &by_time, &names);
    let joined = Joined::new(&names.products, products);
    let line = || by_time.iter().map(|at| place(*at));
    let sold = |at: usize| lines.quantity[at] > 0.0;

    let mut table = Builder::default();
    let days: Vec<i32> = line().map(|at| day_of_second(lines.second[at])).collect();
    table.days(&days, week_start);
    table.column("second", Arc::new(line().map(|at| lines.second[at]).collect::<Int64Array>()));
    table.numbers("order", line().map(|at| lines.order[at]));
    table.numbers("sold_order", line().map(|at| if sold(at) { lines.order[at] } else { NONE }));
    table.numbers("buyer", line().map(|at| if sold(at) { lines.customer[at] } else { NONE }));
    let repeat = line().zip(&made_so_far).map(|(at, made)| if *made > 1 { lines.customer[at] } else { NONE });
    table.numbers("repeat_buyer", repeat);
    table.numbers("first", is_first.iter().map(|first| if *first { 1 } else { NONE }));
    table.numbers("product_id", line().map(|at| lines.product[at]));
    table.amounts("quantity", line().map(|at| Some(lines.quantity[at])));
    table.amounts("returned", line().map(|at| (!sold(at)).then_some(-lines.quantity[at])));
    table.amounts("amount", line().map(|at| Some(lines.amount[at])));
    let margin =
        |at: usize| joined.cost[place(lines.product[at])].map(|cost| lines.amount[at] - lines.quantity[at] * cost);
    table.amounts("margin", line().map(margin));
    let category = line().map(|at| joined.category[place(lines.product[at])]);
    table.dimension(Dimension::Category, joined.categories, category);
    table.dimension(Dimension::Product, joined.names, line().map(|at| joined.name[place(lines.product[at])]));
    table.dimension(Dimension::Customer, names.customers, line().map(|at| lines.customer[at]));
    table.dimension(Dimension::Channel, names.channels, line().map(|at| lines.channel[at]));
    table.dimension(Dimension::Region, names.regions, line().map(|at| lines.region[at]));
    table.build(names.products, names.orders)
}
