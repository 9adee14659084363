//! What happens to one message: understand, clarify, permit, gather, answer, keep, render. Knows no platform.

mod outcome;
mod dialogue;
mod reading;
mod permission;
mod people;
mod language;
mod speech;
mod work;
mod commands;
mod uploads;
mod customers;
mod handoff;
mod relabel;
#[cfg(test)]
mod testing;
mod sending;
mod schedules;

use std::sync::Arc;

use jiff::civil::Weekday;

use crate::domain::{
    Clock, Content, Conversation, Delivery, Destination, Dimension, Intent, Language, Level, Message, MessageId,
    Phrase, Place, PlaceId, Platform, Profile, Question, Reply, Role, Slots, Turn, Utterance,
};
use crate::engines::Engine;
use crate::facts::Warehouse;
use crate::nlu::Understand;
use crate::render::Renderer;
use crate::storage::{Change, Store, StoreError};

use dialogue::{Asked, Step};
use outcome::Outcome;
pub use people::People;
pub use schedules::{ClockError, Configured, ConfiguredError, Posting};
pub use sending::Notice;

/// The longest message that is read, in characters.
pub const LONGEST_MESSAGE: usize = 4_000;
/// How long the buttons of a reply can be pressed.
const BUTTONS_LAST: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// How the assistant behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The company's first day of the week.
    pub week_start: Weekday,
    /// The level of intervals where nobody asks for one.
    pub level: Level,
    /// How many turns are remembered for follow-ups.
    pub memory_turns: usize,
    /// Lines of a reply.
    pub max_lines: usize,
    /// Who people are.
    pub people: People,
    /// Where who asks for a person is answered.
    pub desk: Option<PlaceId>,
}

/// Answers messages.
pub struct Assistant {
    understand: Arc<dyn Understand>,
    engines: Vec<Box<dyn Engine>>,
    warehouse: Arc<Warehouse>,
    store: Arc<dyn Store>,
    renderer: Arc<Renderer>,
    clock: Arc<dyn Clock>,
    settings: Settings,
    posting: std::sync::OnceLock<Arc<dyn Posting>>,
}

/// A message with all that is known around it.
struct Hearing<'a> {
    message: &'a Message,
    /// The writer, with the role that counts where the message was written.
    profile: Profile,
    /// The writer's role where nobody reads along.
    own_role: Role,
    conversation: Conversation,
    language: Language,
    now: jiff::Zoned,
}

impl Hearing<'_> {
    fn is_shared(&self) -> bool {
        matches!(self.message.place, Place::Shared { .. })
    }
}

