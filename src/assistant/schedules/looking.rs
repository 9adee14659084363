//! An alert's turn: its figure is asked for on the way every question goes, compared, and told once.

use std::error::Error;

use jiff::Timestamp;
use jiff::ToSpan;

use crate::domain::{
    Alert, Arg, Bucket, DateRange, Delivery, Intent, Metric, Pause, Phrase, Question, Resolved, Slots, Span,
};
use crate::engines::EngineError;

use super::super::dialogue::Asked;
use super::super::work::Failure;
use super::super::{Assistant, Hearing, Outcome, permission};
use super::ClockError;
use super::item::Item;

/// How many periods are looked at that came in since the last time; older ones are no news.
const MOST_PERIODS: usize = 14;

/// A figure that crossed its line.
struct Crossing {
    days: DateRange,
    value: f64,
    before: Option<f64>,
}

impl Assistant {
    /// Looks at an alert that is due: what it came to is in the store when this returns. Nothing where nothing crossed.
    ///
    /// # Errors
    /// When it has to be tried again.
    pub fn alert(&self, alert: &Alert, due: Timestamp) -> Result<Vec<Delivery>, ClockError> {
        let errand = &alert.errand;
        let message = self.clock_message(errand, due);
        let Some(hearing) = self.clock_hearing(errand, &message)? else {
            return self.give_up_on(Item::Alert(alert.clone()), Pause::Forbidden);
        };
        let mut looked = alert.clone();
        let mut crossed = Vec::new();
        for days in self.periods(alert, &hearing)? {
            looked.checked = Some(days.last());
            let Some(value) = self.figure(alert, days, &hearing)? else { continue };
            let before = self.figure(alert, compared_with(alert.watch.span, days), &hearing)?;
            let (trigger, is_told) = alert.watch.step(looked.trigger, days, value, before);
            looked.trigger = trigger;
            if is_told {
                crossed.push(Crossing { days, value, before });
            }
        }
        if crossed.is_empty() {
            self.store.apply(&[Item::Alert(looked).after(hearing.now.timestamp())?])?;
            return Ok(Vec::new());
        }
        let mut outcome = Outcome::default();
        for crossing in &crossed {
            outcome.add(self.crossing(&looked, crossing, &hearing));
        }
        if let Some(line) = self.late(errand, due, &hearing) {
            outcome.reply.lines.push(self.words(&line, hearing.language));
        }
        outcome.number_buttons();
        self.sent(Item::Alert(looked), &hearing, outcome)
    }

    /// What is said of a crossing, with the question why.
    fn crossing(&self, alert: &Alert, crossing: &Crossing, hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        let unit = alert.watch.metric.unit();
        let mut phrase = Phrase::new("schedule.crossed")
            .with("condition", self.watch_phrase(&alert.watch))
            .with("metric", alert.watch.metric)
            .with("days", crossing.days)
            .figure("value", crossing.value, unit);
        if let Some(before) = crossing.before {
            phrase = phrase.figure("before", before, unit);
        }
        let mut outcome = self.phrase_outcome(&phrase, language);
        let dated = |days: DateRange| Some(Resolved::new(format!("{} – {}", days.start(), days.last()), days));
        let slots = Slots {
            date_range: dated(crossing.days),
            baseline: dated(compared_with(alert.watch.span, crossing.days)),
            ..alert.watch.slots.clone()
        };
        self.offer(&mut outcome, &Phrase::new("schedule.why_button"), Intent::MetricExplain, slots, language);
        outcome
    }

