//! A figure day by day without gaps, and robust statistics of lists. Knows no questions.

use jiff::ToSpan;
use jiff::civil::Date;

use super::metric::is_ratio;
use crate::domain::{DateRange, Frame, Metric};

/// One entry per day, oldest first. A day without rows holds 0 and 0.
#[derive(Debug, Clone)]
pub(super) struct Daily {
    pub(super) start: Date,
    pub(super) numerators: Vec<f64>,
    /// How much of the denominator each day holds; 1 each where the figure is no ratio.
    pub(super) denominators: Vec<f64>,
    pub(super) metric: Metric,
}

impl Daily {
    /// Reads a frame of days over a period.
    pub(super) fn new(frame: &Frame, range: DateRange) -> Self {
        let metric = frame.plan.metric;
        let days = usize::try_from(range.days()).unwrap_or(0);
        let idle = if is_ratio(metric) { 0.0 } else { 1.0 };
        let mut daily =
            Self { start: range.start(), numerators: vec![0.0; days], denominators: vec![idle; days], metric };
        for row in &frame.rows {
            let place = row.period.and_then(|day| daily.place(day));
            if let Some(at) = place.filter(|_| row.numerator.is_finite() && row.denominator.is_finite()) {
                daily.numerators[at] = row.numerator;
                daily.denominators[at] = row.denominator;
            }
        }
        daily
    }

    pub(super) fn len(&self) -> usize {
        self.numerators.len()
    }

    /// The day of a place.
    pub(super) fn day(&self, at: usize) -> Date {
        self.start.saturating_add(i64::try_from(at).unwrap_or(0).days())
    }

    /// The place of a day.
    pub(super) fn place(&self, day: Date) -> Option<usize> {
        let days = self.start.until(day).ok()?.get_days();
        usize::try_from(days).ok().filter(|at| *at < self.len())
    }

    /// The figure of a day; `None` where a ratio has nothing to divide by.
    pub(super) fn value(&self, at: usize) -> Option<f64> {
        self.figure(at, at + 1)
    }

    /// The figure of a period, all of it inside; sums of days for figures that count distinct things.
    pub(super) fn over(&self, range: DateRange) -> Option<f64> {
        let first = self.place(range.start())?;
        let last = self.place(range.last())?;
        self.figure(first, last + 1)
    }

    fn figure(&self, from: usize, to: usize) -> Option<f64> {
        let sum: f64 = self.numerators.get(from..to)?.iter().sum();
        if !is_ratio(self.metric) {
            return Some(sum);
        }
        let denominator: f64 = self.denominators.get(from..to)?.iter().sum();
        (denominator > 0.0).then(|| sum / denominator)
    }
}

/// The median; of two middle values their mean, of nothing 0.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut values: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let Some(middle) = values.len().checked_sub(1).map(|last| last / 2) else { return 0.0 };
    let even = values.len().is_multiple_of(2);
    let (_, low, above) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let low = *low;
    if even { (low + above.iter().copied().fold(f64::INFINITY, f64::min)) / 2.0 } else { low }
}

/// The median absolute deviation around a centre, scaled to the standard deviation of a normal distribution
/// (Hampel 1974; the factor is 1 / Φ⁻¹(3/4)).
pub(super) fn mad_sigma(values: &[f64], centre: f64) -> f64 {
    let away: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    1.4826 * median(&away)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_those_of_the_textbook() {
        assert_eq!(median(&[]), 0.0);
        assert_eq!(median(&[3.0]), 3.0);
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(&[f64::NAN, 5.0, 1.0, 9.0]), 5.0);
        // scipy.stats.median_abs_deviation([1, 1, 2, 2, 4, 6, 9], scale="normal") is 1.4826.
        assert!((mad_sigma(&[1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0], 2.0) - 1.4826).abs() < 1e-9);
    }
}
