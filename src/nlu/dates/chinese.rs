//! The Chinese rules, as tables. Makes nothing itself; `making` does. Traditional characters were made simple before.

use jiff::ToSpan;
use jiff::civil::Weekday;

use super::calendar::Holiday;
use super::chart::{Match, Node, Rule};
use super::english::{opened, to_date};
use super::making::*;
use super::moment::{Clock, Fields, Kind, Length, Open, Season, Stretch, TimeUnit, When, period_away};
use super::numerals::Form;

macro_rules! holiday {
    ($pattern:literal, $h:expr) => {
        ($pattern, |m| holiday($h, m.ground))
    };
}
macro_rules! unit {
    ($pattern:literal, $unit:ident) => {
        ($pattern, |_| Some(Node::Unit(TimeUnit::$unit)))
    };
}
macro_rules! away {
    ($pattern:literal, $unit:ident, $by:literal) => {
        ($pattern, |m| away(TimeUnit::$unit, $by, m.ground))
    };
}
macro_rules! day {
    ($pattern:literal, $by:literal) => {
        ($pattern, |m| relative_day(m.ground, $by))
    };
}

fn weekday_named(word: &str) -> Option<Weekday> {
    Some(match word {
        "一" | "1" => Weekday::Monday,
        "二" | "2" => Weekday::Tuesday,
        "三" | "3" => Weekday::Wednesday,
        "四" | "4" => Weekday::Thursday,
        "五" | "5" => Weekday::Friday,
        "六" | "6" => Weekday::Saturday,
        "日" | "天" | "7" => Weekday::Sunday,
        _ => return None,
    })
}

fn weekday_in(by: i64, word: &str, m: &Match<'_>) -> Option<Node> {
    let week = period_away(TimeUnit::Week, m.ground.today, by, Weekday::Monday)?;
    let after = i64::from(weekday_named(word)?.since(Weekday::Monday));
    fixed(Stretch::day(week.start.date().checked_add(after.days()).ok()?), TimeUnit::Day)
}

/// Names of units and holidays.
pub(super) const NAMES: &[Rule] = &[
    unit!("秒|秒钟", Second),
    unit!("分钟|分", Minute),
    unit!("小时|个小时|钟头|个钟头|个钟", Hour),
    unit!("天|日|个晚上", Day),
    unit!("工作日|个工作日", Workday),
    unit!("周|星期|个星期|个礼拜|礼拜|个周", Week),
    unit!("个月|月", Month),
    unit!("季度|个季度|季", Quarter),
    unit!("年|年度|周年|个年头", Year),
    unit!("个周末|周末", Weekend),
    unit!("个半年", Half),
    holiday!("元旦|新年", Holiday::Fixed(1, 1, 1)),
    holiday!("春节|农历新年|过年|大年初一", Holiday::LunarNewYear(0, 7)),
    holiday!("除夕|大年三十", Holiday::LunarNewYear(-1, 1)),
    holiday!("元宵节|元宵", Holiday::LunarNewYear(14, 1)),
    holiday!("情人节", Holiday::Fixed(2, 14, 1)),
    holiday!("妇女节|三八节|三八妇女节|女神节|38节", Holiday::Fixed(3, 8, 1)),
    holiday!("愚人节", Holiday::Fixed(4, 1, 1)),
    holiday!("清明节|清明", Holiday::QingMing),
    holiday!("劳动节|五一|五一劳动节|五一节|五一假期|五一黄金周", Holiday::Fixed(5, 1, 5)),
    holiday!("儿童节|六一|六一儿童节", Holiday::Fixed(6, 1, 1)),
    holiday!("端午节|端午", Holiday::DragonBoat),
    holiday!("母亲节", Holiday::Nth(5, 2, Weekday::Sunday)),
    holiday!("父亲节", Holiday::Nth(6, 3, Weekday::Sunday)),
    holiday!("618|六一八|年中大促", Holiday::Fixed(6, 18, 1)),
    holiday!("中秋节|中秋", Holiday::MidAutumn),
    holiday!("教师节", Holiday::Fixed(9, 10, 1)),
    holiday!("国庆节|国庆|十一黄金周|国庆假期|国庆黄金周|十一假期|黄金周|十一长假", Holiday::Fixed(10, 1, 7)),
    holiday!("双十一|双11|双十一购物节|光棍节|11.11", Holiday::Fixed(11, 11, 1)),
    holiday!("双十二|双12|12.12", Holiday::Fixed(12, 12, 1)),
    holiday!("感恩节", Holiday::Thanksgiving(0)),
    holiday!("黑色星期五|黑五", Holiday::Thanksgiving(1)),
    holiday!("网络星期一|网一", Holiday::Thanksgiving(4)),
    holiday!("平安夜", Holiday::Fixed(12, 24, 1)),
    holiday!("圣诞节|圣诞", Holiday::Fixed(12, 25, 1)),
    holiday!("万圣节", Holiday::Fixed(10, 31, 1)),
    holiday!("复活节", Holiday::Easter(0)),
    ("春季|春天", |m| season(Season::Spring, m.ground)),
    ("夏季|夏天|暑假", |m| season(Season::Summer, m.ground)),
    ("秋季|秋天", |m| season(Season::Autumn, m.ground)),
    ("冬季|冬天", |m| season(Season::Winter, m.ground)),
];

