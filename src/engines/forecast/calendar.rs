//! Daily and weekly data with a yearly season: a regression on trend, weekday and yearly Fourier terms, whose seasons
//! are taken off before exponential smoothing and put back after (as in MSTL: Bandara, Hyndman & Bergmeir 2021).

use std::f64::consts::TAU;

use super::ets;
use super::model::Prediction;

/// The parts of a series at the scale it was modelled on.
struct Calendar {
    log: bool,
    short: Vec<f64>,
    long: f64,
    /// Sine and cosine weights of the yearly season, by harmonic.
    waves: Vec<(f64, f64)>,
}

/// Fits and forecasts. Needs one and a half long seasons.
pub(super) fn predict(y: &[f64], period: usize, long: f64, horizon: usize) -> Option<Prediction> {
    let n = y.len();
    let calendar = Calendar::of(y, period, long)?;
    let adjusted: Vec<f64> = (0..n).map(|t| calendar.scaled(y[t]) - calendar.season(t)).collect();
    // Logarithms may be negative: additive forms only.
    let form = |trend| ets::Form { error: ets::Error::Additive, trend, season: None };
    let fit = [ets::Trend::None, ets::Trend::Damped]
        .into_iter()
        .filter_map(|trend| ets::fit(&adjusted, 1, Some(form(trend))))
        .min_by(|a, b| a.aicc.total_cmp(&b.aicc))?;
    let smooth = fit.forecast(horizon);
    // The mean of a log-normal lies above the exponential of its logarithm's mean.
    let lift = if calendar.log { fit.sigma * fit.sigma / 2.0 } else { 0.0 };
    let mut mean = Vec::with_capacity(horizon);
    let mut spread = Vec::with_capacity(horizon);
    for h in 0..horizon {
        let value = smooth.mean[h] + calendar.season(n + h);
        if calendar.log {
            let value = (value + lift).exp();
            mean.push(value);
            spread.push(value * smooth.spread[h].min(2.0));
        } else {
            mean.push(value);
            spread.push(smooth.spread[h]);
        }
    }
    let label = format!("calendar({} waves)+{}", calendar.waves.len(), fit.form.label());
    mean.iter().all(|v| v.is_finite()).then_some(Prediction { mean, spread, label })
}

impl Calendar {
    /// Fits the seasons; the number of waves is the best by AICc.
    fn of(y: &[f64], period: usize, long: f64) -> Option<Self> {
        let n = y.len();
        if (n as f64) < 1.5 * long || n < 30 {
            return None;
        }
        let log = y.iter().all(|v| *v > 0.0);
        let z: Vec<f64> = y.iter().map(|v| if log { v.ln() } else { *v }).collect();
        let most = if long > 100.0 { 12 } else { 6 };
        let short = if (2..=24).contains(&period) { period } else { 1 };
        let knots = 3;
        let columns = 2 + knots + (short - 1) + 2 * most;
        let design = |t: usize, row: &mut [f64]| {
            let x = t as f64 / n as f64;
            row[0] = 1.0;
            row[1] = x - 0.5;
            for knot in 0..knots {
                row[2 + knot] = (x - (knot + 1) as f64 / (knots + 1) as f64).max(0.0);
            }
            for place in 0..short - 1 {
                // Effects add up to zero: the last place takes minus the sum of the others.
                row[2 + knots + place] =
                    f64::from(u8::from(t % short == place)) - f64::from(u8::from(t % short == short - 1));
            }
            for wave in 0..most {
                let angle = TAU * (wave + 1) as f64 * t as f64 / long;
                row[2 + knots + short - 1 + 2 * wave] = angle.sin();
                row[2 + knots + short + 2 * wave] = angle.cos();
            }
        };
        let mut gram = vec![0.0; columns * columns];
        let mut moment = vec![0.0; columns];
        let mut total = 0.0;
        let mut row = vec![0.0; columns];
        for (t, value) in z.iter().enumerate() {
            design(t, &mut row);
            for i in 0..columns {
                moment[i] += row[i] * value;
                for j in 0..=i {
                    gram[i * columns + j] += row[i] * row[j];
                }
            }
            total += value * value;
        }
        // A light ridge on everything but the level keeps a season and a trend that look alike from running away.
        for i in 1..columns {
            gram[i * columns + i] += if (2..2 + knots).contains(&i) { 1.0 } else { 0.05 };
        }
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for waves in (0..=most).filter(|w| *w <= 4 || w % 2 == 0) {
            let used = 2 + knots + short - 1 + 2 * waves;
            let Some(weights) = solve(&gram, columns, &moment, used) else { continue };
            let explained: f64 = weights.iter().zip(&moment).map(|(w, m)| w * m).sum();
            let sse = (total - explained).max(1e-12 * total.abs() + 1e-30);
            // Errors of neighbouring days resemble each other: what counts is about one value in three.
            let (size, k) = (n as f64 / 3.0, used as f64 + 1.0);
            if size <= k + 2.0 {
                continue;
            }
            let aicc = size * (sse / size).ln() + 2.0 * k + 2.0 * k * (k + 1.0) / (size - k - 1.0);
            if best.as_ref().is_none_or(|(low, ..)| aicc < *low) {
                best = Some((aicc, waves, weights));
            }
        }
        let (_, waves, weights) = best?;
        let at = 2 + knots;
        let mut short_effects: Vec<f64> = weights[at..at + short - 1].to_vec();
        short_effects.push(-short_effects.iter().sum::<f64>());
        let at = at + short - 1;
        let waves = (0..waves).map(|w| (weights[at + 2 * w], weights[at + 2 * w + 1])).collect();
        Some(Self { log, short: short_effects, long, waves })
    }

