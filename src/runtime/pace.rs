//! How many messages one person may send. Pure: the time is passed in.

use std::collections::HashMap;

use tokio::time::Instant;

use crate::domain::UserId;

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is taken.
    Go,
    /// It is turned away, and its writer is told.
    Tell,
    /// It is turned away; its writer was told just before.
    Drop,
}

/// A token bucket for each person (Turner 1986): it holds a third of a minute's messages, and fills evenly.
#[derive(Debug)]
pub(super) struct Pace {
    per_second: f64,
    most: f64,
    people: HashMap<UserId, Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Instant,
    told: bool,
}

/// So many people are remembered before those with full buckets are forgotten.
const REMEMBERED: usize = 10_000;

impl Pace {
    pub(super) fn new(per_minute: u32) -> Self {
        let per_minute = f64::from(per_minute.max(1));
        Self { per_second: per_minute / 60.0, most: (per_minute / 3.0).max(3.0), people: HashMap::new() }
    }

    /// Whether a message of this person is taken now.
    pub(super) fn take(&mut self, person: &UserId, now: Instant) -> Verdict {
        if self.people.len() > REMEMBERED {
            let (per_second, most) = (self.per_second, self.most);
            self.people.retain(|_, bucket| bucket.filled(now, per_second, most) < most);
        }
        let (per_second, most) = (self.per_second, self.most);
        let bucket = self.people.entry(person.clone()).or_insert(Bucket { tokens: most, at: now, told: false });
        bucket.tokens = bucket.filled(now, per_second, most);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            bucket.told = false;
            Verdict::Go
        } else if bucket.told {
            Verdict::Drop
        } else {
            bucket.told = true;
            Verdict::Tell
        }
    }
}

impl Bucket {
    fn filled(&self, now: Instant, per_second: f64, most: f64) -> f64 {
        (self.tokens + now.duration_since(self.at).as_secs_f64() * per_second).min(most)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::Platform;

    fn person(id: &str) -> UserId {
        UserId { platform: Platform::Telegram, id: id.to_owned() }
    }

    #[test]
    fn whoever_asks_too_fast_is_told_once_and_may_go_on_later() {
        let mut pace = Pace::new(30);
        let now = Instant::now();
        let verdicts: Vec<Verdict> = (0..13).map(|_| pace.take(&person("a"), now)).collect();
        assert!(verdicts[..10].iter().all(|verdict| *verdict == Verdict::Go));
        assert_eq!(verdicts[10..], [Verdict::Tell, Verdict::Drop, Verdict::Drop]);
        assert_eq!(pace.take(&person("b"), now), Verdict::Go);
        assert_eq!(pace.take(&person("a"), now + Duration::from_secs(2)), Verdict::Go);
        assert_eq!(pace.take(&person("a"), now + Duration::from_secs(2)), Verdict::Tell);
    }
}
