//! Breakdowns, periods and comparisons say what they were asked, for every figure and member named.

use std::sync::LazyLock;

use jiff::civil::date;

use super::words::said;
use super::world::{CLOSED, LAST, SLUMP, World, days, question, september, world};
use crate::domain::{Arg, ChartKind, DateRange, Dimension, Intent, Metric, SlotKind, Slots};
use crate::engines::EngineError;

static WORLD: LazyLock<World> = LazyLock::new(world);

fn figure(arg: &Arg) -> f64 {
    match arg {
        Arg::Figure(value, _) | Arg::Change(value, _) | Arg::Share(value) => *value,
        other => panic!("{other:?} is no figure"),
    }
}

#[test]
fn a_day_of_the_week_is_told_as_the_mean_of_such_a_day() {
    // September 2025 holds five Mondays and Tuesdays and four of the others.
    let slots = Slots { by: vec![Dimension::Weekday], date_range: september(), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricReport, slots.clone())).unwrap();
    assert_eq!(answer.headline.key, "metrics.most_day");
    let weekend = ["Saturday", "Sunday"].map(Arg::from);
    assert!(weekend.contains(&answer.tables[0].rows[0][0]) && weekend.contains(&answer.tables[0].rows[1][0]));
    let range = september().unwrap().value;
    let is_monday = |row: &&super::world::Row| {
        row.day.is_some_and(|day| range.contains(day) && day.weekday() == jiff::civil::Weekday::Monday)
    };
    let mondays: f64 = WORLD.orders.iter().filter(is_monday).map(|row| row.quantity * row.price).sum();
    let told = answer.tables[0].rows.iter().find(|row| row[0] == Arg::from("Monday")).unwrap();
    assert!((figure(&told[1]) - mondays / 5.0).abs() < 1e-6);
    said(&answer);
    said(&WORLD.ask(&question(Intent::MetricCompare, slots)).unwrap());
}

#[test]
fn the_mean_of_a_day_is_told_where_it_is_asked_and_other_methods_are_refused() {
    let words = |method: &str| [(SlotKind::Method, method.to_owned())].into();
    let slots = Slots { words: words("per_day"), date_range: september(), ..Slots::default() };
    let mean = WORLD.ask(&question(Intent::MetricReport, slots.clone())).unwrap();
    let whole = Slots { words: Default::default(), ..slots.clone() };
    let whole = WORLD.ask(&question(Intent::MetricReport, whole)).unwrap();
    assert!((30.0 * figure(&mean.headline.args["value"]) - figure(&whole.headline.args["value"])).abs() < 1e-6);
    assert!(said(&mean)[0].contains("per day"), "{:?}", said(&mean));
    let customers = Slots { metrics: vec![Metric::Customers], ..slots.clone() };
    let customers = WORLD.ask(&question(Intent::MetricReport, customers)).unwrap();
    assert!(customers.caveats.iter().any(|caveat| caveat.key == "metrics.caveat.no_mean"));
    said(&customers);
    let other = Slots { words: words("return rate"), ..slots };
    let refused = WORLD.ask(&question(Intent::MetricReport, other));
    assert!(matches!(refused, Err(EngineError::Unsupported(phrase)) if phrase.key == "metrics.no_method"));
}

#[test]
fn every_figure_of_a_breakdown_is_told() {
    let slots = Slots {
        metrics: vec![Metric::Revenue, Metric::Orders, Metric::Units],
        by: vec![Dimension::Channel],
        date_range: days(SLUMP, date(2025, 11, 15)),
        ..Slots::default()
    };
    let answer = WORLD.ask(&question(Intent::MetricReport, slots.clone())).unwrap();
    let lines = said(&answer);
    for metric in ["orders", "units"] {
        assert!(lines.iter().any(|line| line.contains(&format!("most {metric}: Online"))), "{lines:#?}");
    }
    let answer = WORLD.ask(&question(Intent::MetricCompare, slots)).unwrap();
    let lines = said(&answer);
    for metric in ["revenue", "orders", "units"] {
        assert!(lines.iter().any(|line| line.starts_with(&format!("{metric}: Partner lost most"))), "{lines:#?}");
    }
    assert_eq!(answer.tables.len(), 4);
}

