//! Messages that wait to be answered: one after the other within a conversation, several conversations at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::task::AbortHandle;

use crate::assistant::{Assistant, Notice};
use crate::chat::{Chat, Stage};
use crate::domain::{Content, ConversationId, Delivery, FileAt, Message, SentFile};

use super::Settings;
use super::outbox::Outbox;

type Waiting = (Arc<dyn Chat>, Message, Option<Sign>);

/// An answer that is there sooner than this needs no sign before it.
const SIGN_AFTER: Duration = Duration::from_millis(250);

/// Shows that a message has come, until it is dropped.
pub(super) struct Sign(AbortHandle);

impl Drop for Sign {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The messages that wait, by conversation.
pub(super) struct Inbox {
    assistant: Arc<Assistant>,
    outbox: Arc<Outbox>,
    settings: Settings,
    permits: Semaphore,
    lanes: Mutex<Lanes>,
    emptied: Notify,
}

#[derive(Default)]
struct Lanes {
    waiting: usize,
    /// A conversation is here as long as a task works on it.
    of: HashMap<ConversationId, VecDeque<Waiting>>,
}

impl Inbox {
    pub(super) fn new(assistant: Arc<Assistant>, outbox: Arc<Outbox>, settings: Settings) -> Self {
        let permits = Semaphore::new(settings.workers.max(1));
        Self { assistant, outbox, settings, permits, lanes: Mutex::default(), emptied: Notify::new() }
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is no room for a message of this conversation.
    pub(super) fn is_full(&self, conversation: &ConversationId) -> bool {
        let lanes = self.lanes();
        let own = lanes.of.get(conversation).map_or(0, VecDeque::len);
        lanes.waiting >= self.settings.queue || own >= self.settings.conversation_queue
    }

    /// Shows that a message has come: what the platform wants at once, and a sign of work where the answer takes longer.
    pub(super) fn acknowledge(&self, chat: &Arc<dyn Chat>, message: &Message) -> Sign {
        let (first, message) = (Arc::clone(chat), message.clone());
        let chat = Arc::clone(chat);
        let (received, working) = (message.clone(), message);
        // What the platform wants is not given up when the answer is there.
        tokio::spawn(async move { show(&*first, &received, Stage::Received).await });
        let sign = tokio::spawn(async move {
            tokio::time::sleep(SIGN_AFTER).await;
            show(&*chat, &working, Stage::Working).await;
        });
        Sign(sign.abort_handle())
    }

    /// Puts a message behind those of its conversation; the sign goes when it is answered.
    pub(super) fn put(self: &Arc<Self>, chat: Arc<dyn Chat>, message: Message, sign: Option<Sign>) {
        let conversation = message.conversation.clone();
        let mut lanes = self.lanes();
        lanes.waiting += 1;
        if let Some(lane) = lanes.of.get_mut(&conversation) {
            lane.push_back((chat, message, sign));
            return;
        }
        lanes.of.insert(conversation.clone(), VecDeque::from([(chat, message, sign)]));
        drop(lanes);
        tokio::spawn(Arc::clone(self).work(conversation));
    }

    /// Works through one conversation.
    async fn work(self: Arc<Self>, conversation: ConversationId) {
        loop {
            // The permit is taken first, so that waiting for it does not hold a message back from the count.
            let Ok(permit) = self.permits.acquire().await else { return };
            let next = {
                let mut lanes = self.lanes();
                let next = lanes.of.get_mut(&conversation).and_then(VecDeque::pop_front);
                match &next {
                    Some(_) => lanes.waiting -= 1,
                    None => {
                        lanes.of.remove(&conversation);
                    }
                }
                next
            };
            let Some((chat, message, sign)) = next else {
                self.emptied.notify_waiters();
                return;
            };
            let deliveries = self.answer(&chat, message).await;
            drop(sign);
            drop(permit);
            for delivery in deliveries {
                self.outbox.put(delivery);
            }
        }
    }

    /// Answers one message, with the sign of work renewed meanwhile.
    async fn answer(&self, chat: &Arc<dyn Chat>, mut message: Message) -> Vec<Delivery> {
        let shown = {
            let (chat, message, every) = (Arc::clone(chat), message.clone(), self.settings.working_every);
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(every).await;
                    show(&*chat, &message, Stage::Working).await;
                }
            })
        };
        if let Content::File { file, .. } = &mut message.content {
            self.fetch(&**chat, file, &message.id.0).await;
        }
        let assistant = Arc::clone(&self.assistant);
        let asked = message.clone();
        let answered = tokio::task::spawn_blocking(move || assistant.handle(&asked)).await;
        shown.abort();
        answered.unwrap_or_else(|error| {
            tracing::error!(%error, message = %message.id.0, "a message could not be answered");
            self.assistant.give_up(&message);
            vec![self.assistant.turn_away(&message, Notice::Failed)]
        })
    }

    /// Brings a sent file to this machine. How large it is said to be is looked at first.
    pub(super) async fn fetch(&self, chat: &dyn Chat, file: &mut SentFile, message: &str) {
        if !matches!(file.at, FileAt::Platform(_)) {
            return;
        }
        let limit = self.settings.upload_limit.min(chat.capabilities().file_limit);
        if file.bytes > limit {
            file.at = FileAt::TooLarge { limit };
            return;
        }
        let name: String = message.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let path = self.settings.uploads.join(name);
        let made = tokio::fs::create_dir_all(&self.settings.uploads).await;
        let fetched = match made {
            Ok(()) => chat.fetch(file, &path).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let bytes = tokio::fs::metadata(&path).await.map_or(0, |found| found.len());
        file.at = match fetched {
            // A platform may have said less than it sent.
            Ok(()) if bytes > limit => FileAt::TooLarge { limit },
            Ok(()) => {
                file.bytes = bytes;
                FileAt::Disk(path)
            }
            Err(error) => {
                tracing::warn!(%error, %message, "a sent file could not be fetched");
                FileAt::Lost
            }
        };
    }

    /// Waits until nothing waits and nothing is worked on.
    pub(super) async fn idle(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.emptied.notified());
            emptied.as_mut().enable();
            if self.lanes().of.is_empty() {
                return;
            }
            emptied.await;
        }
    }
}

async fn show(chat: &dyn Chat, message: &Message, stage: Stage) {
    if let Err(error) = chat.acknowledge(message, stage).await {
        tracing::debug!(%error, message = %message.id.0, "a message could not be acknowledged");
    }
}
