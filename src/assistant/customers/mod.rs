//! What everybody may ask about themselves: what is sent to them, what is kept, a copy of it, to be forgotten; how an
//! account becomes a customer's; and what people say about the shop.

mod linking;
mod wishes;
mod rights;
mod feedback;
#[cfg(test)]
mod tests;

use std::error::Error;

use crate::domain::{Content, Intent, Phrase, Profile, Role, Slots};
use crate::facts::Person;

use super::dialogue::Asked;
use super::{Assistant, Hearing, Outcome, dialogue};

type Failed = Box<dyn Error>;

impl Assistant {
    /// Intents that are about whoever asks; `None` for all others.
    pub(super) fn of_their_own(&self, asked: &Asked, hearing: &Hearing<'_>) -> Option<Outcome> {
        let outcome = match asked.intent {
            Intent::OptOut => self.stop(hearing),
            Intent::OptIn => self.preferences(hearing),
            Intent::ExportMyData => self.my_data(hearing),
            Intent::EraseMyData => Ok(self.forget_me(hearing)),
            Intent::WhyMessage => self.why_message(hearing),
            Intent::GiveFeedback => self.feedback(&asked.slots, hearing),
            Intent::HumanHandoff | Intent::OrderStatus => self.ask_for_human(&self.said(hearing), hearing),
            Intent::Greet if hearing.own_role == Role::Customer => Ok(self.welcome(hearing)),
            _ => return None,
        };
        Some(
            outcome.unwrap_or_else(|error| Outcome {
                reply: self.broken(&*error, hearing.language),
                ..Outcome::default()
            }),
        )
    }

    /// The greeting of a customer, with what they can do.
    pub(super) fn welcome(&self, hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        let phrase = Phrase::new("customers.welcome").with("company", self.renderer.company());
        let mut outcome = self.phrase_outcome(&phrase, language);
        for (key, intent) in [
            ("customers.recommend_button", Intent::RecommendProducts),
            ("customers.prefs_button", Intent::OptIn),
            ("customers.human_button", Intent::HumanHandoff),
        ] {
            self.offer(&mut outcome, &Phrase::new(key), intent, Slots::default(), language);
        }
        outcome
    }

    /// What somebody said: the message, or where a button or its number was taken, what led to that button.
    pub(super) fn said(&self, hearing: &Hearing<'_>) -> String {
        let last = hearing.conversation.last();
        let text = hearing.message.text();
        let is_taken =
            matches!(hearing.message.content, Content::Choice { .. }) || dialogue::taken(text, last).is_some();
        match last.filter(|turn| is_taken && turn.from.as_ref() == Some(&hearing.profile.id)) {
            Some(turn) if turn.pending.is_none() && turn.answered.is_empty() && !turn.utterance.sure => {
                turn.utterance.text.clone()
            }
            _ if is_taken => String::new(),
            _ => text.trim().to_owned(),
        }
    }

    /// Whom the facts know a person as.
    pub(super) fn person_of(&self, profile: &Profile) -> Result<Person, Failed> {
        Ok(Person { customer: profile.customer.clone(), author: Some(self.pen_name(&profile.id)?) })
    }
}

impl Hearing<'_> {
    /// The writer's profile as it is kept: with the role that they have where nobody reads along.
    pub(super) fn own_profile(&self) -> Profile {
        Profile { role: self.own_role, ..self.profile.clone() }
    }
}
