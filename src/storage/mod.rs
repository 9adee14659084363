//! Keeps profiles, conversations, settings and what was seen. Only this folder knows databases.

mod error;
mod keys;
mod wire;
mod folder;
mod sled_store;
mod memory;
mod documents;
mod export;

use std::path::Path;
use std::sync::Arc;

use crate::domain::{Conversation, ConversationId, MessageId, Profile, ProfileId, Turn};

pub use documents::{Change, Collection, Document, Record, all, find};
pub use error::StoreError;
pub use export::{Imported, export, export_profile, import};

/// The version of the database's layout that this program writes, and the newest that it reads.
pub const SCHEMA_VERSION: u32 = 2;

/// Keeps what must outlive the process. A call that returns `Ok` is on disk. Bytes of attachments are not kept.
///
/// Every method fails when the database cannot be read or written, and with [`StoreError::Damaged`] when it holds a
/// value that cannot be what was written.
pub trait Store: Send + Sync {
    /// The version of the layout it is kept in.
    fn schema_version(&self) -> u32;

    /// A profile.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn profile(&self, id: &ProfileId) -> Result<Option<Profile>, StoreError>;

    /// Keeps a profile.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn put_profile(&self, profile: &Profile) -> Result<(), StoreError> {
        self.apply(&[Change::Profile(profile.clone())])
    }

    /// Writes all changes, or none of them. The message of a turn counts as seen from then on.
    ///
    /// # Errors
    /// When the database cannot be written, or with [`StoreError::AlreadySeen`] where a turn's message was seen before.
    fn apply(&self, changes: &[Change]) -> Result<(), StoreError>;

    /// A document.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn document(&self, collection: Collection, id: &str) -> Result<Option<Record>, StoreError>;

    /// All documents of a collection, by id.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn documents(&self, collection: Collection) -> Result<Vec<Record>, StoreError>;

    /// The ids of all profiles, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn profile_ids(&self) -> Result<Vec<ProfileId>, StoreError>;

    /// The ids of all conversations that have turns, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn conversation_ids(&self) -> Result<Vec<ConversationId>, StoreError>;

    /// The latest turns of a conversation, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn conversation(&self, id: &ConversationId, limit: usize) -> Result<Conversation, StoreError>;

    /// Appends a turn and marks its message as seen, both or neither.
    ///
    /// # Errors
    /// When the database cannot be written, or the message was seen before.
    fn append_turn(&self, id: &ConversationId, turn: &Turn) -> Result<(), StoreError> {
        self.apply(&[Change::Turn(id.clone(), Box::new(turn.clone()))])
    }

    /// The turn a message led to, where it was handled before.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn turn_of(&self, message: &MessageId) -> Result<Option<Turn>, StoreError>;

    /// Forgets a conversation with all its turns and the marks of its messages. How many turns that were.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn forget(&self, id: &ConversationId) -> Result<usize, StoreError>;

    /// Forgets a person: the profile, every document that is theirs, and every turn that began with a message of theirs,
    /// in whatever conversation.
    /// Nothing returns them any more; in the database's files the bytes stay until sled writes over them, or everything
    /// is exported into a new store and the old folder is removed.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn erase(&self, id: &ProfileId) -> Result<Erased, StoreError>;

    /// A setting.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn setting(&self, name: &str) -> Result<Option<serde_json::Value>, StoreError>;

    /// Keeps a setting, or forgets it.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn put_setting(&self, name: &str, value: Option<&serde_json::Value>) -> Result<(), StoreError>;

    /// The names of all settings, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn setting_names(&self) -> Result<Vec<String>, StoreError>;
}

/// What was erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    /// Whether there was a profile.
    pub profile: bool,
    /// How many turns.
    pub turns: usize,
    /// How many documents.
    pub documents: usize,
}

/// Opens a store, or makes a new one: `sled:PATH` keeps it in a folder, `memory:` until the process ends.
///
/// # Errors
/// When the store is newer than this program, damaged or in use; it is then left exactly as it is.
pub fn open(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match parse(url)? {
        None => Ok(Arc::new(memory::MemoryStore::default())),
        Some(path) => Ok(Arc::new(sled_store::SledStore::open(path, true)?)),
    }
}

/// Opens a store that is there already.
///
/// # Errors
/// As [`open`], and [`StoreError::Missing`] where there is none; none is made then.
pub fn open_existing(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match parse(url)? {
        None => Err(StoreError::Missing { path: url.to_owned() }),
        Some(path) => Ok(Arc::new(sled_store::SledStore::open(path, false)?)),
    }
}

/// The folder a URL names, `None` for memory.
fn parse(url: &str) -> Result<Option<&Path>, StoreError> {
    match url.split_once(':') {
        Some(("memory", "")) => Ok(None),
        Some(("sled", path)) if !path.is_empty() => Ok(Some(Path::new(path))),
        _ => Err(StoreError::UnknownUrl(url.to_owned())),
    }
}
