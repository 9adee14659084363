//! Editing and deleting. Messages of inline mode are not emulated.
//!
//! Leaving out `reply_markup` takes the inline keyboard away, as in Telegram.

use std::time::Duration;

use serde_json::Value;

use super::super::refusal::Refusal;
use super::super::state::chat::{ChatId, ChatKind};
use super::super::state::keyboard::ReplyMarkup;
use super::super::state::message::{Content, Message, MessageId};
use super::access::{self, Access};
use super::{Answer, Call, markup};

/// A message can be deleted for 48 hours (core.telegram.org/bots/api#deletemessage).
const DELETABLE: Duration = Duration::from_secs(48 * 60 * 60);

/// Edits a text.
pub(super) fn edit_text(call: &mut Call<'_>) -> Answer {
    let text = markup::text(call, "MESSAGE_TOO_LONG")?;
    let preview = markup::preview(call)?;
    let keyboard = keyboard(call)?;
    let message = editable(call)?;
    if !matches!(message.content, Content::Text(_)) {
        return Err(Refusal::bad("there is no text in the message to edit"));
    }
    let same_preview = preview == message.preview;
    apply(call, &message, Content::Text(text), keyboard, same_preview)
}

/// Edits a caption.
pub(super) fn edit_caption(call: &mut Call<'_>) -> Answer {
    let caption = markup::caption(call, "MEDIA_CAPTION_TOO_LONG")?;
    let keyboard = keyboard(call)?;
    let message = editable(call)?;
    let content = match message.content.clone() {
        Content::Photo { file, .. } => Content::Photo { file, caption },
        Content::Document { file, .. } => Content::Document { file, caption },
        Content::Text(_) | Content::Service(_) => {
            return Err(Refusal::bad("there is no caption in the message to edit"));
        }
    };
    apply(call, &message, content, keyboard, true)
}

/// Edits an inline keyboard.
pub(super) fn edit_reply_markup(call: &mut Call<'_>) -> Answer {
    let keyboard = keyboard(call)?;
    let message = editable(call)?;
    let content = message.content.clone();
    apply(call, &message, content, keyboard, true)
}

fn keyboard(call: &Call<'_>) -> Result<Option<ReplyMarkup>, Refusal> {
    match ReplyMarkup::parse(call.params.text("reply_markup"))? {
        Some(ReplyMarkup::Keyboard { .. } | ReplyMarkup::RemoveKeyboard | ReplyMarkup::ForceReply { .. }) => {
            // TDLib: only inline keyboards fit an edit.
            Err(Refusal::bad("inline keyboard expected"))
        }
        inline => Ok(inline),
    }
}

fn editable(call: &Call<'_>) -> Result<Message, Refusal> {
    if call.params.has("inline_message_id") {
        return Err(Refusal::not_emulated("messages of inline mode"));
    }
    let chat = access::chat(call, "chat_id", Access::Edit)?;
    if !call.params.has("message_id") {
        return Err(Refusal::bad("message identifier is not specified"));
    }
    let message = access::message(call, chat, "message to edit")?;
    let own = message.from == call.world.bot && message.forwarded_from.is_none();
    if own { Ok(message.clone()) } else { Err(Refusal::bad("message can't be edited")) }
}

fn apply(
    call: &mut Call<'_>,
    message: &Message,
    content: Content,
    keyboard: Option<ReplyMarkup>,
    same_preview: bool,
) -> Answer {
    let shown = message.markup.clone().filter(|markup| matches!(markup, ReplyMarkup::Inline(_)));
    if content == message.content && keyboard == shown && same_preview {
        return Err(Refusal::not_modified());
    }
    call.world.revise(message.chat, message.id, content, keyboard, call.now);
    call.message(message.chat, message.id)
}

/// Deletes a message.
pub(super) fn delete_message(call: &mut Call<'_>) -> Answer {
    let chat = access::chat(call, "chat_id", Access::Write)?;
    let message = access::message(call, chat, "message to delete")?;
    let id = message.id;
    deletable(call, chat, id)?;
    call.world.erase(chat, id, call.now);
    Call::done()
}

/// Deletes up to 100 messages and skips what cannot be found (core.telegram.org/bots/api#deletemessages).
pub(super) fn delete_messages(call: &mut Call<'_>) -> Answer {
    let chat = access::chat(call, "chat_id", Access::Write)?;
    let list = call.params.json("message_ids", "can't parse message_ids JSON object")?;
    let Some(Value::Array(list)) = list else {
        return Err(Refusal::bad("message identifiers are not specified"));
    };
    if list.len() > 100 {
        return Err(Refusal::limit("too many message identifiers specified"));
    }
    for id in list.iter().filter_map(Value::as_i64).map(MessageId) {
        if call.world.message(chat, id).is_some() && deletable(call, chat, id).is_ok() {
            call.world.erase(chat, id, call.now);
        }
    }
    Call::done()
}

fn deletable(call: &Call<'_>, chat: ChatId, id: MessageId) -> Result<(), Refusal> {
    let message = access::lookup(call.world, chat, id, "message to delete")?;
    let place = call.world.chats.get(&chat).ok_or_else(|| Refusal::bad("chat not found"))?;
    let admin = place.membership(call.world.bot).is_admin();
    let own = message.from == call.world.bot;
    if !own && !admin && place.kind != ChatKind::Private {
        return Err(Refusal::bad("message can't be deleted"));
    }
    if call.now.saturating_sub(message.at) > DELETABLE && !(admin && place.kind == ChatKind::Supergroup) {
        return Err(Refusal::bad("message can't be deleted for everyone"));
    }
    Ok(())
}
