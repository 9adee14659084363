//! A made company with known effects, and an executor of plans that is as plain as can be: it groups rows.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::domain::{
    Answer, Bucket, Coverage, DateRange, Dimension, Facts, Frame, FrameRow, Intent, Language, MeasurePlan, Metric,
    Need, Question, Resolved, Role, Slots, TableCoverage, TableName,
};
use crate::engines::metrics::Metrics;
use crate::engines::{Engine, EngineError};

/// The last day of the data.
pub(super) const LAST: Date = date(2025, 11, 14);

/// One line of an order, one day of an ad, or one review.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) day: Option<Date>,
    pub(super) order: u32,
    pub(super) customer: u32,
    pub(super) quantity: f64,
    pub(super) price: f64,
    pub(super) names: BTreeMap<Dimension, &'static str>,
    pub(super) spend: f64,
    pub(super) clicks: f64,
    pub(super) conversions: f64,
    pub(super) revenue: f64,
    pub(super) rating: f64,
}

/// Rows of each table.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) orders: Vec<Row>,
    pub(super) ads: Vec<Row>,
    pub(super) posts: Vec<Row>,
}

/// What was planted: from this day on the partner channel sells 60 % less.
pub(super) const SLUMP: Date = date(2025, 10, 16);
/// On this day hardly anything was sold in the shop.
pub(super) const CLOSED: Date = date(2025, 11, 4);

/// Two years of orders with a weekly season, a slow growth and noise; ads whose email is best; steady reviews.
pub(super) fn world() -> World {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut world = World::default();
    let first = LAST.saturating_sub(729.days());
    let mut order = 0;
    for at in 0..730 {
        let day = first.saturating_add(i64::from(at).days());
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let level = (1.0 + 0.0004 * f64::from(at)) * if weekend { 1.5 } else { 1.0 };
        for (channel, weight) in [("Online", 20.0), ("Shop", 14.0), ("Partner", 12.0)] {
            let slump = if channel == "Partner" && day >= SLUMP { 0.4 } else { 1.0 };
            let closed = if day == CLOSED && channel != "Partner" { 0.05 } else { 1.0 };
            let count = (weight * level * slump * closed * random.gen_range(0.88..1.12)).round() as u32;
            for _ in 0..count {
                order += 1;
                let (product, category, price) = [
                    ("Oolong", "Tea", 20.0),
                    ("Sencha", "Tea", 12.0),
                    ("Arabica", "Coffee", 15.0),
                    ("Mug", "Ware", 9.0),
                ][random.gen_range(0..4)];
                let region = ["North", "South"][random.gen_range(0..2)];
                world.orders.push(Row {
                    day: Some(day),
                    order,
                    customer: random.gen_range(0..900),
                    quantity: f64::from(random.gen_range(1..4)),
                    price,
                    names: [
                        (Dimension::Channel, channel),
                        (Dimension::Product, product),
                        (Dimension::Category, category),
                        (Dimension::Region, region),
                    ]
                    .into(),
                    ..Row::default()
                });
            }
        }
        for (channel, spend, back) in [("email", 20.0, 6.0), ("search", 200.0, 3.0), ("display", 150.0, 1.2)] {
            let spend = spend * random.gen_range(0.9..1.1);
            let names = [(Dimension::Channel, channel), (Dimension::Campaign, "brand"), (Dimension::Device, "phone")];
            world.ads.push(Row {
                day: Some(day),
                spend,
                clicks: spend * 2.0,
                conversions: (spend / 10.0).round(),
                revenue: spend * back * random.gen_range(0.9..1.1),
                names: names.into(),
                ..Row::default()
            });
        }
        for _ in 0..6 {
            let rating = f64::from(random.gen_range(3..6));
            let names = [(Dimension::Source, ["shop", "forum"][random.gen_range(0..2)])];
            world.posts.push(Row { day: Some(day), rating, names: names.into(), ..Row::default() });
        }
    }
    world
}

impl World {
    fn rows(&self, table: TableName) -> &[Row] {
        match table {
            TableName::Orders => &self.orders,
            TableName::AdResults => &self.ads,
            TableName::Posts => &self.posts,
            _ => &[],
        }
    }

    pub(super) fn coverage(&self) -> Coverage {
        let tables = [TableName::Orders, TableName::AdResults, TableName::Posts].into_iter().filter_map(|table| {
            let rows = self.rows(table);
            let days = rows.iter().filter_map(|row| row.day);
            let (first, last) = (days.clone().min()?, days.max()?);
            Some(TableCoverage {
                table,
                rows: rows.len() as u64,
                days: DateRange::new(first, last.saturating_add(1.day())).ok(),
                sources: vec!["made.csv".to_owned()],
            })
        });
        Coverage { version: 1, tables: tables.collect() }
    }

