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

fn coverage(count: i64) -> Coverage {
    let days = DateRange::new(FIRST, FIRST.saturating_add(count.days())).ok();
    let orders = TableCoverage { table: TableName::Orders, rows: count.unsigned_abs(), days, sources: Vec::new() };
    Coverage { version: 1, tables: vec![orders] }
}

fn ask(question: &Question, count: i64) -> Result<Answer, EngineError> {
    let engine = Forecasting::default();
    let coverage = coverage(count);
    let days = days(count);
    let frames = engine.needs(question, &coverage).into_iter().map(|need| match need {
        Need::Measure(plan) => frame(&plan, &days),
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
    assert!(matches!(ask(&metric(Slots::default()), 15), Err(EngineError::TooShort { needs: 28, found: 15, .. })));
    assert!(matches!(ask(&metric(ahead(5, HorizonUnit::Year)), 200), Err(EngineError::TooShort { .. })));
    let no_target = question(Intent::ForecastTarget, Slots::default(), today);
    assert!(matches!(ask(&no_target, 200), Err(EngineError::MissingSlot { slot: SlotKind::Target, .. })));
    let customers = Slots { metrics: vec![Metric::Customers], target: Some(9.0), ..Slots::default() };
    assert!(matches!(ask(&question(Intent::ForecastTarget, customers, today), 200), Err(EngineError::Unsupported(_))));
    let spend = Slots { metrics: vec![Metric::Spend], ..Slots::default() };
    assert!(matches!(ask(&metric(spend), 200), Err(EngineError::NoData(TableName::AdResults))));
    let past = DateRange::new(FIRST, FIRST.saturating_add(9.days())).unwrap();
    let past = Slots { date_range: Some(Resolved::new("", past)), ..Slots::default() };
    assert!(matches!(ask(&metric(past), 200), Err(EngineError::Unsupported(_))));
    let mut customer = metric(Slots::default());
    customer.role = Role::Customer;
    assert!(matches!(ask(&customer, 200), Err(EngineError::Forbidden)));
}

#[test]
fn nothing_matching_is_said() {
    let engine = Forecasting::default();
    let question = question(Intent::ForecastMetric, Slots::default(), FIRST.saturating_add(100.days()));
    let coverage = coverage(100);
    let frames = engine.needs(&question, &coverage).into_iter().map(|need| match need {
        Need::Measure(plan) => Frame { plan, rows: Vec::new() },
        Need::Posts(_) | Need::Purchases => panic!("figures only"),
    });
    let facts = Facts { frames: frames.collect(), coverage: coverage.clone(), ..Facts::default() };
    assert!(matches!(engine.answer(&question, &facts), Err(EngineError::NothingMatches(TableName::Orders))));
}

#[test]
fn every_phrase_named_in_code_is_written_and_the_other_way_round() {
    let code = [include_str!("ask.rs"), include_str!("figure.rs"), include_str!("target.rs")].join("\n");
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
