//! Figures against a count by hand on the same rows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;

use super::{empty, order, product};
use crate::domain::{
    AdResult, Bucket, DateRange, Dimension, Filter, Frame, MeasurePlan, Metric, Need, Order, Post, Product,
};
use crate::facts::{Warehouse, WarehouseError};

fn measure(warehouse: &Warehouse, plan: &MeasurePlan) -> Frame {
    warehouse.gather(&[Need::Measure(plan.clone())]).unwrap().measure(plan).unwrap().clone()
}

fn total(warehouse: &Warehouse, metric: Metric, range: Option<DateRange>) -> f64 {
    let frame = measure(warehouse, &MeasurePlan::total(metric, range));
    assert_eq!(frame.rows.len(), 1, "{metric}");
    frame.rows[0].value
}

fn days(from: i8, to: i8) -> Option<DateRange> {
    Some(DateRange::new(date(2025, 1, from), date(2025, 1, to)).unwrap())
}

#[test]
fn a_small_company_by_hand() {
    let (_dir, warehouse) = empty();
    let products = [
        product("1", "Oolong", Some("tea"), Some(1.0)),
        product("2", "Pot", Some("ware"), None),
        product("3", "Sencha", Some("tea"), Some(2.0)),
    ];
    warehouse.write_products(&products, "test").unwrap();
    let lines = [
        order("a", 1, Some("ann"), "1", 2.0, 1),
        order("a", 2, Some("ann"), "2", 1.0, 1),
        order("b", 1, Some("bob"), "1", 4.0, 7),
        order("c", 1, Some("ann"), "3", 1.0, 8),
        order("d", 1, None, "9", 1.0, 8),
        order("e", 1, Some("ann"), "1", -1.0, 9),
    ];
    warehouse.write_orders(&lines, "test").unwrap();
    let all = |metric| total(&warehouse, metric, None);
    assert_eq!(all(Metric::Revenue), 8.0 * 2.5);
    assert_eq!(all(Metric::Orders), 4.0);
    assert_eq!(all(Metric::Units), 8.0);
    assert_eq!(all(Metric::AverageOrderValue), 5.0);
    // Lines of the pot and of the unknown product have no cost: 5 Oolong at 1.5 and 1 Sencha at 0.5.
    assert_eq!(all(Metric::Margin), 8.0);
    assert_eq!(all(Metric::Customers), 2.0);
    assert_eq!(all(Metric::NewCustomers), 2.0);
    assert_eq!(all(Metric::RepeatRate), 0.5);
    assert_eq!(all(Metric::Returns), 1.0);
    // In the second week Ann is back, and Bob is not there.
    assert_eq!(total(&warehouse, Metric::RepeatRate, days(8, 15)), 1.0);
    assert_eq!(total(&warehouse, Metric::NewCustomers, days(8, 15)), 0.0);
    assert_eq!(total(&warehouse, Metric::NewCustomers, days(2, 15)), 1.0);
    assert_eq!(total(&warehouse, Metric::Revenue, days(20, 21)), 0.0);

    let by_product = measure(&warehouse, &MeasurePlan::total(Metric::Units, None).by(Dimension::Product));
    let found: Vec<_> = by_product.rows.iter().map(|row| (row.keys[0].as_str(), row.value)).collect();
    assert_eq!(found, [("9", 1.0), ("Oolong", 5.0), ("Pot", 1.0), ("Sencha", 1.0)]);
    let by_category = measure(&warehouse, &MeasurePlan::total(Metric::Units, None).by(Dimension::Category));
    let found: Vec<_> = by_category.rows.iter().map(|row| (row.keys[0].as_str(), row.value)).collect();
    assert_eq!(found, [("(none)", 1.0), ("tea", 6.0), ("ware", 1.0)]);
    let weekdays = measure(&warehouse, &MeasurePlan::total(Metric::Orders, None).by(Dimension::Weekday));
    let found: Vec<_> = weekdays.rows.iter().map(|row| (row.keys[0].as_str(), row.value)).collect();
    assert_eq!(found, [("Tuesday", 1.0), ("Wednesday", 3.0)]);

    let filter = |dimension, value: &str| Filter { dimension, values: vec![value.to_owned()] };
    let with = |filter| measure(&warehouse, &MeasurePlan::total(Metric::Units, None).filtered(&[filter])).rows[0].value;
    assert_eq!(with(filter(Dimension::Product, "oolong")), 5.0);
    assert_eq!(with(filter(Dimension::Product, "3")), 1.0);
    assert_eq!(with(filter(Dimension::Category, "(none)")), 1.0);
    assert_eq!(with(filter(Dimension::Channel, "nowhere")), 0.0);
    assert_eq!(with(filter(Dimension::Month, "2025-01-01")), 8.0);
    let ratio = &measure(&warehouse, &MeasurePlan::total(Metric::AverageOrderValue, days(20, 21))).rows[0];
    assert!(ratio.value.is_nan() && ratio.denominator == 0.0 && ratio.rows == 0);
}

