//! Messages of channels and reactions to them. What a draft becomes is in `posting`.

use super::super::ids::{ChannelId, MessageId};
use super::super::rules::{Draft, Form, Purpose, check_message};
use super::super::world::{ChannelKind, Message, Permissions, State, permissions};
use super::answer::Answer;
use super::channels::{reach, require, sending};
use super::dispatch::Call;
use super::posting::Posting;
use super::refusal::Refusal;

/// The message that a path names; ephemeral ones do not exist for these endpoints.
pub(super) fn find(state: &State, channel: ChannelId, call: &Call) -> Result<Message, Refusal> {
    let id: MessageId = call.params.id("message")?;
    let there = |message: &&Message| message.channel == channel && !message.deleted && message.ephemeral_to.is_none();
    state.messages.get(&id).filter(there).cloned().ok_or(Refusal::UnknownMessage)
}

pub(super) fn create(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    if let ChannelKind::Direct { with } = channel.kind {
        if state.users.get(&with).is_some_and(|user| user.blocks_dms) {
            return Err(Refusal::CannotMessageUser);
        }
        if !state.guilds.values().any(|guild| guild.members.contains_key(&with)) {
            return Err(Refusal::NoMutualGuild);
        }
    }
    require(held, sending(&channel))?;
    if channel.archived && channel.locked {
        return Err(Refusal::ThreadLocked);
    }
    let limit = state.options.file_limit_bytes;
    let draft = check_message(&call.body.json, &call.body, Purpose::Create, limit)?;
    require_contents(held, &draft)?;
    let draft = check_reply(state, channel.id, held, draft)?;
    let nonce = draft.nonce.clone().filter(|_| draft.enforce_nonce);
    if let Some(earlier) = nonce.as_ref().and_then(|nonce| state.repeated(channel.id, nonce)) {
        return Ok(Answer::Json(json(state, earlier)));
    }
    let author = state.bot();
    let posting = Posting { channel: channel.id, author, ephemeral_to: None, interaction: None, loading: false };
    let id = state.post(draft, posting)?;
    if let Some(nonce) = nonce {
        let now = state.now();
        state.nonces.push_back((now, channel.id, nonce, id));
    }
    Ok(Answer::Json(json(state, id)))
}

/// Files need ATTACH_FILES, and embeds EMBED_LINKS.
fn require_contents(held: Permissions, draft: &Draft) -> Result<(), Refusal> {
    if !draft.uploads.is_empty() {
        require(held, permissions::ATTACH_FILES)?;
    }
    if draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
        require(held, permissions::EMBED_LINKS)?;
    }
    Ok(())
}

/// «Message Reference»: replying needs READ_MESSAGE_HISTORY and a message of the same channel.
fn check_reply(state: &State, channel: ChannelId, held: Permissions, mut draft: Draft) -> Result<Draft, Refusal> {
    let Some(reply) = draft.reply else { return Ok(draft) };
    if !held.contains(permissions::READ_MESSAGE_HISTORY) {
        return Err(Refusal::ReplyWithoutHistory);
    }
    let elsewhere = reply.channel.is_some_and(|named| named != channel);
    let there = state
        .messages
        .get(&reply.to)
        .is_some_and(|message| message.channel == channel && !message.deleted && message.ephemeral_to.is_none());
    if elsewhere {
        let message = "Cannot reply to a message in another channel";
        Err(Form::one("message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", message))
    } else if !there && reply.must_exist {
        Err(Form::one("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"))
    } else {
        draft.reply = draft.reply.filter(|_| there);
        Ok(draft)
    }
}

pub(super) fn json(state: &State, id: MessageId) -> serde_json::Value {
    state.messages.get(&id).map(|message| state.message_json(message)).unwrap_or_default()
}

pub(super) fn show(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    require(held, permissions::READ_MESSAGE_HISTORY)?;
    let message = find(state, channel.id, call)?;
    Ok(Answer::Json(state.message_json(&message)))
}

