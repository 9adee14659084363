//! What each day of a series should have been, and how far it was from that. Knows no words.
//!
//! Season and trend are taken out robustly, in the manner of STL (Cleveland et al. 1990) with medians for means:
//! weekday effects are medians of the days around a running median, the trend of five weeks is Tukey's resistant line
//! (Exploratory Data Analysis, 1977, ch. 10), whose thirds' medians a week of odd days cannot bend. What is left is
//! measured in median absolute deviations (Hampel 1974). Figures that scale are compared by ratio, others by
//! difference; counts have at least the noise of counting, means the noise of how many they are means of.

use super::daily::{Daily, mad_sigma, median};
use super::metric::is_ratio;
use crate::domain::{Metric, Unit};

/// The days of a trend: five weeks, so that each weekday counts alike.
const WINDOW: usize = 35;
/// Fewer days show no season.
pub(super) const FEWEST_DAYS: usize = 42;
/// How far a single day has to be out: 1 in 16,000 days of a normal distribution.
const DAY_LIMIT: f64 = 4.0;
/// How far the first and the last day of an odd week have to be out.
const EDGE: f64 = 2.0;
/// How far a week has to be out. Weeks overlap, so there are more chances.
const WEEK_LIMIT: f64 = 4.5;

/// What was to be expected of each day.
#[derive(Debug, Clone)]
pub(super) struct Residuals {
    pub(super) expected: Vec<f64>,
    /// The standard deviation of the usual days around it.
    pub(super) sigma: Vec<f64>,
    /// How many standard deviations the day was away; 0 where there was nothing to measure.
    pub(super) z: Vec<f64>,
    /// How many standard deviations of a usual week a day's mean standard deviation is.
    week_scale: f64,
}

/// Some days in a row that were out in the same direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    pub(super) first: usize,
    pub(super) last: usize,
    /// Of its farthest day, or of its week.
    pub(super) z: f64,
}

/// Takes season and trend out. `None` where the days are too few, or most of them hold nothing.
///
/// Done twice: odd days bend the trend a little, and the days beside them would look odd the other way; so the second
/// time the odd days are left out of season and trend (as outliers are in Chen & Liu 1993).
pub(super) fn residuals(daily: &Daily) -> Option<Residuals> {
    let values: Vec<Option<f64>> =
        (0..daily.len()).map(|at| daily.value(at).filter(|value| value.is_finite())).collect();
    let filled = values.iter().flatten().filter(|value| is_ratio(daily.metric) || **value != 0.0).count();
    if daily.len() < FEWEST_DAYS || filled * 2 < daily.len() {
        return None;
    }
    let first = measured(daily, &values, &values);
    let mut calm = values.clone();
    for run in runs(daily, &first, 0..daily.len()) {
        calm[run.first..=run.last].fill(None);
    }
    let is_enough = 2 * calm.iter().flatten().count() >= values.len();
    Some(if calm == values || !is_enough { first } else { measured(daily, &values, &calm) })
}

/// How far `values` are from the season and trend of `calm`.
fn measured(daily: &Daily, values: &[Option<f64>], calm: &[Option<f64>]) -> Residuals {
    let scales = !is_ratio(daily.metric);
    let season = season(calm, scales);
    let plain: Vec<Option<f64>> = calm
        .iter()
        .enumerate()
        .map(|(at, value)| value.map(|value| if scales { value / season[at % 7] } else { value - season[at % 7] }))
        .collect();
    let expected: Vec<f64> = (0..values.len())
        .map(|at| {
            let level = resistant_line(&plain, at);
            if scales { level.max(0.0) * season[at % 7] } else { level + season[at % 7] }
        })
        .collect();
    let spread = spread(daily, calm, &expected);
    let units: Vec<f64> = values
        .iter()
        .enumerate()
        .map(|(at, value)| value.map_or(0.0, |value| (value - expected[at]) / spread[at]))
        .collect();
    let seen: Vec<f64> = units.iter().zip(calm).filter(|(_, value)| value.is_some()).map(|(unit, _)| *unit).collect();
    let one = unit_of(&seen);
    let weeks: Vec<f64> =
        (0..units.len()).map(|at| units[at.saturating_sub(6)..=at].iter().sum::<f64>() / 7.0).collect();
    Residuals {
        sigma: spread.iter().map(|spread| spread * one).collect(),
        z: units.iter().map(|unit| unit / one).collect(),
        week_scale: one / unit_of(&weeks),
        expected,
    }
}

