//! `copyMessage` and `forwardMessage`.

use serde_json::json;

use super::super::refusal::Refusal;
use super::super::state::Draft;
use super::super::state::message::{Content, Message};
use super::access::{self, Access};
use super::send::{self, Target};
use super::{Answer, Call, markup};

/// Sends the content of a message as the bot's own.
pub(super) fn copy_message(call: &mut Call<'_>) -> Answer {
    let source = source(call, "message to copy")?;
    let content = match source.content {
        Content::Service(_) => return Err(Refusal::bad("message can't be copied")),
        Content::Photo { file, caption } => {
            let caption = if call.params.has("caption") { new_caption(call)? } else { caption };
            Content::Photo { file, caption }
        }
        Content::Document { file, caption } => {
            let caption = if call.params.has("caption") { new_caption(call)? } else { caption };
            Content::Document { file, caption }
        }
        Content::Text(text) => Content::Text(text),
    };
    let target = Target::read(call)?;
    access::admit(call, target.chat, 1)?;
    let draft = target.draft(call, content);
    let id = call.world.post(draft, call.now).ok_or_else(|| Refusal::bad("chat not found"))?;
    Ok(json!({ "message_id": id.0 }).into())
}

/// Sends a message on, with its origin.
pub(super) fn forward_message(call: &mut Call<'_>) -> Answer {
    let source = source(call, "message to forward")?;
    if matches!(source.content, Content::Service(_)) {
        return Err(Refusal::bad("message can't be forwarded"));
    }
    let target = Target::read(call)?;
    access::admit(call, target.chat, 1)?;
    let origin = source.forwarded_from.unwrap_or((source.chat, source.id));
    let draft = Draft { forwarded_from: Some(origin), ..target.draft(call, source.content) };
    send::post(call, draft)
}

fn source(call: &Call<'_>, what: &str) -> Result<Message, Refusal> {
    let chat = access::chat(call, "from_chat_id", Access::Read)?;
    let source = access::message(call, chat, what)?;
    if source.protected {
        return Err(Refusal::bad("message can't be forwarded"));
    }
    Ok(source.clone())
}

fn new_caption(call: &Call<'_>) -> Result<super::super::FormattedText, Refusal> {
    markup::caption(call, "message caption is too long")
}
