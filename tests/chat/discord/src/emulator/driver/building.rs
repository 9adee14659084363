//! Building the world: users, guilds, channels, roles and permissions, with the events that a client gets of them.

use serde_json::json;

use super::super::gateway::{Event, intents};
use super::super::ids::{ChannelId, GuildId, RoleId, UserId};
use super::super::world::{
    Channel, ChannelKind, Guild, Member, Overwrite, Permissions, Role, State, User, permissions,
};
use super::Emulator;

impl Emulator {
    /// A person whom the bot does not know yet.
    pub fn add_user(&self, name: &str) -> UserId {
        self.shared.change(|state| {
            let id: UserId = state.next_id();
            let locale = "en-US".to_owned();
            state.users.insert(id, User { id, name: name.to_owned(), bot: false, blocks_dms: false, locale });
            id
        })
    }

    /// A guild that the bot is in, owned by a person who is in it too.
    pub fn add_guild(&self, name: &str, owner: UserId) -> GuildId {
        self.shared.change(|state| {
            let id: GuildId = state.next_id();
            let everyone =
                Role { id: RoleId(id.get()), name: "@everyone".to_owned(), permissions: permissions::EVERYONE };
            let members = [owner, state.bot()].map(|user| (user, Member::default()));
            let guild = Guild {
                id,
                name: name.to_owned(),
                owner,
                roles: vec![everyone],
                members: members.into_iter().collect(),
            };
            let data = state.guild_json(&guild, true);
            state.guilds.insert(id, guild);
            announce(state, "GUILD_CREATE", id, intents::GUILDS, data);
            id
        })
    }

    /// A text channel of a guild.
    pub fn add_channel(&self, guild: GuildId, name: &str) -> ChannelId {
        self.shared.change(|state| {
            let id = state.next_id();
            let channel = Channel {
                id,
                guild: Some(guild),
                kind: ChannelKind::Text,
                name: name.to_owned(),
                overwrites: Vec::new(),
                last_message: None,
                owner: None,
                archived: false,
                locked: false,
                archive_after_minutes: 1440,
                created: state.now(),
            };
            state.channels.insert(id, channel);
            state.announce_channel("CHANNEL_CREATE", id);
            id
        })
    }

    /// Lets a person join a guild.
    pub fn add_member(&self, guild: GuildId, user: UserId) {
        self.shared.change(|state| {
            let Some(joined) = state.guilds.get_mut(&guild) else { return };
            joined.members.insert(user, Member::default());
            let mut data = state.member_json(user, &Member::default(), true);
            data["guild_id"] = json!(guild.to_string());
            announce(state, "GUILD_MEMBER_ADD", guild, intents::GUILD_MEMBERS, data);
        });
    }

    /// A role of a guild, which a member may get with [`Self::give_role`].
    pub fn add_role(&self, guild: GuildId, name: &str, permissions: Permissions) -> RoleId {
        self.shared.change(|state| {
            let role = Role { id: state.next_id(), name: name.to_owned(), permissions };
            let id = role.id;
            let position = state.guilds.get(&guild).map_or(0, |guild| guild.roles.len());
            let data = json!({ "guild_id": guild.to_string(), "role": state.role_json(&role, position) });
            if let Some(guild) = state.guilds.get_mut(&guild) {
                guild.roles.push(role);
            }
            announce(state, "GUILD_ROLE_CREATE", guild, intents::GUILDS, data);
            id
        })
    }

    /// Gives a member, who may be the bot, a role.
    pub fn give_role(&self, guild: GuildId, user: UserId, role: RoleId) {
        self.shared.change(|state| {
            let members = state.guilds.get_mut(&guild).map(|guild| &mut guild.members);
            let Some(member) = members.and_then(|members| members.get_mut(&user)) else { return };
            member.roles.push(role);
            let member = member.clone();
            let mut data = state.member_json(user, &member, true);
            data["guild_id"] = json!(guild.to_string());
            // «Caveats»: changes of the bot itself come without the intent.
            let intent = if user == state.bot() { 0 } else { intents::GUILD_MEMBERS };
            announce(state, "GUILD_MEMBER_UPDATE", guild, intent, data);
        });
    }

