//! The rules of a message's body, for creating, editing and answering. Emptiness depends on what is there already
//! and is checked on posting.

use serde::Deserialize;
use serde_json::Value;

use super::super::ids::{AttachmentId, ChannelId, MessageId};
use super::super::rest::{Body, Refusal, Upload};
use super::super::world::{Embed, Row, flags};
use super::component::check_components;
use super::embed::check_embeds;
use super::form::Form;

/// IS_COMPONENTS_V2, which changes what a message may contain and is not emulated.
const COMPONENTS_V2: u64 = 1 << 15;

/// What the body is for: the allowed flags differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A message of the bot in a channel.
    Create,
    /// A change to any message.
    Edit,
    /// An answer or follow-up to an interaction, which may be ephemeral.
    Answer,
}

/// A checked body. `None` is what the body did not name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Embed>>,
    pub(crate) components: Option<Vec<Row>>,
    /// Which of the files that are there stay.
    pub(crate) kept: Option<Vec<AttachmentId>>,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) flags: u64,
    pub(crate) reply: Option<Reply>,
    pub(crate) nonce: Option<Value>,
    pub(crate) enforce_nonce: bool,
    /// Whom the message may notify; everyone whom it names, if nothing is said.
    pub(crate) allowed_mentions: Option<AllowedMentions>,
}

/// «Allowed Mentions Object».
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AllowedMentions {
    pub(crate) parse: Vec<String>,
    pub(crate) users: Vec<String>,
    pub(crate) replied_user: bool,
}

/// The message that a draft replies to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reply {
    pub(crate) to: MessageId,
    pub(crate) channel: Option<ChannelId>,
    pub(crate) must_exist: bool,
}

/// Checks a message within a body: the body itself, or the `data` of an interaction callback.
pub(crate) fn check_message(
    data: &Value,
    body: &Body,
    purpose: Purpose,
    file_limit_bytes: usize,
) -> Result<Draft, Refusal> {
    if body.uploads.iter().any(|upload| upload.bytes.len() > file_limit_bytes) {
        return Err(Refusal::TooLarge);
    }
    if body.uploads.len() > 10 {
        return Err(Refusal::TooManyFiles);
    }
    let mut form = Form::default();
    form.text("content", &data["content"], 0..=2000);
    check_embeds(&mut form, &data["embeds"]);
    check_components(&mut form, &data["components"]);
    let bits = check_flags(&mut form, &data["flags"], purpose);
    check_mentions(&mut form, &data["allowed_mentions"]);
    let (kept, uploads) = match_attachments(&mut form, &data["attachments"], &body.uploads, purpose);
    match &data["nonce"] {
        Value::Null | Value::Number(_) => {}
        nonce => form.text("nonce", nonce, 0..=25),
    }
    for missing in ["poll", "sticker_ids"] {
        if data[missing].as_array().is_none_or(|list| !list.is_empty()) && !data[missing].is_null() {
            form.refuse(missing, "NOT_EMULATED", "the emulator has no polls and no stickers");
        }
    }
    let reply = check_reply(&mut form, &data["message_reference"]);
    form.finish()?;
    let typed = |key: &str, error: serde_json::Error| Form::one(key, "MODEL_TYPE_CONVERT", error.to_string());
    Ok(Draft {
        content: data.get("content").map(|content| content.as_str().unwrap_or_default().to_owned()),
        embeds: listed(data, "embeds").map_err(|error| typed("embeds", error))?,
        components: listed(data, "components").map_err(|error| typed("components", error))?,
        kept,
        uploads,
        flags: bits,
        reply,
        nonce: data.get("nonce").filter(|nonce| !nonce.is_null()).cloned(),
        enforce_nonce: data["enforce_nonce"].as_bool() == Some(true),
        allowed_mentions: match &data["allowed_mentions"] {
            Value::Null => None,
            given => Some(serde_json::from_value(given.clone()).map_err(|error| typed("allowed_mentions", error))?),
        },
    })
}

/// A list that the body names; null is an empty one.
fn listed<T: serde::de::DeserializeOwned>(data: &Value, key: &str) -> Result<Option<Vec<T>>, serde_json::Error> {
    match data.get(key) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(Vec::new())),
        Some(list) => serde_json::from_value(list.clone()).map(Some),
    }
}

