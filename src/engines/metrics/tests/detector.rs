//! The detector on made series with planted days, against the plain rule of three standard deviations.

use jiff::civil::date;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Normal, Poisson};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::domain::Metric;
use crate::engines::metrics::daily::Daily;
use crate::engines::metrics::residuals::{residuals, runs};

const DAYS: usize = 730;

/// A series with trend, a yearly and a weekly season, and the days that were planted.
fn made(seed: u64, count: bool) -> (Daily, Vec<bool>) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let noise = Normal::new(0.0_f64, 0.07).unwrap();
    let base = if count { 60.0 } else { 8_000.0 };
    let weekdays: Vec<f64> = (0..7).map(|_| random.gen_range(0.7..1.4)).collect();
    let growth = random.gen_range(-0.3..0.8);
    let mut planted = vec![false; DAYS];
    let mut factor = vec![1.0; DAYS];
    for _ in 0..10 {
        let at = random.gen_range(40..DAYS);
        planted[at] = true;
        factor[at] = if random.gen_bool(0.5) { random.gen_range(0.2..0.5) } else { random.gen_range(1.6..2.2) };
    }
    let week = random.gen_range(60..DAYS - 10);
    for at in week..week + 6 {
        planted[at] = true;
        factor[at] = 0.55;
    }
    let numerators = (0..DAYS)
        .map(|at| {
            let share = at as f64 / DAYS as f64;
            let year = 1.0 + 0.3 * (std::f64::consts::TAU * at as f64 / 365.25).sin();
            let mean = base * (1.0 + growth * share) * year * weekdays[at % 7] * factor[at];
            let mean = mean * noise.sample(&mut random).exp();
            if count { Poisson::new(mean).unwrap().sample(&mut random) } else { mean }
        })
        .collect();
    let metric = if count { Metric::Orders } else { Metric::Revenue };
    (Daily { start: date(2023, 1, 2), numerators, denominators: vec![1.0; DAYS], metric }, planted)
}

/// Days found that were planted, days found that were not, days planted that were not found.
#[derive(Default, Debug)]
struct Score {
    hits: f64,
    false_alarms: f64,
    misses: f64,
}

impl Score {
    fn add(&mut self, found: &[bool], planted: &[bool]) {
        for (found, planted) in found.iter().zip(planted) {
            match (found, planted) {
                (true, true) => self.hits += 1.0,
                (true, false) => self.false_alarms += 1.0,
                (false, true) => self.misses += 1.0,
                (false, false) => {}
            }
        }
    }

    fn precision(&self) -> f64 {
        self.hits / (self.hits + self.false_alarms).max(1.0)
    }

    fn recall(&self) -> f64 {
        self.hits / (self.hits + self.misses).max(1.0)
    }
}

fn ours(daily: &Daily) -> Vec<bool> {
    let residuals = residuals(daily).unwrap();
    let mut found = vec![false; daily.len()];
    for run in runs(daily, &residuals, 0..daily.len()) {
        found[run.first..=run.last].fill(true);
    }
    found
}

/// Three standard deviations from the mean of all days: what a spreadsheet does.
fn three_sigma(daily: &Daily) -> Vec<bool> {
    let count = daily.len() as f64;
    let mean = daily.numerators.iter().sum::<f64>() / count;
    let variance = daily.numerators.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    daily.numerators.iter().map(|value| (value - mean).abs() > 3.0 * variance.sqrt()).collect()
}

#[test]
fn planted_days_are_found_better_than_by_three_sigma() {
    for count in [false, true] {
        let (mut own, mut naive) = (Score::default(), Score::default());
        for seed in 0..30 {
            let (daily, planted) = made(1_000 + seed, count);
            own.add(&ours(&daily), &planted);
            naive.add(&three_sigma(&daily), &planted);
        }
        println!(
            "counts {count}: precision {:.3} recall {:.3}; three sigma {:.3} and {:.3}",
            own.precision(),
            own.recall(),
            naive.precision(),
            naive.recall()
        );
        assert!(own.precision() > naive.precision() && own.recall() > naive.recall());
        assert!(own.precision() > 0.9 && own.recall() > 0.8, "{own:?}");
    }
}

#[test]
fn quiet_series_raise_hardly_an_alarm() {
    let mut alarms = 0;
    for seed in 0..30 {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let noise = Normal::new(0.0_f64, 0.08).unwrap();
        let numerators =
            (0..DAYS).map(|at| 500.0 * [1.0, 1.1, 0.9, 1.0, 1.2, 1.6, 1.4][at % 7] * noise.sample(&mut random).exp());
        let daily = Daily {
            start: date(2023, 1, 2),
            numerators: numerators.collect(),
            denominators: vec![1.0; DAYS],
            metric: Metric::Revenue,
        };
        alarms += ours(&daily).iter().filter(|found| **found).count();
    }
    println!("{alarms} alarms in {} days", 30 * DAYS);
    // One day in a thousand would be one alarm a month over thirty figures.
    assert!(alarms * 1_000 <= 30 * DAYS, "{alarms}");
}

#[test]
fn means_of_few_are_not_odd_for_being_few() {
    // Ratings: most days hold sixty reviews, some hold one, whose mean is naturally far out.
    let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
    let denominators: Vec<f64> = (0..DAYS).map(|at| if at % 10 == 3 { 1.0 } else { 60.0 }).collect();
    let numerators = denominators
        .iter()
        .map(|count| (0..*count as usize).map(|_| f64::from(random.gen_range(1..6))).sum())
        .collect();
    let mut daily = Daily { start: date(2023, 1, 2), numerators, denominators, metric: Metric::Rating };
    assert_eq!(ours(&daily).iter().filter(|found| **found).count(), 0);
    daily.numerators[700] = 60.0 * 1.8;
    assert!(ours(&daily)[700]);
}

#[test]
fn constant_short_and_empty_series_say_nothing() {
    let daily = |values: Vec<f64>| {
        let denominators = vec![1.0; values.len()];
        Daily { start: date(2023, 1, 2), numerators: values, denominators, metric: Metric::Revenue }
    };
    assert!(residuals(&daily(vec![])).is_none());
    assert!(residuals(&daily(vec![1.0; 41])).is_none());
    assert!(residuals(&daily(vec![0.0; 400])).is_none());
    assert!(ours(&daily(vec![7.0; 400])).iter().all(|found| !found));
    let mut spike = vec![7.0; 400];
    spike[200] = 70.0;
    assert_eq!(ours(&daily(spike)).iter().filter(|found| **found).count(), 1);
}
