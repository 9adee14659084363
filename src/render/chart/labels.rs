//! How figures and days are written in a chart, in the reader's language.

use jiff::civil::Date;

use crate::domain::Unit;
use crate::render::number::{Numerals, Room};
use crate::render::{Context, RenderError, Renderer};

/// How figures and days are written in a chart.
pub(super) struct Labels {
    unit: Unit,
    numerals: Numerals,
    months: Vec<String>,
    dates: Dates,
    pub(super) forecast: String,
    pub(super) partial: String,
    pub(super) low: String,
    pub(super) high: String,
}

impl Labels {
    pub(super) fn of(renderer: &Renderer, unit: Unit, context: &Context) -> Result<Self, RenderError> {
        let manner = crate::render::manner(context, Room::Full, false);
        let word = |key: &str| renderer.word(key, context);
        Ok(Self {
            unit,
            numerals: Numerals { currency: renderer.currency.clone(), language: context.language },
            months: (1..=12).map(|month| renderer.filler().month(month, manner)).collect::<Result<_, _>>()?,
            dates: Dates::of(renderer, context)?,
            forecast: word("common.chart.forecast")?,
            partial: word("common.chart.partial")?,
            low: word("common.chart.low")?,
            high: word("common.chart.high")?,
        })
    }

    pub(super) fn value(&self, value: f64) -> String {
        self.numerals.figure(value, self.unit, Room::Label)
    }

    pub(super) fn tick(&self, value: f64, step: f64) -> String {
        self.numerals.axis(value, step, self.unit)
    }

    /// A day of a year that is said elsewhere.
    pub(super) fn day(&self, date: Date) -> String {
        self.dated(&self.dates.day, date)
    }

    /// A day with its year.
    pub(super) fn day_year(&self, date: Date) -> String {
        self.dated(&self.dates.day_year, date)
    }

    pub(super) fn year(&self, date: Date) -> String {
        self.dated(&self.dates.year, date)
    }

    fn dated(&self, pattern: &str, date: Date) -> String {
        let [day, month, number, year] = PLACES;
        pattern
            .replace(day, &date.day().to_string())
            .replace(month, self.month(date))
            .replace(number, &date.month().to_string())
            .replace(year, &date.year().to_string())
    }

    pub(super) fn month(&self, date: Date) -> &str {
        usize::try_from(date.month() - 1).ok().and_then(|at| self.months.get(at)).map_or("", String::as_str)
    }
}

/// Where day, month, the month's number and year stand in a pattern.
const PLACES: [&str; 4] = ["{day}", "{month}", "{number}", "{year}"];

/// How dates are written, with places for their parts: ticks and markers are chosen after the words are.
struct Dates {
    day: String,
    day_year: String,
    year: String,
}

impl Dates {
    fn of(renderer: &Renderer, context: &Context) -> Result<Self, RenderError> {
        let pattern = |key: &str| {
            let names = ["day", "month", "month_number", "year"];
            let values = names.into_iter().zip(PLACES).map(|(name, place)| (name.to_owned(), place.into())).collect();
            renderer.filler().words.fill(key, values, context.language)
        };
        Ok(Self {
            day: pattern("common.date.day")?,
            day_year: pattern("common.date.day_year")?,
            year: pattern("common.date.year")?,
        })
    }
}
