//! The webhook and the worker that posts updates to it. Setting it is in `api/`.
//!
//! After WebhookActor.cpp of tdlib/telegram-bot-api: updates of one chat go one after another, different chats in
//! parallel; a failed update is repeated at once, then after 2, 4, … 60 seconds; `Retry-After` is respected.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::super::server::Shared;
use super::super::state::World;
use super::post::{self, Answer};
use super::updates::Queue;

/// WEBHOOK_MAX_RESEND_TIMEOUT of WebhookActor.h; the original adds chance, this does not.
const MAX_DELAY: u64 = 60;
/// MAX_RETRY_AFTER of WebhookActor.cpp.
const MAX_RETRY_AFTER: u64 = 3600;

/// A webhook that is set, with its fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Where updates go.
    pub url: String,
    /// What comes with them as `X-Telegram-Bot-Api-Secret-Token`.
    pub secret: Option<String>,
    /// Parallel requests at most.
    pub max_connections: usize,
    /// Updates that were taken.
    pub delivered: usize,
    /// Requests that failed.
    pub failed: usize,
    /// When the last failure was and what it was.
    pub last_error: Option<(Duration, String)>,
}

struct Job {
    generation: u64,
    id: i64,
    url: String,
    secret: Option<String>,
    body: String,
}

type Done = (u64, i64, Result<Answer, String>);

/// Posts updates for as long as the emulator lives.
pub(crate) async fn work(shared: Arc<Shared>) {
    let mut changed = shared.changed();
    let mut posts: JoinSet<Done> = JoinSet::new();
    loop {
        changed.mark_unchanged();
        let now = shared.clock().now();
        let (jobs, wakeup) = shared.peek_mut(|world| pick(world, now));
        for job in jobs {
            posts.spawn(async move {
                let answer = post::post(&job.url, job.secret.as_deref(), &job.body).await;
                (job.generation, job.id, answer)
            });
        }
        let clock = shared.clock().clone();
        let sleep = async {
            match wakeup {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            ended = changed.changed() => if ended.is_err() { return },
            () = sleep => {}
            Some(done) = posts.join_next(), if !posts.is_empty() => {
                if let Ok(done) = done {
                    let now = shared.clock().now();
                    shared.with(|world| settle(world, done, now));
                }
            }
        }
    }
}

/// The updates to post now, and when to look again.
fn pick(world: &mut World, now: Duration) -> (Vec<Job>, Option<Duration>) {
    let Some(webhook) = world.webhook.clone() else { return (Vec::new(), None) };
    let generation = world.webhooks;
    let queue: &mut Queue = &mut world.queue;
    queue.expire(now);
    let flying = queue.pending.iter().filter(|update| update.in_flight).count();
    let mut room = webhook.max_connections.saturating_sub(flying);
    let mut busy: Vec<i64> = Vec::new();
    let (mut jobs, mut wakeup) = (Vec::new(), None::<Duration>);
    let reordering = queue.disorder.reordering;
    let count = queue.pending.len();
    for at in 0..count {
        let update = &mut queue.pending[if reordering { count - 1 - at } else { at }];
        let waits = busy.contains(&update.chat);
        busy.push(update.chat);
        if update.in_flight || (waits && !reordering) {
            continue;
        }
        if update.wakeup > now {
            wakeup = Some(wakeup.map_or(update.wakeup, |known| known.min(update.wakeup)));
        } else if room > 0 {
            room -= 1;
            update.in_flight = true;
            let (url, secret) = (webhook.url.clone(), webhook.secret.clone());
            jobs.push(Job { generation, id: update.id, url, secret, body: update.body.to_string() });
        }
    }
    (jobs, wakeup)
}

fn settle(world: &mut World, (generation, id, answer): Done, now: Duration) {
    let Some(at) = world.queue.pending.iter().position(|update| update.id == id) else { return };
    let duplicates = world.queue.disorder.duplicates;
    let update = &mut world.queue.pending[at];
    update.in_flight = false;
    if generation != world.webhooks {
        return;
    }
    let Some(webhook) = &mut world.webhook else { return };
    let (error, retry_after) = match answer {
        Ok(Answer { status: 200..=299, .. }) => {
            if duplicates && !update.repeated {
                update.repeated = true;
            } else {
                webhook.delivered += 1;
                world.queue.pending.remove(at);
            }
            return;
        }
        Ok(Answer { status, reason, retry_after }) => {
            (format!("Wrong response from the webhook: {status} {reason}"), retry_after.min(MAX_RETRY_AFTER))
        }
        Err(why) => (why, 0),
    };
    let mut wait = retry_after;
    if retry_after == 0 && update.fails > 0 {
        update.delay = (update.delay * 2).min(MAX_DELAY);
        wait = update.delay;
    }
    update.fails += 1;
    update.wakeup = now + Duration::from_secs(wait);
    webhook.failed += 1;
    webhook.last_error = Some((now, error));
}