#[test]
fn an_order_may_go_on_after_the_next_one() {
    let (_dir, warehouse) = empty();
    let lines = [
        order("a", 1, Some("ann"), "1", 1.0, 1),
        order("b", 1, Some("ann"), "1", 1.0, 3),
        order("a", 2, Some("ann"), "2", 9.0, 11),
    ];
    warehouse.write_orders(&lines, "test").unwrap();
    assert_eq!(total(&warehouse, Metric::RepeatRate, days(10, 12)), 1.0);
    // Ann was new on the first day, though the dearest line of her first order came later.
    assert_eq!(total(&warehouse, Metric::NewCustomers, days(1, 2)), 1.0);
    assert_eq!(total(&warehouse, Metric::NewCustomers, days(10, 12)), 0.0);
}

#[test]
fn a_breakdown_that_does_not_apply_is_an_error() {
    let (_dir, warehouse) = empty();
    for (metric, dimension) in
        [(Metric::Revenue, Dimension::Device), (Metric::Spend, Dimension::Region), (Metric::Units, Dimension::Week)]
    {
        let plan = MeasurePlan::total(metric, None).by(dimension);
        let error = warehouse.gather(&[Need::Measure(plan)]).unwrap_err();
        assert!(
            matches!(error, WarehouseError::NoSuchBreakdown { metric: m, dimension: d } if m == metric && d == dimension)
        );
    }
}

#[test]
fn every_figure_can_be_measured_by_everything_that_applies() {
    let (_dir, warehouse) = empty();
    for metric in Metric::ALL.iter().copied() {
        for dimension in crate::facts::dimensions_of(metric) {
            let plan = MeasurePlan::total(metric, None).per(Bucket::Week).by(*dimension);
            assert!(measure(&warehouse, &plan).rows.is_empty(), "{metric} by {}", dimension.name());
        }
    }
}

#[test]
fn ads_and_posts_have_their_ratios() {
    let (_dir, warehouse) = empty();
    let ad = |day, channel: &str, spend, clicks| AdResult {
        date: date(2025, 1, day),
        channel: channel.to_owned(),
        campaign: None,
        placement: None,
        variant: None,
        device: None,
        audience: None,
        spend,
        impressions: 1_000.0,
        clicks,
        conversions: 2.0,
        revenue: 30.0,
    };
    warehouse
        .write_ad_results(
            &[ad(1, "search", 10.0, 40.0), ad(2, "search", 20.0, 60.0), ad(2, "social", 0.0, 0.0)],
            "test",
        )
        .unwrap();
    let roas = measure(&warehouse, &MeasurePlan::total(Metric::Roas, None).by(Dimension::Channel));
    assert_eq!((roas.rows[0].value, roas.rows[0].numerator, roas.rows[0].denominator), (2.0, 60.0, 30.0));
    // Nothing was spent on social: what came back per unit spent is no figure, and not zero.
    assert_eq!(roas.rows.len(), 1);
    assert_eq!(total(&warehouse, Metric::Ctr, None), 100.0 / 3_000.0);
    assert_eq!(total(&warehouse, Metric::Cpa, None), 5.0);
    let post = |id: &str, rating| Post {
        post_id: id.to_owned(),
        source: "shop".to_owned(),
        author: None,
        posted_at: date(2025, 1, 1).at(0, 0, 0, 0),
        text: "fine".to_owned(),
        product_id: None,
        rating,
        reply_to: None,
    };
    warehouse.write_posts(&[post("1", Some(5.0)), post("2", None), post("3", Some(2.0))], "test").unwrap();
    assert_eq!(total(&warehouse, Metric::Mentions, None), 3.0);
    let rating = &measure(&warehouse, &MeasurePlan::total(Metric::Rating, None)).rows[0];
    assert_eq!((rating.value, rating.denominator, rating.rows), (3.5, 2.0, 2));
    let unrated = Post { posted_at: date(2025, 1, 2).at(0, 0, 0, 0), ..post("4", None) };
    warehouse.write_posts(&[unrated], "test").unwrap();
    let daily = measure(&warehouse, &MeasurePlan::total(Metric::Rating, None).per(Bucket::Day));
    assert_eq!(daily.rows.iter().map(|row| row.value).collect::<Vec<_>>(), [3.5]);
}

