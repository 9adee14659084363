//! Expressions and what they mean on Wednesday, 18 November 2026, 10:00 in Berlin; and what holds for every text.

use jiff::civil::{Date, Weekday, date};
use jiff::{ToSpan, Zoned};
use proptest::prelude::*;

use super::*;

fn now() -> Zoned {
    "2026-11-18T10:00[Europe/Berlin]".parse().expect("a date")
}

fn seen(text: &str, now: &Zoned, lean: Lean, week_start: Weekday) -> Vec<Found> {
    find(text, &DateContext { now, week_start, lean, order: DateOrder::DayFirst })
}

/// Expects "start..end" (half-open) of the first expression, or "-" where none is found.
fn check(lean: Lean, text: &str, expect: &str) {
    let found = seen(text, &now(), lean, Weekday::Monday);
    let range = found.iter().find_map(|found| found.range);
    let got = range.map_or_else(|| "-".to_owned(), |range| format!("{}..{}", range.start(), range.end()));
    assert_eq!(got, expect, "{text} {found:?}");
}

#[test]
fn periods_of_reports() {
    for (text, expect) in [
        ("revenue last month", "2026-10-01..2026-11-01"),
        ("yesterday", "2026-11-17..2026-11-18"),
        ("the past 60 days", "2026-09-19..2026-11-18"),
        ("sales in Q3", "2026-07-01..2026-10-01"),
        ("Q3 2024", "2024-07-01..2024-10-01"),
        ("H1 2025", "2025-01-01..2025-07-01"),
        ("FY25", "2025-01-01..2026-01-01"),
        ("Black Friday", "2025-11-28..2025-11-29"),
        ("Cyber Monday 2026", "2026-11-30..2026-12-01"),
        ("easter 2025", "2025-04-20..2025-04-21"),
        ("2024-03-05", "2024-03-05..2024-03-06"),
        ("5/3/24", "2024-03-05..2024-03-06"),
        ("March 5th", "2026-03-05..2026-03-06"),
        ("5 Mar 2024", "2024-03-05..2024-03-06"),
        ("since Sept 1", "2026-09-01..2026-11-19"),
        ("between 1 and 15 May", "2026-05-01..2026-05-16"),
        ("from Jan to Mar", "2026-01-01..2026-04-01"),
        ("year to date", "2026-01-01..2026-11-19"),
        ("MTD", "2026-11-01..2026-11-19"),
        ("QTD", "2026-10-01..2026-11-19"),
        ("a fortnight ago", "2026-11-04..2026-11-05"),
        ("on Tuesday", "2026-11-17..2026-11-18"),
        ("last weekend", "2026-11-14..2026-11-16"),
        ("this quarter", "2026-10-01..2027-01-01"),
        ("上个月销售额", "2026-10-01..2026-11-01"),
        ("近30天", "2026-10-19..2026-11-18"),
        ("前天", "2026-11-16..2026-11-17"),
        ("上周三", "2026-11-11..2026-11-12"),
        ("双十一", "2026-11-11..2026-11-12"),
        ("去年双十一", "2025-11-11..2025-11-12"),
        ("618", "2026-06-18..2026-06-19"),
        ("2025年春节", "2025-01-29..2025-02-05"),
        ("今年中秋", "2026-09-25..2026-09-26"),
        ("国庆", "2026-10-01..2026-10-08"),
        ("2024年3月5日", "2024-03-05..2024-03-06"),
        ("三月份", "2026-03-01..2026-04-01"),
        ("去年第三季度", "2025-07-01..2025-10-01"),
        ("十二月二十五号", "2025-12-25..2025-12-26"),
        ("年初至今", "2026-01-01..2026-11-19"),
        ("从1月到3月", "2026-01-01..2026-04-01"),
        ("三季度", "2026-07-01..2026-10-01"),
        ("给我看下 marketplace 上周的 revenue", "2026-11-09..2026-11-16"),
        ("we may sell more", "-"),
        ("top 10 products", "-"),
        ("the sun is out", "-"),
        ("margin at 6.45 percent", "-"),
    ] {
        check(Lean::Past, text, expect);
    }
}