#[test]
fn all_members_of_a_comparison_are_named() {
    let names = ["Partner", "Shop", "Online", "Kiosk"].map(str::to_owned).to_vec();
    let slots = Slots { names: [(Dimension::Channel, names)].into(), date_range: september(), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricCompare, slots)).unwrap();
    let lines = said(&answer);
    for name in ["Partner", "Shop", "Online", "Kiosk none"] {
        assert!(lines[0].contains(name), "{}", lines[0]);
    }
}

#[test]
fn the_year_so_far_is_compared_with_the_same_days_a_year_earlier() {
    let slots = Slots { date_range: days(date(2025, 1, 1), date(2025, 11, 15)), ..Slots::default() };
    for intent in [Intent::MetricReport, Intent::MetricCompare, Intent::MetricExplain] {
        let answer = WORLD.ask(&question(intent, slots.clone())).unwrap();
        let year_before = DateRange::new(date(2024, 1, 1), date(2024, 11, 15)).unwrap();
        assert_eq!(answer.headline.args["before"], Arg::Range(year_before));
        said(&answer);
    }
    let january = Slots { date_range: days(date(2025, 1, 1), date(2025, 2, 1)), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricReport, january)).unwrap();
    assert_eq!(
        answer.headline.args["before"],
        Arg::Range(DateRange::new(date(2024, 12, 1), date(2025, 1, 1)).unwrap())
    );
}

#[test]
fn a_month_that_is_not_over_is_drawn_hollow_and_marked_in_the_table() {
    let slots = Slots {
        by: vec![Dimension::Month],
        date_range: days(date(2025, 9, 1), date(2025, 11, 15)),
        ..Slots::default()
    };
    let answer = WORLD.ask(&question(Intent::MetricReport, slots)).unwrap();
    let ChartKind::Past { lines, partial, limits, .. } = &answer.charts[0].kind else { panic!("no line") };
    assert_eq!((lines[0].1.len(), partial.as_slice(), limits.0), (3, &[date(2025, 11, 1)][..], Some(0.0)));
    let series = answer.tables.iter().find(|table| table.columns.len() == 3).unwrap();
    assert!(matches!(&series.rows[2][2], Arg::Phrase(phrase) if phrase.args["days"] == Arg::Count(14)));
    said(&answer);
}

#[test]
fn only_oddities_in_the_direction_of_a_move_are_its_reasons() {
    // The day on which the shop was closed is no reason why the days after it were higher.
    let slots = Slots {
        date_range: days(date(2025, 11, 2), date(2025, 11, 15)),
        baseline: days(date(2025, 10, 19), date(2025, 11, 2)),
        metrics: vec![Metric::Spend],
        ..Slots::default()
    };
    said(&WORLD.ask(&question(Intent::MetricExplain, slots.clone())).unwrap());
    let mut world = WORLD.clone();
    for row in &mut world.orders {
        if row.day.is_some_and(|day| day >= date(2025, 11, 8)) {
            row.quantity *= 3.0;
        }
    }
    let answer = world.ask(&question(Intent::MetricExplain, Slots { metrics: vec![], ..slots })).unwrap();
    assert!(figure(&answer.headline.args["change"]) > 0.0);
    assert!(!format!("{:?}{:?}", answer.findings, answer.tables).contains(&format!("{CLOSED:?}")));
}

#[test]
fn the_members_asked_for_are_looked_at_and_the_rows_are_those_of_the_days() {
    let mut world = WORLD.clone();
    let is_gone = |row: &super::world::Row| {
        row.names[&Dimension::Product] == "Mug" && row.day.is_some_and(|day| day > date(2025, 10, 24))
    };
    world.orders.retain(|row| !is_gone(row));
    let slots = Slots { metrics: vec![Metric::Units], by: vec![Dimension::Product], ..Slots::default() };
    let answer = world.ask(&question(Intent::AnomalyCheck, slots)).unwrap();
    assert!(answer.tables[0].rows.iter().any(|row| row[1] == Arg::from("Mug")), "{:#?}", said(&answer));

    let answer = WORLD.ask(&question(Intent::MetricReport, Slots::default())).unwrap();
    let range = DateRange::last_days(LAST, 30);
    let rows = WORLD.orders.iter().filter(|row| row.day.is_some_and(|day| range.contains(day))).count() as u64;
    assert_eq!((answer.evidence.sources[0].1, answer.evidence.sources[0].2), (rows, Some(range)));
}
