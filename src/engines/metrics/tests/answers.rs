//! Known effects are found and told.

use std::sync::LazyLock;

use jiff::civil::date;

use super::words::said;
use super::world::{CLOSED, LAST, SLUMP, WEEK, World, days, question, september, world};
use crate::domain::{Arg, ChartKind, DateRange, Dimension, Intent, Metric, Role, Slots, Table};
use crate::engines::EngineError;

static WORLD: LazyLock<World> = LazyLock::new(world);

fn revenue_of(channel: Option<&str>, range: DateRange) -> f64 {
    let is_in = |row: &&super::world::Row| {
        row.day.is_some_and(|day| range.contains(day))
            && channel.is_none_or(|channel| row.names.get(&Dimension::Channel) == Some(&channel))
    };
    WORLD.orders.iter().filter(is_in).map(|row| row.quantity * row.price).sum()
}

fn figure(arg: &Arg) -> f64 {
    match arg {
        Arg::Figure(value, _) | Arg::Change(value, _) | Arg::Share(value) => *value,
        other => panic!("{other:?} is no figure"),
    }
}

fn column(table: &Table, at: usize) -> Vec<f64> {
    table.rows.iter().map(|row| figure(&row[at])).collect()
}

#[test]
fn a_report_tells_the_figure_and_how_it_moved() {
    let slots = Slots { metrics: vec![Metric::Revenue], date_range: september(), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricReport, slots)).unwrap();
    let range = september().unwrap().value;
    assert!((figure(&answer.headline.args["value"]) - revenue_of(None, range)).abs() < 1e-6);
    assert_eq!(answer.headline.args["before"], Arg::Range(range.previous()));
    assert_eq!(range.previous().start(), date(2025, 8, 1));
    assert!(answer.assumptions.is_empty());
    let lines = said(&answer);
    assert!(lines[0].starts_with("**Revenue: "), "{}", lines[0]);
    // The year before lies in the data, August is longer than September, and a line has a point for each day.
    assert!(lines.iter().any(|line| line.contains("a year before")));
    assert!(lines.iter().any(|line| line.contains("per day")));
    let ChartKind::Past { lines, partial, .. } = &answer.charts[0].kind else { panic!("no line") };
    assert!(partial.is_empty());
    assert_eq!(lines[0].1.len(), 30);
    assert!(!answer.evidence.sources.is_empty() && answer.actions.len() >= 2);
}

#[test]
fn what_nobody_said_is_assumed_and_can_be_changed() {
    let answer = WORLD.ask(&question(Intent::MetricReport, Slots::default())).unwrap();
    assert_eq!(answer.assumptions.len(), 2);
    let last_30 = DateRange::last_days(LAST, 30);
    assert_eq!(answer.headline.args["range"], Arg::Range(last_30));
    assert!(answer.actions.iter().any(|action| action.slots.date_range.is_some()));
    said(&answer);
}

#[test]
fn a_month_that_is_not_over_is_compared_with_as_many_days() {
    let november = days(date(2025, 11, 1), date(2025, 12, 1));
    let slots = Slots { metrics: vec![Metric::Orders], date_range: november, ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricReport, slots)).unwrap();
    let before = DateRange::new(date(2025, 10, 1), date(2025, 10, 15)).unwrap();
    assert_eq!(answer.headline.args["before"], Arg::Range(before));
    assert!(said(&answer).iter().any(|line| line.contains("data ends on 2025-11-14")));
}