#[test]
fn periods_of_forecasts() {
    for (text, expect) in [
        ("next month", "2026-12-01..2027-01-01"),
        ("black friday", "2026-11-27..2026-11-28"),
        ("christmas", "2026-12-25..2026-12-26"),
        ("until Christmas", "2026-11-18..2026-12-26"),
        ("in March", "2027-03-01..2027-04-01"),
        ("on Friday", "2026-11-20..2026-11-21"),
        ("未来两个月", "2026-11-19..2027-01-19"),
        ("明年春节", "2027-02-06..2027-02-13"),
        ("下周", "2026-11-23..2026-11-30"),
    ] {
        check(Lean::Future, text, expect);
    }
}

#[test]
fn lengths_are_horizons() {
    for (text, count, unit) in [
        ("8 weeks", 8, HorizonUnit::Week),
        ("two hundred days", 200, HorizonUnit::Day),
        ("one and a half years", 18, HorizonUnit::Month),
        ("half a year", 6, HorizonUnit::Month),
        ("三个月", 3, HorizonUnit::Month),
        ("两周", 2, HorizonUnit::Week),
    ] {
        let now = now();
        let found = horizon_in(
            text,
            &DateContext { now: &now, week_start: Weekday::Monday, lean: Lean::Future, order: DateOrder::DayFirst },
        );
        assert_eq!(found, Some(Horizon::Ahead { count, unit }), "{text}");
    }
}

#[test]
fn weeks_start_where_the_company_starts_them() {
    let now = now();
    let last = |start| seen("last week", &now, Lean::Past, start)[0].range.expect("a range");
    assert_eq!(last(Weekday::Monday).start(), date(2026, 11, 9));
    assert_eq!(last(Weekday::Sunday).start(), date(2026, 11, 8));
    assert_eq!(last(Weekday::Sunday).end(), date(2026, 11, 15));
}

#[test]
fn today_is_the_company_s_day() {
    // The same moment is the 1st in Tokyo and the last of the month in New York.
    let moment: jiff::Timestamp = "2026-02-28T20:00:00Z".parse().expect("a moment");
    for (zone, month) in [("Asia/Tokyo", date(2026, 2, 1)), ("America/New_York", date(2026, 1, 1))] {
        let now = moment.in_tz(zone).expect("a zone");
        assert_eq!(
            seen("last month", &now, Lean::Past, Weekday::Monday)[0].range.expect("a range").start(),
            month,
            "{zone}"
        );
    }
}

#[test]
fn leap_days_and_years_ends() {
    let at = |now: &str, text: &str| {
        let now: Zoned = now.parse().expect("a date");
        seen(text, &now, Lean::Past, Weekday::Monday)[0].range.map(|range| (range.start(), range.end()))
    };
    assert_eq!(at("2025-03-01T09:00[UTC]", "Feb 29"), Some((date(2024, 2, 29), date(2024, 3, 1))));
    assert_eq!(at("2024-02-29T09:00[UTC]", "last year"), Some((date(2023, 1, 1), date(2024, 1, 1))));
    assert_eq!(at("2027-01-01T00:30[UTC]", "yesterday"), Some((date(2026, 12, 31), date(2027, 1, 1))));
    assert_eq!(at("2027-01-02T00:30[UTC]", "last quarter"), Some((date(2026, 10, 1), date(2027, 1, 1))));
    assert_eq!(at("2025-05-01T00:30[UTC]", "feb 30"), None);
    // The clocks went back on 25 October 2026 in Berlin; the day is one day.
    assert_eq!(at("2026-10-26T09:00[Europe/Berlin]", "yesterday"), Some((date(2026, 10, 25), date(2026, 10, 26))));
}

#[test]
fn easter_as_in_the_tables() {
    // Meeus, Astronomical Algorithms, 1991, chapter 8: 1991, 1992, 1993, 1954, 2000, 1818.
    for (year, month, day) in [(1991, 3, 31), (1992, 4, 19), (1993, 4, 11), (1954, 4, 18), (2000, 4, 23), (1818, 3, 22)]
    {
        assert_eq!(calendar::easter(year), Some(date(year, month, day)));
    }
}

