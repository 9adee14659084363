//! Intervals and simulated paths, calibrated on the errors of the backtests. Fits no model.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{Continuous, ContinuousCDF, Normal, StudentsT};

use super::combine::{Backtest, Forecast};

/// What the backtests say about the models' own standard deviations.
#[derive(Debug, Clone, Default)]
pub(super) struct Calibration {
    /// Absolute errors in units of the models' standard deviations, ascending.
    scores: Vec<f64>,
    /// How many independent errors they are worth.
    worth: f64,
    /// How much wider than the models say errors were believed to be before the backtests spoke.
    prior: f64,
    /// The correlation of the standardised errors of neighbouring steps.
    correlation: f64,
    /// How much wider totals were than the steps' errors and their correlation say.
    total: f64,
}

/// How much wider than the models say forecast errors are where no backtest says better: models do not know that they
/// may be wrong (Chatfield 1993). This and the next two are a compromise between two public sets: with them the 80 %
/// bands hold 79 % on M1 and 85 % on M3.
const PRIOR_WIDTH: f64 = 1.2;
/// The degrees of freedom of the errors' distribution: their tails are heavier than normal ones.
const PRIOR_FREEDOM: f64 = 5.0;
/// How many independent errors that belief is worth.
const PRIOR_WORTH: f64 = 6.0;

impl Calibration {
    pub(super) fn of(backtests: &[Backtest], n: usize) -> Self {
        let standard = |test: &Backtest| -> Vec<f64> {
            let floor = 1e-9;
            (0..test.actual.len()).map(|h| (test.actual[h] - test.forecast[h]) / test.spread[h].max(floor)).collect()
        };
        let errors: Vec<Vec<f64>> = backtests.iter().map(standard).collect();
        let mut scores: Vec<f64> = errors.iter().flatten().map(|e| e.abs()).filter(|e| e.is_finite()).collect();
        scores.sort_by(f64::total_cmp);
        let (mut products, mut squares) = (0.0, 0.0);
        for path in &errors {
            for pair in path.windows(2) {
                products += pair[0] * pair[1];
                squares += 0.5 * (pair[0] * pair[0] + pair[1] * pair[1]);
            }
        }
        // Shrunk towards 0.6: a few paths say little about their own correlation.
        let correlation = ((products + 0.6 * 10.0) / (squares + 10.0)).clamp(0.0, 0.97);
        let worth = errors.iter().map(|path| (path.len() as f64).sqrt()).sum();
        // Parameters estimated from few values are uncertain themselves.
        let prior = PRIOR_WIDTH * (1.0 + 4.0 / n.max(4) as f64);
        let mut calibration = Self { scores, worth, prior, correlation, total: 1.0 };
        let width = calibration.quantile(0.8) / normal(0.9);
        let (mut sum, mut count) = (4.0, 4.0);
        for test in backtests {
            let error: f64 = test.actual.iter().zip(&test.forecast).map(|(a, f)| a - f).sum();
            let expected = width * calibration.total_deviation(&test.spread);
            if expected > 0.0 {
                sum += (error / expected).powi(2).min(16.0);
                count += 1.0;
            }
        }
        calibration.total = (sum / count).sqrt();
        calibration
    }

    /// The quantile of an absolute error in standard deviations: split conformal prediction's (Vovk, Gammerman & Shafer
    /// 2005) finite-sample quantile, drawn towards the prior's where errors are few.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let prior = self.prior * tail(0.5 + share / 2.0);
        let n = self.scores.len();
        if n == 0 {
            return 1.6 * prior;
        }
        let place = share * (n as f64 + 1.0) - 1.0;
        let (low, rest) = (place.floor().max(0.0) as usize, place.max(0.0).fract());
        let at = |i: usize| self.scores[i.min(n - 1)];
        let mut found = at(low) + rest * (at(low + 1) - at(low));
        if place > (n - 1) as f64 {
            // Beyond the largest error seen, the tail goes on as the prior's does.
            let inside = (n as f64) / (n as f64 + 1.0);
            found = at(n - 1) * tail(0.5 + share / 2.0) / tail(0.5 + inside / 2.0);
        }
        (self.worth * found.min(4.0 * prior) + PRIOR_WORTH * prior) / (self.worth + PRIOR_WORTH)
    }

    /// The standard deviation of a sum of errors whose neighbours are correlated.
    fn total_deviation(&self, spread: &[f64]) -> f64 {
        let mut carried = 0.0;
        let mut variance = 0.0;
        for s in spread {
            // `carried` is Σ ρ^(t−i) sᵢ over the steps before.
            variance += s * s + 2.0 * s * carried * self.correlation;
            carried = carried * self.correlation + s;
        }
        variance.max(0.0).sqrt()
    }
}

