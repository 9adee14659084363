//! The work behind a question: permission, gathering, the engine, and what its answer offers next.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::{Answer, Intent, Offer, Pending, Phrase, Question, SlotKind};
use crate::engines::EngineError;
use crate::facts::WarehouseError;

use super::{Assistant, Outcome, offered, permission, refusal};

/// Three questions that every demo company and most real ones can answer.
const SUGGESTIONS: [(&str, Intent); 3] = [
    ("assistant.suggest_report", Intent::MetricReport),
    ("assistant.suggest_forecast", Intent::ForecastMetric),
    ("assistant.suggest_topics", Intent::TopicOverview),
];

impl Assistant {
    /// Answers one question, or says why not.
    pub(super) fn answer(&self, question: Question) -> Outcome {
        let language = question.language;
        if !permission::permits(&question) {
            return self.phrase_outcome(&Phrase::new("assistant.forbidden"), language);
        }
        if let Some(outcome) = self.without_engine(&question) {
            return outcome;
        }
        match self.compute(&question) {
            Ok(answer) => self.present(question, answer),
            Err(Failure::Engine(error)) => self.refuse(&question, &error),
            Err(Failure::Warehouse(WarehouseError::NoSuchBreakdown { metric, dimension })) => {
                let phrase = Phrase::new("assistant.no_breakdown").with("metric", metric).with("dimension", dimension);
                self.phrase_outcome(&phrase, language)
            }
            Err(Failure::Warehouse(error)) => {
                Outcome { reply: self.broken(&error, language), ..Outcome::default() }
            }
            Err(Failure::Panic) => {
                tracing::error!(intent = %question.intent, "an engine panicked");
                self.phrase_outcome(&Phrase::new("assistant.failed"), language)
            }
        }
    }

    /// Loads what the engine needs and asks it.
    fn compute(&self, question: &Question) -> Result<Answer, Failure> {
        let Some(engine) = self.engine(question.intent) else {
            return Err(Failure::Engine(EngineError::Unsupported(self.not_yet(question.intent))));
        };
        // A panic in an engine is a defect, and no reason to leave the conversation.
        catch_unwind(AssertUnwindSafe(|| {
            let coverage = self.warehouse.coverage()?;
            let facts = self.warehouse.gather(&engine.needs(question, &coverage))?;
            Ok(engine.answer(question, &facts)?)
        }))
        .unwrap_or(Err(Failure::Panic))
    }

    fn present(&self, question: Question, answer: Answer) -> Outcome {
        let reply = match self.renderer.reply(&answer, &self.render_context(&question)) {
            Ok(reply) => reply,
            Err(error) => return Outcome { reply: self.broken(&error, question.language), ..Outcome::default() },
        };
        let mut offers: Vec<_> = answer
            .actions
            .iter()
            .zip(&reply.buttons)
            .map(|(action, button)| Offer {
                sends: button.sends.clone(),
                intent: action.intent,
                slots: offered(&question, &action.slots),
            })
            .collect();
        let mut reply = reply;
        self.add_standing_offers(&mut reply, &mut offers, &answer, question.language);
        Outcome { reply, answered: vec![(question, answer)], pending: None, offers }
    }

    fn refuse(&self, question: &Question, error: &EngineError) -> Outcome {
        if let EngineError::Failed { .. } | EngineError::Facts(_) = error {
            tracing::error!(intent = %question.intent, %error, "an engine failed");
        }
        let mut outcome = self.phrase_outcome(&refusal(error, question.intent), question.language);
        match error {
            EngineError::MissingSlot { slot, .. } => outcome.pending = Some(waiting(question, *slot)),
            EngineError::Unsupported(_) if self.engine(question.intent).is_none() => {
                self.suggest(&mut outcome, question);
            }
            EngineError::Unsupported(_)
            | EngineError::NoData(_)
            | EngineError::NothingMatches(_)
            | EngineError::TooShort { .. }
            | EngineError::Forbidden
            | EngineError::Facts(_)
            | EngineError::Failed { .. } => {}
        }
        outcome
    }

    /// Intents that need no engine, because they are about the conversation itself.
    fn without_engine(&self, question: &Question) -> Option<Outcome> {
        let language = question.language;
        let key = match question.intent {
            Intent::Greet => "assistant.greeting",
            Intent::Thanks => "assistant.thanks",
            Intent::Help => "assistant.help",
            Intent::OutOfScope => "assistant.out_of_scope",
            Intent::DataUpload => "assistant.data_upload",
            Intent::DataUndo => return Some(self.undo(question)),
            _ => return None,
        };
        let phrase = Phrase::new(key).with("company", self.renderer.company());
        let mut outcome = self.phrase_outcome(&phrase, language);
        if matches!(question.intent, Intent::Greet | Intent::Help | Intent::OutOfScope) {
            self.suggest(&mut outcome, question);
        }
        Some(outcome)
    }

    /// Takes the last upload back, after asking.
    fn undo(&self, question: &Question) -> Outcome {
        let language = question.language;
        let last = match self.warehouse.uploads() {
            Ok(uploads) => uploads.into_iter().next_back(),
            Err(error) => return Outcome { reply: self.broken(&error, language), ..Outcome::default() },
        };
        let Some(last) = last else {
            return self.phrase_outcome(&Phrase::new("assistant.nothing_to_undo"), language);
        };
        let named = |key| {
            Phrase::new(key)
                .with("source", last.source.clone())
                .with("table", last.table.name())
                .count("rows", usize::try_from(last.rows).unwrap_or(usize::MAX))
        };
        // Only the button carries the upload's id: a sentence alone never deletes.
        if question.slots.words.get(&SlotKind::Content).is_some_and(|id| *id == last.id) {
            return match self.warehouse.undo(&last.id) {
                Ok(_) => self.phrase_outcome(&named("assistant.undone"), language),
                Err(error) => Outcome { reply: self.broken(&error, language), ..Outcome::default() },
            };
        }
        let mut outcome = self.phrase_outcome(&named("assistant.confirm_undo"), language);
        let mut slots = question.slots.clone();
        slots.words.insert(SlotKind::Content, last.id.clone());
        self.offer(&mut outcome, &Phrase::new("assistant.yes_undo"), Intent::DataUndo, slots, language);
        outcome
    }

    fn not_yet(&self, intent: Intent) -> Phrase {
        Phrase::new("assistant.not_yet").with("intent", intent)
    }

    /// Three things that can be asked.
    pub(super) fn suggest(&self, outcome: &mut Outcome, question: &Question) {
        for (key, intent) in SUGGESTIONS {
            if question.role >= permission::least_role(intent) {
                self.offer(outcome, &Phrase::new(key), intent, crate::domain::Slots::default(), question.language);
            }
        }
        if outcome.offers.is_empty() {
            let phrase = Phrase::new("assistant.suggest_recommend");
            let slots = crate::domain::Slots::default();
            self.offer(outcome, &phrase, Intent::RecommendProducts, slots, question.language);
        }
    }
}

/// Why a question could not be computed.
enum Failure {
    Engine(EngineError),
    Warehouse(WarehouseError),
    Panic,
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<WarehouseError> for Failure {
    fn from(error: WarehouseError) -> Self {
        Self::Warehouse(error)
    }
}

fn waiting(question: &Question, missing: SlotKind) -> Pending {
    Pending { intent: question.intent, slots: question.slots.clone(), missing }
}
