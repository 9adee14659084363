//! `sendMessage` and `sendChatAction`, and what every sending method has in common. No media.

use super::super::refusal::Refusal;
use super::super::state::Draft;
use super::super::state::action::ChatAction;
use super::super::state::chat::ChatId;
use super::super::state::keyboard::ReplyMarkup;
use super::super::state::message::{Content, MessageId};
use super::access::{self, Access};
use super::{Answer, Call, markup};

/// Actions of core.telegram.org/bots/api#sendchataction; Client.cpp takes the older names with `audio` too.
const ACTIONS: [&str; 13] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "record_audio",
    "upload_audio",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

/// Where and how a message goes.
pub(super) struct Target {
    pub(super) chat: ChatId,
    thread: Option<i64>,
    reply_to: Option<MessageId>,
    quote: Option<String>,
    markup: Option<ReplyMarkup>,
    silent: bool,
    protected: bool,
}

impl Target {
    /// Reads the parameters that all sending methods share.
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Refusal> {
        let markup = ReplyMarkup::parse(call.params.text("reply_markup"))?;
        let chat = access::chat(call, "chat_id", Access::Write)?;
        let thread = access::thread(call, chat)?;
        let (reply_to, quote) = access::reply(call, chat)?;
        let (silent, protected) = (call.params.flag("disable_notification"), call.params.flag("protect_content"));
        Ok(Self { chat, thread, reply_to, quote, markup, silent, protected })
    }

    /// A message of the bot with `content`.
    pub(super) fn draft(&self, call: &Call<'_>, content: Content) -> Draft {
        Draft {
            thread: self.thread,
            reply_to: self.reply_to,
            quote: self.quote.clone(),
            markup: self.markup.clone(),
            silent: self.silent,
            protected: self.protected,
            ..Draft::new(self.chat, call.world.bot, content)
        }
    }
}

/// Posts `draft` and answers with the message.
pub(super) fn post(call: &mut Call<'_>, draft: Draft) -> Answer {
    let chat = draft.chat;
    let id = call.world.post(draft, call.now).ok_or_else(|| Refusal::bad("chat not found"))?;
    call.message(chat, id)
}

/// Sends a text.
pub(super) fn send_message(call: &mut Call<'_>) -> Answer {
    let text = markup::text(call, "message is too long")?;
    let preview = markup::preview(call)?;
    let target = Target::read(call)?;
    access::admit(call, target.chat, 1)?;
    let draft = Draft { preview, ..target.draft(call, Content::Text(text)) };
    post(call, draft)
}

/// Shows what the bot is doing.
pub(super) fn send_chat_action(call: &mut Call<'_>) -> Answer {
    let action = call.params.text("action").to_ascii_lowercase();
    if !ACTIONS.contains(&action.as_str()) {
        return Err(Refusal::bad("wrong parameter action in request"));
    }
    let chat = access::chat(call, "chat_id", Access::Write)?;
    let thread = access::thread(call, chat)?;
    if call.world.users.get(&super::super::UserId(chat.0)).is_some_and(|user| user.blocked) {
        return Err(Refusal::forbidden("bot was blocked by the user"));
    }
    call.world.actions.push(ChatAction { at: call.now, chat, thread, action });
    Call::done()
}
