//! The Theta family: standard, optimised and dynamic optimised (Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler
//! 2016, "Models for optimising the theta method"). The season is tested for and taken off first.

use super::model::Prediction;
use super::naive::root_mean_square;
use super::optimize::{bounded, minimise, unbounded};
use super::season::{Indices, Mode, is_seasonal};

/// Which of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// θ = 2 and a fixed line: the method of Assimakopoulos & Nikolopoulos (2000).
    Standard,
    /// θ is estimated.
    Optimised,
    /// θ is estimated and the line follows the data.
    Dynamic,
}

impl Variant {
    fn label(self) -> &'static str {
        match self {
            Variant::Standard => "theta",
            Variant::Optimised => "theta(optimised)",
            Variant::Dynamic => "theta(dynamic)",
        }
    }
}

struct Parameters {
    level: f64,
    alpha: f64,
    theta: f64,
}

/// Fits and forecasts.
pub(super) fn predict(y: &[f64], period: usize, horizon: usize, variant: Variant) -> Option<Prediction> {
    if y.len() < 4 {
        return None;
    }
    let positive = y.iter().all(|v| *v > 0.0);
    let indices = is_seasonal(y, period)
        .then(|| {
            let multiplicative = if positive { Indices::of(y, period, Mode::Multiplicative) } else { None };
            multiplicative.or_else(|| Indices::of(y, period, Mode::Additive))
        })
        .flatten();
    let adjusted = indices.as_ref().map_or_else(|| y.to_vec(), |indices| indices.remove(y));

    let n = adjusted.len();
    let line = Line::of(&adjusted);
    let read = |x: &[f64]| Parameters {
        level: x[0],
        alpha: bounded(x[1], 0.1, 0.99),
        theta: if variant == Variant::Standard { 2.0 } else { 1.0 + x[2].clamp(-30.0, 8.0).exp() },
    };
    let size = adjusted.iter().map(|v| v.abs()).sum::<f64>() / n as f64 + 1e-12;
    let mut start = vec![adjusted[0] / 2.0, unbounded(0.5, 0.1, 0.99)];
    let mut step = vec![0.2 * size, 0.7];
    if variant != Variant::Standard {
        start.push(0.0);
        step.push(0.7);
    }
    let minimum =
        minimise(|x| filter(&adjusted, &line, &read(x), variant, 0).1 / (size * size), &start, &step, 400, 1e-8);
    let parameters = read(&minimum.at);
    let (mean, sse) = filter(&adjusted, &line, &parameters, variant, horizon);
    let sigma = root_mean_square(std::iter::once((sse / (n - 2).max(1) as f64).sqrt()));
    let season = |h: usize, value: f64| indices.as_ref().map_or(value, |indices| indices.apply(value, n + h));
    Some(Prediction {
        mean: mean.iter().enumerate().map(|(h, value)| season(h, *value)).collect(),
        spread: (0..horizon)
            .map(|h| {
                let wider = indices.as_ref().map_or(1.0, |indices| indices.spread(n + h));
                wider * sigma * (1.0 + h as f64 * parameters.alpha.powi(2)).sqrt()
            })
            .collect(),
        label: variant.label().into(),
    })
}

/// The least-squares line through the whole series: intercept at t = 0, and slope.
struct Line {
    intercept: f64,
    slope: f64,
}

impl Line {
    fn of(y: &[f64]) -> Self {
        let n = y.len() as f64;
        let mean = y.iter().sum::<f64>() / n;
        let weighted: f64 = y.iter().enumerate().map(|(t, v)| (t + 1) as f64 * v).sum();
        let slope = 6.0 / (n * n - 1.0) * (2.0 / n * weighted - (n + 1.0) * mean);
        Self { intercept: mean - (n + 1.0) / 2.0 * slope, slope }
    }
}

/// Runs equations 9 to 13 of Fiorucci et al. over the series and `horizon` steps beyond, where forecasts stand for the
/// values. Returns the forecasts and the sum of squared one-step errors from the third value on.
fn filter(y: &[f64], line: &Line, par: &Parameters, variant: Variant, horizon: usize) -> (Vec<f64>, f64) {
    let n = y.len();
    let (alpha, weight) = (par.alpha, 1.0 - 1.0 / par.theta);
    let dynamic = variant == Variant::Dynamic;
    let mut level = alpha * y[0] + (1.0 - alpha) * par.level;
    let mut mean = y[0];
    let (mut a, mut b) = if dynamic { (y[0], 0.0) } else { (line.intercept, line.slope) };
    // (1 − α)^(t − 1), kept from step to step.
    let mut decay = 1.0 - alpha;
    let mut sse = 0.0;
    let mut forecasts = Vec::with_capacity(horizon);
    for t in 2..=n + horizon {
        let mu = level + weight * (decay * a + (1.0 - decay * (1.0 - alpha)) / alpha * b);
        let value = if t <= n {
            let value = y[t - 1];
            if t >= 3 {
                sse += (value - mu).powi(2);
            }
            value
        } else {
            forecasts.push(mu);
            mu
        };
        level = alpha * value + (1.0 - alpha) * level;
        decay *= 1.0 - alpha;
        if dynamic {
            let t = t as f64;
            b = ((t - 2.0) * b + 6.0 * (value - mean) / t) / (t + 1.0);
            mean = ((t - 1.0) * mean + value) / t;
            a = mean - (t + 1.0) / 2.0 * b;
        }
    }
    (forecasts, sse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_the_least_squares_line() {
        let line = Line::of(&[3.0, 5.0, 7.0, 9.0]);
        assert!((line.slope - 2.0).abs() < 1e-12 && (line.intercept - 1.0).abs() < 1e-12);
    }
}