    /// Takes permissions from a member, who may be the bot, in one channel.
    pub fn deny(&self, channel: ChannelId, user: UserId, denied: Permissions) {
        self.overwrite(channel, Overwrite { target: user.get(), of_member: true, allow: Permissions(0), deny: denied });
    }

    /// Takes permissions from everyone in one channel.
    pub fn deny_everyone(&self, channel: ChannelId, denied: Permissions) {
        let guild = self.shared.read(|state| state.guild_of(channel).map_or(0, |guild| guild.id.get()));
        self.overwrite(channel, Overwrite { target: guild, of_member: false, allow: Permissions(0), deny: denied });
    }

    /// Gives a member permissions in one channel.
    pub fn allow(&self, channel: ChannelId, user: UserId, allowed: Permissions) {
        let overwrite = Overwrite { target: user.get(), of_member: true, allow: allowed, deny: Permissions(0) };
        self.overwrite(channel, overwrite);
    }

    /// Gives whoever has a role permissions in one channel.
    pub fn allow_role(&self, channel: ChannelId, role: RoleId, allowed: Permissions) {
        let overwrite = Overwrite { target: role.get(), of_member: false, allow: allowed, deny: Permissions(0) };
        self.overwrite(channel, overwrite);
    }

    /// Forgets every exception of a channel.
    pub fn clear_overwrites(&self, channel: ChannelId) {
        self.shared.change(|state| {
            if let Some(channel) = state.channels.get_mut(&channel) {
                channel.overwrites.clear();
            }
            state.announce_channel("CHANNEL_UPDATE", channel);
        });
    }

    fn overwrite(&self, channel: ChannelId, overwrite: Overwrite) {
        self.shared.change(|state| {
            if let Some(channel) = state.channels.get_mut(&channel) {
                channel.overwrites.retain(|other| other.target != overwrite.target);
                channel.overwrites.push(overwrite);
            }
            state.announce_channel("CHANNEL_UPDATE", channel);
        });
    }

    /// Lets a person refuse, or accept again, direct messages of the bot.
    pub fn block_dms(&self, user: UserId, blocked: bool) {
        self.shared.change(|state| {
            if let Some(user) = state.users.get_mut(&user) {
                user.blocks_dms = blocked;
            }
        });
    }

    /// Sets the language of a person's own client.
    pub fn set_locale(&self, user: UserId, locale: &str) {
        self.shared.change(|state| {
            if let Some(user) = state.users.get_mut(&user) {
                locale.clone_into(&mut user.locale);
            }
        });
    }

    /// The conversation of the bot with a person, opened by the person if there is none.
    pub fn open_dm(&self, user: UserId) -> ChannelId {
        self.shared.change(|state| state.direct(user))
    }

    /// Deletes a channel with its messages.
    pub fn delete_channel(&self, channel: ChannelId) {
        self.shared.change(|state| {
            state.announce_channel("CHANNEL_DELETE", channel);
            state.channels.remove(&channel);
            state.messages.retain(|_, message| message.channel != channel);
        });
    }

    /// Takes the bot out of a guild.
    pub fn kick_bot(&self, guild: GuildId) {
        self.shared.change(|state| {
            let data = json!({ "id": guild.to_string() });
            announce(state, "GUILD_DELETE", guild, intents::GUILDS, data);
            state.guilds.remove(&guild);
            state.channels.retain(|_, channel| channel.guild != Some(guild));
        });
    }
}

fn announce(state: &mut State, name: &'static str, guild: GuildId, intent: u64, data: serde_json::Value) {
    state.dispatch(&Event { name, data, guild: Some(guild), intent, sealed: false });
}
