//! Keeps profiles, conversations and what was seen. Only this folder knows databases.

mod error;

use crate::domain::{Conversation, ConversationId, MessageId, Profile, ProfileId, Turn};

pub use error::StoreError;

/// Keeps what must outlive the process. A call that returns `Ok` is on disk.
pub trait Store: Send + Sync {
    /// A profile.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn profile(&self, id: &ProfileId) -> Result<Option<Profile>, StoreError>;

    /// Keeps a profile.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn put_profile(&self, profile: &Profile) -> Result<(), StoreError>;

    /// The latest turns of a conversation, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn conversation(&self, id: &ConversationId, limit: usize) -> Result<Conversation, StoreError>;

    /// Appends a turn and marks its message as seen, both or neither.
    ///
    /// # Errors
    /// When the database cannot be written, or the message was seen before.
    fn append_turn(&self, id: &ConversationId, turn: &Turn) -> Result<(), StoreError>;

    /// The turn a message led to, where it was handled before.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn turn_of(&self, message: &MessageId) -> Result<Option<Turn>, StoreError>;
}
