//! Guilds with their channels, roles and members, read only.

use serde_json::{Value, json};

use super::super::gateway::intents;
use super::super::ids::{GuildId, UserId};
use super::super::rules::Form;
use super::super::world::{Guild, State};
use super::answer::Answer;
use super::dispatch::Call;
use super::refusal::Refusal;

fn reach<'a>(state: &'a State, call: &Call) -> Result<&'a Guild, Refusal> {
    let id: GuildId = call.params.id("guild")?;
    let guild = state.guilds.get(&id).ok_or(Refusal::UnknownGuild)?;
    if guild.members.contains_key(&state.bot()) { Ok(guild) } else { Err(Refusal::MissingAccess) }
}

pub(super) fn show(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let guild = reach(state, call)?;
    Ok(Answer::Json(state.guild_json(guild, false)))
}

/// The channels, without threads («Get Guild Channels»).
pub(super) fn channels(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let guild = reach(state, call)?;
    let of_guild = state.channels.values().filter(|channel| channel.guild == Some(guild.id) && !channel.is_thread());
    Ok(Answer::Json(of_guild.map(|channel| state.channel_json(channel)).collect()))
}

pub(super) fn active_threads(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let guild = reach(state, call)?;
    let active = |channel: &&super::super::world::Channel| {
        channel.guild == Some(guild.id) && channel.is_thread() && !channel.archived
    };
    let threads: Value = state.channels.values().filter(active).map(|channel| state.channel_json(channel)).collect();
    Ok(Answer::Json(json!({ "threads": threads, "members": [] })))
}

pub(super) fn roles(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let guild = reach(state, call)?;
    Ok(Answer::Json(state.roles_json(guild)))
}

/// «List Guild Members» needs the GUILD_MEMBERS intent to be switched on.
pub(super) fn members(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let guild = reach(state, call)?;
    if state.options.privileged_intents & intents::GUILD_MEMBERS == 0 {
        return Err(Refusal::MissingAccess);
    }
    let limit: usize = call.query("limit").unwrap_or("1").parse().unwrap_or(0);
    if !(1..=1000).contains(&limit) {
        return Err(Form::one("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 1000."));
    }
    let after: UserId = call.query("after").and_then(|text| text.parse().ok()).unwrap_or(UserId(0));
    let page = guild.members.iter().filter(|(id, _)| **id > after).take(limit);
    Ok(Answer::Json(page.map(|(id, member)| state.member_json(*id, member, true)).collect()))
}

pub(super) fn member(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let guild = reach(state, call)?;
    let id: UserId = call.params.id("user")?;
    let member = guild.members.get(&id).ok_or(Refusal::UnknownMember)?;
    Ok(Answer::Json(state.member_json(id, member, true)))
}
