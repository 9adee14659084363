//! The connection that events come over: serenity's client on a thread of its own, watched from outside and started
//! again when it is stuck. Reads no event.
//!
//! Serenity ends by itself only for three close codes. After others, and after a close without a code, its runner goes
//! round in a circle without ever waiting; on a runtime of its own that starves nobody, shows as a pulse that stops, and
//! ends when the runner is told to send something.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use secrecy::ExposeSecret as _;
use serenity::all::{
    ClientBuilder, ConnectionStage, Context, Event, GatewayError, GatewayIntents, HttpBuilder, OnlineStatus,
    RawEventHandler, ShardManager,
};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use super::rest::{Call, PLATFORM, REVOKED, Rest, RestError};
use crate::chat::ChatError;

/// Discord lets a bot identify once in five seconds.
const BETWEEN_STARTS: Duration = Duration::from_secs(5);
/// After so many failures in a row the wait between starts grows no more: 5 s, 10 s, … 80 s.
const DOUBLINGS: u32 = 4;
/// How often the connection is looked at, and how old its pulse may be.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const PULSE_EVERY: Duration = Duration::from_millis(250);
const PULSE_AGE: Duration = Duration::from_secs(3);
/// How long no shard may be connected, and how long nothing may come: four heartbeats of Discord's 41 s.
const UNCONNECTED: Duration = Duration::from_secs(60);
const QUIET: Duration = Duration::from_secs(170);
/// How long shards may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(6);

/// What the connection says.
#[derive(Debug)]
pub(super) enum Signal {
    /// Something happened.
    Event(Box<Event>),
    /// Somebody has to change something first; nothing more comes.
    Ended(ChatError),
}

/// Keeps a connection until asked to stop or until somebody has to mend something.
pub(super) async fn keep(
    rest: Arc<Rest>,
    message_content: bool,
    signals: UnboundedSender<Signal>,
    mut stop: watch::Receiver<bool>,
) {
    let mut failures = 0;
    loop {
        let started = Instant::now();
        let reason = match one(&rest, message_content, &signals, &mut stop).await {
            Ok(()) => return,
            Err(Failure::ForGood(error)) => {
                // Whoever listens no more does not need to hear it.
                let _ = signals.send(Signal::Ended(error));
                return;
            }
            Err(Failure::ForNow(reason)) => reason,
        };
        failures = if started.elapsed() > UNCONNECTED * 2 { 1 } else { failures + 1 };
        let wait = BETWEEN_STARTS * 2_u32.pow((failures - 1_u32).min(DOUBLINGS));
        let wait = wait.saturating_sub(started.elapsed()).max(LOOK_EVERY);
        tracing::warn!(reason, seconds = wait.as_secs_f64(), "the connection to Discord is made anew");
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = stopped(&mut stop) => return,
        }
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A sender that is gone will not say anything any more.
    let _ = stop.wait_for(|stop| *stop).await;
}

#[derive(Debug)]
enum Failure {
    ForGood(ChatError),
    ForNow(String),
}

fn misconfigured(reason: &str) -> Failure {
    Failure::ForGood(ChatError::Misconfigured { platform: PLATFORM, reason: reason.to_owned() })
}

/// One connection, from asking where to connect until its end.
async fn one(
    rest: &Arc<Rest>,
    message_content: bool,
    signals: &UnboundedSender<Signal>,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), Failure> {
    let gateway = tokio::select! {
        gateway = found(rest) => gateway?,
        () = stopped(stop) => return Ok(()),
    };
    let mut line = Line::open(rest, message_content, gateway, signals.clone())?;
    loop {
        tokio::select! {
            ended = &mut line.ended => return Err(why(ended.ok())),
            () = stopped(stop) => {
                line.close().await;
                return Ok(());
            }
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if let Some(reason) = line.trouble().await {
            line.abandon().await;
            return Err(Failure::ForNow(reason.to_owned()));
        }
    }
}

/// Where events are to be had, and over how many connections.
struct Gateway {
    url: String,
    shards: u32,
}

/// Asks where to connect. Serenity would ask as well, and go to Discord itself where it gets no answer.
async fn found(rest: &Rest) -> Result<Gateway, Failure> {
    loop {
        match rest.call(Call::new(Method::GET, "gateway/bot", &[])).await {
            Ok(answer) => {
                let url = answer["url"].as_str().map(str::to_owned);
                let url = url.ok_or_else(|| Failure::ForNow("no address of the gateway was given".to_owned()))?;
                let shards =
                    answer["shards"].as_u64().and_then(|shards| u32::try_from(shards).ok()).unwrap_or(1).max(1);
                return Ok(Gateway { url, shards });
            }
            Err(RestError::Later(after)) => tokio::time::sleep(after).await,
            Err(RestError::Refused { status: 401, .. }) => return Err(misconfigured(REVOKED)),
            Err(error) => {
                let source = std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
                return Err(Failure::ForNow(format!("{error}{source}")));
            }
        }
    }
}

fn why(ended: Option<serenity::Result<()>>) -> Failure {
    match ended {
        Some(Err(serenity::Error::Gateway(GatewayError::InvalidAuthentication))) => misconfigured(REVOKED),
        Some(Err(serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents))) => misconfigured(
            "the message content intent is not switched on: switch it on under Privileged Gateway Intents on the Bot page \
             of the developer portal, or set discord.message_content = false",
        ),
        Some(Err(serenity::Error::Gateway(GatewayError::InvalidGatewayIntents))) => {
            misconfigured("Discord does not know the intents that are asked for; a newer Herald is needed")
        }
        Some(Err(error)) => Failure::ForNow(error.to_string()),
        Some(Ok(())) => Failure::ForNow("the connection has ended".to_owned()),
        None => Failure::ForNow("the connection's thread has ended".to_owned()),
    }
}

