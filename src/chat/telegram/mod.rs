//! Telegram: a bot's private chats and groups, by long polls or a webhook. teloxide's types end here.
//!
//! Reading order: `client` and `failure` are requests and what goes wrong with them; `polling` and `webhook` bring
//! updates, `incoming` reads them; `plan` makes messages of a reply, `words` their HTML, `sending` sends them at the pace
//! of `pacing`; `form` asks for words; `menus` are the lists of commands.

mod client;
mod failure;
mod pacing;
mod route;
mod words;
mod form;
mod incoming;
mod polling;
mod webhook;
mod plan;
mod sending;
mod acknowledging;
mod menus;
mod files;
mod members;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use teloxide::payloads::SetWebhook;
use teloxide::requests::Requester as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Capabilities, Chat, ChatError, Connection, Directory, Stage};
use crate::domain::{Delivery, Message, Place, PlaceId, Platform, SentFile, UserId};
use client::Client;
use failure::Failure;
use incoming::{Incoming, Reader};
use menus::Menus;
use polling::{Asked, Polling};
use route::Route;
use sending::Sender;
use webhook::{Server, Webhook};

const NAME: &str = "Telegram";
/// Buttons below a reply; more would hide it.
const BUTTONS: usize = 12;

/// How Telegram is served.
#[derive(Clone)]
pub struct TelegramOptions {
    /// The bot's token.
    pub token: SecretString,
    /// Where updates come in; without it they are asked for.
    pub webhook: Option<WebhookOptions>,
    /// How Telegram is reached.
    pub connection: Connection,
    /// Who people are to the company.
    pub directory: Arc<dyn Directory>,
}

/// Where updates come in.
#[derive(Debug, Clone)]
pub struct WebhookOptions {
    /// The address that Telegram is told.
    pub url: String,
    /// Where it is waited for them.
    pub listen: SocketAddr,
    /// What only Telegram and Herald know: 1 to 256 of `A-Z`, `a-z`, `0-9`, `_` and `-`.
    pub secret: SecretString,
}

/// Telegram.
pub struct Telegram {
    inner: Arc<Inner>,
    webhook: Option<WebhookOptions>,
    receiving: tokio::sync::Mutex<Receiving>,
    server: Mutex<Option<Server>>,
    stop: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

/// What tasks in the background share.
struct Inner {
    client: Client,
    sender: Sender,
    menus: Menus,
    directory: Arc<dyn Directory>,
    confirmed: Mutex<VecDeque<String>>,
}

/// Where messages come from.
enum Receiving {
    /// Nothing was asked yet.
    Fresh,
    /// Updates are asked for.
    Polling(Box<Reader>, Polling),
    /// Updates come in.
    Webhook(Box<Reader>, Webhook),
    /// There will be no more.
    Ended,
}

impl Telegram {
    /// An adapter that has not connected yet.
    ///
    /// # Errors
    /// When the token, the address, the certificate or the webhook's address cannot be one.
    pub fn new(options: TelegramOptions) -> Result<Self, ChatError> {
        let TelegramOptions { token, webhook, connection, directory } = options;
        let client = Client::new(&token, &connection)?;
        if let Some(webhook) = &webhook
            && reqwest::Url::parse(&webhook.url).is_err()
        {
            let reason = format!("telegram.webhook is no address: {}", webhook.url);
            return Err(ChatError::Misconfigured { platform: NAME, reason });
        }
        let inner = Inner {
            sender: Sender::new(client.clone()),
            client,
            menus: Menus::default(),
            directory,
            confirmed: Mutex::default(),
        };
        Ok(Self {
            inner: Arc::new(inner),
            webhook,
            receiving: tokio::sync::Mutex::new(Receiving::Fresh),
            server: Mutex::default(),
            stop: watch::channel(false).0,
            tasks: Mutex::default(),
        })
    }

    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    async fn receive(&self) -> Option<Result<Message, ChatError>> {
        let mut receiving = self.receiving.lock().await;
        let mut stop = self.stop.subscribe();
        loop {
            let (reader, update) = match &mut *receiving {
                Receiving::Ended => return None,
                Receiving::Fresh => {
                    let connected = self.connect(&mut stop).await;
                    let (next, error) = match connected {
                        Ok(Some(next)) => (next, None),
                        Ok(None) => (Receiving::Ended, None),
                        Err(error) => (Receiving::Ended, Some(error)),
                    };
                    *receiving = next;
                    match error {
                        Some(error) => return Some(Err(error)),
                        None => continue,
                    }
                }
                Receiving::Polling(reader, polling) => match polling.next(&self.inner.client, &mut stop).await {
                    Asked::Update(update) => (reader, *update),
                    Asked::Tell(error) => return Some(Err(error)),
                    Asked::Fatal(error) => {
                        *receiving = Receiving::Ended;
                        return Some(Err(error));
                    }
                    Asked::Stopped => {
                        *receiving = Receiving::Ended;
                        return None;
                    }
                },
                Receiving::Webhook(reader, webhook) => match webhook.next(&mut stop).await {
                    Some(update) => (reader, update),
                    None => {
                        *receiving = Receiving::Ended;
                        return None;
                    }
                },
            };
            match reader.read(update, Timestamp::now()) {
                Incoming::Message(message) => {
                    self.show_menu(&message);
                    return Some(Ok(*message));
                }
                Incoming::Ask(ask) => {
                    let inner = Arc::clone(&self.inner);
                    self.spawn(async move { inner.ask(&ask).await });
                }
                Incoming::Stale(press) => {
                    let inner = Arc::clone(&self.inner);
                    self.spawn(async move {
                        if let Err(failure) = inner.confirm(&press).await {
                            tracing::debug!(%failure, "a press could not be confirmed");
                        }
                    });
                }
                Incoming::Nothing => {}
            }
        }
    }

