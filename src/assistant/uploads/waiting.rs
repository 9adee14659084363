//! A file that waits for its sender's word: kept with what was guessed and changed, so that a restart loses nothing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{ProfileId, TableName};
use crate::facts::import::Mapping;
use crate::storage::{Collection, Document};

/// How far a file has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It waits.
    Open,
    /// It was brought in.
    Imported {
        /// The upload in the warehouse's log.
        upload: String,
    },
    /// It was thrown away.
    Cancelled,
}

/// A file that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// Its id: letters and digits.
    pub(super) id: String,
    /// Who sent it.
    pub(super) owner: ProfileId,
    /// Its name, as sent.
    pub(super) name: String,
    /// The hash of its content.
    pub(super) sha256: String,
    /// The table, where it is known.
    pub(super) table: Option<TableName>,
    /// What is taken for what, once the table is known.
    pub(super) mapping: Option<Mapping>,
    /// The upload that had brought the same content when this file came.
    pub(super) before: Option<String>,
    /// When it came.
    pub(super) at: Timestamp,
    /// How far it has come.
    pub(super) state: State,
}

impl Waiting {
    /// A file that was not looked into yet.
    pub(super) fn new(id: String, owner: ProfileId, name: &str, at: Timestamp) -> Self {
        let name = name.to_owned();
        Self {
            id,
            owner,
            name,
            sha256: String::new(),
            table: None,
            mapping: None,
            before: None,
            at,
            state: State::Open,
        }
    }
}

impl Document for Waiting {
    const COLLECTION: Collection = Collection::Uploads;

    fn id(&self) -> String {
        self.id.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        Some(self.owner.clone())
    }
}
