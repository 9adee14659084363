//! The log of uploads: what the warehouse holds. A file that the log does not name does not count, so a killed import
//! leaves nothing behind; the log itself is replaced whole, and last.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::WarehouseError;
use crate::domain::{DateRange, TableName};

/// The newest format this program reads.
const FORMAT: u32 = 2;
/// What a log says that names no rewritten file; an older Herald can read it.
const PLAIN: u32 = 1;

/// What the names of sources that hold the made company's rows begin with.
pub const DEMO: &str = "demo company";

/// The source of what people said to Herald itself.
pub const FEEDBACK: &str = "feedback in chats";

/// One upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its id, such as `u0001`; never given twice.
    pub id: String,
    /// The table it went into.
    pub table: TableName,
    /// The file or the program it came from.
    pub source: String,
    /// The rows that were kept.
    pub rows: u64,
    /// When.
    pub at: Timestamp,
    /// The hash of the content, by which the same content is known again.
    pub sha256: String,
    /// Which column each field was taken from.
    #[serde(default)]
    pub mapping: BTreeMap<String, String>,
    /// First and last day of its rows, where they have days.
    #[serde(default)]
    pub days: Option<DateRange>,
    /// Products made from the lines of an orders file, undone with it.
    #[serde(default)]
    pub derived_products: u64,
    /// Rows that could not be used.
    #[serde(default)]
    pub rejected: u64,
    /// Rows that are sound but no facts of this table, such as bank charges.
    #[serde(default)]
    pub set_aside: u64,
    /// When it was taken back, where it was.
    #[serde(default)]
    pub undone_at: Option<Timestamp>,
    /// How often its rows were written anew: a person was forgotten, or something was added.
    #[serde(default)]
    pub revision: u32,
}

impl Upload {
    /// Whether its rows count.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.undone_at.is_none()
    }

    /// Whether it belongs to the made company, and its rows are nobody's figures.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.source.starts_with(DEMO)
    }

    /// Whether it holds what people said to Herald itself; nobody brought it, so that nobody takes it back by chance.
    #[must_use]
    pub fn is_feedback(&self) -> bool {
        self.source == FEEDBACK
    }

    /// Where its rows of a table lie. Products made from its lines are never written anew.
    pub(super) fn file(&self, dir: &Path, table: TableName) -> PathBuf {
        if self.revision == 0 || table != self.table {
            return file_of(dir, table, &self.id);
        }
        dir.join(table.name()).join(format!("{}-{}.parquet", self.id, self.revision))
    }
}

/// All uploads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Log {
    format: u32,
    /// Changes with every import and undo.
    pub(super) version: u64,
    next: u64,
    pub(super) uploads: Vec<Upload>,
}

impl Log {
    fn path(dir: &Path) -> PathBuf {
        dir.join("uploads.json")
    }

    /// Reads the log; a warehouse without one is empty.
    pub(super) fn read(dir: &Path) -> Result<Self, WarehouseError> {
        let path = Self::path(dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { format: PLAIN, version: 0, next: 1, uploads: Vec::new() });
            }
            Err(source) => return Err(WarehouseError::Io { path, source }),
        };
        let damaged =
            |error: serde_json::Error| WarehouseError::DamagedLog { path: path.clone(), reason: error.to_string() };
        let raw: serde_json::Value = serde_json::from_str(&text).map_err(damaged)?;
        let found = raw.get("format").and_then(serde_json::Value::as_u64).and_then(|found| u32::try_from(found).ok());
        match found {
            Some(found) if found > FORMAT => Err(WarehouseError::Newer { path, found, known: FORMAT }),
            Some(_) => serde_json::from_value(raw).map_err(damaged),
            None => Err(WarehouseError::DamagedLog { path, reason: "it has no format".to_owned() }),
        }
    }

    /// Replaces the log on disk with this one.
    pub(super) fn write(&self, dir: &Path) -> Result<(), WarehouseError> {
        let path = Self::path(dir);
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| WarehouseError::DamagedLog { path: path.clone(), reason: error.to_string() })?;
        write_whole(&path, text.as_bytes())
    }

    /// The id of the next upload.
    pub(super) fn take_id(&mut self) -> String {
        let id = format!("u{:04}", self.next);
        self.next += 1;
        id
    }

    /// Adds an upload.
    pub(super) fn add(&mut self, upload: Upload) {
        self.uploads.push(upload);
        self.version += 1;
    }

    /// Makes rows that were written anew count in place of those before.
    pub(super) fn rewritten(&mut self, upload: Upload) {
        if let Some(known) = self.uploads.iter_mut().find(|known| known.id == upload.id) {
            *known = upload;
            self.format = FORMAT;
            self.version += 1;
        }
    }

    /// Marks an upload as taken back: the one with this id, or the latest.
    pub(super) fn undo(&mut self, id: Option<&str>, at: Timestamp) -> Result<Upload, WarehouseError> {
        if let Some(id) = id {
            let taken_back = self.uploads.iter().find(|upload| upload.id == id).and_then(|upload| upload.undone_at);
            if let Some(at) = taken_back {
                return Err(WarehouseError::TakenBack { id: id.to_owned(), at });
            }
        }
        let found = self
            .uploads
            .iter_mut()
            .rev()
            .find(|upload| upload.is_active() && id.map_or_else(|| !upload.is_feedback(), |id| upload.id == id));
        match (found, id) {
            (Some(upload), _) => {
                upload.undone_at = Some(at);
                self.version += 1;
                Ok(upload.clone())
            }
            (None, Some(id)) => Err(WarehouseError::NoUpload(id.to_owned())),
            (None, None) => Err(WarehouseError::NothingToUndo),
        }
    }

    /// The uploads whose rows count in a table, oldest first: its own, and for products those derived from orders.
    pub(super) fn of(&self, table: TableName) -> impl Iterator<Item = &Upload> {
        self.uploads.iter().filter(move |upload| {
            upload.is_active()
                && (upload.table == table || (table == TableName::Products && upload.derived_products > 0))
        })
    }

    /// The files of a table, oldest first.
    pub(super) fn files(&self, dir: &Path, table: TableName) -> Vec<PathBuf> {
        self.of(table).map(|upload| upload.file(dir, table)).collect()
    }

    /// The active upload of the same content.
    pub(super) fn same(&self, table: TableName, sha256: &str) -> Option<&Upload> {
        self.of(table).find(|upload| upload.table == table && upload.sha256 == sha256)
    }
}

/// Where the rows of an upload lie.
pub(super) fn file_of(dir: &Path, table: TableName, id: &str) -> PathBuf {
    dir.join(table.name()).join(format!("{id}.parquet"))
}

/// Writes a file so that it is there whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), WarehouseError> {
    let temporary = path.with_extension("tmp");
    let written = File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(WarehouseError::io(&temporary))?;
    fs::rename(&temporary, path).map_err(WarehouseError::io(path))
}

/// Lets one process change the warehouse at a time; unlocked when dropped.
pub(super) fn lock(dir: &Path) -> Result<File, WarehouseError> {
    let path = dir.join("lock");
    let file = File::create(&path).map_err(WarehouseError::io(&path))?;
    file.lock().map_err(WarehouseError::io(&path))?;
    Ok(file)
}

/// The same where nobody else has it now.
pub(super) fn try_lock(dir: &Path) -> Option<File> {
    let file = File::create(dir.join("lock")).ok()?;
    file.try_lock().ok().map(|()| file)
}
