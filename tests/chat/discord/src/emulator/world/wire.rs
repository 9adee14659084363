//! The JSON objects of the API, as the documentation's resource pages give them. Nothing is decided here.

use serde_json::{Map, Value, json};

use super::super::clock::Instant;
use super::super::ids::UserId;
use super::state::State;
use super::{Channel, ChannelKind, File, Guild, Interaction, InteractionKind, Member, Message, Response, Role, flags};

/// A moment in ISO 8601, as all of the API's times are.
pub(crate) fn iso8601(at: Instant) -> String {
    let ms = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms).map(|at| format!("{at:.3}")).unwrap_or_default().replace('Z', "+00:00")
}

impl State {
    pub(crate) fn user_json(&self, id: UserId) -> Value {
        let Some(user) = self.users.get(&id) else {
            return json!({ "id": id.to_string(), "username": "unknown", "discriminator": "0", "avatar": null });
        };
        json!({
            "id": id.to_string(), "username": user.name, "discriminator": "0", "global_name": user.name,
            "avatar": null, "bot": user.bot, "system": false, "public_flags": 0, "banner": null, "accent_color": null,
        })
    }

    /// A member; without its user in messages, where the user is the author.
    pub(crate) fn member_json(&self, id: UserId, member: &Member, with_user: bool) -> Value {
        let roles: Vec<String> = member.roles.iter().map(ToString::to_string).collect();
        let mut value = json!({
            "nick": member.nick, "avatar": null, "roles": roles, "joined_at": "2024-01-01T00:00:00.000000+00:00",
            "premium_since": null, "deaf": false, "mute": false, "flags": 0, "pending": false,
            "communication_disabled_until": null,
        });
        if with_user {
            value["user"] = self.user_json(id);
        }
        value
    }

