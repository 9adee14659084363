//! Questions to the engine on a made shop: what it answers, what it refuses, and that every phrase is written down.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Forecasting;
use crate::domain::{
    Answer, Arg, Bucket, ChartKind, Coverage, DateRange, Facts, Frame, FrameRow, Horizon, HorizonUnit, Intent,
    Language, Level, MeasurePlan, Metric, Need, Phrase, Question, Resolved, Role, SlotKind, Slots, TableCoverage,
    TableName,
};
use crate::engines::{Engine, EngineError};

const FIRST: Date = date(2022, 1, 1);

/// Revenue of one day: a trend, a week and a year.
fn revenue(day: i64, noise: f64) -> f64 {
    let year = (std::f64::consts::TAU * day as f64 / 365.25).sin();
    let week = [0.1, 0.0, -0.05, 0.0, 0.1, 0.25, -0.2][(day % 7) as usize];
    1000.0 * (0.0003 * day as f64 + 0.2 * year + week + 0.1 * noise).exp()
}

fn days(count: i64) -> Vec<(Date, f64)> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(9);
    (0..count).map(|day| (FIRST.saturating_add(day.days()), revenue(day, StandardNormal.sample(&mut random)))).collect()
}

fn frame(plan: &MeasurePlan, days: &[(Date, f64)]) -> Frame {
    let mut sums: BTreeMap<Date, (f64, u64)> = BTreeMap::new();
    for (day, value) in days {
        let start = plan.bucket.map_or(*day, |bucket| bucket.floor(*day, Weekday::Monday));
        let entry = sums.entry(start).or_default();
        entry.0 += value;
        entry.1 += 1;
    }
    let mean = matches!(plan.metric, Metric::AverageOrderValue | Metric::Customers);
    let row = |(period, (sum, rows)): (Date, (f64, u64))| {
        let value = if mean { sum / rows as f64 } else { sum };
        FrameRow { period: Some(period), keys: Vec::new(), value, numerator: value, denominator: 1.0, rows }
    };
    Frame { plan: plan.clone(), rows: sums.into_iter().map(row).collect() }
}

fn question(intent: Intent, slots: Slots, today: Date) -> Question {
    Question {
        intent,
        slots,
        role: Role::Marketer,
        customer: None,
        language: Language::English,
        today,
        week_start: Weekday::Monday,
    }
}

fn coverage(first: Date, count: i64) -> Coverage {
    let days = DateRange::new(first, first.saturating_add(count.days())).ok();
    let orders = TableCoverage { table: TableName::Orders, rows: count.unsigned_abs(), days, sources: Vec::new() };
    Coverage { version: 1, tables: vec![orders] }
}

fn ask(question: &Question, count: i64) -> Result<Answer, EngineError> {
    ask_of(question, &days(count))
}

fn ask_of(question: &Question, days: &[(Date, f64)]) -> Result<Answer, EngineError> {
    let engine = Forecasting::default();
    let coverage = coverage(days[0].0, days.len() as i64);
    let frames = engine.needs(question, &coverage).into_iter().map(|need| match need {
        Need::Measure(plan) => frame(&plan, days),
        Need::Posts(_) | Need::Purchases => panic!("figures only"),
    });
    let facts = Facts { frames: frames.collect(), coverage, ..Facts::default() };
    let answer = engine.answer(question, &facts)?;
    // Asked again, it remembers its fit and says the same.
    assert_eq!(engine.answer(question, &facts).unwrap(), answer);
    for phrase in phrases(&answer) {
        assert!(written().contains(&phrase), "{phrase} is not in prompts/replies/en/forecast.toml");
    }
    Ok(answer)
}

fn ahead(count: u32, unit: HorizonUnit) -> Slots {
    Slots { horizon: Some(Resolved::new("", Horizon::Ahead { count, unit })), ..Slots::default() }
}

fn number(phrase: &Phrase, name: &str) -> f64 {
    match &phrase.args[name] {
        Arg::Figure(v, _) | Arg::Change(v, _) | Arg::Share(v) | Arg::Growth(v) | Arg::Number(v) => *v,
        Arg::Count(v) => *v as f64,
        other => panic!("{name} is {other:?}"),
    }
}

fn written() -> Vec<String> {
    let table: toml::Table = include_str!("../../../prompts/replies/en/forecast.toml").parse().unwrap();
    table.keys().map(|key| format!("forecast.{key}")).collect()
}

