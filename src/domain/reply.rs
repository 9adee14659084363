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

impl Attachment {
    /// Whether it is a table to be read in the reply itself rather than opened.
    #[must_use]
    pub fn is_read_in_place(&self) -> bool {
        self.media_type == "text/plain"
    }
}

/// How a button looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonStyle {
    /// One way to go on.
    #[default]
    Plain,
    /// The way most people go on.
    Primary,
    /// It takes something away.
    Danger,
}

/// What a button asks to be written before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What is wanted, in a few words.
    pub title: String,
    /// What stands there to begin with.
    pub value: String,
}

/// A button, one for each offer of the turn, in their order. Pressing it takes the offer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// The text that takes the offer where there are no buttons.
    pub sends: String,
    /// How it looks.
    #[serde(default)]
    pub style: ButtonStyle,
    /// What it asks to be written first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
}

impl Button {
    /// A button that sends what it says.
    #[must_use]
    pub fn new(label: impl Into<String>) -> Self {
        let label = label.into();
        Self { sends: label.clone(), label, ..Self::default() }
    }
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
    /// Whether it takes the place of the message whose button was pressed, where the platform can do so; otherwise it
    /// stands below.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replaces: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
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
