//! English dates and periods of the calendar.

use super::*;

/// Dates and periods of the calendar.
pub(crate) const DATES: &[Rule] = &[
    // Bare names.
    ("<month>", |m| {
        let mut found = When::of(Fields { month: m.month(0), ..Fields::default() }, m.ground.today);
        found.latent = m.month(0)? == 5;
        Some(Node::When(found))
    }),
    ("<weekday>", |m| when(weekday_of(m.weekday(0)?), m.ground)),
    ("<int>", |m| match m.form(0)? {
        Form::Digits(4) if (1900..=2099).contains(&m.int(0)?) => year_of(m.int(0)?, m.ground),
        Form::Words if (1990..=2060).contains(&m.int(0)?) => year_of(m.int(0)?, m.ground),
        _ => None,
    }),
    // Two numbers in words make a year: nineteen ninety six.
    ("<int> <int>", |m| {
        let (a, b) = (m.int(0)?, m.int(1)?);
        let words = m.form(0)? == Form::Words && m.form(1)? == Form::Words;
        (words && (13..=20).contains(&a) && (10..=99).contains(&b)).then(|| year_of(a * 100 + b, m.ground)).flatten()
    }),
    ("year|calendar_year|the_year <int>", |m| year_of(year_number(m.int(0)?, m.width(0))?, m.ground)),
    ("fy|fiscal_year|financial_year '? <int>", |m| year_of(year_number(m.int(0)?, m.width(0))?, m.ground)),
    ("last|this|next|current|previous fiscal_year|financial_year|calendar_year|fy", |m| {
        away(TimeUnit::Year, direction(m.literal(0)), m.ground)
    }),
    ("this|current|the fiscal_year|calendar_year|financial_year", |m| away(TimeUnit::Year, 0, m.ground)),
    // Day and month.
    ("the? <ord> ,|of? <month>", |m| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground)),
    ("the? <ord> of? <month>", |m| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground)),
    ("the? <ord> day of <month>", |m| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground)),
    // "one may ask" is no first of May.
    ("<int> of? <month>", |m| {
        (m.width(0) <= 2 && !(m.month(1)? == 5 && m.int(0)? == 1 && m.width(0) == 0))
            .then(|| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground))
            .flatten()
    }),
    ("<month> the? <int>", |m| {
        (m.width(0) <= 2 && m.int(1)? <= 31)
            .then(|| day_of(None, i64::from(m.month(0)?), m.int(1)?, m.ground))
            .flatten()
    }),
    ("<month> ,? the? <ord>", |m| day_of(None, i64::from(m.month(0)?), m.int(1)?, m.ground)),
    ("<month> /|- <int>", |m| {
        (m.width(1) <= 2 && m.width(1) > 0 && m.int(1)? <= 31)
            .then(|| day_of(None, i64::from(m.month(0)?), m.int(1)?, m.ground))
            .flatten()
    }),
    ("<int> /|- <month>", |m| {
        (m.width(0) <= 2).then(|| day_of(None, i64::from(m.month(1)?), m.int(0)?, m.ground)).flatten()
    }),
    ("<month> /|- <int> /|- <int>", |m| {
        if m.width(1) == 4 {
            day_of(m.int(1), i64::from(m.month(0)?), m.int(2)?, m.ground)
        } else {
            day_of(year_number(m.int(2)?, m.width(2)), i64::from(m.month(0)?), m.int(1)?, m.ground)
        }
    }),
    ("<int> /|- <month> /|- <int>", |m| {
        day_of(year_number(m.int(2)?, m.width(2)), i64::from(m.month(1)?), m.int(0)?, m.ground)
    }),
    ("<int> /|- <int> /|- <month>", |m| {
        day_of(year_number(m.int(0)?, m.width(0)), i64::from(m.month(2)?), m.int(1)?, m.ground)
    }),
    ("<month> /|-|, <int>", |m| {
        (m.width(1) == 4).then(|| month_of(m.int(1), i64::from(m.month(0)?), m.ground)).flatten()
    }),
    ("<month> of|' <int>", |m| {
        month_of(Some(year_number(m.int(1)?, m.width(1)).filter(|y| *y > 1000)?), i64::from(m.month(0)?), m.ground)
    }),
    ("<month> <int> (", |_| None),
    ("<when> ,? in|of? <int>", |m| {
        let w = m.when(0)?;
        let year = match m.form(1)? {
            Form::Digits(4) | Form::Words => m.int(1)?,
            _ => return None,
        };
        let f = w.fields;
        (f.year.is_none()
            && (f.month.is_some() || f.holiday.is_some() || f.quarter.is_some() || f.half.is_some())
            && (1000..=2999).contains(&year)
            && is_plain(&w))
        .then(|| when(Fields { year: i16::try_from(year).ok(), ..f }, m.ground))
        .flatten()
    }),
    ("<when> of|' <int>", |m| {
        let f = m.when(0)?.fields;
        (f.year.is_none() && f.month.is_some() && m.width(1) == 2)
            .then(|| {
                when(Fields { year: year_number(m.int(1)?, 2).and_then(|y| i16::try_from(y).ok()), ..f }, m.ground)
            })
            .flatten()
    }),
    // Numbers with marks.
    ("<int> -|/|. <int> -|/|. <int>", triple),
    ("<int> / <int>", |m| {
        if m.width(0) == 0 || m.width(1) == 0 || m.width(0) > 2 {
            return if m.width(0) == 4 && m.width(1) <= 2 { month_of(m.int(0), m.int(1)?, m.ground) } else { None };
        }
        if m.width(1) == 4 {
            return month_of(m.int(1), m.int(0)?, m.ground);
        }
        if m.width(1) > 2 {
            return None;
        }
        let (day, month) = day_month(m.int(0)?, m.int(1)?, m.ground.order)?;
        day_of(None, month, day, m.ground)
    }),
    ("<int> - <int>", |m| {
        let (a, b) = (m.width(0), m.width(1));
        if a == 4 && b == 2 {
            month_of(m.int(0), m.int(1)?, m.ground)
        } else if b == 4 && (1..=2).contains(&a) {
            month_of(m.int(1), m.int(0)?, m.ground)
        } else {
            None
        }
    }),
    ("on|by|until|till|since|before|after <int> . <int>", |m| {
        if !(1..=2).contains(&m.width(0)) || !(1..=2).contains(&m.width(1)) {
            return None;
        }
        let (day, month) = day_month(m.int(0)?, m.int(1)?, m.ground.order)?;
        let node = day_of(None, month, day, m.ground)?;
        if m.literal(0) == "on" {
            return Some(node);
        }
        None
    }),
    ("<int> .", |m| {
        let v = m.int(0)?;
        (m.width(0) == 8).then(|| day_of(Some(v / 10_000), v / 100 % 100, v % 100, m.ground)).flatten()
    }),
    // Days alone.
    ("the <ord>", |m| {
        when(
            Fields { day: i8::try_from(m.int(0)?).ok().filter(|d| (1..=31).contains(d)), ..Fields::default() },
            m.ground,
        )
        .filter(|n| matches!(n, Node::When(w) if !w.fields.is_empty()))
    }),
    ("the <ord> day of <when>", |m| {
        let w = m.when(1)?;
        (w.unit == TimeUnit::Month).then(|| nth_of(m.int(0)?, TimeUnit::Day, w, m.ground)).flatten()
    }),
    ("<weekday> ,? the? <ord>", |m| {
        when(
            Fields {
                weekday: m.weekday(0),
                day: i8::try_from(m.int(1)?).ok().filter(|d| (1..=31).contains(d)),
                ..Fields::default()
            },
            m.ground,
        )
    }),
    ("<weekday> <int>", |m| {
        let day = m.int(1)?;
        (m.width(1) <= 2 && m.width(1) > 0 && (13..=31).contains(&day))
            .then(|| when(Fields { weekday: m.weekday(0), day: i8::try_from(day).ok(), ..Fields::default() }, m.ground))
            .flatten()
    }),
    // Side by side.
    ("<when> ,|on|of|in|-? <when>", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    ("<when> of_the|in_the <when>", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    ("<when> 's <when>", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    ("<when> ( <when> )", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    // Quarters and halves.
    ("q <int>", |m| quarter(m.int(0)?, None, m)),
    ("quarter <int>", |m| quarter(m.int(0)?, None, m)),
    ("the? <ord> quarter|qtr", |m| quarter(m.int(0)?, None, m)),
    ("h <int>", |m| half(m.int(0)?, m)),
    ("the? first_half", |m| half(1, m)),
    ("the? second_half|last_half", |m| half(2, m)),
    ("<when> -|/ <when>", |m| {
        let (a, b) = (m.when(0)?, m.when(1)?);
        let years =
            a.fields.year.is_some() && a.unit == TimeUnit::Year || b.fields.year.is_some() && b.unit == TimeUnit::Year;
        (years && (a.fields.quarter.or(a.fields.half).or(b.fields.quarter).or(b.fields.half)).is_some())
            .then(|| together(a, b, m.ground))
            .flatten()
    }),
    ("q <int> '? <int>", |m| (m.width(1) == 2).then(|| quarter(m.int(0)?, year_number(m.int(1)?, 2), m)).flatten()),
    ("<int> q <int>", |m| {
        (m.width(0) == 2 || m.width(0) == 4)
            .then(|| quarter(m.int(1)?, year_number(m.int(0)?, m.width(0)), m))
            .flatten()
    }),
];

pub(crate) fn quarter(n: i64, year: Option<i64>, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    (1..=4).contains(&n).then(|| {
        when(
            Fields {
                quarter: i8::try_from(n).ok(),
                year: year.and_then(|y| i16::try_from(y).ok()),
                ..Fields::default()
            },
            m.ground,
        )
    })?
}

pub(crate) fn half(n: i64, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    (1..=2).contains(&n).then(|| when(Fields { half: i8::try_from(n).ok(), ..Fields::default() }, m.ground))?
}