/// The newest first; `limit` is 1 to 100, 50 by default, and one of `before`, `after` and `around` may be given.
pub(super) fn list(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    let limit: usize = call.query("limit").unwrap_or("50").parse().unwrap_or(0);
    if !(1..=100).contains(&limit) {
        return Err(Form::one("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100."));
    }
    // Without READ_MESSAGE_HISTORY the answer is an empty list («Get Channel Messages»).
    if !held.contains(permissions::READ_MESSAGE_HISTORY) {
        return Ok(Answer::Json(serde_json::json!([])));
    }
    let bound = |key: &str| call.query(key).and_then(|text| text.parse::<MessageId>().ok());
    let shown: Vec<&Message> = state.messages_in(channel.id).filter(|message| message.ephemeral_to.is_none()).collect();
    let page: Vec<&Message> = if let Some(after) = bound("after") {
        let mut page: Vec<&Message> = shown.into_iter().filter(|message| message.id > after).take(limit).collect();
        page.reverse();
        page
    } else if let Some(middle) = bound("around") {
        let place = shown.iter().position(|message| message.id >= middle).unwrap_or(shown.len());
        let start = place.saturating_sub(limit / 2);
        shown.into_iter().skip(start).take(limit).rev().collect()
    } else {
        let before = bound("before").unwrap_or(MessageId(u64::MAX));
        shown.into_iter().rev().filter(|message| message.id < before).take(limit).collect()
    };
    Ok(Answer::Json(page.into_iter().map(|message| state.message_json(message)).collect()))
}

pub(super) fn edit(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, _) = reach(state, call)?;
    let message = find(state, channel.id, call)?;
    if message.author != state.bot() {
        return Err(Refusal::NotTheAuthor);
    }
    if channel.archived {
        return Err(Refusal::ArchivedThread);
    }
    let limit = state.options.file_limit_bytes;
    let draft = check_message(&call.body.json, &call.body, Purpose::Edit, limit)?;
    state.revise(message.id, draft)?;
    Ok(Answer::Json(json(state, message.id)))
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    let message = find(state, channel.id, call)?;
    if message.author != state.bot() {
        if channel.guild.is_none() {
            return Err(Refusal::NotInDirect);
        }
        require(held, permissions::MANAGE_MESSAGES)?;
    }
    state.remove(message.id);
    Ok(Answer::Empty)
}

/// An emoji of a path: percent-encoded Unicode, or `name:id` of a custom one.
fn emoji(call: &Call) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    let mut rest = call.params.text("emoji").as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%').then(|| after.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| Refusal::UnknownEmoji)?;
    let custom = text.split_once(':').is_some_and(|(_, id)| id.parse::<u64>().is_ok());
    if text.is_empty() || text.is_ascii() && !custom { Err(Refusal::UnknownEmoji) } else { Ok(text) }
}

pub(super) fn react(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    let message = find(state, channel.id, call)?;
    require(held, permissions::READ_MESSAGE_HISTORY)?;
    let reaction = (emoji(call)?, state.bot());
    if !message.reactions.iter().any(|(emoji, _)| *emoji == reaction.0) {
        require(held, permissions::ADD_REACTIONS)?;
        if message.reactions.iter().map(|(emoji, _)| emoji).collect::<std::collections::BTreeSet<_>>().len() >= 20 {
            return Err(Refusal::TooManyReactions);
        }
    }
    if let Some(message) = state.messages.get_mut(&message.id)
        && !message.reactions.contains(&reaction)
    {
        message.reactions.push(reaction);
    }
    Ok(Answer::Empty)
}

pub(super) fn unreact(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, _) = reach(state, call)?;
    let message = find(state, channel.id, call)?;
    let reaction = (emoji(call)?, state.bot());
    if let Some(message) = state.messages.get_mut(&message.id) {
        message.reactions.retain(|other| *other != reaction);
    }
    Ok(Answer::Empty)
}
