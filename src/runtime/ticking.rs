//! The clock's turns: what is due is done on a thread that may wait, and goes out like every reply.

use std::sync::Arc;
use std::time::Duration;

use crate::schedule::Schedule;

use super::outbox::Outbox;

/// At least this often somebody looks, so that what was just made is not overslept.
const LOOKS_EVERY: Duration = Duration::from_secs(30);

/// Does what is due, for ever.
pub(super) async fn tick(schedule: Arc<Schedule>, outbox: Arc<Outbox>) {
    loop {
        let working = Arc::clone(&schedule);
        let done = tokio::task::spawn_blocking(move || {
            let deliveries = working.due()?;
            Ok::<_, crate::storage::StoreError>((deliveries, working.next()?, working.now()))
        });
        let wait = match done.await {
            Ok(Ok((deliveries, next, now))) => {
                for delivery in deliveries {
                    outbox.put(delivery);
                }
                next.map(|next| Duration::try_from(next.duration_since(now)).unwrap_or_default())
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "what is due cannot be done");
                None
            }
            Err(error) => {
                tracing::error!(%error, "what is due was broken off");
                None
            }
        };
        tokio::time::sleep(wait.unwrap_or(LOOKS_EVERY).clamp(Duration::from_millis(100), LOOKS_EVERY)).await;
    }
}
