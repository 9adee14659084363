//! Requests to Discord's API: one client for all of them, limits kept, failures told apart by what can be done. Knows
//! no domain type.
//!
//! Serenity's own limiter speaks to Discord alone and goes round a configured address, so that requests are made here,
//! the same way wherever they go.

use std::path::Path;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

use super::limits::{Announced, Limits};
use super::render::Upload;
use super::text::shortened;
use crate::chat::{ChatError, Connection};

pub(super) const PLATFORM: &str = "discord";
const OFFICIAL: &str = "https://discord.com";

/// A wait up to this long is waited for; a longer one is the caller's.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often a request that was told to wait is made again before the caller decides.
const TRIES: u32 = 4;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum RestError {
    /// Nothing was done; it can be tried after this long.
    #[error("asked to wait {0:?}")]
    Later(Duration),
    /// Nothing was done.
    #[error("cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nobody knows whether it was done.
    #[error("the connection broke while something was being sent")]
    Uncertain(#[source] reqwest::Error),
    /// Discord refuses.
    #[error("{status} {code}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's own code.
        code: u64,
        /// What it says.
        message: String,
    },
}

impl RestError {
    /// Whether an interaction can no longer be answered: unknown webhook, unknown interaction, invalid webhook token.
    pub(super) fn is_gone(&self) -> bool {
        matches!(self, RestError::Refused { code: 10_015 | 10_062 | 50_027, .. })
    }

    /// Whether an interaction has an answer already.
    pub(super) fn is_answered_already(&self) -> bool {
        matches!(self, RestError::Refused { code: 40_060, .. })
    }

    /// Whether what was asked for is not there.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, RestError::Refused { status: 404, .. })
    }
}

impl From<RestError> for ChatError {
    fn from(error: RestError) -> Self {
        let platform = PLATFORM;
        match error {
            RestError::Later(after) => ChatError::Later { platform, after },
            RestError::Unreachable(source) => ChatError::Unreachable { platform, source },
            RestError::Uncertain(source) => ChatError::Uncertain { platform, source: Box::new(source) },
            RestError::Refused { status: 401, code: 0, .. } => {
                ChatError::Misconfigured { platform, reason: REVOKED.to_owned() }
            }
            RestError::Refused { code, message, .. } => {
                ChatError::Refused { platform, reason: format!("{message} (code {code})") }
            }
        }
    }
}

/// What to do about a token that Discord does not take.
pub(super) const REVOKED: &str = "the token is not valid (any more): reset it on the Bot page of the developer portal and \
     set HERALD_DISCORD__TOKEN to the new one";

/// A request.
#[derive(Debug)]
pub(super) struct Call<'a> {
    method: Method,
    path: String,
    /// The route and the channel, server or webhook that its limit is counted for.
    route: String,
    /// Whether it counts towards the bot's limit over all routes.
    counts: bool,
    body: Option<Value>,
    files: &'a [Upload],
}

impl<'a> Call<'a> {
    /// A request; `{}` in the template stands for the ids, in order.
    pub(super) fn new(method: Method, template: &str, ids: &[&str]) -> Self {
        let mut path = String::new();
        for (index, part) in template.split("{}").enumerate() {
            if let Some(id) = index.checked_sub(1).and_then(|index| ids.get(index)) {
                path.push_str(id);
            }
            path.push_str(part);
        }
        let counts = !(template.starts_with("webhooks/") || template.starts_with("interactions/"));
        let major = match template.split('/').next() {
            Some("channels" | "guilds") => ids.first().copied().unwrap_or_default().to_owned(),
            Some("webhooks" | "interactions") => ids.iter().take(2).copied().collect::<Vec<_>>().join("/"),
            _ => String::new(),
        };
        let route = format!("{method} {template} {major}");
        Self { method, path, route, counts, body: None, files: &[] }
    }

    /// The same with a body.
    pub(super) fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// The same with files beside the body.
    pub(super) fn files(mut self, files: &'a [Upload]) -> Self {
        self.files = files;
        self
    }
}

/// The way to Discord's API.
pub(super) struct Rest {
    client: reqwest::Client,
    /// For requests from a runtime that may end: it keeps no connection.
    passing: reqwest::Client,
    base: String,
    token: SecretString,
    limits: Limits,
}

impl Rest {
    pub(super) fn new(token: SecretString, connection: &Connection) -> Result<Self, ChatError> {
        let client = |builder: reqwest::ClientBuilder| {
            configured(builder, connection).map_err(|error| ChatError::Misconfigured {
                platform: PLATFORM,
                reason: format!("discord.root_certificate cannot be used: {error}"),
            })
        };
        let passing = client(reqwest::Client::builder().pool_max_idle_per_host(0))?;
        let client = client(reqwest::Client::builder())?;
        let base = connection.api.clone().unwrap_or_else(|| OFFICIAL.to_owned());
        Ok(Self { client, passing, base: base.trim_end_matches('/').to_owned(), token, limits: Limits::default() })
    }

