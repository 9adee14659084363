//! The store in a sled database. Which files there are is the folder's business, what values look like is the wire's.
//!
//! sled 0.34 repairs as it opens: what it cannot read it drops, and a log cut short becomes a shorter one. So a
//! database is first opened as a copy and read through; only where nothing is missing is it opened itself. What is
//! missing shows in two numbers: the writes that were acknowledged, kept in a file of its own, and the sum of all
//! entries' hashes, kept in the database and changed in the transaction that changes an entry.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use sha2::{Digest, Sha256};
use sled::transaction::{ConflictableTransactionError, Transactional};

use super::folder::{Folder, Witness, damaged, database, newer, unusable};
use super::wire::{self, DocumentWire, HeadWire, MetaWire, ProfileWire, SeenWire, SettingWire, TurnWire, Wire};
use super::{Change, Collection, Erased, Record, SCHEMA_VERSION, Store, StoreError, keys};
use crate::domain::{Conversation, ConversationId, MessageId, Profile, ProfileId, Turn};

/// The trees, by their place in `Trees`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Profiles,
    Heads,
    Turns,
    Seen,
    Settings,
    Documents,
    /// Not part of the sum, which it holds.
    Meta,
}

impl Kind {
    /// The trees that hold entries.
    const ENTRIES: [Kind; 6] = [Kind::Profiles, Kind::Heads, Kind::Turns, Kind::Seen, Kind::Settings, Kind::Documents];
}

const NAMES: [&str; 7] = ["profiles", "heads", "turns", "seen", "settings", "documents", "meta"];
const META: &[u8] = b"meta";

/// An entry to be written, or removed where there is no value.
type Write = (Kind, Vec<u8>, Option<Vec<u8>>);

/// An opened database with its trees.
struct Trees {
    db: sled::Db,
    trees: Vec<sled::Tree>,
}

impl Trees {
    fn open(path: &Path) -> sled::Result<Self> {
        // Every write is flushed by the call that makes it, so the timer has nothing to do.
        let db = sled::Config::new().path(path).cache_capacity(32 << 20).flush_every_ms(None).open()?;
        let trees = NAMES.iter().map(|name| db.open_tree(name)).collect::<sled::Result<_>>()?;
        Ok(Self { db, trees })
    }

    fn of(&self, kind: Kind) -> &sled::Tree {
        &self.trees[kind as usize]
    }
}

/// A store in a folder.
pub(super) struct SledStore {
    // In this order: the database is closed before the folder is given back.
    trees: Trees,
    writing: Mutex<Witness>,
    folder: Folder,
}

