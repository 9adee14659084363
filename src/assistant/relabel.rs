//! "That was a forecast": the message before is answered as what it was, and an owner's word for it is kept to learn from.

use crate::domain::{Intent, Phrase, Relabel, Role, Utterance};
use crate::nlu::{Context, relabel, slots};
use crate::storage::Change;

use super::{Assistant, Hearing, Outcome, dialogue};

impl Assistant {
    /// Answers the message before as what this one says it was; `None` where it says nothing of the kind.
    pub(super) fn relabelled(
        &self,
        text: &str,
        hearing: &Hearing<'_>,
        context: &Context<'_>,
    ) -> Result<Option<(Utterance, Outcome)>, Box<dyn std::error::Error>> {
        let Some(meant) = relabel::relabelled(text) else { return Ok(None) };
        let Some(last) = hearing.conversation.last() else { return Ok(None) };
        let before = &last.utterance;
        // Buttons and files have no words to learn from.
        if before.text.trim().is_empty() || (before.sure && before.intent() == meant) {
            return Ok(None);
        }
        let slots = slots::extract(&before.text, meant, context);
        let utterance = Utterance::given(&before.text, before.language, meant, slots.clone());
        let is_kept = hearing.own_role == Role::Owner;
        let key = if is_kept { "assistant.relabelled_kept" } else { "assistant.relabelled" };
        let mut outcome = self.phrase_outcome(&Phrase::new(key).with("intent", meant), hearing.language);
        if is_kept {
            outcome.changes.push(Change::keep(&Relabel {
                text: before.text.clone(),
                language: before.language,
                taken_for: before.intent(),
                meant,
                writer: last.from.clone(),
                at: hearing.message.at,
            })?);
        }
        // Nothing is done but answering: what was other business has no answer to give.
        if meant != Intent::OutOfScope {
            outcome.add(self.take(dialogue::plain(meant, slots), &hearing.conversation, hearing));
        }
        Ok(Some((utterance, outcome)))
    }
}
