//! English ranges, parts of periods and open ends.

use super::*;

/// Parts of periods, ranges, open ends.
pub(crate) const RANGES: &[Rule] = &[
    ("from|between? the? <ord> to|and|- the? <ord> quarter", |m| {
        let part = |i: usize| {
            let quarter = i8::try_from(m.int(i)?).ok().filter(|q| (1..=4).contains(q));
            quarter.map(|q| When::of(Fields { quarter: Some(q), ..Fields::default() }, m.ground.today))
        };
        between(part(0)?, part(1)?, m.ground)
    }),
    ("since the? end_of|late <when>", |m| match part_of(1, m.when(0)?)? {
        Node::When(w) => open(w, Open::Since, m.ground),
        _ => None,
    }),
    ("after the? beginning_of|start_of|early <when>", |m| match m.when(0)? {
        w if w.has_date() => {
            let mut found = open(w, Open::Since, m.ground)?;
            if let Node::When(w) = &mut found {
                w.open = Open::After;
            }
            Some(found)
        }
        _ => None,
    }),
    ("before the? beginning_of|start_of|early <when>", |m| open(m.when(0)?, Open::Before, m.ground)),
    ("before|by the? end_of the? <when>", |m| {
        let w = m.when(0)?;
        if w.is_day() {
            return open(w, Open::Until, m.ground);
        }
        let mut found = open(w, Open::Until, m.ground)?;
        if let Node::When(w) = &mut found {
            w.open = Open::Before;
        }
        Some(found)
    }),
    ("by|before the? eoy|year_end|end_of_year|year's_end", |m| match away(TimeUnit::Year, 0, m.ground)? {
        Node::When(w) => open(w, Open::Until, m.ground),
        _ => None,
    }),
    ("by|before the? eom|month_end|end_of_month", |m| match away(TimeUnit::Month, 0, m.ground)? {
        Node::When(w) => open(w, Open::Until, m.ground),
        _ => None,
    }),
    ("from|between the? end_of <when> to|and|until|till|through|- the? end_of|middle_of|mid <when>", |m| {
        edges(m.when(0)?, 1, m.when(1)?, if m.literal(4) == "end_of" { 1 } else { 0 }, m)
    }),
    ("from|between the? middle_of|mid <when> to|and|until|till|through|- the? end_of|middle_of|mid <when>", |m| {
        edges(m.when(0)?, 0, m.when(1)?, if m.literal(4) == "end_of" { 1 } else { 0 }, m)
    }),
    (
        "from|between the? start_of|beginning_of? <when> to|and|until|till|through|- the? end_of|middle_of|mid <when>",
        |m| edges(m.when(0)?, -1, m.when(1)?, if m.literal(4) == "end_of" { 1 } else { 0 }, m),
    ),
    ("the? <ord> <unit> of|in the? <when>", |m| nth_of(m.int(0)?, m.unit(1)?, m.when(2)?, m.ground)),
    ("the? last|final <unit> of|in the? <when>", |m| nth_of(-1, m.unit(0)?, m.when(1)?, m.ground)),
    ("the? first <int> <unit> of|in the? <when>", |m| some_of(m.int(0)?, m.unit(1)?, false, m.when(2)?, m.ground)),
    ("the? last|final <int> <unit> of|in the? <when>", |m| some_of(m.int(0)?, m.unit(1)?, true, m.when(2)?, m.ground)),
    ("the? <ord> <weekday> of|in the? <when>", |m| nth_weekday(m.int(0)?, m.weekday(1)?, m.when(2)?)),
    ("the? last|final <weekday> of|in the? <when>", |m| nth_weekday(-1, m.weekday(0)?, m.when(1)?)),
    ("the? week|wk|cw|w <int>", |m| {
        match when(Fields { year: Some(m.ground.today.year()), ..Fields::default() }, m.ground)? {
            Node::When(year) if (1..=53).contains(&m.int(0)?) => nth_of(m.int(0)?, TimeUnit::Week, year, m.ground),
            _ => None,
        }
    }),
    ("the? week|wk <int> of|in? <when>", |m| {
        let year = m.when(1)?;
        (year.unit == TimeUnit::Year && (1..=53).contains(&m.int(0)?))
            .then(|| nth_of(m.int(0)?, TimeUnit::Week, year, m.ground))
            .flatten()
    }),
    ("the? week_of|week_beginning|week_commencing|week_starting|w/c|wc <when>", |m| {
        let w = m.when(0)?;
        if !w.is_day() {
            return None;
        }
        let start = m.ground.week_start;
        let mut found = w.map(|s| period_of(TimeUnit::Week, s.start.date(), start))?;
        found.kind = Kind::DateRange;
        found.unit = TimeUnit::Week;
        Some(Node::When(found))
    }),
    ("the? weekend_of|weekend_after? <when> weekend?", |m| {
        let w = m.when(0)?;
        let said = m.literal(1) == "weekend_of" || m.literal(2) == "weekend";
        if !w.is_day() || !said || m.literal(1) == "weekend_after" {
            return None;
        }
        let mut found = w.map(|s| {
            // From the day itself, or the Saturday before it, to the end of Sunday or of the day.
            let day = s.start.date();
            let monday = day.checked_sub(i64::from(day.weekday().since(Weekday::Monday)).days()).ok()?;
            let (start, end) = match day.weekday() {
                Weekday::Monday => (day.checked_sub(2.days()).ok()?, day.checked_add(1.day()).ok()?),
                Weekday::Tuesday => (day.checked_sub(3.days()).ok()?, day.checked_add(1.day()).ok()?),
                Weekday::Saturday | Weekday::Sunday => {
                    (monday.checked_add(5.days()).ok()?, monday.checked_add(7.days()).ok()?)
                }
                _ => (day, monday.checked_add(7.days()).ok()?),
            };
            Stretch::days(start, end)
        })?;
        found.kind = Kind::DateRange;
        found.unit = TimeUnit::Weekend;
        Some(Node::When(found))
    }),
    ("from|between|in|during? <when> to|until|till|through|thru|-|~|and|til the? <when>", |m| {
        let and = m.literal(1) == "and";
        let and_fits = matches!(m.literal(0), "between");
        if and && !and_fits {
            return None;
        }
        if m.literal(0) == "between" && !matches!(m.literal(1), "and" | "-" | "to" | "~") {
            return None;
        }
        if m.literal(0) == "in" || m.literal(0) == "during" {
            return None;
        }
        between(m.when(0)?, m.when(1)?, m.ground)
    }),
    // 3 to 12 of May, 4-23 in next month.
    ("from|between? the? <int> to|-|and|until|till|through|~ the? <int> of|in? <when>", |m| days_in(m)),
    ("from|between? the? <ord> to|-|and|until|till|through|~ the? <ord> of|in? <when>", |m| days_in(m)),
    ("from|between? <month> the? <int> to|-|and|until|till|through|~ the? <int>", |m| month_days(m)),
    ("from|between? <month> the? <ord> to|-|and|until|till|through|~ the? <ord>", |m| month_days(m)),
    ("<int> - <int>", |m| {
        let (a, b) = (m.int(0)?, m.int(1)?);
        if m.width(0) != 4 || m.width(1) != 4 || !(1900..2100).contains(&a) || !(1900..2100).contains(&b) || a >= b {
            return None;
        }
        let (Node::When(a), Node::When(b)) = (year_of(a, m.ground)?, year_of(b, m.ground)?) else { return None };
        between(a, b, m.ground)
    }),
    ("<when> or after|later|above|newer|greater !than", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("<when> and later|greater|above|newer|onwards !than", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("<when> or|and before|earlier|below|older", |m| open(m.when(0)?, Open::Until, m.ground)),
    ("<when> onward|onwards", |m| open(m.when(0)?, Open::Since, m.ground)),
    (
        "since|starting|starting_from|starting_on|beginning|beginning_on|as_of|from_on|ever_since|as_early_as|as_late_as the? <when>",
        |m| open(m.when(0)?, Open::Since, m.ground),
    ),
    ("starting_with|effective <when>", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("after|later_than|greater_than|past|newer_than|> <when>", |m| {
        if m.literal(0) == "past" && !m.when(0)?.is_day() {
            return None;
        }
        open(m.when(0)?, Open::After, m.ground)
    }),
    ("year|years later_than|greater_than|after|bigger_than <when>", |m| open(m.when(0)?, Open::After, m.ground)),
    ("before|prior_to|earlier_than|no_later_than|not_later_than|by|older_than|< <when>", |m| {
        let w = m.when(0)?;
        // "by Friday" holds that day.
        if m.literal(0) == "by" && w.is_day() {
            let mut found = open(w, Open::Until, m.ground)?;
            if let Node::When(w) = &mut found {
                w.open = Open::Before;
            }
            return Some(found);
        }
        if m.literal(0) == "by" && w.fields.year.is_some() && w.unit == TimeUnit::Year {
            return open(w, Open::Before, m.ground);
        }
        open(w, Open::Before, m.ground)
    }),
    ("until|till|til|up_to|up_until|through the? end_of? the? <when>", |m| {
        let w = m.when(0)?;
        open(w, if m.literal(2).is_empty() && w.kind != Kind::Date { Open::Before } else { Open::Until }, m.ground)
    }),
    ("<=|<_=|=<|≤ <when>", |m| open(m.when(0)?, Open::Until, m.ground)),
    ("< = <when>", |m| open(m.when(0)?, Open::Until, m.ground)),
    (">=|≥ <when>", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("for? <length> ,? from|starting|starting_from|beginning <when>", |m| {
        let (length, from) = (m.length(0)?, m.when(1)?);
        if !length.is_days() && from.kind != Kind::DateTime || from.open != Open::No {
            return None;
        }
        if m.literal(0).is_empty() && m.literal(2) == "from" {
            return None;
        }
        let at = from.at[1].and_then(|s| Stretch::new(s.start, length.from(s.start, 1)?));
        let mut found = When::fixed(at, TimeUnit::Day)?;
        found.kind = if from.kind == Kind::DateTime { Kind::DateTimeRange } else { Kind::DateRange };
        found.closed = true;
        Some(Node::When(found))
    }),
];

pub(crate) fn edges(a: When, from: i64, b: When, to: i64, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    if a.closed || b.closed {
        return None;
    }
    let Node::When(whole) = between(a, b, m.ground)? else { return None };
    let edge = |s: Stretch, w: When| -> Option<Stretch> {
        let start = match from {
            1 => w.end_of(s.start, a.unit)?,
            0 => middle(s.start, a.unit)?,
            _ => s.start,
        };
        let last = b.unit;
        let end = if to == 1 {
            s.end
        } else {
            let back = Length::new(1.0, last).from(s.end, -1)?;
            middle(back, last)?
        };
        Stretch::new(start, end)
    };
    let mut found = whole.map(|s| edge(s, a))?;
    found.closed = true;
    found.kind = Kind::DateRange;
    Some(Node::When(found))
}

pub(crate) fn middle(start: jiff::civil::DateTime, unit: TimeUnit) -> Option<jiff::civil::DateTime> {
    match unit {
        TimeUnit::Month => start.checked_add(15.days()).ok(),
        TimeUnit::Year => start.checked_add(6.months()).ok()?.checked_add(1.day()).ok(),
        _ => Length::new(0.5, unit).from(start, 1),
    }
}

impl When {
    fn end_of(&self, start: jiff::civil::DateTime, unit: TimeUnit) -> Option<jiff::civil::DateTime> {
        Length::new(1.0, unit).from(start, 1)
    }
}

pub(crate) fn days_in(m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    let (a, b, of) = (m.int(0)?, m.int(1)?, m.when(2)?);
    if of.unit != TimeUnit::Month || of.open != Open::No || of.closed || a > 31 || b > 31 || a < 1 || m.width(0) > 2 {
        return None;
    }
    if b <= a {
        return None;
    }
    let pick = day_in;
    let mut found = of.map(|s| Stretch::days(pick(s, a)?, pick(s, b)?.checked_add(1.day()).ok()?))?;
    found.named = [0, 1].map(|i| of.at[i].and_then(|s| Stretch::days(pick(s, a)?, pick(s, b)?)));
    // Read by its first day: the 3rd of September was, or will be.
    if of.fields.month.is_some() && of.fields.year.is_none() {
        let day = i8::try_from(a).ok();
        let first = Fields { day, ..of.fields }.resolve(m.ground.today);
        for (i, first) in first.into_iter().enumerate() {
            let start = first?.start.date();
            let month = period_of(TimeUnit::Month, start, m.ground.week_start)?;
            found.at[i] = Stretch::days(pick(month, a)?, pick(month, b)?.checked_add(1.day()).ok()?);
            found.named[i] = Stretch::days(pick(month, a)?, pick(month, b)?);
        }
    }
    found.kind = Kind::DateRange;
    found.unit = TimeUnit::Day;
    found.closed = true;
    Some(Node::When(found))
}

/// A day of the month that a stretch starts in.
pub(crate) fn day_in(at: Stretch, day: i64) -> Option<jiff::civil::Date> {
    jiff::civil::Date::new(at.start.year(), at.start.month(), i8::try_from(day).ok()?).ok()
}

pub(crate) fn month_days(m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    let month = i64::from(m.month(0)?);
    let (a, b) = (m.int(1)?, m.int(2)?);
    if a >= b || m.width(1) > 2 || m.width(2) > 2 {
        return None;
    }
    let (Node::When(a), Node::When(b)) = (day_of(None, month, a, m.ground)?, day_of(None, month, b, m.ground)?) else {
        return None;
    };
    between(a, b, m.ground)
}