/// Lines of a company of few names, so that they meet often.
fn lines() -> impl Strategy<Value = Vec<Order>> {
    let line = (0..12_u8, prop::option::of(0..4_u8), 0..4_u8, -2..4_i8, 1..=31_i8, 0..3_u8);
    prop::collection::vec(line, 0..60).prop_map(|lines| {
        let kept = lines.into_iter().filter(|line| line.3 != 0);
        kept.enumerate()
            .map(|(at, (id, customer, item, quantity, day, region))| {
                // An order has one customer, if a known one; its lines may lie on several days.
                let customer = customer.map(|_| format!("c{}", id % 5));
                let mut line = order(
                    &format!("o{id}"),
                    u32::try_from(at).unwrap() + 1,
                    customer.as_deref(),
                    &item.to_string(),
                    f64::from(quantity),
                    (day + i8::try_from(id).unwrap()) % 28 + 1,
                );
                line.region = (region > 0).then(|| format!("r{region}"));
                line
            })
            .collect()
    })
}

/// The figures of one group by the words of `Metric`'s documentation, over all history where it asks for it.
fn naive(metric: Metric, group: &[&Order], all: &[Order], until: Date) -> f64 {
    let sold = || group.iter().filter(|line| line.quantity > 0.0);
    let customers: BTreeSet<&str> = sold().filter_map(|line| line.customer_id.as_deref()).collect();
    match metric {
        Metric::Revenue => group.iter().map(|line| line.quantity * line.unit_price).sum(),
        Metric::Units => group.iter().map(|line| line.quantity).sum(),
        Metric::Orders => sold().map(|line| &line.order_id).collect::<BTreeSet<_>>().len() as f64,
        Metric::Customers => customers.len() as f64,
        Metric::Returns => group.iter().filter(|line| line.quantity < 0.0).map(|line| -line.quantity).sum(),
        Metric::RepeatRate => {
            let orders = |customer: &str| {
                let of = all.iter().filter(|line| line.customer_id.as_deref() == Some(customer) && line.quantity > 0.0);
                of.filter(|line| line.ordered_at.date() < until)
                    .map(|line| &line.order_id)
                    .collect::<BTreeSet<_>>()
                    .len()
            };
            let back = customers.iter().filter(|customer| orders(customer) > 1).count();
            back as f64 / customers.len() as f64
        }
        _ => unreachable!(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_agree_with_a_count_by_hand(rows in lines()) {
        let (_dir, warehouse) = empty();
        let products: Vec<Product> = (0..3).map(|id| product(&id.to_string(), &format!("p{}", id / 2), None, None)).collect();
        warehouse.write_products(&products, "test").unwrap();
        warehouse.write_orders(&rows, "test").unwrap();
        let name = |id: &str| products.iter().find(|product| product.product_id == id).map_or(id.to_owned(), |product| product.name.clone());
        let range = DateRange::new(date(2025, 1, 5), date(2025, 1, 20)).unwrap();
        for metric in [Metric::Revenue, Metric::Units, Metric::Orders, Metric::Customers, Metric::Returns] {
            let plan = MeasurePlan::total(metric, Some(range)).per(Bucket::Week).by(Dimension::Product).by(Dimension::Region);
            let mut groups: BTreeMap<(Date, String, String), Vec<&Order>> = BTreeMap::new();
            for row in rows.iter().filter(|row| range.contains(row.ordered_at.date())) {
                let week = Bucket::Week.floor(row.ordered_at.date(), Weekday::Monday);
                let region = row.region.clone().unwrap_or_else(|| "(none)".to_owned());
                groups.entry((week, name(&row.product_id), region)).or_default().push(row);
            }
            let expected: Vec<_> = groups
                .iter()
                .map(|(key, group)| (key.clone(), naive(metric, group, &rows, range.end())))
                // Members without any such row are left out.
                .filter(|(_, value)| *value != 0.0)
                .collect();
            let found: Vec<_> = measure(&warehouse, &plan)
                .rows
                .iter()
                .map(|row| ((row.period.unwrap(), row.keys[0].clone(), row.keys[1].clone()), row.value))
                .filter(|(_, value)| *value != 0.0)
                .collect();
            prop_assert_eq!(found, expected, "{}", metric);
        }
        let in_range: Vec<&Order> = rows.iter().filter(|row| range.contains(row.ordered_at.date())).collect();
        let expected = naive(Metric::RepeatRate, &in_range, &rows, range.end());
        let found = total(&warehouse, Metric::RepeatRate, Some(range));
        prop_assert!(found == expected || (found.is_nan() && expected.is_nan()), "{} and {}", found, expected);
        // New customers add up over days and over any members to all customers who ever bought.
        let everyone = total(&warehouse, Metric::Customers, None);
        for plan in [
            MeasurePlan::total(Metric::NewCustomers, None).per(Bucket::Day),
            MeasurePlan::total(Metric::NewCustomers, None).by(Dimension::Product),
            MeasurePlan::total(Metric::NewCustomers, None).by(Dimension::Region),
        ] {
            prop_assert_eq!(measure(&warehouse, &plan).rows.iter().map(|row| row.value).sum::<f64>(), everyone);
        }
    }
}
