//! The folder a database lies in: who may open it, and what must be there. Knows files, not what is in the database.
//!
//! ```text
//! herald-store.json  that this is a store, its schema, whether it was ever ready
//! lock               held by the process that has it open
//! writes             how many writes were acknowledged, told apart from the database: it cannot lose both unnoticed
//! conf db blobs snap.*   sled's own
//! checking/          a copy while the database is looked at; gone afterwards
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{SCHEMA_VERSION, StoreError};

const MARKER: &str = "herald-store.json";
const LOCK: &str = "lock";
const WITNESS: &str = "writes";
const CHECKING: &str = "checking";
const KIND: &str = "herald store";

/// What the marker file says. A newer program may say more.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Marker {
    kind: String,
    schema: u32,
    /// Whether the database was made completely; before that nothing was acknowledged.
    ready: bool,
}

/// A folder that this process alone has open.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Whether there is a database to be kept.
    ready: bool,
    _lock: File,
}

impl Folder {
    /// Takes the folder, and makes it where there is none and `create` allows it.
    pub(super) fn open(path: &Path, create: bool) -> Result<Self, StoreError> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(damaged(path, "it is a file, not a folder")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if !create {
                    return Err(missing(path));
                }
                fs::create_dir_all(path).map_err(unusable(path))?;
            }
            Err(error) => return Err(unusable(path)(error)),
        }
        // The first look writes nothing, so that a newer, damaged or foreign folder stays as it is.
        let marker = look(path)?;
        if marker.is_none() && !create {
            return Err(missing(path));
        }
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join(LOCK))
            .map_err(unusable(path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { path: path.display().to_string() }),
            Err(TryLockError::Error(error)) => return Err(unusable(path)(error)),
        }
        // Another process may have made the store between the look and the lock.
        let ready = look(path)?.is_some_and(|marker| marker.ready);
        let folder = Self { path: path.to_owned(), ready, _lock: lock };
        folder.remove_copy().map_err(unusable(path))?;
        if !ready {
            folder.write_marker(false).map_err(unusable(path))?;
            folder.clear().map_err(unusable(path))?;
        } else if ["db", "conf"].iter().any(|name| fs::metadata(path.join(name)).map_or(0, |file| file.len()) == 0) {
            return Err(damaged(path, "the files of the database are gone"));
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is a database to be kept.
    pub(super) fn ready(&self) -> bool {
        self.ready
    }

    /// Notes that the database was made.
    pub(super) fn set_ready(&mut self) -> Result<(), StoreError> {
        self.write_marker(true).map_err(unusable(&self.path))?;
        self.ready = true;
        Ok(())
    }

    /// A copy of the database's files to look at; opening may change them.
    pub(super) fn copy(&self) -> io::Result<PathBuf> {
        let copy = self.path.join(CHECKING);
        fs::create_dir_all(copy.join("blobs"))?;
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if is_database(&entry.file_name().to_string_lossy()) && entry.file_type()?.is_file() {
                fs::copy(entry.path(), copy.join(entry.file_name()))?;
            }
        }
        if let Ok(blobs) = fs::read_dir(self.path.join("blobs")) {
            for blob in blobs {
                let blob = blob?;
                fs::copy(blob.path(), copy.join("blobs").join(blob.file_name()))?;
            }
        }
        Ok(copy)
    }

    /// Removes the copy.
    pub(super) fn remove_copy(&self) -> io::Result<()> {
        remove(&self.path.join(CHECKING))
    }

    /// Opens the witness, with the number it holds: 0 in a new folder.
    pub(super) fn witness(&self) -> Result<(Witness, u64), StoreError> {
        let file = OpenOptions::new()
            .create(!self.ready)
            .truncate(false)
            .read(true)
            .write(true)
            .open(self.path.join(WITNESS))
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => damaged(&self.path, "the count of writes is gone"),
                _ => unusable(&self.path)(error),
            })?;
        let mut witness = Witness { file };
        let count = witness.read().map_err(unusable(&self.path))?;
        match (count, self.ready) {
            (Some(count), _) => Ok((witness, count)),
            (None, false) => Ok((witness, 0)),
            (None, true) => Err(damaged(&self.path, "the count of writes cannot be read")),
        }
    }

    /// Removes what a start that was cut short left behind.
    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if is_database(&name) || name == "blobs" || name == WITNESS {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }

    fn write_marker(&self, ready: bool) -> io::Result<()> {
        let marker = Marker { kind: KIND.to_owned(), schema: SCHEMA_VERSION, ready };
        let new = self.path.join(format!("{MARKER}.new"));
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec(&marker)?)?;
        file.sync_all()?;
        fs::rename(&new, self.path.join(MARKER))?;
        File::open(&self.path)?.sync_all()
    }
}

