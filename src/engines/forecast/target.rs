//! The answer to "will we reach it": the chance by simulation, and what it takes. Fits nothing.

use super::ask::{Ask, Fold};
use super::history::Outlook;
use super::{against, figure, trust};
use crate::domain::{Action, Answer, Arg, DateRange, Intent, Level, Metric, Phrase, Question, SlotKind, Slots};
use crate::engines::EngineError;

/// Whether the question can be answered at all.
pub(super) fn check(question: &Question) -> Result<f64, EngineError> {
    let target = question.slots.target.filter(|target| target.is_finite());
    let target = target.ok_or(EngineError::MissingSlot { intent: Intent::ForecastTarget, slot: SlotKind::Target })?;
    match question.slots.metric() {
        // The distinct customers of a period are not those of its days added up.
        Some(metric @ Metric::Customers) => {
            Err(EngineError::Unsupported(Phrase::new("forecast.no_target").with("metric", metric)))
        }
        _ => Ok(target),
    }
}

/// Answers a question for a chance.
pub(super) fn answer(question: &Question, ask: &Ask, outlook: &Outlook) -> Result<Answer, EngineError> {
    let target = check(question)?;
    let unit = ask.metric.unit();
    let total = outlook.total(ask);
    let below = ask.metric.lower_is_better();
    let hits = total.simulated.iter().filter(|v| if below { **v <= target } else { **v >= target }).count();
    // 2,000 futures cannot tell a chance beyond these.
    let chance = (hits as f64 / total.simulated.len().max(1) as f64).clamp(0.005, 0.995);
    let key = if below { "forecast.target_below" } else { "forecast.target" };
    let headline = Phrase::new(key)
        .with("what", ask.subject())
        .figure("target", target, unit)
        .with("when", ask.when.clone())
        .with("chance", Arg::Share(chance))
        .figure("total", total.expected, unit)
        .with("level", Arg::Share(ask.level.share()))
        .figure("low", total.low, unit)
        .figure("high", total.high, unit);
    let mut answer = Answer::new(headline);
    if ask.fold == Fold::Sum {
        needed(&mut answer, ask, target, total.expected, total.known);
    }
    let gap = total.expected - target;
    let key = if gap >= 0.0 { "forecast.above_target" } else { "forecast.under_target" };
    answer.find(Phrase::new(key).figure("gap", gap.abs(), unit), 0.6);
    against::year_ago(&mut answer, ask, outlook, &total, None);
    trust::trust(&mut answer, ask, outlook);
    figure::assume(&mut answer, ask);
    figure::caveats(&mut answer, ask, outlook);
    answer.charts.push(figure::chart(ask, outlook));
    answer.tables.push(figure::table(ask, outlook));
    answer.evidence = figure::evidence(ask, outlook);
    answer.evidence.method.push(Phrase::new("forecast.method_paths").count("paths", total.simulated.len()));
    answer.actions = actions(ask, total.simulated.as_slice(), below);
    Ok(answer)
}

/// What is needed per day from here on, beside what is expected.
fn needed(answer: &mut Answer, ask: &Ask, target: f64, expected: f64, known: f64) {
    let unit = ask.metric.unit();
    let start = ask.range.start().max(ask.origin());
    let Ok(rest) = DateRange::new(start, ask.range.end()) else { return };
    let days = rest.days().max(1) as f64;
    if known != 0.0 {
        answer.find(Phrase::new("forecast.so_far").figure("known", known, unit).with("last", ask.last), 0.9);
    }
    let phrase = Phrase::new("forecast.per_day")
        .figure("needed", ((target - known) / days).max(0.0), unit)
        .figure("expected", (expected - known) / days, unit)
        .count("days", usize::try_from(rest.days()).unwrap_or(0));
    answer.find(phrase, 1.0);
}

fn actions(ask: &Ask, simulated: &[f64], below: bool) -> Vec<Action> {
    let mut actions = Vec::new();
    // The target that is reached in four of five futures.
    let share = if below { 0.8 } else { 0.2 };
    let place = (share * simulated.len().saturating_sub(1) as f64).round() as usize;
    if let Some(safe) = simulated.get(place) {
        let digits = 10f64.powf((safe.abs().max(1.0).log10().floor() - 2.0).max(0.0));
        let safe = if safe.abs() >= 100.0 { (safe / digits).round() * digits } else { *safe };
        actions.push(Action {
            label: Phrase::new("forecast.action_target").figure("target", safe, ask.metric.unit()),
            intent: Intent::ForecastTarget,
            slots: Slots { target: Some(safe), ..Slots::default() },
        });
    }
    actions.push(Action {
        label: Phrase::new("forecast.action_forecast"),
        intent: Intent::ForecastMetric,
        slots: Slots::default(),
    });
    if let Ok(level) = Level::new(if ask.level.percent() < 95.0 { 95.0 } else { 80.0 }) {
        actions.push(Action {
            label: Phrase::new("forecast.action_level").with("level", Arg::Share(level.share())),
            intent: Intent::ForecastTarget,
            slots: Slots { level: Some(level), ..Slots::default() },
        });
    }
    actions
}