    /// A client for what serenity asks by itself.
    pub(super) fn passing_client(&self) -> reqwest::Client {
        self.passing.clone()
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn token(&self) -> &SecretString {
        &self.token
    }

    /// Makes a request and returns what it brought; null where that is nothing.
    pub(super) async fn call(&self, call: Call<'_>) -> Result<Value, RestError> {
        let turn = self.limits.turn(&call.route, Instant::now());
        let _held = turn.lock().await;
        let mut tries = 0;
        loop {
            tries += 1;
            match self.limits.take(&call.route, call.counts, Instant::now()) {
                Ok(taken) => {
                    let result = self.attempt(&call).await;
                    drop(taken);
                    match result {
                        Err(RestError::Later(after)) if after <= PATIENCE && tries < TRIES => {}
                        result => return result,
                    }
                }
                Err(after) if after <= PATIENCE => tokio::time::sleep(after).await,
                Err(after) => return Err(RestError::Later(after)),
            }
        }
    }

    async fn attempt(&self, call: &Call<'_>) -> Result<Value, RestError> {
        let url = format!("{}/api/v10/{}", self.base, call.path);
        let mut request = self.client.request(call.method.clone(), url);
        request = request.header("authorization", format!("Bot {}", self.token.expose_secret()));
        request = match (&call.body, call.files) {
            (None, _) => request.header("content-length", 0),
            (Some(body), []) => request.header("content-type", "application/json").body(body.to_string()),
            (Some(body), files) => request.multipart(form(body, files)),
        };
        let response = request.send().await.map_err(|error| self.broken(call, error))?;
        let status = response.status().as_u16();
        let announced = announced(response.headers());
        let (now, header) = (Instant::now(), number(response.headers(), "retry-after"));
        let scope = response.headers().contains_key("x-ratelimit-global");
        self.limits.learn(&call.route, announced, now);
        let is_success = response.status().is_success();
        let text = response.text().await;
        if is_success {
            let text = text.map_err(|error| self.broken(call, error))?;
            return Ok(serde_json::from_str(&text).unwrap_or_default());
        }
        let said: Value = text.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let mut message = said["message"].as_str().unwrap_or_default().to_owned();
        // Which field is wrong, and how; what stood in it is not repeated.
        if let Some(errors) = said.get("errors") {
            message = shortened(&format!("{message} {errors}"), 500);
        }
        match status {
            429 => {
                let after = said["retry_after"].as_f64().or(header).unwrap_or(5.0).clamp(0.0, 86_400.0);
                let after = Duration::from_secs_f64(after);
                self.limits.pause(&call.route, scope || said["global"] == true, after, now);
                Err(RestError::Later(after))
            }
            500.. => Err(RestError::Unreachable(format!("status {status}").into())),
            _ => Err(RestError::Refused { status, code: said["code"].as_u64().unwrap_or_default(), message }),
        }
    }

    fn broken(&self, call: &Call<'_>, error: reqwest::Error) -> RestError {
        // A path may hold a token that allows answering.
        let error = error.without_url();
        if error.is_connect() || error.is_builder() || call.method == Method::GET {
            unsent(error)
        } else {
            RestError::Uncertain(error)
        }
    }

    /// Writes what an address holds into a file, up to so many bytes.
    pub(super) async fn download(&self, url: &str, to: &Path, limit: u64) -> Result<(), ChatError> {
        let unreachable = |error: reqwest::Error| ChatError::Unreachable {
            platform: PLATFORM,
            source: Box::new(error.without_url()),
        };
        let unwritten = |source| ChatError::Attachment { path: to.to_owned(), source };
        let mut response: Response = self.client.get(url).send().await.map_err(unreachable)?;
        if !response.status().is_success() {
            return Err(ChatError::Refused {
                platform: PLATFORM,
                reason: format!("the file's status is {}", response.status()),
            });
        }
        let mut file = tokio::fs::File::create(to).await.map_err(unwritten)?;
        let mut bytes = 0;
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            bytes += chunk.len() as u64;
            if bytes > limit {
                return Err(ChatError::TooLarge { bytes, limit });
            }
            file.write_all(&chunk).await.map_err(unwritten)?;
        }
        file.flush().await.map_err(unwritten)
    }
}

fn configured(builder: reqwest::ClientBuilder, connection: &Connection) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = builder
        .user_agent(serenity::constants::USER_AGENT)
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(30));
    for (host, at) in &connection.addresses {
        builder = builder.resolve(host, *at);
    }
    if let Some(pem) = &connection.root_certificate {
        for certificate in reqwest::Certificate::from_pem_bundle(pem)? {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build()
}

fn unsent(error: reqwest::Error) -> RestError {
    RestError::Unreachable(Box::new(error))
}

fn form(body: &Value, files: &[Upload]) -> Form {
    let mut form = Form::new().text("payload_json", body.to_string());
    for (index, file) in files.iter().enumerate() {
        let part = Part::bytes(file.bytes.clone()).file_name(file.name.clone()).mime_str(&file.media_type);
        // A media type that is none is left to Discord.
        let part = part.unwrap_or_else(|_| Part::bytes(file.bytes.clone()).file_name(file.name.clone()));
        form = form.part(format!("files[{index}]"), part);
    }
    form
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn announced(headers: &HeaderMap) -> Announced {
    Announced {
        remaining: headers.get("x-ratelimit-remaining").and_then(|left| left.to_str().ok()?.parse().ok()),
        reset_after: number(headers, "x-ratelimit-reset-after")
            .and_then(|after| Duration::try_from_secs_f64(after).ok()),
    }
}
