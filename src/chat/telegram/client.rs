//! Requests to the Bot API: teloxide's payloads and types. Knows nothing of messages and replies.
//!
//! What is sent and received goes over a transport of its own, because teloxide's `Bot` sleeps ten seconds inside every
//! call that is answered with a server error, leaves out the status of refusals, and takes a posted message that it
//! cannot read for one that was not posted. What happens rarely (files, members, menus) goes through `Bot`.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::multipart::{Form, Part};
use reqwest::{Certificate, RequestBuilder, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::Bot;
use teloxide::requests::Payload;

use super::NAME;
use super::failure::Failure;
use crate::chat::{ChatError, Connection};
use crate::domain::Attachment;

const CONNECTING: Duration = Duration::from_secs(5);
const SENDING: Duration = Duration::from_secs(30);
const UPLOADING: Duration = Duration::from_secs(120);
/// The server answers a long poll in less.
const READING: Duration = Duration::from_secs(60);
/// Connections that rest longer are not used again, since the other side may be closing them.
const RESTING: Duration = Duration::from_secs(15);

/// A bot's client.
#[derive(Debug, Clone)]
pub(super) struct Client {
    bot: Bot,
    id: u64,
}

impl Client {
    /// A client that has not connected yet.
    ///
    /// # Errors
    /// When the token, the address or the certificate cannot be one.
    pub(super) fn new(token: &SecretString, connection: &Connection) -> Result<Self, ChatError> {
        let wrong = |reason: String| ChatError::Misconfigured { platform: NAME, reason };
        let id = token.expose_secret().split_once(':').and_then(|(id, _)| id.parse().ok()).ok_or_else(|| {
            wrong("telegram.token looks like 123456789:AA…; copy it whole from @BotFather".to_owned())
        })?;
        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECTING)
            .read_timeout(READING)
            .pool_idle_timeout(RESTING)
            .tcp_nodelay(true);
        if let Some(pem) = &connection.root_certificate {
            let certificates = Certificate::from_pem_bundle(pem).unwrap_or_default();
            if certificates.is_empty() {
                return Err(wrong("telegram.root_certificate holds no certificate in PEM".to_owned()));
            }
            for certificate in certificates {
                http = http.add_root_certificate(certificate);
            }
        }
        for (host, address) in &connection.addresses {
            http = http.resolve(host, *address);
        }
        let http = http.build().map_err(|error| wrong(format!("no connection can be made: {error}")))?;
        let mut bot = Bot::with_client(token.expose_secret().clone(), http);
        if let Some(api) = &connection.api {
            let url = Url::parse(api).ok().filter(|url| !url.cannot_be_a_base());
            bot = bot.set_api_url(url.ok_or_else(|| wrong(format!("telegram.api is no address: {api}")))?);
        }
        Ok(Self { bot, id })
    }

    /// teloxide's own client, for what may sleep when the server fails.
    pub(super) fn bot(&self) -> &Bot {
        &self.bot
    }

    /// The bot's own id, which the token begins with.
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Performs a method.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(super) async fn perform<P: Payload + Serialize>(&self, payload: &P) -> Result<Value, Failure> {
        self.perform_within(payload, SENDING).await
    }

    /// Performs a method that may take so long.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(super) async fn perform_within<P: Payload + Serialize>(
        &self,
        payload: &P,
        within: Duration,
    ) -> Result<Value, Failure> {
        let body = serde_json::to_vec(payload).map_err(|error| Failure::Unsent(error.into()));
        let request = self.bot.client().post(self.url(P::NAME)).header(CONTENT_TYPE, "application/json");
        answer(request.body(body?).timeout(within)).await
    }

    /// Performs a method that takes a file in this field of its payload.
    ///
    /// # Errors
    /// See [`Failure`].
    pub(super) async fn upload<P: Payload + Serialize>(
        &self,
        payload: &P,
        field: &str,
        file: &Attachment,
    ) -> Result<Value, Failure> {
        let fields = serde_json::to_value(payload).map_err(|error| Failure::Unsent(error.into()));
        let mut form = Form::new();
        for (name, value) in fields?.as_object().into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if name == field
                && let Some(part) = text.strip_prefix("attach://")
            {
                let bytes = || Part::bytes(file.bytes.clone()).file_name(file.name.clone());
                let content = bytes().mime_str(&file.media_type).unwrap_or_else(|_| bytes());
                form = form.part(part.to_owned(), content);
            }
            form = form.text(name.clone(), text);
        }
        answer(self.bot.client().post(self.url(P::NAME)).multipart(form).timeout(UPLOADING)).await
    }

    fn url(&self, method: &str) -> Url {
        let mut url = self.bot.api_url();
        // An address that cannot be a base was refused in the beginning.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(&format!("bot{}", self.bot.token())).push(method);
        }
        url
    }
}

/// What every method answers with.
#[derive(Deserialize)]
struct Envelope {
    ok: bool,
    result: Option<Value>,
    error_code: Option<u16>,
    #[serde(default)]
    description: String,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

async fn answer(request: RequestBuilder) -> Result<Value, Failure> {
    let response = request.send().await.map_err(Failure::network)?;
    let status = response.status();
    if status.is_server_error() {
        return Err(Failure::Server(status.as_u16()));
    }
    let text = response.text().await.map_err(Failure::network)?;
    let Ok(envelope) = serde_json::from_str::<Envelope>(&text) else {
        // A gateway on the way may refuse in a form of its own.
        return Err(if status.is_success() {
            Failure::Cut("the answer is not the Bot API's".into())
        } else {
            Failure::Refused { code: status.as_u16(), description: status.to_string() }
        });
    };
    if envelope.ok {
        return Ok(envelope.result.unwrap_or_default());
    }
    let code = envelope.error_code.unwrap_or(status.as_u16());
    match envelope.parameters {
        Some(Parameters { migrate_to_chat_id: Some(chat), .. }) => Err(Failure::Moved(chat)),
        Some(Parameters { retry_after: Some(seconds), .. }) => Err(Failure::Later(Duration::from_secs(seconds))),
        _ if code == 429 => Err(Failure::Later(Duration::from_secs(1))),
        _ if code >= 500 => Err(Failure::Server(code)),
        _ => Err(Failure::Refused { code, description: envelope.description }),
    }
}
