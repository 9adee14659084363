//! From one expression to another, and expressions with one end.

use super::*;

pub(crate) fn plain(w: &When) -> bool {
    w.open == Open::No && !w.closed
}

/// From the start of one expression to the end of another.
pub(crate) fn between(a: When, b: When, g: &Ground) -> Option<Node> {
    if a.open != Open::No || b.open != Open::No {
        return None;
    }
    let timed = |w: &When| w.kind == Kind::DateTime;
    if (timed(&a) && (timed(&b) || b.is_day())) || (a.is_day() && timed(&b)) {
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

pub(crate) fn shift_years(s: Stretch, by: i64) -> Option<Stretch> {
    Stretch::new(s.start.checked_add(by.years()).ok()?, s.end.checked_add(by.years()).ok()?)
}

/// An expression with one end: since, after, before, until.
pub(crate) fn open(of: When, how: Open, g: &Ground) -> Option<Node> {
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
