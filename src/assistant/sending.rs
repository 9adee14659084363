//! What goes where: an outcome to the place it was asked in or to the asker alone, and what is said when that fails.

use jiff::Timestamp;

use crate::domain::{
    Act, Button, Delivery, Destination, Intent, Language, Message, MessageId, Offer, Phrase, Progress, Reply, Slots,
    Turn, Utterance,
};
use crate::storage::{self, Change, StoreError};

use super::{Assistant, Hearing, Outcome};

/// Why a message is turned away before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Too many messages wait.
    Busy,
    /// Its writer sends too many.
    TooFast,
    /// Something broke that is no fault of the writer's.
    Failed,
}

impl Assistant {
    /// The deliveries of a message's outcome. What is personal goes to the person; the place it was asked in is told so.
    pub(super) fn deliveries(&self, hearing: &Hearing<'_>, outcome: &Outcome) -> Vec<Delivery> {
        let message = hearing.message;
        let answer = Destination::Answer(message.reply_to.clone());
        if outcome.is_personal && hearing.is_shared() {
            let told = self.say(&Phrase::new("assistant.sent_to_you"), hearing.language);
            let person = Destination::Person(message.from.clone());
            let mut private = self.delivery(message, 0, person, outcome.reply.clone());
            private.otherwise = Some(message.reply_to.clone());
            return vec![private, self.delivery(message, 1, answer, told)];
        }
        vec![self.delivery(message, 0, answer, outcome.reply.clone())]
    }

    /// A reply on its way; `number` tells those of one message apart.
    pub(super) fn delivery(&self, message: &Message, number: usize, to: Destination, reply: Reply) -> Delivery {
        Delivery {
            id: format!("{}:{number}", message.id.0),
            to,
            otherwise: None,
            conversation: message.conversation.clone(),
            turn: message.id.clone(),
            reply,
            // The wall's time, whatever clock the company goes by: platforms remember and forget by it.
            created: Timestamp::now(),
            attempts: 0,
            parts_taken: 0,
            progress: Progress::Waiting { not_before: Timestamp::UNIX_EPOCH },
        }
    }

    /// Turns a message away. It is not kept, so that it can be sent again.
    #[must_use]
    pub fn turn_away(&self, message: &Message, notice: Notice) -> Delivery {
        let key = match notice {
            Notice::Busy => "assistant.busy",
            Notice::TooFast => "assistant.too_fast",
            Notice::Failed => "assistant.failed",
        };
        let reply = self.say(&Phrase::new(key), super::language::of(message, &crate::domain::Conversation::default()));
        self.delivery(message, 0, Destination::Answer(message.reply_to.clone()), reply)
    }

    /// Forgets that a message waits for an answer.
    pub fn give_up(&self, message: &Message) {
        let waits = storage::find::<Message>(&*self.store, &message.id.0);
        let forgotten = waits.and_then(|waits| match waits {
            Some(_) => self.store.apply(&[Change::remove::<Message>(&message.id.0)]),
            None => Ok(()),
        });
        if let Err(error) = forgotten {
            tracing::error!(%error, message = %message.id.0, "a message that failed stays in the store");
        }
    }

    /// In place of a delivery of which nobody knows whether it arrived: says so, with a button that says it again. `None`
    /// where the delivery was itself such a word.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn doubtful(&self, delivery: &Delivery) -> Result<Option<Delivery>, StoreError> {
        let id = MessageId(format!("again:{}", delivery.turn.0));
        let Some(turn) = self.store.turn_of(&delivery.turn)?.filter(|turn| !turn.message.0.starts_with("again:"))
        else {
            self.store.apply(&[Change::remove::<Delivery>(&delivery.id)])?;
            return Ok(None);
        };
        let language = turn.utterance.language;
        let mut reply = self.say(&Phrase::new("assistant.may_not_have_arrived"), language);
        let label = self.words(&Phrase::new("assistant.repeat_button"), language);
        reply.buttons.push(Button::new(label.clone()));
        let offer = Offer {
            sends: label.clone(),
            intent: Intent::ShowAs,
            slots: Slots::default(),
            act: Some(Act::Repeat { turn: turn.message.clone() }),
        };
        let now = self.clock.now().timestamp();
        let word = Turn {
            message: id.clone(),
            from: turn.from.clone(),
            at: now,
            utterance: Utterance::given(&label, language, Intent::ShowAs, Slots::default()),
            answered: Vec::new(),
            pending: turn.pending.clone(),
            offers: vec![offer],
            reply: reply.clone(),
        };
        let told = Delivery {
            id: format!("{}:0", id.0),
            turn: id,
            reply,
            created: Timestamp::now(),
            attempts: 0,
            parts_taken: 0,
            progress: Progress::Waiting { not_before: Timestamp::UNIX_EPOCH },
            ..delivery.clone()
        };
        self.store.apply(&[
            Change::Turn(delivery.conversation.clone(), Box::new(word)),
            Change::remove::<Delivery>(&delivery.id),
            Change::keep(&told)?,
        ])?;
        Ok(Some(told))
    }

    /// What follows when a platform refuses a delivery for good: where it was meant for one person, the place it was asked
    /// in is told.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn refused(&self, delivery: &Delivery) -> Result<Option<Delivery>, StoreError> {
        let mut changes = vec![Change::remove::<Delivery>(&delivery.id)];
        let told = match &delivery.otherwise {
            None => self.errand_refused(delivery, &mut changes)?,
            Some(address) => {
                let turn = self.store.turn_of(&delivery.turn)?;
                let (key, language) = match &delivery.to {
                    // What goes to the desk is in the team's language, and who is told may have another.
                    Destination::Place(_) => {
                        let theirs = match turn.and_then(|turn| turn.from) {
                            Some(person) => self.handoff_of(&person)?,
                            None => None,
                        };
                        ("handoff.not_reached", theirs.map(|handoff| handoff.language))
                    }
                    Destination::Answer(_) | Destination::Person(_) => {
                        ("assistant.cannot_write_to_you", turn.map(|turn| turn.utterance.language))
                    }
                };
                let language = language.unwrap_or(Language::English);
                Some(Delivery {
                    id: format!("{}:refused", delivery.id),
                    to: Destination::Answer(address.clone()),
                    otherwise: None,
                    reply: self.say(&Phrase::new(key), language),
                    attempts: 0,
                    parts_taken: 0,
                    progress: Progress::Waiting { not_before: Timestamp::UNIX_EPOCH },
                    ..delivery.clone()
                })
            }
        };
        if let Some(told) = &told {
            changes.push(Change::keep(told)?);
        }
        self.store.apply(&changes)?;
        Ok(told)
    }
}
