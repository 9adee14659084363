//! English expressions that are seen from now.

use super::*;

/// Seen from now.
pub(crate) const RELATIVE: &[Rule] = &[
    ("today|todays|today's|current_date|this_day", |m| relative_day(m.ground, 0)),
    ("yesterday|yesterdays|yesterday's|the_day_before", |m| relative_day(m.ground, -1)),
    ("tomorrow|tomorrow's|tmrw|tmr|tomorow|the_day_after|the_next_day|the_following_day", |m| {
        relative_day(m.ground, 1)
    }),
    ("the? day_before_yesterday", |m| relative_day(m.ground, -2)),
    ("the? day_after_tomorrow", |m| relative_day(m.ground, 2)),
    ("now|right_now|at_the_moment|at_present|at_the_present_time|at_this_moment", |m| {
        let node = moment(m.ground.now)?;
        Some(match node {
            Node::When(w) => Node::When(When { closed: false, ..w }),
            other => other,
        })
    }),
    ("this|current|the_current|that|the_same|same|this_very <unit>", |m| {
        let unit = m.unit(0)?;
        if unit <= TimeUnit::Hour {
            return None;
        }
        away(unit, 0, m.ground)
    }),
    ("the <unit>", |m| {
        let unit = m.unit(0)?;
        (unit > TimeUnit::Hour && unit != TimeUnit::Workday && unit != TimeUnit::Weekend)
            .then(|| away(unit, 0, m.ground))
            .flatten()
    }),
    ("the? weekend|weekends", |m| if m.literal(1) == "weekend" { away(TimeUnit::Weekend, 0, m.ground) } else { None }),
    ("last|past|previous|prior|preceding|next|following|coming|upcoming|this_coming|this_past|latest <unit>", |m| {
        away(m.unit(0)?, direction(m.literal(0)), m.ground)
    }),
    ("<unit> before_last", |m| away(m.unit(0)?, -2, m.ground)),
    ("the? <unit> after_next", |m| away(m.unit(0)?, 2, m.ground)),
    ("last|previous <int> to? <int> <unit>", |_| None),
    ("last|past|previous|prior|preceding|next|following|coming|upcoming|latest|trailing <length>", |m| {
        let sign = if m.literal(0) == "trailing" { -1 } else { direction(m.literal(0)) };
        rolling(m.length(0)?, sign, m.ground)
    }),
    ("<num> last|past|previous|prior|next|following|coming|upcoming <unit>", |m| {
        rolling(Length::new(m.number(0)?, m.unit(1)?), direction(m.literal(0)), m.ground)
    }),
    ("within|over|during|for? the? last|past|previous|next|coming|following <length>", |m| {
        rolling(m.length(0)?, direction(m.literal(2)), m.ground)
    }),
    ("within the? next? <length>", |m| rolling_now(m.length(0)?, m)),
    ("this|current <weekday>", |m| in_week(m.weekday(0)?, 0, m)),
    ("last|previous <weekday>", |m| in_week(m.weekday(0)?, -1, m)),
    ("next|following <weekday>", |m| in_week(m.weekday(0)?, 1, m)),
    ("past|this_past <weekday>", |m| nearest(weekday_of(m.weekday(0)?), true, m)),
    ("upcoming|coming|this_coming|this_upcoming <weekday>", |m| nearest(weekday_of(m.weekday(0)?), false, m)),
    ("<weekday> week", |m| in_week(m.weekday(0)?, 1, m)),
    ("this|last|past|previous|next|upcoming|coming <when>", |m| {
        let (word, of) = (m.literal(0), m.when(0)?);
        let f = of.fields;
        if of.open != Open::No || of.closed || f.is_empty() || f.year.is_some() {
            return None;
        }
        if f.weekday.is_some() && (f.month.is_some() || f.day.is_some()) && f.month.is_some() {
            return nearest(Fields { year: m.ground.today.year().into(), ..f }, true, m);
        }
        if f.weekday.is_some() {
            return None;
        }
        let year = m.ground.today.year();
        let this = Fields { year: Some(year), ..f };
        match word {
            "this" => nearest(this, true, m),
            "next" if f.season.is_none() && f.month.is_some() && f.day.is_some() => {
                nearest(Fields { year: Some(year + 1), ..f }, true, m)
            }
            "last" | "past" | "previous" => {
                let found = When::of(f, m.ground.today).at[0]?;
                let ended = found.end.date() <= m.ground.today;
                nearest(Fields { year: Some(found.start.year() - i16::from(!ended)), ..f }, true, m)
            }
            _ => {
                let found = When::of(f, m.ground.today).at[1]?;
                let ahead = found.start.date() > m.ground.today;
                nearest(Fields { year: Some(found.start.year() + i16::from(!ahead)), ..f }, true, m)
            }
        }
    }),
    ("<when> last|this|next year", |m| {
        let f = m.when(0)?.fields;
        if f.is_empty()
            || f.year.is_some()
            || f.month.is_none() && f.quarter.is_none() && f.half.is_none() && f.holiday.is_none() && f.season.is_none()
        {
            return None;
        }
        let year = m.ground.today.year() + i16::try_from(direction(m.literal(0))).ok()?;
        when(Fields { year: Some(year), ..f }, m.ground)
    }),
    ("<length> ago|back|earlier|before_now|previously", |m| shifted(m.length(0)?, None, -1, m.ground)),
    ("<length> later|hence|from_now|after_now|from_today", |m| shifted(m.length(0)?, None, 1, m.ground)),
    ("in <length>", |m| shifted(m.length(0)?, None, 1, m.ground)),
    ("in? <length> after|from|since <when>", |m| {
        let mut node = shifted(m.length(0)?, Some(m.when(1)?), 1, m.ground)?;
        if let (Node::When(w), Some(l)) = (&mut node, m.length(0))
            && m.when(1)?.unit == TimeUnit::Year
            && l.is_days()
        {
            *w = w.map(|s| Stretch::day(s.start.date()))?;
        }
        Some(node)
    }),
    ("<length> before|prior_to <when>", |m| shifted(m.length(0)?, Some(m.when(1)?), -1, m.ground)),
    ("more_than|over|at_least <length> ago|before|prior_to <when>", |m| {
        match shifted(m.length(0)?, Some(m.when(1)?), -1, m.ground)? {
            Node::When(w) => open(w, Open::Before, m.ground),
            _ => None,
        }
    }),
    ("year_to_date|ytd|this_year_so_far|so_far_this_year|year-to-date", |m| to_date(TimeUnit::Year, m)),
    ("month_to_date|mtd|this_month_so_far|so_far_this_month|month-to-date", |m| to_date(TimeUnit::Month, m)),
    ("quarter_to_date|qtd|this_quarter_so_far|so_far_this_quarter|quarter-to-date", |m| to_date(TimeUnit::Quarter, m)),
    ("week_to_date|wtd|this_week_so_far|so_far_this_week|week-to-date", |m| to_date(TimeUnit::Week, m)),
    ("earlier this|in_the <unit>", |m| earlier(m.unit(0)?, m)),
    ("later this|in_the|in_this <unit>", |m| later(m.unit(0)?, m)),
    ("the? rest|remainder of the|this? <unit>", |m| later(m.unit(0)?, m)),
    ("to_date", |m| {
        let Node::When(today) = relative_day(m.ground, 0)? else { return None };
        open(today, Open::Before, m.ground)
    }),
    ("the? eoy|end_of_year|year_end|year's_end", |m| match away(TimeUnit::Year, 0, m.ground)? {
        Node::When(w) => part_of(1, w),
        _ => None,
    }),
    ("the? eom|end_of_month|month_end", |m| match away(TimeUnit::Month, 0, m.ground)? {
        Node::When(w) => part_of(1, w),
        _ => None,
    }),
    ("the? end of the? week", |m| later(TimeUnit::Week, m)),
    ("the? eow", |m| later(TimeUnit::Week, m)),
    ("the? eod|end_of_day|end_of_the_day", |m| moment(m.ground.today.to_datetime(Time::constant(23, 59, 59, 0)))),
    ("the? end_of the? <when>", |m| {
        let w = m.when(0)?;
        if !w.is_day() {
            return None;
        }
        let mut found = w.map(|s| {
            let at = s.start.checked_add(86_399.seconds()).ok()?;
            Stretch::new(at, at.checked_add(1.second()).ok()?)
        })?;
        found.kind = Kind::DateTime;
        found.closed = true;
        Some(Node::When(found))
    }),
    ("the? start_of|beginning_of|early|early_in|begin_of the? <when>", |m| part_of(-1, m.when(0)?)),
    ("the? middle_of|mid|mid-|half_of the? <when>", |m| part_of(0, m.when(0)?)),
    ("the? end_of|late|late_in|close_of the? <when>", |m| part_of(1, m.when(0)?)),
];

