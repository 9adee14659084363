//! What can go wrong on the test's side. The refusals that the client sees are in `rest`.

use super::ids::{ChannelId, InteractionId, MessageId, UserId};

/// Why the emulator could not do what a test asked.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The loopback port could not be opened.
    #[error("no loopback port could be opened")]
    Listen(#[from] std::io::Error),
    /// Nothing that satisfies the condition happened in time.
    #[error(
        "nothing of that kind happened within {seconds} s; requests so far: {requests}, violations: {violations:?}"
    )]
    TimedOut {
        /// How long the emulator waited.
        seconds: u64,
        /// How many requests the client had made.
        requests: usize,
        /// What the client had broken by then, which is often the cause.
        violations: Vec<super::Violation>,
    },
    /// The test names a channel that does not exist.
    #[error("there is no channel {0}")]
    NoChannel(ChannelId),
    /// The test names a message that does not exist or was deleted.
    #[error("there is no message {0}")]
    NoMessage(MessageId),
    /// The test names an interaction that does not exist.
    #[error("there is no interaction {0}")]
    NoInteraction(InteractionId),
    /// The user cannot see the message or the channel.
    #[error("user {0} cannot see that")]
    Invisible(UserId),
    /// The application has registered no such command where the user is.
    #[error("no command `{0}` is registered there")]
    NoCommand(String),
    /// Discord's own client would not have let the user send these options.
    #[error("the command's option `{option}` {problem}")]
    BadOption {
        /// The option's name.
        option: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The message or modal has no such component, or it cannot be used so.
    #[error("component `{custom_id}` {problem}")]
    BadComponent {
        /// The component's custom id.
        custom_id: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}