fn check_flags(form: &mut Form, value: &Value, purpose: Purpose) -> u64 {
    let bits = form.integer("flags", value, 0..=i64::from(u32::MAX)).unwrap_or(0).unsigned_abs();
    let settable = match purpose {
        Purpose::Create => flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS,
        Purpose::Edit => flags::SUPPRESS_EMBEDS,
        Purpose::Answer => flags::SUPPRESS_EMBEDS | flags::SUPPRESS_NOTIFICATIONS | flags::EPHEMERAL,
    };
    if bits & COMPONENTS_V2 != 0 {
        form.refuse("flags", "NOT_EMULATED", "the emulator has no components V2");
    } else if bits & !settable != 0 {
        form.refuse("flags", "MESSAGE_FLAGS_INVALID", "These flags cannot be set here");
    }
    bits & settable
}

/// «Allowed Mentions Object»: a type in `parse` excludes its own list, and lists have 100 entries.
fn check_mentions(form: &mut Form, value: &Value) {
    if value.is_null() {
        return;
    }
    let parse = form.list("allowed_mentions.parse", &value["parse"], 0..=3).to_vec();
    for (index, kind) in parse.iter().enumerate() {
        if !matches!(kind.as_str(), Some("roles" | "users" | "everyone")) {
            form.not_one_of(&format!("allowed_mentions.parse.{index}"), "'roles', 'users', 'everyone'");
        }
    }
    for kind in ["users", "roles"] {
        let list = form.list(&format!("allowed_mentions.{kind}"), &value[kind], 0..=100);
        if !list.is_empty() && parse.iter().any(|one| one.as_str() == Some(kind)) {
            let message = format!("parse:[\"{kind}\"] and {kind}: [ids...] are mutually exclusive.");
            form.refuse("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message);
        }
    }
}

/// Matches `attachments` with the uploaded files: each entry names a file by its number or one that is there.
fn match_attachments(
    form: &mut Form,
    value: &Value,
    uploads: &[Upload],
    purpose: Purpose,
) -> (Option<Vec<AttachmentId>>, Vec<Upload>) {
    if value.is_null() {
        return (None, uploads.to_vec());
    }
    let mut kept = Vec::new();
    let mut listed: Vec<Upload> = Vec::new();
    for (index, entry) in form.list("attachments", value, 0..=10).iter().enumerate() {
        let id = entry["id"].as_u64().or_else(|| entry["id"].as_str().and_then(|text| text.parse().ok()));
        form.text(&format!("attachments.{index}.description"), &entry["description"], 0..=1024);
        let Some(id) = id else {
            form.required(&format!("attachments.{index}.id"));
            continue;
        };
        if let Some(upload) = uploads.iter().find(|upload| upload.index == id) {
            let mut upload = upload.clone();
            upload.description = entry["description"].as_str().map(ToOwned::to_owned);
            if let Some(name) = entry["filename"].as_str() {
                name.clone_into(&mut upload.filename);
            }
            listed.push(upload);
        } else if purpose == Purpose::Edit {
            kept.push(AttachmentId(id));
        } else {
            let message = "The attachment has no uploaded file";
            form.refuse(&format!("attachments.{index}.id"), "MESSAGE_ATTACHMENT_NOT_FOUND", message);
        }
    }
    // A new message takes every file; an edit takes only those that are listed («Editing Message Attachments»).
    if purpose != Purpose::Edit {
        let unlisted = uploads.iter().filter(|upload| listed.iter().all(|other| other.index != upload.index));
        let unlisted: Vec<Upload> = unlisted.cloned().collect();
        listed.extend(unlisted);
    }
    (Some(kept), listed)
}

fn check_reply(form: &mut Form, value: &Value) -> Option<Reply> {
    if value.is_null() {
        return None;
    }
    if value["type"].as_u64().is_some_and(|kind| kind != 0) {
        form.refuse("message_reference.type", "NOT_EMULATED", "the emulator has no forwarding");
    }
    let number = |key: &str| value[key].as_str().and_then(|text| text.parse::<u64>().ok()).or(value[key].as_u64());
    let Some(to) = number("message_id") else {
        form.required("message_reference.message_id");
        return None;
    };
    let must_exist = value["fail_if_not_exists"].as_bool() != Some(false);
    Some(Reply { to: MessageId(to), channel: number("channel_id").map(ChannelId), must_exist })
}
