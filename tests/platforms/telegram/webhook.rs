//! Updates that come in by themselves.

use std::net::SocketAddr;
use std::sync::Arc;

use herald::chat::Chat;
use herald::chat::telegram::{Telegram, WebhookOptions};
use herald::domain::Reply;
use secrecy::SecretString;

use super::{answer, emulator, listen, next, options, with_webhook};

async fn free() -> SocketAddr {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn webhook(listen: SocketAddr) -> WebhookOptions {
    WebhookOptions { url: format!("http://{listen}/herald"), listen, secret: SecretString::new("s3cret_-".to_owned()) }
}

#[tokio::test]
async fn an_update_is_confirmed_once_it_was_taken() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let address = free().await;
    let telegram = Arc::new(Telegram::new(with_webhook(options(&emulator), webhook(address))).unwrap());
    let asked = emulator.says(chat, ann, "one");
    let message = next(&telegram).await;
    assert_eq!(message.text(), "one");
    let set = emulator.look(|state| state.webhook().cloned()).unwrap();
    assert_eq!((set.secret.as_deref(), set.delivered), (Some("s3cret_-"), 0));
    let waiting = listen(&telegram);
    emulator.wait_for(|state| (state.webhook()?.delivered == 1).then_some(())).await.unwrap();
    telegram.deliver(&answer(&message, Reply::text("9"))).await.unwrap();
    assert_eq!(emulator.answer(chat, asked).await.unwrap().text(), "9");
    telegram.stop_receiving().await;
    assert!(waiting.await.unwrap().is_none());
    telegram.close().await;
    // The port is free again, and the webhook stays set for the next start.
    tokio::net::TcpListener::bind(address).await.unwrap();
    assert!(emulator.look(|state| state.webhook().is_some()));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn nobody_without_the_secret_is_heard() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let address = free().await;
    let telegram = Arc::new(Telegram::new(with_webhook(options(&emulator), webhook(address))).unwrap());
    let waiting = listen(&telegram);
    emulator.listening().await.unwrap();
    let forged = serde_json::json!({ "update_id": 1, "message": {
        "message_id": 1, "date": 1, "chat": { "id": chat.0, "type": "private", "first_name": "Ann" },
        "from": { "id": ann.0, "is_bot": false, "first_name": "Ann" }, "text": "forged",
    } });
    let client = reqwest::Client::new();
    let send = |secret: Option<&str>| {
        let mut request = client.post(format!("http://{address}/herald")).body(forged.to_string());
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        request.send()
    };
    assert_eq!(send(None).await.unwrap().status(), 401);
    assert_eq!(send(Some("s3cret__")).await.unwrap().status(), 401);
    emulator.says(chat, ann, "true");
    assert_eq!(waiting.await.unwrap().unwrap().unwrap().text(), "true");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_restart_loses_no_update_that_was_not_taken() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let killed = Telegram::new(with_webhook(options(&emulator), webhook(free().await))).unwrap();
    emulator.says(chat, ann, "one");
    let first = next(&killed).await;
    drop(killed);
    emulator.wait_for(|state| (state.webhook()?.failed > 0).then_some(())).await.unwrap();
    // By polls this time: the webhook that is left is taken away.
    let telegram = Telegram::new(options(&emulator)).unwrap();
    assert_eq!(next(&telegram).await.id, first.id);
    assert!(emulator.look(|state| state.webhook().is_none()));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let emulator = emulator().await;
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let webhook = webhook(taken.local_addr().unwrap());
    let telegram = Telegram::new(with_webhook(options(&emulator), webhook)).unwrap();
    let told = telegram.next().await.unwrap().unwrap_err();
    assert!(told.to_string().contains("telegram.webhook_listen"), "{told}");
    assert!(telegram.next().await.is_none());
    assert!(emulator.look(|state| state.webhook().is_none()));
}
