//! Counts messages against the flood limits, and remembers who was told to wait. No answers.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::super::options::Limits;
use super::chat::ChatId;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

/// What was posted lately.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    chats: BTreeMap<ChatId, Bucket>,
    groups: BTreeMap<ChatId, VecDeque<Duration>>,
    overall: VecDeque<Duration>,
    asked_to_wait: BTreeMap<(ChatId, String), Asked>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Duration,
}

/// A wait that a 429 asked for. It is over when either clock says so: a client waits by real time, a test moves the
/// emulator's.
#[derive(Debug)]
struct Asked {
    until: Duration,
    real_from: Instant,
    real_until: Instant,
}

/// Requests that were under way when the 429 went out are no sign of impatience.
const GRACE: Duration = Duration::from_millis(250);

impl Flood {
    /// Counts `count` messages to `chat`.
    ///
    /// # Errors
    /// The whole seconds that they must wait.
    pub(crate) fn admit(
        &mut self,
        limits: &Limits,
        chat: ChatId,
        group: bool,
        count: usize,
        now: Duration,
    ) -> Result<(), u64> {
        if !limits.enforced {
            return Ok(());
        }
        let full = f64::from(limits.chat_burst.max(1));
        let bucket = self.chats.entry(chat).or_insert(Bucket { tokens: full, filled: now });
        let gained = now.saturating_sub(bucket.filled).as_secs_f64() * limits.chat_per_second;
        bucket.tokens = (bucket.tokens + gained).min(full);
        bucket.filled = now;
        let mut wait = 0.0_f64;
        if bucket.tokens < 1.0 {
            wait = wait.max((1.0 - bucket.tokens) / limits.chat_per_second);
        }
        let posted = self.groups.entry(chat).or_default();
        if group {
            wait = wait.max(window(posted, MINUTE, limits.group_per_minute, now));
        }
        wait = wait.max(window(&mut self.overall, SECOND, limits.overall_per_second, now));
        if wait > 0.0 {
            // retry_after is a whole number of seconds; rounding down would invite a second refusal.
            let seconds = (wait.ceil() as u64).max(1);
            return Err(seconds);
        }
        // An album is one request and takes as many tokens as it has items, if need be on credit.
        bucket.tokens -= count as f64;
        for _ in 0..count {
            posted.push_back(now);
            self.overall.push_back(now);
        }
        Ok(())
    }

    /// Remembers that a 429 asked the client not to call `method` for `chat` again within `seconds`.
    pub(crate) fn ask_to_wait(&mut self, chat: ChatId, method: &str, seconds: u64, now: Duration) {
        let (wait, real) = (Duration::from_secs(seconds), Instant::now());
        let asked = Asked { until: now + wait, real_from: real + GRACE.min(wait / 2), real_until: real + wait };
        self.asked_to_wait.insert((chat, method.to_owned()), asked);
    }

    /// Whether the client was told not to call `method` for `chat` yet.
    pub(crate) fn waits(&self, chat: ChatId, method: &str, now: Duration) -> bool {
        let real = Instant::now();
        let waits = |asked: &Asked| now < asked.until && real > asked.real_from && real < asked.real_until;
        self.asked_to_wait.get(&(chat, method.to_owned())).is_some_and(waits)
    }
}

/// Seconds until a sliding window of `length` has room for one more.
fn window(posted: &mut VecDeque<Duration>, length: Duration, most: usize, now: Duration) -> f64 {
    while posted.front().is_some_and(|at| *at + length <= now) {
        posted.pop_front();
    }
    if posted.len() < most {
        return 0.0;
    }
    let free = posted[posted.len() - most] + length;
    free.saturating_sub(now).as_secs_f64().max(0.001)
}
