//! Discord: what is written and pressed there comes in, replies go out. Serenity's types stay in this folder.

mod text;
mod route;
mod render;
mod limits;
mod rest;
mod guilds;
mod reading;
mod registration;
mod gateway;
mod listening;
mod threads;
mod answering;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use secrecy::SecretString;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{Capabilities, Chat, ChatError, CommandSpec, Connection, Directory, Stage, commands};
use crate::domain::{Delivery, FileAt, Message, PlaceId, Platform, Role, SentFile, UserId};

use answering::{OpenInteractions, refused};
use gateway::Signal;
use guilds::Guilds;
use listening::Forms;
use rest::Rest;
use threads::Exchanges;
pub use threads::Threads;

/// How long the connection may take to end.
const CLOSING: Duration = Duration::from_secs(8);

/// How Discord is served.
pub struct DiscordOptions {
    /// The bot's token.
    pub token: SecretString,
    /// What roles of servers are to Herald, by name or id.
    pub roles: BTreeMap<String, Role>,
    /// What members are whom no role says more about.
    pub members: Role,
    /// Whether the message-content intent is switched on.
    pub message_content: bool,
    /// When a conversation goes on in a thread.
    pub threads: Threads,
    /// How Discord is reached.
    pub connection: Connection,
    /// The company and its people.
    pub directory: Arc<dyn Directory>,
}

/// Discord.
pub struct Discord {
    shared: Arc<Shared>,
    incoming: tokio::sync::Mutex<UnboundedReceiver<Result<Message, ChatError>>>,
    /// What the tasks need that the first call of `next` starts.
    unstarted: Mutex<Option<Unstarted>>,
    receiving: watch::Sender<bool>,
    connected: watch::Sender<bool>,
    connection: Mutex<Option<JoinHandle<()>>>,
}

struct Unstarted {
    messages: UnboundedSender<Result<Message, ChatError>>,
    stop_receiving: watch::Receiver<bool>,
    stop: watch::Receiver<bool>,
}

/// What the parts of the adapter share.
struct Shared {
    rest: Arc<Rest>,
    roles: BTreeMap<String, Role>,
    members: Role,
    message_content: bool,
    threads: Threads,
    directory: Arc<dyn Directory>,
    commands: Vec<CommandSpec>,
    /// The bot's own id; 0 until Discord has said it.
    me: AtomicU64,
    registered: AtomicBool,
    guilds: Mutex<Guilds>,
    open: Mutex<OpenInteractions>,
    forms: Mutex<Forms>,
    exchanges: Mutex<Exchanges>,
    /// How many parts of a delivery have arrived that is not done yet.
    progress: Mutex<HashMap<String, usize>>,
    /// The conversations with persons alone.
    direct: Mutex<HashMap<String, u64>>,
    /// What the server roles of persons grant, and since when that is known.
    granted: Mutex<HashMap<String, (Instant, Option<Role>)>>,
}

/// What is behind a lock, also after a panic of who held it: each change leaves it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn me(&self) -> u64 {
        self.me.load(Ordering::Acquire)
    }
}

impl Discord {
    /// An adapter that connects when the first message is waited for.
    ///
    /// # Errors
    /// When the root certificate cannot be read.
    pub fn new(options: DiscordOptions) -> Result<Self, ChatError> {
        let rest = Arc::new(Rest::new(options.token, &options.connection)?);
        let (messages, incoming) = unbounded_channel();
        let (receiving, stop_receiving) = watch::channel(false);
        let (connected, stop) = watch::channel(false);
        let shared = Arc::new(Shared {
            rest,
            roles: options.roles,
            members: options.members,
            message_content: options.message_content,
            threads: options.threads,
            directory: options.directory,
            commands: commands(Platform::Discord),
            me: AtomicU64::new(0),
            registered: AtomicBool::new(false),
            guilds: Mutex::default(),
            open: Mutex::default(),
            forms: Mutex::default(),
            exchanges: Mutex::default(),
            progress: Mutex::default(),
            direct: Mutex::default(),
            granted: Mutex::default(),
        });
        Ok(Self {
            shared,
            incoming: tokio::sync::Mutex::new(incoming),
            unstarted: Mutex::new(Some(Unstarted { messages, stop_receiving, stop })),
            receiving,
            connected,
            connection: Mutex::default(),
        })
    }

    fn start(&self) {
        let Some(unstarted) = lock(&self.unstarted).take() else { return };
        let (signals, heard) = unbounded_channel::<Signal>();
        let shared = Arc::clone(&self.shared);
        tokio::spawn(listening::listen(shared, heard, unstarted.messages, unstarted.stop_receiving));
        let (rest, content) = (Arc::clone(&self.shared.rest), self.shared.message_content);
        *lock(&self.connection) = Some(tokio::spawn(gateway::keep(rest, content, signals, unstarted.stop)));
    }
}

impl Chat for Discord {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            text_limit: 4_096,
            buttons: 25,
            attachments: true,
            edits: true,
            threads: true,
            file_limit: 500 << 20,
        }
    }

    fn next(&self) -> BoxFuture<'_, Option<Result<Message, ChatError>>> {
        async {
            self.start();
            self.incoming.lock().await.recv().await
        }
        .boxed()
    }

    fn acknowledge<'a>(&'a self, message: &'a Message, stage: Stage) -> BoxFuture<'a, Result<(), ChatError>> {
        self.shared.show(message, stage).boxed()
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), ChatError>> {
        self.shared.send(delivery).boxed()
    }

    fn is_repeatable(&self, delivery: &Delivery) -> bool {
        self.shared.can_repeat(delivery)
    }

    fn fetch<'a>(&'a self, file: &'a SentFile, to: &'a Path) -> BoxFuture<'a, Result<(), ChatError>> {
        async move {
            match &file.at {
                FileAt::Platform(url) => self.shared.rest.download(url, to, file.bytes).await,
                FileAt::Disk(_) | FileAt::TooLarge { .. } | FileAt::Lost => {
                    Err(refused("the file is not with Discord"))
                }
            }
        }
        .boxed()
    }

    fn may_post<'a>(&'a self, user: &'a UserId, place: &'a PlaceId) -> BoxFuture<'a, Result<bool, ChatError>> {
        async move {
            match place.id.parse() {
                Ok(channel) if place.platform == Platform::Discord => self.shared.may_both_post(user, channel).await,
                _ => Ok(false),
            }
        }
        .boxed()
    }

    fn stop_receiving(&self) -> BoxFuture<'_, ()> {
        async {
            // What nobody has started yet never starts.
            lock(&self.unstarted).take();
            self.receiving.send_replace(true);
        }
        .boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async {
            lock(&self.unstarted).take();
            self.receiving.send_replace(true);
            self.connected.send_replace(true);
            let connection = lock(&self.connection).take();
            if let Some(connection) = connection
                && tokio::time::timeout(CLOSING, connection).await.is_err()
            {
                tracing::warn!("the connection to Discord did not end in time");
            }
        }
        .boxed()
    }
}
