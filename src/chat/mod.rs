//! The platforms people write on. Only this folder knows platform types.

mod error;
mod commands;
pub mod console;
pub mod discord;
pub mod telegram;
pub mod collecting;

use std::net::SocketAddr;
use std::path::Path;

use futures::future::BoxFuture;

use crate::domain::{Delivery, Message, PlaceId, Platform, Role, SentFile, SlotKind, UserId};

pub use commands::{CommandOption, CommandSpec, Does, OptionKind, commands};
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
    /// The largest file that can be fetched, in bytes.
    pub file_limit: u64,
}

/// How long a message has waited for its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// It has just come: what the platform wants at once, such as a deferral or the confirmation of a press.
    Received,
    /// It takes longer: a sign of work, "typing", is shown or renewed.
    Working,
}

/// A platform: messages come in, replies go out. All methods take `&self`, so that one task can wait for messages while
/// others send replies; an adapter keeps what changes behind locks of its own.
pub trait Chat: Send + Sync {
    /// Which platform.
    fn platform(&self) -> Platform;

    /// What it can show.
    fn capabilities(&self) -> Capabilities;

    /// The next message; `None` when there will be no more. Only one task waits at a time. An adapter connects, and
    /// connects again, by itself; an error is something a person has to mend, told once, after which it goes on trying
    /// or returns `None`.
    fn next(&self) -> BoxFuture<'_, Option<Result<Message, ChatError>>>;

    /// Shows that a message was received or is being worked on. Called at once with [`Stage::Received`], then where the
    /// reply is not there in a moment with [`Stage::Working`], and again every few seconds. What fails here fails nothing else.
    fn acknowledge<'a>(&'a self, message: &'a Message, stage: Stage) -> BoxFuture<'a, Result<(), ChatError>>;

    /// Delivers a reply: split where it is too long, with its attachments as text where they cannot be sent. `Ok` says
    /// that the platform has all of it.
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), ChatError>>;

    /// Whether a delivery that may have arrived can be made again without being seen twice: because the platform knows
    /// it again, or because it replaces what is there.
    fn is_repeatable(&self, delivery: &Delivery) -> bool;

    /// How many of the messages that a delivery takes are there already, after an attempt that stopped half-way. It is
    /// kept with the delivery, so that the next run of the program goes on behind them.
    fn parts_taken(&self, delivery: &Delivery) -> usize {
        delivery.parts_taken
    }

    /// Fetches the content of a sent file into a file of this machine.
    fn fetch<'a>(&'a self, file: &'a SentFile, to: &'a Path) -> BoxFuture<'a, Result<(), ChatError>>;

    /// Whether both this person and Herald may write in a place.
    fn may_post<'a>(&'a self, user: &'a UserId, place: &'a PlaceId) -> BoxFuture<'a, Result<bool, ChatError>>;

    /// Takes no more messages: [`Chat::next`] returns those that are there already and then `None`. Replies still go out.
    fn stop_receiving(&self) -> BoxFuture<'_, ()>;

    /// Closes the connections.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// What adapters ask of the company and its people.
pub trait Directory: Send + Sync {
    /// Names of this kind that begin with or hold the text, likeliest first, at most 25.
    fn complete(&self, kind: SlotKind, text: &str) -> Vec<String>;

    /// The role of whoever has this account.
    fn role(&self, account: &UserId) -> Role;
}

/// How a platform is reached.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// The address of its API, where it is not the platform's own.
    pub api: Option<String>,
    /// A root certificate (PEM) that is trusted besides the public ones.
    pub root_certificate: Option<Vec<u8>>,
    /// Where hosts are found without asking a name server.
    pub addresses: Vec<(String, SocketAddr)>,
}
