//! A message that was misunderstood, and what it asked in truth. Nothing is fitted here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Intent, Language, ProfileId};

/// A message with the intent that an owner gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relabel {
    /// What was written.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// What it was taken for.
    pub taken_for: Intent,
    /// What it asked in truth.
    pub meant: Intent,
    /// Who wrote it: it is exported and forgotten with them.
    pub writer: Option<ProfileId>,
    /// When it was relabelled.
    pub at: Timestamp,
}