/// A robust standard deviation that is not 0: where most values agree to the last digit, the mean deviation stands in.
fn unit_of(values: &[f64]) -> f64 {
    let robust = mad_sigma(values, 0.0);
    if robust > 1e-9 {
        return robust;
    }
    let mean = values.iter().map(|value| value.abs()).sum::<f64>() / values.len().max(1) as f64;
    if mean > 1e-9 { 1.2533 * mean } else { 1.0 }
}

/// Weekday effects by the place of the day in its week: factors around 1, or differences around 0.
fn season(values: &[Option<f64>], scales: bool) -> [f64; 7] {
    let mut by_weekday: [Vec<f64>; 7] = Default::default();
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        let level = median(&window(values, at).filter_map(|at| values[at]).collect::<Vec<_>>());
        if !scales {
            by_weekday[at % 7].push(value - level);
        } else if level.abs() > 1e-12 {
            by_weekday[at % 7].push(value / level);
        }
    }
    let effects: [f64; 7] = std::array::from_fn(|day| {
        let neutral = if scales { 1.0 } else { 0.0 };
        if by_weekday[day].is_empty() { neutral } else { median(&by_weekday[day]) }
    });
    let mean = effects.iter().sum::<f64>() / 7.0;
    effects.map(|effect| {
        if !scales {
            effect - mean
        } else if mean > 1e-12 {
            // A weekday on which nothing ever happens keeps a little, so that it can be divided by.
            (effect / mean).max(0.02)
        } else {
            1.0
        }
    })
}

/// The places around a day, as many as there are to a window; shifted, not shortened, at both ends.
fn window(values: &[Option<f64>], at: usize) -> std::ops::Range<usize> {
    let size = WINDOW.min(values.len());
    let first = at.saturating_sub(size / 2).min(values.len() - size);
    first..first + size
}

/// Tukey's resistant line through the days around a day, at that day.
fn resistant_line(values: &[Option<f64>], at: usize) -> f64 {
    let points: Vec<(f64, f64)> =
        window(values, at).filter_map(|place| values[place].map(|value| (place as f64, value))).collect();
    let all: Vec<f64> = points.iter().map(|point| point.1).collect();
    if points.len() < 9 {
        return median(&all);
    }
    let third = points.len() / 3;
    let middle_of = |part: &[(f64, f64)]| {
        let (places, values): (Vec<f64>, Vec<f64>) = part.iter().copied().unzip();
        (median(&places), median(&values))
    };
    let (left, right) = (middle_of(&points[..third]), middle_of(&points[points.len() - third..]));
    let slope = (right.1 - left.1) / (right.0 - left.0).max(1.0);
    let levels: Vec<f64> = points.iter().map(|(place, value)| value - slope * (place - at as f64)).collect();
    median(&levels)
}

/// The shape of the noise: how much a day's noise is compared with other days'.
fn spread(daily: &Daily, values: &[Option<f64>], expected: &[f64]) -> Vec<f64> {
    if is_ratio(daily.metric) {
        return daily.denominators.iter().map(|count| 1.0 / count.max(1.0).sqrt()).collect();
    }
    let largest = expected.iter().copied().fold(0.0, f64::max);
    let floor = (1e-3 * largest).max(1e-9);
    let relative: Vec<f64> = values
        .iter()
        .zip(expected)
        .filter_map(|(value, expected)| value.map(|value| (value - expected) / expected.max(floor)))
        .collect();
    let share = mad_sigma(&relative, 0.0).max(1e-6);
    if daily.metric.unit() != Unit::Count {
        return expected.iter().map(|expected| share * expected.max(floor)).collect();
    }
    // Counting alone gives a variance as large as the mean (Poisson 1837); what is beyond scales with the level.
    let counting: Vec<f64> = expected.iter().map(|expected| 1.0 / expected.max(1.0)).collect();
    let beyond = (share * share - median(&counting)).max(0.0);
    expected.iter().map(|expected| (expected.max(1.0) + beyond * expected * expected).sqrt()).collect()
}

