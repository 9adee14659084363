//! Digests and alerts that the configuration says: made at the start, kept while it says them, gone when it does not.

use sha2::{Digest as _, Sha256};

use crate::domain::{
    Address, Content, Conversation, ConversationId, Destination, Errand, Language, Message, MessageId, Place, PlaceId,
    Platform, Profile, ProfileId, Role, UserId,
};
use crate::storage::{Change, StoreError};

use super::super::{Assistant, Hearing};
use super::item::Kind;
use super::{ClockError, Slots};

/// An entry of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// Whether it is a watch on a figure.
    pub is_alert: bool,
    /// What it says, in the words that would be said in a chat.
    pub words: String,
    /// Where it goes.
    pub to: PlaceId,
}

/// Why an entry of the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfiguredError {
    /// Its words say too little, or what nobody understands.
    #[error("[[{kind}]] {words:?} cannot be used: {reason}")]
    Words {
        /// "digest" or "alert".
        kind: &'static str,
        /// The entry's words.
        words: String,
        /// Why, as a person would be told in a chat.
        reason: String,
    },
    /// It could not be looked at.
    #[error("the digests and alerts of the configuration cannot be set up")]
    Failed(#[from] ClockError),
}

impl From<StoreError> for ConfiguredError {
    fn from(error: StoreError) -> Self {
        Self::Failed(ClockError::Store(error))
    }
}

impl Assistant {
    /// Makes what the configuration says and is not there yet, and removes what it does not say any more.
    ///
    /// # Errors
    /// When an entry cannot be understood, or the store fails. Nothing is changed then.
    pub fn configure(&self, entries: &[Configured]) -> Result<(), ConfiguredError> {
        let mut changes = Vec::new();
        let mut wanted = Vec::new();
        for entry in entries {
            let kind = if entry.is_alert { Kind::Alert } else { Kind::Digest };
            let id = id(entry);
            if self.item(kind, &id)?.is_none() && !wanted.contains(&id) {
                changes.push(self.configured(kind, &id, entry)?);
            }
            wanted.push(id);
        }
        for kind in [Kind::Digest, Kind::Alert] {
            let old = self.items_of(kind)?.into_iter();
            let gone = old.filter(|item| item.errand().is_configured && !wanted.contains(&item.errand().id));
            changes.extend(gone.map(|item| item.remove()));
        }
        if !changes.is_empty() {
            self.store.apply(&changes)?;
        }
        Ok(())
    }

    /// An entry as what is kept: its words said by an owner where it goes.
    fn configured(&self, kind: Kind, id: &str, entry: &Configured) -> Result<Change, ConfiguredError> {
        let wrong = |reason: String| ConfiguredError::Words { kind: kind.name(), words: entry.words.clone(), reason };
        let account = UserId { platform: Platform::Console, id: "config".to_owned() };
        let account = self.settings.people.owners.first().cloned().unwrap_or(account);
        let owner = ProfileId("config".to_owned());
        // Whoever writes the configuration says with it that figures may be shown there; "/role here" says otherwise.
        let place = Place::Shared { id: entry.to.clone(), viewers: Some(Role::Marketer) };
        let conversation = ConversationId(entry.to.to_string());
        let message = Message {
            id: MessageId(format!("config:{id}")),
            from: account.clone(),
            name: None,
            granted: None,
            conversation: conversation.clone(),
            branch: None,
            place: place.clone(),
            at: self.clock.now().timestamp(),
            content: Content::Text(entry.words.clone()),
            language: None,
            reply_to: Address { platform: entry.to.platform, route: String::new() },
        };
        let role = Role::Owner;
        let language: Language = crate::nlu::language::detect(&entry.words);
        let here = self.role_here(&Profile::new(owner.clone(), role), &place, None)?;
        let hearing = Hearing {
            message: &message,
            profile: Profile { role: here, ..Profile::new(owner.clone(), role) },
            own_role: role,
            conversation: Conversation::default(),
            language,
            now: self.clock.now(),
        };
        let outcome = match kind {
            Kind::Digest => self.make_digest(&entry.words, &hearing, None),
            Kind::Alert => self.make_alert(&entry.words, &Slots::default(), &hearing, None),
        };
        let outcome = outcome.map_err(|error| wrong(error.to_string()))?;
        let said = outcome.reply.words();
        let Some(Change::Document(collection, mut record)) = outcome.changes.into_iter().next() else {
            return Err(wrong(said));
        };
        // The errand is the same with the configuration as its owner.
        let errand = record.value.get("errand").cloned().and_then(|value| serde_json::from_value::<Errand>(value).ok());
        let errand = errand.ok_or_else(|| wrong(said))?;
        let errand = Errand {
            id: id.to_owned(),
            owner: owner.clone(),
            creator: account,
            destination: Destination::Place(entry.to.clone()),
            conversation,
            place,
            is_configured: true,
            ..errand
        };
        let errand = serde_json::to_value(&errand).map_err(|error| wrong(error.to_string()))?;
        if let Some(object) = record.value.as_object_mut() {
            object.insert("errand".to_owned(), errand);
        }
        record.id = id.to_owned();
        record.owner = Some(owner);
        Ok(Change::Document(collection, record))
    }
}

/// The id of an entry: the same words and place are the same entry after each start.
fn id(entry: &Configured) -> String {
    let text = format!("{}|{}|{}", entry.is_alert, entry.words.trim(), entry.to);
    let hash = Sha256::digest(text.as_bytes());
    format!("c-{}", hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>())
}