impl SledStore {
    /// Opens the store in a folder; makes it where there is none and `create` allows it.
    pub(super) fn open(path: &Path, create: bool) -> Result<Self, StoreError> {
        let mut folder = Folder::open(path, create)?;
        let (mut witness, acknowledged) = folder.witness()?;
        if folder.ready() {
            let copy = folder.copy().map_err(unusable(path))?;
            let checked = guarded(path, || check(&copy, path, acknowledged));
            folder.remove_copy().map_err(unusable(path))?;
            checked?;
        }
        let trees = guarded(path, || Trees::open(path).map_err(|error| failure(path, error)))?;
        let writes = if folder.ready() {
            let meta: MetaWire = read(&trees, path, Kind::Meta, META)?.unwrap_or_default();
            if meta.writes < acknowledged {
                return Err(damaged(path, "acknowledged writes are gone"));
            }
            meta.writes
        } else {
            let meta = MetaWire { schema: SCHEMA_VERSION, writes: 1, sum: 0 };
            let bytes = wire::encode(&meta).map_err(|error| damaged(path, &error.to_string()))?;
            trees.of(Kind::Meta).insert(META, bytes).map_err(|error| failure(path, error))?;
            trees.db.flush().map_err(|error| failure(path, error))?;
            meta.writes
        };
        witness.write(writes).and_then(|()| witness.sync()).map_err(unusable(path))?;
        // Also where it was ready: from now on it is a store of this version, which an older program leaves alone.
        folder.set_ready()?;
        Ok(Self { trees, writing: Mutex::new(witness), folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// One writer at a time: what it reads before it writes is still so when it writes.
    fn writing(&self) -> MutexGuard<'_, Witness> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<W: Wire>(&self, kind: Kind, key: &[u8]) -> Result<Option<W>, StoreError> {
        read(&self.trees, self.path(), kind, key)
    }

    fn encode<W: Wire>(&self, value: &W) -> Result<Vec<u8>, StoreError> {
        wire::encode(value).map_err(database)
    }

    fn failure(&self, error: sled::Error) -> StoreError {
        failure(self.path(), error)
    }

    /// Writes all changes or none, and puts them on disk.
    fn commit(&self, witness: &mut Witness, changes: &[Write]) -> Result<(), StoreError> {
        let mut meta: MetaWire =
            self.read(Kind::Meta, META)?.ok_or_else(|| damaged(self.path(), "it no longer says what it is"))?;
        meta.writes += 1;
        meta.schema = SCHEMA_VERSION;
        for (kind, key, value) in changes {
            let old = self.trees.of(*kind).get(key).map_err(|error| self.failure(error))?;
            meta.sum ^= old.map_or(0, |old| hash(*kind, key, &old));
            meta.sum ^= value.as_ref().map_or(0, |new| hash(*kind, key, new));
        }
        let bytes = self.encode(&meta)?;
        let written = self.trees.trees.transaction(|trees| {
            for (kind, key, value) in changes {
                match value {
                    Some(value) => trees[*kind as usize].insert(key.as_slice(), value.as_slice())?,
                    None => trees[*kind as usize].remove(key.as_slice())?,
                };
            }
            trees[Kind::Meta as usize].insert(META, bytes.as_slice())?;
            Ok::<(), ConflictableTransactionError<std::convert::Infallible>>(())
        });
        if let Err(sled::transaction::TransactionError::Storage(error)) = written {
            return Err(self.failure(error));
        }
        self.trees.db.flush().map_err(|error| self.failure(error))?;
        witness.write(meta.writes).map_err(unusable(self.path()))
    }

    /// The turns of a conversation with their keys, oldest first.
    fn turns(&self, id: &ConversationId) -> Result<Vec<(Vec<u8>, TurnWire)>, StoreError> {
        self.trees.of(Kind::Turns).scan_prefix(keys::turns(id)).map(|entry| self.turn(entry)).collect()
    }

    fn turn(&self, entry: sled::Result<(sled::IVec, sled::IVec)>) -> Result<(Vec<u8>, TurnWire), StoreError> {
        let (key, value) = entry.map_err(|error| self.failure(error))?;
        let turn = wire::decode(&value).map_err(|error| damaged(self.path(), &error.to_string()))?;
        Ok((key.to_vec(), turn))
    }

    fn texts(&self, kind: Kind) -> Result<Vec<String>, StoreError> {
        let text = |key: sled::Result<sled::IVec>| {
            let key = key.map_err(|error| self.failure(error))?;
            keys::parse_text(&key).ok_or_else(|| damaged(self.path(), "a key cannot be read"))
        };
        self.trees.of(kind).iter().keys().map(text).collect()
    }
}

impl Store for SledStore {
    fn schema_version(&self) -> u32 {
        SCHEMA_VERSION
    }

    fn profile(&self, id: &ProfileId) -> Result<Option<Profile>, StoreError> {
        Ok(self.read::<ProfileWire>(Kind::Profiles, &keys::profile(id))?.map(Profile::from))
    }

    fn apply(&self, changes: &[Change]) -> Result<(), StoreError> {
        let mut witness = self.writing();
        let mut writes: Vec<Write> = Vec::new();
        let mut heads: BTreeMap<ConversationId, HeadWire> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for change in changes {
            match change {
                Change::Profile(profile) => {
                    let value = self.encode(&ProfileWire::from(profile))?;
                    writes.push((Kind::Profiles, keys::profile(&profile.id), Some(value)));
                }
                Change::NoProfile(id) => writes.push((Kind::Profiles, keys::profile(id), None)),
                Change::Turn(id, turn) => {
                    let message = keys::message(&turn.message);
                    if self.read::<SeenWire>(Kind::Seen, &message)?.is_some() || !seen.insert(message.clone()) {
                        return Err(StoreError::AlreadySeen(turn.message.0.clone()));
                    }
                    let head = match heads.get(id) {
                        Some(head) => *head,
                        None => self.read(Kind::Heads, &keys::head(id))?.unwrap_or_default(),
                    };
                    let value = self.encode(&TurnWire::try_from(&**turn).map_err(database)?)?;
                    let place = self.encode(&SeenWire { conversation: id.0.clone(), sequence: head.next })?;
                    writes.push((Kind::Turns, keys::turn(id, head.next), Some(value)));
                    writes.push((Kind::Seen, message, Some(place)));
                    heads.insert(id.clone(), HeadWire { next: head.next + 1, turns: head.turns + 1 });
                }
                Change::Document(collection, record) => {
                    let value = self.encode(&DocumentWire::new(record.clone()))?;
                    writes.push((Kind::Documents, keys::document(*collection, &record.id), Some(value)));
                }
                Change::NoDocument(collection, id) => {
                    writes.push((Kind::Documents, keys::document(*collection, id), None));
                }
            }
        }
        for (id, head) in heads {
            writes.push((Kind::Heads, keys::head(&id), Some(self.encode(&head)?)));
        }
        self.commit(&mut witness, &last_of_each(writes))
    }

    fn document(&self, collection: Collection, id: &str) -> Result<Option<Record>, StoreError> {
        let document: Option<DocumentWire> = self.read(Kind::Documents, &keys::document(collection, id))?;
        Ok(document.map(|document| document.record(id.to_owned())))
    }

    fn documents(&self, collection: Collection) -> Result<Vec<Record>, StoreError> {
        let prefix = keys::documents(collection);
        let entries = self.trees.of(Kind::Documents).scan_prefix(&prefix);
        entries
            .map(|entry| {
                let (key, value) = entry.map_err(|error| self.failure(error))?;
                let unreadable = || damaged(self.path(), "the key of a document cannot be read");
                let id = keys::parse_text(&key[prefix.len()..]).ok_or_else(unreadable)?;
                let document: DocumentWire =
                    wire::decode(&value).map_err(|error| damaged(self.path(), &error.to_string()))?;
                Ok(document.record(id))
            })
            .collect()
    }

    fn profile_ids(&self) -> Result<Vec<ProfileId>, StoreError> {
        Ok(self.texts(Kind::Profiles)?.into_iter().map(ProfileId).collect())
    }

    fn conversation_ids(&self) -> Result<Vec<ConversationId>, StoreError> {
        Ok(self.texts(Kind::Heads)?.into_iter().map(ConversationId).collect())
    }

    fn conversation(&self, id: &ConversationId, limit: usize) -> Result<Conversation, StoreError> {
        let latest = self.trees.of(Kind::Turns).scan_prefix(keys::turns(id)).rev().take(limit);
        let mut turns =
            latest.map(|entry| Ok(Turn::from(self.turn(entry)?.1))).collect::<Result<Vec<_>, StoreError>>()?;
        turns.reverse();
        Ok(Conversation { turns })
    }

    fn turn_of(&self, message: &MessageId) -> Result<Option<Turn>, StoreError> {
        let Some(seen) = self.read::<SeenWire>(Kind::Seen, &keys::message(message))? else { return Ok(None) };
        let key = keys::turn(&ConversationId(seen.conversation), seen.sequence);
        Ok(self.read::<TurnWire>(Kind::Turns, &key)?.map(Turn::from))
    }

    fn forget(&self, id: &ConversationId) -> Result<usize, StoreError> {
        let mut witness = self.writing();
        let turns = self.turns(id)?;
        let mut changes = vec![(Kind::Heads, keys::head(id), None)];
        for (key, turn) in &turns {
            changes.push((Kind::Turns, key.clone(), None));
            changes.push((Kind::Seen, keys::message(&turn.message()), None));
        }
        if !turns.is_empty() {
            self.commit(&mut witness, &changes)?;
        }
        Ok(turns.len())
    }

    fn erase(&self, id: &ProfileId) -> Result<Erased, StoreError> {
        let mut witness = self.writing();
        let mut erased = Erased { profile: self.profile(id)?.is_some(), ..Erased::default() };
        let mut changes = Vec::new();
        if erased.profile {
            changes.push((Kind::Profiles, keys::profile(id), None));
        }
        for collection in Collection::ALL {
            for record in self.documents(*collection)? {
                if record.owner.as_ref() == Some(id) {
                    changes.push((Kind::Documents, keys::document(*collection, &record.id), None));
                    erased.documents += 1;
                }
            }
        }
        for conversation in self.conversation_ids()? {
            let mut theirs = 0;
            for (key, turn) in self.turns(&conversation)? {
                if turn.from() == Some(id.0.as_str()) {
                    theirs += 1;
                    changes.push((Kind::Turns, key, None));
                    changes.push((Kind::Seen, keys::message(&turn.message()), None));
                }
            }
            if theirs > 0 {
                let key = keys::head(&conversation);
                let head: HeadWire = self.read(Kind::Heads, &key)?.unwrap_or_default();
                let left = HeadWire { turns: head.turns.saturating_sub(theirs as u64), ..head };
                let value = if left.turns == 0 { None } else { Some(self.encode(&left)?) };
                changes.push((Kind::Heads, key, value));
                erased.turns += theirs;
            }
        }
        if !changes.is_empty() {
            self.commit(&mut witness, &changes)?;
        }
        Ok(erased)
    }

    fn setting(&self, name: &str) -> Result<Option<Value>, StoreError> {
        Ok(self.read::<SettingWire>(Kind::Settings, name.as_bytes())?.map(|setting| setting.value))
    }

    fn put_setting(&self, name: &str, value: Option<&Value>) -> Result<(), StoreError> {
        let value = value.map(|value| self.encode(&SettingWire { value: value.clone() })).transpose()?;
        self.commit(&mut self.writing(), &[(Kind::Settings, name.as_bytes().to_vec(), value)])
    }

    fn setting_names(&self) -> Result<Vec<String>, StoreError> {
        self.texts(Kind::Settings)
    }
}

/// Of several writes to one entry the last counts, as it does when they are carried out in their order; the sum of all
/// hashes is reckoned from what was there before them.
fn last_of_each(writes: Vec<Write>) -> Vec<Write> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Write> =
        writes.into_iter().rev().filter(|(kind, key, _)| seen.insert((*kind as usize, key.clone()))).collect();
    kept.reverse();
    kept
}

/// Opens a copy and reads it through: everything acknowledged must be there, as it was written.
fn check(copy: &Path, path: &Path, acknowledged: u64) -> Result<(), StoreError> {
    let trees = Trees::open(copy).map_err(|error| failure(path, error))?;
    let meta: MetaWire = read(&trees, path, Kind::Meta, META)?.unwrap_or_default();
    if meta.schema > SCHEMA_VERSION {
        return Err(newer(path, meta.schema));
    }
    if meta.writes < acknowledged {
        let reason = format!("{} of {acknowledged} acknowledged writes are there", meta.writes);
        return Err(damaged(path, &reason));
    }
    let mut sum = 0;
    for kind in Kind::ENTRIES {
        for entry in trees.of(kind) {
            let (key, value) = entry.map_err(|error| failure(path, error))?;
            if kind == Kind::Turns && keys::parse_turn(&key).is_none() {
                return Err(damaged(path, "the key of a turn cannot be read"));
            }
            wire::verify(&value).map_err(|error| damaged(path, &format!("{}: {error}", NAMES[kind as usize])))?;
            sum ^= hash(kind, &key, &value);
        }
    }
    if sum == meta.sum { Ok(()) } else { Err(damaged(path, "entries are missing or are not the latest")) }
}

/// What an entry adds to the sum of all entries.
fn hash(kind: Kind, key: &[u8], value: &[u8]) -> u64 {
    let mut hash = Sha256::new();
    hash.update([kind as u8]);
    hash.update((key.len() as u64).to_be_bytes());
    hash.update(key);
    hash.update(value);
    let digest = hash.finalize();
    u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

fn read<W: Wire>(trees: &Trees, path: &Path, kind: Kind, key: &[u8]) -> Result<Option<W>, StoreError> {
    let bytes = trees.of(kind).get(key).map_err(|error| failure(path, error))?;
    bytes.map(|bytes| wire::decode(&bytes).map_err(|error| damaged(path, &error.to_string()))).transpose()
}

/// sled panics on some damage; that is a finding, not a reason to fall over.
fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let reason = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(damaged(path, reason.unwrap_or("the database cannot be read")))
    })
}

fn failure(path: &Path, error: sled::Error) -> StoreError {
    match error {
        sled::Error::Corruption { .. } | sled::Error::ReportableBug(_) | sled::Error::CollectionNotFound(_) => {
            damaged(path, &error.to_string())
        }
        sled::Error::Unsupported(reason) => damaged(path, &reason),
        sled::Error::Io(error) => unusable(path)(error),
    }
}
