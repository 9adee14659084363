//! A look at the state for predicates and assertions. Changes nothing.

use std::collections::BTreeMap;

use super::super::delivery::webhook::Webhook;
use super::super::refusal::Violation;
use super::super::state::World;
use super::super::state::action::{CallbackAnswer, CallbackId, ChatAction, Pressed, Request};
use super::super::state::chat::{Chat, ChatId};
use super::super::state::command::{Command, MenuButton, Scope};
use super::super::state::file::{FileId, StoredFile};
use super::super::state::message::{Content, Message, MessageId};
use super::super::state::user::{User, UserId};

/// What Telegram knows at this moment.
#[derive(Debug)]
pub struct State<'a> {
    pub(crate) world: &'a World,
}

impl<'a> State<'a> {
    /// The messages that stand in `chat`, oldest first.
    pub fn messages(&self, chat: ChatId) -> Vec<&'a Message> {
        self.history(chat).into_iter().filter(|message| message.deleted.is_none()).collect()
    }

    /// Every message of `chat`, deleted ones too.
    pub fn history(&self, chat: ChatId) -> Vec<&'a Message> {
        self.world.chats.get(&chat).into_iter().flat_map(|chat| chat.messages.values()).collect()
    }

    /// The messages of the bot that stand in `chat`, oldest first, without service messages.
    pub fn posted(&self, chat: ChatId) -> Vec<&'a Message> {
        let own =
            |message: &&Message| message.from == self.world.bot && !matches!(message.content, Content::Service(_));
        self.messages(chat).into_iter().filter(own).collect()
    }

    /// The bot's last message in `chat`.
    pub fn last_posted(&self, chat: ChatId) -> Option<&'a Message> {
        self.posted(chat).pop()
    }

    /// A message, deleted or not.
    pub fn message(&self, chat: ChatId, id: MessageId) -> Option<&'a Message> {
        self.world.chats.get(&chat)?.messages.get(&id)
    }

    /// A file.
    pub fn file(&self, id: &FileId) -> Option<&'a StoredFile> {
        self.world.files.get(id)
    }

    /// A chat.
    pub fn chat(&self, id: ChatId) -> Option<&'a Chat> {
        self.world.chats.get(&id)
    }

    /// A person, or the bot.
    pub fn user(&self, id: UserId) -> Option<&'a User> {
        self.world.users.get(&id)
    }

    /// Chat actions, oldest first.
    pub fn actions(&self) -> &'a [ChatAction] {
        &self.world.actions
    }

    /// Answers to buttons, oldest first.
    pub fn answers(&self) -> &'a [CallbackAnswer] {
        &self.world.answers
    }

    /// Buttons that were pressed.
    pub fn pressed(&self) -> &'a BTreeMap<CallbackId, Pressed> {
        &self.world.callbacks.all
    }

    /// Buttons that the bot has not answered: whoever pressed one sees it turn until it gives up.
    pub fn unanswered(&self) -> Vec<&'a Pressed> {
        self.pressed().values().filter(|pressed| !pressed.answered).collect()
    }

    /// Calls of methods, oldest first; a `getUpdates` is listed when it ends.
    pub fn requests(&self) -> &'a [Request] {
        &self.world.requests
    }

    /// Rules that the client broke, oldest first.
    pub fn violations(&self) -> &'a [Violation] {
        &self.world.violations
    }

    /// Calls of `getUpdates` that wait at this moment: one where a bot polls.
    pub fn waiting_polls(&self) -> usize {
        self.world.waiting_polls
    }

    /// Updates that the bot has not confirmed.
    pub fn pending_updates(&self) -> usize {
        self.world.queue.pending.len()
    }

    /// The webhook, if one is set.
    pub fn webhook(&self) -> Option<&'a Webhook> {
        self.world.webhook.as_ref()
    }

    /// The list of commands set for exactly this scope and language.
    pub fn commands(&self, scope: Scope, language: &str) -> &'a [Command] {
        self.world.commands.lists.get(&(scope, language.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The menu button set for a private chat, or for all.
    pub fn menu_button(&self, chat: Option<ChatId>) -> Option<&'a MenuButton> {
        self.world.commands.buttons.get(&chat)
    }
}
