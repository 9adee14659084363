//! How fast messages go out: in one chat, in one group, over all chats. Knows no network; what counts is pure.
//!
//! The limits are those of core.telegram.org/bots/faq (one message a second in a chat, 20 a minute in a group, 30 a
//! second over all). What counts over all chats is the time from a message's start to a second after its answer: the server
//! sees it somewhere in between, and a busy machine may send at once what was begun one by one.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Messages that a chat may take at once before one a second counts.
const BURST: f64 = 3.0;
const GROUP_MESSAGES: usize = 19;
const GROUP_WINDOW: Duration = Duration::from_secs(61);
const MESSAGES: usize = 29;
const WINDOW: Duration = Duration::from_millis(1_010);
/// Where all of them are on their way, it is looked again after this long.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
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

/// When messages were sent, by chat. Pure: the time is passed in.
#[derive(Debug, Default)]
struct Chats(HashMap<i64, ChatPace>);

impl Chats {
    /// Takes the place of one message to a chat, or says when to ask again.
    fn take(&mut self, chat: i64, now: Instant) -> Result<(), Instant> {
        if self.0.len() > REMEMBERED {
            self.0.retain(|_, pace| !pace.rests(now));
        }
        // Ids of groups are below zero.
        self.0.entry(chat).or_insert_with(|| ChatPace::new(now)).take(chat < 0, now)
    }

    fn hold(&mut self, chat: i64, until: Instant, now: Instant) {
        self.0.entry(chat).or_insert_with(|| ChatPace::new(now)).held_until = Some(until);
    }
}

/// When messages were sent, over all chats. Pure as well.
#[derive(Debug, Default)]
struct All {
    /// Messages that have no answer yet.
    under_way: usize,
    /// When those of the last second were answered.
    answered: VecDeque<Instant>,
}

impl All {
    fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let room = MESSAGES.saturating_sub(self.under_way);
        if room == 0 {
            return Err(now + LOOK_AGAIN);
        }
        window(&mut self.answered, room, WINDOW, now)?;
        self.under_way += 1;
        Ok(())
    }

    fn answer(&mut self, now: Instant) {
        self.under_way -= 1;
        self.answered.push_back(now);
    }
}

/// A message that may go out, until it is answered or given up.
#[derive(Debug)]
pub(super) struct Turn<'a>(&'a Pacing);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.all().answer(Instant::now());
    }
}

/// The pace of all chats.
#[derive(Debug, Default)]
pub(super) struct Pacing {
    chats: Mutex<Chats>,
    all: Mutex<All>,
    /// Whoever waits for the pace of all chats waits in line.
    line: tokio::sync::Mutex<()>,
}

impl Pacing {
    fn chats(&self) -> MutexGuard<'_, Chats> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a message may go to a chat, and counts it until what is returned is dropped, and a second longer.
    ///
    /// # Errors
    /// How long the chat has to wait, where that is long.
    pub(super) async fn turn(&self, chat: i64) -> Result<Turn<'_>, Duration> {
        let asked = Instant::now();
        loop {
            let now = Instant::now();
            let taken = self.chats().take(chat, now);
            match taken {
                Ok(()) => break,
                Err(at) if at.duration_since(asked) > PATIENCE => return Err(at.duration_since(now)),
                Err(at) => sleep_until(at).await,
            }
        }
        let _first = self.line.lock().await;
        loop {
            let taken = self.all().take(Instant::now());
            match taken {
                Ok(()) => return Ok(Turn(self)),
                Err(at) => sleep_until(at).await,
            }
        }
    }

    /// A chat is told to wait; others go on.
    pub(super) fn hold(&self, chat: i64, wait: Duration) {
        let now = Instant::now();
        self.chats().hold(chat, now + wait, now);
    }

    /// Whether a chat has been told to wait.
    pub(super) fn is_held(&self, chat: i64) -> bool {
        let now = Instant::now();
        self.chats().0.get(&chat).and_then(|pace| pace.held_until).is_some_and(|until| until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When each of so many messages goes out, in seconds from the first, each as soon as it may.
    fn times(count: usize, mut take: impl FnMut(Instant) -> Result<(), Instant>) -> Vec<f64> {
        let begun = Instant::now();
        let mut now = begun;
        let one = |_| {
            while let Err(at) = take(now) {
                assert!(at > now, "it would be asked for ever");
                now = at;
            }
            now.duration_since(begun).as_secs_f64()
        };
        (0..count).map(one).collect()
    }

    /// The most messages in any stretch of so many seconds.
    fn most_within(times: &[f64], seconds: f64) -> usize {
        let from = |at: usize| times[at..].iter().take_while(|time| **time < times[at] + seconds).count();
        (0..times.len()).map(from).max().unwrap()
    }

    #[test]
    fn a_chat_takes_three_at_once_and_then_one_a_second() {
        let mut chats = Chats::default();
        let times = times(6, |now| chats.take(7, now));
        assert_eq!(times[..3], [0.0, 0.0, 0.0]);
        for (index, time) in times[3..].iter().enumerate() {
            let due = index as f64 + 1.0;
            assert!((due..due + 0.1).contains(time), "{times:?}");
        }
    }

    #[test]
    fn a_group_takes_no_more_than_twenty_in_any_minute() {
        let mut chats = Chats::default();
        let times = times(60, |now| chats.take(-7, now));
        assert!(most_within(&times, 60.0) <= 20, "{times:?}");
        assert!(times[59] < 200.0, "{times:?}");
    }

    #[test]
    fn all_chats_together_take_no_more_than_thirty_in_any_second() {
        let mut all = All::default();
        let times = times(100, |now| all.take(now).map(|()| all.answer(now)));
        assert!(most_within(&times, 1.0) <= 30, "{times:?}");
        assert!(times[99] < 5.0, "{times:?}");
    }

    #[test]
    fn messages_count_as_long_as_they_are_under_way() {
        let (mut all, now) = (All::default(), Instant::now());
        for _ in 0..MESSAGES {
            all.take(now).unwrap();
        }
        let later = now + Duration::from_secs(10);
        assert!(all.take(later).is_err(), "the server may see all of them now");
        all.answer(later);
        assert_eq!(all.take(later), Err(later + WINDOW), "one was answered just now");
        assert!(all.take(later + WINDOW).is_ok());
    }

    #[test]
    fn chats_that_rest_are_forgotten() {
        let mut chats = Chats::default();
        let begun = Instant::now();
        for chat in 0..=REMEMBERED as i64 {
            chats.take(chat, begun).unwrap();
        }
        chats.take(-1, begun + Duration::from_secs(5)).unwrap();
        assert_eq!(chats.0.len(), 1);
    }

    #[tokio::test]
    async fn whoever_is_told_to_wait_waits_alone() {
        let pacing = Pacing::default();
        pacing.hold(7, Duration::from_secs(3_000));
        let wait = pacing.turn(7).await.map(drop).unwrap_err();
        assert!(wait > Duration::from_secs(2_000) && wait <= Duration::from_secs(3_000));
        assert!(pacing.is_held(7) && !pacing.is_held(8));
        pacing.turn(8).await.unwrap();
        pacing.hold(7, Duration::ZERO);
        pacing.turn(7).await.unwrap();
    }
}
