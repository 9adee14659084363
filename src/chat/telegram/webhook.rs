//! Takes updates that Telegram sends. Each is confirmed once it was taken; what is not confirmed Telegram sends again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use teloxide::types::Update;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

const HEADER: &str = "x-telegram-bot-api-secret-token";
/// Telegram gives up after a minute.
const PATIENCE: Duration = Duration::from_secs(50);
/// So many updates may wait to be taken. Telegram keeps to one at a time for each chat.
const WAITING: usize = 64;

type Handed = (Update, oneshot::Sender<()>);

/// Updates that come in by themselves.
#[derive(Debug)]
pub(super) struct Webhook {
    updates: mpsc::Receiver<Handed>,
    /// Whoever waits to hear that the last update is safe.
    last: Option<oneshot::Sender<()>>,
}

/// The server behind it; dropping it ends it.
#[derive(Debug)]
pub(super) struct Server {
    closing: watch::Sender<bool>,
    task: JoinHandle<()>,
}

struct Door {
    secret: [u8; 32],
    updates: mpsc::Sender<Handed>,
    stop: watch::Receiver<bool>,
}

impl Webhook {
    /// Opens the port, before Telegram is told of it.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub(super) async fn open(
        listen: SocketAddr,
        secret: &SecretString,
        stop: watch::Receiver<bool>,
    ) -> std::io::Result<(Self, Server)> {
        let listener = TcpListener::bind(listen).await?;
        let (sender, updates) = mpsc::channel(WAITING);
        let door = Door { secret: digest(secret.expose_secret().as_bytes()), updates: sender, stop };
        let (closing, mut closed) = watch::channel(false);
        let router = Router::new().fallback(receive).with_state(Arc::new(door));
        let task = tokio::spawn(async move {
            let end = async move {
                // An error means that the sender is gone, which is the end as well.
                let _ = closed.wait_for(|closing| *closing).await;
            };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(end).await {
                tracing::error!(%error, "the webhook's server ended");
            }
        });
        Ok((Self { updates, last: None }, Server { closing, task }))
    }

    /// The next update; `None` at the end. Asking for it says that the one before is safe.
    pub(super) async fn next(&mut self, stop: &mut watch::Receiver<bool>) -> Option<Update> {
        if let Some(last) = self.last.take() {
            // Whoever waited may have given up; then the update comes again.
            let _ = last.send(());
        }
        let handed = match self.updates.try_recv() {
            Ok(handed) => Some(handed),
            Err(_) => tokio::select! {
                _ = stop.wait_for(|stopped| *stopped) => None,
                handed = self.updates.recv() => handed,
            },
        };
        let (update, safe) = handed?;
        self.last = Some(safe);
        Some(update)
    }
}

impl Server {
    /// Ends it when those who wait have their answers.
    pub(super) async fn close(mut self) {
        self.closing.send_replace(true);
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(State(door): State<Arc<Door>>, method: Method, headers: HeaderMap, body: Bytes) -> StatusCode {
    let given = headers.get(HEADER).map(|value| value.as_bytes()).unwrap_or_default();
    if !same(&digest(given), &door.secret) {
        tracing::warn!("somebody without the secret knocked at the webhook");
        return StatusCode::UNAUTHORIZED;
    }
    if method != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    let update = match serde_json::from_slice::<Update>(&body) {
        Ok(update) => update,
        Err(error) => {
            // It would be no easier to read the next time.
            tracing::warn!(%error, "an update cannot be read");
            return StatusCode::OK;
        }
    };
    if *door.stop.borrow() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let (safe, taken) = oneshot::channel();
    let handed = async {
        door.updates.send((update, safe)).await.ok()?;
        taken.await.ok()
    };
    match tokio::time::timeout(PATIENCE, handed).await {
        Ok(Some(())) => StatusCode::OK,
        Ok(None) | Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn digest(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Compares in a time that does not tell where the two differ.
fn same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.iter().zip(other).fold(0, |differences, (one, other)| differences | (one ^ other)) == 0
}
