//! Messages as typed records, with their past. No wire format.

use std::time::Duration;

use super::super::text::entity::FormattedText;
use super::chat::ChatId;
use super::file::FileId;
use super::keyboard::ReplyMarkup;
use super::user::UserId;

/// Identifies a message within its chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(
    /// The number.
    pub i64,
);

/// What a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(
        /// The text.
        FormattedText,
    ),
    /// A picture.
    Photo {
        /// The file.
        file: FileId,
        /// Its caption, which may be empty.
        caption: FormattedText,
    },
    /// A file.
    Document {
        /// The file.
        file: FileId,
        /// Its caption, which may be empty.
        caption: FormattedText,
    },
    /// Something that happened in the chat.
    Service(
        /// What happened.
        Service,
    ),
}

/// Something that happened in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// People or the bot joined.
    Joined(
        /// Who.
        UserId,
    ),
    /// Someone left.
    Left(
        /// Who.
        UserId,
    ),
    /// The group became this supergroup.
    MigratedTo(
        /// The supergroup.
        ChatId,
    ),
    /// The supergroup was this group.
    MigratedFrom(
        /// The group.
        ChatId,
    ),
    /// A forum topic was made.
    TopicCreated(
        /// Its name.
        String,
    ),
}

/// How a link in a text is previewed (core.telegram.org/bots/api#linkpreviewoptions).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkPreview {
    /// No preview.
    pub disabled: bool,
    /// The address to preview instead of the first one.
    pub url: Option<String>,
    /// Above the text.
    pub above: bool,
    /// With a small picture.
    pub small: bool,
    /// With a large picture.
    pub large: bool,
}

/// What a message was before an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// When the edit came.
    pub until: Duration,
    /// The content before it.
    pub content: Content,
    /// The keyboard before it.
    pub markup: Option<ReplyMarkup>,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Id within the chat.
    pub id: MessageId,
    /// The chat.
    pub chat: ChatId,
    /// The forum topic.
    pub thread: Option<i64>,
    /// Who posted it.
    pub from: UserId,
    /// When, since 1970.
    pub at: Duration,
    /// What it says now.
    pub content: Content,
    /// The keyboard that came with it, or that it has now.
    pub markup: Option<ReplyMarkup>,
    /// The message of the same chat that it answers.
    pub reply_to: Option<MessageId>,
    /// The part of that message which is quoted.
    pub quote: Option<String>,
    /// Posted without a sound.
    pub silent: bool,
    /// Must not be forwarded.
    pub protected: bool,
    /// How its first link is previewed.
    pub preview: LinkPreview,
    /// The album it belongs to.
    pub album: Option<String>,
    /// The message it was forwarded from.
    pub forwarded_from: Option<(ChatId, MessageId)>,
    /// What it was before each edit, oldest first.
    pub revisions: Vec<Revision>,
    /// When it was deleted.
    pub deleted: Option<Duration>,
}

impl Message {
    /// The text or the caption, without markup.
    pub fn text(&self) -> &str {
        self.formatted().map_or("", |formatted| formatted.text.as_str())
    }

    /// The text or the caption with its entities; none in a service message.
    pub fn formatted(&self) -> Option<&FormattedText> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Photo { caption, .. } | Content::Document { caption, .. } => Some(caption),
            Content::Service(_) => None,
        }
    }

    /// The picture or file that it carries.
    pub fn file(&self) -> Option<&FileId> {
        match &self.content {
            Content::Photo { file, .. } | Content::Document { file, .. } => Some(file),
            Content::Text(_) | Content::Service(_) => None,
        }
    }

    /// The inline keyboard, if it has one.
    pub fn inline_keyboard(&self) -> Option<&[Vec<super::keyboard::Button>]> {
        match &self.markup {
            Some(ReplyMarkup::Inline(rows)) => Some(rows),
            _ => None,
        }
    }
}
