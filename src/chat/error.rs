//! Why a platform fails, by what can be done about it.

use std::time::Duration;

type Source = Box<dyn std::error::Error + Send + Sync>;

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
    /// The platform asks to wait; nothing was done.
    #[error("{platform} asks to wait {after:?}")]
    Later {
        /// Which platform.
        platform: &'static str,
        /// How long.
        after: Duration,
    },
    /// The platform cannot be reached or fails; nothing was done, and it may work the next time.
    #[error("{platform} cannot be reached")]
    Unreachable {
        /// Which platform.
        platform: &'static str,
        /// Why.
        #[source]
        source: Source,
    },
    /// The connection broke while something was being done: nobody knows whether it was.
    #[error("the connection to {platform} broke while something was being sent")]
    Uncertain {
        /// Which platform.
        platform: &'static str,
        /// Why.
        #[source]
        source: Source,
    },
    /// The platform refuses, and will refuse again: a missing permission, a deleted channel, a person who blocked the
    /// bot.
    #[error("{platform} refuses: {reason}")]
    Refused {
        /// Which platform.
        platform: &'static str,
        /// What it says.
        reason: String,
    },
    /// Somebody has to change the configuration: a revoked token, an intent that is not switched on.
    #[error("{platform} cannot be used: {reason}")]
    Misconfigured {
        /// Which platform.
        platform: &'static str,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A file is larger than can be taken.
    #[error("the file has {bytes} bytes; at most {limit} can be taken")]
    TooLarge {
        /// How large it is.
        bytes: u64,
        /// How large it may be.
        limit: u64,
    },
}