pub(crate) fn rolling_now(length: Length, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    if length.is_days() {
        return rolling(length, 1, m.ground);
    }
    let mut found = When::fixed(Stretch::new(m.ground.now, length.from(m.ground.now, 1)?), TimeUnit::Minute)?;
    found.kind = Kind::DateTimeRange;
    found.closed = true;
    Some(Node::When(found))
}

pub(crate) fn to_date(unit: TimeUnit, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    let start = period_of(unit, m.ground.today, m.ground.week_start)?.start;
    let today = m.ground.today.to_datetime(Time::midnight());
    let end = today.checked_add(1.day()).ok()?;
    let mut found = When::fixed(Stretch::new(start, end), unit)?;
    found.kind = Kind::DateRange;
    let named = Stretch::new(start, if start < today { today } else { end });
    found.named = [named, named];
    found.closed = true;
    Some(Node::When(found))
}

pub(crate) fn earlier(unit: TimeUnit, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    if unit <= TimeUnit::Day {
        return None;
    }
    let start = period_of(unit, m.ground.today, m.ground.week_start)?.start;
    let mut found = When::fixed(Stretch::new(start, m.ground.today.to_datetime(Time::midnight())), unit)?;
    found.kind = Kind::DateRange;
    found.closed = true;
    Some(Node::When(found))
}

pub(crate) fn later(unit: TimeUnit, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    if unit <= TimeUnit::Day {
        return None;
    }
    let whole = period_of(unit, m.ground.today, m.ground.week_start)?;
    let Node::When(second) = part_of(1, When::fixed(Some(whole), unit)?)? else { return None };
    let start = m.ground.today.to_datetime(Time::midnight()).max(second.at[0]?.start);
    let mut found = When::fixed(Stretch::new(start, whole.end), unit)?;
    found.kind = Kind::DateRange;
    found.closed = true;
    Some(Node::When(found))
}
