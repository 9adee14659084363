//! Starting and stopping an emulator, waiting for the bot, reading what it did. No people: they are beside.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::super::clock::Clock;
use super::super::delivery::updates::Disorder;
use super::super::delivery::webhook;
use super::super::faults::Faults;
use super::super::gate::Gate;
use super::super::options::Options;
use super::super::refusal::Violation;
use super::super::server::{Shared, router};
use super::super::state::action::ChatAction;
use super::super::state::chat::ChatId;
use super::super::state::file::{FileId, StoredFile};
use super::super::state::message::{Message, MessageId};
use super::super::state::user::UserId;
use super::view::State;

/// A running emulator; dropping it closes its port and all connections.
#[derive(Debug)]
pub struct Emulator {
    pub(super) shared: Arc<Shared>,
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

/// Loopback had no free port.
#[derive(Debug)]
pub struct StartError(
    /// Why.
    pub std::io::Error,
);

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the emulator found no port: {}", self.0)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// The bot did not do what was waited for. Its words tell what it did instead.
pub struct TimedOut {
    waited: Duration,
    seen: String,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing came within {:?}; so far:\n{}", self.waited, self.seen)
    }
}

impl fmt::Debug for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for TimedOut {}

impl Emulator {
    /// Starts an emulator on a free port of loopback.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let shared = Arc::new(Shared::new(options));
        let gate = Gate::bind(shared.faults.door()).await.map_err(StartError)?;
        let address = gate.address();
        let service = router(Arc::clone(&shared));
        let serve = tokio::spawn(async move {
            // Serving ends only when the task is aborted: the gate reports no errors.
            let _ = axum::serve(gate, service).await;
        });
        let deliver = tokio::spawn(webhook::work(Arc::clone(&shared)));
        Ok(Self { shared, address, tasks: [serve, deliver] })
    }

    /// Where a client is to look for the Bot API.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        &self.shared.options.token
    }

    /// The bot's id.
    pub fn bot(&self) -> UserId {
        self.look(|state| state.world.bot)
    }

    /// The emulator's clock.
    pub fn clock(&self) -> &Clock {
        self.shared.clock()
    }

    /// What can be broken on purpose.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// Changes the order and the number in which updates come.
    pub fn disorder(&self, disorder: Disorder) {
        self.shared.with(|world| world.queue.disorder = disorder);
    }

    /// Reads the state.
    pub fn look<T>(&self, look: impl FnOnce(&State<'_>) -> T) -> T {
        self.shared.peek_mut(|world| look(&State { world }))
    }

    /// Waits until `look` finds something, for as long as [`Options::patience`] says.
    ///
    /// # Errors
    /// It did not find anything in that time.
    pub fn wait_for<T>(&self, look: impl Fn(&State<'_>) -> Option<T>) -> impl Future<Output = Result<T, TimedOut>> {
        self.wait_within(self.shared.options.patience, look)
    }

    /// Waits until `look` finds something, for at most `patience` of real time.
    ///
    /// # Errors
    /// It did not find anything in that time.
    pub async fn wait_within<T>(
        &self,
        patience: Duration,
        look: impl Fn(&State<'_>) -> Option<T>,
    ) -> Result<T, TimedOut> {
        let mut changed = self.shared.changed();
        let search = async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = self.look(&look) {
                    return found;
                }
                // The sender lives as long as `self`.
                let _ = changed.changed().await;
            }
        };
        let found = tokio::time::timeout(patience, search).await;
        found.map_err(|_| TimedOut { waited: patience, seen: self.look(summary) })
    }

    /// Waits until the bot asks for updates, by a poll or by a webhook.
    ///
    /// # Errors
    /// It did not in time.
    pub async fn listening(&self) -> Result<(), TimedOut> {
        self.wait_for(|state| (state.waiting_polls() > 0 || state.webhook().is_some()).then_some(())).await
    }

    /// Waits for the bot's next message in `chat` after `after`.
    ///
    /// # Errors
    /// There was none in time.
    pub async fn answer(&self, chat: ChatId, after: MessageId) -> Result<Message, TimedOut> {
        self.wait_for(|state| state.posted(chat).into_iter().find(|message| message.id > after).cloned()).await
    }

    /// The messages that stand in `chat`.
    pub fn messages(&self, chat: ChatId) -> Vec<Message> {
        self.look(|state| state.messages(chat).into_iter().cloned().collect())
    }

    /// The bot's messages that stand in `chat`.
    pub fn posted(&self, chat: ChatId) -> Vec<Message> {
        self.look(|state| state.posted(chat).into_iter().cloned().collect())
    }

    /// A file with its bytes.
    pub fn file(&self, id: &FileId) -> Option<StoredFile> {
        self.look(|state| state.file(id).cloned())
    }

    /// Chat actions.
    pub fn actions(&self) -> Vec<ChatAction> {
        self.look(|state| state.actions().to_vec())
    }

    /// Rules that the client broke.
    pub fn violations(&self) -> Vec<Violation> {
        self.look(|state| state.violations().to_vec())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.shared.faults.refuse_connections();
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn summary(state: &State<'_>) -> String {
    let requests = state.requests().iter().rev().take(20).rev();
    let requests = requests.map(|request| format!("  {} {} -> {}", request.method, request.chat, request.status));
    let messages = state.world.chats.keys().flat_map(|chat| {
        let recent: Vec<String> =
            state.history(*chat).iter().rev().take(5).rev().map(|message| line(state, message)).collect();
        recent
    });
    let violations = state.violations().iter().map(|violation| format!("  violation: {violation:?}"));
    let pending = format!("  {} updates pending", state.pending_updates());
    requests.chain(messages).chain(violations).chain([pending]).collect::<Vec<_>>().join("\n")
}

fn line(state: &State<'_>, message: &Message) -> String {
    let who = state.user(message.from).map_or("?", |user| user.first_name.as_str());
    format!("  [{} #{}] {who}: {:?}", message.chat.0, message.id.0, message.text())
}
