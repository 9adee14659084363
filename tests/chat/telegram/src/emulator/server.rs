//! The HTTP side: paths, the token, faults, the record of requests. No method is implemented here.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Response, StatusCode};
use futures::StreamExt;
use futures::stream;
use serde_json::json;
use tokio::sync::watch;

use super::api::{self, Call, Success};
use super::clock::Clock;
use super::faults::{Fault, Faults};
use super::options::Options;
use super::params::{Params, percent_decode};
use super::refusal::{Breach, Refusal};
use super::state::World;
use super::state::action;
use super::state::chat::ChatId;

/// What the tasks of one emulator share.
#[derive(Debug)]
pub(crate) struct Shared {
    world: Mutex<World>,
    changed: watch::Sender<u64>,
    pub(crate) options: Options,
    pub(crate) faults: Faults,
}

impl Shared {
    pub(crate) fn new(options: Options) -> Self {
        let world = Mutex::new(World::new(&options));
        Self { world, changed: watch::channel(0).0, options, faults: Faults::new() }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.options.clock
    }

    /// Reads or changes the state, and wakes whatever waits for a change.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let result = self.peek_mut(act);
        self.changed.send_modify(|count| *count += 1);
        result
    }

    /// Reads or changes the state without waking anyone.
    pub(crate) fn peek_mut<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        // A test that panics in a predicate must not hide what the bot did.
        act(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

/// The service of all paths.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new().fallback(serve).layer(DefaultBodyLimit::disable()).with_state(shared)
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix("/file/bot") {
        return file(&shared, rest);
    }
    let Some((token, method)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
        return refused(&Refusal::not_found());
    };
    let method = method.to_ascii_lowercase();
    let now = shared.clock().now();
    if token != shared.options.token {
        // A token that cannot be one gets 404, a wrong one 401, as at api.telegram.org.
        let plausible = token.split_once(':').is_some_and(|(id, _)| id.parse::<i64>().is_ok());
        let refusal = if plausible { Refusal::unauthorized() } else { Refusal::not_found() };
        shared.with(|world| world.blame(now, &method, &refusal));
        return refused(&refusal);
    }
    let faults = shared.faults.strike(&method);
    if faults.contains(&Fault::CutRequest) {
        return cut(b"", 100);
    }
    let answer = match Params::read(&method, request).await {
        Ok(params) => perform(&shared, &params, &faults).await,
        Err(refusal) => {
            shared.with(|world| world.blame(now, &method, &refusal));
            Err(refusal)
        }
    };
    for fault in &faults {
        if let Fault::Delay(by) = fault {
            tokio::time::sleep(*by).await;
        }
    }
    match answer {
        Ok(success) if faults.contains(&Fault::CutAnswer) => {
            let body = body(&success);
            cut(&body.as_bytes()[..body.len() / 2], body.len())
        }
        Ok(success) => reply(StatusCode::OK, body(&success)),
        Err(refusal) => refused(&refusal),
    }
}

async fn perform(shared: &Shared, params: &Params, faults: &[Fault]) -> Result<Success, Refusal> {
    let now = shared.clock().now();
    let chat = params.integer("chat_id").map(ChatId);
    let injected = faults.iter().find_map(|fault| match fault {
        Fault::TooManyRequests { retry_after } => Some(Refusal::too_many(*retry_after, None)),
        Fault::ServerError(status) => Some(Refusal::server(*status)),
        Fault::Delay(_) | Fault::CutAnswer | Fault::CutRequest => None,
    });
    if let Some(chat) = chat {
        shared.with(|world| {
            if world.flood.waits(chat, &params.method, now) {
                let detail = format!("chat {} was told to wait", chat.0);
                world.note(now, &params.method, Breach::Impatient, detail);
            }
        });
    }
    let answer = match injected {
        Some(refusal) => Err(refusal),
        None if params.method == "getupdates" => api::get_updates(shared, params).await,
        None => shared.with(|world| {
            let mut call = Call { world, params, options: &shared.options, now };
            api::dispatch(&mut call)
        }),
    };
    let status = answer.as_ref().map_or_else(|refusal| refusal.code, |_| 200);
    shared.with(|world| {
        let (method, chat_text) = (params.method.clone(), params.text("chat_id").to_owned());
        world.requests.push(action::Request { at: now, method, chat: chat_text, status });
        if let Err(refusal) = &answer {
            world.blame(now, &params.method, refusal);
            if let (Some(seconds), Some(chat)) = (refusal.retry_after, chat) {
                world.flood.ask_to_wait(chat, &params.method, seconds, now);
            }
        }
    });
    answer
}

fn file(shared: &Shared, rest: &str) -> Response<Body> {
    let Some((token, path)) = rest.split_once('/') else { return refused(&Refusal::not_found()) };
    if token != shared.options.token {
        return refused(&Refusal::unauthorized());
    }
    let path = percent_decode(path);
    let faults = shared.faults.strike("file");
    let now = shared.clock().now();
    let found = shared.peek_mut(|world| {
        let file = world.files.by_path(&path)?;
        file.link_until.is_some_and(|until| now < until).then(|| file.bytes.clone())
    });
    let Some(bytes) = found else { return refused(&Refusal::not_found()) };
    for fault in faults {
        match fault {
            Fault::CutAnswer => return cut(&bytes[..bytes.len() / 2], bytes.len()),
            Fault::CutRequest => return cut(b"", 100),
            Fault::ServerError(status) => return refused(&Refusal::server(status)),
            Fault::TooManyRequests { retry_after } => return refused(&Refusal::too_many(retry_after, None)),
            Fault::Delay(_) => {}
        }
    }
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("application/octet-stream"));
    response
}

fn body(success: &Success) -> String {
    let mut body = json!({ "ok": true, "result": success.result });
    if let Some(description) = success.description {
        body["description"] = json!(description);
    }
    body.to_string()
}

fn refused(refusal: &Refusal) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply(status, refusal.body().to_string())
}

fn reply(status: StatusCode, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("application/json"));
    response
}

/// An answer that promises `length` bytes and breaks off after `part`.
fn cut(part: &[u8], length: usize) -> Response<Body> {
    let part = Bytes::copy_from_slice(part);
    let first = stream::iter([Ok::<Bytes, std::io::Error>(part)]);
    let broken = stream::once(async {
        // The first half must have left before the connection is torn down.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err::<Bytes, std::io::Error>(std::io::ErrorKind::ConnectionReset.into())
    });
    let mut response = Response::new(Body::from_stream(first.chain(broken)));
    response.headers_mut().insert(CONTENT_LENGTH, length.into());
    response.headers_mut().insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("application/json"));
    response
}
