//! What customers say about the shop is kept as a post, under a pen name, and answered.

use rand::RngCore;
use sha2::{Digest, Sha256};

use crate::domain::{Dimension, Intent, Phrase, Post, ProfileId, Role, Sentiment, SlotKind, Slots};

use super::super::{Assistant, Hearing, Outcome};
use super::Failed;

/// The setting that holds what pen names are made with.
const SALT: &str = "pen_names";
/// Bytes of a pen name; enough that no two people share one.
const PEN_NAME_BYTES: usize = 8;

impl Assistant {
    /// The name under which a person's words stand among the posts: always the same, and nobody can tell whose.
    pub(super) fn pen_name(&self, person: &ProfileId) -> Result<String, Failed> {
        let known = self.store.setting(SALT)?.and_then(|value| value.as_str().map(str::to_owned));
        let salt = match known {
            Some(salt) => salt,
            None => {
                let mut bytes = [0; 16];
                rand::rngs::OsRng.fill_bytes(&mut bytes);
                let salt: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                self.store.put_setting(SALT, Some(&serde_json::Value::from(salt.as_str())))?;
                salt
            }
        };
        let digest = Sha256::digest(format!("{salt} {}", person.0));
        let name: String = digest.iter().take(PEN_NAME_BYTES).map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("voice-{name}"))
    }

    /// Keeps what a customer says, and offers a person where they are unhappy.
    pub(super) fn feedback(&self, slots: &Slots, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        if hearing.own_role > Role::Customer {
            return Ok(self.phrase_outcome(&Phrase::new("customers.feedback_of_staff"), language));
        }
        let text = self.said(hearing);
        if text.is_empty() {
            let mut outcome = self.phrase_outcome(&Phrase::new("customers.feedback_wanted"), language);
            let slots = slots.clone();
            outcome.pending =
                Some(crate::domain::Pending { intent: Intent::GiveFeedback, slots, missing: SlotKind::Content });
            return Ok(outcome);
        }
        self.keep_feedback(&text, slots, hearing)
    }

    /// Keeps words that were asked for.
    pub(super) fn keep_feedback(&self, text: &str, slots: &Slots, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let named = slots.names_of(Dimension::Product);
        let products = self.warehouse.gather(&[])?.products;
        let product = products.iter().find(|product| named.contains(&product.name));
        let post = Post {
            post_id: format!("feedback-{}", hearing.message.id.0),
            source: hearing.message.from.platform.name().to_owned(),
            author: Some(self.pen_name(&hearing.profile.id)?),
            posted_at: hearing.now.datetime(),
            text: text.to_owned(),
            product_id: product.map(|product| product.product_id.clone()),
            rating: None,
            reply_to: None,
        };
        self.warehouse.add_feedback(&post)?;
        // Where it cannot be read now, thanks are right in any case.
        let class = self.warehouse.read_text(text).ok().flatten().map(|reading| reading.class());
        let key = match class {
            Some(Sentiment::Negative) => "customers.sorry",
            Some(Sentiment::Positive) => "customers.glad",
            Some(Sentiment::Neutral) | None => "customers.noted",
        };
        let mut outcome = self.phrase_outcome(&Phrase::new(key), language);
        if class == Some(Sentiment::Negative) {
            let label = Phrase::new("customers.human_button");
            self.offer(&mut outcome, &label, Intent::HumanHandoff, Slots::default(), language);
        }
        Ok(outcome)
    }

    /// The message after "what would you like to tell us?".
    pub(in crate::assistant) fn asked_for_feedback(
        &self,
        text: &str,
        hearing: &Hearing<'_>,
    ) -> Result<Option<Outcome>, Failed> {
        let last = hearing.conversation.last().filter(|turn| turn.from.as_ref() == Some(&hearing.profile.id));
        let pending = last.and_then(|turn| turn.pending.as_ref());
        match pending.filter(|pending| pending.intent == Intent::GiveFeedback && pending.missing == SlotKind::Content) {
            Some(pending) if !text.trim().is_empty() => {
                self.keep_feedback(text.trim(), &pending.slots, hearing).map(Some)
            }
            _ => Ok(None),
        }
    }
}
