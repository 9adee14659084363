//! A kill at every step: before and after each write, what is due is sent exactly once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use herald::domain::{Conversation, ConversationId, MessageId, Profile, ProfileId, Role, Turn};
use herald::storage::{self, Change, Collection, Erased, Record, Store, StoreError};
use jiff::civil::date;

use super::world::{ManualClock, World};

/// A store whose process dies at a write: before it reaches the disk, or right after.
struct Dying {
    inner: Arc<dyn Store>,
    left: AtomicUsize,
    is_after: bool,
}

impl Dying {
    fn dead() -> StoreError {
        StoreError::Database(Box::new(std::io::Error::other("killed")))
    }

    fn is_dead(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }
}

impl Store for Dying {
    fn schema_version(&self) -> u32 {
        self.inner.schema_version()
    }

    fn profile(&self, id: &ProfileId) -> Result<Option<Profile>, StoreError> {
        if self.is_dead() { Err(Self::dead()) } else { self.inner.profile(id) }
    }

    fn apply(&self, changes: &[Change]) -> Result<(), StoreError> {
        let left = self.left.load(Ordering::SeqCst);
        if left == 0 {
            return Err(Self::dead());
        }
        self.left.store(left - 1, Ordering::SeqCst);
        if left > 1 {
            return self.inner.apply(changes);
        }
        if self.is_after {
            self.inner.apply(changes)?;
        }
        Err(Self::dead())
    }

    fn document(&self, collection: Collection, id: &str) -> Result<Option<Record>, StoreError> {
        if self.is_dead() { Err(Self::dead()) } else { self.inner.document(collection, id) }
    }

    fn documents(&self, collection: Collection) -> Result<Vec<Record>, StoreError> {
        if self.is_dead() { Err(Self::dead()) } else { self.inner.documents(collection) }
    }

    fn profile_ids(&self) -> Result<Vec<ProfileId>, StoreError> {
        self.inner.profile_ids()
    }

    fn conversation_ids(&self) -> Result<Vec<ConversationId>, StoreError> {
        self.inner.conversation_ids()
    }

    fn conversation(&self, id: &ConversationId, limit: usize) -> Result<Conversation, StoreError> {
        self.inner.conversation(id, limit)
    }

    fn turn_of(&self, message: &MessageId) -> Result<Option<Turn>, StoreError> {
        if self.is_dead() { Err(Self::dead()) } else { self.inner.turn_of(message) }
    }

    fn forget(&self, id: &ConversationId) -> Result<usize, StoreError> {
        self.inner.forget(id)
    }

    fn erase(&self, id: &ProfileId) -> Result<Erased, StoreError> {
        self.inner.erase(id)
    }

    fn setting(&self, name: &str) -> Result<Option<serde_json::Value>, StoreError> {
        self.inner.setting(name)
    }

    fn put_setting(&self, name: &str, value: Option<&serde_json::Value>) -> Result<(), StoreError> {
        self.inner.put_setting(name, value)
    }

    fn setting_names(&self) -> Result<Vec<String>, StoreError> {
        self.inner.setting_names()
    }
}

/// Two digests and an alert that are due at 9:00, with a process that dies at its n-th write. Whether it died.
fn killed_at(write: usize, is_after: bool) -> bool {
    let inner = storage::open("memory:").unwrap();
    let clock = ManualClock::at("2026-05-04T06:00:00Z", "Europe/London");
    let made = World::new(Arc::clone(&inner), Arc::clone(&clock), true);
    made.role("1", Role::Marketer);
    made.orders(date(2026, 4, 1), &[4_000.0; 33]);
    made.orders(date(2026, 5, 4), &[1_000.0]);
    for words in ["every day at 9am a digest with revenue here", "every day at 9am a digest with orders here"] {
        assert_eq!(made.ask("1", words).buttons.len(), 4);
    }
    assert_eq!(made.ask("1", "tell me when daily revenue drops under 3k").buttons.len(), 4);
    clock.set("2026-05-05T08:00:00Z");
    let dying: Arc<dyn Store> = Arc::new(Dying { inner: Arc::clone(&inner), left: AtomicUsize::new(write), is_after });
    let first = World::new(Arc::clone(&dying), Arc::clone(&clock), true);
    first.orders(date(2026, 4, 1), &[4_000.0; 33]);
    first.orders(date(2026, 5, 4), &[1_000.0]);
    let died = first.schedule.due().is_err();
    // It is started again, after the lease.
    clock.set("2026-05-05T08:15:00Z");
    let second = World::new(Arc::clone(&inner), Arc::clone(&clock), true);
    second.orders(date(2026, 4, 1), &[4_000.0; 33]);
    second.orders(date(2026, 5, 4), &[1_000.0]);
    second.schedule.due().unwrap();
    assert!(second.schedule.due().unwrap().is_empty());
    // Each is on its way exactly once, whichever run put it there; nothing was sent in between.
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for delivery in second.outbox() {
        let mut parts = delivery.turn.0.split(':').skip(1);
        let id = parts.next().unwrap().to_owned();
        let due = parts.next().unwrap().parse::<i64>().unwrap();
        let expected = if id.starts_with('a') { "2026-05-05T07:00:00Z" } else { "2026-05-05T08:00:00Z" };
        let expected: jiff::Timestamp = expected.parse().unwrap();
        assert_eq!(due, expected.as_second());
        assert!(inner.turn_of(&delivery.turn).unwrap().is_some());
        *sent.entry(id).or_default() += 1;
    }
    assert_eq!(sent.len(), 3, "killed at write {write}, after: {is_after}: {sent:?}");
    assert!(sent.values().all(|count| *count == 1), "killed at write {write}, after: {is_after}: {sent:?}");
    died
}

#[test]
fn a_kill_at_any_step_loses_nothing_and_sends_nothing_twice() {
    for is_after in [false, true] {
        let mut steps = 0;
        while killed_at(steps + 1, is_after) {
            steps += 1;
        }
        // A lease and a turn for each of the three.
        assert_eq!(steps, 6);
    }
}
