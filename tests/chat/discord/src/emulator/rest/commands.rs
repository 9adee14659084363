//! Registering application commands, global and of a guild. Their rules are in `rules`; using them is in `driver`.

use serde_json::{Value, json};

use super::super::ids::{ApplicationId, CommandId, GuildId};
use super::super::rules::{Form, check_command};
use super::super::world::{CommandRecord, State};
use super::answer::Answer;
use super::dispatch::Call;
use super::refusal::Refusal;

/// Commands of one type that an application may have: 100 on input, 15 each on users and messages
/// («Registering a Command»).
fn most(kind: u64) -> usize {
    if kind == 1 { 100 } else { 15 }
}

/// The guild of the path, if any; the application must be the bot's own.
fn place(state: &State, call: &Call) -> Result<Option<GuildId>, Refusal> {
    let application: ApplicationId = call.params.id("application")?;
    if application != state.options.application {
        return Err(Refusal::MissingAccess);
    }
    if call.params.text("guild").is_empty() {
        return Ok(None);
    }
    let guild: GuildId = call.params.id("guild")?;
    if state.guilds.contains_key(&guild) { Ok(Some(guild)) } else { Err(Refusal::MissingAccess) }
}

/// Fills in what the platform fills in.
fn completed(state: &State, id: CommandId, guild: Option<GuildId>, body: &Value, version: u64) -> Value {
    let mut value = json!({
        "id": id.to_string(), "application_id": state.options.application.to_string(),
        "version": version.to_string(), "type": 1, "default_member_permissions": null, "description": "",
        "name_localizations": null, "description_localizations": null, "nsfw": false, "options": [],
    });
    match guild {
        Some(guild) => value["guild_id"] = json!(guild.to_string()),
        None => {
            value["dm_permission"] = json!(true);
            value["contexts"] = Value::Null;
            value["integration_types"] = json!([0]);
        }
    }
    for (key, given) in body.as_object().into_iter().flatten() {
        if !given.is_null() {
            value[key] = given.clone();
        }
    }
    value
}

fn record(state: &mut State, guild: Option<GuildId>, body: &Value) -> CommandRecord {
    let kind = body["type"].as_u64().unwrap_or(1);
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    let same = |one: &CommandRecord| one.guild == guild && one.kind == kind && one.name == name;
    // A command of the same name and type keeps its number («Create Global Application Command»).
    let known = state.commands.iter().find(|one| same(one)).map(|one| one.id);
    let id = known.unwrap_or_else(|| state.next_id());
    let version = state.next_id();
    let body = completed(state, id, guild, body, version);
    CommandRecord { id, guild, name, kind, body }
}

pub(super) fn list(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let guild = place(state, call)?;
    Ok(Answer::Json(state.commands.iter().filter(|one| one.guild == guild).map(|one| one.body.clone()).collect()))
}

pub(super) fn overwrite(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let guild = place(state, call)?;
    let Some(list) = call.body.json.as_array() else {
        return Err(Form::one("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"));
    };
    let mut form = Form::default();
    for (index, command) in list.iter().enumerate() {
        check_command(&mut form, &index.to_string(), command);
        let key = |command: &Value| (command["type"].as_u64().unwrap_or(1), command["name"].clone());
        if list[..index].iter().any(|other| key(other) == key(command)) {
            let message = "Application command names must be unique";
            form.refuse(&index.to_string(), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
    }
    form.finish()?;
    let of_kind = |kind| list.iter().filter(|one| one["type"].as_u64().unwrap_or(1) == kind).count();
    if (1..=3).any(|kind| of_kind(kind) > most(kind)) {
        return Err(Refusal::TooManyCommands);
    }
    let records: Vec<CommandRecord> = list.iter().map(|command| record(state, guild, command)).collect();
    let answer = records.iter().map(|one| one.body.clone()).collect();
    state.commands.retain(|one| one.guild != guild);
    state.commands.extend(records);
    Ok(Answer::Json(answer))
}

pub(super) fn create(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let guild = place(state, call)?;
    let mut form = Form::default();
    check_command(&mut form, "", &call.body.json);
    form.finish()?;
    let fresh = record(state, guild, &call.body.json);
    let before = state.commands.len();
    state.commands.retain(|one| one.id != fresh.id);
    let replaced = state.commands.len() < before;
    let same = state.commands.iter().filter(|one| one.guild == guild && one.kind == fresh.kind).count();
    if !replaced && same >= most(fresh.kind) {
        return Err(Refusal::TooManyCommands);
    }
    let body = fresh.body.clone();
    state.commands.push(fresh);
    Ok(if replaced { Answer::Json(body) } else { Answer::Created(body) })
}

fn position(state: &State, call: &Call) -> Result<usize, Refusal> {
    let guild = place(state, call)?;
    let id: CommandId = call.params.id("command")?;
    let found = state.commands.iter().position(|one| one.id == id && one.guild == guild);
    found.ok_or(Refusal::UnknownCommand)
}

pub(super) fn show(state: &State, call: &Call) -> Result<Answer, Refusal> {
    Ok(Answer::Json(state.commands[position(state, call)?].body.clone()))
}

pub(super) fn edit(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let index = position(state, call)?;
    let mut body = state.commands[index].body.clone();
    for (key, given) in call.body.json.as_object().into_iter().flatten() {
        body[key] = given.clone();
    }
    let mut form = Form::default();
    check_command(&mut form, "", &body);
    form.finish()?;
    body["version"] = json!(state.next_id::<u64>().to_string());
    let command = &mut state.commands[index];
    body["name"].as_str().unwrap_or_default().clone_into(&mut command.name);
    command.body = body.clone();
    Ok(Answer::Json(body))
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let index = position(state, call)?;
    state.commands.remove(index);
    Ok(Answer::Empty)
}