#[test]
fn members_are_ranked_and_add_up_only_where_they_do() {
    let by = |metric, dimension| Slots {
        metrics: vec![metric],
        by: vec![dimension],
        date_range: september(),
        ..Slots::default()
    };
    let answer = WORLD.ask(&question(Intent::MetricReport, by(Metric::Revenue, Dimension::Channel))).unwrap();
    assert_eq!(answer.headline.key, "metrics.most_of");
    assert_eq!(answer.headline.args["name"], Arg::from("Online"));
    let values = column(&answer.tables[0], 1);
    assert!(values.is_sorted_by(|left, right| left >= right));
    assert!((column(&answer.tables[0], 2).iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert!((values.iter().sum::<f64>() - figure(&answer.headline.args["whole"])).abs() < 1e-6);
    said(&answer);

    // A customer buys through several channels: customers by channel are no parts of a whole.
    let answer = WORLD.ask(&question(Intent::MetricReport, by(Metric::Customers, Dimension::Channel))).unwrap();
    assert_eq!(answer.headline.key, "metrics.most");
    assert!(!answer.headline.args.contains_key("share"));

    let mut worst = by(Metric::Revenue, Dimension::Product);
    worst.bottom = true;
    let answer = WORLD.ask(&question(Intent::MetricReport, worst)).unwrap();
    assert_eq!(answer.headline.args["name"], Arg::from("Mug"));
    said(&answer);
}

#[test]
fn several_figures_steps_of_time_and_two_breakdowns_at_once() {
    let slots = Slots { metrics: vec![Metric::Revenue, Metric::Orders], date_range: september(), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricReport, slots)).unwrap();
    assert_eq!(answer.headline.key, "metrics.totals");
    assert_eq!((answer.tables[0].rows.len(), answer.charts.len()), (2, 2));
    said(&answer);

    let by = vec![Dimension::Week, Dimension::Channel];
    let slots = Slots { by, date_range: days(date(2025, 7, 1), date(2025, 10, 1)), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricReport, slots)).unwrap();
    let ChartKind::Past { lines, partial, .. } = &answer.charts[0].kind else { panic!("no lines") };
    assert_eq!(lines.len(), 3);
    // July to September 2025 holds 12 whole weeks from Monday; the cut ones at both ends are marked.
    assert!(lines.iter().all(|(_, points)| points.len() == 14));
    assert_eq!(partial, &[date(2025, 6, 30), date(2025, 9, 29)]);
    assert!(lines[0].1.iter().all(|point| WEEK.floor(point.at, jiff::civil::Weekday::Monday) == point.at));

    let slots = Slots { by: vec![Dimension::Channel, Dimension::Region], ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricReport, slots)).unwrap();
    assert_eq!(answer.tables[0].rows.len(), 6);
    let ChartKind::HeatMap { rows, columns, values } = &answer.charts[0].kind else { panic!("no grid") };
    assert_eq!((rows.len(), columns.len()), (3, 2));
    let sum: f64 = values.iter().flatten().flatten().sum();
    assert!((sum - figure(&answer.headline.args["whole"])).abs() < 1e-6, "the cells are the whole");
}

#[test]
fn a_comparison_says_whether_the_difference_is_more_than_usual() {
    let slump = Slots { date_range: days(SLUMP, date(2025, 11, 15)), ..Slots::default() };
    let mut partner = slump.clone();
    partner.names = [(Dimension::Channel, vec!["Partner".to_owned()])].into();
    let answer = WORLD.ask(&question(Intent::MetricCompare, partner)).unwrap();
    assert_eq!(answer.trust[0].key, "metrics.trust.unusual");
    assert!(matches!(answer.headline.args["growth"], Arg::Growth(growth) if (-0.7..-0.5).contains(&growth)));
    said(&answer);

    let quiet =
        Slots { date_range: september(), baseline: days(date(2025, 8, 2), date(2025, 9, 1)), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricCompare, quiet)).unwrap();
    assert_eq!(answer.trust[0].key, "metrics.trust.usual");
    said(&answer);
}

#[test]
fn two_members_are_set_against_each_other() {
    let both = |names: [&str; 2], dimension| Slots {
        names: [(dimension, names.map(str::to_owned).to_vec())].into(),
        date_range: september(),
        ..Slots::default()
    };
    let answer = WORLD.ask(&question(Intent::MetricCompare, both(["Partner", "Online"], Dimension::Channel))).unwrap();
    assert_eq!(answer.headline.key, "metrics.versus");
    assert_eq!(answer.headline.args["name"], Arg::from("Online"));
    assert_eq!(answer.trust[0].key, "metrics.trust.ahead");
    said(&answer);
    // Regions are drawn at random: neither is ahead.
    let answer = WORLD.ask(&question(Intent::MetricCompare, both(["North", "South"], Dimension::Region))).unwrap();
    assert_eq!(answer.trust[0].key, "metrics.trust.not_ahead");
    said(&answer);
}

