//! Periods of days, and how long ahead. Knows no clock and no time zone: those were used to resolve the words.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// A half-open range of days: `start` is in, `end` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DateRange {
    start: Date,
    end: Date,
}

/// A range whose end is not after its start.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a period must end after it starts, found {start} to {end}")]
pub struct EmptyRange {
    start: Date,
    end: Date,
}

impl DateRange {
    /// Takes the first day and the day after the last.
    ///
    /// # Errors
    /// When `end` is not after `start`.
    pub fn new(start: Date, end: Date) -> Result<Self, EmptyRange> {
        if start < end { Ok(Self { start, end }) } else { Err(EmptyRange { start, end }) }
    }

    /// One day.
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self { start: date, end: date.saturating_add(1.day()) }
    }

    /// The `days` days that end with `last` (at least one).
    #[must_use]
    pub fn last_days(last: Date, days: i64) -> Self {
        let end = last.saturating_add(1.day());
        Self { start: end.saturating_sub(days.clamp(1, 40_000).days()), end }
    }

    /// The first day.
    #[must_use]
    pub fn start(self) -> Date {
        self.start
    }

    /// The day after the last.
    #[must_use]
    pub fn end(self) -> Date {
        self.end
    }

    /// The last day that is in.
    #[must_use]
    pub fn last(self) -> Date {
        self.end.saturating_sub(1.day())
    }

    /// How many days.
    #[must_use]
    pub fn days(self) -> i64 {
        days_between(self.start, self.end)
    }

    /// Whether the day is in.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        self.start <= date && date < self.end
    }

    /// What both ranges share.
    #[must_use]
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    /// The period just before, of the same kind: the month before a whole month (or months), the year before a whole
    /// year, otherwise as many days.
    #[must_use]
    pub fn previous(self) -> Self {
        let whole_months = self.start.day() == 1 && self.end.day() == 1;
        let start = if whole_months {
            let months =
                i64::from(self.end.year() - self.start.year()) * 12 + i64::from(self.end.month() - self.start.month());
            self.start.saturating_sub(months.months())
        } else {
            self.start.saturating_sub(self.days().days())
        };
        Self::new(start, self.start).unwrap_or(self)
    }

    /// The same period one year earlier.
    #[must_use]
    pub fn year_before(self) -> Self {
        let start = self.start.saturating_sub(1.year());
        let end = self.end.saturating_sub(1.year());
        Self::new(start, end).unwrap_or(self)
    }
}

/// Whole days from `from` to `to`.
fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The steps of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// Days.
    Day,
    /// Weeks, from the company's first day of the week.
    Week,
    /// Calendar months.
    Month,
}

impl Bucket {
    /// The first day of the bucket a day lies in.
    #[must_use]
    pub fn floor(self, date: Date, week_start: Weekday) -> Date {
        match self {
            Bucket::Day => date,
            Bucket::Week => {
                let back = i64::from(date.weekday().since(week_start));
                date.saturating_sub(back.days())
            }
            Bucket::Month => date.first_of_month(),
        }
    }

    /// The first day of the next bucket, given the first day of one.
    #[must_use]
    pub fn next(self, floor: Date) -> Date {
        match self {
            Bucket::Day => floor.saturating_add(1.day()),
            Bucket::Week => floor.saturating_add(1.week()),
            Bucket::Month => floor.saturating_add(1.month()),
        }
    }

    /// How many buckets make one year: the long season.
    #[must_use]
    pub fn per_year(self) -> usize {
        match self {
            Bucket::Day => 365,
            Bucket::Week => 52,
            Bucket::Month => 12,
        }
    }
}

/// The unit of a horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HorizonUnit {
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Quarters.
    Quarter,
    /// Years.
    Year,
}

/// How far ahead: a number of units, or up to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Horizon {
    /// So many units from the last day of the data.
    Ahead {
        /// How many, at least 1.
        count: u32,
        /// Of what.
        unit: HorizonUnit,
    },
    /// The days of this range.
    Range(DateRange),
}

impl Horizon {
    /// The days from `origin` (the first day to be forecast) that the horizon covers.
    #[must_use]
    pub fn resolve(self, origin: Date) -> DateRange {
        match self {
            Horizon::Range(range) => range,
            Horizon::Ahead { count, unit } => {
                let count = i64::from(count.clamp(1, 5_000));
                let end = match unit {
                    HorizonUnit::Day => origin.saturating_add(count.days()),
                    HorizonUnit::Week => origin.saturating_add(count.weeks()),
                    HorizonUnit::Month => origin.saturating_add(count.months()),
                    HorizonUnit::Quarter => origin.saturating_add((3 * count).months()),
                    HorizonUnit::Year => origin.saturating_add(count.min(100).years()),
                };
                DateRange::new(origin, end).unwrap_or_else(|_| DateRange::day(origin))
            }
        }
    }
}
