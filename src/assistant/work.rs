//! The work behind a question: permission, gathering, the engine, and what its answer offers next.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::domain::{Action, Answer, Button, Intent, Offer, Pending, Phrase, Question, Reply, Role, SlotKind, Slots};
use crate::engines::EngineError;
use crate::facts::{Upload, WarehouseError};

use super::dialogue::Asked;
use super::{Assistant, Hearing, Outcome, permission};

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
            return self.phrase_outcome(&forbidden(question.role), language);
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
            Err(Failure::Warehouse(error)) => Outcome { reply: self.broken(&error, language), ..Outcome::default() },
            Err(Failure::Panic) => Outcome { reply: self.broken(&Panicked, language), ..Outcome::default() },
        }
    }

    /// Loads what the engine needs and asks it.
    pub(super) fn compute(&self, question: &Question) -> Result<Answer, Failure> {
        let Some(engine) = self.engine(question.intent) else {
            return Err(Failure::Engine(EngineError::Unsupported(not_there_yet(question.intent))));
        };
        // A panic in an engine is a defect, and no reason to leave the conversation.
        catch_unwind(AssertUnwindSafe(|| {
            let coverage = self.warehouse.coverage()?;
            let facts = self.warehouse.gather(&engine.needs(question, &coverage))?;
            let mut answer = engine.answer(question, &facts)?;
            // The metrics engine says this itself; the figures to come are not narrowed to such words either.
            if matches!(question.intent, Intent::ForecastMetric | Intent::ForecastTarget)
                && let Some(words) = question.slots.words.get(&SlotKind::Brand)
            {
                answer.caveats.push(Phrase::new("assistant.not_narrowed").with("words", words.as_str()));
            }
            if let (Intent::ForecastMetric, Some(by)) = (question.intent, question.slots.by.first())
                && by.bucket().is_none()
            {
                answer.caveats.push(Phrase::new("assistant.not_by").with("dimension", *by));
            }
            Ok(answer)
        }))
        .unwrap_or(Err(Failure::Panic))
    }

    fn present(&self, question: Question, answer: Answer) -> Outcome {
        let form = question.slots.format;
        let reply = match self.renderer.reply(&answer, form, &self.render_context(&question)) {
            Ok(reply) => reply,
            Err(error) => return Outcome { reply: self.broken(&error, question.language), ..Outcome::default() },
        };
        // The renderer makes one button for each action, in their order.
        let offer = |(action, button): (&Action, &Button)| Offer {
            sends: button.sends.clone(),
            intent: action.intent,
            slots: offered(&question, &action.slots),
            act: None,
        };
        let offers = answer.actions.iter().zip(&reply.buttons).map(offer).collect();
        let mut outcome = Outcome { reply, offers, ..Outcome::default() };
        // Customers have no use for figures as a file, nor for the method behind what they are recommended.
        if question.role > Role::Customer {
            self.standing_offers(&mut outcome, &answer, question.language);
        }
        outcome.answered.push((question, answer));
        outcome
    }

    fn refuse(&self, question: &Question, error: &EngineError) -> Outcome {
        if let EngineError::Failed { .. } | EngineError::Facts(_) = error {
            let source = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(intent = %question.intent, %error, ?source, "an engine failed");
        }
        let mut outcome = self.phrase_outcome(&refusal(error, question), question.language);
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
            Intent::Greet => return Some(self.suggested(self.greeting(language), question)),
            Intent::Help if question.role == Role::Customer => "assistant.help_customer",
            Intent::Help => "assistant.help",
            Intent::Thanks => "assistant.thanks",
            Intent::OutOfScope => "assistant.out_of_scope",
            Intent::DataUpload => "assistant.data_upload",
            Intent::DataUndo => return Some(self.undo(question)),
            _ => return None,
        };
        let reply = self.say(&Phrase::new(key), language);
        Some(match question.intent {
            Intent::Help | Intent::OutOfScope => self.suggested(reply, question),
            _ => Outcome { reply, ..Outcome::default() },
        })
    }

    /// A reply with three things that can be asked.
    fn suggested(&self, reply: Reply, question: &Question) -> Outcome {
        let mut outcome = Outcome { reply, ..Outcome::default() };
        self.suggest(&mut outcome, question);
        outcome
    }

    /// Takes the last upload back, after asking.
    fn undo(&self, question: &Question) -> Outcome {
        let language = question.language;
        let uploads = match self.warehouse.uploads() {
            Ok(uploads) => uploads,
            Err(error) => return Outcome { reply: self.broken(&error, language), ..Outcome::default() },
        };
        // A button under an import means that import; what people said to Herald is nobody's import.
        let named = question.slots.words.get(&SlotKind::Content);
        let meant = named.and_then(|id| uploads.iter().find(|upload| upload.id == *id && upload.is_active()));
        let last = meant.or_else(|| uploads.iter().rfind(|upload| upload.is_active() && !upload.is_feedback()));
        let Some(last) = last.cloned() else {
            return self.phrase_outcome(&Phrase::new("assistant.nothing_to_undo"), language);
        };
        let about = |key| {
            Phrase::new(key)
                .with("source", last.source.clone())
                .with("table", last.table.name())
                .count("rows", usize::try_from(last.rows).unwrap_or(usize::MAX))
        };
        // Only the button carries the upload's id: a sentence alone never deletes.
        if question.slots.words.get(&SlotKind::Content).is_some_and(|id| *id == last.id) {
            return match self.warehouse.undo(Some(&last.id)) {
                Ok(_) => self.phrase_outcome(&about("assistant.undone"), language),
                Err(error) => Outcome { reply: self.broken(&error, language), ..Outcome::default() },
            };
        }
        let mut outcome = self.phrase_outcome(&about("assistant.confirm_undo"), language);
        let mut slots = question.slots.clone();
        slots.words.insert(SlotKind::Content, last.id.clone());
        self.offer(&mut outcome, &Phrase::new("assistant.yes_undo"), Intent::DataUndo, slots, language);
        outcome
    }

    /// The greeting of the team, with three things that can be asked.
    pub(super) fn greet_staff(&self, hearing: &Hearing<'_>) -> Outcome {
        let asked = Asked { intent: Intent::Greet, slots: Slots::default() };
        let question = self.question(asked, hearing);
        self.suggested(self.greeting(hearing.language), &question)
    }

    /// Whether the company is a made one.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        let demo = |upload: &Upload| upload.is_active() && upload.source.starts_with("demo company");
        self.warehouse.uploads().is_ok_and(|uploads| uploads.iter().any(demo))
    }

    /// Three things that can be asked.
    pub(super) fn suggest(&self, outcome: &mut Outcome, question: &Question) {
        for (key, intent) in SUGGESTIONS {
            if question.role >= permission::least_role(intent) {
                self.offer(outcome, &Phrase::new(key), intent, Slots::default(), question.language);
            }
        }
        if outcome.offers.is_empty() {
            let phrase = Phrase::new("assistant.suggest_recommend");
            self.offer(outcome, &phrase, Intent::RecommendProducts, Slots::default(), question.language);
        }
    }
}