impl Forecast {
    /// The interval of each step that holds the truth with probability `share` (0.5 to 0.99): wider for a larger share,
    /// not below 0 for a series that never was.
    #[must_use]
    pub fn interval(&self, share: f64) -> Vec<(f64, f64)> {
        let q = self.calibration.quantile(share.clamp(0.01, 0.995));
        let floor = if self.non_negative { 0.0 } else { f64::NEG_INFINITY };
        self.mean.iter().zip(&self.spread).map(|(m, s)| ((m - q * s).max(floor), (m + q * s).max(floor))).collect()
    }

    /// The share of the backtests' values that lay inside the interval for `share`, each judged by an interval that was
    /// calibrated on the other backtests. `None` with fewer than two.
    #[must_use]
    pub fn held(&self, share: f64) -> Option<f64> {
        if self.backtests.len() < 2 {
            return None;
        }
        let (mut inside, mut count) = (0usize, 0usize);
        for (at, test) in self.backtests.iter().enumerate() {
            let others: Vec<Backtest> =
                self.backtests.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, t)| t.clone()).collect();
            let q = Calibration::of(&others, test.origin).quantile(share);
            for h in 0..test.actual.len() {
                inside += usize::from((test.actual[h] - test.forecast[h]).abs() <= q * test.spread[h]);
                count += 1;
            }
        }
        (count > 0).then(|| inside as f64 / count as f64)
    }

    /// Simulated futures, each with one value per step, whose errors keep the size and the correlation that the
    /// backtests showed.
    #[must_use]
    pub fn paths(&self, count: usize) -> Vec<Vec<f64>> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let width = self.calibration.total * self.calibration.quantile(0.8) / normal(0.9);
        // Cutting off what lies below 0 would lift the mean of a figure that is near it: E max(0, m + sZ) = mΦ(m/s) + sφ(m/s).
        let kept: Vec<f64> = self.mean.iter().enumerate().map(|(h, mean)| self.kept(*mean, width, h)).collect();
        let (rho, fresh) = (self.calibration.correlation, (1.0 - self.calibration.correlation.powi(2)).sqrt());
        (0..count)
            .map(|_| {
                let common: f64 = if self.shared.is_empty() { 0.0 } else { StandardNormal.sample(&mut random) };
                let mut error: f64 = StandardNormal.sample(&mut random);
                self.mean
                    .iter()
                    .zip(&self.spread)
                    .enumerate()
                    .map(|(h, (mean, spread))| {
                        if h > 0 {
                            let shock: f64 = StandardNormal.sample(&mut random);
                            error = rho * error + fresh * shock;
                        }
                        let shared = self.shared.get(h).map_or(0.0, |shared| shared * common);
                        let value = mean + width * spread * error + shared;
                        if self.non_negative { value.max(0.0) * kept[h] } else { value }
                    })
                    .collect()
            })
            .collect()
    }

    /// What a simulated value that was cut off at 0 is multiplied by, so that the mean stays.
    fn kept(&self, mean: f64, width: f64, h: usize) -> f64 {
        let deviation = (width * self.spread[h]).hypot(self.shared.get(h).copied().unwrap_or(0.0));
        if !self.non_negative || deviation <= 0.0 {
            return 1.0;
        }
        let z = mean / deviation;
        let lifted = mean * Normal::standard().cdf(z) + deviation * Normal::standard().pdf(z);
        if lifted > 0.0 { mean / lifted } else { 1.0 }
    }
}

/// The quantile of the distribution that errors are believed to have.
fn tail(share: f64) -> f64 {
    StudentsT::new(0.0, 1.0, PRIOR_FREEDOM)
        .map_or_else(|_| normal(share), |t| t.inverse_cdf(share.clamp(1e-6, 1.0 - 1e-6)))
}

/// The quantile of the standard normal distribution.
fn normal(share: f64) -> f64 {
    Normal::standard().inverse_cdf(share.clamp(1e-6, 1.0 - 1e-6))
}
