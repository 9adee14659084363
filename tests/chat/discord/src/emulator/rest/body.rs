//! Request bodies: JSON, or `multipart/form-data` with `payload_json` and `files[n]`. Their rules are in `rules`.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::request::Parts;
use serde_json::{Map, Value};

use super::super::rules::Form;
use super::refusal::Refusal;

/// A body as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(crate) json: Value,
    pub(crate) uploads: Vec<Upload>,
}

/// One `files[n]`.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) index: u64,
    pub(crate) filename: String,
    pub(crate) content_type: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Body {
    /// Reads a body by its content type; «Content Type» of the reference asks for one wherever there is a body.
    pub(crate) async fn read(parts: Parts, bytes: Bytes) -> Result<Self, Refusal> {
        let header = parts.headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if header.starts_with("multipart/form-data") {
            return Self::read_multipart(Request::from_parts(parts, bytes.into())).await;
        }
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        if !header.starts_with("application/json") {
            return Err(Form::one("", "CONTENT_TYPE_INVALID", "Expected application/json or multipart/form-data"));
        }
        let json = serde_json::from_slice(&bytes).map_err(|_| Refusal::InvalidJson)?;
        Ok(Self { json, uploads: Vec::new() })
    }

    async fn read_multipart(request: Request) -> Result<Self, Refusal> {
        let broken = |_| Form::one("", "MULTIPART_INVALID", "The multipart body cannot be read");
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|_| Form::one("", "MULTIPART_INVALID", "No boundary"))?;
        let mut body = Self::default();
        let mut fields = Map::new();
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            let filename = part.file_name().map(ToOwned::to_owned);
            let content_type = part.content_type().map(ToOwned::to_owned);
            let bytes = part.bytes().await.map_err(broken)?;
            let number = name.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
            if name == "payload_json" {
                body.json = serde_json::from_slice(&bytes).map_err(|_| Refusal::InvalidJson)?;
            } else if let Some(index) = number {
                let bad =
                    || Form::one(&name, "FILE_INVALID", "A file needs a number, a name of its own and a filename");
                let index = index.parse().map_err(|_| bad())?;
                if body.uploads.iter().any(|upload: &Upload| upload.index == index) {
                    return Err(bad());
                }
                let filename = filename.ok_or_else(bad)?;
                body.uploads.push(Upload { index, filename, content_type, description: None, bytes });
            } else {
                fields.insert(name, Value::String(String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        // Without `payload_json`, the message's fields are parts of their own.
        if body.json.is_null() && !fields.is_empty() {
            body.json = Value::Object(fields);
        }
        Ok(body)
    }
}