/// The keys of every phrase in an answer, found on its wire format.
fn phrases(answer: &Answer) -> Vec<String> {
    fn walk(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(key) if name == "key" => found.push(key.to_owned()),
                        _ => walk(value, found),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&serde_json::to_value(answer).unwrap(), &mut found);
    found
}

/// The truth without noise over some days from the end of the data.
fn truth(from: i64, count: i64) -> f64 {
    (from..from + count).map(|day| revenue(day, 0.0)).sum()
}

#[test]
fn forecasts_the_next_weeks_close_to_the_truth() {
    let today = FIRST.saturating_add(730.days());
    let answer = ask(&question(Intent::ForecastMetric, ahead(4, HorizonUnit::Week), today), 730).unwrap();
    let (total, low, high) =
        (number(&answer.headline, "total"), number(&answer.headline, "low"), number(&answer.headline, "high"));
    assert!((total / truth(730, 28) - 1.0).abs() < 0.08, "{total} for {}", truth(730, 28));
    assert!(low < total && total < high);
    assert_eq!(answer.tables[0].rows.len(), 28);
    // Season and trend add up to the change.
    let why = &answer.findings[0].text;
    let change = number(why, "season") + number(why, "trend");
    assert!((change - (total - number(why, "was"))).abs() < 1e-6);
    assert!(answer.assumptions.iter().any(|phrase| phrase.key == "forecast.assumed_metric"));
    let ChartKind::Lines { lines, .. } = &answer.charts[0].kind else { panic!("lines") };
    assert!(lines.iter().map(|(_, points)| points.len()).sum::<usize>() <= 120);
    assert!(answer.evidence.model.is_some() && answer.actions.len() >= 2);
}

#[test]
fn longer_horizons_use_coarser_steps() {
    let today = FIRST.saturating_add(1000.days());
    for (count, unit, bucket) in [(12, HorizonUnit::Week, Bucket::Week), (10, HorizonUnit::Month, Bucket::Month)] {
        let answer = ask(&question(Intent::ForecastMetric, ahead(count, unit), today), 1000).unwrap();
        assert_eq!(answer.charts[0].title.args["step"], Arg::Bucket(bucket));
        let days = if unit == HorizonUnit::Week { 84 } else { 304 };
        let ratio = number(&answer.headline, "total") / truth(1000, days);
        assert!((0.85..1.15).contains(&ratio), "{ratio}");
    }
}

#[test]
fn a_wider_level_gives_a_wider_band() {
    let today = FIRST.saturating_add(400.days());
    let width = |level: f64| {
        let slots = Slots { level: Level::new(level).ok(), ..ahead(2, HorizonUnit::Week) };
        let answer = ask(&question(Intent::ForecastMetric, slots, today), 400).unwrap();
        number(&answer.headline, "high") - number(&answer.headline, "low")
    };
    assert!(width(95.0) > width(80.0) && width(80.0) > width(50.0));
}

#[test]
fn reports_a_calendar_month_that_starts_later_and_says_that_the_data_is_old() {
    let last = FIRST.saturating_add(699.days());
    let range = DateRange::new(date(2024, 1, 1), date(2024, 2, 1)).unwrap();
    let slots = Slots { horizon: Some(Resolved::new("January", Horizon::Range(range))), ..Slots::default() };
    let answer = ask(&question(Intent::ForecastMetric, slots, last.saturating_add(20.days())), 700).unwrap();
    let ratio = number(&answer.headline, "total") / truth(730, 31);
    assert!((0.85..1.15).contains(&ratio), "{ratio}");
    assert!(answer.caveats.iter().any(|phrase| phrase.key == "forecast.stale"));
}

#[test]
fn a_ratio_is_averaged() {
    let slots = Slots { metrics: vec![Metric::AverageOrderValue], ..ahead(2, HorizonUnit::Week) };
    let answer = ask(&question(Intent::ForecastMetric, slots, FIRST.saturating_add(300.days())), 300).unwrap();
    let mean = truth(300, 14) / 14.0;
    assert!((number(&answer.headline, "total") / mean - 1.0).abs() < 0.15);
}

