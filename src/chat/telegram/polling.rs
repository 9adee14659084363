//! Asks for updates. An update is confirmed by the first question after it was taken, so that a kill loses none.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;
use teloxide::payloads::GetUpdates;
use teloxide::types::{AllowedUpdate, Update};
use tokio::sync::watch;

use super::client::Client;
use super::failure::Failure;
use crate::chat::ChatError;

/// How long a question waits at the server for something to come, in seconds.
const POLL_SECONDS: u32 = 30;
/// A question that takes longer is asked anew.
const POLL: Duration = Duration::from_secs(45);
/// The last question, which only confirms, does not hold up the end.
const LAST: Duration = Duration::from_secs(2);
/// So long the server is given to notice that the waiting question was broken off; two at once are refused as a conflict.
const BROKEN_OFF: Duration = Duration::from_millis(100);
const FIRST_BACKOFF: Duration = Duration::from_millis(250);
const MOST_BACKOFF: Duration = Duration::from_secs(60);

/// After so many failures in a row the connection counts as lost; a single one is everyday.
const LOST: u32 = 2;

/// The kinds that Herald asks for.
pub(super) fn wanted() -> Vec<AllowedUpdate> {
    vec![AllowedUpdate::Message, AllowedUpdate::CallbackQuery]
}

/// How long to wait after so many failures in a row.
pub(super) fn backoff(failures: u32) -> Duration {
    FIRST_BACKOFF.saturating_mul(1 << failures.saturating_sub(1).min(8)).min(MOST_BACKOFF)
}

/// Waits, but not beyond the end. Says whether it is the end.
pub(super) async fn rest(stop: &mut watch::Receiver<bool>, wait: Duration) -> bool {
    tokio::select! {
        // The sender lives as long as the adapter.
        _ = stop.wait_for(|stopped| *stopped) => true,
        () = tokio::time::sleep(wait) => false,
    }
}

/// What comes of asking.
pub(super) enum Asked {
    /// An update.
    Update(Box<Update>),
    /// Something that somebody has to mend; asking goes on.
    Tell(ChatError),
    /// Something that somebody has to mend; there is no point in asking.
    Fatal(ChatError),
    /// The end.
    Stopped,
}

/// The updates that were fetched, and how far they were taken.
#[derive(Debug, Default)]
pub(super) struct Polling {
    /// The first id that was not taken.
    offset: i32,
    confirmed: i32,
    waiting: VecDeque<Update>,
    failures: u32,
    has_told: bool,
}

impl Polling {
    /// The next update. Asking for it says that those before are safe.
    pub(super) async fn next(&mut self, client: &Client, stop: &mut watch::Receiver<bool>) -> Asked {
        loop {
            if let Some(update) = self.waiting.pop_front() {
                self.offset = self.offset.max(update.id.as_offset());
                return Asked::Update(Box::new(update));
            }
            if *stop.borrow() {
                self.confirm(client).await;
                return Asked::Stopped;
            }
            let question = self.question(POLL_SECONDS, 100);
            let answer = tokio::select! {
                _ = stop.wait_for(|stopped| *stopped) => continue,
                answer = client.perform_within(&question, POLL) => answer,
            };
            match answer {
                Ok(updates) => {
                    self.take(&updates);
                    if self.waiting.is_empty() && updates.as_array().is_some_and(|updates| !updates.is_empty()) {
                        // What cannot be read is not asked for again at once.
                        rest(stop, FIRST_BACKOFF).await;
                    }
                }
                Err(failure) => {
                    self.failures += 1;
                    if failure.is_token() {
                        return Asked::Fatal(failure.told());
                    }
                    let wait = match &failure {
                        Failure::Later(wait) => *wait,
                        _ => backoff(self.failures),
                    };
                    if self.failures == LOST {
                        tracing::warn!(%failure, "Telegram cannot be reached; it is tried until it can");
                    } else {
                        tracing::debug!(%failure, failures = self.failures, "updates cannot be had");
                    }
                    if failure.is_conflict() && !std::mem::replace(&mut self.has_told, true) {
                        return Asked::Tell(failure.told());
                    }
                    rest(stop, wait).await;
                }
            }
        }
    }

    fn question(&self, seconds: u32, limit: u8) -> GetUpdates {
        let mut question = GetUpdates::new();
        question.offset = (self.offset > 0).then_some(self.offset);
        question.limit = Some(limit);
        question.timeout = Some(seconds);
        question.allowed_updates = Some(wanted());
        question
    }

    /// Puts updates in order, each once: they may come twice and in any order.
    fn take(&mut self, updates: &Value) {
        if std::mem::take(&mut self.failures) >= LOST {
            tracing::warn!("Telegram is reached again");
        }
        self.has_told = false;
        self.confirmed = self.offset;
        // teloxide reads updates from text only, since it borrows the names of their fields.
        let read = |value: &Value| match serde_json::from_str::<Update>(&value.to_string()) {
            Ok(update) => Some(update),
            Err(error) => {
                tracing::warn!(%error, "an update cannot be read");
                None
            }
        };
        let mut updates: Vec<Update> = updates.as_array().into_iter().flatten().filter_map(read).collect();
        updates.sort_by_key(|update| update.id);
        updates.dedup_by_key(|update| update.id);
        self.waiting.extend(updates.into_iter().filter(|update| update.id.as_offset() > self.offset));
    }

    /// Says that the last update is safe, where no question said so.
    async fn confirm(&mut self, client: &Client) {
        if self.offset > self.confirmed {
            self.confirmed = self.offset;
            tokio::time::sleep(BROKEN_OFF).await;
            if let Err(failure) = client.perform_within(&self.question(0, 1), LAST).await {
                tracing::debug!(%failure, "the last updates come again after the next start");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn updates_are_put_in_order_once() {
        let mut polling = Polling::default();
        let update = |id: u32| json!({ "update_id": id, "something": {} });
        polling.take(&json!([update(4), update(2), update(4), update(3), { "no": "id" }]));
        let ids: Vec<u32> = polling.waiting.iter().map(|update| update.id.0).collect();
        assert_eq!(ids, [2, 3, 4]);
    }

    #[test]
    fn waits_grow_to_a_minute() {
        let waits: Vec<u128> = (1..=10).map(|failures| backoff(failures).as_millis()).collect();
        assert_eq!(waits, [250, 500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]);
    }
}
