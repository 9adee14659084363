//! Lasting changes of a figure and of its members: which series are looked at, and which of those that changed are told.
//! The test itself is in `shifts`.

use std::collections::BTreeMap;

use super::daily::{Daily, median};
use super::metric::is_ratio;
use super::oddities::{LONGEST_FOR_MEMBERS, Oddity, drivers};
use super::scope::Scope;
use super::shifts::{Shift, shifts};
use crate::domain::{Bucket, DateRange, Dimension, Facts, MeasurePlan, Unit};
use crate::engines::EngineError;

/// A member whose change is a smaller share of the whole is not worth a word.
const LEAST_OF_WHOLE: f64 = 0.02;
/// Fewer things more or less than before are not worth one either.
const LEAST_COUNT: f64 = 10.0;
/// A pair of members that holds this much of what its one member lost says where it was lost.
const SAYS_WHERE: f64 = 0.7;

/// The breakdowns whose members are looked at: what was asked for, otherwise each by itself and channel × region.
pub(super) fn breakdowns(scope: &Scope) -> Vec<Vec<Dimension>> {
    if is_ratio(scope.metric()) || scope.range.days() > LONGEST_FOR_MEMBERS {
        return Vec::new();
    }
    let (single, pair) = if scope.by.is_empty() {
        (drivers(scope), vec![Dimension::Channel, Dimension::Region])
    } else {
        (scope.by.clone(), scope.by.clone())
    };
    let is_open = pair.len() == 2 && pair.iter().all(|dimension| single.contains(dimension));
    single.into_iter().map(|dimension| vec![dimension]).chain(is_open.then_some(pair)).collect()
}

pub(super) fn plan(scope: &Scope, dimensions: &[Dimension]) -> MeasurePlan {
    let days = scope.total(scope.metric(), scope.history()).per(Bucket::Day);
    dimensions.iter().fold(days, |plan, dimension| plan.by(*dimension))
}

/// A series and whose it is.
struct Series {
    of: Vec<(Dimension, String)>,
    values: Vec<f64>,
}

/// The lasting changes within the period, of the whole (`daily`) and of its members.
pub(super) fn changes(scope: &Scope, daily: &Daily, facts: &Facts) -> Result<Vec<Oddity>, EngineError> {
    if is_ratio(scope.metric()) || scope.range.days() > LONGEST_FOR_MEMBERS {
        return Ok(Vec::new());
    }
    let mut all = vec![Series { of: Vec::new(), values: daily.numerators.clone() }];
    for dimensions in breakdowns(scope) {
        let mut members: BTreeMap<&[String], Vec<f64>> = BTreeMap::new();
        for row in &facts.measure(&plan(scope, &dimensions))?.rows {
            if let Some(at) = row.period.and_then(|day| daily.place(day)).filter(|_| row.value.is_finite()) {
                members.entry(&row.keys).or_insert_with(|| vec![0.0; daily.len()])[at] = row.value;
            }
        }
        all.extend(members.into_iter().map(|(keys, values)| Series {
            of: dimensions.iter().copied().zip(keys.iter().cloned()).collect(),
            values,
        }));
    }
    let first = daily.place(scope.range.start()).unwrap_or(0);
    let values: Vec<&[f64]> = all.iter().map(|series| series.values.as_slice()).collect();
    let found = shifts(&values, &daily.numerators, first..daily.len());
    let recent = &daily.numerators[daily.len().saturating_sub(182)..];
    let usual_day = median(recent).abs().max(f64::MIN_POSITIVE);
    let is_count = scope.metric().unit() == Unit::Count;
    let told: Vec<(&Series, Shift)> = all
        .iter()
        .zip(found)
        .filter_map(|(series, shift)| Some((series, shift?)))
        .filter(|(_, shift)| (shift.now - shift.before).abs() >= LEAST_OF_WHOLE * usual_day)
        .filter(|(_, shift)| !is_count || shift.deviation().abs() >= LEAST_COUNT)
        .collect();
    let oddity = |(series, shift): &(&Series, Shift)| Oddity {
        metric: scope.metric(),
        of: series.of.clone(),
        days: DateRange::last_days(daily.day(shift.last), i64::try_from(shift.days()).unwrap_or(1)),
        value: shift.now,
        expected: shift.before,
        usual: None,
        z: shift.z,
        driver: None,
        as_a_year_ago: false,
        size: shift.deviation().abs() / usual_day,
    };
    Ok(most_telling(told.iter().map(oddity).collect()))
}

/// Of a member and its parts that changed the same way, the part where it holds most of the change, otherwise the
/// member: what happened is told once. A member beside the whole always is, as its change is measured against it.
fn most_telling(found: Vec<Oddity>) -> Vec<Oddity> {
    let is_part = |part: &Oddity, whole: &Oddity| {
        part.of.len() > whole.of.len() && whole.of.iter().all(|name| part.of.contains(name))
    };
    let same =
        |left: &Oddity, right: &Oddity| left.is_up() == right.is_up() && left.days.intersect(right.days).is_some();
    let holds_most = |part: &Oddity, whole: &Oddity| {
        (part.value - part.expected).abs() >= SAYS_WHERE * (whole.value - whole.expected).abs()
    };
    let is_told = |one: &Oddity| {
        let other = |other: &Oddity| {
            same(one, other)
                && ((is_part(other, one) && holds_most(other, one))
                    || (is_part(one, other) && !other.of.is_empty() && !holds_most(one, other)))
        };
        !found.iter().any(other)
    };
    found.iter().filter(|one| is_told(one)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::Metric;

    fn fall(of: &[(Dimension, &str)], by: f64) -> Oddity {
        Oddity {
            metric: Metric::Revenue,
            of: of.iter().map(|(dimension, name)| (*dimension, (*name).to_owned())).collect(),
            days: DateRange::last_days(date(2025, 11, 14), 21),
            value: 1_000.0 - by,
            expected: 1_000.0,
            usual: None,
            z: -6.0,
            driver: None,
            as_a_year_ago: false,
            size: by,
        }
    }

    #[test]
    fn what_happened_is_told_once_and_where_it_happened() {
        let (west, store) = ((Dimension::Region, "West"), (Dimension::Channel, "store"));
        let told = most_telling(vec![fall(&[], 500.0), fall(&[west], 490.0), fall(&[store, west], 480.0)]);
        assert_eq!(told.iter().map(|one| one.of.len()).collect::<Vec<_>>(), [2]);
        // Where every channel fell, the region fell.
        let told = most_telling(vec![fall(&[west], 490.0), fall(&[store, west], 200.0)]);
        assert_eq!(told.iter().map(|one| one.of.len()).collect::<Vec<_>>(), [1]);
    }
}
