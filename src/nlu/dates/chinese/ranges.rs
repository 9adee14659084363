//! Chinese ranges, lengths and times of day.

use super::*;

/// Parts of periods, ranges, open ends.
pub(crate) const RANGES: &[Rule] = &[
    ("<when> 的? 第 <int> 个? <unit>", |m| nth_of(m.int(1)?, m.unit(2)?, m.when(0)?, m.ground)),
    ("<when> 的? 第 <int> 个 <when>", |m| {
        let d = m.when(2)?.fields;
        nth_weekday(m.int(1)?, d.weekday?, m.when(0)?)
    }),
    ("<when> 的? 最后|最后一 个? <when>", |m| nth_weekday(-1, m.when(1)?.fields.weekday?, m.when(0)?)),
    ("<when> 的? 最后一个 <when>", |m| nth_weekday(-1, m.when(1)?.fields.weekday?, m.when(0)?)),
    ("<when> 的? 最后|后 <int> 个? <unit>", |m| some_of(m.int(1)?, m.unit(2)?, true, m.when(0)?, m.ground)),
    ("<when> 的? 前|头|最初 <int> 个? <unit>", |m| some_of(m.int(1)?, m.unit(2)?, false, m.when(0)?, m.ground)),
    ("<when> 上旬", |m| ten_days(0, m.when(0)?)),
    ("<when> 中旬", |m| ten_days(1, m.when(0)?)),
    ("<when> 下旬", |m| ten_days(2, m.when(0)?)),
    ("<when> 初|上半月|年初|月初", |m| part_of(-1, m.when(0)?)),
    ("<when> 底|末|下半月|年底|月底|年末|月末", |m| part_of(1, m.when(0)?)),
    ("自|从|由|在? <when> 到|至|-|~|直到|一直到 <when>", |m| between(m.when(0)?, m.when(1)?, m.ground)),
    ("自|从|由|在? <when> 和|与|到|至|- <when> 之间|间|期间", |m| {
        between(m.when(0)?, m.when(1)?, m.ground)
    }),
    ("自|从|由? <int> 到|至|-|~ <when>", |m| {
        let (a, b) = (m.int(0)?, m.when(1)?);
        let f = b.fields;
        if f.year.is_none() && f.month.is_some() && f.day.is_none() && (1..=12).contains(&a) && m.width(0) <= 2 {
            let Node::When(a) = month_of(None, a, m.ground)? else { return None };
            return between(a, b, m.ground);
        }
        if f.day.is_some() && f.month.is_none() && (1..=31).contains(&a) && m.width(0) <= 2 {
            let Node::When(a) = when(Fields { day: i8::try_from(a).ok(), ..Fields::default() }, m.ground)? else {
                return None;
            };
            return between(a, b, m.ground);
        }
        if f.year.is_some() && b.unit == TimeUnit::Year && (m.width(0) == 4) {
            let Node::When(a) = year_of(a, m.ground)? else { return None };
            return between(a, b, m.ground);
        }
        None
    }),
    ("自从|自|从 <when> 以来|起|开始|至今|到现在|到今天|之后|以后|后?", |m| {
        if m.literal(0) == "从" && m.literal(1).is_empty() {
            return None;
        }
        open(
            m.when(0)?,
            if matches!(m.literal(1), "之后" | "以后" | "后") { Open::After } else { Open::Since },
            m.ground,
        )
    }),
    ("<when> 以来|起|开始|至今|到现在|到今天|到目前", |m| {
        if m.when(0)?.rolling { None } else { open(m.when(0)?, Open::Since, m.ground) }
    }),
    ("<when> 之后|以后|后|往后", |m| {
        let w = m.when(0)?;
        open(w, Open::After, m.ground)
    }),
    ("<when> 或|及|或者|和|以及 之后|以后|后|更晚", |m| open(m.when(0)?, Open::Since, m.ground)),
    ("<when> 或|及|或者|和|以及 之前|以前|前|更早", |m| open(m.when(0)?, Open::Until, m.ground)),
    ("<when> 之前|以前|前|为止", |m| open(m.when(0)?, Open::Before, m.ground)),
    ("截止到|截至|截止|直到|到|截至到 <when> 为止|前?", |m| {
        if m.literal(0) == "到" && m.literal(1).is_empty() {
            return open(m.when(0)?, Open::Until, m.ground);
        }
        open(m.when(0)?, Open::Before, m.ground)
    }),
    ("<when> 当天|那天|当日|期间|那周|全天|全年|全月|一整年", |m| {
        m.when(0).filter(is_plain).map(Node::When)
    }),
];

pub(crate) fn ten_days(part: i64, of: When) -> Option<Node> {
    if of.unit != TimeUnit::Month || of.open != Open::No {
        return None;
    }
    let mut found = of.map(|s| {
        let start = s.start.checked_add((10 * part).days()).ok()?;
        Stretch::new(start, if part == 2 { s.end } else { start.checked_add(10.days()).ok()? })
    })?;
    found.kind = Kind::DateRange;
    found.closed = true;
    Some(Node::When(found))
}

