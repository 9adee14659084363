//! Why a platform fails.

use crate::domain::ConversationId;

/// Why a message cannot be read or a reply cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// The terminal or the standard streams fail.
    #[error("the terminal cannot be used")]
    Terminal(#[source] std::io::Error),
    /// The line editor fails.
    #[error("the terminal's line editor fails")]
    Editor(#[source] rustyline::error::ReadlineError),
    /// A picture or file could not be kept.
    #[error("cannot write {path}")]
    Attachment {
        /// Where to.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Nobody reads this conversation any more.
    #[error("the conversation {} is gone", .0.0)]
    Gone(ConversationId),
}