#[test]
fn the_chance_falls_as_the_target_grows() {
    let today = FIRST.saturating_add(720.days());
    // The month began with the data's last ten days: what came in counts.
    let range = DateRange::new(FIRST.saturating_add(710.days()), FIRST.saturating_add(740.days())).unwrap();
    let expected = truth(710, 30);
    let chance = |target: f64| {
        let slots = Slots { target: Some(target), date_range: Some(Resolved::new("", range)), ..Slots::default() };
        let answer = ask(&question(Intent::ForecastTarget, slots, today), 720).unwrap();
        assert!(answer.findings.iter().any(|finding| finding.text.key == "forecast.so_far"));
        number(&answer.headline, "chance")
    };
    assert!(chance(0.5 * expected) > 0.98);
    assert!(chance(1.5 * expected) < 0.02);
    assert!(chance(0.97 * expected) > chance(1.03 * expected));
}

#[test]
fn refuses_what_it_cannot_answer() {
    let today = FIRST.saturating_add(800.days());
    let metric = |slots| question(Intent::ForecastMetric, slots, today);
    let short = ask(&metric(Slots::default()), 15);
    assert!(matches!(short, Err(EngineError::Unsupported(phrase)) if phrase.key == "forecast.too_short"));
    let no_target = question(Intent::ForecastTarget, Slots::default(), today);
    assert!(matches!(ask(&no_target, 200), Err(EngineError::MissingSlot { slot: SlotKind::Target, .. })));
    let customers = Slots { metrics: vec![Metric::Customers], target: Some(9.0), ..Slots::default() };
    assert!(matches!(ask(&question(Intent::ForecastTarget, customers, today), 200), Err(EngineError::Unsupported(_))));
    let spend = Slots { metrics: vec![Metric::Spend], ..Slots::default() };
    assert!(matches!(ask(&metric(spend), 200), Err(EngineError::NoData(TableName::AdResults))));
    let past = DateRange::new(FIRST, FIRST.saturating_add(9.days())).unwrap();
    let past = Slots { date_range: Some(Resolved::new("", past)), ..Slots::default() };
    assert!(matches!(ask(&metric(past), 200), Err(EngineError::Unsupported(phrase)) if phrase.key == "forecast.past"));
    // Days that are over stay so where the data ends before them.
    let range = DateRange::new(today.saturating_sub(9.days()), today).unwrap();
    let late = Slots { date_range: Some(Resolved::new("", range)), ..Slots::default() };
    assert!(matches!(ask(&metric(late), 700), Err(EngineError::Unsupported(phrase)) if phrase.key == "forecast.past"));
    let mut customer = metric(Slots::default());
    customer.role = Role::Customer;
    assert!(matches!(ask(&customer, 200), Err(EngineError::Forbidden)));
}

/// Two years from the first of January to the day before today: a third more in December, a fifth more each year.
fn shop() -> (Vec<(Date, f64)>, Date) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(4);
    let days = (0..730).map(|day: i64| {
        let date = date(2022, 12, 1).saturating_add(day.days());
        let (noise, december): (f64, f64) = (StandardNormal.sample(&mut random), f64::from(date.month() == 12));
        let week = [0.1, 0.0, -0.05, 0.0, 0.1, 0.25, -0.4][(day % 7) as usize];
        (date, 1000.0 * (0.2 * day as f64 / 365.0 + 0.5 * december + week + 0.1 * noise).exp())
    });
    (days.collect(), date(2024, 11, 30))
}

fn december(target: Option<f64>) -> Slots {
    let range = DateRange::new(date(2024, 12, 1), date(2025, 1, 1)).unwrap();
    Slots { horizon: Some(Resolved::new("December", Horizon::Range(range))), target, ..Slots::default() }
}

#[test]
fn december_is_foreseen_and_past_figures_are_measured_by_day() {
    let (days, today) = shop();
    let before: f64 = days.iter().filter(|(day, _)| day.year() == 2023 && day.month() == 12).map(|(_, v)| v).sum();
    let found = |key: &str, answer: &Answer| answer.findings.iter().find(|f| f.text.key == key).map(|f| f.text.clone());
    let answer = ask_of(&question(Intent::ForecastMetric, december(None), today), &days).unwrap();
    let ratio = number(&answer.headline, "total") / before;
    assert!((1.1..1.35).contains(&ratio), "{ratio}");
    let said = found("forecast.year_ago", &answer).expect("a year ago");
    assert!((number(&said, "was") - before).abs() < 1e-6);
    let why = found("forecast.why", &answer).expect("a season");
    assert!(number(&why, "season") > 0.2 * before);

    let trust = answer.trust.iter().find(|phrase| phrase.key == "forecast.trust").expect("backtests");
    assert!(matches!(&trust.args["covered"], Arg::List(ranges) if matches!(ranges[..], [Arg::Range(_)])));

    let target = ask_of(&question(Intent::ForecastTarget, december(Some(1.1 * before)), today), &days).unwrap();
    assert!(number(&target.headline, "chance") > 0.6);
    assert!(found("forecast.year_ago", &target).is_some());
}

