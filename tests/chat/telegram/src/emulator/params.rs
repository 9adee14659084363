//! The parameters of a request, whichever way they come: JSON, form, multipart, query. No meaning.
//!
//! As in the Bot API server every value is text: nested JSON stays JSON text until a method reads it.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::refusal::Refusal;

/// Bots upload at most 50 MB (core.telegram.org/bots/api#sending-files).
const MAX_UPLOAD_BYTES: usize = 50 << 20;

/// An uploaded file.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What came with a request.
#[derive(Debug, Default)]
pub(crate) struct Params {
    /// In lower case, as the server compares it.
    pub(crate) method: String,
    values: BTreeMap<String, String>,
    files: BTreeMap<String, Upload>,
}

impl Params {
    /// Reads the request.
    pub(crate) async fn read(method: &str, request: Request<Body>) -> Result<Self, Refusal> {
        let mut params = Self { method: method.to_ascii_lowercase(), ..Self::default() };
        params.form(request.uri().query().unwrap_or_default());
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            params.multipart(request).await?;
            return Ok(params);
        }
        let json = kind.starts_with("application/json");
        let form = kind.starts_with("application/x-www-form-urlencoded");
        let body = to_bytes(request.into_body(), MAX_UPLOAD_BYTES).await.map_err(|_| Refusal::too_large())?;
        if json && !body.is_empty() {
            let Ok(Value::Object(object)) = serde_json::from_slice(&body) else {
                return Err(Refusal::bad("can't parse JSON object"));
            };
            for (name, value) in object {
                match value {
                    Value::Null => {}
                    Value::String(text) => drop(params.values.insert(name, text)),
                    other => drop(params.values.insert(name, other.to_string())),
                }
            }
        } else if form {
            params.form(&String::from_utf8_lossy(&body));
        }
        Ok(params)
    }

    async fn multipart(&mut self, request: Request<Body>) -> Result<(), Refusal> {
        let broken = || Refusal::bad("can't parse multipart form data");
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
        let mut total = 0;
        while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned).or_else(|| part.content_type().map(|_| name.clone()));
            let bytes = part.bytes().await.map_err(|_| broken())?;
            total += bytes.len();
            // The rest is read all the same, so that the client gets to see the answer; its bytes are not kept.
            if total > MAX_UPLOAD_BYTES {
                continue;
            }
            match file {
                Some(file) => drop(self.files.insert(name, Upload { name: file, bytes: bytes.to_vec() })),
                None => drop(self.values.insert(name, String::from_utf8_lossy(&bytes).into_owned())),
            }
        }
        if total > MAX_UPLOAD_BYTES { Err(Refusal::too_large()) } else { Ok(()) }
    }

    fn form(&mut self, source: &str) {
        for pair in source.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.values.insert(unescape(name), unescape(value));
        }
    }

    /// The value of `name`, empty where it is absent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Whether `name` came at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// `to_bool` of Client.cpp.
    pub(crate) fn flag(&self, name: &str) -> bool {
        matches!(self.text(name).to_ascii_lowercase().as_str(), "true" | "yes" | "1")
    }

    /// A whole number; none where it is absent or is none.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name).trim().parse().ok()
    }

    /// Nested JSON; none where it is absent.
    pub(crate) fn json(&self, name: &str, otherwise: &str) -> Result<Option<Value>, Refusal> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        serde_json::from_str(text).map(Some).map_err(|_| Refusal::bad(otherwise))
    }

    /// The file behind `value`, which is `attach://part`, or the part named `field` itself.
    pub(crate) fn upload(&self, field: &str, value: &str) -> Option<&Upload> {
        match value.strip_prefix("attach://") {
            Some(part) => self.files.get(part),
            None => self.files.get(field),
        }
    }
}

/// Undoes the escapes of a form.
fn unescape(text: &str) -> String {
    percent_decode(&text.replace('+', " "))
}

/// Undoes the escapes of an address; clients may escape the slashes of a file's path.
pub(crate) fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let code = std::str::from_utf8(&digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                bytes.extend(code);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
