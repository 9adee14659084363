//! The work behind a question: permission, gathering, the engine, and what its answer offers next.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::{
    Action, Answer, Arg, Button, Format, Intent, Offer, Pending, Phrase, Question, Role, SlotKind, Slots, TableName,
};
use crate::engines::EngineError;
use crate::facts::{Upload, WarehouseError};

use super::{Assistant, Outcome, permission};

/// Three questions that every demo company and most real ones can answer.
const SUGGESTIONS: [(&str, Intent); 3] = [
    ("assistant.example_figures", Intent::MetricReport),
    ("assistant.example_forecast", Intent::ForecastMetric),
    ("assistant.example_sentiment", Intent::SentimentOverview),
];

impl Assistant {
    /// Answers one question, or says why not.
    pub(super) fn answer(&self, question: Question) -> Outcome {
        let language = question.language;
        if !permission::permits(&question) {
            return self.phrase_outcome(&forbidden(question.role), language);
        }
        if let Some(outcome) = self.without_engine(&question) {
            return outcome;
        }
        match self.compute(&question) {
            Ok(answer) => self.present(question, answer),
            Err(Failure::Engine(error)) => self.refuse(&question, &error),
            Err(Failure::Warehouse(WarehouseError::NoSuchBreakdown { metric, dimension })) => {
                let phrase = Phrase::new("assistant.cannot.no_breakdown").with("metric", metric).with("dimension", dimension);
                self.phrase_outcome(&phrase, language)
            }
            Err(Failure::Warehouse(error)) => {
                Outcome { reply: self.broken(&error, language), ..Outcome::default() }
            }
            Err(Failure::Panic) => {
                Outcome { reply: self.broken(&Panicked, language), ..Outcome::default() }
            }
        }
    }

    /// Loads what the engine needs and asks it.
    fn compute(&self, question: &Question) -> Result<Answer, Failure> {
        let Some(engine) = self.engine(question.intent) else {
            return Err(Failure::Engine(EngineError::Unsupported(not_there_yet(question.intent))));
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
        let context = self.render_context(&question);
        let sends = |action: &Action| self.renderer.sends(action, &context).ok();
        // Each button stands for an action, or for one of the two that every answer has.
        let offer = |button: &Button| {
            let action = answer.actions.iter().find(|action| sends(action).as_ref() == Some(&button.sends));
            let (intent, slots) = match action {
                Some(action) => (action.intent, offered(&question, &action.slots)),
                None if button.label == "CSV" => {
                    (Intent::ShowAs, Slots { format: Some(Format::Csv), ..Slots::default() })
                }
                None => (Intent::ExplainAnswer, Slots::default()),
            };
            Offer { sends: button.sends.clone(), intent, slots }
        };
        let offers = reply.buttons.iter().map(offer).collect();
        Outcome { reply, answered: vec![(question, answer)], pending: None, offers }
    }

    fn refuse(&self, question: &Question, error: &EngineError) -> Outcome {
        if let EngineError::Failed { .. } | EngineError::Facts(_) = error {
            return Outcome { reply: self.broken(error, question.language), ..Outcome::default() };
        }
        let mut outcome = self.phrase_outcome(&self.refusal(error, question), question.language);
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
        let mut outcome = match question.intent {
            Intent::Greet => Outcome { reply: self.greeting(language, self.is_demo()), ..Outcome::default() },
            Intent::Help => Outcome { reply: self.help(question), ..Outcome::default() },
            Intent::Thanks => self.phrase_outcome(&Phrase::new("assistant.small.thanks"), language),
            Intent::OutOfScope => self.phrase_outcome(&Phrase::new("assistant.cannot.out_of_scope"), language),
            Intent::HumanHandoff | Intent::OrderStatus => {
                self.phrase_outcome(&Phrase::new("assistant.small.handoff_none"), language)
            }
            Intent::DataUpload => self.phrase_outcome(&Phrase::new("assistant.data.upload"), language),
            Intent::DataUndo => return Some(self.undo(question)),
            _ => return None,
        };
        if matches!(question.intent, Intent::Greet | Intent::Help | Intent::OutOfScope) {
            self.suggest(&mut outcome, question);
        }
        Some(outcome)
    }

    /// Takes the last upload back, after asking.
    fn undo(&self, question: &Question) -> Outcome {
        let language = question.language;
        let last = match self.warehouse.uploads() {
            Ok(uploads) => uploads.into_iter().rfind(Upload::is_active),
            Err(error) => return Outcome { reply: self.broken(&error, language), ..Outcome::default() },
        };
        let Some(last) = last else {
            return self.phrase_outcome(&Phrase::new("assistant.data.nothing_to_undo"), language);
        };
        let named = |key| {
            Phrase::new(key)
                .with("source", last.source.clone())
                .with("table", last.table.name())
                .count("rows", usize::try_from(last.rows).unwrap_or(usize::MAX))
        };
        // Only the button carries the upload's id: a sentence alone never deletes.
        if question.slots.words.get(&SlotKind::Content).is_some_and(|id| *id == last.id) {
            return match self.warehouse.undo(Some(&last.id)) {
                Ok(_) => self.phrase_outcome(&named("assistant.data.undone"), language),
                Err(error) => Outcome { reply: self.broken(&error, language), ..Outcome::default() },
            };
        }
        let mut outcome = self.phrase_outcome(&named("assistant.data.confirm_undo"), language);
        let mut slots = question.slots.clone();
        slots.words.insert(SlotKind::Content, last.id.clone());
        self.offer(&mut outcome, &Phrase::new("assistant.data.yes_undo"), Intent::DataUndo, slots, language);
        outcome
    }

    /// Whether the company is a made one.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        let demo = |upload: &Upload| upload.is_active() && upload.source.starts_with("demo company");
        self.warehouse.uploads().is_ok_and(|uploads| uploads.iter().any(demo))
    }

