//! Digests and alerts as one thing: what is done with both is written once.

use crate::domain::{Act, Alert, Digest, Errand, Intent, ScheduleAction};
use crate::storage::{self, Change, StoreError};

use super::super::Assistant;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::assistant) enum Kind {
    /// A digest.
    Digest,
    /// An alert.
    Alert,
}

/// A digest or an alert.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one at a time is held, and moved a few times")]
pub(super) enum Item {
    Digest(Digest),
    Alert(Alert),
}

impl Kind {
    /// What the ids of its kind begin with.
    pub(super) fn letter(self) -> char {
        match self {
            Kind::Digest => 'd',
            Kind::Alert => 'a',
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Digest => "digest",
            Kind::Alert => "alert",
        }
    }

    /// The intent that stands for what is done with it.
    pub(super) fn intent(self) -> Intent {
        match self {
            Kind::Digest => Intent::DigestManage,
            Kind::Alert => Intent::AlertManage,
        }
    }
}

impl Item {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Item::Digest(_) => Kind::Digest,
            Item::Alert(_) => Kind::Alert,
        }
    }

    pub(super) fn errand(&self) -> &Errand {
        match self {
            Item::Digest(digest) => &digest.errand,
            Item::Alert(alert) => &alert.errand,
        }
    }

    /// The same with another errand.
    pub(super) fn with(self, change: impl FnOnce(Errand) -> Errand) -> Self {
        match self {
            Item::Digest(digest) => Item::Digest(Digest { errand: change(digest.errand), ..digest }),
            Item::Alert(alert) => Item::Alert(Alert { errand: change(alert.errand), ..alert }),
        }
    }

    pub(super) fn keep(&self) -> Result<Change, StoreError> {
        match self {
            Item::Digest(digest) => Change::keep(digest),
            Item::Alert(alert) => Change::keep(alert),
        }
    }

    pub(super) fn remove(&self) -> Change {
        match self {
            Item::Digest(digest) => Change::remove::<Digest>(&digest.errand.id),
            Item::Alert(alert) => Change::remove::<Alert>(&alert.errand.id),
        }
    }

    /// What it is after it went out: never again means that it is gone.
    pub(super) fn after(self, now: jiff::Timestamp) -> Result<Change, StoreError> {
        let after = self.with(|errand| errand.done(now));
        if after.errand().next_due.is_some() { after.keep() } else { Ok(after.remove()) }
    }

    pub(super) fn act(&self, action: ScheduleAction) -> Act {
        let id = self.errand().id.clone();
        match self {
            Item::Digest(_) => Act::Digest { id, action },
            Item::Alert(_) => Act::Alert { id, action },
        }
    }
}

impl Assistant {
    /// All of a kind, oldest first.
    pub(super) fn items_of(&self, kind: Kind) -> Result<Vec<Item>, StoreError> {
        let mut items: Vec<Item> = match kind {
            Kind::Digest => storage::all::<Digest>(&*self.store)?.into_iter().map(Item::Digest).collect(),
            Kind::Alert => storage::all::<Alert>(&*self.store)?.into_iter().map(Item::Alert).collect(),
        };
        items.sort_by(|left, right| {
            let key = |item: &Item| (item.errand().created, item.errand().id.clone());
            key(left).cmp(&key(right))
        });
        Ok(items)
    }

    pub(super) fn item(&self, kind: Kind, id: &str) -> Result<Option<Item>, StoreError> {
        Ok(match kind {
            Kind::Digest => storage::find::<Digest>(&*self.store, id)?.map(Item::Digest),
            Kind::Alert => storage::find::<Alert>(&*self.store, id)?.map(Item::Alert),
        })
    }

    /// An id that none of its kind has: the letter of the kind and four signs, such as d-7f3a.
    pub(super) fn new_id(&self, kind: Kind) -> Result<String, StoreError> {
        loop {
            let id = format!("{}-{:04x}", kind.letter(), rand::random::<u16>());
            if self.item(kind, &id)?.is_none() {
                return Ok(id);
            }
        }
    }
}
