//! Sends what was planned: one message after the other, at the pace that is allowed, and none of them twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use teloxide::payloads::{EditMessageCaption, EditMessageText, SendDocument, SendMessage, SendPhoto};
use teloxide::types::{
    ChatId, ForceReply, InputFile, LinkPreviewOptions, MessageId, ParseMode, Recipient, ReplyMarkup, ReplyParameters,
    ThreadId,
};

use super::NAME;
use super::client::Client;
use super::failure::Failure;
use super::incoming::Ask;
use super::pacing::{Pacing, Turn};
use super::plan::{self, Body, Part};
use super::route::Route;
use crate::chat::ChatError;
use crate::domain::Delivery;

/// So many deliveries that stopped half-way are remembered.
const REMEMBERED: usize = 256;
/// What an input field shows is at most so long (core.telegram.org/bots/api#forcereply).
const PLACEHOLDER: usize = 64;

/// A chat does not take files of a kind.
const NO_RIGHTS: &[&str] = &["not enough rights to send", "CHAT_SEND_", "is forbidden to send"];
/// A picture is none to Telegram, or has sides that it does not show.
const NO_PICTURE: &[&str] =
    &["PHOTO_", "IMAGE_PROCESS_FAILED", "too big", "Request Entity Too Large", "Payload Too Large"];
/// What stood there cannot be changed any more.
const GONE: &[&str] = &[
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "MESSAGE_ID_INVALID",
];

/// What is left of a delivery.
#[derive(Debug, Clone)]
enum Left {
    /// These are still to be sent, behind so many planned parts that are there.
    Parts(VecDeque<Part>, usize),
    /// A message stands below what it was to replace, or does not; nobody knows.
    Doubtful,
}

/// Sends deliveries.
#[derive(Debug)]
pub(super) struct Sender {
    client: Client,
    pacing: Pacing,
    left: Mutex<(HashMap<String, Left>, VecDeque<String>)>,
    /// Groups that have another id now.
    moved: Mutex<HashMap<i64, i64>>,
}

impl Sender {
    pub(super) fn new(client: Client) -> Self {
        Self { client, pacing: Pacing::default(), left: Mutex::default(), moved: Mutex::default() }
    }

