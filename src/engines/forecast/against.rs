//! What a forecast is held against: the period before, the same days a year ago, and how the figure has grown since.
//! Figures of the past are measured by day. Fits nothing.

use super::ask::{Ask, Fold};
use super::history::{History, Outlook, Total, folded, shares};
use super::season::{Indices, Mode};
use crate::domain::{Answer, Arg, Bucket, DateRange, Phrase};

/// The change that is worth a word when the figure's own growth points the other way.
const FAR: f64 = 0.2;

/// The weeks that tell how a figure stands against a year ago.
const WEEKS: usize = 13;

/// How much of a recent change is no change.
const STILL: f64 = 0.02;

/// The period that the forecast is compared with, and its figure: the one just before, else the last days of as many.
pub(super) fn compared(ask: &Ask, outlook: &Outlook) -> Option<(DateRange, f64)> {
    [ask.range.previous(), DateRange::last_days(ask.last, ask.range.days())]
        .into_iter()
        .find_map(|range| Some((range, outlook.measured(range, ask)?)))
}

/// Why: the change against the period before as season and trend.
pub(super) fn reasons(
    answer: &mut Answer,
    ask: &Ask,
    outlook: &Outlook,
    total: &Total,
    compared: Option<(DateRange, f64)>,
) {
    let unit = ask.metric.unit();
    let Some((range, before)) = compared else { return };
    let change = total.expected - before;
    let phrase = match seasonal_change(ask, outlook, range) {
        Some(season) => Phrase::new("forecast.why")
            .with("season", Arg::Change(season, unit))
            .with("trend", Arg::Change(change - season, unit)),
        None => Phrase::new("forecast.why_trend").with("change", Arg::Change(change, unit)),
    };
    answer.find(phrase.with("before", range).figure("was", before, unit), 1.0);
}

/// The same days a year ago; said once where they are the period before, too.
pub(super) fn year_ago(
    answer: &mut Answer,
    ask: &Ask,
    outlook: &Outlook,
    total: &Total,
    compared: Option<(DateRange, f64)>,
) {
    let year = ask.range.year_before();
    let Some(before) = outlook.measured(year, ask).filter(|before| before.abs() > 1e-12) else { return };
    let growth = total.expected / before - 1.0;
    let phrase = Phrase::new("forecast.year_ago")
        .with("range", year)
        .figure("was", before, ask.metric.unit())
        .with("growth", Arg::Growth(growth));
    if compared.is_none_or(|(range, _)| range != year) {
        answer.find(phrase, 0.7);
    }
    let Some(recent) = recent_growth(ask, outlook) else { return };
    if (growth < -FAR && recent > STILL) || (growth > FAR && recent < -STILL) {
        let phrase = Phrase::new("forecast.against_growth")
            .with("growth", Arg::Growth(growth))
            .count("weeks", WEEKS)
            .with("recent", Arg::Growth(recent));
        answer.caveats.push(phrase);
    }
}

fn recent_growth(ask: &Ask, outlook: &Outlook) -> Option<f64> {
    let recent = DateRange::last_days(ask.last, 7 * WEEKS as i64);
    let before = outlook.measured(recent.year_before(), ask).filter(|before| *before > 1e-12)?;
    Some(outlook.measured(recent, ask)? / before - 1.0)
}

/// How much of the change against `before` the season makes, in the figure's unit. `None` where no season is known.
fn seasonal_change(ask: &Ask, outlook: &Outlook, before: DateRange) -> Option<f64> {
    let history = &outlook.history;
    let effects = effects(history, outlook)?;
    let starts: Vec<_> = history.starts.iter().chain(&outlook.steps).copied().collect();
    let of = |range: DateRange| folded(&shares(history.bucket, &starts, range), &effects, ask.fold);
    Some(of(ask.range) - of(before))
}

/// What the season adds to each step, known or to come, at the level that is foreseen.
fn effects(history: &History, outlook: &Outlook) -> Option<Vec<f64>> {
    let (values, _) = super::params::fill_gaps(&history.values).ok()?;
    let count = values.len() + outlook.steps.len();
    let period = match history.bucket {
        Bucket::Day => 7,
        Bucket::Week => 1,
        Bucket::Month => 12,
    };
    let Some(shape) = &outlook.forecast.shape else {
        let indices = Indices::of(&values, period, Mode::Additive)?;
        return Some((0..count).map(|t| indices.apply(0.0, t)).collect());
    };
    let flat = shape.remove(&values);
    // The level that is foreseen, so that little season is left of what has all but stopped.
    let ahead = || outlook.forecast.mean.iter().enumerate().map(|(h, mean)| mean / shape.at(values.len() + h));
    let level = ahead().sum::<f64>() / outlook.steps.len().max(1) as f64;
    // Where the shape has the year only, the week is still in what is left.
    let week = (history.bucket == Bucket::Day && !shape.has_week())
        .then(|| Indices::of(&flat, period, Mode::Additive))
        .flatten();
    let typical = flat.iter().sum::<f64>() / flat.len().max(1) as f64;
    let scale = if typical > 0.0 { level / typical } else { 1.0 };
    let base = |t: usize| week.as_ref().map_or(level, |week| level + scale * week.apply(0.0, t));
    Some((0..count).map(|t| shape.at(t) * base(t) - level).collect())
}

impl Outlook {
    /// The figure of some days of the past. A ratio is taken of its parts, not of its days; different customers are
    /// counted per step, as the forecast counts them.
    pub(super) fn measured(&self, range: DateRange, ask: &Ask) -> Option<f64> {
        match ask.fold {
            Fold::Mean if ask.metric == crate::domain::Metric::Customers => self.history.figure(range, ask.fold),
            Fold::Sum | Fold::Mean => self.days.figure(range, ask.fold),
        }
    }
}