/// Why a question could not be computed.
pub(super) enum Failure {
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
    Phrase::new("assistant.not_yet").with("intent", intent)
}

fn forbidden(role: Role) -> Phrase {
    match role {
        Role::Customer => Phrase::new("assistant.forbidden_customer"),
        Role::Marketer | Role::Analyst | Role::Owner => Phrase::new("assistant.forbidden"),
    }
}

/// Why a question was not answered, in the words people read.
fn refusal(error: &EngineError, question: &Question) -> Phrase {
    match error {
        EngineError::MissingSlot { slot, .. } => {
            Phrase::new("assistant.missing_slot").with("slot", slot.name()).with("intent", question.intent)
        }
        EngineError::NoData(table) => Phrase::new("assistant.no_data").with("table", table.name()),
        EngineError::NothingMatches(table) => Phrase::new("assistant.nothing_matches").with("table", table.name()),
        EngineError::TooShort { what, needs, found } => {
            Phrase::new("assistant.too_short").with("what", what.clone()).count("needs", *needs).count("found", *found)
        }
        EngineError::Unsupported(phrase) => phrase.clone(),
        EngineError::Forbidden => forbidden(question.role),
        EngineError::Facts(_) | EngineError::Failed { .. } => Phrase::new("assistant.failed"),
    }
}

/// The slots of an offer: what the question said, with the action's changes on top.
fn offered(question: &Question, change: &Slots) -> Slots {
    change.clone().over(&question.slots)
}

fn waiting(question: &Question, missing: SlotKind) -> Pending {
    Pending { intent: question.intent, slots: question.slots.clone(), missing }
}
