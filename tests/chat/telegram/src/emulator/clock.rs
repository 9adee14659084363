//! The emulator's time: real, or frozen until a test moves it. No date arithmetic.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// A handle on the emulator's time; clones share it.
///
/// Flood limits, expiry of callbacks, files and updates, and retries of webhooks go by this clock. Long polls and
/// injected latency go by real time, because a client's socket does.
#[derive(Clone, Debug)]
pub struct Clock {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    start: Duration,
    begun: Instant,
    runs: bool,
    ahead: watch::Sender<Duration>,
}

impl Clock {
    /// Real time, which [`Clock::advance`] can still move ahead.
    pub fn real() -> Self {
        let start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::new(start, true)
    }

    /// Time that stands still at `unix` seconds since 1970 and moves only by [`Clock::advance`].
    pub fn frozen(unix: u64) -> Self {
        Self::new(Duration::from_secs(unix), false)
    }

    fn new(start: Duration, runs: bool) -> Self {
        let (ahead, _) = watch::channel(Duration::ZERO);
        Self { shared: Arc::new(Shared { start, begun: Instant::now(), runs, ahead }) }
    }

    /// Time since 1970.
    pub fn now(&self) -> Duration {
        let run = if self.shared.runs { self.shared.begun.elapsed() } else { Duration::ZERO };
        self.shared.start + run + *self.shared.ahead.borrow()
    }

    /// Moves the clock ahead and wakes whatever waits for that moment.
    pub fn advance(&self, by: Duration) {
        self.shared.ahead.send_modify(|ahead| *ahead += by);
    }

    /// Waits until the clock shows `at`, however it gets there.
    pub(crate) async fn sleep_until(&self, at: Duration) {
        let mut ahead = self.shared.ahead.subscribe();
        loop {
            let now = self.now();
            if now >= at {
                return;
            }
            if self.shared.runs {
                tokio::select! {
                    () = tokio::time::sleep(at - now) => {}
                    _ = ahead.changed() => {}
                }
            } else if ahead.changed().await.is_err() {
                return;
            }
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::real()
    }
}
