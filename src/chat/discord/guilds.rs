//! What is known of servers: roles, channels and who may do what in them, kept from the events that Discord sends.
//! Source of the computation: Discord's reference, «Permissions», Permission Hierarchy.

use std::collections::{BTreeMap, HashMap};

use serenity::all::{
    ChannelId, Event, Guild, GuildChannel, PermissionOverwrite, PermissionOverwriteType, Permissions, RoleId, UserId,
};

use crate::domain::Role;

/// The servers that the bot is in.
#[derive(Debug, Default)]
pub(super) struct Guilds {
    guilds: HashMap<u64, Known>,
    channels: HashMap<u64, Channel>,
}

#[derive(Debug)]
struct Known {
    owner: u64,
    roles: HashMap<u64, Held>,
    /// The roles of the bot itself.
    own: Vec<u64>,
}

/// A role of a server.
#[derive(Debug)]
struct Held {
    name: String,
    permissions: Permissions,
    /// Whether it is the own role of a bot, which no person has.
    of_bot: bool,
}

impl From<&serenity::all::Role> for Held {
    fn from(role: &serenity::all::Role) -> Self {
        Self { name: role.name.clone(), permissions: role.permissions, of_bot: role.tags.bot_id.is_some() }
    }
}

#[derive(Debug)]
struct Channel {
    guild: u64,
    /// The channel that a thread hangs on.
    parent: Option<u64>,
    overwrites: Vec<PermissionOverwrite>,
    /// Whether it is a thread that the bot is in.
    joined: bool,
}

impl Guilds {
    /// Takes in an event of the bot with this id.
    pub(super) fn take(&mut self, event: &Event, me: u64) {
        match event {
            Event::GuildCreate(event) => self.guild(&event.guild, me),
            Event::GuildUpdate(event) => {
                if let Some(known) = self.guilds.get_mut(&event.guild.id.get()) {
                    known.owner = event.guild.owner_id.get();
                    known.roles = roles(&event.guild.roles);
                }
            }
            // A server that is only away for a while comes back with all it holds.
            Event::GuildDelete(event) if !event.guild.unavailable => {
                let gone = event.guild.id.get();
                self.guilds.remove(&gone);
                self.channels.retain(|_, channel| channel.guild != gone);
            }
            Event::GuildRoleCreate(event) => self.role(&event.role),
            Event::GuildRoleUpdate(event) => self.role(&event.role),
            Event::GuildRoleDelete(event) => {
                if let Some(known) = self.guilds.get_mut(&event.guild_id.get()) {
                    known.roles.remove(&event.role_id.get());
                }
            }
            Event::ChannelCreate(event) => self.channel(&event.channel, event.channel.guild_id.get(), me),
            Event::ChannelUpdate(event) => self.channel(&event.channel, event.channel.guild_id.get(), me),
            Event::ChannelDelete(event) => {
                self.channels.remove(&event.channel.id.get());
            }
            Event::ThreadCreate(event) => self.channel(&event.thread, event.thread.guild_id.get(), me),
            Event::ThreadUpdate(event) => self.channel(&event.thread, event.thread.guild_id.get(), me),
            Event::ThreadDelete(event) => {
                self.channels.remove(&event.thread.id.get());
            }
            Event::ThreadListSync(event) => {
                for thread in &event.threads {
                    self.channel(thread, event.guild_id.get(), me);
                }
            }
            Event::ThreadMembersUpdate(event)
                if event.added_members.iter().any(|member| member.user_id.get() == me) =>
            {
                self.join(event.id.get());
            }
            Event::GuildMemberUpdate(event) if event.user.id.get() == me => {
                if let Some(known) = self.guilds.get_mut(&event.guild_id.get()) {
                    known.own = event.roles.iter().map(|role| role.get()).collect();
                }
            }
            _ => {}
        }
    }

    fn guild(&mut self, guild: &Guild, me: u64) {
        let id = guild.id.get();
        let own =
            guild.members.get(&UserId::new(me)).map(|member| member.roles.iter().map(|role| role.get()).collect());
        let known = Known { owner: guild.owner_id.get(), roles: roles(&guild.roles), own: own.unwrap_or_default() };
        self.guilds.insert(id, known);
        // What went while nobody listened is gone.
        let is_there = |channel: &u64| {
            guild.channels.contains_key(&ChannelId::new(*channel))
                || guild.threads.iter().any(|one| one.id.get() == *channel)
        };
        self.channels.retain(|channel, known| known.guild != id || is_there(channel));
        for channel in guild.channels.values().chain(&guild.threads) {
            self.channel(channel, id, me);
        }
    }

    fn role(&mut self, role: &serenity::all::Role) {
        if let Some(known) = self.guilds.get_mut(&role.guild_id.get()) {
            known.roles.insert(role.id.get(), role.into());
        }
    }

    fn channel(&mut self, channel: &GuildChannel, guild: u64, me: u64) {
        let is_thread = channel.thread_metadata.is_some();
        let own = channel.owner_id.is_some_and(|owner| owner.get() == me) || channel.member.is_some();
        let before = self.channels.get(&channel.id.get()).is_some_and(|channel| channel.joined);
        let known = Channel {
            guild,
            parent: channel.parent_id.filter(|_| is_thread).map(|parent| parent.get()),
            overwrites: channel.permission_overwrites.clone(),
            joined: is_thread && (own || before),
        };
        self.channels.insert(channel.id.get(), known);
    }

