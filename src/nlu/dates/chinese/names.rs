//! Chinese names of units and holidays, dates and periods of the calendar.

use super::*;

/// Names of units and holidays.
pub(crate) const NAMES: &[Rule] = &[
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
pub(crate) const REIGNS: &[(&str, i64)] = &[
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

pub(crate) fn reign(m: &Match<'_>, n: i64) -> Option<Node> {
    let first = REIGNS.iter().find(|(name, _)| *name == m.literal(0))?.1;
    year_of(first + n, m.ground)
}

/// Dates and periods of the calendar.
pub(crate) const DATES: &[Rule] = &[
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

pub(crate) fn quarter(n: i64, m: &Match<'_>) -> Option<Node> {
    (1..=4).contains(&n).then(|| when(Fields { quarter: i8::try_from(n).ok(), ..Fields::default() }, m.ground))?
}

/// Without a year a half means this year's.
pub(crate) fn half_year(n: i8, m: &Match<'_>) -> Option<Node> {
    when(Fields { half: Some(n), ..Fields::default() }, m.ground)
}
