//! Days and periods as people say them: 14 Nov, March 2024, Q3 2024, 1–15 May 2024. The words are phrases.

use jiff::civil::Date;

use super::RenderError;
use super::phrase::{Filler, Manner};
use crate::domain::{Arg, DateRange, Phrase};

impl Filler<'_> {
    /// A day; its year is left out where it is the year that is spoken of.
    pub(super) fn date(&self, date: Date, manner: Manner) -> Result<String, RenderError> {
        let key = if manner.year == Some(date.year()) { "common.date.day" } else { "common.date.day_year" };
        self.fill_date(key, &[("", date)], manner)
    }

    /// A period, by its shape.
    pub(super) fn range(&self, range: DateRange, manner: Manner) -> Result<String, RenderError> {
        let (first, last, end) = (range.start(), range.last(), range.end());
        if range.days() <= 1 {
            return self.date(first, manner);
        }
        let months = i32::from(end.year() - first.year()) * 12 + i32::from(end.month() - first.month());
        let key = if first.day() == 1 && end.day() == 1 {
            match months {
                12 if first.month() == 1 => "common.date.year",
                _ if first.month() == 1 && end.month() == 1 => "common.date.years",
                3 if first.month() % 3 == 1 => "common.date.quarter",
                1 => "common.date.month",
                _ if first.year() == last.year() => "common.date.months",
                _ => "common.date.months_years",
            }
        } else if first.year() != last.year() {
            "common.date.days_years"
        } else {
            match (first.month() == last.month(), manner.year == Some(first.year())) {
                (true, true) => "common.date.days",
                (true, false) => "common.date.days_year",
                (false, true) => "common.date.days_months",
                (false, false) => "common.date.days_months_year",
            }
        };
        self.fill_date(key, &[("", first), ("last_", last)], manner)
    }

    /// The short name of a month, 1 to 12.
    pub(super) fn month(&self, month: i8, manner: Manner) -> Result<String, RenderError> {
        self.words.plain(&format!("common.month_short.m{month}"), manner.language)
    }

    fn fill_date(&self, key: &str, dates: &[(&str, Date)], manner: Manner) -> Result<String, RenderError> {
        let mut values = std::collections::BTreeMap::new();
        for (prefix, date) in dates {
            let long = self.words.plain(&format!("common.month_long.m{}", date.month()), manner.language)?;
            values.insert(format!("{prefix}day"), date.day().into());
            values.insert(format!("{prefix}month"), self.month(date.month(), manner)?.into());
            values.insert(format!("{prefix}month_long"), long.into());
            values.insert(format!("{prefix}month_number"), date.month().into());
            values.insert(format!("{prefix}quarter"), ((date.month() + 2) / 3).into());
            values.insert(format!("{prefix}year"), date.year().into());
        }
        self.words.fill(key, values, manner.language)
    }

    /// Several, joined as people join them.
    pub(super) fn list(&self, items: &[Arg], manner: Manner, depth: usize) -> Result<String, RenderError> {
        let items: Vec<String> =
            items.iter().map(|item| self.arg(item, manner, depth + 1)).collect::<Result<_, _>>()?;
        let Some((last, front)) = items.split_last() else {
            return self.words.plain("common.none", manner.language);
        };
        let Some(first) = front.first() else { return Ok(last.clone()) };
        let join = |key: &str, left: String, right: &str| {
            let values = [("left".to_owned(), left.into()), ("right".to_owned(), right.into())].into();
            self.words.fill(key, values, manner.language)
        };
        let mut joined = first.clone();
        for item in front.iter().skip(1) {
            joined = join("common.list.middle", joined, item)?;
        }
        join("common.list.end", joined, last)
    }

    /// The phrase of a name, such as a metric's.
    pub(super) fn name(&self, kind: &str, name: &str, manner: Manner) -> Result<String, RenderError> {
        self.words.plain(&format!("common.{kind}.{name}"), manner.language)
    }

    /// A phrase inside a phrase.
    pub(super) fn nested(&self, phrase: &Phrase, manner: Manner, depth: usize) -> Result<String, RenderError> {
        self.phrase(phrase, manner, depth + 1)
    }
}