    /// Loads what the engine needs and asks it.
    pub(super) fn ask(&self, question: &Question) -> Result<Answer, EngineError> {
        let coverage = self.coverage();
        let needs = Metrics::new().needs(question, &coverage);
        let frames = needs.iter().filter_map(|need| match need {
            Need::Measure(plan) => Some(self.measure(plan)),
            Need::Posts(_) | Need::Purchases => None,
        });
        let facts = Facts { frames: frames.collect(), coverage, ..Facts::default() };
        Metrics::new().answer(question, &facts)
    }

    /// Groups rows and counts them.
    pub(super) fn measure(&self, plan: &MeasurePlan) -> Frame {
        let table = plan.metric.table();
        let mut groups: BTreeMap<(Option<Date>, Vec<String>), Vec<&Row>> = BTreeMap::new();
        for row in self.rows(table) {
            let Some(day) = row.day else { continue };
            let name = |dimension: Dimension| row.names.get(&dimension).map_or("(none)", |name| name);
            let passes =
                plan.filters.iter().all(|filter| filter.values.iter().any(|value| value == name(filter.dimension)));
            if !passes || plan.range.is_some_and(|range| !range.contains(day)) {
                continue;
            }
            let period = plan.bucket.map(|bucket| bucket.floor(day, Weekday::Monday));
            let keys = plan.by.iter().map(|dimension| match dimension {
                Dimension::Weekday => format!("{:?}", day.weekday()),
                Dimension::Customer => row.customer.to_string(),
                dimension => name(*dimension).to_owned(),
            });
            groups.entry((period, keys.collect())).or_default().push(row);
        }
        if plan.by.is_empty() && plan.bucket.is_none() && groups.is_empty() {
            groups.insert((None, Vec::new()), Vec::new());
        }
        let rows = groups.into_iter().map(|((period, keys), rows)| {
            let (numerator, denominator) = parts(plan.metric, &rows);
            let value = if denominator == 0.0 { 0.0 } else { numerator / denominator };
            FrameRow { period, keys, value, numerator, denominator, rows: rows.len() as u64 }
        });
        Frame { plan: plan.clone(), rows: rows.collect() }
    }
}

fn parts(metric: Metric, rows: &[&Row]) -> (f64, f64) {
    let sum = |of: fn(&Row) -> f64| rows.iter().map(|row| of(row)).sum::<f64>();
    let distinct = |of: fn(&Row) -> u32| rows.iter().map(|row| of(row)).collect::<BTreeSet<_>>().len() as f64;
    let revenue = sum(|row| row.quantity * row.price);
    match metric {
        Metric::Revenue => (revenue, 1.0),
        Metric::Orders => (distinct(|row| row.order), 1.0),
        Metric::Customers => (distinct(|row| row.customer), 1.0),
        Metric::AverageOrderValue => (revenue, distinct(|row| row.order)),
        Metric::Units => (sum(|row| row.quantity), 1.0),
        Metric::Returns => (sum(|row| (-row.quantity).max(0.0)), 1.0),
        Metric::Spend => (sum(|row| row.spend), 1.0),
        Metric::Clicks => (sum(|row| row.clicks), 1.0),
        Metric::Conversions => (sum(|row| row.conversions), 1.0),
        Metric::Cvr => (sum(|row| row.conversions), sum(|row| row.clicks)),
        Metric::Cpa => (sum(|row| row.spend), sum(|row| row.conversions)),
        Metric::Roas => (sum(|row| row.revenue), sum(|row| row.spend)),
        Metric::Mentions => (rows.len() as f64, 1.0),
        Metric::Rating | Metric::Sentiment => (sum(|row| row.rating), rows.len() as f64),
        _ => (0.0, 1.0),
    }
}

/// A question of a marketer on the day after the last.
pub(super) fn question(intent: Intent, slots: Slots) -> Question {
    Question {
        intent,
        slots,
        role: Role::Marketer,
        customer: None,
        language: Language::English,
        today: LAST.saturating_add(1.day()),
        week_start: Weekday::Monday,
    }
}

/// Days as a slot.
pub(super) fn days(start: Date, end: Date) -> Option<Resolved<DateRange>> {
    Some(Resolved::new("these days", DateRange::new(start, end).unwrap()))
}

/// The month of an early autumn, before anything was planted.
pub(super) fn september() -> Option<Resolved<DateRange>> {
    days(date(2025, 9, 1), date(2025, 10, 1))
}

/// Whole weeks are what the company counts in.
pub(super) const WEEK: Bucket = Bucket::Week;
