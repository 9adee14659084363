//! What an offer does when it is taken, where it is no question.

use serde::{Deserialize, Serialize};

use super::{Language, MessageId, ScheduleAction, Topic};

/// What is done with a file that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportStep {
    /// It is brought in as shown.
    Confirm,
    /// The made company is taken out, then the file is brought in as shown.
    Replace,
    /// What is taken for what is written anew.
    Fix,
    /// It is thrown away.
    Cancel,
}

/// What a person wants changed about what is sent to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// To be sent something, or not.
    Topic {
        /// What.
        topic: Topic,
        /// Whether.
        wanted: bool,
    },
    /// To be answered in this language; in that of each message where none is named.
    Language(Option<Language>),
}

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
    /// Goes on with a file that waits.
    Import {
        /// The file's id.
        upload: String,
        /// How.
        step: ImportStep,
    },
    /// Changes what is sent, and in which language.
    Prefs(Wish),
    /// Makes the account a customer's.
    BeCustomer {
        /// The one-time code.
        code: String,
    },
    /// Forgets whoever presses it.
    ForgetMe,
    /// Says something to somebody who asked for a person.
    HandoffReply {
        /// Which handoff.
        handoff: String,
    },
    /// Hands somebody back to Herald.
    HandoffClose {
        /// Which handoff.
        handoff: String,
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

impl Act {
    /// Whether nobody but the person it was offered to may do it; otherwise the role decides where it is done.
    #[must_use]
    pub fn is_for_asker_alone(&self) -> bool {
        match self {
            Act::Repeat { .. }
            | Act::Link { .. }
            | Act::Import { .. }
            | Act::Prefs(_)
            | Act::BeCustomer { .. }
            | Act::ForgetMe
            | Act::Nothing => true,
            // Owners manage everybody's; whose it is, is looked at where it is done.
            Act::HandoffReply { .. } | Act::HandoffClose { .. } | Act::Digest { .. } | Act::Alert { .. } => false,
        }
    }
}
