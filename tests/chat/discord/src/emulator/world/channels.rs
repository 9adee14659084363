//! Channels, threads and direct conversations as the state keeps them. Their JSON is in `wire`.

use super::super::clock::Instant;
use super::super::ids::{ChannelId, GuildId, MessageId, UserId};
use super::permission::Permissions;

/// What sort of channel it is; threads know the channel that they hang on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChannelKind {
    Text,
    Direct { with: UserId },
    PublicThread { parent: ChannelId },
    PrivateThread { parent: ChannelId },
}

impl ChannelKind {
    /// The documentation's «Channel Types» number.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Direct { .. } => 1,
            Self::PublicThread { .. } => 11,
            Self::PrivateThread { .. } => 12,
        }
    }

    /// The channel that a thread hangs on.
    pub(crate) fn parent(self) -> Option<ChannelId> {
        match self {
            Self::Text | Self::Direct { .. } => None,
            Self::PublicThread { parent } | Self::PrivateThread { parent } => Some(parent),
        }
    }
}

/// An exception for one role or member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overwrite {
    /// The role's or the user's number.
    pub(crate) target: u64,
    pub(crate) of_member: bool,
    pub(crate) allow: Permissions,
    pub(crate) deny: Permissions,
}

#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: ChannelId,
    pub(crate) guild: Option<GuildId>,
    pub(crate) kind: ChannelKind,
    pub(crate) name: String,
    pub(crate) overwrites: Vec<Overwrite>,
    pub(crate) last_message: Option<MessageId>,
    /// Who started the thread.
    pub(crate) owner: Option<UserId>,
    pub(crate) archived: bool,
    pub(crate) locked: bool,
    pub(crate) archive_after_minutes: u64,
    pub(crate) created: Instant,
}

impl Channel {
    pub(crate) fn is_thread(&self) -> bool {
        self.kind.parent().is_some()
    }
}
