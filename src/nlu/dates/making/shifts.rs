//! Periods away from now, lengths before and after, and parts of periods.

use super::*;

/// The period so many units away from now: this week, last month.
pub(crate) fn away(unit: TimeUnit, by: i64, g: &Ground) -> Option<Node> {
    if unit < TimeUnit::Day {
        return rolling(Length::new(by.abs().max(1) as f64, unit), by.signum(), g);
    }
    if unit == TimeUnit::Workday {
        let week = period_away(TimeUnit::Week, g.today, by, Weekday::Monday)?.start.date();
        return fixed(Stretch::days(week, week.checked_add(5.days()).ok()?), TimeUnit::Week);
    }
    fixed(period_away(unit, g.today, by, g.week_start), unit)
}

/// The last or next so many units: whole quarters, otherwise counted from today, which is left out.
pub(crate) fn rolling(length: Length, sign: i64, g: &Ground) -> Option<Node> {
    let midnight = g.today.to_datetime(Time::midnight());
    if matches!(length.unit, TimeUnit::Quarter | TimeUnit::Half | TimeUnit::Decade | TimeUnit::Weekend)
        && length.count >= 1.0
    {
        let count = length.count as i64;
        let (first, last) = if sign < 0 { (-count, -1) } else { (1, count) };
        let start = period_away(length.unit, g.today, first, g.week_start)?.start;
        let end = period_away(length.unit, g.today, last, g.week_start)?.end;
        return fixed(Stretch::new(start, end), length.unit);
    }
    let stretch = if !length.is_days() {
        let other = length.from(g.now, sign)?;
        if sign < 0 { Stretch::new(other, g.now) } else { Stretch::new(g.now, other) }
    } else if sign < 0 {
        Stretch::new(length.from(midnight, -1)?, midnight)
    } else {
        let start = midnight.checked_add(1.day()).ok()?;
        Stretch::new(start, length.from(start, 1)?)
    };
    let mut when = When::fixed(stretch, length.unit)?;
    when.kind = if length.is_days() { Kind::DateRange } else { Kind::DateTimeRange };
    when.rolling = true;
    when.closed = true;
    Some(Node::When(when))
}

/// A moment a length away from another, or from now.
pub(crate) fn shifted(length: Length, from: Option<When>, sign: i64, g: &Ground) -> Option<Node> {
    // 2000年前 is a year, not two thousand years ago.
    if length.unit == TimeUnit::Year && length.count > 200.0 {
        return None;
    }
    let Some(from) = from else {
        if length.is_days() {
            let at = length.from(g.today.to_datetime(Time::midnight()), sign)?;
            let mut when = When::fixed(Stretch::day(at.date()), TimeUnit::Day)?;
            when.rolling = true;
            when.unit = length.unit.max(TimeUnit::Day);
            return Some(Node::When(when));
        }
        return moment(length.from(g.now, sign)?);
    };
    if from.open != Open::No || !matches!(from.kind, Kind::Date | Kind::DateRange | Kind::DateTime) {
        return None;
    }
    let move_one = |at: Stretch| -> Option<Stretch> {
        let start = length.from(at.start, sign)?;
        if length.is_days() && from.kind != Kind::DateTime {
            Stretch::day(start.date())
        } else {
            Stretch::new(start, start.checked_add(1.second()).ok()?)
        }
    };
    let mut moved = from.map(move_one)?;
    // Counted from a day that is ahead, where a bare weekday or date was named.
    if from.at[0] != from.at[1] {
        let at = from.at[1].and_then(move_one);
        moved.at = [at, at];
        moved.named = moved.at;
    }
    moved.kind = if length.is_days() && from.kind != Kind::DateTime { Kind::Date } else { Kind::DateTime };
    moved.unit = if moved.kind == Kind::Date { TimeUnit::Day } else { TimeUnit::Minute };
    Some(Node::When(moved))
}

pub(crate) fn moment(at: jiff::civil::DateTime) -> Option<Node> {
    let mut when = When::fixed(Stretch::new(at, at.checked_add(1.second()).ok()?), TimeUnit::Second)?;
    when.kind = Kind::DateTime;
    when.closed = true;
    Some(Node::When(when))
}

/// Two expressions that stand side by side and mean one thing together.
pub(crate) fn together(a: When, b: When, g: &Ground) -> Option<Node> {
    if a.open != Open::No || b.open != Open::No || a.closed || b.closed {
        return None;
    }
    if !a.fields.is_empty() && !b.fields.is_empty() {
        return when(a.fields.merge(b.fields)?, g);
    }
    let (range, inner) = if a.fields.is_empty() { (a, b) } else { (b, a) };
    let f = inner.fields;
    if !range.has_date() || range.rolling && range.kind != Kind::Date {
        return None;
    }
    if f.is_empty() {
        return None;
    }
    let fits = match range.unit {
        TimeUnit::Week | TimeUnit::Fortnight | TimeUnit::Weekend => f.weekday.is_some() && f.month.is_none(),
        TimeUnit::Month => f.day.is_some() && f.month.is_none(),
        TimeUnit::Year => {
            f.year.is_none()
                && (f.month.is_some()
                    || f.quarter.is_some()
                    || f.half.is_some()
                    || f.holiday.is_some()
                    || f.season.is_some())
        }
        TimeUnit::Day | TimeUnit::Workday => f.weekday.is_some() || f.day.is_some(),
        _ => false,
    };
    if !fits {
        return None;
    }
    let inside = |at: Stretch| -> Option<Stretch> {
        let first = at.start.date();
        match range.unit {
            TimeUnit::Week | TimeUnit::Fortnight | TimeUnit::Weekend => {
                let monday = first.checked_sub(i64::from(first.weekday().since(g.week_start)).days()).ok()?;
                let day = monday.checked_add(i64::from(f.weekday?.since(g.week_start)).days()).ok()?;
                Stretch::day(day)
            }
            TimeUnit::Month => Stretch::day(Date::new(first.year(), first.month(), f.day?).ok()?),
            TimeUnit::Year => Fields { year: Some(first.year()), ..f }.resolve(g.today)[0],
            _ => {
                if let (Some(_), Some(_)) = (f.month, f.day) {
                    return if f.year.is_some() {
                        inner.at[0]
                    } else {
                        Fields { year: Some(first.year()), ..f }.resolve(g.today)[0]
                    };
                }
                let weekday = f.weekday?;
                let monday = first.checked_sub(i64::from(first.weekday().since(Weekday::Monday)).days()).ok()?;
                Stretch::day(monday.checked_add(i64::from(weekday.since(Weekday::Monday)).days()).ok()?)
            }
        }
    };
    let mut found = range.map(inside)?;
    found.unit = f.unit();
    found.kind = if found.unit == TimeUnit::Day { Kind::Date } else { Kind::DateRange };
    found.rolling = false;
    Some(Node::When(found))
}

