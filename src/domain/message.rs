//! What came in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ConversationId, ProfileId};

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// A terminal.
    Console,
    /// Discord.
    Discord,
    /// Telegram.
    Telegram,
    /// The scheduler.
    Clock,
}

impl Platform {
    /// The name used in ids.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Platform::Console => "console",
            Platform::Discord => "discord",
            Platform::Telegram => "telegram",
            Platform::Clock => "clock",
        }
    }
}

/// The id of a message, unique over all platforms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId(pub String);

/// A person's id on one platform.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserId {
    /// The platform.
    pub platform: Platform,
    /// The id there.
    pub id: String,
}

impl UserId {
    /// The profile this person has until it is linked to another.
    #[must_use]
    pub fn profile(&self) -> ProfileId {
        ProfileId(format!("{}:{}", self.platform.name(), self.id))
    }
}

/// A message that came in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id; a message handled twice is answered once.
    pub id: MessageId,
    /// Who wrote it.
    pub from: UserId,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// When it was received.
    pub at: Timestamp,
    /// What it says; a pressed button sends its text.
    pub text: String,
}
