//! How far forecasts missed: the field's standard measures.

/// The symmetric mean absolute percentage error in percent, 200 |a − f| ÷ (|a| + |f|) averaged (Makridakis & Hibon 2000).
#[must_use]
pub fn smape(actual: &[f64], forecast: &[f64]) -> f64 {
    let terms = actual.iter().zip(forecast).map(|(a, f)| {
        let size = a.abs() + f.abs();
        if size > 0.0 { 200.0 * (a - f).abs() / size } else { 0.0 }
    });
    mean(terms)
}

/// The mean absolute error in units of the mean absolute error of the seasonal naive forecast within `history`
/// (Hyndman & Koehler 2006). `None` where that is zero.
#[must_use]
pub fn mase(actual: &[f64], forecast: &[f64], history: &[f64], season: usize) -> Option<f64> {
    let lag = if history.len() > season { season.max(1) } else { 1 };
    let unit = mean(history.iter().skip(lag).zip(history).map(|(a, b)| (a - b).abs()));
    (unit > 0.0).then(|| mean(actual.iter().zip(forecast).map(|(a, f)| (a - f).abs())) / unit)
}

/// The share of values inside their intervals.
#[must_use]
pub fn coverage(actual: &[f64], intervals: &[(f64, f64)]) -> f64 {
    mean(actual.iter().zip(intervals).map(|(a, (low, high))| f64::from(u8::from(low <= a && a <= high))))
}

/// The mean; 0 for none.
#[must_use]
pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0usize), |(sum, n), v| (sum + v, n + 1));
    if n == 0 { 0.0 } else { sum / n as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_sums_by_hand() {
        assert!(
            (smape(&[100.0, 200.0], &[110.0, 180.0]) - 100.0 * (10.0 / 105.0 + 20.0 / 190.0) / 2.0 * 1.0).abs() < 1e-9
        );
        assert_eq!(mase(&[3.0], &[5.0], &[1.0, 2.0, 3.0], 1), Some(2.0));
        assert_eq!(mase(&[3.0], &[5.0], &[2.0, 2.0, 2.0], 1), None);
        assert!((coverage(&[1.0, 5.0], &[(0.0, 2.0), (0.0, 2.0)]) - 0.5).abs() < 1e-12);
    }
}
