//! Replies on their way: sent in order within a conversation, tried again where that helps, kept until they are taken.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::assistant::Assistant;
use crate::chat::{Chat, ChatError};
use crate::domain::{ConversationId, Delivery, Platform, Progress};
use crate::storage::{self, Change, Store, StoreError};

/// After this long a reply is no longer worth sending.
const GIVEN_UP_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// The replies that wait, by conversation.
pub(super) struct Outbox {
    chats: HashMap<Platform, Arc<dyn Chat>>,
    assistant: Arc<Assistant>,
    store: Arc<dyn Store>,
    /// A conversation is here as long as a task works on it.
    lanes: Mutex<HashMap<ConversationId, VecDeque<Delivery>>>,
    emptied: Notify,
    stopped: AtomicBool,
}

/// What became of one attempt.
enum After {
    /// It is done with.
    Done,
    /// The same again, or another in its place, after a while.
    Again(Box<Delivery>, Duration),
}

impl Outbox {
    pub(super) fn new(chats: &[Arc<dyn Chat>], assistant: Arc<Assistant>, store: Arc<dyn Store>) -> Self {
        let chats = chats.iter().map(|chat| (chat.platform(), Arc::clone(chat))).collect();
        Self {
            chats,
            assistant,
            store,
            lanes: Mutex::default(),
            emptied: Notify::new(),
            stopped: AtomicBool::new(false),
        }
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<ConversationId, VecDeque<Delivery>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up what was on its way when the last run ended.
    pub(super) fn resume(self: &Arc<Self>) -> Result<(), StoreError> {
        let mut left = storage::all::<Delivery>(&*self.store)?;
        left.sort_by_key(|delivery| delivery.created);
        for delivery in left {
            match (delivery.progress, self.chats.get(&delivery.to.platform())) {
                // Its platform is not served now; perhaps it is the next time.
                (_, None) => {}
                (Progress::Sending { .. }, Some(chat)) if !chat.is_repeatable(&delivery) => {
                    if let Some(told) = self.assistant.doubtful(&delivery)? {
                        self.put(told);
                    }
                }
                _ => self.put(delivery),
            }
        }
        Ok(())
    }

    /// Puts a reply, which is in the store, behind those of its conversation.
    pub(super) fn put(self: &Arc<Self>, delivery: Delivery) {
        let conversation = delivery.conversation.clone();
        let mut lanes = self.lanes();
        if let Some(lane) = lanes.get_mut(&conversation) {
            lane.push_back(delivery);
            return;
        }
        lanes.insert(conversation.clone(), VecDeque::from([delivery]));
        drop(lanes);
        tokio::spawn(Arc::clone(self).work(conversation));
    }

    async fn work(self: Arc<Self>, conversation: ConversationId) {
        loop {
            let next = {
                let mut lanes = self.lanes();
                let next = lanes.get_mut(&conversation).and_then(VecDeque::pop_front);
                if next.is_none() {
                    lanes.remove(&conversation);
                }
                next
            };
            let Some(mut delivery) = next else {
                self.emptied.notify_waiters();
                return;
            };
            loop {
                if self.stopped.load(Ordering::Acquire) {
                    return;
                }
                match self.attempt(delivery).await {
                    Ok(After::Done) => break,
                    Ok(After::Again(again, wait)) => {
                        delivery = *again;
                        tokio::time::sleep(wait).await;
                    }
                    Err(error) => {
                        tracing::error!(%error, "what became of a reply cannot be kept");
                        break;
                    }
                }
            }
        }
    }

    async fn attempt(&self, delivery: Delivery) -> Result<After, StoreError> {
        let Some(chat) = self.chats.get(&delivery.to.platform()) else { return Ok(After::Done) };
        let now = Timestamp::now();
        if let Progress::Waiting { not_before } = delivery.progress
            && let Ok(wait) = Duration::try_from(not_before.duration_since(now))
            && !wait.is_zero()
        {
            return Ok(After::Again(Box::new(delivery), wait));
        }
        let repeatable = chat.is_repeatable(&delivery);
        // Should the program be killed now, the next run knows that this may have arrived, and when: what can be repeated
        // now need not be repeatable then.
        self.keep(&Delivery { progress: Progress::Sending { since: now }, ..delivery.clone() }).await?;
        let attempts = delivery.attempts + 1;
        match chat.deliver(&delivery).await {
            Ok(()) => {
                self.write(vec![Change::remove::<Delivery>(&delivery.id)]).await?;
                tracing::debug!(delivery = %delivery.id, attempts, "delivered");
                Ok(After::Done)
            }
            Err(ChatError::Later { after, platform }) => {
                tracing::warn!(delivery = %delivery.id, platform, seconds = after.as_secs_f64(), "asked to wait");
                let parts_taken = chat.parts_taken(&delivery);
                self.again(Delivery { attempts, parts_taken, ..delivery }, after).await
            }
            Err(error) if may_help(&error, repeatable) => {
                let age = now.duration_since(delivery.created);
                if age > GIVEN_UP_AFTER {
                    tracing::error!(delivery = %delivery.id, %error, attempts, "given up");
                    self.write(vec![Change::remove::<Delivery>(&delivery.id)]).await?;
                    return Ok(After::Done);
                }
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(delivery = %delivery.id, %error, ?source, attempts, "a reply is tried again");
                let parts_taken = chat.parts_taken(&delivery);
                self.again(Delivery { attempts, parts_taken, ..delivery }, Delivery::backoff(attempts)).await
            }
            Err(ChatError::Uncertain { source, .. }) => {
                tracing::warn!(delivery = %delivery.id, %source, "a reply may not have arrived");
                let told = self.blocking({
                    let delivery = delivery.clone();
                    move |assistant| assistant.doubtful(&delivery)
                });
                Ok(told.await?.map_or(After::Done, |told| After::Again(Box::new(told), Delivery::backoff(attempts))))
            }
            Err(error) => {
                tracing::error!(delivery = %delivery.id, %error, "a reply cannot be delivered");
                let told = self.blocking(move |assistant| assistant.refused(&delivery));
                Ok(told.await?.map_or(After::Done, |told| After::Again(Box::new(told), Duration::ZERO)))
            }
        }
    }

    async fn again(&self, delivery: Delivery, wait: Duration) -> Result<After, StoreError> {
        let wait_signed = jiff::SignedDuration::try_from(wait).unwrap_or(jiff::SignedDuration::ZERO);
        let not_before = Timestamp::now().checked_add(wait_signed).unwrap_or(Timestamp::MAX);
        let delivery = Delivery { progress: Progress::Waiting { not_before }, ..delivery };
        self.keep(&delivery).await?;
        Ok(After::Again(Box::new(delivery), wait))
    }

    async fn keep(&self, delivery: &Delivery) -> Result<(), StoreError> {
        self.write(vec![Change::keep(delivery)?]).await
    }

    async fn write(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let store = Arc::clone(&self.store);
        let written = tokio::task::spawn_blocking(move || store.apply(&changes)).await;
        written.unwrap_or_else(|error| Err(StoreError::Database(Box::new(error))))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Assistant) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let assistant = Arc::clone(&self.assistant);
        let done = tokio::task::spawn_blocking(move || work(&assistant)).await;
        done.unwrap_or_else(|error| Err(StoreError::Database(Box::new(error))))
    }

    /// Waits until nothing is on its way.
    pub(super) async fn idle(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.emptied.notified());
            emptied.as_mut().enable();
            if self.lanes().is_empty() {
                return;
            }
            emptied.await;
        }
    }

    /// Begins no further attempt; what is left stays in the store.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }
}

/// Whether the same may work the next time.
fn may_help(error: &ChatError, repeatable: bool) -> bool {
    match error {
        ChatError::Later { .. } | ChatError::Unreachable { .. } | ChatError::Misconfigured { .. } => true,
        ChatError::Uncertain { .. } => repeatable,
        ChatError::Refused { .. }
        | ChatError::TooLarge { .. }
        | ChatError::Terminal(_)
        | ChatError::Editor(_)
        | ChatError::Attachment { .. } => false,
    }
}
