//! Everything as JSON Lines, out of any store and into any store. One line holds one entry, its kind and its version;
//! the last one says how many entries there are, so that a file that was cut is known.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire::{DocumentWire, ProfileWire, SettingWire, TurnWire, Wire, from_json};
use super::{Change, Collection, Record, SCHEMA_VERSION, Store, StoreError};
use crate::domain::{ConversationId, Profile, ProfileId, Turn};

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Profiles that are new or were changed.
    pub profiles: usize,
    /// Settings that are new or were changed.
    pub settings: usize,
    /// Documents that are new or were changed.
    pub documents: usize,
    /// Turns that are new.
    pub turns: usize,
    /// Entries that were there already.
    pub unchanged: usize,
}

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Line {
    /// The first line of a whole export.
    Herald {
        schema: u32,
        /// Whether a last line closes it.
        #[serde(default)]
        closed: bool,
    },
    /// A profile.
    Profile { version: u8, value: Value },
    /// A setting.
    Setting { version: u8, name: String, value: Value },
    /// A turn, after those that came before it in its conversation.
    Turn { version: u8, conversation: String, value: Value },
    /// A document of a collection, perhaps somebody's.
    Document { version: u8, collection: String, id: String, value: Value },
    /// The last line of a whole export.
    End { entries: usize },
}

/// A line that was read, ready to be kept.
enum Entry {
    Profile(Profile),
    Setting(String, Value),
    Turn(ConversationId, Box<Turn>),
    Document(Collection, Record),
}

/// Writes everything.
///
/// # Errors
/// When the store cannot be read or the writer fails.
pub fn export(store: &dyn Store, mut to: impl Write) -> Result<(), StoreError> {
    put(&mut to, &Line::Herald { schema: store.schema_version(), closed: true })?;
    let mut entries = 0;
    for id in store.profile_ids()? {
        if let Some(profile) = store.profile(&id)? {
            put_profile(&mut to, &profile)?;
            entries += 1;
        }
    }
    for name in store.setting_names()? {
        if let Some(value) = store.setting(&name)? {
            let value = json(&SettingWire { value })?;
            put(&mut to, &Line::Setting { version: SettingWire::version(), name, value })?;
            entries += 1;
        }
    }
    for collection in Collection::ALL {
        for record in store.documents(*collection)? {
            put_document(&mut to, *collection, record)?;
            entries += 1;
        }
    }
    for id in store.conversation_ids()? {
        for turn in store.conversation(&id, usize::MAX)?.turns {
            put_turn(&mut to, &id, &turn)?;
            entries += 1;
        }
    }
    put(&mut to, &Line::End { entries })?;
    to.flush().map_err(failed)
}

/// Writes what is kept of one person: the profile, their documents, and the turns that began with a
/// message of theirs. How many lines.
///
/// # Errors
/// When the store cannot be read or the writer fails.
pub fn export_profile(store: &dyn Store, id: &ProfileId, mut to: impl Write) -> Result<usize, StoreError> {
    let mut lines = 0;
    if let Some(profile) = store.profile(id)? {
        put_profile(&mut to, &profile)?;
        lines += 1;
    }
    for collection in Collection::ALL {
        for record in store.documents(*collection)? {
            if record.owner.as_ref() == Some(id) {
                put_document(&mut to, *collection, record)?;
                lines += 1;
            }
        }
    }
    for conversation in store.conversation_ids()? {
        for turn in store.conversation(&conversation, usize::MAX)?.turns {
            if turn.from.as_ref() == Some(id) {
                put_turn(&mut to, &conversation, &turn)?;
                lines += 1;
            }
        }
    }
    to.flush().map_err(failed)?;
    Ok(lines)
}

/// Reads an export into a store. What is there already stays, so doing it twice changes nothing more; a profile or
/// setting of the same name takes the value of the export. All of it is read before anything is kept.
///
/// # Errors
/// [`StoreError::BadLine`] with the number of the line that cannot be read, [`StoreError::Cut`] where the end of a whole
/// export is gone; when the store cannot be written or the reader fails.
pub fn import(store: &dyn Store, from: impl BufRead) -> Result<Imported, StoreError> {
    let mut done = Imported::default();
    for entry in read(from)? {
        keep(store, entry, &mut done)?;
    }
    Ok(done)
}

