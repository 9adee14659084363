//! What an offer does when it is taken, where it is no question.

use serde::{Deserialize, Serialize};

use super::{MessageId, ScheduleAction};

/// What taking an offer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Says a reply again that may not have arrived.
    Repeat {
        /// The message it answered.
        turn: MessageId,
    },
    /// Makes two accounts one person.
    Link {
        /// The one-time code.
        code: String,
    },
    /// Does something with a digest.
    Digest {
        /// Which digest.
        id: String,
        /// What.
        action: ScheduleAction,
    },
    /// Does something with an alert.
    Alert {
        /// Which alert.
        id: String,
        /// What.
        action: ScheduleAction,
    },
    /// Leaves everything as it is.
    Nothing,
}
