//! Rate limits: windows for each route and the whole bot, and their headers («Rate Limits»). Faults are in `fault`.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::super::clock::Instant;
use super::super::options::RateLimits;
use super::refusal::Refusal;
use super::route::Endpoint;

/// The windows so far.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    windows: BTreeMap<(Endpoint, String), Window>,
    global: VecDeque<Instant>,
    /// Until when a 429 asked the client to leave a route alone; the empty key is everything.
    pauses: BTreeMap<Option<(Endpoint, String)>, Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    started: Instant,
    used: u32,
}

/// What the headers say.
#[derive(Clone, Debug)]
pub(crate) struct Quota {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) reset: Instant,
    pub(crate) reset_after: Duration,
    pub(crate) bucket: String,
}

impl Buckets {
    /// Whether the client was asked to wait longer than it did.
    pub(crate) fn is_paused(&self, endpoint: Endpoint, major: &str, now: Instant) -> bool {
        let until = |key| self.pauses.get(&key).is_some_and(|until| now < *until);
        until(Some((endpoint, major.to_owned()))) || !endpoint.is_interaction() && until(None)
    }

    /// Remembers what a 429 asked for.
    pub(crate) fn pause(&mut self, endpoint: Endpoint, major: &str, until: Instant, global: bool) {
        self.pauses.insert((!global).then(|| (endpoint, major.to_owned())), until);
    }

    /// Counts a request, or says why it may not be made now.
    pub(crate) fn take(
        &mut self,
        endpoint: Endpoint,
        major: &str,
        now: Instant,
        limits: &RateLimits,
    ) -> (Quota, Option<Refusal>) {
        let window = self
            .windows
            .entry((endpoint, major.to_owned()))
            .and_modify(|window| {
                if now.saturating_sub(window.started) >= limits.window {
                    *window = Window { started: now, used: 0 };
                }
            })
            .or_insert(Window { started: now, used: 0 });
        let reset = window.started + limits.window;
        let reset_after = reset.saturating_sub(now);
        let quota = |used: u32| Quota {
            limit: limits.per_route,
            remaining: limits.per_route.saturating_sub(used),
            reset,
            reset_after,
            bucket: format!("{:08x}", bucket_number(endpoint)),
        };
        if window.used >= limits.per_route {
            return (quota(window.used), Some(Refusal::Limited { retry_after: reset_after, global: false }));
        }
        if !endpoint.is_interaction() {
            let second = Duration::from_secs(1);
            while self.global.front().is_some_and(|at| now.saturating_sub(*at) >= second) {
                self.global.pop_front();
            }
            if self.global.len() >= usize::try_from(limits.global_per_second).unwrap_or(usize::MAX) {
                let oldest = self.global.front().copied().unwrap_or(now);
                let retry_after = (oldest + second).saturating_sub(now);
                return (quota(window.used), Some(Refusal::Limited { retry_after, global: true }));
            }
            self.global.push_back(now);
        }
        window.used += 1;
        (quota(window.used), None)
    }
}

/// A stable name for a route's bucket, which tells nothing else.
fn bucket_number(endpoint: Endpoint) -> u32 {
    (endpoint as u32 + 1).wrapping_mul(0x9E37_79B1)
}
