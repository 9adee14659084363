//! The days of the demo company: when what happens, and how the year and the week move demand. Days are numbered from 0,
//! the first day of data; days before it are negative.

use jiff::civil::{Date, Weekday};

use super::parameters::{Category, Parameters, Season};

/// The days, with the dated events.
#[derive(Debug, Clone)]
pub(super) struct Calendar {
    pub(super) first: Date,
    pub(super) last: Date,
    pub(super) days: i32,
    /// First and last day of the promotion.
    pub(super) promotion: (i32, i32),
    /// First and last day of the late deliveries.
    pub(super) late: (i32, i32),
    /// The last day on which people complain about them.
    pub(super) late_complaints_until: i32,
    /// The day without a web shop.
    pub(super) outage: i32,
    /// The first day of the higher oolong price.
    pub(super) oolong_rise: i32,
    /// The first day of the last complete month, from which the west falls.
    pub(super) west_from: i32,
}

impl Calendar {
    pub(super) fn new(last: Date, years: u8, parameters: &Parameters) -> Calendar {
        let years = i32::from(years.clamp(1, 5));
        let first = shift(last, 1 - (365 * years + years / 4));
        let days = between(first, last) + 1;
        let end = days - 1;
        let before = |days_before: i32| end - days_before;
        let promotion = before(parameters.promotion.from_days_before);
        let late = before(parameters.late_deliveries.from_days_before);
        let mut outage = before(parameters.outage.near_days_before);
        while shift(first, outage).weekday() != Weekday::Wednesday {
            outage -= 1;
        }
        // The last month that is complete on the last day.
        let month = match last.day() == last.days_in_month() {
            true => last.first_of_month(),
            false => shift(last.first_of_month(), -1).first_of_month(),
        };
        Calendar {
            first,
            last,
            days,
            promotion: (promotion, promotion + parameters.promotion.days - 1),
            late: (late, late + parameters.late_deliveries.days - 1),
            late_complaints_until: late + parameters.late_deliveries.complaints_last_days,
            outage,
            oolong_rise: before(parameters.oolong_rise.days_before),
            west_from: between(first, month),
        }
    }

    pub(super) fn date(&self, day: i32) -> Date {
        shift(self.first, day)
    }

    pub(super) fn day(&self, date: Date) -> i32 {
        between(self.first, date)
    }

    pub(super) fn end(&self) -> i32 {
        self.days - 1
    }

    /// Monday is 0.
    pub(super) fn weekday(&self, day: i32) -> usize {
        usize::try_from(self.date(day).weekday().to_monday_zero_offset()).unwrap_or(0)
    }

    /// Demand of the whole company on a day, around 1.
    pub(super) fn season(&self, season: &Season, day: i32) -> f64 {
        self.year(day, season.height, season.peak_day, season.december)
    }

    /// Demand for a category on a day, around 1.
    pub(super) fn category(&self, category: &Category, day: i32) -> f64 {
        self.year(day, category.height, category.peak_day, category.december)
    }

    /// How much faster customers join than on the first day.
    pub(super) fn growth(&self, yearly: f64, day: i32) -> f64 {
        (1.0 + yearly).powf(f64::from(day) / 365.25)
    }

    fn year(&self, day: i32, height: f64, peak_day: f64, december: f64) -> f64 {
        let date = self.date(day);
        let angle = (f64::from(date.day_of_year()) - peak_day) / 365.25 * std::f64::consts::TAU;
        // The rush grows from the end of November, is highest in the week before Christmas and ends with it.
        let christmas = jiff::civil::date(date.year(), 12, 22);
        let ahead = f64::from(between(date, christmas));
        let rush = if ahead >= 0.0 { (1.0 - ahead / 30.0).clamp(0.0, 0.8) / 0.8 } else { (1.0 + ahead / 3.0).max(0.0) };
        (1.0 + height * angle.cos()) * (1.0 + (december - 1.0) * rush)
    }
}

/// A date so many days later. Dates of the demo company lie far from the ends of the calendar; at them it stays put.
pub(super) fn shift(date: Date, days: i32) -> Date {
    date.saturating_add(jiff::Span::new().days(i64::from(days).clamp(-3_000_000, 3_000_000)))
}

/// Days from one date to another.
pub(super) fn between(from: Date, to: Date) -> i32 {
    from.duration_until(to).as_hours().div_euclid(24) as i32
}
