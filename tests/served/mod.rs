//! The whole of Herald behind real clients of the emulated platforms: the conversations, faults, and both at once.

mod conversations;
mod faults;
mod front;
mod pictures;
mod shared;
mod together;
mod uploads;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use herald::app::{self, App};
use herald::chat::discord::{Discord, DiscordOptions, Threads};
use herald::chat::telegram::{Telegram, TelegramOptions};
use herald::chat::{Chat, Connection, Directory};
use herald::config::Config;
use herald::domain::{ConversationId, Delivery, Message, PlaceId, Profile, ProfileId, Role, SlotKind, UserId};
use herald::storage;
use secrecy::SecretString;

use crate::whole;
use front::{Front, Person};

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

/// A Herald on the demo company, with a store of its own that was empty. Made before tokio is entered: facts are read by
/// a runtime of their own.
struct Fresh {
    app: Arc<App>,
    config: Config,
    _folder: tempfile::TempDir,
}

fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sled:{}", folder.path().join("store").display());
    let (app, mut config) = whole::beside(&url, folder.path());
    // The tests ask faster than people do.
    config.chat.per_minute = 10_000;
    Fresh { app: Arc::new(app), config, _folder: folder }
}

impl Fresh {
    /// The same without a company: what is brought in stays its own.
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (app, mut config) = whole::alone(folder.path());
        config.chat.per_minute = 10_000;
        Self { app: Arc::new(app), config, _folder: folder }
    }

    /// The same with a desk where people of the team answer.
    fn desk(&mut self, place: PlaceId) {
        self.config.chat.desk = Some(place);
        let config = Config { store_url: "memory:".to_owned(), ..self.config.clone() };
        self.app = Arc::new(self.app.beside(&config).unwrap());
    }
}

/// A Herald that serves until it is told to end, or killed.
struct Serving {
    app: Arc<App>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    /// Its own, so that nothing of it goes on once it is killed.
    runtime: Option<tokio::runtime::Runtime>,
    task: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Serving {
    /// Serves these platforms.
    fn start(herald: &Fresh, chats: Vec<Arc<dyn Chat>>) -> Self {
        Self::over(Arc::clone(&herald.app), herald.config.clone(), chats)
    }

    fn over(app: Arc<App>, config: Config, chats: Vec<Arc<dyn Chat>>) -> Self {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = Arc::clone(&app);
        let runtime = tokio_runtime();
        let task = runtime.spawn(async move {
            let ended = async move {
                let _ = stopped.await;
            };
            app::serve(&serving, &config, chats, ended).await
        });
        Self { app, stop: Some(stop), runtime: Some(runtime), task }
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

    /// Waits until a person is shown something else than before, and nothing more is on its way to them.
    async fn answered(&self, front: &Front, person: &Person, before: &[String]) {
        let done = || (front.shown(person) != before && self.is_idle(&person.conversation)).then_some(());
        until(&format!("an answer after {before:?}"), done).await;
    }

    /// Says something and waits for what comes of it: the messages that are new or changed.
    async fn say(&self, front: &Front, person: &Person, text: &str) -> String {
        let before = front.shown(person);
        front.say(person, text);
        self.answered(front, person, &before).await;
        new(front, person, &before)
    }

    /// Presses a button and waits for what comes of it.
    async fn press(&self, front: &Front, person: &Person, label: &str) -> String {
        let before = front.shown(person);
        front.press(person, label);
        self.answered(front, person, &before).await;
        new(front, person, &before)
    }

    fn is_idle(&self, conversation: &ConversationId) -> bool {
        let store = &*self.app.store;
        let on_its_way = storage::all::<Delivery>(store).unwrap();
        let waiting = storage::all::<Message>(store).unwrap();
        on_its_way.iter().all(|delivery| delivery.conversation != *conversation)
            && waiting.iter().all(|message| message.conversation != *conversation)
    }

    /// Ends in good order.
    async fn end(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let ended = tokio::time::timeout(Duration::from_secs(10), &mut self.task).await;
        ended.expect("it ends within 10 s").unwrap().unwrap();
    }

    /// Ends at once, wherever it is. What computes at that moment comes to its end, as a killed process's does not, so
    /// that nothing of it reaches into the next one.
    async fn kill(mut self) {
        if let Some(runtime) = self.runtime.take() {
            tokio::task::spawn_blocking(move || runtime.shutdown_timeout(PATIENCE)).await.unwrap();
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A runtime must not be waited for inside another.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What is shown now and was not before.
fn new(front: &Front, person: &Person, before: &[String]) -> String {
    let shown = front.shown(person).into_iter().enumerate();
    let new = shown.filter(|(at, text)| before.get(*at) != Some(text)).map(|(_, text)| text);
    new.collect::<Vec<_>>().join("\n")
}

fn discord(api: &str, token: &str) -> Arc<dyn Chat> {
    let options = DiscordOptions {
        token: SecretString::new(token.to_owned()),
        roles: BTreeMap::new(),
        members: Role::Marketer,
        message_content: false,
        threads: Threads::Long,
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
