//! What the bot did besides posting: chat actions, answers to buttons, requests. And the buttons that wait.

use std::collections::BTreeMap;
use std::time::Duration;

use super::chat::ChatId;
use super::message::MessageId;
use super::user::UserId;

/// A `sendChatAction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatAction {
    /// When.
    pub at: Duration,
    /// Where.
    pub chat: ChatId,
    /// In which forum topic.
    pub thread: Option<i64>,
    /// `typing`, `upload_document` and so on.
    pub action: String,
}

/// Identifies a pressed button.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallbackId(
    /// The text of the id.
    pub String,
);

/// An `answerCallbackQuery` that counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// The pressed button.
    pub id: CallbackId,
    /// When it was answered.
    pub at: Duration,
    /// The notice shown.
    pub text: Option<String>,
    /// Whether the notice must be closed by hand.
    pub alert: bool,
}

/// A call of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// When it came.
    pub at: Duration,
    /// The method, in lower case.
    pub method: String,
    /// Its chat, as written in the request; empty where it has none.
    pub chat: String,
    /// Status of the answer: 200, or `error_code`.
    pub status: u16,
}

/// A pressed button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// When.
    pub at: Duration,
    /// The chat of the message.
    pub chat: ChatId,
    /// The message with the button.
    pub message: MessageId,
    /// Who pressed it.
    pub user: UserId,
    /// Whether the bot answered it in time.
    pub answered: bool,
}

/// All pressed buttons.
#[derive(Debug, Default)]
pub(crate) struct Callbacks {
    pub(crate) all: BTreeMap<CallbackId, Pressed>,
}

impl Callbacks {
    pub(crate) fn press(&mut self, at: Duration, chat: ChatId, message: MessageId, user: UserId) -> CallbackId {
        let id = CallbackId(format!("{}", 4_382_000_000_000_000_000_u64 + self.all.len() as u64));
        self.all.insert(id.clone(), Pressed { at, chat, message, user, answered: false });
        id
    }
}
