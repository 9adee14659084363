//! Messages as they were posted, in types that a test can assert on. Only data; their JSON is in `wire`.

use axum::body::Bytes;
use serde::{Deserialize, Serialize};

use super::super::clock::Instant;
use super::super::ids::{AttachmentId, ChannelId, InteractionId, MessageId, UserId};

/// The documentation's «Message Flags» that the emulator acts on.
pub(crate) mod flags {
    pub(crate) const SUPPRESS_EMBEDS: u64 = 1 << 2;
    pub(crate) const HAS_THREAD: u64 = 1 << 5;
    pub(crate) const EPHEMERAL: u64 = 1 << 6;
    pub(crate) const LOADING: u64 = 1 << 7;
    pub(crate) const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
}

/// A message as it now is. A deleted one stays here, marked.
#[derive(Clone, Debug)]
pub struct Message {
    /// The message's number.
    pub id: MessageId,
    /// Where it is.
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: UserId,
    /// Its text.
    pub content: String,
    /// Its embeds.
    pub embeds: Vec<Embed>,
    /// Its rows of components.
    pub components: Vec<Row>,
    /// Its files, with their bytes.
    pub files: Vec<File>,
    /// The only user who sees it, for an ephemeral answer.
    pub ephemeral_to: Option<UserId>,
    /// The message that it replies to.
    pub reply_to: Option<MessageId>,
    /// The interaction that it answers.
    pub interaction: Option<InteractionId>,
    /// Whether people still see «is thinking …».
    pub loading: bool,
    /// How often it was edited.
    pub edits: u32,
    /// Whether it was deleted.
    pub deleted: bool,
    /// When it was sent, since 1970.
    pub sent_at: Instant,
    /// When it was last edited.
    pub edited_at: Option<Instant>,
    /// Emoji and who reacted with them.
    pub reactions: Vec<(String, UserId)>,
    /// The thread that was started from it.
    pub thread: Option<ChannelId>,
    /// Users whom its text mentions and who are notified, as far as `allowed_mentions` lets them be.
    pub mentions: Vec<UserId>,
    /// Whether it notifies everyone in the channel.
    pub mentions_everyone: bool,
    pub(crate) flags: u64,
    pub(crate) nonce: Option<serde_json::Value>,
}

impl Message {
    /// Every component of every row.
    pub fn all_components(&self) -> impl Iterator<Item = &Component> {
        self.components.iter().flat_map(|row| &row.components)
    }

    /// The component with this custom id.
    #[must_use]
    pub fn component(&self, custom_id: &str) -> Option<&Component> {
        self.all_components().find(|component| component.custom_id.as_deref() == Some(custom_id))
    }

    /// The component with this label.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Option<&Component> {
        self.all_components().find(|component| component.label.as_deref() == Some(label))
    }
}

/// A file of a message.
#[derive(Clone, Debug)]
pub struct File {
    /// The file's number.
    pub id: AttachmentId,
    /// Its name.
    pub filename: String,
    /// The media type that the uploader gave.
    pub content_type: Option<String>,
    /// What is in it.
    pub bytes: Bytes,
    /// The text for those who cannot see it.
    pub description: Option<String>,
    /// Where the emulator serves it.
    pub url: String,
    /// Whether it is shown inside an embed instead of below the message.
    pub embedded: bool,
}

/// The documentation's «Embed Structure».
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the documentation's own")]
pub struct Embed {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<EmbedFooter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<EmbedMedia>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<EmbedMedia>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<EmbedAuthor>,
    pub fields: Vec<EmbedField>,
}

/// The line below an embed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the documentation's own")]
pub struct EmbedFooter {
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// An image or thumbnail of an embed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the documentation's own")]
pub struct EmbedMedia {
    pub url: String,
}

/// The line above an embed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the documentation's own")]
pub struct EmbedAuthor {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
}

/// One field of an embed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the documentation's own")]
pub struct EmbedField {
    pub name: String,
    pub value: String,
    #[serde(default)]
    pub inline: bool,
}

/// An action row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    /// What is in the row.
    pub components: Vec<Component>,
}

/// A button, a select menu or a text input, as its `kind` says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the documentation's own")]
pub struct Component {
    /// The documentation's «Component Types»: 2 is a button, 3 a string select, 4 a text input, 5 to 8 other selects.
    #[serde(rename = "type")]
    pub kind: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub style: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<SelectOption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_values: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_values: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

impl Component {
    /// Whether it is a button.
    #[must_use]
    pub fn is_button(&self) -> bool {
        self.kind == 2
    }

    /// Whether it is a select menu of any type.
    #[must_use]
    pub fn is_select(&self) -> bool {
        matches!(self.kind, 3 | 5..=8)
    }
}

/// One choice of a string select.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are the documentation's own")]
pub struct SelectOption {
    pub label: String,
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji: Option<serde_json::Value>,
    #[serde(rename = "default")]
    pub selected: bool,
}
