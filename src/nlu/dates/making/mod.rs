//! What rules of both languages make: dates of fields, periods away from now, ranges, clocks. Knows no words.

mod shifts;
mod ranges;
mod clocks;

use crate::nlu::dates::chart::{Ground, Match, Node};
use crate::nlu::dates::moment::{
    Clock, Fields, Kind, Length, Open, Season, Stretch, TimeUnit, When, period_away, period_of,
};
use crate::nlu::dates::numerals::Form;
use crate::nlu::dates::{DateOrder, calendar::Holiday};
use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};

pub(crate) use clocks::*;
pub(crate) use ranges::*;
pub(crate) use shifts::*;

pub(crate) fn when(fields: Fields, g: &Ground) -> Option<Node> {
    Some(Node::When(When::of(fields, g.today)))
}

pub(crate) fn fixed(stretch: Option<Stretch>, unit: TimeUnit) -> Option<Node> {
    When::fixed(stretch, unit).map(Node::When)
}

pub(crate) fn day_of(year: Option<i64>, month: i64, day: i64, g: &Ground) -> Option<Node> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // A day that no year has, such as 30 February, is still read as a date, without a value.
    let fields = Fields {
        year: year.map(|y| i16::try_from(y).ok()).unwrap_or(None),
        month: i8::try_from(month).ok(),
        day: i8::try_from(day).ok(),
        ..Fields::default()
    };
    if year.is_some() && fields.year.is_none() {
        return None;
    }
    when(fields, g)
}

pub(crate) fn month_of(year: Option<i64>, month: i64, g: &Ground) -> Option<Node> {
    if !(1..=12).contains(&month) {
        return None;
    }
    when(
        Fields { year: year.and_then(|y| i16::try_from(y).ok()), month: i8::try_from(month).ok(), ..Fields::default() },
        g,
    )
}

pub(crate) fn year_of(year: i64, g: &Ground) -> Option<Node> {
    if !(1..=9000).contains(&year) {
        return None;
    }
    when(Fields { year: i16::try_from(year).ok(), ..Fields::default() }, g)
}

/// A year as it is written: four digits, or two for the last or this century.
pub(crate) fn year_number(value: i64, width: u8) -> Option<i64> {
    match width {
        4 => (1000..=2999).contains(&value).then_some(value),
        2 => Some(if value < 40 { 2000 + value } else { 1900 + value }),
        0 => (1400..=2199).contains(&value).then_some(value),
        _ => None,
    }
}

/// Three numbers with marks between them.
pub(crate) fn triple(m: &Match<'_>) -> Option<Node> {
    let (a, b, c) = (m.int(0)?, m.int(1)?, m.int(2)?);
    let (wa, wb, wc) = (m.width(0), m.width(1), m.width(2));
    if m.literal(0) != m.literal(1) {
        return None;
    }
    if wa == 4 && (1..=2).contains(&wb) && (1..=2).contains(&wc) {
        return day_of(Some(a), b, c, m.ground);
    }
    if !(1..=2).contains(&wa) || !(1..=2).contains(&wb) || !(wc == 4 || wc == 2) {
        return None;
    }
    if wc == 2 && m.ground.order == DateOrder::DayFirst && m.literal(0) == "-" {
        return day_of(year_number(a, 2), b, c, m.ground);
    }
    let (day, month) = day_month(a, b, m.ground.order)?;
    if wc == 4 {
        return day_of(Some(c), month, day, m.ground);
    }
    // Two digits of a year may mean this century or the last one.
    let now = i64::from(m.ground.today.year());
    let this = now - now.rem_euclid(100) + c;
    let near = if this > now + 50 { this - 100 } else { this };
    if this > now {
        let (Some(Node::When(mut past)), Some(Node::When(future))) =
            (day_of(Some(this - 100), month, day, m.ground), day_of(Some(this), month, day, m.ground))
        else {
            return None;
        };
        if this > now + 8 {
            past.at[1] = future.at[1];
            past.named[1] = future.named[1];
            return Some(Node::When(past));
        }
        return Some(Node::When(future));
    }
    day_of(Some(near), month, day, m.ground)
}

/// Day and month in the order that is set, or the only one that is possible.
pub(crate) fn day_month(a: i64, b: i64, order: DateOrder) -> Option<(i64, i64)> {
    let (day, month) = match order {
        DateOrder::DayFirst => (a, b),
        DateOrder::MonthFirst => (b, a),
    };
    if (1..=12).contains(&month) && (1..=31).contains(&day) {
        Some((day, month))
    } else if (1..=12).contains(&day) && (1..=31).contains(&month) {
        Some((month, day))
    } else {
        None
    }
}

pub(crate) fn holiday(h: Holiday, g: &Ground) -> Option<Node> {
    when(Fields { holiday: Some(h), ..Fields::default() }, g)
}

pub(crate) fn season(season: Season, g: &Ground) -> Option<Node> {
    let mut when = When::of(Fields { season: Some(season), ..Fields::default() }, g.today);
    when.kind = Kind::DateRange;
    Some(Node::When(when))
}

pub(crate) fn relative_day(g: &Ground, days: i64) -> Option<Node> {
    fixed(Stretch::day(g.today.checked_add(days.days()).ok()?), TimeUnit::Day)
}
