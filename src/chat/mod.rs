//! The platforms people write on. Only this folder knows platform types.

mod error;
pub mod console;
pub mod collecting;

use std::future::Future;

use crate::domain::{ConversationId, Message, Platform, Reply};

pub use error::ChatError;

/// What a platform can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The longest text of one message, in characters; longer replies are split.
    pub text_limit: usize,
    /// How many buttons a reply may have; 0 where there are none and choices are numbered in words.
    pub buttons: usize,
    /// Whether pictures and files can be sent; otherwise their text is.
    pub attachments: bool,
    /// Whether a reply can be changed after it was sent.
    pub edits: bool,
    /// Whether conversations can branch into threads.
    pub threads: bool,
}

/// A platform: messages come in, replies go out. All methods take `&self`, so that one task can wait for messages while
/// others send replies; an adapter keeps what changes behind locks of its own.
pub trait Chat: Send + Sync {
    /// Which platform.
    fn platform(&self) -> Platform;

    /// What it can show.
    fn capabilities(&self) -> Capabilities;

    /// The next message; `None` when there will be no more. Only one task waits at a time.
    fn next(&self) -> impl Future<Output = Option<Result<Message, ChatError>>> + Send;

    /// Sends a reply: split where it is too long, with its attachments as text where they cannot be sent.
    fn send(&self, conversation: &ConversationId, reply: &Reply) -> impl Future<Output = Result<(), ChatError>> + Send;
}
