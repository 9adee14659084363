//! A store that lives as long as the process: for tests, demonstrations and single questions.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::{Change, Collection, Erased, Record, SCHEMA_VERSION, Store, StoreError};
use crate::domain::{Conversation, ConversationId, MessageId, Profile, ProfileId, Turn};

/// A store in memory.
#[derive(Debug, Default)]
pub(super) struct MemoryStore {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    profiles: BTreeMap<ProfileId, Profile>,
    conversations: BTreeMap<ConversationId, Vec<Turn>>,
    /// The conversation each seen message belongs to.
    seen: BTreeMap<MessageId, ConversationId>,
    settings: BTreeMap<String, Value>,
    documents: BTreeMap<(Collection, String), Record>,
}

impl MemoryStore {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Every change below is one step, so what a panicking thread left behind is whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn schema_version(&self) -> u32 {
        SCHEMA_VERSION
    }

    fn profile(&self, id: &ProfileId) -> Result<Option<Profile>, StoreError> {
        Ok(self.kept().profiles.get(id).cloned())
    }

    fn profile_ids(&self) -> Result<Vec<ProfileId>, StoreError> {
        Ok(self.kept().profiles.keys().cloned().collect())
    }

    fn conversation_ids(&self) -> Result<Vec<ConversationId>, StoreError> {
        Ok(self.kept().conversations.keys().cloned().collect())
    }

    fn conversation(&self, id: &ConversationId, limit: usize) -> Result<Conversation, StoreError> {
        let kept = self.kept();
        let turns = kept.conversations.get(id).map_or(&[][..], Vec::as_slice);
        Ok(Conversation { turns: turns[turns.len().saturating_sub(limit)..].to_vec() })
    }

    fn apply(&self, changes: &[Change]) -> Result<(), StoreError> {
        let mut kept = self.kept();
        let mut new = std::collections::BTreeSet::new();
        for change in changes {
            if let Change::Turn(_, turn) = change
                && (kept.seen.contains_key(&turn.message) || !new.insert(turn.message.clone()))
            {
                return Err(StoreError::AlreadySeen(turn.message.0.clone()));
            }
        }
        for change in changes {
            match change.clone() {
                Change::Profile(profile) => {
                    kept.profiles.insert(profile.id.clone(), profile);
                }
                Change::NoProfile(id) => {
                    kept.profiles.remove(&id);
                }
                Change::Turn(id, mut turn) => {
                    for attachment in &mut turn.reply.attachments {
                        attachment.bytes = Vec::new();
                    }
                    kept.seen.insert(turn.message.clone(), id.clone());
                    kept.conversations.entry(id).or_default().push(*turn);
                }
                Change::Document(collection, record) => {
                    kept.documents.insert((collection, record.id.clone()), record);
                }
                Change::NoDocument(collection, id) => {
                    kept.documents.remove(&(collection, id));
                }
            }
        }
        Ok(())
    }

    fn document(&self, collection: Collection, id: &str) -> Result<Option<Record>, StoreError> {
        Ok(self.kept().documents.get(&(collection, id.to_owned())).cloned())
    }

    fn documents(&self, collection: Collection) -> Result<Vec<Record>, StoreError> {
        let kept = self.kept();
        let of_it = kept.documents.iter().filter(|((other, _), _)| *other == collection);
        Ok(of_it.map(|(_, record)| record.clone()).collect())
    }

    fn turn_of(&self, message: &MessageId) -> Result<Option<Turn>, StoreError> {
        let kept = self.kept();
        let turns = kept.seen.get(message).and_then(|id| kept.conversations.get(id));
        Ok(turns.and_then(|turns| turns.iter().find(|turn| turn.message == *message)).cloned())
    }

    fn forget(&self, id: &ConversationId) -> Result<usize, StoreError> {
        let mut kept = self.kept();
        let turns = kept.conversations.remove(id).unwrap_or_default();
        for turn in &turns {
            kept.seen.remove(&turn.message);
        }
        Ok(turns.len())
    }

    fn erase(&self, id: &ProfileId) -> Result<Erased, StoreError> {
        let mut kept = self.kept();
        let profile = kept.profiles.remove(id).is_some();
        let mut messages = Vec::new();
        kept.conversations.retain(|_, turns| {
            turns.retain(|turn| {
                let theirs = turn.from.as_ref() == Some(id);
                if theirs {
                    messages.push(turn.message.clone());
                }
                !theirs
            });
            !turns.is_empty()
        });
        for message in &messages {
            kept.seen.remove(message);
        }
        let before = kept.documents.len();
        kept.documents.retain(|_, record| record.owner.as_ref() != Some(id));
        Ok(Erased { profile, turns: messages.len(), documents: before - kept.documents.len() })
    }

    fn setting(&self, name: &str) -> Result<Option<Value>, StoreError> {
        Ok(self.kept().settings.get(name).cloned())
    }

    fn put_setting(&self, name: &str, value: Option<&Value>) -> Result<(), StoreError> {
        let mut kept = self.kept();
        match value {
            Some(value) => kept.settings.insert(name.to_owned(), value.clone()),
            None => kept.settings.remove(name),
        };
        Ok(())
    }

    fn setting_names(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.kept().settings.keys().cloned().collect())
    }
}
