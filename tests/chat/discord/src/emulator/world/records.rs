//! What the emulator writes down for a test to assert on. Only data.

use super::super::clock::Instant;
use super::super::ids::ChannelId;
use super::super::rest::Endpoint;
use super::messages::Message;

/// A rule that the client broke.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// When, since 1970.
    pub at: Instant,
    /// Which.
    pub rule: Rule,
}

/// The rules that are watched.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// A request was refused for a reason that the client could have known. Refusals that depend on what other people
    /// do (50007, and things that have been deleted) are in the request log only.
    Refused {
        /// Method and path.
        request: String,
        /// The HTTP status.
        status: u16,
        /// The JSON error code.
        code: u32,
        /// The message, with the error tree for 50035.
        detail: String,
    },
    /// The gateway closed the connection.
    Closed {
        /// The close code.
        code: u16,
        /// Why.
        reason: String,
    },
    /// A request came before the `retry_after` of a 429 had passed.
    RetriedTooSoon {
        /// Method and path.
        request: String,
    },
    /// An embed shows `attachment://` of a file that the message does not have.
    DanglingAttachment {
        /// The file's name.
        filename: String,
    },
    /// A follow-up was sent where the deferred answer should have been edited, which is deprecated.
    FollowUpInsteadOfEdit,
    /// A client closed with 1000 or 1001, which gives up the session, and then tried to resume it.
    ResumedAfterGoodbye,
    /// The client did not send a heartbeat within two intervals.
    MissedHeartbeat,
    /// A heartbeat named a sequence number that was never sent.
    WrongSequence {
        /// The number that the client sent.
        sent: u64,
        /// The last number that the client can know.
        last: u64,
    },
    /// The client uses something that Discord has and this emulator has not.
    NotEmulated {
        /// What it is.
        what: String,
    },
}

/// One request that the client made.
#[derive(Clone, Debug)]
pub struct RequestRecord {
    /// When, since 1970.
    pub at: Instant,
    /// The method.
    pub method: String,
    /// The path below `/api/v10`, with its query.
    pub path: String,
    /// The route, if there is one.
    pub endpoint: Option<Endpoint>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The JSON error code of a refusal.
    pub code: Option<u32>,
    /// The JSON body, or `payload_json`; null where there was none.
    pub body: serde_json::Value,
}

/// Something that the bot made visible to people.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// When, since 1970.
    pub at: Instant,
    /// What happened.
    pub action: Action,
}

/// The ways in which people notice the bot.
#[derive(Clone, Debug)]
pub enum Action {
    /// A new message, as it was then.
    Posted(Message),
    /// An edited message, as it was then.
    Edited(Message),
    /// A deleted message, as it was before.
    Deleted(Message),
    /// «Is typing …».
    Typing(ChannelId),
}

/// What happened on the gateway, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GatewayLog {
    /// Connections that were opened.
    pub connections: u32,
    /// Connections that asked for the resume URL's path.
    pub resume_connections: u32,
    /// Identify payloads that were accepted.
    pub identifies: u32,
    /// Resume payloads that were accepted.
    pub resumes: u32,
    /// Resume payloads that were answered with Invalid Session.
    pub refused_resumes: u32,
    /// Heartbeats received.
    pub heartbeats: u32,
    /// Presence updates received.
    pub presences: u32,
    /// Close codes that the client sent.
    pub client_closes: Vec<u16>,
}
