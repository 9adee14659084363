//! What cannot go out any more waits, and its owner is told once.

use jiff::Timestamp;

use crate::domain::{Delivery, Destination, Errand, Message, Pause, Phrase, Progress, Reply, Standing};
use crate::storage::{Change, StoreError};

use super::super::Assistant;
use super::ClockError;
use super::item::{Item, Kind};
use super::managing::kind_phrase;

impl Assistant {
    /// Lets it wait for a reason, and tells its owner.
    pub(super) fn give_up_on(&self, item: Item, why: Pause) -> Result<Vec<Delivery>, ClockError> {
        let now = self.clock.now().timestamp();
        let message = self.clock_message(item.errand(), now);
        let told = self.told_of_pause(&item, why, &message);
        self.store.apply(&[paused(item, why).keep()?, Change::keep(&told)?])?;
        Ok(vec![told])
    }

    /// What a platform refused for good was perhaps the clock's: it waits then, and its owner is told where that was
    /// not itself refused.
    pub(in crate::assistant) fn errand_refused(
        &self,
        delivery: &Delivery,
        changes: &mut Vec<Change>,
    ) -> Result<Option<Delivery>, StoreError> {
        let Some(item) = self.item_of(delivery)? else { return Ok(None) };
        if item.errand().standing != Standing::Active {
            return Ok(None);
        }
        let message = self.clock_message(item.errand(), self.clock.now().timestamp());
        let told = self.told_of_pause(&item, Pause::Refused, &message);
        changes.push(paused(item, Pause::Refused).keep()?);
        Ok((told.to != delivery.to).then_some(told))
    }

    /// The digest or alert that a delivery was for.
    fn item_of(&self, delivery: &Delivery) -> Result<Option<Item>, StoreError> {
        let Some(id) = delivery.turn.0.strip_prefix("clock:").and_then(|rest| rest.split(':').next()) else {
            return Ok(None);
        };
        match self.item(Kind::Digest, id)? {
            Some(item) => Ok(Some(item)),
            None => self.item(Kind::Alert, id),
        }
    }

    fn told_of_pause(&self, item: &Item, why: Pause, message: &Message) -> Delivery {
        let errand = item.errand();
        let key = match why {
            Pause::Refused => "schedule.stopped_refused",
            Pause::Forbidden | Pause::Asked => "schedule.stopped_forbidden",
        };
        let phrase = Phrase::new(key)
            .with("kind", kind_phrase(item.kind()))
            .with("id", errand.id.as_str())
            .with("what", self.what(item));
        let reply: Reply = self.say(&phrase, errand.language);
        Delivery {
            id: format!("{}:paused", message.id.0),
            progress: Progress::Waiting { not_before: Timestamp::UNIX_EPOCH },
            ..self.delivery(message, 0, Destination::Person(errand.creator.clone()), reply)
        }
    }
}

fn paused(item: Item, why: Pause) -> Item {
    item.with(|errand| Errand { standing: Standing::Paused { why }, lease: None, ..errand })
}
