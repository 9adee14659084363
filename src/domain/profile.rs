//! Who somebody is to Herald.

use serde::{Deserialize, Serialize};

use super::{Language, Role};

/// The id of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProfileId(pub String);

/// What a person can be sent without having asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// New products, offers, recommendations.
    Offers,
    /// Questions about how something was.
    Surveys,
}

impl Topic {
    /// Every topic.
    pub const ALL: &'static [Topic] = &[Topic::Offers, Topic::Surveys];

    /// The name used in prompts and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Topic::Offers => "offers",
            Topic::Surveys => "surveys",
        }
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The id.
    pub id: ProfileId,
    /// What they may see.
    pub role: Role,
    /// Whether an owner gave the role; otherwise a platform's own groups may raise it.
    #[serde(default)]
    pub role_given: bool,
    /// What they are called.
    #[serde(default)]
    pub name: Option<String>,
    /// What they do not want to be sent.
    #[serde(default)]
    pub muted: Vec<Topic>,
    /// The customer they are, where they are one.
    #[serde(default)]
    pub customer: Option<String>,
    /// The language they want to be answered in, where they said.
    #[serde(default)]
    pub language: Option<Language>,
}

impl Profile {
    /// Somebody who is not known yet.
    #[must_use]
    pub fn new(id: ProfileId, role: Role) -> Self {
        Self { id, role, role_given: false, name: None, muted: Vec::new(), customer: None, language: None }
    }
}