    /// Why a question was not answered, in the words people read.
    fn refusal(&self, error: &EngineError, question: &Question) -> Phrase {
        let table = |name: TableName| Phrase { key: format!("common.table.{}", name.name()).into(), args: BTreeMap::new() };
        match error {
            EngineError::MissingSlot { slot, .. } => {
                Phrase { key: format!("assistant.missing.{}", slot.name()).into(), args: BTreeMap::new() }
            }
            EngineError::NoData(name) => Phrase::new("assistant.cannot.no_data")
                .with("table", table(*name))
                .with("command", Arg::Text(format!("herald import {} FILE", name.name()))),
            EngineError::NothingMatches(name) => {
                let days = self.warehouse.coverage().ok().and_then(|coverage| coverage.of(*name)?.days);
                match days {
                    Some(days) => Phrase::new("assistant.cannot.nothing_matches_days")
                        .with("table", table(*name))
                        .with("days", days),
                    None => Phrase::new("assistant.cannot.nothing_matches").with("table", table(*name)),
                }
            }
            EngineError::TooShort { what, needs, found } => Phrase::new("assistant.cannot.too_short")
                .with("what", *what)
                .count("needs", *needs)
                .count("found", *found),
            EngineError::Unsupported(phrase) => phrase.clone(),
            EngineError::Forbidden => forbidden(question.role),
            EngineError::Facts(_) | EngineError::Failed { .. } => {
                Phrase::new("assistant.cannot.unexpected").with("id", Arg::Text(String::new()))
            }
        }
    }

    /// Three things that can be asked.
    pub(super) fn suggest(&self, outcome: &mut Outcome, question: &Question) {
        for (key, intent) in SUGGESTIONS {
            if question.role >= permission::least_role(intent) {
                self.offer(outcome, &Phrase::new(key), intent, Slots::default(), question.language);
            }
        }
        if outcome.offers.is_empty() {
            let phrase = Phrase::new("assistant.example_recommend");
            self.offer(outcome, &phrase, Intent::RecommendProducts, Slots::default(), question.language);
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

/// An engine's panic, for the log; what it said is on standard error already.
#[derive(Debug, thiserror::Error)]
#[error("an engine panicked")]
struct Panicked;

fn not_there_yet(intent: Intent) -> Phrase {
    Phrase::new("assistant.cannot.not_there_yet").with("intent", intent)
}

fn forbidden(role: Role) -> Phrase {
    match role {
        Role::Customer => Phrase::new("assistant.cannot.forbidden_customer"),
        Role::Marketer | Role::Analyst | Role::Owner => Phrase::new("assistant.cannot.forbidden"),
    }
}

/// The slots of an offer: what the question said, with the action's changes on top.
fn offered(question: &Question, change: &Slots) -> Slots {
    change.clone().over(&question.slots)
}

fn waiting(question: &Question, missing: SlotKind) -> Pending {
    Pending { intent: question.intent, slots: question.slots.clone(), missing }
}
