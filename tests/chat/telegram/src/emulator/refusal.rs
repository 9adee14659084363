//! Answers with `ok: false`, and which of them are the client's fault. No rules: those are where they are checked.

use std::time::Duration;

use serde_json::{Value, json};

use super::state::chat::ChatId;

/// An error as Telegram words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `error_code`, which is also the HTTP status.
    pub code: u16,
    /// `description`.
    pub description: String,
    /// `parameters.retry_after`, in seconds.
    pub retry_after: Option<u64>,
    /// `parameters.migrate_to_chat_id`.
    pub migrate_to: Option<ChatId>,
    /// The rule that the client broke, or none where it could not have known better.
    pub breach: Option<Breach>,
}

/// What kind of rule a client broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Breach {
    /// The token is not the bot's.
    Token,
    /// There is no such method.
    Method,
    /// The method exists at Telegram, and this emulator lacks it: extend the emulator.
    NotEmulated,
    /// A parameter is missing, malformed or names something that never existed.
    Request,
    /// Marked-up text that does not parse.
    Markup,
    /// Too long, too large, too many.
    Limit,
    /// The edit changes nothing.
    NotModified,
    /// Two ways or two processes of receiving updates at once.
    Conflict,
    /// More messages than the limits allow.
    Flood,
    /// The same method for the same chat before the end of the wait that a 429 asked for.
    Impatient,
    /// A button was answered too late or twice.
    LateAnswer,
    /// Accepted by Telegram, but outside what the documentation allows.
    Undocumented,
}

/// A rule that the client broke, as the test sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// When, by the emulator's clock, since 1970.
    pub at: Duration,
    /// The method called, in lower case as the server compares it.
    pub method: String,
    /// The kind of rule.
    pub breach: Breach,
    /// What was wrong, in Telegram's words where it answers with words.
    pub detail: String,
}

impl Refusal {
    fn new(code: u16, description: impl Into<String>, breach: Option<Breach>) -> Self {
        Self { code, description: description.into(), retry_after: None, migrate_to: None, breach }
    }

    /// 400 for a request that breaks a rule. `what` is the text after "Bad Request: ".
    pub(crate) fn bad(what: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", what.as_ref()), Some(Breach::Request))
    }

    /// 400 for something too long, too large or too many.
    pub(crate) fn limit(what: impl AsRef<str>) -> Self {
        Self { breach: Some(Breach::Limit), ..Self::bad(what) }
    }

    /// 400 for marked-up text; tdlib/td puts "Can't parse entities: " before the parser's words.
    pub(crate) fn markup(what: impl AsRef<str>) -> Self {
        Self { breach: Some(Breach::Markup), ..Self::bad(format!("can't parse entities: {}", what.as_ref())) }
    }

    /// 400 that the client could not foresee, such as a message that a person deleted.
    pub(crate) fn gone(what: impl AsRef<str>) -> Self {
        Self { breach: None, ..Self::bad(what) }
    }

    /// 403, which is what a person did, not what the client did.
    pub(crate) fn forbidden(what: impl AsRef<str>) -> Self {
        Self::new(403, format!("Forbidden: {}", what.as_ref()), None)
    }

    pub(crate) fn not_modified() -> Self {
        let what = "message is not modified: specified new message content and reply markup are exactly the same as \
                    a current content and reply markup of the message";
        Self { breach: Some(Breach::NotModified), ..Self::bad(what) }
    }

    pub(crate) fn late_answer(answered: bool) -> Self {
        // Telegram words an answer that is late and one that is repeated alike (QUERY_ID_INVALID in Client.cpp).
        let breach = if answered { Breach::LateAnswer } else { Breach::Request };
        let what = "query is too old and response timeout expired or query ID is invalid";
        Self { breach: Some(breach), ..Self::bad(what) }
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", Some(Breach::Token))
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "Not Found", Some(Breach::Token))
    }

    pub(crate) fn no_method() -> Self {
        Self::new(404, "Not Found: method not found", Some(Breach::Method))
    }

    pub(crate) fn not_emulated(method: &str) -> Self {
        Self::new(501, format!("Not Implemented: the emulator lacks {method}"), Some(Breach::NotEmulated))
    }

    pub(crate) fn conflict(what: &str) -> Self {
        Self::new(409, format!("Conflict: {what}"), Some(Breach::Conflict))
    }

    pub(crate) fn too_large() -> Self {
        Self::new(413, "Request Entity Too Large", Some(Breach::Limit))
    }

    pub(crate) fn too_many(retry_after: u64, breach: Option<Breach>) -> Self {
        let mut refusal = Self::new(429, format!("Too Many Requests: retry after {retry_after}"), breach);
        refusal.retry_after = Some(retry_after);
        refusal
    }

    pub(crate) fn server(code: u16) -> Self {
        let words = match code {
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            _ => "Internal Server Error",
        };
        Self::new(code, words, None)
    }

    pub(crate) fn migrated(to: ChatId) -> Self {
        let mut refusal = Self::gone("group chat was upgraded to a supergroup chat");
        refusal.migrate_to = Some(to);
        refusal
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({ "ok": false, "error_code": self.code, "description": self.description });
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({ "retry_after": seconds });
        }
        if let Some(chat) = self.migrate_to {
            body["parameters"] = json!({ "migrate_to_chat_id": chat.0 });
        }
        body
    }
}
