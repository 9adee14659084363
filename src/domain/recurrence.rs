//! When something comes again: at a civil time in a time zone, with both changes of the clocks. Pure.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Friday.
    pub const WORKING: Weekdays = Weekdays(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Weekdays = Weekdays(0b110_0000);

    /// These days; `None` where there are none.
    #[must_use]
    pub fn of(days: &[Weekday]) -> Option<Self> {
        let bits = days.iter().fold(0, |bits, day| bits | bit(*day));
        (bits != 0).then_some(Self(bits))
    }

    /// Whether a day is among them.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// The days, Monday first.
    #[must_use]
    pub fn days(self) -> Vec<Weekday> {
        Weekday::Monday.cycle_forward().take(7).filter(|day| self.contains(*day)).collect()
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

/// A day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthDay {
    /// This day, or the last one of a shorter month; from 1.
    Day(i8),
    /// The last day.
    Last,
    /// The first Monday, the last Friday.
    Weekday {
        /// Which one: 1 to 4, or -1 for the last.
        nth: i8,
        /// The day of the week, from 1 for Monday (ISO 8601).
        day: i8,
    },
}

/// On which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Every day.
    Daily,
    /// On days of the week.
    Weekly {
        /// Which days.
        on: Weekdays,
        /// In each week, each second week …; from 1.
        every: u8,
        /// A day of a week in which it comes.
        anchor: Date,
    },
    /// On a day of a month.
    Monthly {
        /// Which day.
        on: MonthDay,
        /// In each month, or each third, counted from January; from 1.
        every: u8,
    },
    /// On one day and never again.
    Once(Date),
}

/// A pattern at a time of day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recurrence {
    /// On which days.
    pub pattern: Pattern,
    /// At which time.
    pub time: Time,
    /// Where that time is told: a name of the IANA database.
    pub zone: String,
}

/// Further ahead nothing is looked for: a quarter's day, and the rarest weekday, come sooner.
const FURTHEST_DAYS: i32 = 800;

impl Recurrence {
    /// The next time after a moment. A time of day that the clocks skip comes at the first moment after the gap; one that
    /// they repeat comes once, the first time. `None` where it never comes again, or the zone is not known here.
    #[must_use]
    pub fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let zone = TimeZone::get(&self.zone).ok()?;
        let today = zone.to_datetime(after).date();
        let first = match self.pattern {
            Pattern::Once(date) => return moment(&zone, date.to_datetime(self.time)).filter(|at| *at > after),
            // A zone that skips a whole day brings it to the day after.
            Pattern::Daily | Pattern::Weekly { .. } | Pattern::Monthly { .. } => today.saturating_sub(2.days()),
        };
        (0..FURTHEST_DAYS)
            .map_while(|days| first.checked_add(days.days()).ok())
            .filter(|date| self.pattern.contains(*date))
            .filter_map(|date| moment(&zone, date.to_datetime(self.time)))
            .find(|at| *at > after)
    }

    /// The last time at or before a moment, looked for from `from` on.
    #[must_use]
    pub fn last_until(&self, from: Timestamp, until: Timestamp) -> Option<Timestamp> {
        let zone = TimeZone::get(&self.zone).ok()?;
        if let Pattern::Once(date) = self.pattern {
            return moment(&zone, date.to_datetime(self.time)).filter(|at| (from..=until).contains(at));
        }
        let last = zone.to_datetime(until).date().saturating_add(1.day());
        (0..FURTHEST_DAYS)
            .map_while(|days| last.checked_sub(days.days()).ok())
            .filter(|date| self.pattern.contains(*date))
            .filter_map(|date| moment(&zone, date.to_datetime(self.time)))
            .find(|at| *at <= until)
            .filter(|at| *at >= from)
    }

    /// The next times after a moment, at most so many.
    #[must_use]
    pub fn coming(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        std::iter::successors(self.next_after(after), |at| self.next_after(*at)).take(count).collect()
    }
}

impl Pattern {
    /// Whether it comes on a day.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        match self {
            Pattern::Daily => true,
            Pattern::Weekly { on, every, anchor } => {
                on.contains(date.weekday()) && weeks_between(anchor, date).rem_euclid(i32::from(every.max(1))) == 0
            }
            Pattern::Monthly { on, every } => {
                (i32::from(date.month()) - 1).rem_euclid(i32::from(every.max(1))) == 0 && on.contains(date)
            }
            Pattern::Once(day) => day == date,
        }
    }
}

impl MonthDay {
    fn contains(self, date: Date) -> bool {
        let last = date.days_in_month();
        match self {
            MonthDay::Day(day) => date.day() == day.min(last),
            MonthDay::Last => date.day() == last,
            MonthDay::Weekday { nth, day } => {
                let is_day = date.weekday().to_monday_one_offset() == day;
                let is_nth = if nth < 0 { date.day() > last - 7 } else { (date.day() - 1) / 7 + 1 == nth };
                is_day && is_nth
            }
        }
    }
}

/// How many weeks, from Monday to Monday, lie between the weeks of two days.
fn weeks_between(from: Date, to: Date) -> i32 {
    let monday = |date: Date| date.saturating_sub(i32::from(date.weekday().to_monday_zero_offset()).days());
    monday(from).until(monday(to)).map_or(0, |span| span.get_days() / 7)
}

/// The moment of a civil time.
fn moment(zone: &TimeZone, at: DateTime) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(at);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(at).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(at).ok(),
        AmbiguousOffset::Gap { before, .. } => {
            // Read with the offset that held before, it lies at the change of the clocks or behind it.
            let behind = before.to_timestamp(at).ok()?;
            let change = zone.preceding(behind.checked_add(1.second()).ok()?).next()?;
            Some(change.timestamp())
        }
    }
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;
