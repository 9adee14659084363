//! The cells of one row by the names of fields, read as what the field is; and why a row is not kept.

use csv::StringRecord;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::moments::{self, DayOrder};
use super::numbers::{self, Decimal};
use crate::facts::hash::Hash;

/// Why a row is not kept. Those that cannot be read are rejected; those that can, but are no facts of the table, are
/// set aside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Another number of cells than the header.
    WrongCells,
    /// A quotation mark that nothing closes, in a row with another number of cells than the header.
    StrayMark,
    /// The line is no JSON.
    NotJson(&'static str),
    /// A field that the table needs is empty.
    Missing(&'static str),
    /// A number was wanted.
    NotANumber(&'static str),
    /// A day was wanted.
    NotADate(&'static str),
    /// An act that has no name here.
    UnknownKind,
    /// The table's key occurs twice in the file, with different rows.
    SameKey,
    /// A fee, a correction or a test.
    NotAProduct,
    /// Nothing was sold.
    ZeroQuantity,
    /// Nothing was paid.
    ZeroPrice,
    /// A correction of accounts.
    NegativePrice,
    /// A cancelled order that adds items.
    CancelledPositive,
    /// All cells are those of an earlier line.
    Identical,
    /// All cells that are used are those of an earlier line, and the table has room for one such row.
    SaysTheSame,
}

impl Reason {
    /// Whether the row could be read.
    pub(super) fn is_set_aside(&self) -> bool {
        matches!(
            self,
            Reason::NotAProduct
                | Reason::ZeroQuantity
                | Reason::ZeroPrice
                | Reason::NegativePrice
                | Reason::CancelledPositive
                | Reason::Identical
                | Reason::SaysTheSame
        )
    }

    /// The reason in words, as in the list of rejected rows.
    pub(super) fn words(&self) -> String {
        match self {
            Reason::WrongCells => "another number of cells than the header".to_owned(),
            Reason::StrayMark => "a quotation mark that nothing closes".to_owned(),
            Reason::NotJson(what) => (*what).to_owned(),
            Reason::Missing(field) => format!("{field} is missing"),
            Reason::NotANumber(field) => format!("{field} is no number"),
            Reason::NotADate(field) => format!("{field} is no date"),
            Reason::UnknownKind => "kind is unknown".to_owned(),
            Reason::SameKey => "the key occurs twice in the file".to_owned(),
            Reason::NotAProduct => "not a product".to_owned(),
            Reason::ZeroQuantity => "quantity is zero".to_owned(),
            Reason::ZeroPrice => "price is zero".to_owned(),
            Reason::NegativePrice => "price is negative".to_owned(),
            Reason::CancelledPositive => "a cancelled order with a positive quantity".to_owned(),
            Reason::Identical => "identical to an earlier line".to_owned(),
            Reason::SaysTheSame => "the same as an earlier line in every column that is used".to_owned(),
        }
    }
}

/// Where a field is found and how it is written.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) field: &'static str,
    pub(super) column: usize,
    pub(super) order: DayOrder,
    pub(super) decimal: Decimal,
    /// Days are a spreadsheet's numbers.
    pub(super) serial: bool,
}

/// Where everything is found.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) places: Vec<Place>,
    pub(super) zone: Option<TimeZone>,
}

impl Layout {
    fn place(&self, field: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.field == field)
    }

    /// Whether a field has a column.
    pub(super) fn has(&self, field: &str) -> bool {
        self.place(field).is_some()
    }
}

/// One row.
pub(super) struct Cells<'a> {
    pub(super) layout: &'a Layout,
    pub(super) record: &'a StringRecord,
}

impl<'a> Cells<'a> {
    /// A hash of every cell, whether it is used or not.
    pub(super) fn hash(&self) -> u64 {
        self.record.iter().fold(Hash::new(), Hash::text).finish()
    }

    /// A cell as it is written, without blanks around; `None` where it is empty.
    pub(super) fn raw(&self, field: &str) -> Option<&'a str> {
        let text = self.record.get(self.layout.place(field)?.column)?.trim();
        (!text.is_empty() && !is_null(text)).then_some(text)
    }

    /// A text.
    pub(super) fn text(&self, field: &str) -> Option<String> {
        self.raw(field).map(str::to_owned)
    }

    /// A text that must be there.
    pub(super) fn required(&self, field: &'static str) -> Result<String, Reason> {
        self.text(field).ok_or(Reason::Missing(field))
    }

    /// What names a thing. Spreadsheets turn 13085 into 13085.0.
    pub(super) fn id(&self, field: &str) -> Option<String> {
        let text = self.raw(field)?;
        let whole = text.strip_suffix(".0").filter(|whole| whole.bytes().all(|byte| byte.is_ascii_digit()));
        Some(whole.filter(|whole| !whole.is_empty()).unwrap_or(text).to_owned())
    }

    /// A number, where there is one.
    pub(super) fn number(&self, field: &'static str) -> Result<Option<f64>, Reason> {
        let (Some(text), Some(place)) = (self.raw(field), self.layout.place(field)) else { return Ok(None) };
        let value = numbers::parse(text, place.decimal).filter(|value| value.is_finite());
        value.map(Some).ok_or(Reason::NotANumber(field))
    }

    /// A moment, where there is one.
    pub(super) fn moment(&self, field: &'static str) -> Result<Option<DateTime>, Reason> {
        let (Some(text), Some(place)) = (self.raw(field), self.layout.place(field)) else { return Ok(None) };
        let at = if place.serial {
            moments::parse_serial(text)
        } else {
            moments::parse(text, place.order, self.layout.zone.as_ref())
        };
        at.filter(|at| moments::is_plausible(*at)).map(Some).ok_or(Reason::NotADate(field))
    }

    /// A moment that must be there.
    pub(super) fn required_moment(&self, field: &'static str) -> Result<DateTime, Reason> {
        self.moment(field)?.ok_or(Reason::Missing(field))
    }
}

/// What programs write where there is nothing.
fn is_null(text: &str) -> bool {
    ["null", "nan", "none", "n/a", "#n/a", "\\n", "nil"].iter().any(|null| text.eq_ignore_ascii_case(null))
}