    /// The bot has written in a place; in a thread that makes it a member.
    pub(super) fn join(&mut self, channel: u64) {
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.joined = channel.parent.is_some();
        }
    }

    /// Whether a place is a thread that the bot is in.
    pub(super) fn is_joined(&self, channel: u64) -> bool {
        self.channels.get(&channel).is_some_and(|channel| channel.joined)
    }

    /// The channel that a thread hangs on.
    pub(super) fn parent(&self, channel: u64) -> Option<u64> {
        self.channels.get(&channel).and_then(|channel| channel.parent)
    }

    /// Whether a place is a thread.
    pub(super) fn is_thread(&self, channel: u64) -> bool {
        self.parent(channel).is_some()
    }

    /// The servers.
    pub(super) fn ids(&self) -> Vec<u64> {
        self.guilds.keys().copied().collect()
    }

    /// The server of a channel.
    pub(super) fn guild_of(&self, channel: u64) -> Option<u64> {
        self.channels.get(&channel).map(|channel| channel.guild)
    }

    /// What the bot may do in a channel; `None` where the channel is not known.
    pub(super) fn own_permissions(&self, channel: u64, me: u64) -> Option<Permissions> {
        let own = &self.guilds.get(&self.guild_of(channel)?)?.own;
        self.permissions(channel, me, own)
    }

    /// What a member with these roles may do in a channel.
    pub(super) fn permissions(&self, channel: u64, user: u64, roles: &[u64]) -> Option<Permissions> {
        let place = self.channels.get(&channel)?;
        let guild = self.guilds.get(&place.guild)?;
        if guild.owner == user {
            return Some(Permissions::all());
        }
        Some(permissions(guild, place.guild, self.overwrites(place), Some(user), roles))
    }

    /// The exceptions that count in a place: a thread has those of the channel that it hangs on.
    fn overwrites<'a>(&'a self, place: &'a Channel) -> &'a [PermissionOverwrite] {
        let parent = place.parent.and_then(|parent| self.channels.get(&parent));
        parent.map_or(&place.overwrites, |parent| &parent.overwrites)
    }

    /// The highest of Herald's roles that these roles of a server stand for.
    pub(super) fn granted(&self, guild: u64, roles: &[RoleId], mapped: &BTreeMap<String, Role>) -> Option<Role> {
        let known = self.guilds.get(&guild);
        let role_of = |id: u64| {
            let by_name = || known?.roles.get(&id).and_then(|role| mapped.get(&role.name));
            mapped.get(&id.to_string()).or_else(by_name).copied()
        };
        roles.iter().map(|role| role.get()).chain([guild]).filter_map(role_of).max()
    }

    /// What the least privileged of those who may read a channel is to Herald; `None` where the channel is not known.
    /// Administrators read everything and are trusted.
    pub(super) fn viewers(
        &self,
        channel: u64,
        me: u64,
        mapped: &BTreeMap<String, Role>,
        members: Role,
        of_person: impl Fn(u64) -> Role,
    ) -> Option<Role> {
        let place = self.channels.get(&channel)?;
        let guild = self.guilds.get(&place.guild)?;
        let overwrites = self.overwrites(place);
        let may_view = |user: Option<u64>, roles: &[u64]| {
            permissions(guild, place.guild, overwrites, user, roles).contains(Permissions::VIEW_CHANNEL)
        };
        let role_of = |roles: &[u64]| {
            let roles: Vec<RoleId> = roles.iter().copied().map(RoleId::new).collect();
            self.granted(place.guild, &roles, mapped).unwrap_or(members)
        };
        if may_view(None, &[]) {
            return Some(role_of(&[]));
        }
        let of_roles = guild
            .roles
            .iter()
            .filter(|(id, role)| {
                **id != place.guild && !role.of_bot && !role.permissions.administrator() && may_view(None, &[**id])
            })
            .map(|(id, _)| role_of(&[*id]));
        let of_members = overwrites.iter().filter_map(|overwrite| match overwrite.kind {
            PermissionOverwriteType::Member(user) if user.get() != me && may_view(Some(user.get()), &[]) => {
                Some(of_person(user.get()))
            }
            _ => None,
        });
        Some(of_roles.chain(of_members).min().unwrap_or(Role::Owner))
    }
}

fn roles(roles: &HashMap<RoleId, serenity::all::Role>) -> HashMap<u64, Held> {
    roles.iter().map(|(id, role)| (id.get(), role.into())).collect()
}

fn permissions(
    guild: &Known,
    guild_id: u64,
    overwrites: &[PermissionOverwrite],
    user: Option<u64>,
    roles: &[u64],
) -> Permissions {
    let of_role = |id: &u64| guild.roles.get(id).map_or(Permissions::empty(), |role| role.permissions);
    let base = roles.iter().chain([&guild_id]).map(of_role).fold(Permissions::empty(), |all, held| all | held);
    if base.administrator() {
        return Permissions::all();
    }
    let everyone = |kind: PermissionOverwriteType| kind == PermissionOverwriteType::Role(RoleId::new(guild_id));
    let of_roles = |kind: PermissionOverwriteType| match kind {
        PermissionOverwriteType::Role(id) => id.get() != guild_id && roles.contains(&id.get()),
        _ => false,
    };
    let own = |kind: PermissionOverwriteType| match kind {
        PermissionOverwriteType::Member(id) => Some(id.get()) == user,
        _ => false,
    };
    let layers: [&dyn Fn(PermissionOverwriteType) -> bool; 3] = [&everyone, &of_roles, &own];
    let mut held = base;
    for layer in layers {
        let matching = || overwrites.iter().filter(|overwrite| layer(overwrite.kind));
        held &= !matching().fold(Permissions::empty(), |all, overwrite| all | overwrite.deny);
        held |= matching().fold(Permissions::empty(), |all, overwrite| all | overwrite.allow);
    }
    // Who cannot see a channel can do nothing there.
    if held.contains(Permissions::VIEW_CHANNEL) { held } else { Permissions::empty() }
}
