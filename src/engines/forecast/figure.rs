//! The answer to "how much will it be": headline, reasons, trust, chart and table. Fits nothing.

use jiff::ToSpan;

use super::against;
use super::ask::{Ask, Fold, plan_of};
use super::history::{Outlook, days_of};
use super::trust::{backtests, covered, trust};
use crate::domain::{
    Action, Answer, Arg, Bucket, Chart, ChartKind, DateRange, Evidence, Horizon, HorizonUnit, Intent, Level, LinePoint,
    Metric, Phrase, Resolved, Slots, Table,
};
use crate::engines::EngineError;

/// The name and version of the model, for evidence.
const VERSION: i64 = 2;

/// Answers a question for a figure.
pub(super) fn answer(ask: &Ask, outlook: &Outlook) -> Result<Answer, EngineError> {
    let unit = ask.metric.unit();
    let total = outlook.total(ask);
    let compared = against::compared(ask, outlook);
    let growth = compared.and_then(|(_, before)| (before.abs() > 1e-12).then(|| total.expected / before - 1.0));
    let key = match (ask.fold, growth.is_some()) {
        (Fold::Sum, true) => "forecast.headline_growth",
        (Fold::Sum, false) => "forecast.headline",
        (Fold::Mean, true) => "forecast.headline_mean_growth",
        (Fold::Mean, false) => "forecast.headline_mean",
    };
    let mut headline = Phrase::new(key)
        .with("what", ask.subject())
        .figure("total", total.expected, unit)
        .with("when", ask.when.clone())
        .with("level", Arg::Share(ask.level.share()))
        .figure("low", total.low, unit)
        .figure("high", total.high, unit)
        .with("step", outlook.history.bucket);
    if let Some(growth) = growth {
        headline = headline.with("growth", Arg::Growth(growth));
    }
    let mut answer = Answer::new(headline);
    against::reasons(&mut answer, ask, outlook, &total, compared);
    against::year_ago(&mut answer, ask, outlook, &total, compared);
    trust(&mut answer, ask, outlook);
    assume(&mut answer, ask);
    caveats(&mut answer, ask, outlook);
    answer.charts.push(chart(ask, outlook));
    answer.tables.push(table(ask, outlook));
    if let Some(table) = backtests(ask, outlook) {
        answer.tables.push(table);
    }
    answer.evidence = evidence(ask, outlook);
    answer.actions = actions(ask);
    Ok(answer)
}

/// The answer to a question for more than the data carry: how far they do, and an offer of that.
pub(super) fn too_far(ask: &Ask, days: usize) -> Answer {
    // Half as far ahead as the data go back: beyond, a forecast has seen each season once at most.
    let half = days / 2;
    let (count, unit, key) = if half >= 60 {
        ((half as f64 / 30.4).round() as u32, HorizonUnit::Month, "forecast.next_months")
    } else {
        ((half / 7).max(1) as u32, HorizonUnit::Week, "forecast.next_weeks")
    };
    let offer = Phrase::new(key).count("count", count as usize);
    let headline = Phrase::new("forecast.too_far")
        .with("what", ask.subject())
        .with("when", ask.when.clone())
        .count("days", days)
        .with("last", ask.last)
        .with("offer", offer.clone());
    let mut answer = Answer::new(headline);
    answer.actions.push(Action {
        label: Phrase::new("forecast.action_horizon").with("when", offer),
        intent: Intent::ForecastMetric,
        slots: ahead(count, unit),
    });
    answer
}

/// A horizon as slots.
fn ahead(count: u32, unit: HorizonUnit) -> Slots {
    let horizon = Resolved::new(format!("{count} {unit:?}").to_lowercase(), Horizon::Ahead { count, unit });
    Slots { horizon: Some(horizon), ..Slots::default() }
}

/// What was assumed.
pub(super) fn assume(answer: &mut Answer, ask: &Ask) {
    if !ask.said_metric {
        answer.assumptions.push(Phrase::new("forecast.assumed_metric").with("metric", ask.metric));
    }
    if !ask.said_range {
        answer.assumptions.push(Phrase::new("forecast.assumed_horizon").with("range", ask.range));
    }
}

/// What to beware of.
pub(super) fn caveats(answer: &mut Answer, ask: &Ask, outlook: &Outlook) {
    let (steps, known) = (outlook.steps.len(), outlook.history.values.len());
    if 2 * steps > known {
        let phrase = Phrase::new("forecast.far")
            .count("steps", steps)
            .count("known", known)
            .with("step", outlook.history.bucket);
        answer.caveats.push(phrase);
    }
    if ask.stale_days > 7 {
        answer.caveats.push(Phrase::new("forecast.stale").with("last", ask.last).count("days", ask.stale_days));
    }
    if outlook.forecast.filled > 0 {
        answer.caveats.push(
            Phrase::new("forecast.filled").count("steps", outlook.forecast.filled).with("step", outlook.history.bucket),
        );
    }
    if outlook.history.sparse() > 0.3 {
        answer.caveats.push(
            Phrase::new("forecast.sparse")
                .with("share", Arg::Share(outlook.history.sparse()))
                .with("step", outlook.history.bucket),
        );
    }
    if let Some((missed, naive)) = outlook.missed()
        && missed > naive
    {
        answer.caveats.push(Phrase::new("forecast.no_better"));
    }
    if ask.fold == Fold::Mean && ask.metric == Metric::Customers {
        answer.caveats.push(Phrase::new("forecast.distinct").with("step", outlook.history.bucket));
    }
}

