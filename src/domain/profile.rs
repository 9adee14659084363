//! Who somebody is to Herald.

use serde::{Deserialize, Serialize};

use super::{Language, Role};

/// The id of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProfileId(pub String);

/// A person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The id.
    pub id: ProfileId,
    /// What they may see.
    pub role: Role,
    /// The customer they are, where they are one.
    #[serde(default)]
    pub customer: Option<String>,
    /// The language they want to be answered in, where they said.
    #[serde(default)]
    pub language: Option<Language>,
}