/// The nth unit or weekday of a period; from the end where negative.
pub(crate) fn nth_of(n: i64, unit: TimeUnit, of: When, g: &Ground) -> Option<Node> {
    if !of.has_date() || of.is_day() && of.unit == TimeUnit::Day || n == 0 || of.open != Open::No || of.unit <= unit {
        return None;
    }
    let mut found = of.map(|at| {
        let (first, last) = (at.start.date(), at.end.date().checked_sub(1.day()).ok()?);
        let this = if unit == TimeUnit::Week && n > 0 {
            // ISO 8601: the week that holds the fourth day is the first one.
            let middle = first.checked_add(3.days()).ok()?;
            let start = if of.unit == TimeUnit::Year && g.week_start == Weekday::Monday {
                middle
            } else {
                first.checked_add(6.days()).ok()?
            };
            let start = if of.unit == TimeUnit::Month { middle } else { start };
            period_away(unit, start, n - 1, g.week_start)?
        } else if n > 0 {
            period_away(unit, first, n - 1, g.week_start)?
        } else if unit == TimeUnit::Week {
            period_away(unit, last.checked_sub(3.days()).ok()?, n + 1, g.week_start)?
        } else {
            period_away(unit, last, n + 1, g.week_start)?
        };
        (this.start < at.end && this.end > at.start).then_some(this)
    })?;
    found.unit = unit;
    found.kind = if unit == TimeUnit::Day { Kind::Date } else { Kind::DateRange };
    Some(Node::When(found))
}

/// The nth weekday of a period.
pub(crate) fn nth_weekday(n: i64, weekday: Weekday, of: When) -> Option<Node> {
    if !of.has_date() || n == 0 || of.is_day() {
        return None;
    }
    let mut found = of.map(|at| {
        let all: Vec<Date> = at
            .start
            .date()
            .series(1.day())
            .take_while(|date| *date < at.end.date())
            .take(400)
            .filter(|date| date.weekday() == weekday)
            .collect();
        let index =
            if n > 0 { usize::try_from(n - 1).ok()? } else { all.len().checked_sub(usize::try_from(-n).ok()?)? };
        Stretch::day(*all.get(index)?)
    })?;
    found.unit = TimeUnit::Day;
    found.kind = Kind::Date;
    Some(Node::When(found))
}

/// The first or last so many units of a period.
pub(crate) fn some_of(count: i64, unit: TimeUnit, last: bool, of: When, g: &Ground) -> Option<Node> {
    if !(1..=400).contains(&count) || !of.has_date() || of.unit <= unit {
        return None;
    }
    let mut found = of.map(|at| {
        let length = Length::new(count as f64, unit);
        if last && unit == TimeUnit::Week {
            let end = period_of(unit, at.end.date().checked_sub(4.days()).ok()?, g.week_start)?.end;
            return Stretch::new(length.from(end, -1)?, end);
        }
        if last {
            Stretch::new(length.from(at.end, -1)?, at.end)
        } else {
            Stretch::new(at.start, length.from(at.start, 1)?)
        }
    })?;
    found.kind = Kind::DateRange;
    found.unit = unit;
    found.closed = true;
    Some(Node::When(found))
}

/// The early, middle or late part of a period, by `part` −1, 0, 1.
pub(crate) fn part_of(part: i64, of: When) -> Option<Node> {
    if of.open != Open::No || of.rolling || !of.has_date() || of.unit == TimeUnit::Day {
        return None;
    }
    let mut found = of.map(|at| {
        let (start, end) = (at.start.date(), at.end.date());
        let days = i64::from(start.until(end).ok()?.get_days());
        let half = if of.unit == TimeUnit::Year {
            Date::new(start.year(), 7, 1).ok()?
        } else if of.unit == TimeUnit::Month {
            start.checked_add(15.days()).ok()?
        } else {
            start.checked_add((days / 2).days()).ok()?
        };
        match part {
            -1 => Stretch::days(start, half),
            1 => Stretch::days(half, end),
            _ => Stretch::days(
                start.checked_add((days / 3).days()).ok()?,
                start.checked_add((days * 2 / 3).days()).ok()?,
            ),
        }
    })?;
    found.kind = Kind::DateRange;
    found.closed = true;
    Some(Node::When(found))
}