/// The last stretch of the history and the forecast with its band.
pub(super) fn chart(ask: &Ask, outlook: &Outlook) -> Chart {
    const MOST: usize = 120;
    let band = outlook.forecast.interval(ask.level.share());
    let future: Vec<LinePoint> = outlook
        .steps
        .iter()
        .enumerate()
        .map(|(h, at)| LinePoint { at: *at, value: outlook.forecast.mean[h], interval: band.get(h).copied() })
        .collect();
    let shown = (3 * future.len()).max(30).min(MOST.saturating_sub(future.len()).max(MOST / 3));
    let history = &outlook.history;
    let from = history.values.len().saturating_sub(shown);
    let past: Vec<LinePoint> = history.starts[from..]
        .iter()
        .zip(&history.values[from..])
        .filter(|(_, value)| value.is_finite())
        .map(|(at, value)| LinePoint { at: *at, value: *value, interval: None })
        .collect();
    let stride = (past.len() + future.len()).div_ceil(MOST).max(1);
    let thin = |points: Vec<LinePoint>| points.into_iter().step_by(stride).collect::<Vec<_>>();
    Chart {
        title: Phrase::new("forecast.chart").with("what", ask.subject()).with("step", history.bucket),
        unit: ask.metric.unit(),
        kind: ChartKind::Lines {
            lines: vec![
                (Phrase::new("forecast.line_past").into(), thin(past)),
                (Phrase::new("forecast.line_ahead").into(), thin(future)),
            ],
            markers: Vec::new(),
        },
    }
}

/// Each step that is asked about; a step that only touches the days counts by its share.
pub(super) fn table(ask: &Ask, outlook: &Outlook) -> Table {
    let unit = ask.metric.unit();
    let band = outlook.forecast.interval(ask.level.share());
    let mut rows = Vec::new();
    for (h, (start, share)) in outlook.steps.iter().zip(outlook.shares(ask)).enumerate() {
        let Some(days) = days_of(outlook.history.bucket, *start).intersect(ask.range) else { continue };
        let share = if ask.fold == Fold::Sum { share } else { 1.0 };
        let figure = |value: f64| Arg::Figure(value * share, unit);
        let when = if outlook.history.bucket == Bucket::Day { Arg::Date(days.start()) } else { Arg::Range(days) };
        let (low, high) = band.get(h).copied().unwrap_or((outlook.forecast.mean[h], outlook.forecast.mean[h]));
        rows.push(vec![when, figure(outlook.forecast.mean[h]), figure(low), figure(high)]);
    }
    let level = Arg::Share(ask.level.share());
    Table {
        title: Phrase::new("forecast.table").with("what", ask.subject()),
        columns: vec![
            Phrase::new("forecast.column_when"),
            Phrase::new("forecast.column_expected"),
            Phrase::new("forecast.column_low").with("level", level.clone()),
            Phrase::new("forecast.column_high").with("level", level),
        ],
        rows,
    }
}

/// The rows, the method and the model.
pub(super) fn evidence(ask: &Ask, outlook: &Outlook) -> Evidence {
    let forecast = &outlook.forecast;
    let history = &outlook.history;
    let members: Vec<Arg> = forecast
        .members
        .iter()
        .map(|(_, label, weight)| {
            Phrase::new("forecast.member").with("name", label.clone()).with("weight", Arg::Share(*weight)).into()
        })
        .collect();
    let mut method = vec![plan_of(ask, history.bucket), Phrase::new("forecast.method_band")];
    if let Some((missed, naive)) = outlook.missed() {
        method.push(
            Phrase::new("forecast.method_tests")
                .count("tests", forecast.backtests.len())
                .with("covered", covered(outlook))
                .with("missed", Arg::Share(missed))
                .with("naive", Arg::Share(naive)),
        );
    }
    let days = history.starts.first().zip(history.end()).and_then(|(start, end)| DateRange::new(*start, end).ok());
    Evidence {
        sources: vec![(ask.table, history.rows, days)],
        method,
        model: Some(
            Phrase::new("forecast.model").with("members", Arg::List(members)).with("version", Arg::Count(VERSION)),
        ),
        rows: backtests(ask, outlook),
    }
}

fn actions(ask: &Ask) -> Vec<Action> {
    let mut actions = Vec::new();
    let level = if ask.level.percent() < 95.0 { 95.0 } else { 80.0 };
    if let Ok(level) = Level::new(level) {
        actions.push(Action {
            label: Phrase::new("forecast.action_level").with("level", Arg::Share(level.share())),
            intent: Intent::ForecastMetric,
            slots: Slots { level: Some(level), ..Slots::default() },
        });
    }
    if !ask.said_metric {
        actions.push(Action {
            label: Phrase::new("forecast.action_metric").with("metric", Metric::Orders),
            intent: Intent::ForecastMetric,
            slots: Slots { metrics: vec![Metric::Orders], ..Slots::default() },
        });
    }
    let (count, unit) = if ask.range.days() < 80 { (3, HorizonUnit::Month) } else { (4, HorizonUnit::Week) };
    let key = if unit == HorizonUnit::Month { "forecast.next_months" } else { "forecast.next_weeks" };
    let when = Phrase::new(key).count("count", count as usize);
    actions.push(Action {
        label: Phrase::new("forecast.action_horizon").with("when", when),
        intent: Intent::ForecastMetric,
        slots: ahead(count, unit),
    });
    let before = DateRange::last_days(ask.origin().saturating_sub(1.day()), ask.range.days().min(92));
    actions.push(Action {
        label: Phrase::new("forecast.action_explain"),
        intent: Intent::MetricExplain,
        slots: Slots { metrics: vec![ask.metric], date_range: Some(Resolved::new("", before)), ..Slots::default() },
    });
    actions
}
