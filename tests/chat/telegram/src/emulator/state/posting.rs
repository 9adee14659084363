//! Putting a message into a chat, editing it, deleting it. No checks and no updates to the bot.

use std::time::Duration;

use super::World;
use super::chat::{ChatId, ChatKind};
use super::keyboard::ReplyMarkup;
use super::message::{Content, LinkPreview, Message, MessageId, Revision};
use super::user::UserId;

/// A message about to be posted.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) chat: ChatId,
    pub(crate) from: UserId,
    pub(crate) content: Content,
    pub(crate) thread: Option<i64>,
    pub(crate) reply_to: Option<MessageId>,
    pub(crate) quote: Option<String>,
    pub(crate) markup: Option<ReplyMarkup>,
    pub(crate) silent: bool,
    pub(crate) protected: bool,
    pub(crate) preview: LinkPreview,
    pub(crate) album: Option<String>,
    pub(crate) forwarded_from: Option<(ChatId, MessageId)>,
}

impl Draft {
    pub(crate) fn new(chat: ChatId, from: UserId, content: Content) -> Self {
        Self {
            chat,
            from,
            content,
            thread: None,
            reply_to: None,
            quote: None,
            markup: None,
            silent: false,
            protected: false,
            preview: LinkPreview::default(),
            album: None,
            forwarded_from: None,
        }
    }
}

impl World {
    /// Posts `draft`. Messages of one supergroup are numbered by themselves; those of private chats and basic groups
    /// share one count, as in Telegram.
    pub(crate) fn post(&mut self, draft: Draft, now: Duration) -> Option<MessageId> {
        let chat = self.chats.get_mut(&draft.chat)?;
        let counter = if chat.kind == ChatKind::Supergroup { &mut chat.next_message } else { &mut self.next_message };
        let id = MessageId(*counter);
        *counter += 1;
        let message = Message {
            id,
            chat: draft.chat,
            thread: draft.thread,
            from: draft.from,
            at: now,
            content: draft.content,
            markup: draft.markup,
            reply_to: draft.reply_to,
            quote: draft.quote,
            silent: draft.silent,
            protected: draft.protected,
            preview: draft.preview,
            album: draft.album,
            forwarded_from: draft.forwarded_from,
            revisions: Vec::new(),
            deleted: None,
        };
        chat.messages.insert(id, message);
        Some(id)
    }

    /// Replaces content and keyboard, and keeps what was there.
    pub(crate) fn revise(
        &mut self,
        chat: ChatId,
        id: MessageId,
        content: Content,
        markup: Option<ReplyMarkup>,
        now: Duration,
    ) {
        if let Some(message) = self.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&id)) {
            let content = std::mem::replace(&mut message.content, content);
            let markup = std::mem::replace(&mut message.markup, markup);
            message.revisions.push(Revision { until: now, content, markup });
        }
    }

    /// Marks a message as deleted; it stays on record.
    pub(crate) fn erase(&mut self, chat: ChatId, id: MessageId, now: Duration) {
        if let Some(message) = self.chats.get_mut(&chat).and_then(|chat| chat.messages.get_mut(&id)) {
            message.deleted = Some(now);
        }
    }
}
