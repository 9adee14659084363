//! What goes wrong with a request, by what it says about whether the request was carried out.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

use super::NAME;
use crate::chat::ChatError;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// There was no connection; nothing was done.
    #[error("Telegram cannot be reached")]
    Unsent(#[source] Source),
    /// The server fails. It does so before it does anything.
    #[error("Telegram fails with status {0}")]
    Server(u16),
    /// The connection broke, or what was answered cannot be read: nobody knows whether it was done.
    #[error("the connection to Telegram broke")]
    Cut(#[source] Source),
    /// Wait for so long; nothing was done.
    #[error("Telegram asks to wait {0:?}")]
    Later(Duration),
    /// The group has another id now; nothing was done.
    #[error("the group moved to {0}")]
    Moved(i64),
    /// A refusal, in the server's words.
    #[error("Telegram refuses: {description}")]
    Refused {
        /// The status.
        code: u16,
        /// Its words.
        description: String,
    },
}

impl Failure {
    /// A failure below HTTP. The address is left out, since it holds the token.
    pub(super) fn network(error: reqwest::Error) -> Self {
        let unsent = error.is_connect() || error.is_builder();
        let source = Box::new(error.without_url());
        if unsent { Failure::Unsent(source) } else { Failure::Cut(source) }
    }

    /// Whether the words hold one of these.
    pub(super) fn says(&self, any: &[&str]) -> bool {
        match self {
            Failure::Refused { description, .. } => {
                let description = description.to_lowercase();
                any.iter().any(|words| description.contains(&words.to_lowercase()))
            }
            Failure::Unsent(_) | Failure::Server(_) | Failure::Cut(_) | Failure::Later(_) | Failure::Moved(_) => false,
        }
    }

    /// The token is none, or is none any more.
    pub(super) fn is_token(&self) -> bool {
        matches!(self, Failure::Refused { code: 401 | 404, .. })
    }

    /// Somebody else receives the bot's messages.
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Failure::Refused { code: 409, .. })
    }

    /// The same for the outbox.
    pub(super) fn told(self) -> ChatError {
        match self {
            Failure::Unsent(source) => ChatError::Unreachable { platform: NAME, source },
            Failure::Server(_) => ChatError::Unreachable { platform: NAME, source: Box::new(self) },
            Failure::Cut(source) => ChatError::Uncertain { platform: NAME, source },
            Failure::Later(after) => ChatError::Later { platform: NAME, after },
            // The next attempt goes to the new id.
            Failure::Moved(_) => ChatError::Later { platform: NAME, after: Duration::ZERO },
            Failure::Refused { code: 401 | 404, description } => ChatError::Misconfigured {
                platform: NAME,
                reason: format!(
                    "the token is not accepted ({description}); get the bot's token from @BotFather with /token and \
                     set it as telegram.token"
                ),
            },
            Failure::Refused { code: 409, description } => ChatError::Misconfigured {
                platform: NAME,
                reason: format!(
                    "something else receives this bot's messages ({description}); stop the other program, or give \
                     this one a bot of its own"
                ),
            },
            Failure::Refused { description, .. } => ChatError::Refused { platform: NAME, reason: description },
        }
    }
}

/// What teloxide's client says. It leaves out the status, so that it is found in the words.
impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::RetryAfter(wait) => Failure::Later(wait.duration()),
            RequestError::MigrateToChatId(chat) => Failure::Moved(chat.0),
            RequestError::Api(ApiError::InvalidToken) => {
                Failure::Refused { code: 401, description: "Unauthorized".to_owned() }
            }
            RequestError::Api(ApiError::Unknown(description)) => {
                let code = match description.split(':').next().unwrap_or_default() {
                    "Forbidden" => 403,
                    "Conflict" => 409,
                    "Internal Server Error" | "Bad Gateway" | "Service Unavailable" | "Gateway Timeout" => {
                        return Failure::Server(500);
                    }
                    _ => 400,
                };
                Failure::Refused { code, description }
            }
            RequestError::Api(known) => {
                let conflict = matches!(known, ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates);
                Failure::Refused { code: if conflict { 409 } else { 400 }, description: known.to_string() }
            }
            RequestError::Network(error) => {
                let unsent = error.is_connect();
                // The error is shared and cannot be freed of its address, which holds the token.
                let source = if unsent { "no connection" } else { "the connection broke" };
                if unsent { Failure::Unsent(source.into()) } else { Failure::Cut(source.into()) }
            }
            RequestError::InvalidJson { source, .. } => Failure::Cut(source.to_string().into()),
            RequestError::Io(error) => Failure::Cut(error.to_string().into()),
        }
    }
}
