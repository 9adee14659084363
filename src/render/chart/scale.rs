//! Axes: round ticks, and where a value lies.

/// A range of values with round ticks on it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
    pub(super) ticks: Vec<f64>,
}

impl Scale {
    /// Covers all values with about `count` ticks; with `zero` it starts or ends there at the least.
    pub(super) fn cover(values: impl Iterator<Item = f64>, count: usize, zero: bool) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            // Beyond this, differences of two values would overflow.
            let value = value.clamp(-1e300, 1e300);
            (low, high) = (low.min(value), high.max(value));
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        // A line far above zero keeps its shape; one that comes near it shows where zero is.
        if zero || (low > 0.0 && low < 0.4 * high) {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if high - low <= 1e-12 * high.abs().max(low.abs()) {
            let margin = if high == 0.0 { 1.0 } else { high.abs() * 0.5 };
            if zero && high <= 0.0 && low < 0.0 {
                low -= margin;
            } else if low >= 0.0 {
                (low, high) = ((low - margin).max(0.0), high + margin);
            } else {
                (low, high) = (low - margin, high + margin);
            }
        }
        let step = round_step((high - low) / count.max(1) as f64);
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        let mut ticks = Vec::new();
        let mut at = first;
        while at <= last && ticks.len() < 50 {
            ticks.push(at * step);
            at += 1.0;
        }
        Self { low: first * step, high: last * step, step, ticks }
    }

    /// Ends at the least and the most that a value can be, where the axis would go beyond.
    pub(super) fn within(&mut self, least: Option<f64>, most: Option<f64>) {
        self.low = least.map_or(self.low, |least| self.low.max(least));
        self.high = most.map_or(self.high, |most| self.high.min(most));
        let (low, high, hair) = (self.low, self.high, self.step / 1e6);
        self.ticks.retain(|tick| low - hair <= *tick && *tick <= high + hair);
    }

    /// Where a value lies, 0 at the low end and 1 at the high end.
    pub(super) fn at(&self, value: f64) -> f64 {
        ((value.clamp(-1e300, 1e300) - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// The next 1, 2, 2.5 or 5 times a power of ten.
fn round_step(rough: f64) -> f64 {
    if !rough.is_finite() || rough <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|factor| rough <= factor * power * (1.0 + 1e-9)).unwrap_or(10.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_round() {
        let scale = Scale::cover([3.0, 97.0].into_iter(), 4, true);
        assert_eq!(scale.ticks, [0.0, 25.0, 50.0, 75.0, 100.0]);
        let far = Scale::cover([980.0, 1010.0].into_iter(), 4, false);
        assert!(far.low >= 900.0);
        assert_eq!(Scale::cover([0.0, 0.0].into_iter(), 4, true).low, 0.0);
    }

    proptest! {
        #[test]
        fn every_value_is_covered(values in proptest::collection::vec(any::<f64>(), 1..20), zero in any::<bool>()) {
            let scale = Scale::cover(values.iter().copied(), 4, zero);
            prop_assert!(scale.high > scale.low);
            for value in values.iter().filter(|value| value.is_finite()) {
                prop_assert!((0.0..=1.0).contains(&scale.at(*value)));
            }
            prop_assert!(scale.ticks.len() <= 50);
        }
    }
}