#[test]
fn several_figures_are_all_compared() {
    let slots = Slots {
        metrics: vec![Metric::Revenue, Metric::Orders],
        date_range: september(),
        baseline: days(date(2025, 8, 2), date(2025, 9, 1)),
        ..Slots::default()
    };
    let answer = WORLD.ask(&question(Intent::MetricCompare, slots.clone())).unwrap();
    let lines = said(&answer);
    assert!(lines[0].contains("revenue ") && lines[0].contains("orders "), "{}", lines[0]);
    assert_eq!(answer.tables[0].rows.len(), 2);

    let members = Slots {
        names: [(Dimension::Channel, vec!["Partner".to_owned(), "Online".to_owned()])].into(),
        baseline: None,
        ..slots
    };
    let answer = WORLD.ask(&question(Intent::MetricCompare, members)).unwrap();
    assert_eq!(answer.headline.key, "metrics.versus");
    assert!(said(&answer).iter().any(|line| line.contains("orders: Online ")), "{:#?}", said(&answer));
}

#[test]
fn the_reason_is_found_and_its_parts_sum_to_the_change() {
    let slots = Slots { date_range: days(SLUMP, date(2025, 11, 15)), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricExplain, slots)).unwrap();
    assert_eq!(answer.headline.key, "metrics.moved_by");
    assert_eq!(answer.headline.args["name"], Arg::from("Partner"));
    let change = figure(&answer.headline.args["change"]);
    let range = DateRange::new(SLUMP, date(2025, 11, 15)).unwrap();
    assert!((change - (revenue_of(None, range) - revenue_of(None, range.previous()))).abs() < 1e-6);
    for table in answer.tables.iter().filter(|table| table.columns.len() == 6) {
        assert!((column(table, 3).iter().sum::<f64>() - change).abs() < 1e-6, "{:?}", table.title);
    }
    let factors = answer.tables.iter().find(|table| table.columns.len() == 2).unwrap();
    let parts = column(factors, 1);
    assert!((parts[..2].iter().sum::<f64>() - change).abs() < 1e-6, "orders and their value");
    assert!((parts[2..].iter().sum::<f64>() - change).abs() < 1e-6, "volume, mix and price");
    let lines = said(&answer);
    assert!(answer.findings.len() <= 2, "{lines:#?}");
    // The day on which the shop was closed lies in the period, and so is told with the rest.
    let others = answer.tables.iter().find(|table| table.title.key == "metrics.table.others").unwrap();
    let closed = others.rows.iter().flatten().any(|cell| match cell {
        Arg::Phrase(phrase) => phrase.args.get("range") == Some(&Arg::Range(DateRange::day(CLOSED))),
        _ => false,
    });
    assert!(closed, "{others:#?}");
    assert!(lines.iter().any(|line| line.contains("not why")));
}

#[test]
fn nothing_is_explained_where_nothing_happened() {
    let slots =
        Slots { date_range: september(), baseline: days(date(2025, 8, 2), date(2025, 9, 1)), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricExplain, slots)).unwrap();
    assert!(
        ["metrics.moved_usual", "metrics.moved_not"].contains(&answer.headline.key.as_ref()),
        "{:?}",
        answer.headline
    );
    said(&answer);
}

#[test]
fn a_ratio_is_explained_by_rates_and_weights() {
    let slots = Slots { metrics: vec![Metric::Roas], date_range: september(), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::MetricExplain, slots)).unwrap();
    let change = figure(&answer.headline.args["change"]);
    for table in answer.tables.iter().filter(|table| table.columns.len() == 6) {
        assert!((column(table, 3).iter().sum::<f64>() - change).abs() < 1e-9);
    }
    said(&answer);
}

