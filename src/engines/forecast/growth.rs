//! The last quarter of a year, carried on by how it stands against the same quarter a year before: growth that no season
//! touches. Damped, since growth seldom goes on as it was (Gardner & McKenzie 1985).

use super::model::Prediction;
use super::naive::root_mean_square;

/// How much of the growth of one year goes on in the next.
const KEPT: f64 = 0.7;

/// Forecasts a series whose season was taken off. Needs one and a quarter years.
pub(super) fn predict(y: &[f64], long: f64, horizon: usize) -> Option<Prediction> {
    let n = y.len();
    let (lag, window) = (long.round() as usize, (long / 4.0).round().max(1.0) as usize);
    if n < lag + window {
        return None;
    }
    let (recent, before) = (&y[n - window..], &y[n - window - lag..n - lag]);
    let (level, base) = (middle(recent), middle(before));
    if level <= 0.0 || base <= 0.0 {
        return None;
    }
    let slope = (level / base).clamp(0.5, 2.0).ln() / long;
    // The level lies in the middle of its window.
    let ahead = |h: usize| {
        let years = (h as f64 + 0.5 + window as f64 / 2.0) / long;
        // The integral of KEPT^years: growth that wanes from year to year.
        slope * long * (1.0 - KEPT.powf(years)) / -KEPT.ln()
    };
    let mean: Vec<f64> = (0..horizon).map(|h| level * ahead(h).exp()).collect();
    let sigma = root_mean_square((window..n).map(|t| y[t] - middle(&y[t - window..t])));
    let spread = (0..horizon).map(|h| sigma * (1.0 + h as f64 / window as f64).sqrt()).collect();
    Some(Prediction { mean, spread, label: "growth".into() })
}

/// The mean without the highest and the lowest tenth: no single sale or outage sets the level.
fn middle(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let cut = sorted.len() / 10;
    let kept = &sorted[cut..sorted.len() - cut];
    kept.iter().sum::<f64>() / kept.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_growth_on_and_lets_it_wane() {
        let y: Vec<f64> = (0..24).map(|t| 100.0 * 1.2_f64.powf(f64::from(t) / 12.0)).collect();
        let forecast = predict(&y, 12.0, 24).expect("two years");
        let exact = |h: usize| 100.0 * 1.2_f64.powf((24 + h) as f64 / 12.0);
        assert!((forecast.mean[0] / exact(0) - 1.0).abs() < 0.01);
        let (first, second) = (forecast.mean[12] / forecast.mean[0], forecast.mean[23] / forecast.mean[11]);
        assert!(1.05 < second && second < first && first < 1.2, "{first} {second}");
        assert!(predict(&y[..14], 12.0, 3).is_none());
    }
}
