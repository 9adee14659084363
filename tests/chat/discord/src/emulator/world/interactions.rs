//! Interactions and registered commands as the state keeps them. Who may answer when is decided in `rest`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::clock::Instant;
use super::super::ids::{ChannelId, CommandId, GuildId, InteractionId, MessageId, UserId};
use super::messages::Row;

/// How long the first answer may take: 3 s («Receiving and Responding», Interaction Callback).
pub(crate) const FRESH: Duration = Duration::from_secs(3);
/// How long the token is valid after an answer: 15 minutes (same place).
pub(crate) const VALID: Duration = Duration::from_secs(15 * 60);

/// What the user did.
#[derive(Clone, Debug, PartialEq)]
pub enum InteractionKind {
    /// Used a slash command.
    Command {
        /// The command with its subcommands.
        name: String,
    },
    /// Used a button or select menu.
    Component {
        /// The component's custom id.
        custom_id: String,
    },
    /// Is typing an option.
    Autocomplete {
        /// The command with its subcommands.
        name: String,
    },
    /// Submitted a modal.
    ModalSubmit {
        /// The modal's custom id.
        custom_id: String,
    },
}

impl InteractionKind {
    /// The documentation's «Interaction Type».
    pub(crate) fn number(&self) -> u8 {
        match self {
            Self::Command { .. } => 2,
            Self::Component { .. } => 3,
            Self::Autocomplete { .. } => 4,
            Self::ModalSubmit { .. } => 5,
        }
    }
}

/// The first answer to an interaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// A message (type 4).
    Message(MessageId),
    /// «Is thinking …» (type 5), in this message.
    Deferred(MessageId),
    /// Nothing visible; the component's message may be edited later (type 6).
    DeferredUpdate,
    /// The component's message was edited (type 7).
    Update(MessageId),
    /// Suggestions for an option (type 8).
    Choices(Vec<Choice>),
    /// A form (type 9).
    Modal(Modal),
}

/// A suggestion for an option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What the user sees.
    pub name: String,
    /// What the application receives.
    pub value: Value,
}

/// A form that the application opened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Modal {
    /// The form's custom id.
    pub custom_id: String,
    /// Its title.
    pub title: String,
    /// Its rows, each with one text input.
    pub components: Vec<Row>,
}

/// One interaction and what came of it.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// The interaction's number.
    pub id: InteractionId,
    /// What the user did.
    pub kind: InteractionKind,
    /// Who did it.
    pub user: UserId,
    /// Where.
    pub channel: ChannelId,
    /// The message that its component or modal belongs to.
    pub source: Option<MessageId>,
    /// When, since 1970.
    pub at: Instant,
    /// The first answer.
    pub response: Option<Response>,
    /// Messages that were sent after the first answer.
    pub follow_ups: Vec<MessageId>,
    pub(crate) guild: Option<GuildId>,
    pub(crate) token: String,
}

impl Interaction {
    /// The message that `@original` means.
    #[must_use]
    pub fn original(&self) -> Option<MessageId> {
        match self.response.as_ref()? {
            Response::Message(id) | Response::Deferred(id) | Response::Update(id) => Some(*id),
            Response::DeferredUpdate => self.source,
            Response::Choices(_) | Response::Modal(_) => None,
        }
    }
}

/// A registered command.
#[derive(Clone, Debug)]
pub(crate) struct CommandRecord {
    pub(crate) id: CommandId,
    /// The guild that it is limited to.
    pub(crate) guild: Option<GuildId>,
    pub(crate) name: String,
    /// 1 for a slash command, 2 for one on users, 3 for one on messages.
    pub(crate) kind: u64,
    /// The command as registered, with the defaults filled in.
    pub(crate) body: Value,
}