/// Reign titles and the year before their first.
const REIGNS: &[(&str, i64)] = &[
    ("神龙", 704),
    ("贞观", 626),
    ("开元", 712),
    ("洪武", 1367),
    ("永乐", 1402),
    ("顺治", 1643),
    ("康熙", 1661),
    ("雍正", 1722),
    ("乾隆", 1735),
    ("嘉庆", 1795),
    ("道光", 1820),
    ("咸丰", 1850),
    ("同治", 1861),
    ("光绪", 1874),
    ("宣统", 1908),
    ("民国", 1911),
];

fn reign(m: &Match<'_>, n: i64) -> Option<Node> {
    let first = REIGNS.iter().find(|(name, _)| *name == m.literal(0))?.1;
    year_of(first + n, m.ground)
}

/// Dates and periods of the calendar.
pub(super) const DATES: &[Rule] = &[
    ("<int> 年|年度", |m| {
        let (value, form) = (m.int(0)?, m.form(0)?);
        match form {
            Form::Digits(4) | Form::HanDigits(4) => year_of(year_number(value, 4)?, m.ground),
            Form::Digits(2) | Form::HanDigits(2) => year_of(year_number(value, 2)?, m.ground),
            Form::Han if value >= 1000 => year_of(value, m.ground),
            _ => None,
        }
    }),
    ("神龙|贞观|开元|洪武|永乐|顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|民国 元年", |m| reign(m, 1)),
    (
        "神龙|贞观|开元|洪武|永乐|顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|民国 <int> 年",
        |m| reign(m, m.int(0)?),
    ),
    ("<int> 月|月份", |m| (m.int(0)? <= 12).then(|| month_of(None, m.int(0)?, m.ground))?),
    ("正月", |m| month_of(None, 1, m.ground)),
    ("<int> 日|号", |m| {
        let day = i8::try_from(m.int(0)?).ok().filter(|day| (1..=31).contains(day))?;
        when(Fields { day: Some(day), ..Fields::default() }, m.ground)
    }),
    ("<int> 月|月份 的? <int> 日|号?", |m| {
        let bare = m.literal(2).is_empty();
        if bare && m.width(1) > 2 || m.int(1)? > 31 {
            return None;
        }
        day_of(None, m.int(0)?, m.int(1)?, m.ground)
    }),
    ("<int> 月 初 <int>", |m| day_of(None, m.int(0)?, m.int(1)?, m.ground)),
    ("周|星期|礼拜 一|二|三|四|五|六|日|天|1|2|3|4|5|6", |m| {
        when(Fields { weekday: weekday_named(m.literal(1)), ..Fields::default() }, m.ground)
    }),
    ("<when> 的|, <when>", |m| together(m.when(0)?, m.when(1)?, m.ground)),
    ("<when> 第? <int> 季度|季|个季度", |m| match quarter(m.int(1)?, m)? {
        Node::When(q) => together(m.when(0)?, q, m.ground),
        _ => None,
    }),
    ("第? <int> 季度|季", |m| {
        if m.literal(1) == "季" && m.literal(0).is_empty() && m.int(0)? > 4 { None } else { quarter(m.int(0)?, m) }
    }),
    ("首季|首季度|头季度", |m| quarter(1, m)),
    ("上半年|前半年|上半年度", |m| half_year(1, m)),
    ("下半年|后半年|下半年度", |m| half_year(2, m)),
    ("周末", |m| away(TimeUnit::Weekend, 0, m.ground)),
];

fn quarter(n: i64, m: &Match<'_>) -> Option<Node> {
    (1..=4).contains(&n).then(|| when(Fields { quarter: i8::try_from(n).ok(), ..Fields::default() }, m.ground))?
}

/// Without a year a half means this year's.
fn half_year(n: i8, m: &Match<'_>) -> Option<Node> {
    when(Fields { half: Some(n), ..Fields::default() }, m.ground)
}

/// Seen from now.
pub(super) const RELATIVE: &[Rule] = &[
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

fn back(m: &Match<'_>) -> Option<Node> {
    let length = m.length(0)?;
    // 上三个月 counts; 上一个月 and 前一天 name a period or a day elsewhere.
    if m.literal(0) == "上" && length.count < 2.0 {
        return None;
    }
    rolling(length, -1, m.ground)
}

fn forward(m: &Match<'_>) -> Option<Node> {
    let length = m.length(0)?;
    if m.literal(0) == "下" && length.count < 2.0 {
        return None;
    }
    rolling(length, 1, m.ground)
}

fn edge_of(unit: TimeUnit, part: i64, m: &Match<'_>) -> Option<Node> {
    match away(unit, 0, m.ground)? {
        Node::When(w) => part_of(part, w),
        _ => None,
    }
}

fn half_week(second: bool, m: &Match<'_>) -> Option<Node> {
    let week = period_away(TimeUnit::Week, m.ground.today, 0, m.ground.week_start)?;
    let middle = week.start.checked_add(3.days()).ok()?;
    fixed(if second { Stretch::new(middle, week.end) } else { Stretch::new(week.start, middle) }, TimeUnit::Week)
}

/// Parts of periods, ranges, open ends.
pub(super) const RANGES: &[Rule] = &[
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

fn ten_days(part: i64, of: When) -> Option<Node> {
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
pub(super) const LENGTHS: &[Rule] = &[
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

fn han_clock(m: &Match<'_>, minute: i64, second: i64) -> Option<Clock> {
    if m.width(0) > 2 {
        return None;
    }
    let mut c = clock(m.int(0)?, minute, second, false)?;
    c.latent = false;
    Some(c)
}

/// Times of day.
pub(super) const CLOCKS: &[Rule] = &[
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
pub(super) const SETS: &[Rule] = &[
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
