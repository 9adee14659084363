//! Whether what a digest is to ask is understood, and may be shown where it goes. Asks no engine.

use crate::domain::{Conversation, Intent, Place, Question, Role};
use crate::nlu::{Context, NluError};

use super::super::dialogue::{self, Asked, Step};
use super::super::{Assistant, Hearing, permission};
use super::ClockError;

/// What a question of a digest is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Readable {
    /// It asks engines this.
    Yes(Vec<Asked>),
    /// Nobody knows what it asks.
    Unclear,
    /// It may not be shown there.
    Forbidden,
}

impl Assistant {
    /// Understands a question by itself, for a place whose viewers have a role.
    pub(super) fn readable(
        &self,
        text: &str,
        place: &Place,
        role: Role,
        hearing: &Hearing<'_>,
    ) -> Result<Readable, ClockError> {
        let catalog = self.warehouse.catalog()?;
        let context = Context { now: &hearing.now, week_start: self.settings.week_start, catalog: &catalog };
        let utterance = self.understand.understand(text, &context).map_err(|error| match error {
            NluError::Overloaded => ClockError::Busy,
            error => ClockError::Understanding(error),
        })?;
        let asked = match dialogue::next(&utterance, &Conversation::default()) {
            Step::Ask(asked) => asked,
            // "top products" is short for a figure by product: a report that changes nothing and says what it assumed.
            Step::Doubt(readings) if readings.iter().any(|reading| reading.intent == Intent::MetricReport) => {
                let slots = crate::nlu::slots::extract(text, Intent::MetricReport, &context);
                if slots.by.is_empty() && slots.metrics.is_empty() || !slots.ambiguous.is_empty() {
                    return Ok(Readable::Unclear);
                }
                vec![Asked { intent: Intent::MetricReport, slots }]
            }
            Step::Doubt(_) | Step::Explain | Step::Show(_) | Step::NoSuchOffer { .. } | Step::WhichName { .. } => {
                return Ok(Readable::Unclear);
            }
        };
        if asked.is_empty() || asked.iter().any(|one| self.engine(one.intent).is_none()) {
            return Ok(Readable::Unclear);
        }
        let may = |one: &Asked| {
            let question = Question { role, ..self.question(one.clone(), hearing) };
            let is_alone = matches!(place, Place::Private);
            permission::permits(&question) && (is_alone || !permission::is_personal(&question))
        };
        Ok(if asked.iter().all(may) { Readable::Yes(asked) } else { Readable::Forbidden })
    }

    /// The questions of a digest as they can be asked: what is understood only in two halves is two questions. Besides
    /// them what is not understood, and what may not be shown.
    pub(super) fn sorted(
        &self,
        questions: &[String],
        place: &Place,
        role: Role,
        hearing: &Hearing<'_>,
    ) -> Result<Sorted, ClockError> {
        let mut sorted = Sorted::default();
        for text in questions {
            match self.readable(text, place, role, hearing)? {
                Readable::Yes(_) => sorted.good.push(text.clone()),
                Readable::Forbidden => sorted.forbidden.push(text.clone()),
                Readable::Unclear => {
                    let halves: Vec<&str> = [" and ", "和"]
                        .iter()
                        .find_map(|and| text.split_once(and))
                        .map_or(Vec::new(), |(a, b)| vec![a, b]);
                    let mut all = !halves.is_empty();
                    for half in &halves {
                        all = all && matches!(self.readable(half, place, role, hearing)?, Readable::Yes(_));
                    }
                    if all {
                        sorted.good.extend(halves.iter().map(|half| half.trim().to_owned()));
                    } else {
                        sorted.unclear.push(text.clone());
                    }
                }
            }
        }
        Ok(sorted)
    }
}

/// Questions by what can be done with them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sorted {
    pub(super) good: Vec<String>,
    pub(super) unclear: Vec<String>,
    pub(super) forbidden: Vec<String>,
}
