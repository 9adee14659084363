//! Whether a change is more than usual: the same comparison, made at many earlier times. Knows no words.
//!
//! A placebo test in time (Abadie, Diamond & Hainmueller 2010 call it "in-time placebo"): both periods are moved back
//! together by whole weeks, so weekdays stay aligned, and the changes found then show what happens without a reason.

use jiff::ToSpan;

use super::daily::Daily;
use super::metric::is_relative;
use crate::domain::DateRange;

/// Fewer earlier comparisons say nothing.
const FEWEST: usize = 10;

/// What earlier comparisons of the same kind came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Usual {
    /// How many there were.
    pub(super) comparisons: usize,
    /// How many of them moved at least as far, in whichever direction.
    pub(super) as_large: usize,
}

impl Usual {
    /// Whether at most one in ten moved as far.
    pub(super) fn is_beyond(self) -> bool {
        self.as_large * 10 <= self.comparisons
    }
}

/// Makes the comparison at earlier times; `None` where the days do not reach back far enough.
pub(super) fn usual(daily: &Daily, now: DateRange, before: DateRange) -> Option<Usual> {
    let size = |now: DateRange, before: DateRange| change(daily, now, before).map(f64::abs);
    let found = size(now, before)?;
    let weeks = (now.days().max(before.days()) + 13) / 14;
    let step = 7 * weeks.max(1);
    let mut usual = Usual { comparisons: 0, as_large: 0 };
    for times in 1..=104 {
        let (Some(now), Some(before)) = (back(now, times * step), back(before, times * step)) else { break };
        if daily.place(before.start().min(now.start())).is_none() {
            break;
        }
        if let Some(other) = size(now, before) {
            usual.comparisons += 1;
            usual.as_large += usize::from(other >= found);
        }
    }
    (usual.comparisons >= FEWEST).then_some(usual)
}

fn back(range: DateRange, days: i64) -> Option<DateRange> {
    DateRange::new(range.start().checked_sub(days.days()).ok()?, range.end().checked_sub(days.days()).ok()?).ok()
}

/// The change per day where periods differ in length, relative where the figure allows it.
fn change(daily: &Daily, now: DateRange, before: DateRange) -> Option<f64> {
    let per_day = |range: DateRange| {
        let value = daily.over(range)?;
        let is_sum = !super::metric::is_ratio(daily.metric);
        Some(if is_sum { value / range.days().max(1) as f64 } else { value })
    };
    let (now, before) = (per_day(now)?, per_day(before)?);
    if !is_relative(daily.metric) {
        return Some(now - before);
    }
    (before.abs() > f64::EPSILON).then(|| (now - before) / before.abs())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::Metric;

    fn daily(values: Vec<f64>) -> Daily {
        let denominators = vec![1.0; values.len()];
        Daily { start: date(2024, 1, 1), numerators: values, denominators, metric: Metric::Revenue }
    }

    #[test]
    fn a_jump_is_beyond_the_usual_and_a_ripple_is_not() {
        let mut values: Vec<f64> = (0..364).map(|day| 100.0 + f64::from(day * 37 % 11)).collect();
        let now = DateRange::last_days(date(2024, 12, 29), 7);
        let quiet = usual(&daily(values.clone()), now, now.previous()).unwrap();
        assert!(quiet.comparisons > 40 && !quiet.is_beyond());
        values[357..].iter_mut().for_each(|value| *value *= 1.5);
        let loud = usual(&daily(values), now, now.previous()).unwrap();
        assert!(loud.is_beyond() && loud.as_large == 0);
    }

    #[test]
    fn weekends_are_no_news() {
        let values = (0..364).map(|day| if day % 7 >= 5 { 300.0 } else { 100.0 }).collect();
        let saturday = DateRange::day(date(2024, 12, 28));
        let usual = usual(&daily(values), saturday, saturday.previous()).unwrap();
        assert_eq!(usual.as_large, usual.comparisons);
    }

    #[test]
    fn short_histories_say_nothing() {
        let now = DateRange::last_days(date(2024, 2, 1), 7);
        assert_eq!(usual(&daily(vec![1.0; 32]), now, now.previous()), None);
        assert_eq!(usual(&daily(vec![0.0; 364]), now, now.previous()), None);
    }
}
