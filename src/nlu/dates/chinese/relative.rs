//! Chinese expressions that are seen from now.

use super::*;

/// Seen from now.
pub(crate) const RELATIVE: &[Rule] = &[
    day!("今天|今日|当天|今儿|当日", 0),
    day!("昨天|昨日|昨儿", -1),
    day!("前天|前日", -2),
    day!("大前天", -3),
    day!("明天|明日|明儿", 1),
    day!("后天|后日", 2),
    day!("大后天", 3),
    day!("最近|近期", 0),
    ("现在|目前|此刻|当前|眼下", |m| match moment(m.ground.now)? {
        Node::When(w) => Some(Node::When(When { closed: false, ..w })),
        _ => None,
    }),
    away!("今年|本年|本年度|这一年|今年度|当年", Year, 0),
    away!("去年|上年|上一年|上个年度|上年度|去年度", Year, -1),
    away!("前年", Year, -2),
    away!("大前年", Year, -3),
    away!("明年|下一年|来年|下年|明年度", Year, 1),
    away!("后年", Year, 2),
    away!("本月|这个月|当月|这月|该月|本月份|此月", Month, 0),
    away!("上个月|上月|上一个月|上一月|上月份|上个月份", Month, -1),
    away!("上上个月|上上月", Month, -2),
    away!("下个月|下月|下一个月|下月份|次月", Month, 1),
    away!("下下个月|下下月", Month, 2),
    away!("本周|这周|这个星期|这星期|本星期|这个礼拜|这礼拜|这个周|当周|这一周", Week, 0),
    away!("上周|上个星期|上星期|上个礼拜|上礼拜|上一周|上个周|上一个星期", Week, -1),
    away!("上上周|上上个星期|上上星期|上上个周|上上个礼拜", Week, -2),
    away!("下周|下个星期|下星期|下个礼拜|下礼拜|下一周|下个周", Week, 1),
    away!("下下周|下下个星期|下下星期|下下个周|下下个礼拜", Week, 2),
    away!("本季度|这个季度|本季|这季度|当季", Quarter, 0),
    away!("上季度|上个季度|上一季度|上季|上一个季度", Quarter, -1),
    away!("上上季度|上上个季度", Quarter, -2),
    away!("下季度|下个季度|下一季度|下季|下一个季度", Quarter, 1),
    away!("上个半年", Half, -1),
    away!("下个半年", Half, 1),
    away!("这半年", Half, 0),
    away!("这个周末|本周末|这周末", Weekend, 0),
    away!("上周末|上个周末", Weekend, -1),
    away!("下周末|下个周末", Weekend, 1),
    ("上周|上个周|上星期|上个星期|上礼拜|上个礼拜 一|二|三|四|五|六|日|天", |m| {
        weekday_in(-1, m.literal(1), m)
    }),
    ("上上周|上上个周|上上星期|上上个星期|上上个礼拜 一|二|三|四|五|六|日|天", |m| {
        weekday_in(-2, m.literal(1), m)
    }),
    ("下周|下个周|下星期|下个星期|下礼拜|下个礼拜 一|二|三|四|五|六|日|天", |m| {
        weekday_in(1, m.literal(1), m)
    }),
    ("下下周|下下个周|下下星期|下下个星期|下下个礼拜 一|二|三|四|五|六|日|天", |m| {
        weekday_in(2, m.literal(1), m)
    }),
    (
        "这周|本周|这个周|这星期|这个星期|本星期|这礼拜|这个礼拜 一|二|三|四|五|六|日|天",
        |m| weekday_in(0, m.literal(1), m),
    ),
    ("最近|近|过去|过去的|前|之前|此前|上|往前|最近的 这|的? <length>", |m| back(m)),
    ("未来|接下来|今后|后|往后|之后|将来|下|接下来的|未来的|随后 这|的? <length>", |m| {
        forward(m)
    }),
    ("最近|过去|近 半 年|个月", |m| {
        rolling(Length::new(if m.literal(2) == "年" { 6.0 } else { 0.5 }, TimeUnit::Month), -1, m.ground)
    }),
    ("未来|接下来 半 年|个月", |m| {
        rolling(Length::new(if m.literal(2) == "年" { 6.0 } else { 0.5 }, TimeUnit::Month), 1, m.ground)
    }),
    ("上 <int> 个? <unit>", |m| {
        (m.int(0)? > 1 && m.unit(1)? >= TimeUnit::Week)
            .then(|| rolling(Length::new(m.number(0)?, m.unit(1)?), -1, m.ground))?
    }),
    ("上个|下个 <unit>", |m| {
        let unit = m.unit(0)?;
        (unit <= TimeUnit::Hour)
            .then(|| rolling(Length::new(1.0, unit), if m.literal(0) == "上个" { -1 } else { 1 }, m.ground))?
    }),
    ("还剩|还有 <length>", |m| {
        let length = m.length(0)?;
        if length.is_days() {
            return None;
        }
        let mut found = When::fixed(Stretch::new(m.ground.now, length.from(m.ground.now, 1)?), TimeUnit::Minute)?;
        found.kind = Kind::DateTimeRange;
        found.closed = true;
        Some(Node::When(found))
    }),
    ("<length> 前|以前|之前|前的", |m| shifted(m.length(0)?, None, -1, m.ground)),
    ("<length> 后|以后|之后|内", |m| {
        if m.literal(0) == "内" {
            rolling(m.length(0)?, 1, m.ground)
        } else {
            shifted(m.length(0)?, None, 1, m.ground)
        }
    }),
    (
        "年初至今|年初到现在|今年至今|今年到现在|今年以来|年初以来|今年截至目前|今年到目前",
        |m| to_date(TimeUnit::Year, m),
    ),
    ("月初至今|本月至今|本月以来|这个月到现在|月初到现在|本月到现在", |m| {
        to_date(TimeUnit::Month, m)
    }),
    ("本季度至今|本季度以来|季初至今", |m| to_date(TimeUnit::Quarter, m)),
    ("本周至今|本周以来|这周到现在", |m| to_date(TimeUnit::Week, m)),
    ("今年 <int> 周岁", |_| None),
    ("年底|年末", |m| edge_of(TimeUnit::Year, 1, m)),
    ("年初", |m| edge_of(TimeUnit::Year, -1, m)),
    ("年中", |m| edge_of(TimeUnit::Year, 0, m)),
    ("月底|月末", |m| edge_of(TimeUnit::Month, 1, m)),
    ("月初", |m| edge_of(TimeUnit::Month, -1, m)),
    ("月中", |m| edge_of(TimeUnit::Month, 0, m)),
    ("季末|季度末", |m| edge_of(TimeUnit::Quarter, 1, m)),
    ("上半月", |m| edge_of(TimeUnit::Month, -1, m)),
    ("下半月", |m| edge_of(TimeUnit::Month, 1, m)),
    ("上半周|前半周", |m| half_week(false, m)),
    ("下半周|后半周", |m| half_week(true, m)),
];

pub(crate) fn back(m: &Match<'_>) -> Option<Node> {
    let length = m.length(0)?;
    // 上三个月 counts; 上一个月 and 前一天 name a period or a day elsewhere.
    if m.literal(0) == "上" && length.count < 2.0 {
        return None;
    }
    rolling(length, -1, m.ground)
}

pub(crate) fn forward(m: &Match<'_>) -> Option<Node> {
    let length = m.length(0)?;
    if m.literal(0) == "下" && length.count < 2.0 {
        return None;
    }
    rolling(length, 1, m.ground)
}

pub(crate) fn edge_of(unit: TimeUnit, part: i64, m: &Match<'_>) -> Option<Node> {
    match away(unit, 0, m.ground)? {
        Node::When(w) => part_of(part, w),
        _ => None,
    }
}

pub(crate) fn half_week(second: bool, m: &Match<'_>) -> Option<Node> {
    let week = period_away(TimeUnit::Week, m.ground.today, 0, m.ground.week_start)?;
    let middle = week.start.checked_add(3.days()).ok()?;
    fixed(if second { Stretch::new(middle, week.end) } else { Stretch::new(week.start, middle) }, TimeUnit::Week)
}
