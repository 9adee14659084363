//! Who may see what.

use serde::{Deserialize, Serialize};

/// What a person is to the company. Ordered: each role may do all that the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees their own data only.
    Customer,
    /// Sees figures and groups.
    Marketer,
    /// Sees single customers and brings data in.
    Analyst,
    /// Gives roles and changes settings.
    Owner,
}

impl Role {
    /// Every role, least first.
    pub const ALL: &'static [Role] = &[Role::Customer, Role::Marketer, Role::Analyst, Role::Owner];

    /// The name used on the command line and on disk.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Customer => "customer",
            Role::Marketer => "marketer",
            Role::Analyst => "analyst",
            Role::Owner => "owner",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|role| role.name() == name)
            .ok_or_else(|| format!("no role is called {name:?}; there are owner, analyst, marketer and customer"))
    }
}
