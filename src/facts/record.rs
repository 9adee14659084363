//! How a row of the domain becomes a row of a Parquet file and comes back: the trait, and columns by name.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, PrimitiveArray, RecordBatch, StringArray,
    TimestampSecondArray, UInt32Array, UInt64Array,
};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Field, Float64Type, Schema, SchemaRef, TimeUnit, TimestampSecondType,
    UInt32Type, UInt64Type,
};
use datafusion::error::DataFusionError;
use jiff::civil::{Date, DateTime};

use super::WarehouseError;
use super::days::{date_of, day_number, moment_of, second_number};
use crate::domain::TableName;

/// The column that holds a row's key: rows of a later upload replace those of an earlier one with the same key.
pub(super) const ROW_KEY: &str = "row_key";

/// A row of a table.
pub(super) trait Record: Sized {
    /// The table.
    const TABLE: TableName;
    /// Whether several rows of one upload may share an identity, and are then told apart by their order.
    const REPEATS: bool;
    /// Whether rows that say the same may be several events, told apart by what the table does not hold.
    const EVENTS: bool = false;

    /// The columns: name, type, whether a row may lack it.
    const COLUMNS: &'static [(&'static str, Column, bool)];

    /// The columns of some rows, in the order of `COLUMNS`.
    fn encode(rows: &[Self]) -> Vec<ArrayRef>;

    /// The rows of a batch.
    fn decode(columns: &Columns<'_>) -> Result<Vec<Self>, WarehouseError>;

    /// What makes the row the same row in another file.
    fn identity(&self) -> u64;

    /// All that it says, as a hash.
    fn fingerprint(&self) -> u64;

    /// Its day, where it has one.
    fn day(&self) -> Option<Date>;
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Text.
    Text,
    /// A number.
    Real,
    /// A small whole number.
    Count,
    /// A moment on the company's wall clock, to the second.
    Moment,
    /// A day.
    Day,
}

/// The schema of a table's files.
pub(super) fn schema<R: Record>() -> SchemaRef {
    let mut fields: Vec<Field> = R::COLUMNS
        .iter()
        .map(|(name, column, nullable)| {
            let kind = match column {
                Column::Text => DataType::Utf8,
                Column::Real => DataType::Float64,
                Column::Count => DataType::UInt32,
                Column::Moment => DataType::Timestamp(TimeUnit::Second, None),
                Column::Day => DataType::Date32,
            };
            Field::new(*name, kind, *nullable)
        })
        .collect();
    fields.push(Field::new(ROW_KEY, DataType::UInt64, false));
    Arc::new(Schema::new(fields))
}

/// A batch of some rows with their keys.
pub(super) fn batch<R: Record>(rows: &[R], keys: &[u64]) -> Result<RecordBatch, WarehouseError> {
    let mut columns = R::encode(rows);
    columns.push(Arc::new(UInt64Array::from_iter_values(keys.iter().copied())));
    Ok(RecordBatch::try_new(schema::<R>(), columns)?)
}

/// A column of texts.
pub(super) fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

/// A column of texts that may be missing.
pub(super) fn optional_texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

/// A column of numbers.
pub(super) fn reals(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

/// A column of numbers that may be missing.
pub(super) fn optional_reals(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

/// A column of small whole numbers.
pub(super) fn counts(values: impl Iterator<Item = u32>) -> ArrayRef {
    Arc::new(UInt32Array::from_iter_values(values))
}

/// A column of moments.
pub(super) fn moments(values: impl Iterator<Item = Option<DateTime>>) -> ArrayRef {
    Arc::new(values.map(|at| at.map(second_number)).collect::<TimestampSecondArray>())
}

/// A column of days.
pub(super) fn dates(values: impl Iterator<Item = Date>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(values.map(day_number)))
}

/// The columns of a batch by name.
pub(super) struct Columns<'a>(pub(super) &'a RecordBatch);

impl<'a> Columns<'a> {
    /// How many rows.
    pub(super) fn rows(&self) -> usize {
        self.0.num_rows()
    }

    fn column(&self, name: &str) -> Result<&'a ArrayRef, WarehouseError> {
        self.0.column_by_name(name).ok_or_else(|| missing(name))
    }

    fn primitive<T: ArrowPrimitiveType>(&self, name: &str) -> Result<&'a PrimitiveArray<T>, WarehouseError> {
        self.column(name)?.as_primitive_opt::<T>().ok_or_else(|| missing(name))
    }

    /// A column of texts.
    pub(super) fn text(&self, name: &str) -> Result<&'a StringArray, WarehouseError> {
        self.column(name)?.as_string_opt::<i32>().ok_or_else(|| missing(name))
    }

    /// A column of numbers.
    pub(super) fn real(&self, name: &str) -> Result<&'a PrimitiveArray<Float64Type>, WarehouseError> {
        self.primitive(name)
    }

    /// A column of small whole numbers.
    pub(super) fn count(&self, name: &str) -> Result<&'a PrimitiveArray<UInt32Type>, WarehouseError> {
        self.primitive(name)
    }

    /// A column of moments, as seconds.
    pub(super) fn second(&self, name: &str) -> Result<&'a PrimitiveArray<TimestampSecondType>, WarehouseError> {
        self.primitive(name)
    }

    /// A column of days, as numbers.
    pub(super) fn day(&self, name: &str) -> Result<&'a PrimitiveArray<Date32Type>, WarehouseError> {
        self.primitive(name)
    }

    /// The keys of the rows.
    pub(super) fn keys(&self) -> Result<&'a PrimitiveArray<UInt64Type>, WarehouseError> {
        self.primitive(ROW_KEY)
    }
}

fn missing(name: &str) -> WarehouseError {
    DataFusionError::Execution(format!("a stored file has no proper column {name}")).into()
}

/// A text of a column, owned; `None` where it is missing.
pub(super) fn owned(column: &StringArray, at: usize) -> Option<String> {
    column.is_valid(at).then(|| column.value(at).to_owned())
}

/// A number of a column; `None` where it is missing.
pub(super) fn real_at(column: &Float64Array, at: usize) -> Option<f64> {
    column.is_valid(at).then(|| column.value(at))
}

/// A moment of a column; `None` where it is missing.
pub(super) fn moment_at(column: &TimestampSecondArray, at: usize) -> Option<DateTime> {
    column.is_valid(at).then(|| moment_of(column.value(at)))
}

/// A day of a column.
pub(super) fn date_at(column: &Date32Array, at: usize) -> Date {
    date_of(column.value(at))
}
