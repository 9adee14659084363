//! Webhooks: teloxide's own listener, and a listener that fails.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use telegram_emulator::emulator::{Breach, Clock, Disorder, Emulator, Limits, Options, WebhookPolicy};
use teloxide::prelude::*;
use teloxide::update_listeners::{AsUpdateStream, UpdateListener, webhooks};

use super::{bot, breaches, emulator, words};

async fn free_port() -> std::net::SocketAddr {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

#[tokio::test]
async fn teloxide_s_listener_gets_updates_with_the_secret() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let address = free_port().await;
    let url: reqwest::Url = format!("http://{address}/hook").parse().unwrap();
    let options = webhooks::Options::new(address, url).secret_token("s3cret-token".to_owned());
    let mut listener = webhooks::axum(bot.clone(), options).await.unwrap();
    assert_eq!(emulator.look(|state| state.webhook().unwrap().secret.clone()).as_deref(), Some("s3cret-token"));
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    for text in ["one", "two", "three"] {
        emulator.says(chat, ann, text);
    }
    let stop = listener.stop_token();
    let mut texts = Vec::new();
    {
        let stream = listener.as_stream();
        futures::pin_mut!(stream);
        while texts.len() < 3 {
            let next = futures::StreamExt::next(&mut stream);
            // An update without the secret is turned away and never comes out here.
            let update = tokio::time::timeout(Duration::from_secs(10), next).await.unwrap().unwrap().unwrap();
            let teloxide::types::UpdateKind::Message(message) = update.kind else { panic!("no message") };
            texts.push(message.text().unwrap().to_owned());
        }
    }
    assert_eq!(texts, ["one", "two", "three"]);
    let refused = words(bot.get_updates().await);
    assert!(refused.starts_with("Conflict: can't use getUpdates method while webhook is active"), "{refused}");
    stop.stop();
    emulator.wait_for(|state| state.webhook().is_none().then_some(())).await.unwrap();
    assert_eq!(breaches(&emulator), [Breach::Conflict]);
}

/// A webhook that answers 500 to its first requests and counts all.
async fn failing(times: usize) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let answer = move || {
        let counted = Arc::clone(&counted);
        async move {
            let seen = counted.fetch_add(1, Ordering::SeqCst);
            if seen < times { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK }
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(answer))).await });
    (url, count)
}

#[tokio::test]
async fn failures_are_repeated_by_the_emulator_s_clock() {
    let options = Options { clock: Clock::frozen(1_800_000_000), ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let bot = bot(&emulator);
    let (url, count) = failing(3).await;
    bot.set_webhook(url.parse().unwrap()).await.unwrap();
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    emulator.says(chat, ann, "hello");
    // The first repetition comes at once, the next after 2 and 4 seconds.
    emulator.wait_for(|state| (state.webhook()?.failed == 2).then_some(())).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
    emulator.clock().advance(Duration::from_secs(2));
    emulator.wait_for(|state| (state.webhook()?.failed == 3).then_some(())).await.unwrap();
    emulator.clock().advance(Duration::from_secs(4));
    emulator.wait_for(|state| (state.webhook()?.delivered == 1).then_some(())).await.unwrap();
    let info = bot.get_webhook_info().await.unwrap();
    assert_eq!(info.last_error_message.as_deref(), Some("Wrong response from the webhook: 500 Internal Server Error"));
    assert_eq!(info.pending_update_count, 0);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_chat_that_fails_holds_up_only_itself() {
    let options = Options { clock: Clock::frozen(1_800_000_000), ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let bot = bot(&emulator);
    let (ann, bob) = (emulator.user("Ann"), emulator.user("Bob"));
    let (bad, good) = (emulator.private_chat(ann), emulator.private_chat(bob));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    let answer = move |body: String| async move {
        let update: serde_json::Value = serde_json::from_str(&body).unwrap();
        let message = &update["message"];
        record.lock().unwrap().push(message["text"].as_str().unwrap().to_owned());
        if message["chat"]["id"] == bad.0 { StatusCode::BAD_GATEWAY } else { StatusCode::OK }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", post(answer))).await });
    bot.set_webhook(url.parse().unwrap()).await.unwrap();
    emulator.says(bad, ann, "a1");
    emulator.says(bad, ann, "a2");
    emulator.says(good, bob, "b1");
    emulator.says(good, bob, "b2");
    emulator
        .wait_for(|state| (state.webhook()?.delivered == 2 && state.webhook()?.failed == 2).then_some(()))
        .await
        .unwrap();
    let seen = seen.lock().unwrap().clone();
    assert!(!seen.contains(&"a2".to_owned()), "{seen:?}");
    let of_bob: Vec<_> = seen.iter().filter(|text| text.starts_with('b')).collect();
    assert_eq!(of_bob, ["b1", "b2"]);
    assert_eq!(emulator.look(|state| state.pending_updates()), 2);
}

#[tokio::test]
async fn a_webhook_can_get_updates_twice() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let (url, count) = failing(0).await;
    emulator.disorder(Disorder { duplicates: true, reordering: false });
    bot.set_webhook(url.parse().unwrap()).await.unwrap();
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    emulator.says(chat, ann, "hello");
    emulator.wait_for(|state| (state.webhook()?.delivered == 1).then_some(())).await.unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn addresses_and_secrets_are_checked() {
    let options = Options { webhooks: WebhookPolicy::Public, limits: Limits::none(), ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let bot = bot(&emulator);
    let set = |url: &str| bot.set_webhook(url.parse().unwrap());
    let plain = words(set("http://example.com/hook").await);
    assert_eq!(plain, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
    emulator.clock().advance(Duration::from_secs(2));
    let port = set("https://example.com:9000/hook").await.unwrap_err();
    assert!(matches!(port, teloxide::RequestError::Api(teloxide::ApiError::BadWebhookPort)), "{port:?}");
    emulator.clock().advance(Duration::from_secs(2));
    let secret = words(set("https://example.com/hook").secret_token("not allowed").await);
    assert_eq!(secret, "Bad Request: secret token contains unallowed characters");
    let soon = set("https://example.com/hook").await.unwrap_err();
    assert!(matches!(soon, teloxide::RequestError::RetryAfter(_)), "{soon:?}");
}
