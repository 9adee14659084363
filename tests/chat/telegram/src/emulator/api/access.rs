//! Finding the chat, the message and the topic that a request names, and whether the bot may. No effects.
//!
//! After `check_chat_access`, `check_message` and `check_reply_parameters` in Client.cpp of tdlib/telegram-bot-api.

use serde_json::Value;

use super::super::refusal::{Breach, Refusal};
use super::super::state::World;
use super::super::state::chat::{Chat, ChatId, ChatKind, Membership};
use super::super::state::message::{Message, MessageId};
use super::super::state::user::UserId;
use super::Call;

/// What the bot wants to do in a chat.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    ReadMembers,
    Edit,
    Write,
}

/// The chat named by the parameter `name`.
pub(super) fn chat(call: &Call<'_>, name: &str, access: Access) -> Result<ChatId, Refusal> {
    let text = call.params.text(name);
    if text.is_empty() {
        return Err(Refusal::bad(format!("{name} is empty")));
    }
    find(call.world, text, access)
}

/// The chat that `text` names.
pub(super) fn find(world: &World, text: &str, access: Access) -> Result<ChatId, Refusal> {
    let id = text.parse().ok().map(ChatId);
    let Some(chat) = id.and_then(|id| world.chats.get(&id)) else {
        // A person whom the bot met in a group and who never started it is known, but cannot be written to.
        let met = id.is_some_and(|id| world.users.contains_key(&UserId(id.0)) && UserId(id.0) != world.bot);
        return Err(match (met, access) {
            (true, Access::Write) => Refusal::forbidden("bot can't initiate conversation with a user"),
            (true | false, _) => Refusal::bad("chat not found"),
        });
    };
    check(world, chat, access)?;
    Ok(chat.id)
}

fn check(world: &World, chat: &Chat, access: Access) -> Result<(), Refusal> {
    let write = access == Access::Write;
    let edit = write || access == Access::Edit;
    let bot = chat.membership(world.bot);
    match chat.kind {
        ChatKind::Private => {
            let deactivated = world.users.get(&UserId(chat.id.0)).is_some_and(|user| user.deactivated);
            if deactivated && edit {
                return Err(Refusal::forbidden("user is deactivated"));
            }
        }
        ChatKind::Group => {
            let members = access == Access::ReadMembers;
            match chat.migrated_to {
                Some(to) if write || members => return Err(Refusal::migrated(to)),
                Some(_) | None => {}
            }
            if bot == Membership::Kicked && (edit || members) {
                return Err(Refusal::forbidden("bot was kicked from the group chat"));
            }
            if !bot.is_in() && (edit || members) {
                return Err(Refusal::forbidden("bot is not a member of the group chat"));
            }
        }
        ChatKind::Supergroup => {
            if bot == Membership::Kicked {
                return Err(Refusal::forbidden("bot was kicked from the supergroup chat"));
            }
            if !bot.is_in() {
                return Err(Refusal::forbidden("bot is not a member of the supergroup chat"));
            }
        }
    }
    Ok(())
}

/// The message named by `message_id`; `what` is how the error calls it.
pub(super) fn message<'a>(call: &'a Call<'_>, chat: ChatId, what: &str) -> Result<&'a Message, Refusal> {
    let id = MessageId(call.params.integer("message_id").unwrap_or(0));
    lookup(call.world, chat, id, what)
}

/// The message `id` of `chat`. One that was deleted is nobody's fault, one that never was is the client's.
pub(super) fn lookup<'a>(world: &'a World, chat: ChatId, id: MessageId, what: &str) -> Result<&'a Message, Refusal> {
    let existed = world.chats.get(&chat).is_some_and(|chat| chat.messages.contains_key(&id));
    world.message(chat, id).ok_or_else(|| {
        let words = format!("{what} not found");
        if existed { Refusal::gone(words) } else { Refusal::bad(words) }
    })
}

/// The forum topic named by `message_thread_id`.
pub(super) fn thread(call: &Call<'_>, chat: ChatId) -> Result<Option<i64>, Refusal> {
    let Some(thread) = call.params.integer("message_thread_id").filter(|thread| *thread > 0) else { return Ok(None) };
    let topics = call.world.chats.get(&chat).and_then(|chat| chat.topics.as_ref());
    if topics.is_some_and(|topics| topics.contains_key(&thread)) {
        Ok(Some(thread))
    } else {
        Err(Refusal::bad("message thread not found"))
    }
}

/// What is replied to: `reply_parameters`, or the older `reply_to_message_id`.
pub(super) fn reply(call: &Call<'_>, chat: ChatId) -> Result<(Option<MessageId>, Option<String>), Refusal> {
    let given = call.params.json("reply_parameters", "can't parse reply parameters JSON object")?;
    let (id, lenient, quote) = match &given {
        Some(Value::Object(object)) => {
            let other = object.get("chat_id").is_some_and(|other| !names(other, chat));
            if other {
                return Err(Refusal::not_emulated("replies to another chat"));
            }
            let lenient = object.get("allow_sending_without_reply").and_then(Value::as_bool).unwrap_or(false);
            let quote = object.get("quote").and_then(Value::as_str).map(str::to_owned);
            (object.get("message_id").and_then(Value::as_i64), lenient, quote)
        }
        Some(_) => return Err(Refusal::bad("object expected as reply parameters")),
        None => {
            let lenient = call.params.flag("allow_sending_without_reply");
            (call.params.integer("reply_to_message_id"), lenient, None)
        }
    };
    let Some(id) = id.filter(|id| *id > 0).map(MessageId) else { return Ok((None, None)) };
    match lookup(call.world, chat, id, "message to be replied") {
        Err(_) if lenient => Ok((None, None)),
        Err(refusal) => Err(refusal),
        Ok(replied) => match quote {
            Some(quote) if !replied.text().contains(&quote) => Err(Refusal::bad("QUOTE_TEXT_INVALID")),
            quote => Ok((Some(id), quote)),
        },
    }
}

fn names(value: &Value, chat: ChatId) -> bool {
    value.as_i64() == Some(chat.0) || value.as_str().and_then(|text| text.parse().ok()) == Some(chat.0)
}

/// Whether the bot may post `count` messages to `chat` now: the person has not blocked it, and no limit is exceeded.
pub(super) fn admit(call: &mut Call<'_>, chat: ChatId, count: usize) -> Result<(), Refusal> {
    if call.world.users.get(&UserId(chat.0)).is_some_and(|user| user.blocked) {
        return Err(Refusal::forbidden("bot was blocked by the user"));
    }
    let group = call.world.chats.get(&chat).is_some_and(Chat::is_group);
    let admitted = call.world.flood.admit(&call.options.limits, chat, group, count, call.now);
    admitted.map_err(|seconds| Refusal::too_many(seconds, Some(Breach::Flood)))
}
