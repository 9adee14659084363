//! What came in.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Command, ConversationId, Intent, Language, ProfileId, Role};

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// A terminal.
    Console,
    /// Discord.
    Discord,
    /// Telegram.
    Telegram,
    /// The scheduler.
    Clock,
}

impl Platform {
    /// The name that people know it by.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Platform::Console => "the console",
            Platform::Discord => "Discord",
            Platform::Telegram => "Telegram",
            Platform::Clock => "the clock",
        }
    }

    /// The name used in ids.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Platform::Console => "console",
            Platform::Discord => "discord",
            Platform::Telegram => "telegram",
            Platform::Clock => "clock",
        }
    }
}

/// The id of a message, unique over all platforms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MessageId(pub String);

/// A person's id on one platform.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UserId {
    /// The platform.
    pub platform: Platform,
    /// The id there.
    pub id: String,
}

impl UserId {
    /// The profile this person has until it is linked to another.
    #[must_use]
    pub fn profile(&self) -> ProfileId {
        ProfileId(format!("{}:{}", self.platform.name(), self.id))
    }
}

/// Where on a platform people talk: a channel, a group, a thread of one. Unique over all platforms.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlaceId {
    /// The platform.
    pub platform: Platform,
    /// The id there, as the platform's adapter writes it.
    pub id: String,
}

impl std::fmt::Display for PlaceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.platform.name(), self.id)
    }
}

/// Who reads along where a message was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Nobody but this person.
    Private,
    /// Whoever may see the place.
    Shared {
        /// Which place.
        id: PlaceId,
        /// What the least privileged of its viewers may see, where the platform can tell.
        viewers: Option<Role>,
    },
}

/// Where a conversation branched off: a thread made of a message goes on with what was said up to that message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// The place that the thread hangs on: what an owner said of it holds in the thread too.
    pub place: PlaceId,
    /// The conversation there.
    pub conversation: ConversationId,
    /// The message that the thread was made of.
    pub turn: MessageId,
}

/// The way to one message, so that it can be answered. Only the adapter that wrote it reads it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The platform.
    pub platform: Platform,
    /// The way there, in the adapter's own form.
    pub route: String,
}

impl Address {
    /// The terminal in front of which somebody sits: what is said there needs no way back.
    pub const TERMINAL: Address = Address { platform: Platform::Console, route: String::new() };
}

/// A file that somebody sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// Its name, as sent.
    pub name: String,
    /// How large it is said to be, in bytes.
    pub bytes: u64,
    /// Where its content is.
    pub at: FileAt,
}

/// Where a sent file's content is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileAt {
    /// Still with the platform; the text is the adapter's own.
    Platform(String),
    /// On this machine.
    Disk(PathBuf),
    /// Nowhere: it is larger than can be taken.
    TooLarge {
        /// How large it may be, in bytes.
        limit: u64,
    },
    /// Nowhere: it could not be fetched.
    Lost,
}

/// What a message holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Words.
    Text(String),
    /// A command whose intent is fixed; its words say the rest ("revenue, next 8 weeks").
    Asked {
        /// What is asked.
        intent: Intent,
        /// The words that its slots are read from.
        text: String,
    },
    /// A command about Herald itself.
    Command {
        /// Which.
        command: Command,
        /// What stands behind it.
        words: String,
    },
    /// A pressed button or a chosen entry.
    Choice {
        /// The message whose reply offered it.
        turn: MessageId,
        /// Which of the turn's offers, from 0.
        offer: usize,
        /// What was written into the button's form, where it has one.
        written: Option<String>,
    },
    /// A file, perhaps with words beside it.
    File {
        /// The file.
        file: SentFile,
        /// The words beside it.
        text: String,
    },
}

/// A message that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id; a message handled twice is answered once. At most 56 bytes, for the buttons that name it.
    pub id: MessageId,
    /// Who wrote it.
    pub from: UserId,
    /// What the writer is called there.
    pub name: Option<String>,
    /// The role that the platform's own groups give the writer, where the configuration maps them.
    pub granted: Option<Role>,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// The conversation that this one branched off.
    pub branch: Option<Branch>,
    /// Who reads along.
    pub place: Place,
    /// When it was received.
    pub at: Timestamp,
    /// What it holds.
    pub content: Content,
    /// The language that the platform says its writer uses.
    pub language: Option<Language>,
    /// Where the reply goes.
    pub reply_to: Address,
}

impl Message {
    /// Words typed at a terminal.
    #[must_use]
    pub fn typed(id: &str, user: &str, conversation: &str, at: Timestamp, text: impl Into<String>) -> Self {
        Self {
            id: MessageId(id.to_owned()),
            from: UserId { platform: Platform::Console, id: user.to_owned() },
            name: None,
            granted: None,
            conversation: ConversationId(format!("console:{conversation}")),
            branch: None,
            place: Place::Private,
            at,
            content: Content::Text(text.into()),
            language: None,
            reply_to: Address::TERMINAL,
        }
    }

    /// Its words; empty where it has none.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Text(text) | Content::Asked { text, .. } | Content::File { text, .. } => text,
            Content::Command { words, .. } => words,
            Content::Choice { written, .. } => written.as_deref().unwrap_or_default(),
        }
    }
}
