//! What was said so far.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answer, Intent, MessageId, ProfileId, Question, Reply, Slots, Utterance};

/// The id of a conversation, unique over all platforms: the platform's name, a colon, the id there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConversationId(pub String);

/// A question that waits for what is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The intents that were offered; one, where only a slot is missing.
    pub choices: Vec<Intent>,
    /// What was said so far.
    pub slots: Slots,
    /// The names that were offered, where words fit several.
    #[serde(default)]
    pub names: Vec<String>,
}

/// One message and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// The message's id.
    pub message: MessageId,
    /// Whose message it is: what is exported and erased when they ask.
    #[serde(default)]
    pub from: Option<ProfileId>,
    /// When it came.
    pub at: Timestamp,
    /// What was understood.
    pub utterance: Utterance,
    /// What was asked of engines, in order, with what they answered.
    pub answered: Vec<(Question, Answer)>,
    /// What was asked back, where it was.
    pub pending: Option<Pending>,
    /// What was replied (without the bytes of pictures).
    pub reply: Reply,
}

/// The turns of one conversation, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// The turns.
    pub turns: Vec<Turn>,
}

impl Conversation {
    /// The last turn.
    #[must_use]
    pub fn last(&self) -> Option<&Turn> {
        self.turns.last()
    }

    /// The last question that was answered, with its answer.
    #[must_use]
    pub fn last_answered(&self) -> Option<&(Question, Answer)> {
        self.turns.iter().rev().find_map(|turn| turn.answered.last())
    }
}
