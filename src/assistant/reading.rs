//! What a message says: words as they are understood after the turns before, a command with its intent, a pressed button.

use crate::domain::{Conversation, Format, Intent, MessageId, Offer, Phrase, ProfileId, Slots, Utterance};
use crate::nlu::Context;

use super::dialogue::{self, Asked, Step};
use super::{Assistant, BUTTONS_LAST, Hearing, LONGEST_MESSAGE, Outcome};

impl Assistant {
    /// Words: understood, and taken as what goes on from the turns before.
    pub(super) fn read(
        &self,
        text: &str,
        hearing: &Hearing<'_>,
    ) -> Result<(Utterance, Outcome), Box<dyn std::error::Error>> {
        let Hearing { conversation, language, now, .. } = hearing;
        let unread = |phrase: &Phrase| {
            let utterance = Utterance::given("", *language, Intent::OutOfScope, Slots::default());
            (utterance, self.phrase_outcome(phrase, *language).keeping_offers(conversation))
        };
        let length = text.chars().count();
        if text.trim().is_empty() {
            return Ok(unread(&Phrase::new("assistant.empty")));
        }
        if length > LONGEST_MESSAGE {
            let phrase = Phrase::new("assistant.too_long").count("length", length).count("limit", LONGEST_MESSAGE);
            return Ok(unread(&phrase));
        }
        if let Some(filled) = self.filled(text, hearing)? {
            return Ok(filled);
        }
        let catalog = self.warehouse.catalog()?;
        let context = Context { now, week_start: self.settings.week_start, catalog: &catalog };
        if let Some(relabelled) = self.relabelled(text, hearing, &context)? {
            return Ok(relabelled);
        }
        let mut utterance = match self.understand.understand(text, &context) {
            Ok(utterance) => utterance,
            Err(crate::nlu::NluError::Overloaded) => return Ok(unread(&Phrase::new("assistant.overloaded"))),
            Err(error) => return Err(error.into()),
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
            let slots = crate::nlu::slots::extract(text, intent, &context);
            if !slots.is_empty() {
                utterance.slots = slots;
            }
        }
        if let Some(offer) = dialogue::taken(text, conversation.last()) {
            let from = conversation.last().and_then(|turn| turn.from.as_ref());
            let outcome = if may_take(offer, from, hearing) {
                self.take_offer(offer, None, conversation, hearing)?
            } else {
                self.phrase_outcome(&Phrase::new("assistant.button_foreign"), *language)
            };
            return Ok((utterance, outcome));
        }
        let step = match dialogue::no_such_offer(text, conversation.last()) {
            Some(offers) => Step::NoSuchOffer { offers },
            None => dialogue::next(&utterance, conversation),
        };
        let outcome = self.take(step, conversation, hearing);
        Ok((utterance, outcome))
    }

    /// A command with a fixed intent.
    pub(super) fn asked(
        &self,
        intent: Intent,
        text: &str,
        hearing: &Hearing<'_>,
    ) -> Result<(Utterance, Outcome), Box<dyn std::error::Error>> {
        let catalog = self.warehouse.catalog()?;
        let context = Context { now: &hearing.now, week_start: self.settings.week_start, catalog: &catalog };
        let cut: String = text.chars().take(LONGEST_MESSAGE).collect();
        let slots = crate::nlu::slots::extract(&cut, intent, &context);
        let utterance = Utterance::given(&cut, hearing.language, intent, slots.clone());
        let outcome = self.take(dialogue::plain(intent, slots), &hearing.conversation, hearing);
        Ok((utterance, outcome))
    }

    /// A pressed button: the offer of the turn it belongs to.
    pub(super) fn chosen(
        &self,
        turn: &MessageId,
        offer: usize,
        written: Option<&str>,
        hearing: &Hearing<'_>,
    ) -> Result<(Utterance, Outcome), Box<dyn std::error::Error>> {
        let language = hearing.language;
        let turned_down = |key| {
            let utterance = Utterance::given("", language, Intent::OutOfScope, Slots::default());
            (utterance, self.phrase_outcome(&Phrase::new(key), language))
        };
        let turn = self.store.turn_of(turn)?;
        let Some((turn, offer)) = turn.as_ref().and_then(|turn| Some((turn, turn.offers.get(offer)?))) else {
            return Ok(turned_down("assistant.button_expired"));
        };
        if hearing.message.at.duration_since(turn.at) > BUTTONS_LAST {
            return Ok(turned_down("assistant.button_expired"));
        }
        if !may_take(offer, turn.from.as_ref(), hearing) {
            return Ok(turned_down("assistant.button_foreign"));
        }
        let language = turn.utterance.language;
        let utterance = Utterance::given(&offer.sends, language, offer.intent, offer.slots.clone());
        // "How do you know?" under an older reply means that reply.
        let before = Conversation { turns: vec![turn.clone()] };
        let outcome = self.take_offer(offer, written, &before, hearing)?;
        Ok((utterance, outcome))
    }

    /// What an offer stands for.
    fn take_offer(
        &self,
        offer: &Offer,
        written: Option<&str>,
        conversation: &Conversation,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Box<dyn std::error::Error>> {
        if let Some(act) = &offer.act {
            return self.act(act, written, hearing);
        }
        let step = match offer.intent {
            Intent::ExplainAnswer => Step::Explain,
            Intent::ShowAs => Step::Show(offer.slots.format.unwrap_or(Format::Table)),
            intent => Step::Ask(vec![Asked { intent, slots: offer.slots.clone() }]),
        };
        Ok(self.take(step, conversation, hearing))
    }
}

/// Whether somebody may take an offer: what does something is for whom it was offered to, where it is for them alone.
fn may_take(offer: &Offer, from: Option<&ProfileId>, hearing: &Hearing<'_>) -> bool {
    offer.act.as_ref().is_none_or(|act| !act.is_for_asker_alone() || from == Some(&hearing.profile.id))
}
