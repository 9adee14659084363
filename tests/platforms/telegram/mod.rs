//! The Telegram adapter against the emulated Bot API. Each test ends with no rule broken.

mod receiving;
mod pressing;
mod sending;
mod failing;
mod webhook;
mod menus;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use herald::chat::telegram::{Telegram, TelegramOptions, WebhookOptions};
use herald::chat::{Chat, ChatError, Connection, Directory};
use herald::domain::{
    Attachment, ConversationId, Delivery, Destination, Message, MessageId, Progress, Reply, Role, SlotKind, UserId,
};
use jiff::Timestamp;
use secrecy::SecretString;
use telegram_emulator::emulator::{Emulator, Options};

/// Roles by the account's id.
#[derive(Default)]
struct Roles(Mutex<HashMap<String, Role>>);

impl Directory for Roles {
    fn complete(&self, _kind: SlotKind, _text: &str) -> Vec<String> {
        Vec::new()
    }

    fn role(&self, account: &UserId) -> Role {
        self.0.lock().unwrap().get(&account.id).copied().unwrap_or(Role::Customer)
    }
}

async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.unwrap()
}

fn options(emulator: &Emulator) -> TelegramOptions {
    TelegramOptions {
        token: SecretString::new(emulator.token().to_owned()),
        webhook: None,
        connection: Connection { api: Some(emulator.url()), ..Connection::default() },
        directory: Arc::new(Roles::default()),
    }
}

fn telegram(emulator: &Emulator) -> Arc<Telegram> {
    Arc::new(Telegram::new(options(emulator)).unwrap())
}

/// What comes next, within a time in which anything comes.
async fn anything(telegram: &Telegram) -> Option<Result<Message, ChatError>> {
    tokio::time::timeout(Duration::from_secs(20), telegram.next()).await.expect("nothing came")
}

async fn next(telegram: &Telegram) -> Message {
    anything(telegram).await.unwrap().unwrap()
}

/// Waits for the next message in the background, as the runtime does while it answers.
fn listen(telegram: &Arc<Telegram>) -> tokio::task::JoinHandle<Option<Result<Message, ChatError>>> {
    let telegram = Arc::clone(telegram);
    tokio::spawn(async move { telegram.next().await })
}

/// A reply to a message, as the assistant makes it.
fn answer(message: &Message, reply: Reply) -> Delivery {
    Delivery {
        conversation: message.conversation.clone(),
        ..delivery(&message.id.0, Destination::Answer(message.reply_to.clone()), reply)
    }
}

fn delivery(turn: &str, to: Destination, reply: Reply) -> Delivery {
    Delivery {
        id: format!("{turn}:0"),
        to,
        otherwise: None,
        conversation: ConversationId("telegram:test".to_owned()),
        turn: MessageId(turn.to_owned()),
        reply,
        created: Timestamp::now(),
        attempts: 0,
        parts_taken: 0,
        progress: Progress::Waiting { not_before: Timestamp::UNIX_EPOCH },
    }
}

/// A picture of which Telegram reads the size.
fn picture(width: u32, height: u32) -> Attachment {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    let (name, media_type) = ("chart.png".to_owned(), "image/png".to_owned());
    Attachment { name, media_type, bytes, text: "▁▃▅ <chart>".to_owned() }
}

fn table() -> Attachment {
    let (name, media_type) = ("figures.csv".to_owned(), "text/csv".to_owned());
    Attachment { name, media_type, bytes: b"a,b\n1,2\n".to_vec(), text: "a b\n1 2".to_owned() }
}

fn with_webhook(options: TelegramOptions, webhook: WebhookOptions) -> TelegramOptions {
    TelegramOptions { webhook: Some(webhook), ..options }
}
