//! A platform for tests: messages are scripted, replies are collected.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use jiff::{Timestamp, ToSpan};
use tokio::sync::Notify;

use super::{Capabilities, Chat, ChatError, Stage};
use crate::domain::{Address, Delivery, FileAt, Message, PlaceId, Platform, SentFile, UserId};

/// Decides what becomes of a delivery: told which attempt of this object it is, from 0.
type Fault = Box<dyn Fn(usize) -> Result<(), ChatError> + Send + Sync>;

/// Hands out messages and keeps every delivery.
pub struct Collecting {
    platform: Platform,
    capabilities: Capabilities,
    repeatable: bool,
    fault: Fault,
    inner: Mutex<Inner>,
    changed: Notify,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Message>,
    deliveries: Vec<Delivery>,
    acknowledged: Vec<(String, Stage)>,
    attempts: usize,
    is_closed: bool,
}

impl Collecting {
    /// A platform on which nothing was said yet.
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        let capabilities = Capabilities {
            text_limit: 2_000,
            buttons: 5,
            attachments: true,
            edits: false,
            threads: false,
            file_limit: 1 << 20,
        };
        Self {
            platform,
            capabilities,
            repeatable: false,
            fault: Box::new(|_| Ok(())),
            inner: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// One person saying these texts in one conversation, a minute apart from `start` on, and then nothing more.
    #[must_use]
    pub fn saying(platform: Platform, user: &str, start: Timestamp, texts: &[&str]) -> Self {
        let chat = Self::new(platform);
        let mut at = start;
        for (index, text) in texts.iter().enumerate() {
            let mut message = Message::typed(&format!("collecting:{user}:{index}"), user, user, at, *text);
            message.from.platform = platform;
            message.reply_to = Address { platform, route: user.to_owned() };
            chat.say(message);
            at = at.checked_add(1.minute()).unwrap_or(at);
        }
        chat.finish();
        chat
    }

    /// The same on a platform that can show other things.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// The same on a platform where deliveries fail as this says.
    #[must_use]
    pub fn failing(mut self, fault: impl Fn(usize) -> Result<(), ChatError> + Send + Sync + 'static) -> Self {
        self.fault = Box::new(fault);
        self
    }

    /// The same on a platform that knows a delivery again.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody writes.
    pub fn say(&self, message: Message) {
        self.inner().waiting.push_back(message);
        self.changed.notify_waiters();
    }

    /// Nobody writes any more.
    pub fn finish(&self) {
        self.inner().is_closed = true;
        self.changed.notify_waiters();
    }

    /// What was delivered so far, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.inner().deliveries.clone()
    }

    /// Which messages were acknowledged, in order.
    #[must_use]
    pub fn acknowledged(&self) -> Vec<(String, Stage)> {
        self.inner().acknowledged.clone()
    }

    /// Waits until there are so many deliveries.
    pub async fn delivered(&self, count: usize) -> Vec<Delivery> {
        loop {
            let changed = self.changed.notified();
            let deliveries = self.deliveries();
            if deliveries.len() >= count {
                return deliveries;
            }
            changed.await;
        }
    }
}

impl Chat for Collecting {
    fn platform(&self) -> Platform {
        self.platform
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn next(&self) -> BoxFuture<'_, Option<Result<Message, ChatError>>> {
        async {
            loop {
                let mut changed = std::pin::pin!(self.changed.notified());
                changed.as_mut().enable();
                {
                    let mut inner = self.inner();
                    if let Some(message) = inner.waiting.pop_front() {
                        return Some(Ok(message));
                    }
                    if inner.is_closed {
                        return None;
                    }
                }
                changed.await;
            }
        }
        .boxed()
    }

    fn acknowledge<'a>(&'a self, message: &'a Message, stage: Stage) -> BoxFuture<'a, Result<(), ChatError>> {
        self.inner().acknowledged.push((message.id.0.clone(), stage));
        ready(Ok(())).boxed()
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), ChatError>> {
        let mut inner = self.inner();
        let attempt = inner.attempts;
        inner.attempts += 1;
        let result = (self.fault)(attempt);
        if result.is_ok() {
            inner.deliveries.push(delivery.clone());
        }
        drop(inner);
        self.changed.notify_waiters();
        ready(result).boxed()
    }

    fn is_repeatable(&self, _delivery: &Delivery) -> bool {
        self.repeatable
    }

    fn fetch<'a>(&'a self, file: &'a SentFile, to: &'a Path) -> BoxFuture<'a, Result<(), ChatError>> {
        // Here a file's content is what its place says.
        let content = match &file.at {
            FileAt::Platform(content) => std::fs::write(to, content),
            FileAt::Disk(path) => std::fs::copy(path, to).map(|_| ()),
            FileAt::TooLarge { .. } | FileAt::Lost => Err(std::io::ErrorKind::NotFound.into()),
        };
        ready(content.map_err(|source| ChatError::Attachment { path: to.to_owned(), source })).boxed()
    }

    fn may_post<'a>(&'a self, _user: &'a UserId, _place: &'a PlaceId) -> BoxFuture<'a, Result<bool, ChatError>> {
        ready(Ok(true)).boxed()
    }

    fn stop_receiving(&self) -> BoxFuture<'_, ()> {
        self.finish();
        ready(()).boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        ready(()).boxed()
    }
}