#[test]
fn a_begun_week_counts_by_what_came() {
    let (days, today) = shop();
    // 29 November is a Friday: its week has begun, and two of its days are still to come.
    let range = DateRange::new(date(2024, 11, 1), date(2025, 2, 1)).unwrap();
    let slots = Slots { target: Some(1.0), date_range: Some(Resolved::new("", range)), ..Slots::default() };
    let answer = ask_of(&question(Intent::ForecastTarget, slots, today), &days).unwrap();
    let came: f64 = days.iter().filter(|(day, _)| *day >= range.start()).map(|(_, value)| value).sum();
    let so_far = answer.findings.iter().find(|f| f.text.key == "forecast.so_far").expect("days that are over");
    assert!((number(&so_far.text, "known") - came).abs() < 1e-6);
}

#[test]
fn a_channel_that_died_is_not_foreseen_below_zero_and_a_fall_against_growth_is_said() {
    let (mut days, today) = shop();
    for (at, (_, value)) in days.iter_mut().enumerate() {
        *value = if at > 715 {
            -2.0 * f64::from(u8::from(at % 6 == 0))
        } else {
            *value * 1.0_f64.min((716 - at) as f64 / 40.0)
        };
    }
    let answer = ask_of(&question(Intent::ForecastMetric, ahead(4, HorizonUnit::Week), today), &days).unwrap();
    let [total, low, high] = ["total", "low", "high"].map(|name| number(&answer.headline, name));
    assert!(0.0 <= low && low <= total && total <= high && total < 1000.0, "{low} {total} {high}");
    for row in &answer.tables[0].rows {
        assert!(row[1..].iter().all(|cell| matches!(cell, Arg::Figure(value, _) if *value >= 0.0)));
    }

    // Growth until two weeks ago, then hardly anything.
    let (mut days, today) = shop();
    days.iter_mut().rev().take(15).for_each(|(_, value)| *value *= 0.02);
    days.iter_mut().rev().skip(15).take(90).for_each(|(_, value)| *value *= 1.3);
    let answer = ask_of(&question(Intent::ForecastMetric, ahead(2, HorizonUnit::Week), today), &days).unwrap();
    assert!(answer.caveats.iter().any(|phrase| phrase.key == "forecast.against_growth"));
}

#[test]
fn what_is_too_far_gets_the_horizon_that_the_data_carry() {
    let today = FIRST.saturating_add(730.days());
    let answer = ask(&question(Intent::ForecastMetric, ahead(5, HorizonUnit::Year), today), 730).unwrap();
    assert_eq!((answer.headline.key.as_ref(), number(&answer.headline, "days")), ("forecast.too_far", 730.0));
    let offer = answer.actions[0].slots.clone();
    assert_eq!(offer.horizon.as_ref().map(|h| h.value), Some(Horizon::Ahead { count: 12, unit: HorizonUnit::Month }));
    let answer = ask(&question(Intent::ForecastMetric, offer, today), 730).unwrap();
    assert!(number(&answer.headline, "total") > 0.0);
}

#[test]
fn nothing_matching_is_said() {
    let engine = Forecasting::default();
    let question = question(Intent::ForecastMetric, Slots::default(), FIRST.saturating_add(100.days()));
    let coverage = coverage(FIRST, 100);
    let frames = engine.needs(&question, &coverage).into_iter().map(|need| match need {
        Need::Measure(plan) => Frame { plan, rows: Vec::new() },
        Need::Posts(_) | Need::Purchases => panic!("figures only"),
    });
    let facts = Facts { frames: frames.collect(), coverage: coverage.clone(), ..Facts::default() };
    assert!(matches!(engine.answer(&question, &facts), Err(EngineError::NothingMatches(TableName::Orders))));
}

#[test]
fn every_phrase_named_in_code_is_written_and_the_other_way_round() {
    let code = [
        include_str!("ask.rs"),
        include_str!("engine.rs"),
        include_str!("against.rs"),
        include_str!("trust.rs"),
        include_str!("figure.rs"),
        include_str!("target.rs"),
    ]
    .join("\n");
    let mut named: Vec<String> = code
        .split("\"forecast.")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|name| format!("forecast.{name}"))
        .collect();
    named.sort();
    named.dedup();
    let mut written = written();
    written.sort();
    assert_eq!(named, written);
}