    /// Connects, however long that takes. `None` where the end came first.
    async fn connect(&self, stop: &mut watch::Receiver<bool>) -> Result<Option<Receiving>, ChatError> {
        let client = &self.inner.client;
        let opened = match &self.webhook {
            None => None,
            Some(options) => {
                let opened = Webhook::open(options.listen, &options.secret, self.stop.subscribe()).await;
                let (webhook, server) = opened.map_err(|error| ChatError::Misconfigured {
                    platform: NAME,
                    reason: format!(
                        "telegram.webhook_listen = \"{}\" cannot be listened on ({error}); choose a free port",
                        options.listen
                    ),
                })?;
                *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
                Some((options, webhook))
            }
        };
        let mut failures = 0;
        loop {
            let connected = async {
                let me = client.bot().get_me().await?;
                match &opened {
                    // Messages that wait are kept.
                    None => drop(client.bot().delete_webhook().await?),
                    Some((options, _)) => drop(client.perform(&set_webhook(options)?).await?),
                }
                Ok::<_, Failure>(me)
            };
            let connected = tokio::select! {
                _ = stop.wait_for(|stopped| *stopped) => return Ok(None),
                connected = connected => connected,
            };
            match connected {
                Ok(me) => {
                    tracing::info!(bot = me.user.id.0, "connected to Telegram");
                    if failures > 0 {
                        tracing::warn!(failures, "Telegram is reached again");
                    }
                    let inner = Arc::clone(&self.inner);
                    self.spawn(async move { inner.menus.general(&inner.client).await });
                    let reader = Box::new(Reader::new(me));
                    return Ok(Some(match opened {
                        None => Receiving::Polling(reader, Polling::default()),
                        Some((_, webhook)) => Receiving::Webhook(reader, webhook),
                    }));
                }
                Err(failure @ Failure::Refused { .. }) => return Err(refused(failure)),
                Err(failure) => {
                    failures += 1;
                    // Said once; that it is reached again is said once as well.
                    if failures == 1 {
                        tracing::warn!(%failure, "Telegram cannot be reached; it is tried until it can");
                    } else {
                        tracing::debug!(%failure, failures, "Telegram cannot be reached");
                    }
                    let wait = if let Failure::Later(wait) = failure { wait } else { polling::backoff(failures) };
                    if polling::rest(stop, wait).await {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Shows somebody the commands of their role.
    fn show_menu(&self, message: &Message) {
        let Some(route) = Route::read(&message.reply_to).filter(|_| message.place == Place::Private) else { return };
        let (inner, account) = (Arc::clone(&self.inner), message.from.clone());
        self.spawn(async move {
            let directory = Arc::clone(&inner.directory);
            let Ok(role) = tokio::task::spawn_blocking(move || directory.role(&account)).await else { return };
            inner.menus.personal(&inner.client, route.chat, role).await;
        });
    }
}

fn set_webhook(options: &WebhookOptions) -> Result<SetWebhook, Failure> {
    let url = reqwest::Url::parse(&options.url).map_err(|error| Failure::Unsent(error.into()))?;
    let mut set = SetWebhook::new(url);
    set.secret_token = Some(options.secret.expose_secret().clone());
    set.allowed_updates = Some(polling::wanted());
    Ok(set)
}

/// Why it cannot be begun.
fn refused(failure: Failure) -> ChatError {
    match failure {
        Failure::Refused { code, description } if code != 401 && code != 404 && code != 409 => {
            let reason = format!("{description}; telegram.webhook has to be an https address that Telegram can reach");
            ChatError::Misconfigured { platform: NAME, reason }
        }
        other => other.told(),
    }
}

impl Chat for Telegram {
    fn platform(&self) -> Platform {
        Platform::Telegram
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            text_limit: words::TEXT_LIMIT,
            buttons: BUTTONS,
            attachments: true,
            edits: true,
            threads: false,
            file_limit: files::LIMIT,
        }
    }

    fn next(&self) -> BoxFuture<'_, Option<Result<Message, ChatError>>> {
        self.receive().boxed()
    }

    fn acknowledge<'a>(&'a self, message: &'a Message, stage: Stage) -> BoxFuture<'a, Result<(), ChatError>> {
        async move { self.inner.acknowledge(message, stage).await.map_err(Failure::told) }.boxed()
    }

    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<(), ChatError>> {
        self.inner.sender.deliver(delivery).boxed()
    }

    fn is_repeatable(&self, delivery: &Delivery) -> bool {
        self.inner.sender.is_repeatable(delivery)
    }

    fn parts_taken(&self, delivery: &Delivery) -> usize {
        self.inner.sender.parts_taken(delivery)
    }

    fn fetch<'a>(&'a self, file: &'a SentFile, to: &'a Path) -> BoxFuture<'a, Result<(), ChatError>> {
        files::fetch(&self.inner.client, file, to).boxed()
    }

    fn may_post<'a>(&'a self, user: &'a UserId, place: &'a PlaceId) -> BoxFuture<'a, Result<bool, ChatError>> {
        members::may_post(&self.inner.client, &self.inner.sender, user, place).boxed()
    }

    fn stop_receiving(&self) -> BoxFuture<'_, ()> {
        self.stop.send_replace(true);
        std::future::ready(()).boxed()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        async {
            self.stop.send_replace(true);
            let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(server) = server {
                server.close().await;
            }
            let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
            tasks.shutdown().await;
        }
        .boxed()
    }
}
