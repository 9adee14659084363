//! Chats and who is in them. No posting, no access rules.

use std::collections::BTreeMap;

use super::message::{Message, MessageId};
use super::user::UserId;

/// Identifies a chat; in a private chat it equals the person's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChatId(
    /// The number: positive for people, negative for groups, below -1000000000000 for supergroups.
    pub i64,
);

/// The kinds of chat emulated; channels are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// With one person.
    Private,
    /// A basic group.
    Group,
    /// A supergroup.
    Supergroup,
}

/// What the bot gets to see in a group (core.telegram.org/bots/features#privacy-mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Commands, replies to the bot and mentions of it.
    On,
    /// Everything. Privacy mode was off when the bot was added.
    Off,
}

/// What someone is in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// Made the group.
    Creator,
    /// Administers it, with all rights.
    Administrator,
    /// Is in it.
    Member,
    /// Left, or never was in it.
    Left,
    /// Was banned.
    Kicked,
}

impl Membership {
    /// Whether this is someone in the group.
    pub fn is_in(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator | Self::Member)
    }

    /// Whether this is someone with rights over others.
    pub fn is_admin(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator)
    }

    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::Creator => "creator",
            Self::Administrator => "administrator",
            Self::Member => "member",
            Self::Left => "left",
            Self::Kicked => "kicked",
        }
    }
}

/// A chat with all its messages.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Id.
    pub id: ChatId,
    /// Kind.
    pub kind: ChatKind,
    /// Title of a group.
    pub title: Option<String>,
    /// What the bot sees here.
    pub privacy: Privacy,
    /// People and the bot.
    pub members: BTreeMap<UserId, Membership>,
    /// Every message, deleted ones too.
    pub messages: BTreeMap<MessageId, Message>,
    /// Names of forum topics by thread id; none where this is no forum.
    pub topics: Option<BTreeMap<i64, String>>,
    /// The supergroup that this group became.
    pub migrated_to: Option<ChatId>,
    pub(crate) next_message: i64,
}

impl Chat {
    pub(crate) fn new(id: ChatId, kind: ChatKind, title: Option<String>, privacy: Privacy) -> Self {
        Self {
            id,
            kind,
            title,
            privacy,
            members: BTreeMap::new(),
            messages: BTreeMap::new(),
            topics: None,
            migrated_to: None,
            next_message: 1,
        }
    }

    /// What `user` is here.
    pub fn membership(&self, user: UserId) -> Membership {
        self.members.get(&user).copied().unwrap_or(Membership::Left)
    }

    /// Whether flood limits of groups count here.
    pub fn is_group(&self) -> bool {
        self.kind != ChatKind::Private
    }
}