/// How many writes were acknowledged: two places written in turn, each with a checksum, so that a torn one leaves the
/// other. It is written after the database was flushed, so it never runs ahead of it.
#[derive(Debug)]
pub(super) struct Witness {
    file: File,
}

const SLOT: usize = 16;

impl Witness {
    fn read(&mut self) -> io::Result<Option<u64>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(2 * SLOT as u64).read_to_end(&mut bytes)?;
        let count = |slot: &[u8]| {
            let number: [u8; 8] = slot.get(..8)?.try_into().ok()?;
            (slot.get(8..)? == seal(number)).then(|| u64::from_be_bytes(number))
        };
        Ok(bytes.chunks(SLOT).filter_map(count).max())
    }

    /// Notes a number of writes.
    pub(super) fn write(&mut self, count: u64) -> io::Result<()> {
        let number = count.to_be_bytes();
        let mut slot = [0; SLOT];
        slot[..8].copy_from_slice(&number);
        slot[8..].copy_from_slice(&seal(number));
        self.file.seek(SeekFrom::Start(count % 2 * SLOT as u64))?;
        self.file.write_all(&slot)
    }

    /// Puts it on disk. Not done at every write: where power fails it may lag behind, which is no loss.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.sync_all()
    }
}

fn seal(number: [u8; 8]) -> [u8; 8] {
    let digest = Sha256::digest(number);
    std::array::from_fn(|at| digest[at])
}

/// The marker; `None` for an empty folder that may become a store.
fn look(path: &Path) -> Result<Option<Marker>, StoreError> {
    let bytes = match fs::read(path.join(MARKER)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            for entry in fs::read_dir(path).map_err(unusable(path))? {
                let name = entry.map_err(unusable(path))?.file_name();
                if name != LOCK && name.to_string_lossy() != format!("{MARKER}.new") {
                    return Err(damaged(path, &format!("it holds other files, but no {MARKER}")));
                }
            }
            return Ok(None);
        }
        Err(error) => return Err(unusable(path)(error)),
    };
    let marker: Marker =
        serde_json::from_slice(&bytes).map_err(|error| damaged(path, &format!("{MARKER} cannot be read: {error}")))?;
    if marker.kind != KIND {
        return Err(damaged(path, &format!("{MARKER} is of another kind")));
    }
    if marker.schema > SCHEMA_VERSION {
        return Err(newer(path, marker.schema));
    }
    Ok(Some(marker))
}

fn is_database(name: &str) -> bool {
    name == "db" || name == "conf" || name.starts_with("snap.")
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(super) fn damaged(path: &Path, reason: &str) -> StoreError {
    StoreError::Damaged { path: path.display().to_string(), reason: reason.to_owned() }
}

pub(super) fn newer(path: &Path, found: u32) -> StoreError {
    StoreError::Newer { path: path.display().to_string(), found, known: SCHEMA_VERSION }
}

fn missing(path: &Path) -> StoreError {
    StoreError::Missing { path: path.display().to_string() }
}

/// Names the file or folder that cannot be used.
pub(super) fn unusable(path: &Path) -> impl Fn(io::Error) -> StoreError + use<> {
    let path = path.display().to_string();
    move |source| StoreError::Unusable { path: path.clone(), source }
}

pub(super) fn database(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Database(Box::new(error))
}
