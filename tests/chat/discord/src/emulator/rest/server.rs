//! The HTTP side: authorisation, faults, limits and the request log. What a call does is in `dispatch`, what is sent
//! back in `answer`.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, Request, State as Held};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::super::gateway;
use super::super::ids::AttachmentId;
use super::super::world::{RequestRecord, Rule, Shared, State};
use super::answer::{Answer, Outcome, respond};
use super::body::Body;
use super::dispatch::{Call, dispatch};
use super::fault::{Cut, Fault};
use super::refusal::Refusal;
use super::route::{self, Endpoint, Params};

/// Everything that is served on the one port: the API, the gateway's sockets and the files.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let socket = |resuming: bool| {
        get(move |Held(shared): Held<Arc<Shared>>, RawQuery(query): RawQuery, upgrade: WebSocketUpgrade| async move {
            let query = pairs(query.as_deref().unwrap_or_default());
            upgrade.on_upgrade(move |socket| gateway::open(socket, shared, resuming, query))
        })
    };
    Router::new()
        .route("/", socket(false))
        .route("/resume", socket(true))
        .route("/attachments/{channel}/{id}/{name}", get(attachment))
        .fallback(api)
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}

async fn attachment(Held(shared): Held<Arc<Shared>>, Path((_, id, _)): Path<(u64, u64, String)>) -> Response {
    let found = shared.read(|state| {
        let files = state.messages.values().filter(|message| !message.deleted).flat_map(|message| &message.files);
        files
            .chain(&state.option_files)
            .find(|file| file.id == AttachmentId(id))
            .map(|file| (file.bytes.clone(), file.content_type.clone()))
    });
    match found {
        Some((bytes, kind)) => {
            let kind = kind.unwrap_or_else(|| "application/octet-stream".to_owned());
            ([(header::CONTENT_TYPE, kind)], bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn api(Held(shared): Held<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let method = parts.method.as_str().to_owned();
    let path = parts.uri.path().to_owned();
    let line = parts.uri.path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let query = pairs(parts.uri.query().unwrap_or_default());
    let inner = path.strip_prefix("/api/v10/");
    let found = inner.ok_or(Refusal::NotFound).and_then(|inner| route::find(&method, inner));
    let endpoint = found.as_ref().ok().map(|(endpoint, _)| *endpoint);
    let limit = shared.read(|state| state.options.request_limit_bytes);
    let allowed = shared.read(|state| admit(state, &parts, endpoint));
    let read = match to_bytes(body, limit).await {
        Ok(bytes) => Body::read(parts, bytes).await,
        Err(_) => Err(Refusal::TooLarge),
    };
    let sent = read.as_ref().map(|body| body.json.clone()).unwrap_or_default();
    let latency = endpoint.map(|endpoint| shared.read(|state| state.faults.latency(endpoint))).unwrap_or_default();
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    shared.change(|state| {
        let mut outcome = Outcome::default();
        let result = match (allowed, found) {
            (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
            (Ok(()), Ok((endpoint, params))) => {
                let request = format!("{method} {path}");
                perform(state, endpoint, params, query, read, &request, &mut outcome)
            }
        };
        record(state, method, &line, endpoint, sent, &result, &outcome);
        respond(result, &outcome)
    })
}

/// Checks the User-Agent («User Agent») and the bot token, which interaction endpoints do without.
fn admit(state: &State, parts: &Parts, endpoint: Option<Endpoint>) -> Result<(), Refusal> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if text("user-agent").is_none_or(|agent| !agent.starts_with("DiscordBot (")) {
        return Err(Refusal::BadUserAgent);
    }
    match text("authorization") {
        // «Get Gateway» does not look at the token at all.
        _ if endpoint == Some(Endpoint::GetGateway) => Ok(()),
        None if endpoint.is_some_and(Endpoint::is_interaction) => Ok(()),
        Some(token) if token.strip_prefix("Bot ") == Some(&state.options.token) => Ok(()),
        _ => Err(Refusal::Unauthorized),
    }
}

fn perform(
    state: &mut State,
    endpoint: Endpoint,
    params: Params,
    query: Vec<(String, String)>,
    body: Result<Body, Refusal>,
    request: &str,
    outcome: &mut Outcome,
) -> Result<Answer, Refusal> {
    let (now, major) = (state.now(), params.major());
    if state.buckets.is_paused(endpoint, &major, now) {
        state.violate(Rule::RetriedTooSoon { request: request.to_owned() });
    }
    let fault = state.faults.take(endpoint);
    match fault {
        Some(Fault::RateLimit { retry_after, global }) => {
            outcome.asked_for = true;
            state.buckets.pause(endpoint, &major, now + retry_after, global);
            return Err(Refusal::Limited { retry_after, global });
        }
        Some(Fault::ServerError(status)) => return Err(Refusal::Broken(status)),
        Some(Fault::Cut(Cut::BeforeHandling)) => {
            outcome.cut = true;
            return Ok(Answer::Json(json!({ "cut": "before handling" })));
        }
        Some(Fault::Cut(Cut::AfterHandling)) => outcome.cut = true,
        None => {}
    }
    let (quota, refusal) = state.buckets.take(endpoint, &major, now, &state.options.rate_limits);
    outcome.quota = Some(quota);
    if let Some(refusal) = refusal {
        if let Refusal::Limited { retry_after, global } = refusal {
            state.buckets.pause(endpoint, &major, now + retry_after, global);
        }
        return Err(refusal);
    }
    let call = Call { params, query, body: body? };
    dispatch(state, endpoint, &call)
}

fn record(
    state: &mut State,
    method: String,
    line: &str,
    endpoint: Option<Endpoint>,
    body: Value,
    result: &Result<Answer, Refusal>,
    outcome: &Outcome,
) {
    let at = state.now();
    let path = line.strip_prefix("/api/v10").unwrap_or(line).to_owned();
    let (status, code) = match result {
        Ok(Answer::Json(_)) => (200, None),
        Ok(Answer::Created(_)) => (201, None),
        Ok(Answer::Empty) => (204, None),
        Err(refusal) => (refusal.status(), Some(refusal.code())),
    };
    if let Err(refusal) = result {
        // A limit that the headers announced could have been kept; one that a test put up could not.
        let limited = matches!(refusal, Refusal::Limited { .. }) && !outcome.asked_for;
        if *refusal == Refusal::NotFound {
            // The platform may have the route all the same, so the record does not blame the client for a 404.
            state.violate(Rule::NotEmulated { what: format!("{method} {path}") });
        } else if limited || refusal.is_violation() {
            let (request, detail) = (format!("{method} {path}"), refusal.json().to_string());
            let (status, code) = (refusal.status(), refusal.code());
            state.violate(Rule::Refused { request, status, code, detail });
        }
    }
    state.requests.push(RequestRecord { at, method, path, endpoint, status, code, body });
}

/// The pairs of a query string; the values that clients of this API send need no decoding.
fn pairs(query: &str) -> Vec<(String, String)> {
    let split = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    query.split('&').filter_map(split).collect()
}
