//! A digest's turn: the clock asks its questions on the way every question goes, for whoever reads along.

use std::error::Error;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    Address, Arg, ButtonStyle, Content, Conversation, Delivery, Destination, Digest, Errand, Intent, Language, Message,
    MessageId, Pause, Phrase, Place, Platform, Profile, Role, Slots, Utterance,
};
use crate::facts::WarehouseError;
use crate::nlu::NluError;
use crate::storage::StoreError;

use super::super::dialogue::{Asked, Step};
use super::super::{Assistant, Hearing, Outcome};
use super::checking::Readable;
use super::item::Item;

/// From this delay on a digest says that it is late.
const LATE: SignedDuration = SignedDuration::from_mins(5);
/// How many suggestions each question's answer may bring.
const OFFERS: usize = 2;
/// How many lines are told of the likely causes.
const CAUSES: usize = 3;

/// Why something that is due could not be worked on now. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The store fails.
    #[error("the store cannot be used")]
    Store(#[from] StoreError),
    /// The facts cannot be read.
    #[error("the facts cannot be read")]
    Facts(#[from] WarehouseError),
    /// The encoder is gone.
    #[error("the questions cannot be understood")]
    Understanding(#[from] NluError),
    /// Too many messages wait for the encoder.
    #[error("too many messages wait to be understood")]
    Busy,
}

impl Assistant {
    /// Answers a digest that is due: its turn, its delivery and its next time are in the store when this returns, or none
    /// of them. Nothing where it was answered before, and a word to its owner where it may not go out any more.
    ///
    /// # Errors
    /// When it has to be tried again.
    pub fn digest(&self, digest: &Digest, due: Timestamp) -> Result<Vec<Delivery>, ClockError> {
        let errand = &digest.errand;
        let message = self.clock_message(errand, due);
        let item = Item::Digest(digest.clone());
        let Some(hearing) = self.clock_hearing(errand, &message)? else {
            return self.give_up_on(item, Pause::Forbidden);
        };
        let mut heading = vec![Phrase::new("schedule.heading").with("date", self.moment(due, &errand.recurrence.zone))];
        heading.extend(self.late(errand, due, &hearing));
        let outcome = self.told(digest, heading, &hearing)?;
        self.sent(item, &hearing, outcome)
    }

    /// The digest as it would go out now, for whoever asks.
    pub(super) fn preview(&self, digest: &Digest, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        let role = self.role_at(&digest.errand.place, hearing)?.min(hearing.profile.role);
        let asked = Hearing {
            message: hearing.message,
            profile: Profile { role, ..hearing.profile.clone() },
            own_role: role,
            conversation: Conversation::default(),
            language: digest.errand.language,
            now: hearing.now.clone(),
        };
        Ok(self.told(digest, vec![Phrase::new("schedule.preview_heading")], &asked)?)
    }

    /// All that a digest says. A question that cannot be answered says so in its part.
    fn told(&self, digest: &Digest, heading: Vec<Phrase>, hearing: &Hearing<'_>) -> Result<Outcome, ClockError> {
        let language = hearing.language;
        let place = &digest.errand.place;
        let is_shared = hearing.is_shared() || matches!(place, Place::Shared { .. });
        let mut outcome = Outcome::default();
        outcome.reply.lines = heading.iter().map(|line| self.words(line, language)).collect();
        for question in &digest.questions {
            let mut part = match self.readable(question, place, hearing.profile.role, hearing)? {
                Readable::Yes(asked) => self.take(Step::Ask(asked), &Conversation::default(), hearing),
                Readable::Unclear => self.phrase_outcome(&Phrase::new("schedule.part_unclear"), language),
                Readable::Forbidden => self.phrase_outcome(&Phrase::new("schedule.part_forbidden"), language),
            };
            if part.is_personal && is_shared {
                part = self.phrase_outcome(&Phrase::new("schedule.part_forbidden"), language);
            }
            if part.answered.is_empty() {
                let quote = Phrase::new("schedule.part").with("text", question.as_str());
                part.reply.lines.insert(0, self.words(&quote, language));
            }
            outcome.add(few_offers(part, OFFERS));
        }
        if digest.unusual {
            outcome.add(self.unusual(hearing));
        }
        outcome.number_buttons();
        outcome.pending = None;
        outcome.is_personal = false;
        Ok(outcome)
    }

    /// What is unusual, most important first, with likely causes of the first and one thing to do next.
    fn unusual(&self, hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        let ask = |intent, slots| self.ask(Asked { intent, slots }, hearing);
        let found = ask(Intent::AnomalyCheck, Slots::default());
        let Some((_, answer)) = found.answered.last() else {
            let mut outcome = few_offers(found, 0);
            outcome.reply.lines.insert(0, self.words(&Phrase::new("schedule.part_unusual"), language));
            return outcome;
        };
        let why = answer.actions.iter().find(|action| action.intent == Intent::MetricExplain).cloned();
        let watch = answer.actions.iter().find(|action| action.intent == Intent::AlertCreate).cloned();
        let mut outcome = few_offers(found, 0);
        let Some(why) = why else { return outcome };
        let causes = ask(why.intent, why.slots);
        // What is explained may be followed up; where there is no more to it, the figure can be watched.
        let next = causes.answered.last().and_then(|(_, answer)| answer.actions.first().cloned()).or(watch);
        if !causes.answered.is_empty() {
            outcome.reply.lines.push(self.words(&Phrase::new("schedule.likely_causes"), language));
            let lines = causes.reply.lines.iter().filter(|line| !line.is_empty());
            outcome.reply.lines.extend(lines.take(CAUSES).map(|line| line.replace("**", "")));
            outcome.answered.extend(causes.answered);
        }
        if let Some(next) = next {
            let label = self.words(&next.label, language);
            let phrase = Phrase::new("schedule.suggested").with("action", Arg::Text(label));
            outcome.reply.lines.push(self.words(&phrase, language));
            self.offer(&mut outcome, &next.label, next.intent, next.slots, language);
            if let Some(button) = outcome.reply.buttons.last_mut() {
                button.style = ButtonStyle::Primary;
            }
        }
        outcome
    }

    /// What the clock says: a message of its own, known again when it is said twice.
    pub(super) fn clock_message(&self, errand: &Errand, due: Timestamp) -> Message {
        Message {
            id: MessageId(format!("clock:{}:{}", errand.id, due.as_second())),
            from: errand.creator.clone(),
            name: None,
            granted: None,
            conversation: errand.conversation.clone(),
            branch: None,
            place: errand.place.clone(),
            at: self.clock.now().timestamp(),
            content: Content::Text(String::new()),
            language: Some(errand.language),
            reply_to: Address { platform: Platform::Clock, route: String::new() },
        }
    }

    /// Whose the clock's message is, with the role that counts where it goes. `None` where its owner may not have it sent
    /// there any more.
    pub(super) fn clock_hearing<'a>(
        &self,
        errand: &Errand,
        message: &'a Message,
    ) -> Result<Option<Hearing<'a>>, StoreError> {
        let own = if errand.is_configured {
            Some(Profile::new(errand.owner.clone(), Role::Owner))
        } else {
            self.store.profile(&errand.owner)?
        };
        let Some(own) = own else { return Ok(None) };
        if let Destination::Place(place) = &errand.destination
            && !errand.is_configured
            && self.lost_right(&errand.creator, place)
        {
            return Ok(None);
        }
        let own_role = own.role;
        let role = self.role_here(&own, &errand.place, None)?;
        if role < Role::Marketer {
            return Ok(None);
        }
        Ok(Some(Hearing {
            message,
            profile: Profile { role, ..own },
            own_role,
            conversation: Conversation::default(),
            language: errand.language,
            now: self.clock.now(),
        }))
    }

    /// Says that something is late, where it is.
    pub(super) fn late(&self, errand: &Errand, due: Timestamp, hearing: &Hearing<'_>) -> Option<Phrase> {
        let is_late = hearing.now.timestamp().duration_since(due) > LATE;
        is_late.then(|| Phrase::new("schedule.late").with("due", self.moment(due, &errand.recurrence.zone)))
    }

    /// Keeps a turn of the clock with its delivery and the next time, all or nothing.
    pub(super) fn sent(
        &self,
        item: Item,
        hearing: &Hearing<'_>,
        outcome: Outcome,
    ) -> Result<Vec<Delivery>, ClockError> {
        let intent = item.kind().intent();
        let destination = item.errand().destination.clone();
        let delivery = self.delivery(hearing.message, 0, destination, outcome.reply.clone());
        let utterance = Utterance::given("", language_of(&item), intent, Slots::default());
        let after = item.after(hearing.now.timestamp())?;
        let deliveries = vec![delivery];
        if self.keep(hearing, utterance, outcome, &deliveries, vec![after.clone()])? {
            return Ok(deliveries);
        }
        // It went out before; only its next time was lost.
        self.store.apply(&[after])?;
        Ok(Vec::new())
    }
}

fn language_of(item: &Item) -> Language {
    item.errand().language
}

/// The outcome with so many of its suggestions at most; what every answer offers is left out among several answers.
fn few_offers(mut outcome: Outcome, most: usize) -> Outcome {
    let mut left = most;
    let keeps: Vec<bool> = outcome
        .offers
        .iter()
        .map(|offer| {
            let is_kept = left > 0 && offer.act.is_none() && !offer.intent.continues();
            left -= usize::from(is_kept);
            is_kept
        })
        .collect();
    let mut keep = keeps.iter();
    outcome.offers.retain(|_| keep.next().copied().unwrap_or(false));
    let mut keep = keeps.iter();
    outcome.reply.buttons.retain(|_| keep.next().copied().unwrap_or(false));
    outcome
}
