//! What happens to one message: understand, clarify, permit, gather, answer, keep, render. Knows no platform.

mod dialogue;
mod permission;
mod speech;
mod work;

use std::sync::Arc;

use jiff::civil::Weekday;

use crate::domain::{
    Answer, Clock, Conversation, Dimension, Format, Intent, Language, Level, Message, Offer, Pending, Phrase, Profile,
    Question, Reply, Role, Turn, Utterance,
};
use crate::engines::Engine;
use crate::facts::Warehouse;
use crate::nlu::{Context, Understand};
use crate::render::Renderer;
use crate::storage::Store;

use dialogue::{Asked, Step};

/// The longest message that is read, in characters.
pub const LONGEST_MESSAGE: usize = 4_000;

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
    /// The role of people who have none yet.
    pub default_role: Role,
    /// The customer such a person is.
    pub default_customer: Option<String>,
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
}

/// What a step came to, before it is kept and sent.
#[derive(Default)]
struct Outcome {
    reply: Reply,
    answered: Vec<(Question, Answer)>,
    pending: Option<Pending>,
    offers: Vec<Offer>,
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
        Self { understand, engines, warehouse, store, renderer, clock, settings }
    }

    /// Answers a message; `None` where it was answered before. What goes wrong is said in the reply.
    #[must_use]
    pub fn handle(&self, message: &Message) -> Option<Reply> {
        let started = std::time::Instant::now();
        let language = crate::nlu::language::detect(&message.text);
        match self.store.turn_of(&message.id) {
            Ok(None) => {}
            Ok(Some(_)) => return None,
            Err(error) => return Some(self.broken(&error, language)),
        }
        let reply = match self.turn(message, language) {
            Ok(turn) => {
                let reply = turn.reply.clone();
                let intent = turn.utterance.intent();
                if let Err(error) = self.store.append_turn(&message.conversation, &turn) {
                    return match error {
                        crate::storage::StoreError::AlreadySeen(_) => None,
                        error => Some(self.broken(&error, language)),
                    };
                }
                tracing::info!(message = %message.id.0, %intent, ms = started.elapsed().as_millis(), "answered");
                reply
            }
            Err(reply) => reply,
        };
        Some(reply)
    }

    fn turn(&self, message: &Message, language: Language) -> Result<Turn, Reply> {
        let broken = |error: &dyn std::error::Error| self.broken(error, language);
        let profile = self.profile(message).map_err(|error| broken(&error))?;
        let conversation = self
            .store
            .conversation(&message.conversation, self.settings.memory_turns)
            .map_err(|error| broken(&error))?;
        let length = message.text.chars().count();
        if message.text.trim().is_empty() {
            return Err(self.say(&Phrase::new("assistant.empty"), language));
        }
        if length > LONGEST_MESSAGE {
            let phrase = Phrase::new("assistant.too_long").count("length", length).count("limit", LONGEST_MESSAGE);
            return Err(self.say(&phrase, language));
        }
        let catalog = self.warehouse.catalog().map_err(|error| broken(&error))?;
        let now = self.clock.now();
        let context = Context { now: &now, week_start: self.settings.week_start, catalog: &catalog };
        let mut utterance = match self.understand.understand(&message.text, &context) {
            Ok(utterance) => utterance,
            Err(crate::nlu::NluError::Overloaded) => {
                return Err(self.say(&Phrase::new("assistant.overloaded"), language));
            }
            Err(error) => return Err(broken(&error)),
        };
        // What continues another question is read with that question's slots in mind.
        let goes_on = utterance.correction || utterance.follow_up;
        let pending = conversation.last().and_then(|turn| turn.pending.as_ref()).map(|pending| pending.intent);
        let earlier = || {
            let doubted = dialogue::doubted(conversation.last()).first().map(|offer| offer.intent);
            doubted.or_else(|| conversation.last_answered().map(|(question, _)| question.intent))
        };
        let continued = pending.or_else(|| earlier().filter(|_| goes_on));
        if let Some(intent) = continued {
            let slots = crate::nlu::slots::extract(&message.text, intent, &context);
            if !slots.is_empty() {
                utterance.slots = slots;
            }
        }
        let step = match dialogue::taken(&message.text, conversation.last()) {
            Some(offer) => match offer.intent {
                Intent::ExplainAnswer => Step::Explain,
                Intent::ShowAs => Step::Show(offer.slots.format.unwrap_or(Format::Table)),
                intent => Step::Ask(vec![Asked { intent, slots: offer.slots.clone() }]),
            },
            None => match dialogue::no_such_offer(&message.text, conversation.last()) {
                Some(offers) => Step::NoSuchOffer { offers },
                None => dialogue::next(&utterance, &conversation),
            },
        };
        let outcome = self.take(step, &profile, &utterance, &conversation, &now);
        Ok(Turn {
            message: message.id.clone(),
            from: Some(profile.id.clone()),
            at: message.at,
            utterance,
            answered: outcome.answered,
            pending: outcome.pending,
            offers: outcome.offers,
            reply: outcome.reply,
        })
    }

    fn profile(&self, message: &Message) -> Result<Profile, crate::storage::StoreError> {
        let id = message.from.profile();
        if let Some(profile) = self.store.profile(&id)? {
            return Ok(profile);
        }
        let profile = Profile {
            id,
            role: self.settings.default_role,
            customer: self.settings.default_customer.clone(),
            language: None,
        };
        self.store.put_profile(&profile)?;
        Ok(profile)
    }

    fn take(
        &self,
        step: Step,
        profile: &Profile,
        utterance: &Utterance,
        conversation: &Conversation,
        now: &jiff::Zoned,
    ) -> Outcome {
        let language = profile.language.unwrap_or(utterance.language);
        match step {
            Step::Ask(asked) => {
                let mut outcome = Outcome::default();
                for asked in asked {
                    let question = self.question(asked, profile, language, now);
                    outcome.add(self.answer(question));
                }
                outcome.number_buttons();
                outcome
            }
            Step::Explain => self.explain(profile, conversation, language).keeping_offers(conversation),
            Step::Show(format) => self.show(format, profile, conversation, language).keeping_offers(conversation),
            Step::NoSuchOffer { offers } => self
                .phrase_outcome(&Phrase::new("assistant.no_such_offer").count("offers", offers), language)
                .keeping_offers(conversation),
            Step::Doubt(readings) => self.doubt(&readings, language),
            Step::WhichName { asked, dimension, words } => self.which_name(&asked, dimension, &words, language),
        }
    }

    /// Completes a question: whose it is, the level, today.
    fn question(&self, asked: Asked, profile: &Profile, language: Language, now: &jiff::Zoned) -> Question {
        let mut slots = asked.slots;
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
            language,
            today: now.date(),
            week_start: self.settings.week_start,
        }
    }

    /// The engine that answers an intent.
    fn engine(&self, intent: Intent) -> Option<&dyn Engine> {
        self.engines.iter().find(|engine| engine.intents().contains(&intent)).map(Box::as_ref)
    }
}

impl Outcome {
    fn add(&mut self, other: Outcome) {
        if !self.reply.lines.is_empty() && !other.reply.lines.is_empty() {
            self.reply.lines.push(String::new());
        }
        self.reply.lines.extend(other.reply.lines);
        self.reply.attachments.extend(other.reply.attachments);
        self.reply.buttons.extend(other.reply.buttons);
        self.answered.extend(other.answered);
        self.offers.extend(other.offers);
        self.pending = self.pending.take().or(other.pending);
    }

    /// The offers of the turn before stay open where nothing new was answered.
    fn keeping_offers(mut self, conversation: &Conversation) -> Self {
        if let (true, Some(last)) = (self.offers.is_empty(), conversation.last()) {
            self.reply.buttons.clone_from(&last.reply.buttons);
            self.offers.clone_from(&last.offers);
        }
        self
    }

    /// Several answers may offer the same; each text is kept once, so that it stands for one thing.
    fn number_buttons(&mut self) {
        let mut seen = std::collections::HashSet::new();
        self.offers.retain(|offer| seen.insert(offer.sends.to_lowercase()));
        let mut seen = std::collections::HashSet::new();
        self.reply.buttons.retain(|button| seen.insert(button.sends.to_lowercase()));
    }
}
