//! Little data, no data, senseless questions: an answer or a refusal, never a panic.

use jiff::civil::date;
use proptest::prelude::*;

use super::words::said;
use super::world::{LAST, Row, World, days, question};
use crate::domain::{Dimension, Intent, Metric, Slots};
use crate::engines::EngineError;

const INTENTS: [Intent; 5] =
    [Intent::MetricReport, Intent::MetricCompare, Intent::MetricExplain, Intent::AnomalyCheck, Intent::AdPerformance];

fn sale(day: jiff::civil::Date, quantity: f64, price: f64, order: u32) -> Row {
    let names = [(Dimension::Channel, "Online")].into();
    Row { day: Some(day), order, customer: order, quantity, price, names, ..Row::default() }
}

#[test]
fn no_data_is_said() {
    for intent in INTENTS {
        let result = World::default().ask(&question(intent, Slots::default()));
        assert!(matches!(result, Err(EngineError::NoData(_))), "{intent}: {result:?}");
    }
}

#[test]
fn days_outside_the_data_and_breakdowns_that_do_not_exist_are_refused() {
    let world = World { orders: vec![sale(LAST, 1.0, 5.0, 1)], ..World::default() };
    for asked in [days(date(2020, 1, 1), date(2020, 2, 1)), days(date(2026, 1, 1), date(2026, 2, 1))] {
        let slots = Slots { date_range: asked, ..Slots::default() };
        let result = world.ask(&question(Intent::MetricReport, slots));
        assert!(
            matches!(&result, Err(EngineError::Unsupported(phrase)) if phrase.key == "metrics.outside_data"),
            "{result:?}"
        );
    }
    let slots = Slots { by: vec![Dimension::Placement], ..Slots::default() };
    let result = world.ask(&question(Intent::MetricReport, slots));
    assert!(
        matches!(&result, Err(EngineError::Unsupported(phrase)) if phrase.key == "metrics.no_breakdown"),
        "{result:?}"
    );
}

#[test]
fn one_row_is_reported_and_too_little_for_more() {
    let world = World { orders: vec![sale(LAST, 2.0, 5.0, 1)], ..World::default() };
    said(&world.ask(&question(Intent::MetricReport, Slots::default())).unwrap());
    assert!(world.ask(&question(Intent::MetricExplain, Slots::default())).is_err());
    let result = world.ask(&question(Intent::AnomalyCheck, Slots::default()));
    assert!(matches!(result, Err(EngineError::TooShort { needs: 42, found: 1, .. })), "{result:?}");
}

#[test]
fn names_nobody_bought_match_nothing() {
    let world = World { orders: vec![sale(LAST, 2.0, 5.0, 1)], ..World::default() };
    let slots = Slots { names: [(Dimension::Channel, vec!["Moon".to_owned()])].into(), ..Slots::default() };
    let result = world.ask(&question(Intent::MetricReport, slots));
    assert!(matches!(result, Err(EngineError::NothingMatches(_))), "{result:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever lies in the tables and whatever is asked of it.
    #[test]
    fn nothing_panics_and_every_word_is_there(
        sales in proptest::collection::vec((0..140_i64, -3..4_i32, prop_oneof![Just(0.0), Just(1e12), Just(f64::NAN), 0.0..50.0], 0..9_u32), 0..60),
        intent in 0..INTENTS.len(),
        metric in proptest::option::of(0..Metric::ALL.len()),
        by in proptest::option::of(0..Dimension::ALL.len()),
        start in 0..150_i64,
        length in 1..60_i64,
        baseline in any::<bool>(),
        bottom in any::<bool>(),
    ) {
        use jiff::ToSpan;
        let first = date(2025, 6, 1);
        let orders = sales
            .iter()
            .map(|(day, quantity, price, order)| sale(first.saturating_add(day.days()), f64::from(*quantity), *price, *order))
            .collect();
        let world = World { orders, ..World::default() };
        let range = |from: i64| days(first.saturating_add(from.days()), first.saturating_add((from + length).days()));
        let slots = Slots {
            metrics: metric.map(|at| Metric::ALL[at]).into_iter().collect(),
            by: by.map(|at| Dimension::ALL[at]).into_iter().collect(),
            date_range: range(start),
            baseline: baseline.then(|| range(start - length)).flatten(),
            bottom,
            ..Slots::default()
        };
        if let Ok(answer) = world.ask(&question(INTENTS[intent], slots)) {
            said(&answer);
        }
    }
}
