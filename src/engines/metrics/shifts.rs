//! Lasting changes of level: the last weeks of a series against the longer past. Knows no words.
//!
//! One to four whole weeks are set against the median week of the twelve before, so weekdays count alike and a single
//! odd week bends nothing. How far such a step usually goes is read off the series itself, by making the same
//! comparison at every earlier week (an "in-time placebo"; Abadie, Diamond & Hainmueller 2010). A member's step has to be
//! unusual both by itself and beside the whole's, so that neither a season that all share nor another member's collapse
//! is taken for its own. Many members are looked at, so what is told keeps a false discovery rate (Benjamini & Hochberg
//! 1995).

use statrs::distribution::{ContinuousCDF as _, StudentsT};

use super::daily::{mad_sigma, median};

/// The longest step, in weeks.
const MOST_WEEKS: usize = 4;
/// The weeks that say what was usual.
const PAST_WEEKS: usize = 12;
/// What built up over the weeks before a step is not what is usual.
const LEAD_WEEKS: usize = 8;
/// Fewer earlier comparisons say nothing.
const FEWEST: usize = 16;
/// The share of what is told that may be chance.
const FALSE_DISCOVERIES: f64 = 0.01;
/// So many usual steps away, a step is sure.
const SURE: f64 = 5.0;
/// A smaller change is not worth a word, however sure it is.
const LEAST_CHANGE: f64 = 0.2;
/// No series is as calm as to make a step of two in a hundred unusual by itself.
const LEAST_SIGMA: f64 = 0.02;
/// Added to both sides of a ratio, as a share of the past, so that a fall to nothing stays finite.
const HAIR: f64 = 0.05;

/// A step of one series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shift {
    /// Its first and last place.
    pub(super) first: usize,
    pub(super) last: usize,
    /// The mean of a day of the step, and of the past.
    pub(super) now: f64,
    pub(super) before: f64,
    /// How many usual steps it is away from none.
    pub(super) z: f64,
    /// The chance of a step at least as far.
    p: f64,
}

impl Shift {
    pub(super) fn days(&self) -> usize {
        self.last - self.first + 1
    }

    /// What was more or less than before, over all its days.
    pub(super) fn deviation(&self) -> f64 {
        (self.now - self.before) * self.days() as f64
    }
}

/// The clearest lasting step of each series of daily sums, where it is more than chance; `whole` is what the series are
/// part of. Steps end in `places`, the last of them or whole weeks before it.
pub(super) fn shifts(series: &[&[f64]], whole: &[f64], places: std::ops::Range<usize>) -> Vec<Option<Shift>> {
    let all: Vec<Vec<Shift>> = series.iter().map(|values| steps(values, whole, &places)).collect();
    // The steps of one series overlap, so a series counts once, with its farthest step at the number of its steps
    // (Bonferroni); otherwise one collapse would let much noise of others pass.
    let chance = |steps: &[Shift]| steps.iter().map(|step| step.p).fold(1.0, f64::min) * steps.len() as f64;
    let mut chances: Vec<f64> = all.iter().filter(|steps| !steps.is_empty()).map(|steps| chance(steps)).collect();
    chances.sort_by(f64::total_cmp);
    let tests = chances.len().max(1) as f64;
    let threshold = |rank: i32| FALSE_DISCOVERIES * f64::from(rank) / tests;
    let last = (1..).zip(&chances).filter(|(rank, p)| **p <= threshold(*rank)).last();
    let limit = last.map_or(-1.0, |(rank, _)| threshold(rank));
    let told = |steps: Vec<Shift>| {
        let count = steps.len() as f64;
        clearest(steps.into_iter().filter(|step| step.p * count <= limit))
    };
    all.into_iter().map(told).collect()
}

/// The step that is farthest out; of steps nearly as far the longest, which says since when.
fn clearest(steps: impl Iterator<Item = Shift>) -> Option<Shift> {
    let steps: Vec<Shift> = steps.filter(|step| (step.now - step.before).abs() >= LEAST_CHANGE * step.before).collect();
    let farthest = steps.iter().map(|step| step.z.abs()).fold(0.0, f64::max);
    // Beyond a certain distance a step is sure, and how much farther it is says no more.
    let near = steps.into_iter().filter(|step| step.z.abs() >= SURE.min(0.7 * farthest));
    near.max_by(|left, right| left.deviation().abs().total_cmp(&right.deviation().abs()))
}

fn steps(values: &[f64], whole: &[f64], places: &std::ops::Range<usize>) -> Vec<Shift> {
    let alone = |end: usize, days: usize| levels(values, end, days).map(ratio);
    let beside = |end: usize, days: usize| {
        let of_whole = levels(whole, end, days).map_or(0.0, ratio);
        alone(end, days).map(|step| step - of_whole)
    };
    let is_part = values != whole;
    let mut found = Vec::new();
    for end in (places.start..places.end.min(values.len())).rev().step_by(7).map(|last| last + 1) {
        for weeks in 1..=MOST_WEEKS {
            let days = 7 * weeks;
            // A step that began before the days asked about is news only where most of it lies in them.
            if weeks > 1 && end.saturating_sub(days) + 3 * weeks < places.start {
                continue;
            }
            let Some((now, before)) = levels(values, end, days) else { continue };
            let Some(own) = surprise(alone, end, weeks) else { continue };
            let z = match surprise(beside, end, weeks).filter(|_| is_part) {
                Some(other) if other.signum() != own.signum() => 0.0,
                Some(other) if other.abs() < own.abs() => other,
                Some(_) | None => own,
            };
            // Steps of several weeks overlap and are fewer than they look.
            let free = ((end / 7).saturating_sub(PAST_WEEKS + LEAD_WEEKS) / weeks).max(4) as f64 - 1.0;
            let Ok(usual) = StudentsT::new(0.0, 1.0, free) else { continue };
            if (now - before) * z > 0.0 && is_more_than_one_day(values, end, days, now > before) {
                found.push(Shift { first: end - days, last: end - 1, now, before, z, p: 2.0 * usual.cdf(-z.abs()) });
            }
        }
    }
    found
}

