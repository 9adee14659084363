//! Records that are kept whole under an id: replies on their way, identities, schedules. Each belongs to a collection,
//! and perhaps to a person, with whom it is exported and forgotten.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Store, StoreError};
use crate::domain::{
    Alert, ConversationId, CustomerCode, Delivery, Digest, Handoff, Identity, LinkCode, Message, OpenHandoff, Profile,
    ProfileId, Relabel, Turn,
};

/// A collection of documents. The name is part of the key on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Collection {
    /// Messages that were received and not yet answered.
    Received,
    /// Replies on their way.
    Deliveries,
    /// Which account is which person.
    Identities,
    /// One-time codes that link accounts.
    LinkCodes,
    /// One-time codes that make accounts customers'.
    CustomerCodes,
    /// People who asked for a person of the team.
    Handoffs,
    /// Which of them is open for a person.
    OpenHandoffs,
    /// Files that wait to be imported.
    Uploads,
    /// Scheduled digests.
    Digests,
    /// Watches on figures.
    Alerts,
    /// Messages that were misunderstood, with what they asked in truth.
    Relabels,
}

impl Collection {
    /// Every collection.
    pub const ALL: &'static [Collection] = &[
        Collection::Received,
        Collection::Deliveries,
        Collection::Identities,
        Collection::LinkCodes,
        Collection::CustomerCodes,
        Collection::Handoffs,
        Collection::OpenHandoffs,
        Collection::Uploads,
        Collection::Digests,
        Collection::Alerts,
        Collection::Relabels,
    ];

    /// The name on disk and in exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Collection::Received => "received",
            Collection::Deliveries => "deliveries",
            Collection::Identities => "identities",
            Collection::LinkCodes => "link_codes",
            Collection::CustomerCodes => "customer_codes",
            Collection::Handoffs => "handoffs",
            Collection::OpenHandoffs => "open_handoffs",
            Collection::Uploads => "uploads",
            Collection::Digests => "digests",
            Collection::Alerts => "alerts",
            Collection::Relabels => "relabels",
        }
    }
}

/// A record as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id within its collection.
    pub id: String,
    /// Whose it is: what is exported and erased when they ask.
    pub owner: Option<ProfileId>,
    /// What it says.
    pub value: Value,
}

/// A type that is kept as a document.
pub trait Document: Serialize + DeserializeOwned {
    /// Where.
    const COLLECTION: Collection;

    /// Under which id.
    fn id(&self) -> String;

    /// Whose it is.
    fn owner(&self) -> Option<ProfileId>;
}

impl Document for Message {
    const COLLECTION: Collection = Collection::Received;

    fn id(&self) -> String {
        self.id.0.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        Some(self.from.profile())
    }
}

impl Document for Delivery {
    const COLLECTION: Collection = Collection::Deliveries;

    fn id(&self) -> String {
        self.id.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        None
    }
}

impl Document for Identity {
    const COLLECTION: Collection = Collection::Identities;

    fn id(&self) -> String {
        self.account.profile().0
    }

    fn owner(&self) -> Option<ProfileId> {
        Some(self.profile.clone())
    }
}

impl Document for LinkCode {
    const COLLECTION: Collection = Collection::LinkCodes;

    fn id(&self) -> String {
        self.code.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        Some(self.profile.clone())
    }
}

impl Document for CustomerCode {
    const COLLECTION: Collection = Collection::CustomerCodes;

    fn id(&self) -> String {
        self.code.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        None
    }
}

impl Document for Handoff {
    const COLLECTION: Collection = Collection::Handoffs;

    fn id(&self) -> String {
        self.id.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        Some(self.person.clone())
    }
}

impl Document for OpenHandoff {
    const COLLECTION: Collection = Collection::OpenHandoffs;

    fn id(&self) -> String {
        self.person.0.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        Some(self.person.clone())
    }
}

impl Document for Digest {
    const COLLECTION: Collection = Collection::Digests;

    fn id(&self) -> String {
        self.errand.id.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        Some(self.errand.owner.clone())
    }
}

impl Document for Alert {
    const COLLECTION: Collection = Collection::Alerts;

    fn id(&self) -> String {
        self.errand.id.clone()
    }

    fn owner(&self) -> Option<ProfileId> {
        Some(self.errand.owner.clone())
    }
}

impl Document for Relabel {
    const COLLECTION: Collection = Collection::Relabels;

    /// A text has one intent: its last label counts.
    fn id(&self) -> String {
        let digest = Sha256::digest(self.text.trim().to_lowercase());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    fn owner(&self) -> Option<ProfileId> {
        self.writer.clone()
    }
}

/// One thing to be written, together with others or not at all.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A profile is kept.
    Profile(Profile),
    /// A profile is forgotten; the turns stay (see [`Store::erase`]).
    NoProfile(ProfileId),
    /// A turn is appended to a conversation.
    Turn(ConversationId, Box<Turn>),
    /// A document is kept, in place of what had its id.
    Document(Collection, Record),
    /// A document is forgotten.
    NoDocument(Collection, String),
}

impl Change {
    /// Keeps a document.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn keep<D: Document>(document: &D) -> Result<Self, StoreError> {
        let value = serde_json::to_value(document).map_err(|error| StoreError::Database(Box::new(error)))?;
        Ok(Change::Document(D::COLLECTION, Record { id: document.id(), owner: document.owner(), value }))
    }

    /// Forgets a document.
    #[must_use]
    pub fn remove<D: Document>(id: &str) -> Self {
        Change::NoDocument(D::COLLECTION, id.to_owned())
    }
}

/// One document.
///
/// # Errors
/// When the database cannot be read or holds something else under this id.
pub fn find<D: Document>(store: &dyn Store, id: &str) -> Result<Option<D>, StoreError> {
    store.document(D::COLLECTION, id)?.map(read).transpose()
}

/// All documents of a kind, by id.
///
/// # Errors
/// When the database cannot be read. A document that this program cannot read is logged and left where it is.
pub fn all<D: Document>(store: &dyn Store) -> Result<Vec<D>, StoreError> {
    let records = store.documents(D::COLLECTION)?;
    Ok(records
        .into_iter()
        .filter_map(|record| {
            let id = record.id.clone();
            let document = read(record);
            if let Err(error) = &document {
                tracing::error!(collection = D::COLLECTION.name(), %id, %error, "a document cannot be read");
            }
            document.ok()
        })
        .collect())
}

fn read<D: Document>(record: Record) -> Result<D, StoreError> {
    serde_json::from_value(record.value).map_err(|error| StoreError::Database(Box::new(error)))
}