    /// The periods to look at: those that are over, that the data covers to their end, and that came since the last time.
    fn periods(&self, alert: &Alert, hearing: &Hearing<'_>) -> Result<Vec<DateRange>, ClockError> {
        let coverage = self.warehouse.coverage()?;
        let Some(data) = coverage.of(alert.watch.metric.table()).and_then(|table| table.days) else {
            return Ok(Vec::new());
        };
        // Today is not over.
        let end = data.end().min(hearing.now.date());
        let span = alert.watch.span;
        let end = match span {
            Span::Day => end,
            Span::Week => Bucket::Week.floor(end, self.settings.week_start),
        };
        let step = span.days();
        let ending = |back: usize| {
            let days = i64::try_from(back).unwrap_or(0) * step;
            end.checked_sub(days.days()).and_then(|end| end.checked_sub(1.day())).ok().map(|last| span.ending(last))
        };
        let is_new = |days: &DateRange| {
            days.start() >= data.start() && alert.checked.is_none_or(|checked| days.last() > checked)
        };
        let most = if alert.checked.is_none() { 1 } else { MOST_PERIODS };
        let mut periods: Vec<DateRange> = (0..most).map_while(ending).take_while(is_new).collect();
        periods.reverse();
        Ok(periods)
    }

    /// The figure of a period; `None` where there is none.
    fn figure(&self, alert: &Alert, days: DateRange, hearing: &Hearing<'_>) -> Result<Option<f64>, ClockError> {
        let question = self.figure_question(alert, days, hearing);
        if !permission::permits(&question) {
            return Ok(None);
        }
        match self.compute(&question) {
            Ok(answer) => Ok(match answer.headline.args.get("value") {
                Some(Arg::Figure(value, _)) => Some(*value),
                _ => None,
            }),
            // A day without an order has a revenue of nothing, and no order value.
            Err(Failure::Engine(EngineError::NothingMatches(_))) => Ok(counts(alert.watch.metric).then_some(0.0)),
            Err(Failure::Engine(error)) => {
                tracing::warn!(alert = %alert.errand.id, %error, "an alert's figure cannot be computed");
                Ok(None)
            }
            Err(Failure::Warehouse(error)) => Err(ClockError::Facts(error)),
            Err(Failure::Panic) => Ok(None),
        }
    }

    fn figure_question(&self, alert: &Alert, days: DateRange, hearing: &Hearing<'_>) -> Question {
        let range = Resolved::new(format!("{} – {}", days.start(), days.last()), days);
        let slots = Slots { date_range: Some(range), ..alert.watch.slots.clone() };
        self.question(Asked { intent: Intent::MetricReport, slots }, hearing)
    }

    /// What an alert's figure is now, in a line: nothing where the data does not say, and why where it never can.
    pub(super) fn latest(
        &self,
        alert: &Alert,
        hearing: &Hearing<'_>,
    ) -> Result<Result<Option<Phrase>, Phrase>, ClockError> {
        let fresh = Alert { checked: None, ..alert.clone() };
        let Some(days) = self.periods(&fresh, hearing)?.pop() else { return Ok(Ok(None)) };
        match self.compute(&self.figure_question(alert, days, hearing)) {
            Err(Failure::Engine(EngineError::Unsupported(phrase))) => return Ok(Err(phrase)),
            Err(Failure::Warehouse(crate::facts::WarehouseError::NoSuchBreakdown { metric, dimension })) => {
                return Ok(Err(Phrase::new("assistant.no_breakdown")
                    .with("metric", metric)
                    .with("dimension", dimension)));
            }
            Ok(_) | Err(_) => {}
        }
        let value = self.figure(alert, days, hearing)?;
        Ok(Ok(value.map(|value| {
            Phrase::new("schedule.now").with("metric", alert.watch.metric).with("days", days).figure(
                "value",
                value,
                alert.watch.metric.unit(),
            )
        })))
    }

    /// What an alert's figure is now, as a reply.
    pub(super) fn current(&self, alert: &Alert, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        let phrase = match self.latest(alert, hearing)? {
            Ok(Some(now)) => now,
            Ok(None) => Phrase::new("schedule.no_figure_yet"),
            Err(phrase) => phrase,
        };
        Ok(self.phrase_outcome(&phrase, hearing.language))
    }
}

/// The period that a change is told against: the same day of the week before, or the week before.
fn compared_with(span: Span, days: DateRange) -> DateRange {
    span.ending(days.last().saturating_sub(7.days()))
}

/// Whether a figure of nothing is nothing.
fn counts(metric: Metric) -> bool {
    metric.is_additive() || matches!(metric, Metric::Orders | Metric::Customers | Metric::NewCustomers)
}
