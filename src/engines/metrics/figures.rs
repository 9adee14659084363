//! Reads frames: wholes and members, now and before. Chooses no words.

use std::collections::BTreeMap;

use jiff::ToSpan;

use super::metric::{is_ratio, moved};
use crate::domain::{Arg, DateRange, Facts, Frame, FrameRow, MeasurePlan, Metric, Phrase};
use crate::engines::EngineError;

/// A figure with what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    pub(super) value: f64,
    pub(super) numerator: f64,
    pub(super) denominator: f64,
    pub(super) rows: u64,
}

impl Figure {
    /// The mean of so many days.
    pub(super) fn over(self, days: f64) -> Self {
        let days = days.max(1.0);
        Self { value: self.value / days, numerator: self.numerator / days, ..self }
    }
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

    /// Whether it is what belongs to no member.
    pub(super) fn is_unnamed(&self) -> bool {
        self.names.iter().any(|name| name == "(none)")
    }

    /// The same as the mean of a day.
    pub(super) fn per_day(mut self, now: f64, before: f64) -> Self {
        self.now = self.now.map(|figure| figure.over(now));
        self.before = self.before.map(|figure| figure.over(before));
        self
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

/// A frame of days by the day of the week as the mean of such a day: a period holds more of some than of others.
pub(super) fn mean_weekdays(frame: &Frame, range: DateRange) -> Frame {
    let mut found: BTreeMap<&[String], FrameRow> = BTreeMap::new();
    for row in &frame.rows {
        let Some(day) = row.period else { continue };
        let first_of_kind = (0..7).map(|ahead| range.start().saturating_add(ahead.days()));
        let first = first_of_kind.into_iter().find(|other| other.weekday() == day.weekday()).unwrap_or(day);
        let days = (1 + first.until(range.last()).map_or(0, |span| span.get_days()) / 7).max(1);
        let mean = found.entry(&row.keys).or_insert_with(|| FrameRow {
            period: None,
            keys: row.keys.clone(),
            value: 0.0,
            numerator: 0.0,
            denominator: 1.0,
            rows: 0,
        });
        mean.value += row.value / f64::from(days);
        mean.numerator = mean.value;
        mean.rows += row.rows;
    }
    Frame { plan: frame.plan.clone(), rows: found.into_values().collect() }
}

/// Ranks by the value now. Members of a ratio that rest on next to nothing come last, whatever their value, and what
/// belongs to no member after them.
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
        let last = |member: &Member| (member.is_unnamed(), is_thin(member));
        last(left).cmp(&last(right)).then(by_value)
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
