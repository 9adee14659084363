//! Classical decomposition: seasonal indices, the test whether there is a season, its strength. Fits no model.

/// How a season is put on a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// It is added.
    Additive,
    /// It multiplies.
    Multiplicative,
}

/// Indices of one season, by place in it (`t % period`), adding up to 0 or averaging 1.
#[derive(Debug, Clone)]
pub(super) struct Indices {
    pub(super) mode: Mode,
    pub(super) values: Vec<f64>,
}

impl Indices {
    /// The indices by classical decomposition (Persons 1919; Makridakis, Wheelwright & Hyndman 1998, ch. 3): the mean
    /// of the ratios (or differences) to a centred moving average. `None` where there are not two whole seasons.
    pub(super) fn of(y: &[f64], period: usize, mode: Mode) -> Option<Self> {
        if period < 2 || y.len() < 2 * period {
            return None;
        }
        let trend = centred_average(y, period);
        let mut sums = vec![(0.0, 0usize); period];
        for (t, (value, level)) in y.iter().zip(&trend).enumerate() {
            let Some(level) = level else { continue };
            let index = match mode {
                Mode::Additive => value - level,
                Mode::Multiplicative if *level > 1e-9 => value / level,
                Mode::Multiplicative => return None,
            };
            sums[t % period].0 += index;
            sums[t % period].1 += 1;
        }
        let mut values: Vec<f64> = sums.iter().map(|(sum, n)| sum / (*n).max(1) as f64).collect();
        let mean = values.iter().sum::<f64>() / period as f64;
        for value in &mut values {
            *value = match mode {
                Mode::Additive => *value - mean,
                Mode::Multiplicative => *value / mean,
            };
        }
        let sound = values.iter().all(|v| v.is_finite() && (mode == Mode::Additive || *v > 0.01));
        sound.then_some(Self { mode, values })
    }

    /// The series without the season.
    pub(super) fn remove(&self, y: &[f64]) -> Vec<f64> {
        let n = self.values.len();
        y.iter()
            .enumerate()
            .map(|(t, value)| match self.mode {
                Mode::Additive => value - self.values[t % n],
                Mode::Multiplicative => value / self.values[t % n],
            })
            .collect()
    }

    /// Puts the season on a value at place `t`.
    pub(super) fn apply(&self, value: f64, t: usize) -> f64 {
        let index = self.values[t % self.values.len()];
        match self.mode {
            Mode::Additive => value + index,
            Mode::Multiplicative => value * index,
        }
    }

    /// How much wider errors are at place `t` once the season is on.
    pub(super) fn spread(&self, t: usize) -> f64 {
        match self.mode {
            Mode::Additive => 1.0,
            Mode::Multiplicative => self.values[t % self.values.len()].abs(),
        }
    }
}

/// The centred moving average over one season; `None` at both ends.
pub(super) fn centred_average(y: &[f64], period: usize) -> Vec<Option<f64>> {
    let half = period / 2;
    (0..y.len())
        .map(|t| {
            if t < half || t + half >= y.len() {
                return None;
            }
            let window = &y[t - half..=t + half];
            let sum: f64 = window.iter().sum();
            Some(if period.is_multiple_of(2) {
                // An even window is one value too long: its two ends count half.
                (sum - 0.5 * (window[0] + window[2 * half])) / period as f64
            } else {
                sum / period as f64
            })
        })
        .collect()
}

/// The autocorrelation at the lags 1 to `lags`.
pub(super) fn autocorrelation(y: &[f64], lags: usize) -> Vec<f64> {
    let mean = y.iter().sum::<f64>() / y.len().max(1) as f64;
    let variance: f64 = y.iter().map(|v| (v - mean).powi(2)).sum();
    (1..=lags)
        .map(|lag| {
            if variance <= 0.0 || lag >= y.len() {
                return 0.0;
            }
            y[lag..].iter().zip(y).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / variance
        })
        .collect()
}

/// Whether there is a season: the autocorrelation at its lag is beyond its 90 % limits (Fiorucci et al. 2016, sec. 2;
/// the limits are Bartlett's). Needs three whole seasons.
pub(super) fn is_seasonal(y: &[f64], period: usize) -> bool {
    if period < 2 || y.len() < 3 * period {
        return false;
    }
    let r = autocorrelation(y, period);
    let limit = 1.645 * ((1.0 + 2.0 * r[..period - 1].iter().map(|r| r * r).sum::<f64>()) / y.len() as f64).sqrt();
    r[period - 1].abs() > limit
}

/// The strength of the season from 0 to 1: 1 − Var(remainder) ÷ Var(season + remainder) (Wang, Smith & Hyndman 2006).
pub(super) fn strength(y: &[f64], period: usize) -> f64 {
    let Some(indices) = Indices::of(y, period, Mode::Additive) else { return 0.0 };
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for (t, level) in centred_average(y, period).iter().enumerate() {
        if let Some(level) = level {
            with.push(y[t] - level);
            without.push(y[t] - level - indices.values[t % period]);
        }
    }
    let total = variance(&with);
    if total <= 1e-18 { 0.0 } else { (1.0 - variance(&without) / total).clamp(0.0, 1.0) }
}

/// The variance about the mean.
pub(super) fn variance(y: &[f64]) -> f64 {
    let n = y.len().max(1) as f64;
    let mean = y.iter().sum::<f64>() / n;
    y.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_pure_season_again() {
        let shape = [3.0, -1.0, -2.0, 0.0];
        let y: Vec<f64> = (0..24).map(|t| 10.0 + t as f64 + shape[t % 4]).collect();
        let indices = Indices::of(&y, 4, Mode::Additive).expect("six seasons");
        for (found, planted) in indices.values.iter().zip(shape) {
            assert!((found - planted).abs() < 1e-9);
        }
        assert!(strength(&y, 4) > 0.99);
    }

    #[test]
    fn noise_has_no_season_and_short_series_have_none_to_show() {
        let mut state = 7u64;
        let y: Vec<f64> = (0..200)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 40) as f64
            })
            .collect();
        assert!(!is_seasonal(&y, 12) && !is_seasonal(&y[..20], 12));
        assert!(strength(&y, 12) < 0.4);
    }
}