#[test]
fn amounts() {
    let check = |text: &str, kind: AmountKind, value: f64| {
        let found = find_amounts(text);
        assert!(
            found.iter().any(|amount| amount.kind == kind && (amount.value - value).abs() < 1e-9),
            "{text} {found:?}"
        );
    };
    for (text, value) in [
        ("two hundred and fifty", 250.0),
        ("一百二十三", 123.0),
        ("两万", 20_000.0),
        ("half a million", 500_000.0),
        ("a dozen", 12.0),
        ("1.2M", 1_200_000.0),
        ("50k", 50_000.0),
        ("3bn", 3e9),
        ("20万", 200_000.0),
        ("3亿", 3e8),
        ("1,234,567", 1_234_567.0),
        ("3 million and a half", 3_500_000.0),
        ("五分之一", 0.2),
    ] {
        check(text, AmountKind::Number, value);
    }
    for (text, value) in
        [("5 %", 5.0), ("5 percent", 5.0), ("百分之五", 5.0), ("五成", 50.0), ("三折", 30.0), ("七五折", 75.0)]
    {
        check(text, AmountKind::Percentage, value);
    }
    for (text, value) in [
        ("€20", 20.0),
        ("$1.2M", 1_200_000.0),
        ("20 euros", 20.0),
        ("20元", 20.0),
        ("¥300", 300.0),
        ("RMB 5万", 50_000.0),
        ("12 quid", 12.0),
        ("£ 15 million", 15e6),
    ] {
        check(text, AmountKind::Money, value);
    }
    for (text, value) in [("21st", 21.0), ("twenty-first", 21.0), ("第三", 3.0)] {
        check(text, AmountKind::Ordinal, value);
    }
}

fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..18_000).prop_map(|days| date(2000, 1, 1).saturating_add(days.days()))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_text_breaks_it(text in "\\PC{0,60}") {
        let now = now();
        for lean in [Lean::Past, Lean::Future] {
            for found in seen(&text, &now, lean, Weekday::Monday) {
                prop_assert!(found.start < found.end);
                prop_assert_eq!(&text[found.bytes.0..found.bytes.1], found.text.as_str());
            }
        }
        let _ = find_amounts(&text);
    }

    #[test]
    fn no_row_of_its_own_words_breaks_it(words in proptest::collection::vec(proptest::sample::select(vec![
        "from", "to", "last", "next", "may", "99999999", "31", "2 years", "week", "end of", "before", "年", "月", "十", "上", "-", "/", ":", "30", "of", "half", "日", "Q", "万", "点", "and", "every", "until", "999999999 years ago",
    ]), 0..14), space in any::<bool>()) {
        let text = words.join(if space { " " } else { "" });
        let now = now();
        for lean in [Lean::Past, Lean::Future] {
            for found in seen(&text, &now, lean, Weekday::Sunday) {
                if let Some(range) = found.range {
                    prop_assert!(range.start() < range.end());
                }
            }
        }
        let _ = find_amounts(&text);
    }

    #[test]
    fn a_printed_day_is_found_again(day in any_day(), format in 0_usize..8) {
        let (y, m, d) = (day.year(), day.month(), day.day());
        let month = MONTHS[usize::try_from(m - 1).expect("a month")];
        let text = match format {
            0 => format!("{y}-{m:02}-{d:02}"),
            1 => format!("{d} {month} {y}"),
            2 => format!("{month} {d}, {y}"),
            3 => format!("{d}/{m}/{y}"),
            4 => format!("{y}年{m}月{d}日"),
            5 => format!("{}. {d} {y}", &month[..3]),
            6 => format!("orders on {d}.{m}.{y} please"),
            _ => format!("{y}/{m}/{d}"),
        };
        let now = now();
        let found = seen(&text, &now, Lean::Past, Weekday::Monday);
        prop_assert_eq!(found.first().and_then(|found| found.range), Some(DateRange::day(day)), "{}", text);
    }

    #[test]
    fn the_past_starts_before_now(day in any_day(), word in proptest::sample::select(vec!["March", "on Friday", "the 15th", "Q3", "5 May", "Christmas", "十月", "周五", "双十一", "last week"])) {
        let now = day.to_zoned(jiff::tz::TimeZone::UTC).expect("a day");
        for found in seen(word, &now, Lean::Past, Weekday::Monday) {
            if let Some(range) = found.range {
                prop_assert!(range.start() <= day, "{} {:?}", word, range);
            }
        }
        for found in seen(word, &now, Lean::Future, Weekday::Monday) {
            if let Some(range) = found.range && word != "last week" {
                prop_assert!(range.end() > day, "{} {:?}", word, range);
            }
        }
    }
}
