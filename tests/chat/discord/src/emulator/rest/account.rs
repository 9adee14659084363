//! The bot's own account: gateway URLs, user, application, guilds, direct conversations.

use serde_json::json;

use super::super::clock::Instant;
use super::super::ids::{ChannelId, UserId};
use super::super::rules::Form;
use super::super::world::{Channel, ChannelKind, State, permissions};
use super::answer::Answer;
use super::dispatch::Call;
use super::refusal::Refusal;

pub(super) fn gateway(state: &State) -> Result<Answer, Refusal> {
    Ok(Answer::Json(json!({ "url": format!("ws://{}", state.origin) })))
}

pub(super) fn gateway_bot(state: &State) -> Result<Answer, Refusal> {
    Ok(Answer::Json(json!({
        "url": format!("ws://{}", state.origin), "shards": state.options.shards,
        "session_start_limit": { "total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1 },
    })))
}

pub(super) fn me(state: &State) -> Result<Answer, Refusal> {
    let mut user = state.user_json(state.bot());
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(true);
    user["email"] = json!(null);
    user["locale"] = json!("en-US");
    user["flags"] = json!(0);
    Ok(Answer::Json(user))
}

pub(super) fn my_guilds(state: &State) -> Result<Answer, Refusal> {
    let guilds = state.guilds.values().map(|guild| {
        json!({
            "id": guild.id.to_string(), "name": guild.name, "icon": null, "banner": null,
            "owner": guild.owner == state.bot(), "permissions": permissions::EVERYONE.0.to_string(), "features": [],
        })
    });
    Ok(Answer::Json(guilds.collect()))
}

pub(super) fn user(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let id: UserId = call.params.id("user")?;
    if !state.users.contains_key(&id) {
        return Err(Refusal::UnknownUser);
    }
    Ok(Answer::Json(state.user_json(id)))
}

pub(super) fn application(state: &State) -> Result<Answer, Refusal> {
    let owner = state.guilds.values().next().map_or(state.bot(), |guild| guild.owner);
    Ok(Answer::Json(json!({
        "id": state.options.application.to_string(), "name": state.options.bot_name, "icon": null, "description": "",
        "rpc_origins": [], "bot_public": true, "bot_require_code_grant": false, "owner": state.user_json(owner),
        "summary": "", "verify_key": "0".repeat(64), "team": null, "flags": 0, "tags": [], "redirect_uris": [],
        "bot": state.user_json(state.bot()), "approximate_guild_count": state.guilds.len(),
        "integration_types_config": { "0": { "oauth2_install_params": null } }, "interactions_endpoint_url": null,
    })))
}

/// Opens the conversation, or returns the one there is. A user who blocks the bot is only noticed on sending.
pub(super) fn create_dm(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let wanted = &call.body.json["recipient_id"];
    let id = wanted.as_str().and_then(|text| text.parse().ok()).or(wanted.as_u64()).map(UserId);
    let Some(id) = id else {
        return Err(Form::one("recipient_id", "BASE_TYPE_REQUIRED", "This field is required"));
    };
    let user = state.users.get(&id).ok_or(Refusal::UnknownUser)?;
    if user.bot {
        return Err(Refusal::CannotMessageUser);
    }
    let channel = state.direct(id);
    Ok(Answer::Json(state.channels.get(&channel).map(|channel| state.channel_json(channel)).unwrap_or_default()))
}

impl State {
    /// The conversation of the bot with a user, opened if there is none.
    pub(crate) fn direct(&mut self, with: UserId) -> ChannelId {
        let open = self.channels.values().find(|channel| channel.kind == ChannelKind::Direct { with });
        if let Some(channel) = open {
            return channel.id;
        }
        let id: ChannelId = self.next_id();
        let created = self.now();
        self.channels.insert(id, new_channel(id, ChannelKind::Direct { with }, created));
        id
    }
}

fn new_channel(id: ChannelId, kind: ChannelKind, created: Instant) -> Channel {
    Channel {
        id,
        guild: None,
        kind,
        name: String::new(),
        overwrites: Vec::new(),
        last_message: None,
        owner: None,
        archived: false,
        locked: false,
        archive_after_minutes: 1440,
        created,
    }
}