    fn scaled(&self, value: f64) -> f64 {
        if self.log { value.ln() } else { value }
    }

    /// Both seasons together at step `t`, on the modelled scale.
    fn season(&self, t: usize) -> f64 {
        let yearly: f64 = self
            .waves
            .iter()
            .enumerate()
            .map(|(wave, (sine, cosine))| {
                let angle = TAU * (wave + 1) as f64 * t as f64 / self.long;
                sine * angle.sin() + cosine * angle.cos()
            })
            .sum();
        yearly + self.short[t % self.short.len()]
    }
}

/// Solves the leading `used` normal equations by Cholesky's method; only the lower triangle of `gram` is read.
pub(super) fn solve(gram: &[f64], columns: usize, moment: &[f64], used: usize) -> Option<Vec<f64>> {
    let mut root = vec![0.0; used * used];
    for i in 0..used {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| root[i * used + k] * root[j * used + k]).sum();
            let rest = gram[i * columns + j] - sum;
            if i == j {
                if rest <= 1e-12 * gram[i * columns + i].abs() || rest.is_nan() {
                    return None;
                }
                root[i * used + i] = rest.sqrt();
            } else {
                root[i * used + j] = rest / root[j * used + j];
            }
        }
    }
    let mut x = vec![0.0; used];
    for i in 0..used {
        let sum: f64 = (0..i).map(|k| root[i * used + k] * x[k]).sum();
        x[i] = (moment[i] - sum) / root[i * used + i];
    }
    for i in (0..used).rev() {
        let sum: f64 = (i + 1..used).map(|k| root[k * used + i] * x[k]).sum();
        x[i] = (x[i] - sum) / root[i * used + i];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_planted_week_and_year() {
        let week = [0.3, 0.1, 0.0, -0.1, -0.1, 0.1, -0.3];
        let season = |t: usize| week[t % 7] + 0.4 * (TAU * t as f64 / 365.25).sin();
        let y: Vec<f64> = (0..800).map(|t| (5.0 + 0.0005 * t as f64 + season(t)).exp()).collect();
        let forecast = predict(&y, 7, 365.25, 60).expect("long enough");
        for (h, mean) in forecast.mean.iter().enumerate() {
            let truth = (5.0 + 0.0005 * (800 + h) as f64 + season(800 + h)).exp();
            assert!((mean / truth - 1.0).abs() < 0.05, "step {h}: {mean} for {truth}");
        }
    }
}
