//! Times of day, and days with one.

use super::*;

pub(crate) fn clock(hour: i64, minute: i64, second: i64, sure: bool) -> Option<Clock> {
    if !(0..=24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
        return None;
    }
    Some(Clock {
        start: (hour % 24) * 3600 + minute * 60 + second,
        end: None,
        sure: sure || hour > 12 || hour == 0,
        part: false,
        open: Open::No,
        latent: false,
    })
}

pub(crate) fn part_of_day(from: i64, to: i64) -> Option<Node> {
    Some(Node::Clock(Clock {
        start: from * 3600,
        end: Some(to * 3600),
        sure: true,
        part: true,
        open: Open::No,
        latent: false,
    }))
}

/// A clock in a part of the day: eight in the evening.
pub(crate) fn clock_in_part(mut at: Clock, part: Clock) -> Option<Clock> {
    if !part.part || at.part {
        return None;
    }
    let afternoon = part.start >= 12 * 3600;
    let shift = |seconds: i64| {
        if afternoon && seconds < 12 * 3600 && !(seconds < 4 * 3600 && part.start >= 20 * 3600) {
            seconds + 12 * 3600
        } else {
            seconds
        }
    };
    if !at.sure || at.start < 13 * 3600 {
        at.start = shift(at.start);
        at.end = at.end.map(shift);
    }
    at.sure = true;
    at.latent = false;
    Some(at)
}

/// From one clock to another.
pub(crate) fn clock_range(a: Clock, b: Clock) -> Option<Clock> {
    if a.part || b.part || a.end.is_some() || b.end.is_some() || a.open != Open::No || b.open != Open::No {
        return None;
    }
    let mut start = a.start;
    let mut end = b.start;
    if b.sure && !a.sure && b.start >= 12 * 3600 && start + 12 * 3600 < end && start < 12 * 3600 {
        // "2 to 4 pm": both after noon, unless that would turn the order round.
        start += 12 * 3600;
    } else if !b.sure && end <= start && (!a.sure || end < 12 * 3600) {
        end += 12 * 3600;
    }
    Some(Clock {
        start,
        end: Some(end),
        sure: a.sure || b.sure,
        part: false,
        open: Open::No,
        latent: a.latent && b.latent,
    })
}

/// A day with a clock.
pub(crate) fn day_with_clock(day: When, clock: Clock) -> Option<Node> {
    if !day.is_day() || day.open != Open::No || day.unit > TimeUnit::Day && day.rolling {
        return None;
    }
    let place = |at: Stretch| {
        let base = at.start;
        let start = base.checked_add(clock.start.seconds()).ok()?;
        let end = match clock.end {
            Some(end) if end > clock.start => base.checked_add(end.seconds()).ok()?,
            Some(end) => base.checked_add((end + 86_400).seconds()).ok()?,
            None => start.checked_add(1.second()).ok()?,
        };
        Stretch::new(start, end)
    };
    let mut found = day.map(place)?;
    found.kind = if clock.end.is_some() || clock.open != Open::No { Kind::DateTimeRange } else { Kind::DateTime };
    found.open = clock.open;
    found.unit = TimeUnit::Minute;
    found.closed = true;
    Some(Node::When(found))
}

/// Whether an expression can still be qualified.
pub(crate) fn is_plain(w: &When) -> bool {
    plain(w)
}

/// A bare number as an hour.
pub(crate) fn hour(m: &Match<'_>, i: usize) -> Option<Clock> {
    let value = m.int(i)?;
    if !matches!(m.form(i)?, Form::Digits(1 | 2) | Form::Words | Form::Han | Form::HanDigits(1)) {
        return None;
    }
    clock(value, 0, 0, false)
}
