//! Permission bits and how a member's are computed in a channel. Nothing is refused here.

use std::ops::BitOr;

use super::super::ids::UserId;
use super::channels::{Channel, ChannelKind};
use super::state::State;

/// A set of permission bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(pub u64);

impl Permissions {
    /// Whether every bit of `other` is in the set.
    #[must_use]
    pub fn contains(self, other: Permissions) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The permissions that the emulator knows, numbered as in the documentation's «Bitwise Permission Flags».
#[expect(missing_docs, reason = "the names are the documentation's own")]
pub mod permissions {
    use super::Permissions;

    pub const ADMINISTRATOR: Permissions = Permissions(1 << 3);
    pub const MANAGE_CHANNELS: Permissions = Permissions(1 << 4);
    pub const MANAGE_GUILD: Permissions = Permissions(1 << 5);
    pub const ADD_REACTIONS: Permissions = Permissions(1 << 6);
    pub const VIEW_CHANNEL: Permissions = Permissions(1 << 10);
    pub const SEND_MESSAGES: Permissions = Permissions(1 << 11);
    pub const MANAGE_MESSAGES: Permissions = Permissions(1 << 13);
    pub const EMBED_LINKS: Permissions = Permissions(1 << 14);
    pub const ATTACH_FILES: Permissions = Permissions(1 << 15);
    pub const READ_MESSAGE_HISTORY: Permissions = Permissions(1 << 16);
    pub const MENTION_EVERYONE: Permissions = Permissions(1 << 17);
    pub const MANAGE_ROLES: Permissions = Permissions(1 << 28);
    pub const USE_APPLICATION_COMMANDS: Permissions = Permissions(1 << 31);
    pub const MANAGE_THREADS: Permissions = Permissions(1 << 34);
    pub const CREATE_PUBLIC_THREADS: Permissions = Permissions(1 << 35);
    pub const CREATE_PRIVATE_THREADS: Permissions = Permissions(1 << 36);
    pub const SEND_MESSAGES_IN_THREADS: Permissions = Permissions(1 << 38);
    /// What @everyone may do in a new guild, of the bits above.
    pub const EVERYONE: Permissions = Permissions(
        ADD_REACTIONS.0
            | VIEW_CHANNEL.0
            | SEND_MESSAGES.0
            | EMBED_LINKS.0
            | ATTACH_FILES.0
            | READ_MESSAGE_HISTORY.0
            | MENTION_EVERYONE.0
            | USE_APPLICATION_COMMANDS.0
            | CREATE_PUBLIC_THREADS.0
            | CREATE_PRIVATE_THREADS.0
            | SEND_MESSAGES_IN_THREADS.0,
    );
    /// Every bit that Discord defines, which is what an administrator has.
    pub const ALL: Permissions = Permissions((1 << 53) - 1);
}

impl State {
    /// What a user may do in a channel: the documentation's «Permission Hierarchy», with a thread taking its parent's
    /// and nothing at all where the channel cannot be seen.
    pub(crate) fn permissions_in(&self, user: UserId, channel: &Channel) -> Permissions {
        let Some(guild) = channel.guild.and_then(|id| self.guilds.get(&id)) else {
            let ChannelKind::Direct { with } = channel.kind else { return Permissions::default() };
            let inside = user == with || user == self.bot();
            return if inside { permissions::EVERYONE } else { Permissions::default() };
        };
        let Some(member) = guild.members.get(&user) else { return Permissions::default() };
        if guild.owner == user {
            return permissions::ALL;
        }
        let held = |role: &&super::Role| role.id.get() == guild.id.get() || member.roles.contains(&role.id);
        let base = guild.roles.iter().filter(held).fold(Permissions::default(), |all, role| all | role.permissions);
        if base.contains(permissions::ADMINISTRATOR) {
            return permissions::ALL;
        }
        let source = channel.kind.parent().and_then(|id| self.channels.get(&id)).unwrap_or(channel);
        let mut bits = base.0;
        let everyone = |target: u64| target == guild.id.get();
        let of_roles = |target: u64| !everyone(target) && member.roles.iter().any(|role| role.get() == target);
        let own = |target: u64| target == user.get();
        let layers: [&dyn Fn(u64) -> bool; 3] = [&everyone, &of_roles, &own];
        for layer in layers {
            let matching = || source.overwrites.iter().filter(|overwrite| layer(overwrite.target));
            bits &= !matching().fold(0, |all, overwrite| all | overwrite.deny.0);
            bits |= matching().fold(0, |all, overwrite| all | overwrite.allow.0);
        }
        if bits & permissions::VIEW_CHANNEL.0 == 0 { Permissions::default() } else { Permissions(bits) }
    }
}
