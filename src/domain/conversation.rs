//! What was said so far.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Act, Answer, Intent, MessageId, ProfileId, Question, Reply, SlotKind, Slots, Utterance};

/// The id of a conversation, unique over all platforms: the platform's name, a colon, the id there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConversationId(pub String);

/// A question that waits for a slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// What was asked.
    pub intent: Intent,
    /// What was said so far.
    pub slots: Slots,
    /// What is missing.
    pub missing: SlotKind,
}

/// Something a reply offered to do next: a button, or a numbered choice where there are no buttons.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The text that takes it.
    pub sends: String,
    /// What is then asked.
    pub intent: Intent,
    /// With these slots, and no others.
    pub slots: Slots,
    /// What is done instead of asking, where taking it does something. Only whom it was offered to may take it then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
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
    /// What the reply offered, in the order of its buttons.
    #[serde(default)]
    pub offers: Vec<Offer>,
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
