//! A person of the team who takes over from Herald.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ConversationId, Destination, Language, ProfileId};

/// Somebody who asked for a person, until either side closes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    /// Its id: letters and digits.
    pub id: String,
    /// Who asked.
    pub person: ProfileId,
    /// What they are called, where that is known.
    pub name: Option<String>,
    /// The conversation whose messages go to the team.
    pub conversation: ConversationId,
    /// Where the team's words go.
    pub to: Destination,
    /// The language they wrote in.
    pub language: Language,
    /// What they asked.
    pub topic: String,
    /// Since when.
    pub opened: Timestamp,
    /// When it was closed.
    pub closed: Option<Timestamp>,
}

/// Which handoff of a person is open, kept under the person so that it is found with each of their messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHandoff {
    /// Who asked.
    pub person: ProfileId,
    /// The handoff.
    pub handoff: String,
}
