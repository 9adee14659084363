//! Threads: starting, joining, renaming and archiving them. Messages in them are like any others.

use serde_json::{Value, json};

use super::super::ids::ChannelId;
use super::super::rules::Form;
use super::super::world::{Channel, ChannelKind, State, permissions};
use super::answer::Answer;
use super::channels::{reach, require};
use super::dispatch::Call;
use super::messages::find;
use super::refusal::Refusal;

/// Checks a thread's name (1 to 100 characters) and its archive duration, which is one of four («Thread Metadata»).
fn check_thread(body: &Value, named: bool) -> Result<(), Refusal> {
    let mut form = Form::default();
    if named {
        form.required_text("name", &body["name"], 1..=100);
    } else {
        form.text("name", &body["name"], 1..=100);
    }
    if !matches!(body["auto_archive_duration"].as_u64(), None | Some(60 | 1440 | 4320 | 10_080)) {
        form.not_one_of("auto_archive_duration", "60, 1440, 4320, 10080");
    }
    form.integer("rate_limit_per_user", &body["rate_limit_per_user"], 0..=21_600);
    form.finish()
}

fn open(state: &mut State, id: ChannelId, parent: &Channel, kind: ChannelKind, body: &Value) -> Answer {
    let channel = Channel {
        id,
        guild: parent.guild,
        kind,
        name: body["name"].as_str().unwrap_or_default().to_owned(),
        overwrites: Vec::new(),
        last_message: None,
        owner: Some(state.bot()),
        archived: false,
        locked: false,
        archive_after_minutes: body["auto_archive_duration"].as_u64().unwrap_or(4320),
        created: state.now(),
    };
    let mut shown = state.channel_json(&channel);
    shown["newly_created"] = json!(true);
    state.channels.insert(id, channel);
    state.announce_channel("THREAD_CREATE", id);
    Answer::Created(shown)
}

pub(super) fn start_from_message(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    let message = find(state, channel.id, call)?;
    if channel.guild.is_none() || channel.is_thread() {
        return Err(Refusal::WrongChannelType);
    }
    require(held, permissions::CREATE_PUBLIC_THREADS)?;
    check_thread(&call.body.json, true)?;
    if message.thread.is_some() {
        return Err(Refusal::ThreadExists);
    }
    // «Start Thread from Message»: the thread has the number of its message.
    let id = ChannelId(message.id.get());
    if let Some(message) = state.messages.get_mut(&message.id) {
        message.thread = Some(id);
    }
    Ok(open(state, id, &channel, ChannelKind::PublicThread { parent: channel.id }, &call.body.json))
}

pub(super) fn start(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    if channel.guild.is_none() || channel.is_thread() {
        return Err(Refusal::WrongChannelType);
    }
    check_thread(&call.body.json, true)?;
    let parent = channel.id;
    // «Start Thread without Message»: without a type it is a private thread.
    let (kind, needed) = match call.body.json["type"].as_u64() {
        None | Some(12) => (ChannelKind::PrivateThread { parent }, permissions::CREATE_PRIVATE_THREADS),
        Some(11) => (ChannelKind::PublicThread { parent }, permissions::CREATE_PUBLIC_THREADS),
        Some(_) => return Err(Form::one("type", "BASE_TYPE_CHOICES", "Value must be one of (11, 12).")),
    };
    require(held, needed)?;
    let id = state.next_id();
    Ok(open(state, id, &channel, kind, &call.body.json))
}

pub(super) fn join(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, _) = reach(state, call)?;
    if channel.is_thread() { Ok(Answer::Empty) } else { Err(Refusal::WrongChannelType) }
}

pub(super) fn modify(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    let body = &call.body.json;
    check_thread(body, false)?;
    if channel.is_thread() {
        // The creator may rename and archive; locking is for moderators («Modify Channel», threads).
        let own = channel.owner == Some(state.bot()) && body["locked"].is_null();
        if !own {
            require(held, permissions::MANAGE_THREADS)?;
        }
        if channel.archived && body["archived"].as_bool() != Some(false) {
            return Err(Refusal::ArchivedThread);
        }
    } else {
        require(held, permissions::MANAGE_CHANNELS)?;
    }
    if let Some(changed) = state.channels.get_mut(&channel.id) {
        changed.name = body["name"].as_str().unwrap_or(&channel.name).to_owned();
        changed.archived = body["archived"].as_bool().unwrap_or(channel.archived);
        changed.locked = body["locked"].as_bool().unwrap_or(channel.locked);
        changed.archive_after_minutes = body["auto_archive_duration"].as_u64().unwrap_or(channel.archive_after_minutes);
    }
    let event = if channel.is_thread() { "THREAD_UPDATE" } else { "CHANNEL_UPDATE" };
    state.announce_channel(event, channel.id);
    Ok(Answer::Json(state.channels.get(&channel.id).map(|one| state.channel_json(one)).unwrap_or_default()))
}