/// Whether enough of a step is left without its farthest day, which is compared with the same weekdays before.
fn is_more_than_one_day(values: &[f64], end: usize, days: usize, up: bool) -> bool {
    let first = end - days;
    let usual = |at: usize| {
        let weekday = first + (at - first) % 7;
        (1..=PAST_WEEKS).map(|weeks| values[weekday - 7 * weeks]).sum::<f64>() / PAST_WEEKS as f64
    };
    let pairs: Vec<(f64, f64)> = (first..end).map(|at| (values[at], usual(at))).collect();
    let away = |(now, usual): &(f64, f64)| if up { now - usual } else { usual - now };
    let farthest = pairs.iter().max_by(|left, right| away(left).total_cmp(&away(right))).copied().unwrap_or_default();
    let sum = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() - of(&farthest);
    let (now, before) = (sum(|pair| pair.0), sum(|pair| pair.1));
    (now - before).abs() >= LEAST_CHANGE * before && (now > before) == up
}

/// How many usual steps of so many weeks the step before `end` is away from a usual one.
fn surprise(step: impl Fn(usize, usize) -> Option<f64>, end: usize, weeks: usize) -> Option<f64> {
    let days = 7 * weeks;
    let own = step(end, days)?;
    let earlier: Vec<f64> = (weeks + LEAD_WEEKS..)
        .map_while(|back| end.checked_sub(7 * back))
        .take_while(|end| *end >= days + 7 * PAST_WEEKS)
        .filter_map(|end| step(end, days))
        .collect();
    let middle = median(&earlier);
    let variance = earlier.iter().map(|step| (step - middle).powi(2)).sum::<f64>() / earlier.len().max(1) as f64;
    let sigma = mad_sigma(&earlier, middle).max(variance.sqrt()).max(LEAST_SIGMA);
    (earlier.len() >= FEWEST).then(|| (own - middle) / sigma)
}

/// The mean of a day of the `days` before `end`, and of a day of the median week before them.
fn levels(values: &[f64], end: usize, days: usize) -> Option<(f64, f64)> {
    let first = end.checked_sub(days)?;
    let start = first.checked_sub(7 * PAST_WEEKS)?;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let before = median(&values[start..first].chunks(7).map(mean).collect::<Vec<_>>());
    (before > 0.0).then(|| (mean(&values[first..end]), before))
}

fn ratio((now, before): (f64, f64)) -> f64 {
    ((now.max(0.0) / before + HAIR) / (1.0 + HAIR)).ln()
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::*;

    /// Twelve members that share a season, a weekly rhythm and noise; the whole is their sum.
    fn members(seed: u64) -> Vec<Vec<f64>> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        (1..=12)
            .map(|member| {
                let day = |at: usize| {
                    let year = 1.0 + 0.3 * (std::f64::consts::TAU * at as f64 / 365.25).sin();
                    let week = [1.0, 1.1, 0.9, 1.0, 1.2, 1.6, 1.4][at % 7];
                    40.0 * f64::from(member) * year * week * random.gen_range(0.7..1.3)
                };
                (0..730).map(day).collect()
            })
            .collect()
    }

    fn whole(members: &[Vec<f64>]) -> Vec<f64> {
        (0..730).map(|at| members.iter().map(|member| member[at]).sum()).collect()
    }

    fn found(members: &[Vec<f64>]) -> Vec<Option<Shift>> {
        let series: Vec<&[f64]> = members.iter().map(Vec::as_slice).collect();
        shifts(&series, &whole(members), 702..730)
    }

    #[test]
    fn a_member_that_collapsed_is_found_with_the_day_it_began_and_no_other_is() {
        for seed in 0..20 {
            let mut members = members(seed);
            members[4][709..].iter_mut().for_each(|value| *value *= 0.1);
            let found = found(&members);
            let shift = found[4].expect("the collapse is found");
            assert!(shift.deviation() < 0.0 && shift.last == 729, "{shift:?}");
            assert!((702..=716).contains(&shift.first), "{shift:?}");
            assert_eq!(found.iter().flatten().count(), 1, "{found:?}");
        }
    }

    #[test]
    fn seasons_and_noise_are_no_shift() {
        let alarms: usize = (100..160).map(|seed| found(&members(seed)).iter().flatten().count()).sum();
        assert!(alarms <= 3, "{alarms} of 720 quiet members");
    }

    #[test]
    fn short_and_empty_series_say_nothing() {
        assert_eq!(shifts(&[&[1.0; 100]], &[1.0; 100], 72..100), [None]);
        assert_eq!(shifts(&[&[0.0; 730]], &[5.0; 730], 702..730), [None]);
        assert!(shifts(&[], &[], 0..0).is_empty());
    }
}
