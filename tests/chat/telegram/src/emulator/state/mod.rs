//! What the emulated Telegram knows: people, chats, messages, files, what the bot did. No HTTP and no parameters.

pub(crate) mod user;
pub(crate) mod chat;
pub(crate) mod message;
pub(crate) mod keyboard;
pub(crate) mod file;
pub(crate) mod command;
pub(crate) mod action;
pub(crate) mod flood;
mod posting;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use action::{CallbackAnswer, Callbacks, ChatAction, Request};
use chat::{Chat, ChatId};
use command::Commands;
use file::Files;
use flood::Flood;
use message::Message;
pub(crate) use posting::Draft;
use user::{User, UserId};

use super::delivery::updates::Queue;
use super::delivery::webhook::Webhook;
use super::options::Options;
use super::refusal::{Breach, Refusal, Violation};

/// All state of one emulator.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) bot: UserId,
    pub(crate) users: BTreeMap<UserId, User>,
    pub(crate) chats: BTreeMap<ChatId, Chat>,
    pub(crate) files: Files,
    pub(crate) queue: Queue,
    pub(crate) webhook: Option<Webhook>,
    /// Counts `getUpdates` calls, so that a newer one ends an older one.
    pub(crate) polls: u64,
    /// Calls of `getUpdates` that wait at this moment.
    pub(crate) waiting_polls: usize,
    /// Counts changes of the webhook, so that the worker of an older one stops and a poll ends.
    pub(crate) webhooks: u64,
    /// When `setWebhook` may be called again.
    pub(crate) next_webhook: Duration,
    pub(crate) callbacks: Callbacks,
    pub(crate) commands: Commands,
    pub(crate) flood: Flood,
    pub(crate) actions: Vec<ChatAction>,
    pub(crate) answers: Vec<CallbackAnswer>,
    pub(crate) requests: Vec<Request>,
    pub(crate) violations: Vec<Violation>,
    next_user: i64,
    next_group: i64,
    next_message: i64,
}

impl World {
    pub(crate) fn new(options: &Options) -> Self {
        let id = options.token.split(':').next().and_then(|id| id.parse().ok()).unwrap_or(700_000_001);
        let bot = User {
            is_bot: true,
            username: Some(options.username.clone()),
            reads_all_group_messages: options.reads_all_group_messages,
            ..User::named(UserId(id), &options.first_name)
        };
        Self {
            bot: bot.id,
            users: BTreeMap::from([(bot.id, bot)]),
            chats: BTreeMap::new(),
            files: Files::default(),
            queue: Queue::default(),
            webhook: None,
            polls: 0,
            waiting_polls: 0,
            webhooks: 0,
            next_webhook: Duration::ZERO,
            callbacks: Callbacks::default(),
            commands: Commands::default(),
            flood: Flood::default(),
            actions: Vec::new(),
            answers: Vec::new(),
            requests: Vec::new(),
            violations: Vec::new(),
            next_user: 5_000_001,
            next_group: 1_000_001,
            next_message: 1,
        }
    }

    pub(crate) fn next_user_id(&mut self) -> UserId {
        self.next_user += 1;
        UserId(self.next_user)
    }

    /// A fresh id of a supergroup, which carries the prefix -100, or of a basic group, which is just negative.
    pub(crate) fn next_group_id(&mut self, supergroup: bool) -> ChatId {
        self.next_group += 1;
        let base = if supergroup { 1_000_000_000_000 } else { 0 };
        ChatId(-(base + self.next_group))
    }

    pub(crate) fn bot_username(&self) -> &str {
        self.users.get(&self.bot).and_then(|bot| bot.username.as_deref()).unwrap_or_default()
    }

    /// The message `id` of `chat`, unless it is deleted.
    pub(crate) fn message(&self, chat: ChatId, id: message::MessageId) -> Option<&Message> {
        self.chats.get(&chat)?.messages.get(&id).filter(|message| message.deleted.is_none())
    }

    /// Records what is the client's fault in `refusal`.
    pub(crate) fn blame(&mut self, at: Duration, method: &str, refusal: &Refusal) {
        if let Some(breach) = refusal.breach {
            self.note(at, method, breach, refusal.description.clone());
        }
    }

    /// Records a broken rule.
    pub(crate) fn note(&mut self, at: Duration, method: &str, breach: Breach, detail: String) {
        self.violations.push(Violation { at, method: method.to_owned(), breach, detail });
    }
}
