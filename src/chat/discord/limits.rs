//! How often Discord may be asked: what its answers announced, remembered by route. Makes no request.
//! Source: Discord's reference, «Rate Limits».

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Requests of a bot in one second, over all routes but those of interactions; Discord allows 50.
const PER_SECOND: usize = 48;
const SECOND: Duration = Duration::from_millis(1_010);
/// Where all of them are on their way, it is looked again after this long.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Beyond this many routes, those whose window has passed are forgotten.
const ROUTES: usize = 1_000;

/// What is known of the limits.
#[derive(Debug, Default)]
pub(super) struct Limits {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    windows: HashMap<String, Window>,
    paused: Option<Instant>,
    /// Requests that have no answer yet.
    under_way: usize,
    /// When requests of the last second were answered.
    answered: VecDeque<Instant>,
}

/// A request that counts, until it is answered or given up. Discord sees a request at some time between its start and its
/// answer, and a busy machine may send many at once that were begun one by one: so what counts for a second is the time
/// from the start to a second after the answer, and no second of Discord's own can hold more.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    limits: &'a Limits,
    counts: bool,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if self.counts {
            let mut known = self.limits.known();
            known.under_way -= 1;
            known.answered.push_back(Instant::now());
        }
    }
}

#[derive(Debug)]
struct Window {
    /// Requests of one route go one after the other, so that each knows what the one before was told.
    turn: Arc<tokio::sync::Mutex<()>>,
    remaining: Option<u32>,
    until: Instant,
}

/// What an answer says of the limits.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Announced {
    /// How many requests are left in the window.
    pub(super) remaining: Option<u32>,
    /// When the window ends.
    pub(super) reset_after: Option<Duration>,
}

impl Limits {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What requests of a route wait for each other on.
    pub(super) fn turn(&self, route: &str, now: Instant) -> Arc<tokio::sync::Mutex<()>> {
        let mut known = self.known();
        if known.windows.len() > ROUTES {
            known.windows.retain(|_, window| window.until > now || Arc::strong_count(&window.turn) > 1);
        }
        let window = known.windows.entry(route.to_owned()).or_insert_with(|| Window {
            turn: Arc::default(),
            remaining: None,
            until: now,
        });
        Arc::clone(&window.turn)
    }

    /// Counts a request, or says how long it has to wait.
    pub(super) fn take(&self, route: &str, counts: bool, now: Instant) -> Result<Taken<'_>, Duration> {
        let mut known = self.known();
        if counts {
            if let Some(until) = known.paused.filter(|until| *until > now) {
                return Err(until - now);
            }
            while known.answered.front().is_some_and(|at| now.saturating_duration_since(*at) >= SECOND) {
                known.answered.pop_front();
            }
            if known.under_way + known.answered.len() >= PER_SECOND {
                return Err(known.answered.front().map_or(LOOK_AGAIN, |first| (*first + SECOND) - now));
            }
        }
        if let Some(window) = known.windows.get_mut(route).filter(|window| window.until > now) {
            match &mut window.remaining {
                Some(0) => return Err(window.until - now),
                Some(left) => *left -= 1,
                None => {}
            }
        }
        if counts {
            known.under_way += 1;
        }
        Ok(Taken { limits: self, counts })
    }

    /// Remembers what an answer said of its route.
    pub(super) fn learn(&self, route: &str, announced: Announced, now: Instant) {
        let Announced { remaining: Some(remaining), reset_after: Some(reset_after) } = announced else { return };
        if let Some(window) = self.known().windows.get_mut(route) {
            window.remaining = Some(remaining);
            window.until = now + reset_after;
        }
    }

    /// Remembers that a route, or everything, is to be left alone.
    pub(super) fn pause(&self, route: &str, everything: bool, after: Duration, now: Instant) {
        let mut known = self.known();
        if everything {
            // An earlier answer that comes late does not shorten what a later one said.
            known.paused = known.paused.max(Some(now + after));
        } else if let Some(window) = known.windows.get_mut(route) {
            window.remaining = Some(0);
            window.until = now + after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_window_is_kept_until_it_ends() {
        let (limits, now, second) = (Limits::default(), Instant::now(), Duration::from_secs(1));
        limits.turn("a", now);
        assert!(limits.take("a", true, now).is_ok());
        limits.learn("a", Announced { remaining: Some(1), reset_after: Some(second * 5) }, now);
        assert!(limits.take("a", true, now).is_ok());
        assert_eq!(limits.take("a", true, now + second).err(), Some(second * 4));
        assert!(limits.take("b", true, now + second).is_ok());
        assert!(limits.take("a", true, now + second * 5).is_ok());
    }

    #[tokio::test]
    async fn a_pause_of_everything_leaves_interactions_alone() {
        let (limits, now, second) = (Limits::default(), Instant::now(), Duration::from_secs(1));
        limits.pause("a", true, second * 2, now);
        assert_eq!(limits.take("b", true, now + second).err(), Some(second));
        assert!(limits.take("b", false, now + second).is_ok());
        assert!(limits.take("b", true, now + second * 2).is_ok());
    }

    #[tokio::test]
    async fn no_second_holds_more_than_is_allowed_however_long_answers_take() {
        let (limits, now, second) = (Limits::default(), Instant::now(), Duration::from_secs(1));
        let begun: Vec<Taken<'_>> = (0..PER_SECOND).map(|_| limits.take("c", true, now).unwrap()).collect();
        // Nobody knows when the slow ones are seen, so that they count as long as they are under way.
        assert!(limits.take("c", true, now + second * 10).is_err());
        assert!(limits.take("c", false, now + second * 10).is_ok());
        drop(begun);
        assert!(limits.take("c", true, Instant::now()).is_err(), "they may have been seen just now");
        assert!(limits.take("c", true, Instant::now() + second * 2).is_ok());
    }
}
