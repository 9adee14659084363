//! How often Discord may be asked: what its answers announced, remembered by route. Makes no request.
//! Source: Discord's reference, «Rate Limits».

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Requests of a bot in one second, over all routes but those of interactions; Discord allows 50.
const PER_SECOND: usize = 45;

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
    recent: VecDeque<Instant>,
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
    pub(super) fn take(&self, route: &str, counts: bool, now: Instant) -> Result<(), Duration> {
        let mut known = self.known();
        if counts {
            if let Some(until) = known.paused.filter(|until| *until > now) {
                return Err(until - now);
            }
            while known.recent.front().is_some_and(|at| now - *at >= Duration::from_secs(1)) {
                known.recent.pop_front();
            }
            if known.recent.len() >= PER_SECOND
                && let Some(first) = known.recent.front()
            {
                return Err((*first + Duration::from_secs(1)) - now);
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
            known.recent.push_back(now);
        }
        Ok(())
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
        assert_eq!(limits.take("a", true, now), Ok(()));
        limits.learn("a", Announced { remaining: Some(1), reset_after: Some(second * 5) }, now);
        assert_eq!(limits.take("a", true, now), Ok(()));
        assert_eq!(limits.take("a", true, now + second), Err(second * 4));
        assert_eq!(limits.take("b", true, now + second), Ok(()));
        assert_eq!(limits.take("a", true, now + second * 5), Ok(()));
    }

    #[tokio::test]
    async fn a_pause_of_everything_leaves_interactions_alone() {
        let (limits, now, second) = (Limits::default(), Instant::now(), Duration::from_secs(1));
        limits.pause("a", true, second * 2, now);
        assert_eq!(limits.take("b", true, now + second), Err(second));
        assert_eq!(limits.take("b", false, now + second), Ok(()));
        assert_eq!(limits.take("b", true, now + second * 2), Ok(()));
        for _ in 0..PER_SECOND - 1 {
            assert_eq!(limits.take("c", true, now + second * 2), Ok(()));
        }
        assert!(limits.take("c", true, now + second * 2).is_err());
        assert_eq!(limits.take("c", true, now + second * 3), Ok(()));
    }
}
