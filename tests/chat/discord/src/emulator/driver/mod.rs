//! The test's side: starting the emulator, playing the people, reading what happened. No rule of the API is here.

mod building;
mod control;
mod options;
mod sending;
mod speech;
mod usage;
mod view;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

pub use control::{Faults, Filter, Gateway};
pub use options::OptionValue;
pub use view::View;

use super::clock::Clock;
use super::error::EmulatorError;
use super::ids::{ChannelId, InteractionId, MessageId, UserId};
use super::options::Options;
use super::rest;
use super::world::{Delivery, Interaction, Message, Shared, State, Violation};

/// A running emulator. Dropping it closes its port and cuts every connection.
#[derive(Debug)]
pub struct Emulator {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator on a loopback port of its own, with a bot that is nowhere yet.
    ///
    /// # Errors
    ///
    /// Fails if no port can be opened.
    pub async fn start(options: Options) -> Result<Self, EmulatorError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let origin = listener.local_addr()?.to_string();
        let shared = Arc::new(Shared::new(State::new(options, origin)));
        let router = rest::router(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            // Serving ends only with the task; an error of the listener shows as refused connections.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { shared, server })
    }

    /// What the client's proxy setting should be: `http://127.0.0.1:…`, in the place of `https://discord.com`.
    #[must_use]
    pub fn rest_url(&self) -> String {
        format!("http://{}", self.shared.read(|state| state.origin.clone()))
    }

    /// The bot token that is accepted.
    #[must_use]
    pub fn token(&self) -> String {
        self.shared.read(|state| state.options.token.clone())
    }

    /// The bot's user.
    #[must_use]
    pub fn bot(&self) -> UserId {
        self.shared.read(State::bot)
    }

    /// The clock that expiries are counted in.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.shared.read(|state| state.options.clock.clone())
    }

    /// The gateway's switches.
    #[must_use]
    pub fn gateway(&self) -> Gateway {
        Gateway(Arc::clone(&self.shared))
    }

    /// The faults to come.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults(Arc::clone(&self.shared))
    }

    /// Reads the state.
    pub fn view<T>(&self, read: impl FnOnce(&View<'_>) -> T) -> T {
        self.shared.read(|state| read(&View(state)))
    }

    /// Waits until the condition gives something, checking after every change.
    ///
    /// # Errors
    ///
    /// Fails when `Options::patience` has passed, with what the client broke until then.
    pub async fn wait_for<T>(&self, condition: impl Fn(&View<'_>) -> Option<T>) -> Result<T, EmulatorError> {
        let patience = self.shared.read(|state| state.options.patience);
        self.wait_up_to(patience, condition).await
    }

    /// Waits like [`Self::wait_for`], with a patience of its own.
    ///
    /// # Errors
    ///
    /// Fails when the time has passed.
    pub async fn wait_up_to<T>(
        &self,
        patience: Duration,
        condition: impl Fn(&View<'_>) -> Option<T>,
    ) -> Result<T, EmulatorError> {
        let deadline = Instant::now() + patience;
        let mut changes = self.shared.subscribe();
        loop {
            changes.mark_unchanged();
            if let Some(found) = self.view(&condition) {
                return Ok(found);
            }
            if !matches!(timeout_at(deadline, changes.changed()).await, Ok(Ok(()))) {
                return Err(self.shared.read(|state| EmulatorError::TimedOut {
                    seconds: patience.as_secs(),
                    requests: state.requests.len(),
                    violations: state.violations.clone(),
                }));
            }
        }
    }

    /// Waits until a client has identified.
    ///
    /// # Errors
    ///
    /// Fails when no client comes in time.
    pub async fn connected(&self) -> Result<(), EmulatorError> {
        self.wait_for(|view| (view.sessions() > 0).then_some(())).await
    }

    /// Waits for the first answer to an interaction.
    ///
    /// # Errors
    ///
    /// Fails when none comes in time.
    pub async fn answered(&self, id: InteractionId) -> Result<Interaction, EmulatorError> {
        self.wait_for(|view| view.interaction(id).filter(|used| used.response.is_some())).await
    }

    /// The messages of a channel that exist, oldest first.
    #[must_use]
    pub fn messages(&self, channel: ChannelId) -> Vec<Message> {
        self.view(|view| view.messages(channel))
    }

    /// A message, deleted or not.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<Message> {
        self.view(|view| view.message(id))
    }

    /// Everything that the bot made visible, in order.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.view(|view| view.deliveries().to_vec())
    }

    /// Every rule that the client broke, in order.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.view(|view| view.violations().to_vec())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.gateway().cut();
        self.server.abort();
    }
}
