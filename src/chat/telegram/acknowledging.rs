//! Signs that something was received: presses are confirmed, words are asked for, "typing" is shown.

use std::sync::PoisonError;

use teloxide::payloads::{AnswerCallbackQuery, SendChatAction};
use teloxide::types::{CallbackQueryId, ChatAction, ChatId, MessageId, ThreadId};

use super::failure::Failure;
use super::incoming::Ask;
use super::route::Route;
use super::{Inner, polling};
use crate::chat::Stage;
use crate::domain::Message;

/// So many confirmed presses are remembered, since Telegram refuses to hear of one twice.
const PRESSES: usize = 512;
/// So often is tried to ask for words.
const ATTEMPTS: u32 = 5;

impl Inner {
    /// Confirms a press, once.
    pub(super) async fn confirm(&self, press: &str) -> Result<(), Failure> {
        {
            let mut confirmed = self.confirmed.lock().unwrap_or_else(PoisonError::into_inner);
            if confirmed.iter().any(|known| known == press) {
                return Ok(());
            }
            confirmed.push_back(press.to_owned());
            if confirmed.len() > PRESSES {
                confirmed.pop_front();
            }
        }
        self.client.perform(&AnswerCallbackQuery::new(CallbackQueryId(press.to_owned()))).await.map(drop)
    }

    /// Confirms a press and asks for what its button wants.
    pub(super) async fn ask(&self, ask: &Ask) {
        if let Some(press) = &ask.route.callback {
            let is_known = {
                let confirmed = self.confirmed.lock().unwrap_or_else(PoisonError::into_inner);
                confirmed.iter().any(|known| known == press)
            };
            if is_known {
                return;
            }
            if let Err(failure) = self.confirm(press).await {
                tracing::debug!(%failure, "a press could not be confirmed");
            }
        }
        let mut failures = 0;
        while let Err(failure) = self.sender.ask(ask).await {
            failures += 1;
            let wait = match &failure {
                Failure::Later(wait) => Some(*wait),
                Failure::Unsent(_) | Failure::Server(_) => Some(polling::backoff(failures)),
                Failure::Moved(_) | Failure::Cut(_) | Failure::Refused { .. } => None,
            };
            match wait.filter(|_| failures < ATTEMPTS) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => {
                    tracing::warn!(%failure, "words could not be asked for");
                    return;
                }
            }
        }
    }

    pub(super) async fn acknowledge(&self, message: &Message, stage: Stage) -> Result<(), Failure> {
        let Some(route) = Route::read(&message.reply_to) else { return Ok(()) };
        if stage == Stage::Received {
            // A message needs nothing at once; a press is to be confirmed.
            return match &route.callback {
                Some(press) => self.confirm(press).await,
                None => Ok(()),
            };
        }
        // A chat that was told to wait is not bothered with signs.
        if self.sender.is_held(route.chat) {
            return Ok(());
        }
        let mut typing = SendChatAction::new(ChatId(self.sender.chat(route.chat)), ChatAction::Typing);
        typing.message_thread_id = route.thread.map(|thread| ThreadId(MessageId(thread)));
        self.client.perform(&typing).await.map(drop)
    }
}
