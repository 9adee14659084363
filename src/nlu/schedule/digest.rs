//! A digest out of a message: when, where to, what it says.

use jiff::Zoned;

use super::clean::clean;
use super::cuts::Cuts;
use super::to::To;
use super::{content, to, when};
use crate::domain::Recurrence;

/// What a message says of a digest.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestWords {
    /// When it comes.
    pub when: Option<Recurrence>,
    /// Where it goes; where it was asked, if nothing is said.
    pub to: Option<To>,
    /// What it asks, as written.
    pub questions: Vec<String>,
    /// Whether what is unusual is told.
    pub unusual: bool,
    /// The words that say when and where to, without those that say what.
    pub frame: String,
}

impl DigestWords {
    /// Whether nothing is said of what it tells.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.questions.is_empty() && !self.unusual
    }
}

/// Reads a message that asks for a digest.
#[must_use]
pub fn digest(text: &str, now: &Zoned) -> DigestWords {
    let text = clean(text);
    let mut cuts = Cuts::default();
    let when = when::read(&text, now).map(|(when, read)| {
        cuts.extend(&read);
        when
    });
    let to = to::read(&text).map(|(to, read)| {
        cuts.extend(&read);
        to
    });
    let (questions, unusual) = content::questions(&cuts.rest(&text));
    DigestWords { when, to, questions, unusual, frame: cuts.read(&text) }
}
