//! The baselines: the last value, the last season, the last value of the series without its season, and drift.

use super::model::Prediction;
use super::season::{Indices, Mode, is_seasonal};

/// Every step repeats the value one season before; without a season the last value.
pub(super) fn seasonal(y: &[f64], period: usize, horizon: usize) -> Option<Prediction> {
    let n = y.len();
    let lag = if period >= 2 && n >= period { period } else { 1 };
    let last = y.get(n.checked_sub(lag)?..)?;
    let errors = (lag..n).map(|t| y[t] - y[t - lag]);
    let sigma = root_mean_square(errors);
    Some(Prediction {
        mean: (0..horizon).map(|h| last[h % lag]).collect(),
        // Each further season adds another independent error (Hyndman & Athanasopoulos 2021, table 5.2).
        spread: (0..horizon).map(|h| sigma * ((h / lag + 1) as f64).sqrt()).collect(),
        label: if lag > 1 { "seasonal_naive".into() } else { "naive".into() },
    })
}

/// Naive 2 of the M competitions: the last value of the seasonally adjusted series with the season put back.
#[must_use]
pub fn naive2(y: &[f64], period: usize, horizon: usize) -> Vec<f64> {
    let indices = is_seasonal(y, period).then(|| Indices::of(y, period, Mode::Multiplicative)).flatten();
    let n = y.len();
    match indices {
        Some(indices) => {
            let level = indices.remove(y).last().copied().unwrap_or(0.0);
            (0..horizon).map(|h| indices.apply(level, n + h)).collect()
        }
        None => vec![y.last().copied().unwrap_or(0.0); horizon],
    }
}

/// The root of the mean square; 0 for none.
pub(super) fn root_mean_square(errors: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = errors.fold((0.0, 0usize), |(sum, n), e| (sum + e * e, n + 1));
    if n == 0 { 0.0 } else { (sum / n as f64).sqrt() }
}
