//! What is sent back: status, headers, JSON, or half of it. Refusals' codes are in `refusal`.

use axum::body::{Body as HttpBody, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::rate::Quota;
use super::refusal::Refusal;

/// A successful answer: JSON with 200 or 201, or nothing with 204.
#[derive(Debug)]
pub(crate) enum Answer {
    Json(Value),
    Created(Value),
    Empty,
}

/// What else there is to say about a request besides its answer.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) quota: Option<Quota>,
    /// Whether the answer breaks in the middle.
    pub(super) cut: bool,
    /// Whether a test asked for the refusal.
    pub(super) asked_for: bool,
}

/// Makes the HTTP answer.
pub(super) fn respond(result: Result<Answer, Refusal>, outcome: &Outcome) -> Response {
    let mut headers = HeaderMap::new();
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    };
    if let Some(quota) = &outcome.quota {
        put("x-ratelimit-limit", quota.limit.to_string());
        put("x-ratelimit-remaining", quota.remaining.to_string());
        put("x-ratelimit-reset", format!("{:.3}", quota.reset.as_secs_f64()));
        put("x-ratelimit-reset-after", format!("{:.3}", quota.reset_after.as_secs_f64()));
        put("x-ratelimit-bucket", quota.bucket.clone());
    }
    if let Err(Refusal::Limited { retry_after, global }) = &result {
        put("retry-after", retry_after.as_secs_f64().ceil().to_string());
        put("x-ratelimit-scope", if *global { "global" } else { "user" }.to_owned());
        if *global {
            put("x-ratelimit-global", "true".to_owned());
        }
    }
    let (status, body) = match result {
        Ok(Answer::Json(json)) => (200, json.to_string()),
        Ok(Answer::Created(json)) => (201, json.to_string()),
        Ok(Answer::Empty) => (204, String::new()),
        // Discord's edge answers 5xx without its own JSON.
        Err(Refusal::Broken(status)) => (status, "upstream connect error".to_owned()),
        Err(refusal) => (refusal.status(), refusal.json().to_string()),
    };
    put("content-type", "application/json".to_owned());
    let body = if outcome.cut { broken_off(&mut headers, body) } else { HttpBody::from(body) };
    let status = StatusCode::from_u16(if outcome.cut { 200 } else { status }).unwrap_or(StatusCode::IM_A_TEAPOT);
    (status, headers, body).into_response()
}

/// A body that announces its length and breaks in the middle, which makes the server drop the connection.
fn broken_off(headers: &mut HeaderMap, body: String) -> HttpBody {
    let body = format!("{body}{{}}");
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    let half = Bytes::copy_from_slice(&body.as_bytes()[..body.len() / 2]);
    let cut = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    HttpBody::from_stream(futures::stream::iter([Ok(half), Err(cut)]))
}
