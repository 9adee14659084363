//! English times of day.

use super::*;

/// Times of day.
pub(crate) const CLOCKS: &[Rule] = &[
    ("<int> am|a.m.|a.m|a|p|pm|p.m.|p.m|.am|.pm|a_._m_.|p_._m_.", |m| meridiem(hour(m, 0)?, m.literal(0))),
    ("<int> . am|pm", |m| meridiem(hour(m, 0)?, m.literal(1))),
    ("<int> p|a . m .?", |m| meridiem(hour(m, 0)?, m.literal(0))),
    ("<clock> p|a . m .?", |m| meridiem(m.clock(0)?, m.literal(0))),
    ("<clock> am|a.m.|a.m|pm|p.m.|p.m|a|p", |m| meridiem(m.clock(0)?, m.literal(0))),
    ("<int> : <int>", |m| {
        (m.width(1) == 2 && m.width(0) <= 2 && m.width(0) > 0)
            .then(|| clock(m.int(0)?, m.int(1)?, 0, m.width(0) == 2 && m.int(0)? == 0).map(Node::Clock))?
    }),
    ("<int> : <int> : <int>", |m| {
        (m.width(1) == 2 && m.width(2) == 2).then(|| clock(m.int(0)?, m.int(1)?, m.int(2)?, false).map(Node::Clock))?
    }),
    ("<int> . <int> am|pm|a.m.|p.m.", |m| {
        (m.width(1) == 2).then(|| meridiem(clock(m.int(0)?, m.int(1)?, 0, false)?, m.literal(1)))?
    }),
    ("<int> - <int>", |m| {
        let words = m.form(0)? == Form::Words && m.form(1)? == Form::Words;
        (words && (1..=12).contains(&m.int(0)?) && (10..=59).contains(&m.int(1)?))
            .then(|| clock(m.int(0)?, m.int(1)?, 0, false).map(Node::Clock))?
    }),
    ("<int> <int> minutes?", |m| {
        let words = m.form(0)? == Form::Words && m.form(1)? == Form::Words;
        (words && (1..=12).contains(&m.int(0)?) && (10..=59).contains(&m.int(1)?)).then(|| {
            clock(m.int(0)?, m.int(1)?, 0, false).map(|c| Node::Clock(Clock { latent: m.literal(0).is_empty(), ..c }))
        })?
    }),
    ("<int> o'clock|oclock|o_clock|ish", |m| Some(Node::Clock(hour(m, 0)?))),
    ("<int> noon", |_| clock(12, 0, 0, true).map(Node::Clock)),
    ("noon|noonish|midday|mid-day|high_noon", |_| clock(12, 0, 0, true).map(Node::Clock)),
    ("midnight", |_| clock(0, 0, 0, true).map(Node::Clock)),
    ("half_past|half <int>", |m| {
        let h = hour(m, 0)?;
        if m.literal(0) == "half" {
            return None;
        }
        Some(Node::Clock(Clock { start: h.start + 1800, ..h }))
    }),
    ("half_past <clock>", |m| {
        let h = m.clock(0)?;
        (h.end.is_none()).then_some(Node::Clock(Clock { start: h.start + 1800, ..h }))
    }),
    ("a? quarter past|after <int>", |m| {
        let h = hour(m, 0)?;
        Some(Node::Clock(Clock { start: h.start + 900, ..h }))
    }),
    ("a? quarter to|before <int>", |m| {
        let h = hour(m, 0)?;
        Some(Node::Clock(Clock { start: (h.start - 900).rem_euclid(86_400), ..h }))
    }),
    ("<int> minutes|min|mins? past|after <int>", |m| {
        let (minutes, h) = (m.int(0)?, hour(m, 1)?);
        if m.literal(1) == "after" && m.literal(0).is_empty() {
            return None;
        }
        (1..60).contains(&minutes).then_some(Node::Clock(Clock { start: h.start + minutes * 60, latent: false, ..h }))
    }),
    ("<int> minutes|min|mins? to|before <int>", |m| {
        let (minutes, h) = (m.int(0)?, hour(m, 1)?);
        if m.literal(0).is_empty() {
            return None;
        }
        (1..60)
            .contains(&minutes)
            .then_some(Node::Clock(Clock { start: (h.start - minutes * 60).rem_euclid(86_400), ..h }))
    }),
    ("<int>", |m| {
        if m.width(0) == 4 {
            return None;
        }
        let h = hour(m, 0)?;
        (m.int(0)? >= 1).then_some(Node::Clock(Clock { latent: true, ..h }))
    }),
    ("<int> -|to <int>", |m| {
        if m.width(0) != 4 || m.width(1) != 4 {
            return None;
        }
        let (a, b) = (m.int(0)?, m.int(1)?);
        let (a, b) = (clock(a / 100, a % 100, 0, false)?, clock(b / 100, b % 100, 0, false)?);
        (m.int(0)? < 1300 && m.int(1)? <= 2400)
            .then(|| clock_range(a, b).map(|c| Node::Clock(Clock { latent: true, ..c })))?
    }),
    ("morning|mornings", |m| if m.literal(0) == "morning" { part_of_day(8, 12) } else { None }),
    ("afternoon|arvo", |_| part_of_day(12, 16)),
    ("evening", |_| part_of_day(16, 20)),
    ("night", |_| part_of_day(20, 24)),
    ("daytime", |_| part_of_day(8, 18)),
    ("lunchtime|lunch_time|lunch", |m| if m.literal(0) == "lunch" { None } else { part_of_day(11, 13) }),
    ("dinnertime|dinner_time", |_| part_of_day(16, 20)),
    ("breakfast", |m| {
        let Some(Node::Clock(c)) = part_of_day(8, 12) else { return None };
        let _ = m;
        Some(Node::Clock(Clock { latent: true, ..c }))
    }),
    ("early|early_in the? <clock>", |m| part_half(m.clock(0)?, false)),
    ("late|later|late_in|later_in the? <clock>", |m| part_half(m.clock(0)?, true)),
    ("at|in|around|about|circa|by? the? <clock>", |m| {
        let c = m.clock(0)?;
        if m.literal(0).is_empty() || m.literal(0) == "by" {
            return None;
        }
        if m.literal(0) == "in" && !c.part {
            return None;
        }
        if c.latent && (c.part || m.literal(0) != "at" || c.end.is_some()) {
            return None;
        }
        Some(Node::Clock(c))
    }),
    ("<clock> in|at|during? the? <clock>", |m| {
        let (a, b) = (m.clock(0)?, m.clock(1)?);
        if a.part == b.part {
            return None;
        }
        if a.part { clock_in_part(b, a) } else { clock_in_part(a, b) }.map(Node::Clock)
    }),
    ("from|between? <clock> to|until|till|til|-|and|through <clock>", |m| {
        let (a, b) = (m.clock(0)?, m.clock(1)?);
        if m.literal(1) == "and" && m.literal(0) != "between" {
            return None;
        }
        clock_range(a, b).map(Node::Clock)
    }),
    ("from <clock> for <length>", |m| with_length(m.clock(0)?, m.length(1)?)),
    ("for <length> from <clock>", |m| with_length(m.clock(1)?, m.length(0)?)),
    ("<clock> for <length>", |m| {
        let c = m.clock(0)?;
        if c.latent { None } else { with_length(c, m.length(1)?) }
    }),
    ("after|later_than <clock>", |m| opened(m.clock(0)?, Open::After)),
    ("before|by|prior_to|no_later_than <clock>", |m| opened(m.clock(0)?, Open::Before)),
    ("since|any_time_from|anytime_from|from|starting_at|any_time_after? <clock>", |m| {
        if matches!(m.literal(0), "" | "from") {
            return None;
        }
        opened(m.clock(0)?, Open::Since)
    }),
    ("<clock> or later|after", |m| opened(m.clock(0)?, Open::Since)),
    ("<when> ,|at|in|on|from|for|around|by|-|the|,_at|starting_at|sometime? <clock>", |m| {
        let c = m.clock(1)?;
        let day = m.when(0)?;
        if c.latent && c.end.is_none() && !matches!(m.literal(0), "at" | "around") {
            return None;
        }
        if m.literal(0) == "by" {
            return match opened(c, Open::Before)? {
                Node::Clock(c) => day_with_clock(day, c),
                _ => None,
            };
        }
        day_with_clock(day, c)
    }),
    ("<clock> ,|on|of|,_on|in? the? <when>", |m| {
        let c = m.clock(0)?;
        if c.latent && c.end.is_none() {
            return None;
        }
        day_with_clock(m.when(1)?, c)
    }),
    ("this|today <clock>", |m| {
        let c = m.clock(0)?;
        if !c.part {
            return None;
        }
        match relative_day(m.ground, 0)? {
            Node::When(d) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("next|tomorrow <clock>", |m| {
        let c = m.clock(0)?;
        if !c.part {
            return None;
        }
        match relative_day(m.ground, 1)? {
            Node::When(d) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("last|yesterday <clock>", |m| {
        let c = m.clock(0)?;
        if !c.part {
            return None;
        }
        match relative_day(m.ground, -1)? {
            Node::When(d) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("late|early this|last|tomorrow <clock>", |m| {
        let c = m.clock(0)?;
        if !c.part {
            return None;
        }
        let Node::Clock(c) = part_half(c, m.literal(0) == "late")? else { return None };
        match relative_day(
            m.ground,
            match m.literal(1) {
                "last" => -1,
                "tomorrow" => 1,
                _ => 0,
            },
        )? {
            Node::When(d) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("tonight|this_evening", |m| {
        match (
            relative_day(m.ground, 0)?,
            part_of_day(
                if m.literal(0) == "tonight" { 20 } else { 16 },
                if m.literal(0) == "tonight" { 24 } else { 20 },
            )?,
        ) {
            (Node::When(d), Node::Clock(c)) => day_with_clock(d, c),
            _ => None,
        }
    }),
    ("mid today", |m| match (relative_day(m.ground, 0)?, part_of_day(10, 14)?) {
        (Node::When(d), Node::Clock(c)) => day_with_clock(d, c),
        _ => None,
    }),
    ("later in? today", |m| match (relative_day(m.ground, 0)?, part_of_day(12, 24)?) {
        (Node::When(d), Node::Clock(c)) => day_with_clock(d, c),
        _ => None,
    }),
    (
        "<clock> ,|in? tonight|this_morning|this_afternoon|this_evening|last_night|tomorrow_evening|tomorrow_morning|tomorrow_afternoon|tomorrow_night|yesterday_afternoon|yesterday_morning|yesterday_evening|next_evening|next_morning",
        |m| near_part(m.clock(0)?, m.literal(1), m),
    ),
    (
        "tonight|this_morning|this_afternoon|this_evening|last_night|tomorrow_evening|tomorrow_morning|tomorrow_afternoon|tomorrow_night|next_evening|next_morning ,|at|from|around? <clock>",
        |m| near_part(m.clock(0)?, m.literal(0), m),
    ),
    ("<when> am|pm", |m| {
        match part_of_day(if m.literal(0) == "am" { 8 } else { 12 }, if m.literal(0) == "am" { 12 } else { 16 })? {
            Node::Clock(c) => day_with_clock(m.when(0)?, c),
            _ => None,
        }
    }),
    ("last <unit>", |m| (m.unit(0)? <= TimeUnit::Hour).then(|| rolling(Length::new(1.0, m.unit(0)?), -1, m.ground))?),
    ("the hour", |_| Some(Node::Length(Length::new(1.0, TimeUnit::Hour)))),
];

pub(crate) fn near_part(c: Clock, word: &str, m: &crate::nlu::dates::chart::Match<'_>) -> Option<Node> {
    let day = if word.starts_with("tomorrow") || word.starts_with("next") {
        1
    } else if word.starts_with("last") || word.starts_with("yesterday") {
        -1
    } else {
        0
    };
    let (from, to) = if word.ends_with("morning") {
        (8, 12)
    } else if word.ends_with("afternoon") {
        (12, 16)
    } else if word.ends_with("evening") {
        (16, 20)
    } else {
        (20, 24)
    };
    let Node::Clock(part) = part_of_day(from, to)? else { return None };
    let Node::When(d) = relative_day(m.ground, day)? else { return None };
    day_with_clock(d, clock_in_part(c, part)?)
}

pub(crate) fn meridiem(c: Clock, word: &str) -> Option<Node> {
    let pm = word.trim_start_matches('.').starts_with('p');
    if c.part || c.start >= 13 * 3600 && !(pm) || c.end.is_some() {
        return None;
    }
    let twelve = c.start / 3600 == 12;
    let start = match (pm, twelve) {
        (true, true) | (false, false) => c.start,
        (true, false) if c.start < 12 * 3600 => c.start + 12 * 3600,
        (true, false) => c.start,
        (false, true) => c.start - 12 * 3600,
    };
    Some(Node::Clock(Clock { start, sure: true, latent: false, ..c }))
}

pub(crate) fn part_half(c: Clock, late: bool) -> Option<Node> {
    let end = c.end.filter(|_| c.part)?;
    let middle = (c.start + end) / 2;
    Some(Node::Clock(if late { Clock { start: middle, ..c } } else { Clock { end: Some(middle), ..c } }))
}

pub(crate) fn with_length(c: Clock, length: Length) -> Option<Node> {
    if c.part
        || c.end.is_some()
        || length.seconds() > 86_400.0
        || length.seconds() <= 0.0
        || c.open != Open::No
        || length.unit >= TimeUnit::Day
    {
        return None;
    }
    Some(Node::Clock(Clock { end: Some(c.start + length.seconds() as i64), latent: false, ..c }))
}

pub(crate) fn opened(c: Clock, how: Open) -> Option<Node> {
    if c.open != Open::No || c.end.is_some() && !c.part || c.latent && !c.part {
        return None;
    }
    let start = if matches!(how, Open::After | Open::Since) { c.end.unwrap_or(c.start) } else { c.start };
    Some(Node::Clock(Clock { start, end: None, open: how, part: false, latent: false, ..c }))
}