/// Lengths of time.
pub(crate) const LENGTHS: &[Rule] = &[
    ("<num> 个? <unit>", |m| {
        // 5月 and 2018年 are names, not lengths.
        let unit = m.unit(1)?;
        Some(Node::Length(Length::new(m.number(0)?, unit)))
    }),
    ("<num> 个半 <unit>", |m| Some(Node::Length(Length::new(m.number(0)? + 0.5, m.unit(1)?)))),
    ("<num> 年半", |m| Some(Node::Length(Length::new(m.number(0)? + 0.5, TimeUnit::Year)))),
    ("半 个? <unit>", |m| Some(Node::Length(Length::new(0.5, m.unit(0)?)))),
    ("几|数 个? <unit>", |m| Some(Node::Length(Length::new(3.0, m.unit(0)?)))),
    ("一刻钟", |_| Some(Node::Length(Length::new(15.0, TimeUnit::Minute)))),
    ("<length> 多|零|又|余|和? <length>", |m| {
        let (a, b) = (m.length(0)?, m.length(1)?);
        (a.unit > b.unit && a.count > 0.0)
            .then(|| Node::Length(Length { unit: a.unit.min(b.unit), count: b.count, ..a.plus(b) }))
    }),
];

pub(crate) fn han_clock(m: &Match<'_>, minute: i64, second: i64) -> Option<Clock> {
    if m.width(0) > 2 {
        return None;
    }
    let mut c = clock(m.int(0)?, minute, second, false)?;
    c.latent = false;
    Some(c)
}

/// Times of day.
pub(crate) const CLOCKS: &[Rule] = &[
    ("<int> 点|点钟|时|点整", |m| Some(Node::Clock(han_clock(m, 0, 0)?))),
    ("<int> 点半|时半", |m| Some(Node::Clock(han_clock(m, 30, 0)?))),
    ("<int> 点|时 一刻|三刻", |m| {
        Some(Node::Clock(han_clock(m, if m.literal(1) == "一刻" { 15 } else { 45 }, 0)?))
    }),
    ("<int> 点|时 <int> 分", |m| Some(Node::Clock(han_clock(m, m.int(1)?, 0)?))),
    ("<int> 点|时 <int> 分 <int> 秒", |m| Some(Node::Clock(han_clock(m, m.int(1)?, m.int(2)?)?))),
    ("早上|早间|早晨|清晨|上午|早|今早", |m| if m.literal(0) == "今早" { None } else { part_of_day(8, 12) }),
    ("凌晨|晨", |_| part_of_day(0, 8)),
    ("下午|午后|午间", |_| part_of_day(12, 16)),
    ("晚上|傍晚|晚间|晚|夜里|夜间|夜晚", |_| part_of_day(16, 20)),
    ("中午|正午", |_| part_of_day(11, 13)),
    ("大约|大概|约|差不多 <clock>", |m| m.clock(0).filter(|c| !c.latent).map(Node::Clock)),
    ("<clock> 的? <clock>", |m| {
        let (part, at) = (m.clock(0)?, m.clock(1)?);
        if !part.part || at.latent {
            return None;
        }
        clock_in_part(at, part).map(Node::Clock)
    }),
    ("从|在? <clock> 到|至|-|~ <clock>", |m| {
        let (a, b) = (m.clock(0)?, m.clock(1)?);
        if a.latent || b.latent {
            return None;
        }
        clock_range(a, b).map(Node::Clock)
    }),
    ("<clock> 之后|以后|后", |m| opened(m.clock(0)?, Open::After)),
    ("<clock> 之前|以前|前", |m| opened(m.clock(0)?, Open::Before)),
    ("从? <when> 的|,? <clock>", |m| {
        let c = m.clock(1)?;
        if c.latent {
            return None;
        }
        day_with_clock(m.when(0)?, c)
    }),
    ("今|明|昨 晚|早|晨 <clock>", |m| {
        let c = m.clock(0)?;
        if c.latent {
            return None;
        }
        let Node::Clock(part) = (match m.literal(1) {
            "晚" => part_of_day(16, 24)?,
            "晨" => part_of_day(0, 8)?,
            _ => part_of_day(6, 12)?,
        }) else {
            return None;
        };
        let Node::When(day) = relative_day(
            m.ground,
            match m.literal(0) {
                "今" => 0,
                "明" => 1,
                _ => -1,
            },
        )?
        else {
            return None;
        };
        day_with_clock(day, clock_in_part(c, part)?)
    }),
    ("今|明|昨 晚|早", |m| {
        let Node::Clock(part) = (if m.literal(1) == "晚" { part_of_day(16, 20)? } else { part_of_day(8, 12)? }) else {
            return None;
        };
        let Node::When(day) = relative_day(
            m.ground,
            match m.literal(0) {
                "今" => 0,
                "明" => 1,
                _ => -1,
            },
        )?
        else {
            return None;
        };
        day_with_clock(day, part)
    }),
];

/// Again and again.
pub(crate) const SETS: &[Rule] = &[
    ("每 个? <unit>", |_| Some(Node::Set)),
    ("每 <length>", |_| Some(Node::Set)),
    ("每|每个 <when>", |m| {
        let f = m.when(0)?.fields;
        (f.weekday.is_some() || f.day.is_some() || f.month.is_some()).then_some(Node::Set)
    }),
    ("每|每个 <clock>", |m| m.clock(0)?.part.then_some(Node::Set)),
    ("<set> 的? <when>", |m| {
        let f = m.when(1)?.fields;
        (f.weekday.is_some() || f.day.is_some() || f.month.is_some()).then_some(Node::Set)
    }),
    ("每周 一|二|三|四|五|六|日|天", |_| Some(Node::Set)),
    ("每月 <int> 日|号", |_| Some(Node::Set)),
    ("每早|每晚|逐日|逐月|逐周", |_| Some(Node::Set)),
    ("<set> 的? <clock>", |m| (!m.clock(1)?.latent).then_some(Node::Set)),
];
