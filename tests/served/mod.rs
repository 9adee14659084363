//! The whole of Herald behind real clients of the emulated platforms: the conversations, faults, and both at once.

mod conversations;
mod faults;
mod front;
mod together;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use herald::app::{self, App};
use herald::chat::discord::{Discord, DiscordOptions};
use herald::chat::telegram::{Telegram, TelegramOptions};
use herald::chat::{Chat, Connection, Directory};
use herald::config::Config;
use herald::domain::{ConversationId, Delivery, Message, Profile, ProfileId, Role, SlotKind, UserId};
use herald::storage;
use secrecy::SecretString;

use crate::whole;

/// How long anything may take that will come; these tests share two cores with others.
const PATIENCE: Duration = Duration::from_secs(120);

struct Nobody;

impl Directory for Nobody {
    fn complete(&self, _kind: SlotKind, _text: &str) -> Vec<String> {
        Vec::new()
    }

    fn role(&self, _account: &UserId) -> Role {
        Role::Customer
    }
}

/// Waits until a condition holds. What it looks at cannot be waited for otherwise.
async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let found = async {
        loop {
            match look() {
                Some(found) => return found,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("{what} takes too long"))
}

/// A Herald that serves until it is told to end, over the demo company.
struct Serving {
    app: Arc<App>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    task: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Serving {
    /// Serves these platforms from a store of its own.
    fn start(app: App, chats: Vec<Arc<dyn Chat>>, config: Config) -> Self {
        let app = Arc::new(app);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = Arc::clone(&app);
        let task = tokio::spawn(async move {
            let ended = async move {
                let _ = stopped.await;
            };
            app::serve(&serving, &config, chats, ended).await
        });
        Self { app, stop: Some(stop), task }
    }

    /// Somebody with an account, known to the store.
    fn knows(&self, account: &UserId, role: Role, customer: Option<&str>) {
        let profile = Profile {
            role_given: true,
            customer: customer.map(str::to_owned),
            ..Profile::new(ProfileId(account.profile().0), role)
        };
        self.app.store.put_profile(&profile).unwrap();
    }

    /// Waits until a conversation has so many turns and nothing of it is on its way.
    async fn settled(&self, conversation: &ConversationId, turns: usize) {
        until("an answer", || self.is_settled(conversation, turns).then_some(())).await;
    }

    fn is_settled(&self, conversation: &ConversationId, turns: usize) -> bool {
        let store = &*self.app.store;
        let on_its_way = storage::all::<Delivery>(store).unwrap();
        let waiting = storage::all::<Message>(store).unwrap();
        store.conversation(conversation, usize::MAX).unwrap().turns.len() >= turns
            && on_its_way.iter().all(|delivery| delivery.conversation != *conversation)
            && waiting.iter().all(|message| message.conversation != *conversation)
    }

    /// Ends in good order; what is left in the store is looked at by the next one.
    async fn end(mut self) -> Arc<App> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        tokio::time::timeout(Duration::from_secs(10), self.task).await.expect("it ends within 10 s").unwrap().unwrap();
        self.app
    }
}

/// A Herald on the demo company with an empty store, and its configuration.
fn fresh() -> (App, Config, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sled:{}", folder.path().join("store").display());
    let (app, config) = whole::beside(&url, folder.path());
    (app, config, folder)
}

fn discord(api: &str, token: &str) -> Arc<dyn Chat> {
    let options = DiscordOptions {
        token: SecretString::new(token.to_owned()),
        roles: BTreeMap::new(),
        members: Role::Marketer,
        message_content: false,
        connection: Connection { api: Some(api.to_owned()), ..Connection::default() },
        directory: Arc::new(Nobody),
    };
    Arc::new(Discord::new(options).unwrap())
}

fn telegram(api: &str, token: &str) -> Arc<dyn Chat> {
    let options = TelegramOptions {
        token: SecretString::new(token.to_owned()),
        webhook: None,
        connection: Connection { api: Some(api.to_owned()), ..Connection::default() },
        directory: Arc::new(Nobody),
    };
    Arc::new(Telegram::new(options).unwrap())
}

fn tokio_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
