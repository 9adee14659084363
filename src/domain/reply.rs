//! What goes out: rendered for people, not yet for one platform's limits.

use serde::{Deserialize, Serialize};

/// A file or picture that goes with a reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its file name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// What it shows, in plain characters, for channels that cannot show it.
    pub text: String,
}

/// A button. Pressing it sends its text as if it had been typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// What it sends.
    pub sends: String,
}

/// A reply to one message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The words, line by line; the first line is the answer. Light Markdown: `**bold**` only.
    pub lines: Vec<String>,
    /// Charts and files.
    pub attachments: Vec<Attachment>,
    /// What may be pressed.
    pub buttons: Vec<Button>,
}

impl Reply {
    /// A reply of words alone.
    #[must_use]
    pub fn text(line: impl Into<String>) -> Self {
        Self { lines: vec![line.into()], ..Self::default() }
    }

    /// All its words.
    #[must_use]
    pub fn words(&self) -> String {
        self.lines.join("\n")
    }
}