/// Signs of life, as they are seen from outside.
#[derive(Debug, Default)]
struct Signs {
    pulses: AtomicU64,
    events: AtomicU64,
}

struct Handler {
    signs: Arc<Signs>,
    signals: UnboundedSender<Signal>,
}

#[serenity::async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, _: Context, event: Event) {
        self.signs.events.fetch_add(1, Ordering::Relaxed);
        // After the end nobody listens.
        let _ = self.signals.send(Signal::Event(Box::new(event)));
    }
}

/// A running client.
struct Line {
    ended: oneshot::Receiver<serenity::Result<()>>,
    leave: Option<oneshot::Sender<()>>,
    manager: oneshot::Receiver<Arc<ShardManager>>,
    shards: Option<Arc<ShardManager>>,
    signs: Arc<Signs>,
    seen: (u64, Vec<Option<Duration>>),
    pulses: u64,
    last_pulse: Instant,
    last_sign: Instant,
    last_connected: Instant,
}

impl Line {
    fn open(
        rest: &Arc<Rest>,
        message_content: bool,
        gateway: Gateway,
        signals: UnboundedSender<Signal>,
    ) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::ForNow(error.to_string());
        // Events are told in the order in which they come only where one thread does everything.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (ended_sender, ended) = oneshot::channel();
        let (leave, left) = oneshot::channel();
        let (manager_sender, manager) = oneshot::channel();
        let signs = Arc::new(Signs::default());
        let handler = Handler { signs: Arc::clone(&signs), signals };
        let (rest, pulse) = (Arc::clone(rest), Arc::clone(&signs));
        let run = move || {
            runtime.block_on(async move {
                tokio::spawn(async move {
                    loop {
                        pulse.pulses.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(PULSE_EVERY).await;
                    }
                });
                let ended = tokio::select! {
                    ended = serve(&rest, message_content, gateway, handler, manager_sender) => ended,
                    _ = left => Ok(()),
                };
                // Whoever has abandoned the line does not ask how it ended.
                let _ = ended_sender.send(ended);
            });
            runtime.shutdown_background();
        };
        std::thread::Builder::new().name("herald-discord".to_owned()).spawn(run).map_err(failed)?;
        let now = Instant::now();
        Ok(Self {
            ended,
            leave: Some(leave),
            manager,
            shards: None,
            signs,
            seen: (0, Vec::new()),
            pulses: 0,
            last_pulse: now,
            last_sign: now,
            last_connected: now,
        })
    }

    /// What is wrong with the line, if anything.
    async fn trouble(&mut self) -> Option<&'static str> {
        let now = Instant::now();
        let pulses = self.signs.pulses.load(Ordering::Relaxed);
        if pulses != self.pulses {
            (self.pulses, self.last_pulse) = (pulses, now);
        }
        if now - self.last_pulse > PULSE_AGE {
            return Some("the client goes round in a circle");
        }
        let mut latencies = Vec::new();
        if let Some(shards) = self.shards() {
            for runner in shards.runners.lock().await.values() {
                latencies.push(runner.latency);
                if runner.stage == ConnectionStage::Connected {
                    self.last_connected = now;
                }
            }
        }
        let seen = (self.signs.events.load(Ordering::Relaxed), latencies);
        if seen != self.seen {
            (self.seen, self.last_sign) = (seen, now);
        }
        if now - self.last_connected > UNCONNECTED {
            return Some("no connection could be made");
        }
        (now - self.last_sign > QUIET).then_some("nothing has come for long")
    }

    fn shards(&mut self) -> Option<Arc<ShardManager>> {
        if self.shards.is_none() {
            self.shards = self.manager.try_recv().ok();
        }
        self.shards.clone()
    }

    /// Says goodbye.
    async fn close(&mut self) {
        if let Some(shards) = self.shards() {
            // What does not answer in time is left.
            let _ = tokio::time::timeout(GOODBYE, shards.shutdown_all()).await;
        }
        self.abandon().await;
    }

    /// Leaves without a goodbye. A runner that goes round in a circle ends when what it is told to send cannot be sent.
    async fn abandon(&mut self) {
        if self.last_pulse.elapsed() > PULSE_AGE
            && let Some(shards) = self.shards()
        {
            for runner in shards.runners.lock().await.values() {
                runner.runner_tx.set_status(OnlineStatus::Online);
            }
        }
        if let Some(leave) = self.leave.take() {
            // The thread may have ended by itself.
            let _ = leave.send(());
        }
    }
}

async fn serve(
    rest: &Rest,
    message_content: bool,
    gateway: Gateway,
    handler: Handler,
    manager: oneshot::Sender<Arc<ShardManager>>,
) -> serenity::Result<()> {
    let mut intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES | GatewayIntents::DIRECT_MESSAGES;
    if message_content {
        intents |= GatewayIntents::MESSAGE_CONTENT;
    }
    // Its own limiter goes round a configured address.
    let http = HttpBuilder::new(rest.token().expose_secret())
        .client(rest.passing_client())
        .proxy(rest.base())
        .ratelimiter_disabled(true)
        .build();
    let mut client = ClientBuilder::new_with_http(http, intents).raw_event_handler(handler).await?;
    // Where serenity got no answer it would go to Discord itself.
    gateway.url.clone_into(&mut *client.ws_url.lock().await);
    // Nobody waits for the shards only where the line was abandoned at once.
    let _ = manager.send(Arc::clone(&client.shard_manager));
    client.start_shards(gateway.shards).await
}
