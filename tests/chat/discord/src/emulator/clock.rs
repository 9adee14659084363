//! The emulator's clock: real or standing still, and movable either way. Nothing sleeps here.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment as the time since 1970-01-01T00:00:00Z.
pub(crate) type Instant = Duration;

/// A handle on the time that expiries and rate-limit windows are counted in. Clones share it.
///
/// Heartbeats, added latency and waiting are in real time, because the client on the other side counts in it.
#[derive(Clone, Debug)]
pub struct Clock {
    fixed: Option<Instant>,
    moved: Arc<Mutex<Duration>>,
}

impl Clock {
    /// The time of the machine.
    #[must_use]
    pub fn real() -> Self {
        Self { fixed: None, moved: Arc::default() }
    }

    /// A clock that stands at 2026-01-05T09:00:00Z, a Monday, until it is moved.
    #[must_use]
    pub fn manual() -> Self {
        Self { fixed: Some(Duration::from_secs(1_767_603_600)), moved: Arc::default() }
    }

    /// The time since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn now(&self) -> Duration {
        let base = self.fixed.unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        base + *self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock forward for every holder of it.
    pub fn advance(&self, by: Duration) {
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::real()
    }
}
