//! Every refusal with its HTTP status, JSON error code and message («JSON Error Codes»). Nothing is decided here.

use std::time::Duration;

use serde_json::{Value, json};

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    Unauthorized,
    NotFound,
    MethodNotAllowed,
    UnknownChannel,
    UnknownGuild,
    UnknownMember,
    UnknownMessage,
    UnknownUser,
    UnknownEmoji,
    UnknownWebhook,
    UnknownInteraction,
    UnknownCommand,
    TooManyCommands,
    TooManyReactions,
    TooLarge,
    BadUserAgent,
    AlreadyAcknowledged,
    MissingAccess,
    NotTheAuthor,
    EmptyMessage,
    CannotMessageUser,
    NotInDirect,
    MissingPermissions,
    WrongChannelType,
    InvalidWebhookToken,
    ArchivedThread,
    InvalidJson,
    NoMutualGuild,
    ReplyWithoutHistory,
    ThreadExists,
    ThreadLocked,
    TooManyFiles,
    /// Code 50035 with the tree of errors.
    InvalidForm(Value),
    /// Status 429.
    Limited {
        retry_after: Duration,
        global: bool,
    },
    /// A fault that a test asked for: a 5xx status.
    Broken(u16),
}

impl Refusal {
    fn parts(&self) -> (u16, u32, &'static str) {
        match self {
            Self::Unauthorized => (401, 0, "401: Unauthorized"),
            Self::NotFound => (404, 0, "404: Not Found"),
            Self::MethodNotAllowed => (405, 0, "405: Method Not Allowed"),
            Self::UnknownChannel => (404, 10_003, "Unknown Channel"),
            Self::UnknownGuild => (404, 10_004, "Unknown Guild"),
            Self::UnknownMember => (404, 10_007, "Unknown Member"),
            Self::UnknownMessage => (404, 10_008, "Unknown Message"),
            Self::UnknownUser => (404, 10_013, "Unknown User"),
            Self::UnknownEmoji => (400, 10_014, "Unknown Emoji"),
            Self::UnknownWebhook => (404, 10_015, "Unknown Webhook"),
            Self::UnknownInteraction => (404, 10_062, "Unknown interaction"),
            Self::UnknownCommand => (404, 10_063, "Unknown application command"),
            Self::TooManyReactions => (400, 30_010, "Maximum number of reactions reached (20)"),
            Self::TooManyFiles => (400, 30_015, "Maximum number of attachments in a message reached (10)"),
            Self::TooManyCommands => (400, 30_032, "Maximum number of application commands reached (100)"),
            Self::TooLarge => (413, 40_005, "Request entity too large"),
            Self::AlreadyAcknowledged => (400, 40_060, "Interaction has already been acknowledged."),
            Self::BadUserAgent => (403, 40_333, "internal network error"),
            Self::MissingAccess => (403, 50_001, "Missing Access"),
            Self::NotInDirect => (403, 50_003, "Cannot execute action on a DM channel"),
            Self::NotTheAuthor => (403, 50_005, "Cannot edit a message authored by another user"),
            Self::EmptyMessage => (400, 50_006, "Cannot send an empty message"),
            Self::CannotMessageUser => (403, 50_007, "Cannot send messages to this user"),
            Self::MissingPermissions => (403, 50_013, "Missing Permissions"),
            Self::WrongChannelType => (400, 50_024, "Cannot execute action on this channel type"),
            Self::InvalidWebhookToken => (401, 50_027, "Invalid Webhook Token"),
            Self::InvalidForm(_) => (400, 50_035, "Invalid Form Body"),
            Self::ArchivedThread => (400, 50_083, "Thread is archived"),
            Self::InvalidJson => (400, 50_109, "The request body contains invalid JSON."),
            Self::NoMutualGuild => (403, 50_278, "Cannot send messages to this user due to having no mutual guilds"),
            Self::ReplyWithoutHistory => (400, 160_002, "Cannot reply without permission to read message history"),
            Self::ThreadLocked => (400, 160_005, "Thread is locked"),
            Self::ThreadExists => (400, 160_004, "A thread has already been created for this message"),
            Self::Limited { .. } => (429, 0, "You are being rate limited."),
            Self::Broken(status) => (*status, 0, "internal server error"),
        }
    }

    pub(crate) fn status(&self) -> u16 {
        self.parts().0
    }

    pub(crate) fn code(&self) -> u32 {
        self.parts().1
    }

    pub(crate) fn json(&self) -> Value {
        let (_, code, message) = self.parts();
        match self {
            Self::InvalidForm(errors) => json!({ "message": message, "code": code, "errors": errors }),
            Self::Limited { retry_after, global } => {
                json!({ "message": message, "retry_after": retry_after.as_secs_f64(), "global": global })
            }
            _ => json!({ "message": message, "code": code }),
        }
    }

    /// Whether the client could have known better. What other people did meanwhile, it could not; a 429 is judged
    /// where it arises, because a test may have asked for it.
    pub(crate) fn is_violation(&self) -> bool {
        !matches!(
            self,
            Self::CannotMessageUser
                | Self::NoMutualGuild
                | Self::UnknownChannel
                | Self::UnknownGuild
                | Self::UnknownMember
                | Self::UnknownMessage
                | Self::UnknownUser
                | Self::Limited { .. }
                | Self::Broken(_)
        )
    }
}
