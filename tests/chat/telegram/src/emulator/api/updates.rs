//! `getUpdates` and the webhook methods. Posting to the webhook is in `delivery/`.
//!
//! After `process_get_updates_query`, `process_set_webhook_query` and `do_set_webhook` in Client.cpp of
//! tdlib/telegram-bot-api. The server's pauses for clients that poll too fast are left out.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::delivery::webhook::Webhook;
use super::super::options::WebhookPolicy;
use super::super::params::Params;
use super::super::refusal::Refusal;
use super::super::server::Shared;
use super::super::state::World;
use super::{Answer, Call, Success};

/// LONG_POLL_MAX_TIMEOUT of Client.h.
const MAX_TIMEOUT: i64 = 50;
/// `setWebhook` may come once a second.
const WEBHOOK_PAUSE: Duration = Duration::from_secs(1);

/// A poll that waits, for as long as it is held: a client that hangs up drops it.
struct Waiting<'a>(&'a Shared);

impl<'a> Waiting<'a> {
    fn begin(shared: &'a Shared) -> Self {
        shared.with(|world| world.waiting_polls += 1);
        Self(shared)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.with(|world| world.waiting_polls -= 1);
    }
}

/// Answers with updates, or with none after `timeout` seconds of real time.
pub(in super::super) async fn get_updates(shared: &Shared, params: &Params) -> Answer {
    let mut offset = params.integer("offset").unwrap_or(0);
    let limit = usize::try_from(params.integer("limit").unwrap_or(100).clamp(1, 100)).unwrap_or(100);
    let timeout = params.integer("timeout").unwrap_or(0).clamp(0, MAX_TIMEOUT);
    let allowed = allowed_updates(params)?;
    let mut changed = shared.changed();
    let started = shared.with(|world| {
        world.polls += 1;
        world.queue.allow(allowed);
        (world.polls, world.webhooks, world.webhook.is_some())
    });
    let (poll, webhooks, active) = started;
    if active {
        return Err(Refusal::conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        ));
    }
    let _waiting = Waiting::begin(shared);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(u64::try_from(timeout).unwrap_or(0));
    loop {
        changed.mark_unchanged();
        let now = shared.clock().now();
        let look = |world: &mut World| {
            if world.webhooks != webhooks {
                return Err(Refusal::conflict("terminated by setWebhook request"));
            }
            if world.polls != poll {
                return Err(Refusal::conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running",
                ));
            }
            Ok(world.queue.take(offset, limit, now))
        };
        let batch = shared.peek_mut(look)?;
        if !batch.is_empty() || tokio::time::Instant::now() >= deadline {
            return Ok(Value::Array(batch).into());
        }
        // A negative offset has dropped what it names; from here on it must not drop what arrives.
        offset = offset.max(0);
        tokio::select! {
            _ = changed.changed() => {}
            () = tokio::time::sleep_until(deadline) => {}
        }
    }
}

fn allowed_updates(params: &Params) -> Result<Option<Vec<String>>, Refusal> {
    let list = params.json("allowed_updates", "can't parse allowed updates JSON object")?;
    let names = |list: Vec<Value>| list.iter().filter_map(Value::as_str).map(str::to_ascii_lowercase).collect();
    match list {
        None => Ok(None),
        Some(Value::Array(list)) => Ok(Some(names(list))),
        Some(_) => Err(Refusal::bad("can't parse allowed updates: expected an Array of String")),
    }
}

/// Sets the webhook; an empty address deletes it.
pub(super) fn set_webhook(call: &mut Call<'_>) -> Answer {
    let url = call.params.text("url").to_owned();
    if url.is_empty() {
        return delete_webhook(call);
    }
    if call.now < call.world.next_webhook {
        return Err(Refusal::too_many(1, Some(super::super::refusal::Breach::Flood)));
    }
    call.world.next_webhook = call.now + WEBHOOK_PAUSE;
    check_url(&url, call.options.webhooks)?;
    let secret = call.params.text("secret_token");
    if secret.len() > 256 {
        return Err(Refusal::limit("secret token is too long"));
    }
    if !secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        return Err(Refusal::bad("secret token contains unallowed characters"));
    }
    let allowed = allowed_updates(call.params)?;
    let connections = call.params.integer("max_connections").unwrap_or(40).clamp(1, 100);
    let secret = (!secret.is_empty()).then(|| secret.to_owned());
    let max_connections = usize::try_from(connections).unwrap_or(40);
    let known = call.world.webhook.as_ref();
    let same = known
        .is_some_and(|known| known.url == url && known.secret == secret && known.max_connections == max_connections);
    let drop_pending = call.params.flag("drop_pending_updates");
    call.world.queue.allow(allowed);
    if same && !drop_pending {
        return Ok(Success { result: json!(true), description: Some("Webhook is already set") });
    }
    if drop_pending {
        call.world.queue.pending.clear();
    }
    call.world.webhooks += 1;
    call.world.webhook = Some(Webhook { url, secret, max_connections, delivered: 0, failed: 0, last_error: None });
    Ok(Success { result: json!(true), description: Some("Webhook was set") })
}

fn check_url(url: &str, policy: WebhookPolicy) -> Result<(), Refusal> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || !(scheme == "https" || scheme == "http") {
        return Err(Refusal::bad("invalid webhook URL specified"));
    }
    match policy {
        WebhookPolicy::Local if scheme == "http" => Ok(()),
        WebhookPolicy::Local => Err(Refusal::not_emulated("webhooks over TLS")),
        WebhookPolicy::Public if scheme == "http" => {
            Err(Refusal::bad("bad webhook: An HTTPS URL must be provided for webhook"))
        }
        WebhookPolicy::Public => {
            let port = authority.rsplit_once(':').map_or("443", |(_, port)| port);
            if ["443", "80", "88", "8443"].contains(&port) {
                Ok(())
            } else {
                Err(Refusal::bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"))
            }
        }
    }
}

/// Deletes the webhook.
pub(super) fn delete_webhook(call: &mut Call<'_>) -> Answer {
    if call.params.flag("drop_pending_updates") {
        call.world.queue.pending.clear();
    }
    let was_set = call.world.webhook.take().is_some();
    if was_set {
        call.world.webhooks += 1;
    }
    let description = if was_set { "Webhook was deleted" } else { "Webhook is already deleted" };
    Ok(Success { result: json!(true), description: Some(description) })
}

/// Describes the webhook.
pub(super) fn get_webhook_info(call: &mut Call<'_>) -> Answer {
    let pending = call.world.queue.pending.len();
    let mut info = json!({ "url": "", "has_custom_certificate": false, "pending_update_count": pending });
    if let Some(webhook) = &call.world.webhook {
        info["url"] = json!(webhook.url);
        info["max_connections"] = json!(webhook.max_connections);
        info["ip_address"] = json!("127.0.0.1");
        if let Some((at, words)) = &webhook.last_error {
            info["last_error_date"] = json!(at.as_secs());
            info["last_error_message"] = json!(words);
        }
    }
    if let Some(allowed) = &call.world.queue.allowed {
        info["allowed_updates"] = json!(allowed);
    }
    Ok(info.into())
}