/// Whether a difference is large enough to be worth a word, whatever its probability.
fn matters(metric: Metric, value: f64, expected: f64) -> bool {
    let size = (value - expected).abs();
    match metric {
        Metric::Rating => size >= 0.3,
        Metric::Sentiment => size >= 0.15,
        _ if metric.unit() == Unit::Count => size >= 5.0 && size >= 0.15 * expected,
        _ => size >= 0.15 * expected.abs(),
    }
}

/// The runs of odd days among some places: days that are out by themselves, and weeks that are out as a whole, although
/// perhaps none of their days is.
pub(super) fn runs(daily: &Daily, residuals: &Residuals, places: std::ops::Range<usize>) -> Vec<Run> {
    let is_odd = |at: usize| {
        residuals.z[at].abs() >= DAY_LIMIT
            && daily.value(at).is_some_and(|value| matters(daily.metric, value, residuals.expected[at]))
    };
    let mut runs: Vec<Run> = Vec::new();
    for at in places.clone().filter(|at| is_odd(*at)) {
        let z = residuals.z[at];
        match runs.last_mut().filter(|run| at - run.last == 1 && run.z.signum() == z.signum()) {
            Some(run) => {
                run.last = at;
                run.z = farther(run.z, z);
            }
            None => runs.push(Run { first: at, last: at, z }),
        }
    }
    for week in weeks(daily, residuals, &runs.clone(), places) {
        let joins = |run: &Run| run.first <= week.last && week.first <= run.last && run.z.signum() == week.z.signum();
        // What the week says of the days it shares with runs takes these in.
        let shared: Vec<Run> = runs.iter().copied().filter(joins).collect();
        runs.retain(|run| !joins(run));
        runs.push(shared.iter().fold(week, |all, run| Run {
            first: all.first.min(run.first),
            last: all.last.max(run.last),
            z: farther(all.z, run.z),
        }));
    }
    runs.sort_by_key(|run| run.first);
    runs
}

fn farther(left: f64, right: f64) -> f64 {
    if right.abs() > left.abs() { right } else { left }
}

/// Weeks that are out even without the days that are odd by themselves, from the first to the last day that leans that
/// way.
fn weeks(daily: &Daily, residuals: &Residuals, odd: &[Run], places: std::ops::Range<usize>) -> Vec<Run> {
    let is_odd = |at: usize| odd.iter().any(|run| run.first <= at && at <= run.last);
    let mut weeks: Vec<Run> = Vec::new();
    for last in places.clone().filter(|at| *at >= places.start.saturating_add(6)) {
        let days = last - 6..=last;
        let others: Vec<f64> = days.clone().filter(|at| !is_odd(*at)).map(|at| residuals.z[at]).collect();
        // The mean of fewer days spreads wider, by the root of their number.
        let without = residuals.week_scale * others.iter().sum::<f64>() / (7.0 * others.len().max(1) as f64).sqrt();
        let z = residuals.week_scale * residuals.z[days.clone()].iter().sum::<f64>() / 7.0;
        if without.abs() < WEEK_LIMIT || without.signum() != z.signum() {
            continue;
        }
        let leans = |at: &usize| residuals.z[*at] * z.signum() >= EDGE;
        let (Some(first), Some(last)) = (days.clone().find(leans), days.rev().find(leans)) else { continue };
        let count = (last - first + 1) as f64;
        let mean = |of: &dyn Fn(usize) -> f64| (first..=last).map(of).sum::<f64>() / count;
        let expected = mean(&|at| residuals.expected[at]);
        let value = mean(&|at| daily.value(at).unwrap_or(residuals.expected[at]));
        if !matters(daily.metric, value, expected) {
            continue;
        }
        match weeks.last_mut().filter(|run| first <= run.last && run.z.signum() == z.signum()) {
            // Weeks that overlap tell of the same thing; the clearest tells it best.
            Some(run) if z.abs() > run.z.abs() => *run = Run { first, last, z },
            Some(_) => {}
            None => weeks.push(Run { first, last, z }),
        }
    }
    weeks
}
