//! Tables in memory, ready to be measured: names as numbers, days with their week and month, amounts worked out.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, RecordBatch, UInt32Array};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::datasource::MemTable;
use jiff::civil::Weekday;

use super::WarehouseError;
use super::codes::{Codes, NONE};
use super::days::{WEEKDAYS, month_floor, week_floor, weekday_of};
use crate::domain::Dimension;

/// How many batches run at once; the figures are small, and other work shares the machine.
pub(super) const PARTITIONS: usize = 2;
const BATCH: usize = 32_768;

/// A table in memory.
#[derive(Debug)]
pub(super) struct FactTable {
    /// What DataFusion reads.
    pub(super) provider: Arc<MemTable>,
    /// The same rows in one piece.
    pub(super) batch: RecordBatch,
    /// The names behind the numbers of a dimension's column.
    pub(super) codes: BTreeMap<Dimension, Codes>,
    /// Other ways to write a product: id and name.
    pub(super) product_ids: Codes,
    /// Orders' ids, by the numbers of the column `order`; empty for other tables.
    pub(super) order_ids: Codes,
}

/// Columns that are being put together.
#[derive(Default)]
pub(super) struct Builder {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    codes: BTreeMap<Dimension, Codes>,
}

impl Builder {
    fn add(&mut self, name: &str, column: ArrayRef) {
        self.fields.push(Field::new(name, column.data_type().clone(), true));
        self.columns.push(column);
    }

    /// A column of numbers of names, which is no dimension.
    pub(super) fn numbers(&mut self, name: &str, values: impl Iterator<Item = u32>) {
        let column: UInt32Array = values.map(|value| (value != NONE).then_some(value)).collect();
        self.add(name, Arc::new(column));
    }

    /// A column to group and filter by.
    pub(super) fn dimension(&mut self, dimension: Dimension, codes: Codes, values: impl Iterator<Item = u32>) {
        self.numbers(dimension.name(), values);
        self.codes.insert(dimension, codes);
    }

    /// A column to add up; rows without a value do not count.
    pub(super) fn amounts(&mut self, name: &str, values: impl Iterator<Item = Option<f64>>) {
        self.add(name, Arc::new(values.collect::<Float64Array>()));
    }

    /// Any other column.
    pub(super) fn column(&mut self, name: &str, column: ArrayRef) {
        self.add(name, column);
    }

    /// Days with their week, month and day of the week.
    pub(super) fn days(&mut self, days: &[i32], week_start: Weekday) {
        let date = |values: Vec<i32>| Arc::new(Date32Array::from(values)) as ArrayRef;
        self.add("day", date(days.to_vec()));
        self.add("week", date(days.iter().map(|day| week_floor(*day, week_start)).collect()));
        // Months of neighbours are mostly the same, and working one out takes many steps.
        let mut last = (i32::MIN, i32::MIN);
        let months = days.iter().map(|day| {
            if last.0 != *day {
                last = (*day, month_floor(*day));
            }
            last.1
        });
        let months = months.collect();
        self.add("month", date(months));
        self.dimension(Dimension::Weekday, Codes::of(&WEEKDAYS), days.iter().map(|day| weekday_of(*day)));
    }

    /// The table.
    pub(super) fn build(self, product_ids: Codes, order_ids: Codes) -> Result<FactTable, WarehouseError> {
        let schema = Arc::new(Schema::new(self.fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), self.columns)?;
        let rows = batch.num_rows();
        let share = rows.div_ceil(PARTITIONS).max(1);
        let mut partitions = vec![Vec::new(); PARTITIONS];
        for (number, partition) in partitions.iter_mut().enumerate() {
            let (mut at, end) = (number * share, ((number + 1) * share).min(rows));
            while at < end {
                let length = BATCH.min(end - at);
                partition.push(batch.slice(at, length));
                at += length;
            }
        }
        let provider = Arc::new(MemTable::try_new(schema, partitions)?);
        Ok(FactTable { provider, batch, codes: self.codes, product_ids, order_ids })
    }
}