    pub(crate) fn role_json(&self, role: &Role, position: usize) -> Value {
        json!({
            "id": role.id.to_string(), "name": role.name, "color": 0, "hoist": false, "icon": null,
            "unicode_emoji": null, "position": position, "permissions": role.permissions.0.to_string(),
            "managed": false, "mentionable": false, "flags": 0,
            "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        })
    }

    pub(crate) fn roles_json(&self, guild: &Guild) -> Value {
        guild.roles.iter().enumerate().map(|(position, role)| self.role_json(role, position)).collect()
    }

    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        let last = channel.last_message.map(|id| id.to_string());
        let mut value = json!({
            "id": channel.id.to_string(), "type": channel.kind.number(), "last_message_id": last, "flags": 0,
        });
        if let ChannelKind::Direct { with } = channel.kind {
            value["recipients"] = json!([self.user_json(with)]);
            return value;
        }
        value["name"] = json!(channel.name);
        value["guild_id"] = json!(channel.guild.map(|id| id.to_string()));
        value["nsfw"] = json!(false);
        value["rate_limit_per_user"] = json!(0);
        value["parent_id"] = json!(channel.kind.parent().map(|id| id.to_string()));
        if channel.is_thread() {
            value["owner_id"] = json!(channel.owner.map(|id| id.to_string()));
            value["message_count"] = json!(self.messages_in(channel.id).count());
            value["total_message_sent"] = value["message_count"].clone();
            value["member_count"] = json!(1);
            value["thread_metadata"] = json!({
                "archived": channel.archived, "auto_archive_duration": channel.archive_after_minutes,
                "archive_timestamp": iso8601(channel.created), "locked": channel.locked,
                "create_timestamp": iso8601(channel.created), "invitable": true,
            });
        } else {
            value["position"] = json!(0);
            value["topic"] = Value::Null;
            value["permission_overwrites"] = channel
                .overwrites
                .iter()
                .map(|overwrite| {
                    json!({
                        "id": overwrite.target.to_string(), "type": u8::from(overwrite.of_member),
                        "allow": overwrite.allow.0.to_string(), "deny": overwrite.deny.0.to_string(),
                    })
                })
                .collect();
        }
        value
    }

    /// A guild with what GUILD_CREATE adds; the same object without it is what REST gives.
    pub(crate) fn guild_json(&self, guild: &Guild, for_event: bool) -> Value {
        let mut value = json!({
            "id": guild.id.to_string(), "name": guild.name, "icon": null, "splash": null, "discovery_splash": null,
            "owner_id": guild.owner.to_string(), "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0,
            "default_message_notifications": 0, "explicit_content_filter": 0, "roles": self.roles_json(guild),
            "emojis": [], "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
            "system_channel_flags": 0, "rules_channel_id": null, "vanity_url_code": null, "description": null,
            "banner": null, "premium_tier": 0, "preferred_locale": "en-US", "public_updates_channel_id": null,
            "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null,
        });
        if for_event {
            let of_guild = || self.channels.values().filter(|channel| channel.guild == Some(guild.id));
            let list = |threads: bool| -> Value {
                of_guild().filter(|one| one.is_thread() == threads).map(|one| self.channel_json(one)).collect()
            };
            let members = guild.members.iter().map(|(id, member)| self.member_json(*id, member, true));
            let extra = json!({
                "joined_at": "2024-01-01T00:00:00.000000+00:00", "large": false, "unavailable": false,
                "member_count": guild.members.len(), "voice_states": [], "members": members.collect::<Vec<_>>(),
                "channels": list(false), "threads": list(true), "presences": [], "stage_instances": [],
                "guild_scheduled_events": [], "soundboard_sounds": [],
            });
            if let (Value::Object(all), Value::Object(extra)) = (&mut value, extra) {
                all.extend(extra);
            }
        }
        value
    }

    pub(crate) fn attachment_json(&self, file: &File) -> Value {
        let mut value = json!({
            "id": file.id.to_string(), "filename": file.filename, "size": file.bytes.len(), "url": file.url,
            "proxy_url": file.url,
        });
        if let Some(media_type) = &file.content_type {
            value["content_type"] = json!(media_type);
        }
        if let Some(text) = &file.description {
            value["description"] = json!(text);
        }
        if let Some((width, height)) = png_size(&file.bytes) {
            value["width"] = json!(width);
            value["height"] = json!(height);
        }
        value
    }

    pub(crate) fn message_json(&self, message: &Message) -> Value {
        let embeds = message.embeds.iter().map(|embed| {
            let mut value = serde_json::to_value(embed).unwrap_or_default();
            value["type"] = json!("rich");
            value
        });
        let shown = message.files.iter().filter(|file| !file.embedded);
        let bits = message.flags
            | if message.loading { flags::LOADING } else { 0 }
            | if message.ephemeral_to.is_some() { flags::EPHEMERAL } else { 0 }
            | if message.thread.is_some() { flags::HAS_THREAD } else { 0 };
        let kind = if message.interaction.is_some() {
            20
        } else if message.reply_to.is_some() {
            19
        } else {
            0
        };
        let mut value = json!({
            "id": message.id.to_string(), "type": kind, "channel_id": message.channel.to_string(),
            "author": self.user_json(message.author), "content": message.content,
            "timestamp": iso8601(message.sent_at), "edited_timestamp": message.edited_at.map(iso8601), "tts": false,
            "mention_everyone": message.mentions_everyone,
            "mentions": message.mentions.iter().map(|id| self.user_json(*id)).collect::<Vec<_>>(),
            "mention_roles": [], "attachments": shown.map(|file| self.attachment_json(file)).collect::<Vec<_>>(),
            "embeds": embeds.collect::<Vec<_>>(), "pinned": false, "flags": bits, "components": message.components,
        });
        if let Some(nonce) = &message.nonce {
            value["nonce"] = nonce.clone();
        }
        if let Some(replied) = message.reply_to {
            value["message_reference"] =
                json!({ "type": 0, "message_id": replied.to_string(), "channel_id": message.channel.to_string() });
            let there = self.messages.get(&replied).filter(|message| !message.deleted);
            value["referenced_message"] = there.map_or(Value::Null, |replied| {
                let shallow = Message { reply_to: None, ..replied.clone() };
                self.message_json(&shallow)
            });
        }
        if let Some(used) = message.interaction.and_then(|id| self.interactions.get(&id)) {
            value["webhook_id"] = json!(self.options.application.to_string());
            value["application_id"] = json!(self.options.application.to_string());
            value["interaction_metadata"] = self.metadata_json(used);
            if let InteractionKind::Command { name } = &used.kind {
                value["interaction"] = json!({
                    "id": used.id.to_string(), "type": 2, "name": name, "user": self.user_json(used.user),
                });
            }
        }
        if let Some(thread) = message.thread.and_then(|id| self.channels.get(&id)) {
            value["thread"] = self.channel_json(thread);
        }
        value
    }

    fn metadata_json(&self, used: &Interaction) -> Value {
        let owner = used.guild.map_or_else(|| "0".to_owned(), |id| id.to_string());
        let mut value = json!({
            "id": used.id.to_string(), "type": used.kind.number(), "user": self.user_json(used.user),
            "authorizing_integration_owners": { "0": owner },
        });
        match &used.kind {
            InteractionKind::Component { .. } => {
                value["interacted_message_id"] = json!(used.source.map(|id| id.to_string()));
            }
            InteractionKind::ModalSubmit { .. } => {
                value["triggering_interaction_metadata"] = value.clone();
            }
            InteractionKind::Command { .. } | InteractionKind::Autocomplete { .. } => {}
        }
        value
    }

    /// The documentation's «Interaction Callback Response Object».
    pub(crate) fn callback_json(&self, used: &Interaction) -> Value {
        let mut value = json!({ "interaction": { "id": used.id.to_string(), "type": used.kind.number() } });
        let Some(response) = &used.response else { return value };
        let (kind, shown) = match response {
            Response::Message(id) => (4, Some(id)),
            Response::Deferred(id) => (5, Some(id)),
            Response::DeferredUpdate => (6, None),
            Response::Update(id) => (7, Some(id)),
            Response::Choices(_) => (8, None),
            Response::Modal(_) => (9, None),
        };
        value["resource"] = json!({ "type": kind });
        if let Some(message) = shown.and_then(|id| self.messages.get(id)) {
            value["interaction"]["response_message_id"] = json!(message.id.to_string());
            value["interaction"]["response_message_loading"] = json!(message.loading);
            value["interaction"]["response_message_ephemeral"] = json!(message.ephemeral_to.is_some());
            value["resource"]["message"] = self.message_json(message);
        }
        value
    }

    /// Adds what a gateway message event has over the message itself: the guild and the author's membership.
    pub(crate) fn message_event_json(&self, message: &Message) -> Value {
        let mut value = self.message_json(message);
        if let Some(guild) = self.guild_of(message.channel) {
            value["guild_id"] = json!(guild.id.to_string());
            if let Some(member) = guild.members.get(&message.author) {
                value["member"] = self.member_json(message.author, member, false);
            }
        }
        value
    }
}

/// The size in the header of a PNG, which the API reports for images; other formats are left without.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let number = |part: &[u8]| part.try_into().ok().map(u32::from_be_bytes);
    Some((number(&header[..4])?, number(&header[4..])?))
}

/// A partial object with the named keys.
pub(crate) fn only(value: &Value, keys: &[&str]) -> Value {
    let mut part = Map::new();
    for key in keys {
        if let Some(found) = value.get(*key) {
            part.insert((*key).to_owned(), found.clone());
        }
    }
    Value::Object(part)
}
