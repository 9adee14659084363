//! Users, members, roles and guilds as the state keeps them. Their JSON is in `wire`.

use std::collections::BTreeMap;

use super::super::ids::{GuildId, RoleId, UserId};
use super::permission::Permissions;

#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) bot: bool,
    /// The bot's messages to this user are refused with 50007.
    pub(crate) blocks_dms: bool,
    pub(crate) locale: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) id: RoleId,
    pub(crate) name: String,
    pub(crate) permissions: Permissions,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Member {
    pub(crate) roles: Vec<RoleId>,
    pub(crate) nick: Option<String>,
}

/// A guild. Its first role is @everyone and has the guild's own number.
#[derive(Clone, Debug)]
pub(crate) struct Guild {
    pub(crate) id: GuildId,
    pub(crate) name: String,
    pub(crate) owner: UserId,
    pub(crate) roles: Vec<Role>,
    pub(crate) members: BTreeMap<UserId, Member>,
}
