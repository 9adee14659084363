//! What a test breaks on purpose: refusals, delays, cut connections, a shut door. No judgement of the client.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// Something that goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 with this `retry_after`. The request is not performed.
    TooManyRequests {
        /// Seconds.
        retry_after: u64,
    },
    /// A 5xx status. The request is not performed.
    ServerError(
        /// The status.
        u16,
    ),
    /// The answer comes late, by real time. The request is performed.
    Delay(
        /// By how much.
        Duration,
    ),
    /// The connection breaks in the middle of the answer. The request is performed.
    CutAnswer,
    /// The connection breaks before any answer. The request is not performed.
    CutRequest,
}

/// A handle on the faults to come; clones share them.
///
/// A fault planned for "any" method passes by `getUpdates`, since a poll that happens to be under way would use it up;
/// name that method to break it.
#[derive(Clone, Debug)]
pub struct Faults {
    planned: Arc<Mutex<Vec<Planned>>>,
    door: watch::Sender<bool>,
}

#[derive(Debug)]
struct Planned {
    method: Option<String>,
    fault: Fault,
    left: usize,
}

impl Faults {
    pub(crate) fn new() -> Self {
        Self { planned: Arc::default(), door: watch::channel(true).0 }
    }

    /// Breaks the next `times` requests of any method but `getUpdates`.
    pub fn inject(&self, fault: Fault, times: usize) {
        self.plan(None, fault, times);
    }

    /// Breaks the next `times` requests of `method`.
    pub fn inject_in(&self, method: &str, fault: Fault, times: usize) {
        self.plan(Some(method.to_ascii_lowercase()), fault, times);
    }

    /// Ends all faults that are planned, and opens the door.
    pub fn clear(&self) {
        self.lock().clear();
        self.accept_connections();
    }

    /// Closes the port: connections are reset, new ones are refused.
    pub fn refuse_connections(&self) {
        self.door.send_replace(false);
    }

    /// Opens the same port again.
    pub fn accept_connections(&self) {
        self.door.send_replace(true);
    }

    pub(crate) fn door(&self) -> watch::Receiver<bool> {
        self.door.subscribe()
    }

    /// The faults that hit a request of `method`: every planned delay, and the first of the others.
    pub(crate) fn strike(&self, method: &str) -> Vec<Fault> {
        let mut planned = self.lock();
        let mut struck = Vec::new();
        let mut broken = false;
        for plan in planned.iter_mut() {
            let hits = plan.method.as_deref().map_or(method != "getupdates", |named| named == method);
            let delay = matches!(plan.fault, Fault::Delay(_));
            if hits && (delay || !broken) {
                plan.left -= 1;
                struck.push(plan.fault);
                broken |= !delay;
            }
        }
        planned.retain(|plan| plan.left > 0);
        struck
    }

    fn plan(&self, method: Option<String>, fault: Fault, left: usize) {
        if left > 0 {
            self.lock().push(Planned { method, fault, left });
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Planned>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
