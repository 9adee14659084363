//! Serves the platforms: messages in, in order within a conversation and in parallel across them; replies out, kept until
//! they are taken; an orderly end. Knows no platform's types and understands nothing.

mod inbox;
mod outbox;
mod pace;
mod posting;
mod ticking;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::assistant::{Assistant, Notice};
use crate::chat::{Chat, ChatError};
use crate::domain::{Message, Platform};
use crate::schedule::Schedule;
use crate::storage::{self, Change, Store, StoreError};

use inbox::Inbox;
use outbox::Outbox;
use pace::Pace;
pub use posting::posting;

/// How the runtime behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many messages are worked on at once.
    pub workers: usize,
    /// How many messages may wait, over all conversations.
    pub queue: usize,
    /// How many messages of one conversation may wait.
    pub conversation_queue: usize,
    /// How many messages of one person are taken per minute.
    pub per_minute: u32,
    /// How often the sign of work is renewed.
    pub working_every: Duration,
    /// How long what runs may go on after the end was asked for.
    pub grace: Duration,
    /// The folder that sent files are fetched to.
    pub uploads: PathBuf,
    /// The largest sent file that is taken, in bytes.
    pub upload_limit: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            workers: 4,
            queue: 256,
            conversation_queue: 8,
            per_minute: 30,
            working_every: Duration::from_secs(4),
            grace: Duration::from_secs(8),
            uploads: std::env::temp_dir(),
            upload_limit: 20 << 20,
        }
    }
}

/// Why serving ended other than by being asked to.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The store fails.
    #[error("what was received cannot be kept")]
    Store(#[from] StoreError),
    /// No platform can be used any more.
    #[error("no platform can be used any more; the log says why")]
    NothingLeft,
}

/// Platforms, the assistant behind them, and what is on its way.
pub struct Runtime {
    chats: Vec<Arc<dyn Chat>>,
    assistant: Arc<Assistant>,
    store: Arc<dyn Store>,
    inbox: Arc<Inbox>,
    outbox: Arc<Outbox>,
    schedule: Option<Arc<Schedule>>,
    settings: Settings,
}

impl Runtime {
    /// Puts the parts together. Must be called inside a tokio runtime.
    #[must_use]
    pub fn new(
        chats: Vec<Arc<dyn Chat>>,
        assistant: Arc<Assistant>,
        store: Arc<dyn Store>,
        settings: Settings,
    ) -> Self {
        let outbox = Arc::new(Outbox::new(&chats, Arc::clone(&assistant), Arc::clone(&store)));
        let inbox = Arc::new(Inbox::new(Arc::clone(&assistant), Arc::clone(&outbox), settings.clone()));
        Self { chats, assistant, store, inbox, outbox, schedule: None, settings }
    }

    /// The same with what the clock does: it is done as long as the platforms are served.
    #[must_use]
    pub fn with_schedule(mut self, schedule: Arc<Schedule>) -> Self {
        self.schedule = Some(schedule);
        self
    }

    /// Serves until `stop` is ready, or every platform has ended. What was left over from before is done first.
    ///
    /// # Errors
    /// When the store fails, or no platform can be used.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), RuntimeError> {
        self.outbox.resume()?;
        self.resume()?;
        let runtime = Arc::new(self);
        let mut receiving = tokio::task::JoinSet::new();
        for chat in &runtime.chats {
            receiving.spawn(Arc::clone(&runtime).receive(Arc::clone(chat)));
        }
        // It ends with this call, however that ends.
        let mut ticking = tokio::task::JoinSet::new();
        if let Some(schedule) = runtime.schedule.clone() {
            ticking.spawn(ticking::tick(schedule, Arc::clone(&runtime.outbox)));
        }
        let mut stop = std::pin::pin!(stop);
        let mut asked_to_stop = false;
        loop {
            tokio::select! {
                () = &mut stop => {
                    asked_to_stop = true;
                    break;
                }
                ended = receiving.join_next() => match ended {
                    Some(Ok(Ok(()))) if !receiving.is_empty() => {}
                    Some(Ok(Err(error))) => return Err(error),
                    _ => break,
                }
            }
        }
        // What is being done goes into the store and out at the next start.
        ticking.abort_all();
        for chat in &runtime.chats {
            chat.stop_receiving().await;
        }
        let finish = async {
            while receiving.join_next().await.is_some() {}
            runtime.inbox.idle().await;
            runtime.outbox.idle().await;
        };
        if tokio::time::timeout(runtime.settings.grace, finish).await.is_err() {
            tracing::warn!("some messages are not answered yet; they are kept and answered after the next start");
        }
        runtime.outbox.stop();
        let close = async {
            for chat in &runtime.chats {
                chat.close().await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), close).await;
        if asked_to_stop || runtime.chats.is_empty() { Ok(()) } else { Err(RuntimeError::NothingLeft) }
    }

    /// Takes up what was received before the last end and not answered.
    fn resume(&self) -> Result<(), RuntimeError> {
        for message in storage::all::<Message>(&*self.store)? {
            if let Some(chat) = self.chats.iter().find(|chat| chat.platform() == message.from.platform) {
                self.inbox.put(Arc::clone(chat), message, None);
            }
        }
        Ok(())
    }

    /// Receives from one platform.
    async fn receive(self: Arc<Self>, chat: Arc<dyn Chat>) -> Result<(), RuntimeError> {
        let mut pace = Pace::new(self.settings.per_minute);
        while let Some(message) = chat.next().await {
            let message = match message {
                Ok(message) => message,
                Err(error) => {
                    self.complain(chat.platform(), &error);
                    continue;
                }
            };
            match pace.take(&message.from, tokio::time::Instant::now()) {
                pace::Verdict::Go => {}
                pace::Verdict::Tell => {
                    self.turn_away(&chat, &message, Notice::TooFast);
                    continue;
                }
                pace::Verdict::Drop => continue,
            }
            if self.inbox.is_full(&message.conversation) {
                self.turn_away(&chat, &message, Notice::Busy);
                continue;
            }
            let sign = self.inbox.acknowledge(&chat, &message);
            // On disk before the platform is told that it was taken, so that a kill loses nothing.
            let store = Arc::clone(&self.store);
            let received = Change::keep(&message)?;
            let seen = message.id.clone();
            let kept = tokio::task::spawn_blocking(move || match store.turn_of(&seen)? {
                Some(_) => Ok(false),
                None => store.apply(&[received]).map(|()| true),
            });
            match kept.await {
                Ok(Ok(true)) => self.inbox.put(Arc::clone(&chat), message, Some(sign)),
                Ok(Ok(false)) => tracing::debug!(message = %message.id.0, "seen before"),
                Ok(Err(error)) => {
                    tracing::error!(%error, message = %message.id.0, "a message cannot be kept");
                    self.turn_away(&chat, &message, Notice::Failed);
                }
                Err(error) => tracing::error!(%error, "keeping a message panicked"),
            }
        }
        Ok(())
    }

    fn turn_away(&self, chat: &Arc<dyn Chat>, message: &Message, notice: Notice) {
        let delivery = self.assistant.turn_away(message, notice);
        let chat = Arc::clone(chat);
        tokio::spawn(async move {
            if let Err(error) = chat.deliver(&delivery).await {
                tracing::warn!(%error, "somebody could not be told to wait");
            }
        });
    }

    /// Says what a person has to mend, once.
    fn complain(&self, platform: Platform, error: &ChatError) {
        let source = std::error::Error::source(error).map(ToString::to_string);
        tracing::error!(platform = platform.name(), %error, ?source, "a platform needs attention");
    }
}

#[cfg(test)]
mod tests;