impl Assistant {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        understand: Arc<dyn Understand>,
        engines: Vec<Box<dyn Engine>>,
        warehouse: Arc<Warehouse>,
        store: Arc<dyn Store>,
        renderer: Arc<Renderer>,
        clock: Arc<dyn Clock>,
        settings: Settings,
    ) -> Self {
        Self { understand, engines, warehouse, store, renderer, clock, settings, posting: std::sync::OnceLock::new() }
    }

    /// Answers a message: what is to be delivered, nothing where it was answered before. What goes wrong is said in the
    /// reply. Turn and deliveries are in the store when this returns; a terminal's are not kept as deliveries.
    #[must_use]
    pub fn handle(&self, message: &Message) -> Vec<Delivery> {
        self.handle_with(message, Vec::new())
    }

    /// The reply to a message from a terminal; `None` where it was answered before.
    #[must_use]
    pub fn reply(&self, message: &Message) -> Option<Reply> {
        self.handle(message).into_iter().next().map(|delivery| delivery.reply)
    }

    /// Answers a message, and writes these changes together with its turn.
    fn handle_with(&self, message: &Message, changes: Vec<Change>) -> Vec<Delivery> {
        let started = std::time::Instant::now();
        let language = language::of(message, &Conversation::default());
        let broken = |error: &dyn std::error::Error| {
            let reply = self.broken(error, language);
            self.give_up(message);
            vec![self.delivery(message, 0, Destination::Answer(message.reply_to.clone()), reply)]
        };
        match self.store.turn_of(&message.id) {
            Ok(None) => {}
            Ok(Some(_)) => {
                // It may have come once more while it was being answered.
                self.give_up(message);
                return Vec::new();
            }
            Err(error) => return broken(&error),
        }
        let hearing = match self.hear(message) {
            Ok(hearing) => hearing,
            Err(error) => return broken(&error),
        };
        let (utterance, mut outcome) = match self.respond(&hearing) {
            Ok(responded) => responded,
            Err(error) => return broken(&*error),
        };
        let intent = utterance.intent();
        let mut deliveries = self.deliveries(&hearing, &outcome);
        deliveries.extend(std::mem::take(&mut outcome.also));
        match self.keep(&hearing, utterance, outcome, &deliveries, changes) {
            Ok(true) => {}
            Ok(false) => return Vec::new(),
            Err(error) => return broken(&error),
        }
        tracing::info!(message = %message.id.0, %intent, ms = started.elapsed().as_millis(), "answered");
        deliveries
    }

    /// Writes a turn, its deliveries and what else goes with them, all or nothing. `false` where the message was answered
    /// before.
    fn keep(
        &self,
        hearing: &Hearing<'_>,
        utterance: Utterance,
        outcome: Outcome,
        deliveries: &[Delivery],
        changes: Vec<Change>,
    ) -> Result<bool, StoreError> {
        let message = hearing.message;
        let turn = Turn {
            message: message.id.clone(),
            from: (!outcome.is_nobodys).then(|| hearing.profile.id.clone()),
            at: message.at,
            // What comes after it and tells no language is answered in this one.
            utterance: Utterance { language: hearing.language, ..utterance },
            answered: outcome.answered,
            pending: outcome.pending,
            offers: outcome.offers,
            reply: outcome.reply,
        };
        let mut writes =
            vec![Change::Turn(message.conversation.clone(), Box::new(turn)), Change::remove::<Message>(&message.id.0)];
        writes.extend(changes);
        writes.extend(outcome.changes);
        for delivery in deliveries.iter().filter(|delivery| delivery.to.platform() != Platform::Console) {
            writes.push(Change::keep(delivery)?);
        }
        match self.store.apply(&writes) {
            Ok(()) => Ok(true),
            Err(StoreError::AlreadySeen(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Finds out who wrote a message and what was said before.
    fn hear<'a>(&self, message: &'a Message) -> Result<Hearing<'a>, StoreError> {
        let own = self.profile(message)?;
        let own_role = own.role;
        let role = self.role_here(&own, &message.place, message.branch.as_ref())?;
        let conversation = self.said_before(message)?;
        let language = own.language.unwrap_or_else(|| language::of(message, &conversation));
        let profile = Profile { role, ..own };
        Ok(Hearing { message, profile, own_role, conversation, language, now: self.clock.now() })
    }

    /// The turns that a message may refer to: in a thread also those that led to it.
    fn said_before(&self, message: &Message) -> Result<Conversation, StoreError> {
        let most = self.settings.memory_turns;
        let mut conversation = self.store.conversation(&message.conversation, most)?;
        let room = most.saturating_sub(conversation.turns.len());
        // A thread that was begun by a message of its own has that message already.
        let is_own = |turn: &MessageId| conversation.turns.iter().any(|own| own.message == *turn);
        if let Some(branch) = message.branch.as_ref().filter(|branch| room > 0 && !is_own(&branch.turn)) {
            let mut turns = self.store.conversation(&branch.conversation, most)?.turns;
            match turns.iter().position(|turn| turn.message == branch.turn) {
                Some(last) => turns.truncate(last + 1),
                // So much was said there since that only the message itself is found again.
                None => turns = self.store.turn_of(&branch.turn)?.into_iter().collect(),
            }
            turns.drain(..turns.len().saturating_sub(room));
            turns.append(&mut conversation.turns);
            conversation.turns = turns;
        }
        Ok(conversation)
    }

    /// What a message is, and what comes of it.
    fn respond(&self, hearing: &Hearing<'_>) -> Result<(Utterance, Outcome), Box<dyn std::error::Error>> {
        let said = |text: &str, intent| Utterance::given(text, hearing.language, intent, Slots::default());
        Ok(match &hearing.message.content {
            Content::Text(text) => match self.goes_on(text, hearing)? {
                Some((intent, outcome)) => (said(text, intent), outcome),
                None => self.read(text, hearing)?,
            },
            Content::Asked { intent, text } => self.asked(*intent, text, hearing)?,
            Content::Command { command, words } => {
                let intent = commands::intent(*command);
                (said(words, intent), self.command(*command, words.trim(), hearing)?)
            }
            Content::Choice { turn, offer, written } => self.chosen(turn, *offer, written.as_deref(), hearing)?,
            Content::File { file, text } => (said(text, Intent::DataUpload), self.sent_file(file, text, hearing)?),
        })
    }

    /// Words that go on with something that waits for them: a person at the desk, an answer or lines that were asked for,
    /// a file that was shown.
    fn goes_on(
        &self,
        text: &str,
        hearing: &Hearing<'_>,
    ) -> Result<Option<(Intent, Outcome)>, Box<dyn std::error::Error>> {
        if let Some(outcome) = self.asked_for_answer(text, hearing)? {
            return Ok(Some((Intent::HumanHandoff, outcome)));
        }
        if let Some(outcome) = self.to_desk(text, hearing)? {
            return Ok(Some((Intent::HumanHandoff, outcome)));
        }
        if let Some(outcome) = self.asked_for_feedback(text, hearing)? {
            return Ok(Some((Intent::GiveFeedback, outcome)));
        }
        Ok(self.about_file(text, hearing)?.map(|outcome| (Intent::DataUpload, outcome)))
    }

    fn take(&self, step: Step, conversation: &Conversation, hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        match step {
            Step::Ask(asked) => {
                let mut outcome = Outcome::default();
                for asked in asked {
                    outcome.add(self.ask(asked, hearing));
                }
                outcome.number_buttons();
                outcome
            }
            Step::Explain => self.explain(hearing, conversation).keeping_offers(conversation),
            Step::Show(format) => self.show(format, hearing, conversation).keeping_offers(conversation),
            Step::NoSuchOffer { offers } => self
                .phrase_outcome(&Phrase::new("assistant.no_such_offer").count("offers", offers), language)
                .keeping_offers(conversation),
            Step::Doubt(readings) => self.doubt(&readings, language),
            Step::WhichName { asked, dimension, words } => self.which_name(&asked, dimension, &words, language),
        }
    }

    /// Answers one question, for everybody who reads along or for the asker alone.
    fn ask(&self, asked: Asked, hearing: &Hearing<'_>) -> Outcome {
        if let Some(outcome) = self.of_their_own(&asked, hearing).or_else(|| self.scheduled(&asked, hearing)) {
            return outcome;
        }
        let question = self.question(asked, hearing);
        if !hearing.is_shared() {
            return self.answer(question);
        }
        let own = Question { role: hearing.own_role, ..question.clone() };
        // What only the asker may see, and what is about single people, does not stand where others read it.
        if permission::permits(&own) && (!permission::permits(&question) || permission::is_personal(&own)) {
            return Outcome { is_personal: true, ..self.answer(own) };
        }
        self.answer(question)
    }

    /// Completes a question: whose it is, the level, today.
    fn question(&self, asked: Asked, hearing: &Hearing<'_>) -> Question {
        let mut slots = asked.slots;
        let Hearing { profile, language, now, .. } = hearing;
        slots.level = slots.level.or(Some(self.settings.level));
        slots.ambiguous.clear();
        if let (Role::Customer, Some(customer)) = (profile.role, &profile.customer) {
            let own = asked.intent == Intent::RecommendProducts || asked.intent == Intent::NextOrder;
            if own && slots.names_of(Dimension::Customer).is_empty() {
                slots.names.insert(Dimension::Customer, vec![customer.clone()]);
            }
        }
        Question {
            intent: asked.intent,
            slots,
            role: profile.role,
            customer: profile.customer.clone(),
            language: *language,
            today: now.date(),
            week_start: self.settings.week_start,
        }
    }

    /// The engine that answers an intent.
    fn engine(&self, intent: Intent) -> Option<&dyn Engine> {
        self.engines.iter().find(|engine| engine.intents().contains(&intent)).map(Box::as_ref)
    }
}
