//! The queue of updates that the bot has not confirmed. Knows no transport.
//!
//! After core.telegram.org/bots/api#getting-updates: an update is confirmed by a higher `offset` or by the webhook's
//! 2xx answer, and is kept for 24 hours.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};

const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Kinds that are sent only to those who list them (core.telegram.org/bots/api#getupdates, `allowed_updates`).
const NOT_BY_DEFAULT: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// What a test may do to the order of updates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disorder {
    /// Each update comes twice: twice in one batch of `getUpdates`, or in two requests to the webhook.
    pub duplicates: bool,
    /// Updates come out of order. In a batch of `getUpdates` all but the last are reversed, since a client takes the
    /// last one's id for its offset; a webhook gets the newest first.
    pub reordering: bool,
}

/// An update on its way.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) id: i64,
    /// Updates of one chat keep their order.
    pub(crate) chat: i64,
    pub(crate) body: Value,
    pub(crate) expires: Duration,
    pub(crate) wakeup: Duration,
    pub(crate) fails: u32,
    pub(crate) delay: u64,
    pub(crate) in_flight: bool,
    pub(crate) repeated: bool,
}

/// Updates not confirmed yet.
#[derive(Debug)]
pub(crate) struct Queue {
    next_id: i64,
    pub(crate) pending: VecDeque<Update>,
    pub(crate) allowed: Option<Vec<String>>,
    pub(crate) disorder: Disorder,
}

impl Default for Queue {
    fn default() -> Self {
        Self { next_id: 100_001, pending: VecDeque::new(), allowed: None, disorder: Disorder::default() }
    }
}

impl Queue {
    /// Queues an update unless the bot did not ask for its kind.
    pub(crate) fn push(&mut self, kind: &str, chat: i64, payload: Value, now: Duration) {
        let wanted = match &self.allowed {
            Some(allowed) => allowed.iter().any(|allowed| allowed == kind),
            None => !NOT_BY_DEFAULT.contains(&kind),
        };
        if !wanted {
            return;
        }
        let id = self.next_id;
        self.next_id += 1;
        let mut body = json!({ "update_id": id });
        body[kind] = payload;
        let (expires, wakeup) = (now + KEPT, now);
        let (fails, delay, in_flight, repeated) = (0, 1, false, false);
        self.pending.push_back(Update { id, chat, body, expires, wakeup, fails, delay, in_flight, repeated });
    }

    /// Takes over `allowed_updates`; an empty list means the default, and an absent one changes nothing.
    pub(crate) fn allow(&mut self, list: Option<Vec<String>>) {
        match list {
            Some(list) if list.is_empty() => self.allowed = None,
            Some(list) => self.allowed = Some(list),
            None => {}
        }
    }

    /// Forgets what is older than a day.
    pub(crate) fn expire(&mut self, now: Duration) {
        self.pending.retain(|update| update.expires > now);
    }

    /// Confirms below `offset` and returns up to `limit` of the rest. A negative offset counts from the end of the
    /// queue and forgets all before it.
    pub(crate) fn take(&mut self, offset: i64, limit: usize, now: Duration) -> Vec<Value> {
        self.expire(now);
        if offset > 0 {
            self.pending.retain(|update| update.id >= offset);
        } else if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            let drop = self.pending.len().saturating_sub(keep);
            self.pending.drain(..drop);
        }
        let mut batch: Vec<Value> = self.pending.iter().take(limit).map(|update| update.body.clone()).collect();
        if self.disorder.reordering
            && let Some((_, earlier)) = batch.split_last_mut()
        {
            earlier.reverse();
        }
        if self.disorder.duplicates {
            batch = batch.into_iter().flat_map(|body| [body.clone(), body]).collect();
        }
        batch
    }
}
