//! What a step came to, before it is kept and sent. Pure.

use std::collections::HashSet;

use crate::domain::{Answer, Conversation, Delivery, Offer, Pending, Question, Reply};
use crate::storage::Change;

/// What a step came to, before it is kept and sent.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) reply: Reply,
    pub(super) answered: Vec<(Question, Answer)>,
    pub(super) pending: Option<Pending>,
    pub(super) offers: Vec<Offer>,
    /// Whether it is for the asker's eyes alone.
    pub(super) is_personal: bool,
    /// What is written together with the turn.
    pub(super) changes: Vec<Change>,
    /// What goes elsewhere besides.
    pub(super) also: Vec<Delivery>,
    /// Whether the turn is kept as nobody's: its writer was forgotten.
    pub(super) is_nobodys: bool,
}

impl Outcome {
    pub(super) fn add(&mut self, other: Outcome) {
        if !self.reply.lines.is_empty() && !other.reply.lines.is_empty() {
            self.reply.lines.push(String::new());
        }
        self.reply.lines.extend(other.reply.lines);
        self.reply.attachments.extend(other.reply.attachments);
        self.reply.buttons.extend(other.reply.buttons);
        self.answered.extend(other.answered);
        self.offers.extend(other.offers);
        self.pending = self.pending.take().or(other.pending);
        self.is_personal |= other.is_personal;
        self.changes.extend(other.changes);
        self.also.extend(other.also);
        self.is_nobodys |= other.is_nobodys;
    }

    /// The offers of the turn before stay open where nothing new was answered.
    pub(super) fn keeping_offers(mut self, conversation: &Conversation) -> Self {
        if let (true, Some(last)) = (self.offers.is_empty(), conversation.last()) {
            self.reply.buttons.clone_from(&last.reply.buttons);
            self.offers.clone_from(&last.offers);
        }
        self
    }

    /// Several answers may offer the same; each text is kept once, so that it stands for one thing.
    pub(super) fn number_buttons(&mut self) {
        let mut seen = HashSet::new();
        self.offers.retain(|offer| seen.insert(offer.sends.to_lowercase()));
        let mut seen = HashSet::new();
        self.reply.buttons.retain(|button| seen.insert(button.sends.to_lowercase()));
    }
}
