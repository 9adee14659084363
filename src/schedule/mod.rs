//! Finds what is due, takes it on for a while, has the assistant answer it, and says when to look again. Asks nothing
//! itself and sends nothing: turn, delivery and next time are in the store before a delivery is handed on.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::assistant::{Assistant, ClockError};
use crate::domain::{Alert, Clock, Delivery, Digest, Errand};
use crate::storage::{self, Change, Document, Store, StoreError};

/// How long something that is worked on counts as taken. Work that was broken off is begun again after that.
pub const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// How long until something is tried again that could not be done now.
const RETRY: SignedDuration = SignedDuration::from_mins(1);

/// What the clock does.
pub struct Schedule {
    assistant: Arc<Assistant>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    /// One at a time: what is due is taken by one and not by another.
    working: Mutex<()>,
}

impl Schedule {
    /// Puts the parts together.
    #[must_use]
    pub fn new(assistant: Arc<Assistant>, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { assistant, store, clock, working: Mutex::default() }
    }

    /// Now, as the company's clock tells it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now().timestamp()
    }

    /// Does all that is due. Of what was missed only the latest time is made up for. What could not be done is logged, and
    /// tried again later.
    ///
    /// # Errors
    /// When the store fails.
    pub fn due(&self) -> Result<Vec<Delivery>, StoreError> {
        let _one = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        let mut deliveries = Vec::new();
        for digest in storage::all::<Digest>(&*self.store)? {
            let taken = |errand| Digest { errand, ..digest.clone() };
            deliveries.extend(self.one(&digest.errand, taken, |digest, due| self.assistant.digest(digest, due))?);
        }
        for alert in storage::all::<Alert>(&*self.store)? {
            let taken = |errand| Alert { errand, ..alert.clone() };
            deliveries.extend(self.one(&alert.errand, taken, |alert, due| self.assistant.alert(alert, due))?);
        }
        Ok(deliveries)
    }

    /// Does one thing where it is due.
    fn one<D: Document>(
        &self,
        errand: &Errand,
        with: impl Fn(Errand) -> D,
        work: impl Fn(&D, Timestamp) -> Result<Vec<Delivery>, ClockError>,
    ) -> Result<Vec<Delivery>, StoreError> {
        let now = self.now();
        let Some(due) = errand.due(now) else { return Ok(Vec::new()) };
        let leased = |length: SignedDuration| {
            let until = now.checked_add(length).unwrap_or(now);
            with(Errand { lease: Some(until), ..errand.clone() })
        };
        let taken = leased(LEASE);
        self.store.apply(&[Change::keep(&taken)?])?;
        match work(&taken, due) {
            Ok(deliveries) => {
                tracing::info!(id = %errand.id, %due, deliveries = deliveries.len(), "done as scheduled");
                Ok(deliveries)
            }
            Err(ClockError::Store(error)) => Err(error),
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(id = %errand.id, %error, ?source, "not done as scheduled; it is tried again");
                self.store.apply(&[Change::keep(&leased(RETRY))?])?;
                Ok(Vec::new())
            }
        }
    }

    /// When something is due next.
    ///
    /// # Errors
    /// When the store fails.
    pub fn next(&self) -> Result<Option<Timestamp>, StoreError> {
        let digests = storage::all::<Digest>(&*self.store)?.into_iter().map(|digest| digest.errand);
        let alerts = storage::all::<Alert>(&*self.store)?.into_iter().map(|alert| alert.errand);
        Ok(digests.chain(alerts).filter_map(|errand| errand.wakes()).min())
    }
}
