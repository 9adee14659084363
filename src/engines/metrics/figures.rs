//! Reads frames: wholes and members, now and before. Chooses no words.

use std::collections::BTreeMap;

use super::metric::{is_ratio, moved};
use crate::domain::{Arg, Facts, Frame, MeasurePlan, Metric, Phrase};
use crate::engines::EngineError;

/// A figure with what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    pub(super) value: f64,
    pub(super) numerator: f64,
    pub(super) denominator: f64,
    pub(super) rows: u64,
}

/// A member of a breakdown, now and before.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    pub(super) names: Vec<String>,
    pub(super) now: Option<Figure>,
    pub(super) before: Option<Figure>,
}

impl Member {
    pub(super) fn value(&self) -> f64 {
        self.now.map_or(0.0, |figure| figure.value)
    }

    pub(super) fn value_before(&self) -> f64 {
        self.before.map_or(0.0, |figure| figure.value)
    }

    pub(super) fn change(&self) -> f64 {
        self.value() - self.value_before()
    }

    pub(super) fn label(&self) -> Arg {
        label(&self.names)
    }

    /// The change as people write it; nothing where there is nothing to compare with.
    pub(super) fn moved(&self, metric: Metric) -> Arg {
        match (self.now, self.before) {
            (Some(now), Some(before)) => {
                moved(metric, now.value, before.value).unwrap_or_else(|| Phrase::new("metrics.cell.new").into())
            }
            (Some(_), None) => Phrase::new("metrics.cell.new").into(),
            (None, _) => Phrase::new("metrics.cell.gone").into(),
        }
    }
}

/// The name of a member.
pub(super) fn label(names: &[String]) -> Arg {
    match names {
        [one] if one == "(none)" => Phrase::new("metrics.cell.unnamed").into(),
        [one] => Arg::Text(one.clone()),
        several => Arg::Text(several.join(" · ")),
    }
}

/// The whole of a figure; `None` where no row is in it or the figure is none.
pub(super) fn total(facts: &Facts, plan: &MeasurePlan) -> Result<Option<Figure>, EngineError> {
    let frame = facts.measure(plan)?;
    Ok(frame.rows.first().map(figure).filter(|figure| figure.rows > 0 && figure.value.is_finite()))
}

fn figure(row: &crate::domain::FrameRow) -> Figure {
    Figure { value: row.value, numerator: row.numerator, denominator: row.denominator, rows: row.rows }
}

/// The members of a breakdown in the order of their names.
pub(super) fn members(now: &Frame, before: Option<&Frame>) -> Vec<Member> {
    let mut found: BTreeMap<&[String], Member> = BTreeMap::new();
    for (frame, is_now) in [(Some(now), true), (before, false)] {
        for row in frame.map_or(&[][..], |frame| frame.rows.as_slice()) {
            if !row.value.is_finite() {
                continue;
            }
            let member =
                found.entry(&row.keys).or_insert_with(|| Member { names: row.keys.clone(), now: None, before: None });
            let place = if is_now { &mut member.now } else { &mut member.before };
            *place = Some(figure(row));
        }
    }
    found.into_values().collect()
}

/// Ranks by the value now. Members of a ratio that rest on next to nothing come last, whatever their value.
pub(super) fn rank(members: &mut [Member], metric: Metric, smallest_first: bool) {
    let whole: f64 = members.iter().filter_map(|member| member.now).map(|figure| figure.denominator).sum();
    let is_thin = |member: &Member| {
        let denominator = member.now.map_or(0.0, |figure| figure.denominator);
        member.now.is_none() || (is_ratio(metric) && denominator < 0.005 * whole)
    };
    members.sort_by(|left, right| {
        let by_value = if smallest_first {
            left.value().total_cmp(&right.value())
        } else {
            right.value().total_cmp(&left.value())
        };
        is_thin(left).cmp(&is_thin(right)).then(by_value)
    });
}

/// Whether the members' values add up to the whole: then shares of it can be told. True of sums, and of counts of
/// distinct things along breakdowns that do not share them.
pub(super) fn adds_up(members: &[Member], whole: f64, metric: Metric) -> bool {
    if is_ratio(metric) {
        return false;
    }
    let sum: f64 = members.iter().map(Member::value).sum();
    let size: f64 = members.iter().map(|member| member.value().abs()).sum();
    (sum - whole).abs() <= 1e-6 * size.max(1e-9)
}
