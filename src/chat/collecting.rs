//! A platform for tests: messages are scripted, replies are collected.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::{Timestamp, ToSpan};

use super::{Capabilities, Chat, ChatError};
use crate::domain::{ConversationId, Message, MessageId, Platform, Reply, UserId};

/// Hands out scripted messages and keeps every reply.
#[derive(Debug)]
pub struct Collecting {
    script: Mutex<VecDeque<Message>>,
    replies: Mutex<Vec<(ConversationId, Reply)>>,
    capabilities: Capabilities,
}

impl Collecting {
    /// These messages, in this order.
    #[must_use]
    pub fn new(script: impl IntoIterator<Item = Message>) -> Self {
        let capabilities =
            Capabilities { text_limit: 2_000, buttons: 5, attachments: true, edits: false, threads: false };
        Self { script: Mutex::new(script.into_iter().collect()), replies: Mutex::default(), capabilities }
    }

    /// One person saying these texts in one conversation, a minute apart from `start` on.
    #[must_use]
    pub fn saying(user: &str, start: Timestamp, texts: &[&str]) -> Self {
        let mut at = start;
        let messages = texts.iter().enumerate().map(|(index, text)| {
            let message = Message {
                id: MessageId(format!("collecting:{user}:{index}")),
                from: UserId { platform: Platform::Console, id: user.to_owned() },
                conversation: ConversationId(format!("console:{user}")),
                at,
                text: (*text).to_owned(),
            };
            at = at.checked_add(1.minute()).unwrap_or(at);
            message
        });
        Self::new(messages.collect::<Vec<_>>())
    }

    /// The same on a platform that can show other things.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// What was sent so far, oldest first.
    #[must_use]
    pub fn replies(&self) -> Vec<(ConversationId, Reply)> {
        self.replies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Chat for Collecting {
    fn platform(&self) -> Platform {
        Platform::Console
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn next(&self) -> Option<Result<Message, ChatError>> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).pop_front().map(Ok)
    }

    async fn send(&self, conversation: &ConversationId, reply: &Reply) -> Result<(), ChatError> {
        let mut replies = self.replies.lock().unwrap_or_else(PoisonError::into_inner);
        replies.push((conversation.clone(), reply.clone()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn replies_are_kept_in_order() {
        let chat = Collecting::saying("ann", Timestamp::UNIX_EPOCH, &["hello", "sales?"]);
        while let Some(message) = chat.next().await {
            let message = message.unwrap();
            chat.send(&message.conversation, &Reply::text(message.text.to_uppercase())).await.unwrap();
        }
        let said: Vec<String> = chat.replies().into_iter().map(|(_, reply)| reply.words()).collect();
        assert_eq!(said, ["HELLO", "SALES?"]);
    }
}
