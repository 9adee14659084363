//! Finds the command that a person means and sends interactions to the bot. What a person may do is in `usage` and
//! `options`.

use serde_json::{Value, json};

use super::super::error::EmulatorError;
use super::super::gateway::Event;
use super::super::ids::{ChannelId, InteractionId, UserId};
use super::super::world::{
    CommandRecord, Interaction, InteractionKind, Message, Permissions, State, only, permissions,
};
use super::options::{OptionValue, fill};

/// Sends a command, or the typing of one of its options.
pub(super) fn invoke(
    state: &mut State,
    channel: ChannelId,
    user: UserId,
    command: &str,
    options: &[(&str, OptionValue)],
    kind: InteractionKind,
    focused: Option<&str>,
) -> Result<InteractionId, EmulatorError> {
    let place = state.channels.get(&channel).ok_or(EmulatorError::NoChannel(channel))?;
    let held = state.permissions_in(user, place);
    let guild = place.guild;
    if !held.contains(permissions::VIEW_CHANNEL | permissions::USE_APPLICATION_COMMANDS) {
        return Err(EmulatorError::Invisible(user));
    }
    let mut words = command.split(' ');
    let name = words.next().unwrap_or_default();
    let offered = |one: &&CommandRecord| {
        let here = one.guild.is_none() || one.guild == guild;
        here && one.kind == 1 && one.name == name && is_offered(&one.body, guild.is_none(), held)
    };
    // A guild's own command hides the global one of the same name.
    let record = state.commands.iter().filter(offered).max_by_key(|one| one.guild.is_some()).cloned();
    let record = record.ok_or_else(|| EmulatorError::NoCommand(command.to_owned()))?;
    let mut schema = record.body.clone();
    let mut path = Vec::new();
    for word in words {
        let inner = schema["options"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|option| option["name"] == word && matches!(option["type"].as_u64(), Some(1 | 2)));
        let inner = inner.cloned().ok_or_else(|| EmulatorError::NoCommand(command.to_owned()))?;
        path.push((word.to_owned(), inner["type"].clone()));
        schema = inner;
    }
    let parent =
        schema["options"].as_array().into_iter().flatten().any(|one| matches!(one["type"].as_u64(), Some(1 | 2)));
    if parent {
        return Err(EmulatorError::NoCommand(format!("{command} (a subcommand is needed)")));
    }
    let filled = fill(state, channel, &schema, options, focused)?;
    let nested = path
        .iter()
        .rev()
        .fold(filled.options, |inner, (word, kind)| vec![json!({ "name": word, "type": kind, "options": inner })]);
    let mut data = json!({ "id": record.id.to_string(), "name": name, "type": 1 });
    if !nested.is_empty() {
        data["options"] = json!(nested);
    }
    if !filled.resolved.is_empty() {
        data["resolved"] = Value::Object(filled.resolved);
    }
    if let Some(guild) = record.guild {
        data["guild_id"] = json!(guild.to_string());
    }
    Ok(create(state, channel, user, kind, data, None))
}

/// Whether Discord's client shows a command there: its contexts («Interaction Contexts») and its default permissions.
fn is_offered(command: &Value, direct: bool, held: Permissions) -> bool {
    let context = u64::from(direct);
    let listed = command["contexts"].as_array().is_none_or(|list| list.iter().any(|one| one.as_u64() == Some(context)));
    let in_direct = !direct || command["dm_permission"].as_bool() != Some(false);
    let needed = command["default_member_permissions"].as_str().and_then(|bits| bits.parse().ok());
    let permitted = direct
        || match needed {
            None => true,
            Some(0) => held.contains(permissions::ADMINISTRATOR),
            Some(bits) => held.contains(Permissions(bits)),
        };
    listed && in_direct && permitted
}

/// Creates an interaction and sends it («Interaction Structure»).
pub(super) fn create(
    state: &mut State,
    channel: ChannelId,
    user: UserId,
    kind: InteractionKind,
    data: Value,
    source: Option<&Message>,
) -> InteractionId {
    let id: InteractionId = state.next_id();
    let guild = state.guild_of(channel).cloned();
    let token = format!("aW50ZXJhY3Rpb246{id}{:040x}", id.get());
    let mut event = json!({
        "id": id.to_string(), "application_id": state.options.application.to_string(), "type": kind.number(),
        "data": data, "channel_id": channel.to_string(), "token": token, "version": 1, "entitlements": [],
        "locale": state.users.get(&user).map(|user| user.locale.clone()), "context": u8::from(guild.is_none()),
        "attachment_size_limit": state.options.file_limit_bytes,
    });
    if let Some(place) = state.channels.get(&channel) {
        let granted = state.permissions_in(state.bot(), place);
        event["app_permissions"] = json!(granted.0.to_string());
        event["channel"] = state.channel_json(place);
        let held = state.permissions_in(user, place).0.to_string();
        event["channel"]["permissions"] = json!(held);
        event["channel"]["name"] = json!(place.name);
        if let Some(guild) = &guild {
            event["guild_id"] = json!(guild.id.to_string());
            event["guild"] = json!({ "id": guild.id.to_string(), "locale": "en-US", "features": [] });
            event["guild_locale"] = json!("en-US");
            event["authorizing_integration_owners"] = json!({ "0": guild.id.to_string() });
            if let Some(member) = guild.members.get(&user) {
                event["member"] = state.member_json(user, member, true);
                event["member"]["permissions"] = json!(held);
            }
        } else {
            event["user"] = state.user_json(user);
            event["authorizing_integration_owners"] = json!({ "0": "0" });
        }
    }
    if let Some(message) = source {
        event["message"] = only(&state.message_json(message), MESSAGE_KEYS);
    }
    let used = Interaction {
        id,
        kind,
        user,
        channel,
        source: source.map(|message| message.id),
        at: state.now(),
        response: None,
        follow_ups: Vec::new(),
        guild: guild.as_ref().map(|guild| guild.id),
        token,
    };
    state.interactions.insert(id, used);
    let guild = guild.map(|guild| guild.id);
    state.dispatch(&Event { name: "INTERACTION_CREATE", data: event, guild, intent: 0, sealed: false });
    id
}

/// The message that comes with a component's interaction is whole, except for the thread that hangs on it.
const MESSAGE_KEYS: &[&str] = &[
    "id",
    "type",
    "channel_id",
    "author",
    "content",
    "timestamp",
    "edited_timestamp",
    "tts",
    "mention_everyone",
    "mentions",
    "mention_roles",
    "attachments",
    "embeds",
    "pinned",
    "flags",
    "components",
    "webhook_id",
    "application_id",
    "interaction",
    "interaction_metadata",
    "message_reference",
];