#[test]
fn the_closed_day_is_found_and_a_quiet_month_is_quiet() {
    let answer = WORLD.ask(&question(Intent::AnomalyCheck, Slots::default())).unwrap();
    let lines = said(&answer);
    // The partner's slump lasts and so weighs more than the day on which the shop was closed.
    assert_eq!(answer.headline.key, "metrics.changed");
    assert_eq!(
        (&answer.headline.args["of"], &answer.headline.args["metric"]),
        (&"Partner".into(), &Metric::Revenue.into())
    );
    let days: Vec<&Arg> =
        answer.tables[0].rows.iter().filter(|row| row[1] != Arg::from("Partner")).map(|row| &row[2]).collect();
    assert!(!days.is_empty() && days.iter().all(|days| **days == Arg::Range(DateRange::day(CLOSED))), "{lines:#?}");
    let ChartKind::Past { usual: None, markers, .. } = &answer.charts[0].kind else { panic!("no line") };
    assert_eq!(markers.len(), 1);
    assert!(answer.actions.len() >= 2 && answer.evidence.rows.is_some());

    let slots = Slots { date_range: september(), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::AnomalyCheck, slots)).unwrap();
    assert_eq!(answer.headline.key, "metrics.anomalies_none", "{:#?}", said(&answer));
    assert!(answer.tables.is_empty() && answer.assumptions.is_empty(), "{:#?}", said(&answer));
}

#[test]
fn the_member_that_drove_an_odd_day_is_named() {
    let mut world = WORLD.clone();
    let day = date(2025, 9, 17);
    let online = |row: &super::world::Row| row.names.get(&Dimension::Channel) == Some(&"Online");
    world.orders.retain(|row| row.day != Some(day) || !online(row));
    let slots = Slots { metrics: vec![Metric::Revenue], date_range: september(), ..Slots::default() };
    let answer = world.ask(&question(Intent::AnomalyCheck, slots)).unwrap();
    let lines = said(&answer);
    assert!(lines.iter().any(|line| line.contains("channel Online")), "{lines:#?}");
}

#[test]
fn ads_are_judged_by_what_they_bring() {
    let answer = WORLD.ask(&question(Intent::AdPerformance, Slots::default())).unwrap();
    let lines = said(&answer);
    assert!(
        lines.iter().any(|line| line.contains("best roas: email") && line.contains("weakest: display")),
        "{lines:#?}"
    );
    assert_eq!(answer.tables[0].rows.len(), 3);
    let slots = Slots { names: [(Dimension::Channel, vec!["search".to_owned()])].into(), ..Slots::default() };
    let answer = WORLD.ask(&question(Intent::AdPerformance, slots)).unwrap();
    assert_eq!(answer.tables[0].rows[0][0], Arg::from("brand"));
    said(&answer);
}

#[test]
fn the_data_is_described() {
    let answer = WORLD.ask(&question(Intent::DataStatus, Slots::default())).unwrap();
    assert_eq!(answer.headline.args["tables"], Arg::Count(3));
    assert_eq!(answer.headline.args["last"], Arg::Date(LAST));
    said(&answer);
    let empty = World::default().ask(&question(Intent::DataStatus, Slots::default()));
    assert!(matches!(empty, Err(EngineError::NoData(_))));
}

#[test]
fn figures_are_not_for_customers_and_single_customers_not_for_marketers() {
    let by_customer = Slots { by: vec![Dimension::Customer], date_range: september(), ..Slots::default() };
    let mut asked = question(Intent::MetricReport, by_customer);
    assert!(matches!(WORLD.ask(&asked), Err(EngineError::Forbidden)));
    asked.role = Role::Analyst;
    said(&WORLD.ask(&asked).unwrap());
    for intent in [Intent::MetricReport, Intent::MetricExplain, Intent::AnomalyCheck, Intent::DataStatus] {
        let mut asked = question(intent, Slots::default());
        asked.role = Role::Customer;
        assert!(matches!(WORLD.ask(&asked), Err(EngineError::Forbidden)));
    }
}
