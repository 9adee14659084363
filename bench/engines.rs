//! Criterion benches of what a message passes through: reading, understanding, computing, drawing. Compared with other
//! projects in bench/peers. `cargo bench --bench engines [NAME]`.

#![expect(missing_docs, reason = "criterion's macros make undocumented functions")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use herald::domain::{
    Answer, Arg, Catalog, Chart, ChartKind, Dimension, Intent, Language, LinePoint, Metric, Phrase, Unit,
};
use herald::engines::forecast::{Params, forecast};
use herald::engines::recommend::baskets::{BasketParams, itemsets};
use herald::engines::recommend::ease::{Ease, EaseParams};
use herald::engines::recommend::interactions::Interactions;
use herald::nlu::encoder::{DeviceChoice, EncoderOptions};
use herald::nlu::{Context, Understand, Understander, slots};
use herald::render::{Context as RenderContext, Locale, Renderer};
use jiff::ToSpan;
use jiff::civil::{Weekday, date};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

const QUESTION: &str = "why did revenue for Oolong 500 g in the north fall last month compared with September?";

fn catalog() -> Catalog {
    let mut names = BTreeMap::new();
    names.insert(
        Dimension::Product,
        (0..60).map(|n| format!("Tea number {n}")).chain(["Oolong 500 g".into()]).collect(),
    );
    names.insert(Dimension::Region, ["North", "South", "East", "West"].map(str::to_owned).to_vec());
    names.insert(Dimension::Customer, (0..5_000).map(|n| format!("C-{n:05}")).collect());
    Catalog { names, ..Catalog::default() }
}

fn reading(criterion: &mut Criterion) {
    let now = date(2026, 11, 22).at(9, 0, 0, 0).in_tz("UTC").expect("UTC is known");
    let catalog = catalog();
    let context = Context { now: &now, week_start: Weekday::Monday, catalog: &catalog };
    criterion.bench_function("slots of one message", |bencher| {
        bencher.iter(|| slots::extract(black_box(QUESTION), Intent::MetricExplain, &context));
    });
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let model_dir = root.join("models/base/all-MiniLM-L6-v2");
    let options = EncoderOptions { model_dir, device: DeviceChoice::Cpu, ..EncoderOptions::default() };
    let understander = Understander::open(&options, &root.join("models/intents")).expect("script/setup fetches it");
    criterion.bench_function("understanding one message", |bencher| {
        bencher.iter(|| understander.understand(black_box(QUESTION), &context).expect("the encoder works"));
    });
}

fn computing(criterion: &mut Criterion) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut group = criterion.benchmark_group("engines");
    group.sample_size(10);
    let weekly: Vec<f64> = (0..104)
        .map(|week| 100.0 + f64::from(week) * 0.3 + 20.0 * (f64::from(week) * 0.12).sin() + random.gen_range(-5.0..5.0))
        .collect();
    let params = Params::new(8, 52).expect("8 and 52 are allowed");
    group.bench_function("forecast of 104 weeks, 8 ahead", |bencher| {
        bencher.iter(|| forecast(black_box(&weekly), &params).expect("two years are enough"));
    });
    let pairs: Vec<(u32, u32, f32)> =
        (0..40_000).map(|_| (random.gen_range(0..5_000), random.gen_range(0..500), 1.0)).collect();
    let interactions = Interactions::collect(5_000, 500, pairs);
    let params = EaseParams::new(200.0).expect("200 is allowed");
    group.bench_function("EASE, 5,000 customers, 500 products", |bencher| {
        bencher.iter(|| Ease::fit(black_box(&interactions), params).expect("the matrix can be inverted"));
    });
    let baskets: Vec<Vec<u32>> = (0..10_000)
        .map(|_| {
            let mut basket: Vec<u32> = (0..random.gen_range(1..10)).map(|_| random.gen_range(0..170)).collect();
            basket.sort_unstable();
            basket.dedup();
            basket
        })
        .collect();
    let params = BasketParams::new(0.005, 0.5, 5).expect("these are allowed");
    group.bench_function("itemsets of 10,000 baskets", |bencher| {
        bencher.iter(|| itemsets(black_box(&baskets), &params).expect("there are baskets"));
    });
    group.finish();
}

fn drawing(criterion: &mut Criterion) {
    let locale = Locale { company: "Fernhill".to_owned(), currency: "EUR".to_owned() };
    let renderer = Renderer::new(locale).expect("the phrases are tested");
    let context = RenderContext { language: Language::English, max_lines: 6, today: date(2026, 11, 22) };
    let first = date(2024, 11, 18);
    let points: Vec<LinePoint> = (0..104)
        .map(|week| LinePoint {
            at: first.saturating_add(week.weeks()),
            value: 1_000.0 + 100.0 * (week as f64 * 0.3).sin(),
            interval: (week > 95).then_some((900.0, 1_100.0)),
        })
        .collect();
    let chart = Chart {
        title: Phrase::new("metrics.column.metric_named").with("metric", Metric::Revenue),
        unit: Unit::Money,
        kind: ChartKind::Lines { lines: vec![(Arg::Metric(Metric::Revenue), points)], markers: Vec::new() },
    };
    criterion.bench_function("a line chart as PNG", |bencher| {
        bencher.iter(|| renderer.chart_png(black_box(&chart), &context).expect("it can be drawn"));
    });
    let mut answer = Answer::new(
        Phrase::new("metrics.total")
            .with("metric", Metric::Revenue)
            .figure("value", 1_234.5, Unit::Money)
            .with("range", herald::domain::DateRange::last_days(date(2026, 11, 21), 30)),
    );
    answer.charts.push(chart);
    criterion.bench_function("a whole reply", |bencher| {
        bencher.iter(|| renderer.reply(black_box(&answer), None, &context).expect("the phrases are tested"));
    });
}

criterion_group!(benches, reading, computing, drawing);
criterion_main!(benches);
