//! What rules of both languages make: dates of fields, periods away from now, ranges, clocks. Knows no words.

use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};

use super::chart::{Ground, Match, Node};
use super::moment::{Clock, Fields, Kind, Length, Open, Season, Stretch, TimeUnit, When, period_away, period_of};
use super::numerals::Form;
use super::{DateOrder, calendar::Holiday};

pub(super) fn when(fields: Fields, g: &Ground) -> Option<Node> {
    Some(Node::When(When::of(fields, g.today)))
}

pub(super) fn fixed(stretch: Option<Stretch>, unit: TimeUnit) -> Option<Node> {
    When::fixed(stretch, unit).map(Node::When)
}

pub(super) fn day_of(year: Option<i64>, month: i64, day: i64, g: &Ground) -> Option<Node> {
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

pub(super) fn month_of(year: Option<i64>, month: i64, g: &Ground) -> Option<Node> {
    if !(1..=12).contains(&month) {
        return None;
    }
    when(
        Fields { year: year.and_then(|y| i16::try_from(y).ok()), month: i8::try_from(month).ok(), ..Fields::default() },
        g,
    )
}

pub(super) fn year_of(year: i64, g: &Ground) -> Option<Node> {
    if !(1..=9000).contains(&year) {
        return None;
    }
    when(Fields { year: i16::try_from(year).ok(), ..Fields::default() }, g)
}

/// A year as it is written: four digits, or two for the last or this century.
pub(super) fn year_number(value: i64, width: u8) -> Option<i64> {
    match width {
        4 => (1000..=2999).contains(&value).then_some(value),
        2 => Some(if value < 40 { 2000 + value } else { 1900 + value }),
        0 => (1400..=2199).contains(&value).then_some(value),
        _ => None,
    }
}

/// Three numbers with marks between them.
pub(super) fn triple(m: &Match<'_>) -> Option<Node> {
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
pub(super) fn day_month(a: i64, b: i64, order: DateOrder) -> Option<(i64, i64)> {
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

pub(super) fn holiday(h: Holiday, g: &Ground) -> Option<Node> {
    when(Fields { holiday: Some(h), ..Fields::default() }, g)
}

pub(super) fn season(season: Season, g: &Ground) -> Option<Node> {
    let mut when = When::of(Fields { season: Some(season), ..Fields::default() }, g.today);
    when.kind = Kind::DateRange;
    Some(Node::When(when))
}

pub(super) fn relative_day(g: &Ground, days: i64) -> Option<Node> {
    fixed(Stretch::day(g.today.checked_add(days.days()).ok()?), TimeUnit::Day)
}

/// The period so many units away from now: this week, last month.
pub(super) fn away(unit: TimeUnit, by: i64, g: &Ground) -> Option<Node> {
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
pub(super) fn rolling(length: Length, sign: i64, g: &Ground) -> Option<Node> {
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
pub(super) fn shifted(length: Length, from: Option<When>, sign: i64, g: &Ground) -> Option<Node> {
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

pub(super) fn moment(at: jiff::civil::DateTime) -> Option<Node> {
    let mut when = When::fixed(Stretch::new(at, at.checked_add(1.second()).ok()?), TimeUnit::Second)?;
    when.kind = Kind::DateTime;
    when.closed = true;
    Some(Node::When(when))
}

/// Two expressions that stand side by side and mean one thing together.
pub(super) fn together(a: When, b: When, g: &Ground) -> Option<Node> {
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
pub(super) fn nth_of(n: i64, unit: TimeUnit, of: When, g: &Ground) -> Option<Node> {
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
pub(super) fn nth_weekday(n: i64, weekday: Weekday, of: When) -> Option<Node> {
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
pub(super) fn some_of(count: i64, unit: TimeUnit, last: bool, of: When, g: &Ground) -> Option<Node> {
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
pub(super) fn part_of(part: i64, of: When) -> Option<Node> {
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

fn plain(w: &When) -> bool {
    w.open == Open::No && !w.closed
}

/// From the start of one expression to the end of another.
pub(super) fn between(a: When, b: When, g: &Ground) -> Option<Node> {
    if a.open != Open::No || b.open != Open::No {
        return None;
    }
    if (a.kind == Kind::DateTime || b.kind == Kind::DateTime)
        && (a.is_day() || a.kind == Kind::DateTime)
        && (b.is_day() || b.kind == Kind::DateTime)
    {
        let pair = |i: usize| Stretch::new(a.at[i]?.start, b.at[i]?.start);
        let mut found = When::fixed(pair(1).or(pair(0)), TimeUnit::Minute)?;
        found.at = [pair(0).or(pair(1)), pair(1).or(pair(0))];
        // "now" beside a day is that day.
        if a.unit == TimeUnit::Second && b.is_day() || b.unit == TimeUnit::Second && a.is_day() {
            let days = |s: Stretch| Stretch::days(s.start.date(), s.end.date());
            found.at = [found.at[0].and_then(days), found.at[1].and_then(days)];
            found.kind = Kind::DateRange;
            found.unit = TimeUnit::Day;
        } else {
            found.kind = Kind::DateTimeRange;
        }
        found.named = found.at;
        found.closed = true;
        return Some(Node::When(found));
    }
    let (a_now, b_now) = (a.kind == Kind::DateTime, b.kind == Kind::DateTime);
    if !(a.has_date() || a_now && a.unit == TimeUnit::Second) || !(b.has_date() || b_now && b.unit == TimeUnit::Second)
    {
        return None;
    }
    let to_days = |w: When| -> When {
        if w.kind == Kind::DateTime {
            let at = w.at[1].and_then(|s| Stretch::day(s.start.date()));
            When { at: [at, at], named: [at, at], kind: Kind::Date, unit: TimeUnit::Day, ..w }
        } else {
            w
        }
    };
    let (mut a, mut b) = (to_days(a), to_days(b));
    if (a.closed && !a.rolling && a.kind == Kind::DateRange && a.unit < TimeUnit::Month)
        || b.rolling && b.kind == Kind::DateRange
    {
        return None;
    }
    let (fa, fb) = (a.fields, b.fields);
    // What is said of one end holds for the other: "Nov 18 to Dec 19, 2015", "from 3 to 12 of May", "10 to 12 May".
    if !fa.is_empty() && !fb.is_empty() {
        if fa.weekday.is_some() != fb.weekday.is_some() && fa.day.is_none() && fb.day.is_none() {
            return None;
        }
        let mut a2 = fa;
        let mut b2 = fb;
        if fa.day.is_some() && fa.month.is_none() && fb.month.is_some() && fb.day.is_some() {
            a2.month = fb.month;
            if fa.day > fb.day {
                a2.month = if fb.month == Some(1) { Some(12) } else { fb.month.map(|m| m - 1) };
                if fb.year.is_none() {
                    a2.month = None;
                }
            }
        }
        if fb.day.is_some() && fb.month.is_none() && fa.month.is_some() && fa.day.is_some() {
            b2.month = fa.month;
        }
        if fb.year.is_some() && a2.year.is_none() {
            let after = (a2.month, a2.day, a2.quarter, a2.half) > (b2.month, b2.day, b2.quarter, b2.half);
            a2.year = fb.year.map(|y| if after { y - 1 } else { y });
        } else if fa.year.is_some() && b2.year.is_none() {
            let before = (b2.month, b2.day, b2.quarter, b2.half) < (a2.month, a2.day, a2.quarter, a2.half);
            b2.year = fa.year.map(|y| if before { y + 1 } else { y });
        }
        a = When::of(a2, g.today);
        b = When::of(b2, g.today);
        if a.at == [None, None] || b.at == [None, None] {
            if a.unit == TimeUnit::Day && b.unit == TimeUnit::Day && a2.year.is_some() {
                let mut empty = a;
                empty.kind = Kind::DateRange;
                empty.closed = true;
                return Some(Node::When(empty));
            }
            return None;
        }
    }
    let floating = |w: &When| w.at[0] != w.at[1];
    let pairs: Vec<(Stretch, Stretch)> = {
        let starts: Vec<Stretch> = a.at.iter().flatten().copied().collect();
        let year = |s: Stretch, by: i64| -> Option<Stretch> {
            if !floating(&a) && !floating(&b) && a.fields.year.is_some() || by == 0 {
                return (by == 0).then_some(s);
            }
            Stretch::new(s.start.checked_add(by.years()).ok()?, s.end.checked_add(by.years()).ok()?)
        };
        let mut all = Vec::new();
        for s in starts {
            let ends: Vec<Stretch> = if floating(&b) && b.fields.weekday.is_none() && b.fields.month.is_some()
                || b.fields.month.is_some() && b.fields.year.is_none()
                || b.fields.quarter.is_some() && b.fields.year.is_none()
            {
                b.at.iter()
                    .flatten()
                    .flat_map(|e| (-2..=2).filter_map(|by| year(*e, by).or_else(|| shift_years(*e, by))))
                    .collect()
            } else if b.fields.weekday.is_some() && b.fields.day.is_none() {
                (0..7)
                    .filter_map(|n| Stretch::day(s.start.date().checked_add((n + 1).days()).ok()?))
                    .filter(|e| Some(e.start.date().weekday()) == b.fields.weekday)
                    .collect()
            } else if b.fields.day.is_some() && b.fields.month.is_none() {
                (0..62)
                    .filter_map(|n| Stretch::day(s.start.date().checked_add((n + 1).days()).ok()?))
                    .filter(|e| Some(e.start.date().day()) == b.fields.day)
                    .take(1)
                    .collect()
            } else {
                b.at.iter().flatten().copied().collect()
            };
            let end = ends
                .into_iter()
                .filter(|e| e.end > s.start && (e.start > s.start || e.end > s.end || *e == s))
                .min_by_key(|e| e.end);
            if let Some(end) = end {
                all.push((s, end));
            }
        }
        all.dedup();
        all
    };
    let first = pairs.first()?;
    let last = pairs.last()?;
    let holds_now = |p: &(Stretch, Stretch)| {
        p.0.start.date() <= g.today
            && g.today < p.1.end.date()
            && (b.unit != TimeUnit::Day || g.today < p.1.start.date())
    };
    let chosen = if let Some(now) = pairs.iter().find(|p| holds_now(p) && p.0.end.date() <= g.today) {
        [now, now]
    } else {
        [first, last]
    };
    let made = |p: &(Stretch, Stretch)| Stretch::new(p.0.start, p.1.end);
    let named = |p: &(Stretch, Stretch)| Stretch::new(p.0.start, if b.closed { p.1.end } else { p.1.start });
    let mut found = When::fixed(made(chosen[0]), TimeUnit::Day)?;
    found.at = [made(chosen[0]), made(chosen[1])];
    found.named = [named(chosen[0]), named(chosen[1])];
    found.kind = Kind::DateRange;
    found.unit = a.unit.min(b.unit);
    found.closed = true;
    Some(Node::When(found))
}

fn shift_years(s: Stretch, by: i64) -> Option<Stretch> {
    Stretch::new(s.start.checked_add(by.years()).ok()?, s.end.checked_add(by.years()).ok()?)
}

/// An expression with one end: since, after, before, until.
pub(super) fn open(of: When, how: Open, g: &Ground) -> Option<Node> {
    if of.open != Open::No || of.latent && of.fields.is_empty() {
        return None;
    }
    if of.closed && of.rolling {
        return None;
    }
    let timed = matches!(of.kind, Kind::DateTime | Kind::DateTimeRange);
    if !(of.has_date() || timed) {
        return None;
    }
    let far = |at: Stretch| -> Option<(Stretch, Stretch)> {
        let (start, end) = (at.start, at.end);
        let floor = Date::new(1900, 1, 1).ok()?.to_datetime(Time::midnight()).min(start);
        let today = g.today.to_datetime(Time::midnight());
        let tomorrow = today.checked_add(1.day()).ok()?;
        let lowest = if start > today { today } else { floor };
        let after = |from: jiff::civil::DateTime| -> Option<Stretch> {
            Stretch::new(from, if from < tomorrow { tomorrow } else { from.checked_add(1.year()).ok()? })
        };
        let one = of.kind == Kind::Date || timed;
        Some(match how {
            Open::Before => {
                let low = if start <= lowest { start.checked_sub(1.day()).ok()? } else { lowest };
                (Stretch::new(low, start)?, Stretch::new(low, start)?)
            }
            Open::Until => {
                let low = if end <= lowest { floor } else { lowest.min(start) };
                (
                    Stretch::new(low, end)?,
                    Stretch::new(low, if one { start.max(low.checked_add(1.second()).ok()?) } else { end })?,
                )
            }
            Open::After => {
                (after(end)?, Stretch::new(if one { start } else { end }, end.max(end.checked_add(1.day()).ok()?))?)
            }
            Open::Since | Open::No => (after(start)?, at),
        })
    };
    let both = [of.at[0].and_then(far), of.at[1].and_then(far)];
    let mut found = of;
    found.at = [both[0].map(|b| b.0), both[1].map(|b| b.0)];
    found.named = [both[0].map(|b| b.1), both[1].map(|b| b.1)];
    found.kind = if timed { Kind::DateTimeRange } else { Kind::DateRange };
    found.open = how;
    found.fields = Fields::default();
    found.latent = false;
    (found.at != [None, None]).then_some(Node::When(found))
}

pub(super) fn clock(hour: i64, minute: i64, second: i64, sure: bool) -> Option<Clock> {
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

pub(super) fn part_of_day(from: i64, to: i64) -> Option<Node> {
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
pub(super) fn clock_in_part(mut at: Clock, part: Clock) -> Option<Clock> {
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
pub(super) fn clock_range(a: Clock, b: Clock) -> Option<Clock> {
    if a.part || b.part || a.end.is_some() || b.end.is_some() || a.open != Open::No || b.open != Open::No {
        return None;
    }
    let mut start = a.start;
    let mut end = b.start;
    if b.sure && !a.sure && b.start >= 12 * 3600 && start + 12 * 3600 < end && start < 12 * 3600 {
        // "2 to 4 pm": both after noon, unless that would turn the order round.
        start += 12 * 3600;
    } else if a.sure && !b.sure && end <= start && end < 12 * 3600 {
        end += 12 * 3600;
    } else if !a.sure && !b.sure && end <= start {
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
pub(super) fn day_with_clock(day: When, clock: Clock) -> Option<Node> {
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
pub(super) fn is_plain(w: &When) -> bool {
    plain(w)
}

/// A bare number as an hour.
pub(super) fn hour(m: &Match<'_>, i: usize) -> Option<Clock> {
    let value = m.int(i)?;
    if !matches!(m.form(i)?, Form::Digits(1 | 2) | Form::Words | Form::Han | Form::HanDigits(1)) {
        return None;
    }
    clock(value, 0, 0, false)
}