    fn left(&self) -> MutexGuard<'_, (HashMap<String, Left>, VecDeque<String>)> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, delivery: &Delivery, left: Left) {
        let mut guard = self.left();
        let (all, order) = &mut *guard;
        if all.insert(delivery.id.clone(), left).is_none() {
            order.push_back(delivery.id.clone());
        }
        while order.len() > REMEMBERED {
            if let Some(oldest) = order.pop_front() {
                all.remove(&oldest);
            }
        }
    }

    fn recall(&self, delivery: &Delivery) -> Option<Left> {
        let mut guard = self.left();
        let (all, order) = &mut *guard;
        let left = all.remove(&delivery.id)?;
        order.retain(|id| *id != delivery.id);
        Some(left)
    }

    /// The id that a chat has now.
    pub(super) fn chat(&self, chat: i64) -> i64 {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).get(&chat).copied().unwrap_or(chat)
    }

    /// Whether a chat was told to wait.
    pub(super) fn is_held(&self, chat: i64) -> bool {
        self.pacing.is_held(self.chat(chat))
    }

    /// Whether a delivery only changes what stands there, which can be done again.
    pub(super) fn is_repeatable(&self, delivery: &Delivery) -> bool {
        !self.left().0.contains_key(&delivery.id)
            && Route::of(&delivery.to).is_ok_and(|route| plan::edit(delivery, &route).is_some())
    }

    /// How many planned parts of a delivery are there.
    pub(super) fn parts_taken(&self, delivery: &Delivery) -> usize {
        match self.left().0.get(&delivery.id) {
            Some(Left::Parts(_, taken)) => *taken,
            Some(Left::Doubtful) | None => delivery.parts_taken,
        }
    }

    /// Sends a delivery, or what is left of it.
    pub(super) async fn deliver(&self, delivery: &Delivery) -> Result<(), ChatError> {
        let route = Route::of(&delivery.to)?;
        let (mut parts, mut taken, mut is_changed): (VecDeque<Part>, usize, bool) = match self.recall(delivery) {
            Some(Left::Parts(parts, taken)) => (parts, taken, true),
            Some(Left::Doubtful) => return Err(doubtful()),
            // Another run of the program may have sent the first parts.
            None => {
                let planned = plan::parts(delivery, &route);
                let taken = delivery.parts_taken.min(planned.len());
                (planned.into_iter().skip(taken).collect(), taken, taken > 0)
            }
        };
        let edits = plan::edit(delivery, &route).is_some();
        while let Some(part) = parts.front() {
            match self.send(&route, part).await {
                Ok(()) => {
                    taken += usize::from(part.completes);
                    parts.pop_front();
                    is_changed = true;
                }
                Err(failure) => {
                    if let Some(others) = instead(part, &failure) {
                        parts.pop_front();
                        for other in others.into_iter().rev() {
                            parts.push_front(other);
                        }
                        is_changed = true;
                        continue;
                    }
                    let error = failure.told();
                    match &error {
                        ChatError::Uncertain { .. } if edits && is_changed => self.remember(delivery, Left::Doubtful),
                        ChatError::Later { .. } | ChatError::Unreachable { .. } | ChatError::Misconfigured { .. }
                            if is_changed =>
                        {
                            self.remember(delivery, Left::Parts(parts, taken));
                        }
                        _ => {}
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Asks for words that a button wants.
    pub(super) async fn ask(&self, ask: &Ask) -> Result<(), Failure> {
        let person = ask.person.as_ref().map(|(id, name)| (*id, name.as_str()));
        let placeholder: String = ask.title.chars().take(PLACEHOLDER).collect();
        let mut prompt = ForceReply::new().input_field_placeholder(placeholder);
        // In a group only whoever pressed is asked.
        prompt.selective = ask.person.is_some();
        let html = ask.prompt.html(&ask.title, &ask.value, person);
        let (chat, turn) = self.turn(&ask.route).await?;
        let mut message = text(chat, &ask.route, html);
        message.reply_markup = Some(ReplyMarkup::ForceReply(prompt));
        let sent = self.client.perform(&message).await;
        drop(turn);
        self.heard(ask.route.chat, sent.map(drop))
    }

    async fn send(&self, route: &Route, part: &Part) -> Result<(), Failure> {
        let (chat, turn) = self.turn(route).await?;
        let sent = match self.attempt(chat, route, part).await {
            Err(Failure::Moved(to)) => {
                self.moved.lock().unwrap_or_else(PoisonError::into_inner).insert(route.chat, to);
                self.attempt(to, route, part).await
            }
            sent => sent,
        };
        drop(turn);
        self.heard(route.chat, sent)
    }

    /// Waits until something may be sent.
    async fn turn(&self, route: &Route) -> Result<(i64, Turn<'_>), Failure> {
        let chat = self.chat(route.chat);
        let turn = self.pacing.turn(chat).await.map_err(Failure::Later)?;
        Ok((chat, turn))
    }

    /// Lets a chat rest that asks for it.
    fn heard(&self, chat: i64, sent: Result<(), Failure>) -> Result<(), Failure> {
        if let Err(Failure::Later(wait)) = &sent {
            self.pacing.hold(self.chat(chat), *wait + Duration::from_millis(100));
        }
        sent
    }

    async fn attempt(&self, chat: i64, route: &Route, part: &Part) -> Result<(), Failure> {
        let html = part.html();
        let keyboard = part.keyboard.clone();
        let markup = keyboard.clone().map(ReplyMarkup::InlineKeyboard);
        let thread = thread(route);
        let answers =
            part.answers.map(|message| ReplyParameters::new(MessageId(message)).allow_sending_without_reply());
        match &part.body {
            Body::Text(_) => {
                let mut message = text(chat, route, html);
                message.reply_parameters = answers;
                message.reply_markup = markup;
                self.client.perform(&message).await.map(drop)
            }
            Body::Photo(file, _) => {
                let mut message = SendPhoto::new(ChatId(chat), InputFile::memory(Vec::new()));
                message.message_thread_id = thread;
                message.caption = Some(html);
                message.parse_mode = Some(ParseMode::Html);
                message.reply_parameters = answers;
                message.reply_markup = markup;
                self.client.upload(&message, "photo", file).await.map(drop)
            }
            Body::Document(file) => {
                let mut message = SendDocument::new(ChatId(chat), InputFile::memory(Vec::new()));
                message.message_thread_id = thread;
                message.caption = Some(html);
                message.parse_mode = Some(ParseMode::Html);
                message.disable_content_type_detection = Some(true);
                message.reply_parameters = answers;
                message.reply_markup = markup;
                self.client.upload(&message, "document", file).await.map(drop)
            }
            Body::Edit { message, captioned, .. } => {
                let (chat, id) = (Recipient::Id(ChatId(chat)), MessageId(*message));
                let changed = if *captioned {
                    let mut edit = EditMessageCaption::new(chat, id);
                    edit.caption = Some(html);
                    edit.parse_mode = Some(ParseMode::Html);
                    edit.reply_markup = keyboard;
                    self.client.perform(&edit).await
                } else {
                    let mut edit = EditMessageText::new(chat, id, html);
                    edit.parse_mode = Some(ParseMode::Html);
                    edit.link_preview_options = Some(no_preview());
                    edit.reply_markup = keyboard;
                    self.client.perform(&edit).await
                };
                match changed {
                    // It was done the last time.
                    Err(failure) if failure.says(&["message is not modified"]) => Ok(()),
                    changed => changed.map(drop),
                }
            }
        }
    }
}

/// What is sent instead of a part, where that helps.
fn instead(part: &Part, failure: &Failure) -> Option<Vec<Part>> {
    match &part.body {
        Body::Photo(..) if failure.says(NO_PICTURE) => Some(part.instead(true)),
        Body::Photo(..) | Body::Document(_) if failure.says(NO_RIGHTS) || failure.says(NO_PICTURE) => {
            Some(part.instead(false))
        }
        Body::Edit { .. } if failure.says(GONE) => Some(part.instead(false)),
        Body::Photo(..) | Body::Document(_) | Body::Edit { .. } | Body::Text(_) => None,
    }
}

fn text(chat: i64, route: &Route, html: String) -> SendMessage {
    let mut message = SendMessage::new(ChatId(chat), html);
    message.message_thread_id = thread(route);
    message.parse_mode = Some(ParseMode::Html);
    message.link_preview_options = Some(no_preview());
    message
}

fn thread(route: &Route) -> Option<ThreadId> {
    route.thread.map(|thread| ThreadId(MessageId(thread)))
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

fn doubtful() -> ChatError {
    ChatError::Uncertain { platform: NAME, source: "the connection broke in the attempt before".into() }
}
