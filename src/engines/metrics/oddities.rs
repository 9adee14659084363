//! Odd days of a figure, and who drove them. Chooses no words.

use jiff::ToSpan;

use super::daily::{Daily, median};
use super::figures::label;
use super::metric::{dimensions_of, is_ratio};
use super::residuals::{Residuals, Run, runs};
use super::scope::Scope;
use crate::domain::{Arg, Bucket, DateRange, Dimension, Facts, MeasurePlan, Metric};
use crate::engines::EngineError;

/// The days before a finding from which its members' usual values are taken.
const MEMORY_DAYS: i64 = 56;
/// A longer look back is about when, not about who.
pub(super) const LONGEST_FOR_MEMBERS: i64 = 100;

/// Something odd.
#[derive(Debug, Clone)]
pub(super) struct Oddity {
    pub(super) metric: Metric,
    /// Whose figure it is: nothing for the whole.
    pub(super) of: Vec<(Dimension, String)>,
    pub(super) days: DateRange,
    /// Of odd days their sum, or the mean of a ratio; of a lasting change the mean of a day.
    pub(super) value: f64,
    pub(super) expected: f64,
    /// Where it would usually have been, 19 times in 20; nothing for a lasting change.
    pub(super) usual: Option<(f64, f64)>,
    pub(super) z: f64,
    /// The member whose own deviation is most of it.
    pub(super) driver: Option<(Dimension, Arg, f64)>,
    /// Whether the same days were odd in the same direction a year earlier.
    pub(super) as_a_year_ago: bool,
    /// How many usual days of the whole figure the deviation is worth.
    pub(super) size: f64,
}

impl Oddity {
    /// Whether it is a change of level rather than some odd days.
    pub(super) fn is_lasting(&self) -> bool {
        self.usual.is_none()
    }

    /// How much it matters: its size and how surprising it is. Beyond ten standard deviations surprise means no more.
    pub(super) fn weight(&self) -> f64 {
        self.size * self.z.abs().min(10.0)
    }

    /// Whether it went up.
    pub(super) fn is_up(&self) -> bool {
        self.value > self.expected
    }
}

/// The breakdowns in which a driver is looked for; few, as each is a series per member.
pub(super) fn drivers(scope: &Scope) -> Vec<Dimension> {
    let is_sum = !is_ratio(scope.metric());
    let open = |dimension: &Dimension| scope.filters.iter().all(|filter| filter.dimension != *dimension);
    let wanted = [Dimension::Channel, Dimension::Region, Dimension::Category, Dimension::Source];
    let known = dimensions_of(scope.metric());
    wanted.into_iter().filter(|dimension| is_sum && known.contains(dimension)).filter(open).collect()
}

/// The days from which drivers are told.
fn memory(scope: &Scope) -> DateRange {
    let start = scope.range.start().saturating_sub((MEMORY_DAYS + 7).days());
    DateRange::new(start, scope.range.end()).ok().and_then(|days| days.intersect(scope.data)).unwrap_or(scope.range)
}

pub(super) fn driver_plan(scope: &Scope, dimension: Dimension) -> MeasurePlan {
    scope.total(scope.metric(), memory(scope)).per(Bucket::Day).by(dimension)
}

