//! The platform's identifiers, one type for each kind of thing. Nothing is generated here.

use std::fmt;
use std::str::FromStr;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl $name {
            /// The number itself, as a client's own id types want it.
            #[must_use]
            pub fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// The application, whose bot user has the same number.
    ApplicationId,
    /// A server, which the API calls a guild.
    GuildId,
    /// A channel, a thread or a direct conversation.
    ChannelId,
    /// A person or a bot.
    UserId,
    /// A message of any channel.
    MessageId,
    /// A role of a guild.
    RoleId,
    /// A file of a message.
    AttachmentId,
    /// One use of a command, a component or a modal.
    InteractionId,
    /// A registered application command.
    CommandId,
}
