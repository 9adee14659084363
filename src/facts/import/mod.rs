//! Brings files in: guesses what they hold, shows the guess, imports what is sound and lists the rest. Decides nothing
//! about the company's figures.

mod run;
mod rules;
mod guess;
mod fields;
mod inspect;
mod convert;
mod cells;
mod not_products;
mod derive;
mod rejected;
mod source;
mod delimited;
mod lines;
mod charset;
mod moments;
mod numbers;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::domain::{Confidence, DateRange, TableName};

pub use charset::Charset;
pub use guess::ColumnGuess;
pub use inspect::Personal;
pub use moments::DayOrder;
pub use numbers::Decimal;
pub use rejected::RejectedRow;
pub use source::FileFormat;

/// Which column each field is taken from, and how cells are written where that is to be said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Columns by field.
    pub fields: BTreeMap<String, String>,
    /// Which comes first in 3/4/2025; found out where it is not said.
    #[serde(default)]
    pub day_order: Option<DayOrder>,
    /// The decimal sign; found out where it is not said.
    #[serde(default)]
    pub decimal: Option<Decimal>,
}

impl Mapping {
    /// Takes a field from a column. A column that is given to one field is taken from another that it was guessed for.
    pub fn take(&mut self, field: &str, column: &str) {
        self.fields.retain(|_, taken| taken != column);
        self.fields.insert(field.to_owned(), column.to_owned());
    }

    /// The field that a column is taken for.
    #[must_use]
    pub fn field_of(&self, column: &str) -> Option<&str> {
        self.fields.iter().find(|(_, taken)| *taken == column).map(|(field, _)| field.as_str())
    }
}

/// The fields of a table, in their order.
pub fn field_names(table: TableName) -> impl Iterator<Item = &'static str> {
    fields::of(table).iter().map(|field| field.name)
}

/// The field of a table that somebody's words name, whatever their case, spaces and signs: by its name, or by what it is
/// often called.
#[must_use]
pub fn field_called(table: TableName, words: &str) -> Option<&'static str> {
    let wanted = guess::plain(words);
    let fields = fields::of(table);
    let named = fields.iter().find(|field| guess::plain(field.name) == wanted);
    let called = || fields.iter().find(|field| field.synonyms().any(|synonym| synonym == wanted));
    named.or_else(called).map(|field| field.name)
}

/// How to import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// The company's time zone, into which moments that name an offset are turned. Moments without one are the
    /// company's wall clock already.
    pub zone: Option<TimeZone>,
    /// Reads and counts everything, and keeps nothing.
    pub dry_run: bool,
    /// Keeps order lines that are identical in every cell, time and all. A till that scans an item twice writes such
    /// lines; an export that runs twice does too, so that without this they are set aside.
    pub keep_identical: bool,
    /// The hash of the content that was looked at before; another content is refused.
    pub expected: Option<String>,
    /// Where the file came from, in the list of uploads; its name where this is not said.
    pub source: Option<String>,
}

/// What a file seems to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The file.
    pub path: PathBuf,
    /// The hash of its content.
    pub sha256: String,
    /// How it is written.
    pub format: FileFormat,
    /// The table it seems to be, or the one that was named.
    pub table: TableName,
    /// How sure that is; 1 where it was named.
    pub table_confidence: Confidence,
    /// What each column is taken for.
    pub columns: Vec<ColumnGuess>,
    /// The first five rows.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are.
    pub row_count: u64,
    /// The decimal sign.
    pub decimal: Decimal,
    /// Which comes first in 3/4/2025, where there are such days; and whether the rows leave no doubt.
    pub day_order: Option<(DayOrder, bool)>,
    /// Fields that the table needs and no column was found for.
    pub missing: Vec<String>,
}

impl Preview {
    /// The column that is named, as it is written in the file or whatever the case; or by its place, as in `#3`.
    #[must_use]
    pub fn column_called(&self, said: &str) -> Option<&str> {
        let find = |fits: &dyn Fn(&str) -> bool| {
            self.columns.iter().map(|guess| guess.column.as_str()).find(|column| fits(column))
        };
        let placed = || {
            let place = said.strip_prefix('#')?.parse::<usize>().ok()?;
            self.columns.get(place.checked_sub(1)?).map(|guess| guess.column.as_str())
        };
        let lower = said.trim().to_lowercase();
        find(&|column| column == said).or_else(placed).or_else(|| find(&|column| column.trim().to_lowercase() == lower))
    }

    /// The fields that the table needs and a mapping takes from no column.
    #[must_use]
    pub fn missing_in(&self, mapping: &Mapping) -> Vec<&'static str> {
        guess::missing(self.table, &|name| mapping.fields.get(name).is_some_and(|column| !column.is_empty()))
    }

    /// The guess as a mapping.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        let named = self.columns.iter().filter_map(|guess| Some((guess.field.clone()?, guess.column.clone())));
        Mapping {
            fields: named.collect(),
            day_order: self.day_order.map(|(order, _)| order),
            decimal: Some(self.decimal),
        }
    }
}

/// What became of the lines of a text file: `lines` are `header`, blank ones, `continued`, and one for each row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCounts {
    /// All lines.
    pub lines: u64,
    /// Lines of the header.
    pub header: u64,
    /// Lines with nothing on them.
    pub blank: u64,
    /// Rows that run over several lines.
    pub long_rows: u64,
    /// The lines of those rows beyond their first.
    pub continued: u64,
    /// Rows with a quotation mark that nothing closes, which is then read as any other character.
    pub stray_marks: u64,
    /// Lines with bytes that are no UTF-8, which are read as Western European.
    pub mended: u64,
    /// Whether the file ends in the middle of a line.
    pub is_cut: bool,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The upload; missing where nothing was added.
    pub upload: Option<String>,
    /// The upload that brought the same content before, where one did. Then nothing was added.
    pub already: Option<String>,
    /// The table.
    pub table: TableName,
    /// Rows read.
    pub read: u64,
    /// What became of the file's lines, where it has some.
    pub lines: Option<LineCounts>,
    /// Rows kept.
    pub kept: u64,
    /// Of the rows kept, those that replace a row of an earlier upload.
    pub replaced: u64,
    /// Rows that could not be read, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Rows that could be read and are no facts of the table, by reason.
    pub set_aside: BTreeMap<String, u64>,
    /// Some of both.
    pub examples: Vec<RejectedRow>,
    /// All of both.
    pub rejected_file: Option<PathBuf>,
    /// First and last day.
    pub days: Option<DateRange>,
    /// Sum of quantity × unit price over the order lines kept.
    pub revenue: Option<f64>,
    /// Order lines kept that are returns.
    pub returns: u64,
    /// Order lines kept whose customer is not known.
    pub without_customer: u64,
    /// Products made from the order lines.
    pub derived_products: u64,
}