/// The odd runs of a figure within the period.
pub(super) fn odd_days(
    scope: &Scope,
    daily: &Daily,
    residuals: &Residuals,
    facts: &Facts,
) -> Result<Vec<Oddity>, EngineError> {
    let first = daily.place(scope.range.start()).unwrap_or(0);
    let all = runs(daily, residuals, 0..daily.len());
    let usual_day = median(&residuals.expected).abs().max(f64::MIN_POSITIVE);
    let mut oddities = Vec::new();
    for run in all.iter().filter(|run| run.last >= first) {
        let days = run_days(daily, run);
        let places = run.first..=run.last;
        let count = places.clone().count() as f64;
        // A ratio of several days is the mean of its days; a sum is their sum.
        let divisor = if is_ratio(scope.metric()) { count } else { 1.0 };
        let value = places.clone().map(|at| daily.value(at).unwrap_or(residuals.expected[at])).sum::<f64>() / divisor;
        let expected = residuals.expected[places.clone()].iter().sum::<f64>() / divisor;
        let sigma = residuals.sigma[places].iter().map(|sigma| sigma * sigma).sum::<f64>().sqrt() / divisor;
        let (low, high) = (expected - 1.96 * sigma, expected + 1.96 * sigma);
        let year_ago = days.year_before();
        oddities.push(Oddity {
            metric: scope.metric(),
            of: Vec::new(),
            days,
            value,
            expected,
            usual: Some((if is_never_negative(scope.metric()) { low.max(0.0) } else { low }, high)),
            z: run.z,
            driver: driver(scope, facts, days, value - expected)?,
            as_a_year_ago: all.iter().any(|other| {
                let same =
                    DateRange::new(year_ago.start().saturating_sub(4.days()), year_ago.end().saturating_add(4.days()));
                let near = same.ok().and_then(|same| same.intersect(run_days(daily, other)));
                other.z.signum() == run.z.signum() && near.is_some()
            }),
            size: (value - expected).abs() * divisor / usual_day,
        });
    }
    Ok(oddities)
}

/// Whether a figure cannot be below zero. Returns can make the money and the units of a day negative.
pub(super) fn is_never_negative(metric: Metric) -> bool {
    !matches!(metric, Metric::Sentiment | Metric::Margin | Metric::Revenue | Metric::Units)
}

fn run_days(daily: &Daily, run: &Run) -> DateRange {
    DateRange::last_days(daily.day(run.last), i64::try_from(run.last - run.first + 1).unwrap_or(1))
}

/// The member whose deviation from its own same weekdays before is at least half of the whole deviation, and more than
/// its share of the figure would be.
fn driver(
    scope: &Scope,
    facts: &Facts,
    days: DateRange,
    deviation: f64,
) -> Result<Option<(Dimension, Arg, f64)>, EngineError> {
    let mut best: Option<(Dimension, Arg, f64, f64)> = None;
    if scope.range.days() > LONGEST_FOR_MEMBERS || deviation == 0.0 {
        return Ok(None);
    }
    let before = DateRange::last_days(days.start().saturating_sub(1.day()), MEMORY_DAYS);
    for dimension in drivers(scope) {
        let frame = facts.measure(&driver_plan(scope, dimension))?;
        let mut names: Vec<&[String]> = frame.rows.iter().map(|row| row.keys.as_slice()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            continue;
        }
        let mut usual_of = Vec::new();
        for name in &names {
            let rows: Vec<_> = frame.rows.iter().filter(|row| row.keys == *name).collect();
            let value = |day| rows.iter().find(|row| row.period == Some(day)).map_or(0.0, |row| row.value);
            let (mut now, mut usual) = (0.0, 0.0);
            for day in days_of(days) {
                now += value(day);
                let same: Vec<f64> = (1..=11)
                    .map(|weeks| day.saturating_sub((7 * weeks).days()))
                    .filter(|day| before.contains(*day) && scope.data.contains(*day))
                    .map(value)
                    .collect();
                usual += median(&same);
            }
            usual_of.push((*name, now, usual));
        }
        let whole: f64 = usual_of.iter().map(|(_, _, usual)| usual).sum();
        for (name, now, usual) in usual_of {
            let share = (now - usual) / deviation;
            let weight = if whole > 0.0 { usual / whole } else { 0.0 };
            let excess = share - weight;
            if share >= 0.5 && excess >= 0.2 && best.as_ref().is_none_or(|best| excess > best.3) {
                best = Some((dimension, label(name), share.min(1.0), excess));
            }
        }
    }
    Ok(best.map(|(dimension, name, share, _)| (dimension, name, share)))
}

fn days_of(range: DateRange) -> impl Iterator<Item = jiff::civil::Date> {
    (0..range.days()).map(move |day| range.start().saturating_add(day.days()))
}