fn read(mut from: impl BufRead) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    let mut is_open = false;
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        if from.read_until(b'\n', &mut bytes).map_err(failed)? == 0 {
            break;
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(&bytes) {
            Ok(Line::Herald { schema, .. }) if schema > SCHEMA_VERSION => {
                return Err(bad(
                    line,
                    format!("the export has version {schema}, this herald reads up to {SCHEMA_VERSION}"),
                ));
            }
            Ok(Line::Herald { closed, .. }) => is_open = closed,
            Ok(Line::End { entries: wanted }) if wanted != entries.len() => {
                return Err(bad(line, format!("it closes {wanted} entries, and there are {}", entries.len())));
            }
            Ok(Line::End { .. }) => is_open = false,
            Ok(Line::Profile { version, value }) => {
                let profile = from_json::<ProfileWire>(version, value).map_err(|error| bad(line, error))?;
                entries.push(Entry::Profile(profile.into()));
            }
            Ok(Line::Setting { version, name, value }) => {
                let setting = from_json::<SettingWire>(version, value).map_err(|error| bad(line, error))?;
                entries.push(Entry::Setting(name, setting.value));
            }
            Ok(Line::Turn { version, conversation, value }) => {
                let turn = from_json::<TurnWire>(version, value).map_err(|error| bad(line, error))?;
                entries.push(Entry::Turn(ConversationId(conversation), Box::new(turn.into())));
            }
            Ok(Line::Document { version, collection, id, value }) => {
                let known = Collection::ALL.iter().find(|known| known.name() == collection);
                let collection = *known.ok_or_else(|| bad(line, format!("no collection is called {collection:?}")))?;
                let document = from_json::<DocumentWire>(version, value).map_err(|error| bad(line, error))?;
                entries.push(Entry::Document(collection, document.record(id)));
            }
            Err(error) => return Err(bad(line, error)),
        }
    }
    if is_open { Err(StoreError::Cut { entries: entries.len() }) } else { Ok(entries) }
}

fn keep(store: &dyn Store, entry: Entry, done: &mut Imported) -> Result<(), StoreError> {
    match entry {
        Entry::Profile(profile) if store.profile(&profile.id)?.as_ref() == Some(&profile) => done.unchanged += 1,
        Entry::Profile(profile) => {
            store.put_profile(&profile)?;
            done.profiles += 1;
        }
        Entry::Setting(name, value) if store.setting(&name)?.as_ref() == Some(&value) => done.unchanged += 1,
        Entry::Setting(name, value) => {
            store.put_setting(&name, Some(&value))?;
            done.settings += 1;
        }
        Entry::Document(collection, record) if store.document(collection, &record.id)?.as_ref() == Some(&record) => {
            done.unchanged += 1;
        }
        Entry::Document(collection, record) => {
            store.apply(&[Change::Document(collection, record)])?;
            done.documents += 1;
        }
        Entry::Turn(conversation, turn) => match store.append_turn(&conversation, &turn) {
            Ok(()) => done.turns += 1,
            Err(StoreError::AlreadySeen(_)) => done.unchanged += 1,
            Err(error) => return Err(error),
        },
    }
    Ok(())
}

fn put_profile(to: &mut impl Write, profile: &Profile) -> Result<(), StoreError> {
    put(to, &Line::Profile { version: ProfileWire::version(), value: json(&ProfileWire::from(profile))? })
}

fn put_turn(to: &mut impl Write, conversation: &ConversationId, turn: &Turn) -> Result<(), StoreError> {
    let value = json(&TurnWire::try_from(turn).map_err(failed)?)?;
    put(to, &Line::Turn { version: TurnWire::version(), conversation: conversation.0.clone(), value })
}

fn put_document(to: &mut impl Write, collection: Collection, record: Record) -> Result<(), StoreError> {
    let (id, version) = (record.id.clone(), DocumentWire::version());
    let value = json(&DocumentWire::new(record))?;
    put(to, &Line::Document { version, collection: collection.name().to_owned(), id, value })
}

fn json(value: &impl Serialize) -> Result<Value, StoreError> {
    serde_json::to_value(value).map_err(failed)
}

fn put(to: &mut impl Write, line: &Line) -> Result<(), StoreError> {
    serde_json::to_writer(&mut *to, line).map_err(io::Error::from).map_err(failed)?;
    to.write_all(b"\n").map_err(failed)
}

fn bad(line: usize, reason: impl std::fmt::Display) -> StoreError {
    StoreError::BadLine { line, reason: reason.to_string() }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Database(Box::new(error))
}
