//! How fast messages go out: in one chat, in one group, over all chats. Knows no network.
//!
//! The limits are those of core.telegram.org/bots/faq (one message a second in a chat, 20 a minute in a group, 30 a
//! second over all), kept a little below, since the server's clock sees the messages closer together than they left.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Messages that a chat may take at once before one a second counts.
const BURST: f64 = 3.0;
const GROUP_MESSAGES: usize = 19;
const GROUP_WINDOW: Duration = Duration::from_secs(61);
const MESSAGES: usize = 27;
const WINDOW: Duration = Duration::from_millis(1_050);
/// So many chats are remembered before those that rest are forgotten.
const REMEMBERED: usize = 10_000;
/// Whoever would wait longer for a chat is told so, and asks again.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Clone)]
struct ChatPace {
    tokens: f64,
    filled: Instant,
    sent: VecDeque<Instant>,
    held_until: Option<Instant>,
}

impl ChatPace {
    fn new(now: Instant) -> Self {
        Self { tokens: BURST, filled: now, sent: VecDeque::new(), held_until: None }
    }

    /// Takes the place of one message, or says when to ask again.
    fn take(&mut self, is_group: bool, now: Instant) -> Result<(), Instant> {
        if let Some(until) = self.held_until.filter(|until| *until > now) {
            return Err(until);
        }
        self.held_until = None;
        self.tokens = (self.tokens + now.duration_since(self.filled).as_secs_f64()).min(BURST);
        self.filled = now;
        if self.tokens < 1.0 {
            // A little more than is missing, so that rounding does not ask twice.
            return Err(now + Duration::from_secs_f64(1.0 - self.tokens) + Duration::from_millis(1));
        }
        if is_group {
            window(&mut self.sent, GROUP_MESSAGES, GROUP_WINDOW, now)?;
            self.sent.push_back(now);
        }
        self.tokens -= 1.0;
        Ok(())
    }

    fn rests(&self, now: Instant) -> bool {
        self.held_until.is_none_or(|until| until <= now)
            && now.duration_since(self.filled).as_secs_f64() + self.tokens >= BURST
            && self.sent.back().is_none_or(|last| *last + GROUP_WINDOW <= now)
    }
}

/// Whether a sliding window has room for one more; otherwise when it has.
fn window(sent: &mut VecDeque<Instant>, most: usize, length: Duration, now: Instant) -> Result<(), Instant> {
    while sent.front().is_some_and(|at| *at + length <= now) {
        sent.pop_front();
    }
    match sent.front() {
        Some(first) if sent.len() >= most => Err(*first + length),
        Some(_) | None => Ok(()),
    }
}

/// The pace of all chats.
#[derive(Debug, Default)]
pub(super) struct Pacing {
    chats: Mutex<HashMap<i64, ChatPace>>,
    /// Whoever waits for the pace of all chats waits in line.
    all: tokio::sync::Mutex<VecDeque<Instant>>,
}

impl Pacing {
    fn chats(&self) -> MutexGuard<'_, HashMap<i64, ChatPace>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a message may go to a chat, and counts it.
    ///
    /// # Errors
    /// How long the chat has to wait, where that is long.
    pub(super) async fn turn(&self, chat: i64) -> Result<(), Duration> {
        let asked = Instant::now();
        loop {
            let now = Instant::now();
            let taken = {
                let mut chats = self.chats();
                if chats.len() > REMEMBERED {
                    chats.retain(|_, pace| !pace.rests(now));
                }
                chats.entry(chat).or_insert_with(|| ChatPace::new(now)).take(chat < 0, now)
            };
            match taken {
                Ok(()) => break,
                Err(at) if at.duration_since(asked) > PATIENCE => return Err(at.duration_since(now)),
                Err(at) => sleep_until(at).await,
            }
        }
        let mut all = self.all.lock().await;
        while let Err(at) = window(&mut all, MESSAGES, WINDOW, Instant::now()) {
            sleep_until(at).await;
        }
        all.push_back(Instant::now());
        Ok(())
    }

    /// A chat is told to wait; others go on.
    pub(super) fn hold(&self, chat: i64, wait: Duration) {
        let now = Instant::now();
        self.chats().entry(chat).or_insert_with(|| ChatPace::new(now)).held_until = Some(now + wait);
    }

    /// Whether a chat has been told to wait.
    pub(super) fn is_held(&self, chat: i64) -> bool {
        let now = Instant::now();
        self.chats().get(&chat).and_then(|pace| pace.held_until).is_some_and(|until| until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of so many messages goes out, in seconds from now; one that is refused is asked for again.
    async fn times(pacing: &Pacing, chat: i64, count: usize) -> Vec<f64> {
        let begun = Instant::now();
        let mut times = Vec::new();
        for _ in 0..count {
            while let Err(wait) = pacing.turn(chat).await {
                tokio::time::sleep(wait).await;
            }
            times.push(begun.elapsed().as_secs_f64());
        }
        times
    }

    #[tokio::test(start_paused = true)]
    async fn a_chat_takes_three_at_once_and_then_one_a_second() {
        let times = times(&Pacing::default(), 7, 6).await;
        assert_eq!(times[..3], [0.0, 0.0, 0.0]);
        for (index, time) in times[3..].iter().enumerate() {
            let due = index as f64 + 1.0;
            assert!((due..due + 0.1).contains(time), "{times:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_group_takes_no_more_than_twenty_in_any_minute() {
        let times = times(&Pacing::default(), -7, 60).await;
        for (index, time) in times.iter().enumerate() {
            let within = times[index..].iter().take_while(|later| **later < time + 60.0).count();
            assert!(within <= 20, "{within} from {time} on");
        }
        assert!(times[59] < 200.0, "{times:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn all_chats_together_take_no_more_than_thirty_in_any_second() {
        let pacing = Pacing::default();
        let begun = Instant::now();
        let all = futures::future::join_all((1..=100).map(|chat| {
            let pacing = &pacing;
            async move {
                pacing.turn(chat).await.unwrap();
                begun.elapsed().as_secs_f64()
            }
        }))
        .await;
        for time in &all {
            assert!(all.iter().filter(|other| (*time..time + 1.0).contains(*other)).count() <= 30);
        }
        assert!(all.iter().all(|time| *time < 5.0));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_told_to_wait_waits_alone() {
        let pacing = Pacing::default();
        pacing.hold(7, Duration::from_secs(30));
        assert_eq!(pacing.turn(7).await, Err(Duration::from_secs(30)));
        assert!(pacing.is_held(7) && !pacing.is_held(8));
        assert_eq!(times(&pacing, 8, 1).await, [0.0]);
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(times(&pacing, 7, 1).await, [0.0]);
    }
}
