//! Writes one upload's rows to a Parquet file in chunks: keys, line numbers, duplicates. The file gets its name only
//! when it is whole; the log that makes it count is not written here.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::WarehouseError;
use super::hash::Hash;
use super::record::{self, Record};

/// Rows that are kept in memory before they are written.
const CHUNK: usize = 32_768;

/// Why a sound row is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeated {
    /// An earlier row of the upload was written exactly the same.
    Identical,
    /// An earlier row of the upload says the same, and was written differently in what the table does not hold.
    SaysTheSame,
    /// An earlier row of the upload has the same key and says something else.
    SameKey,
}

/// A file that is being written.
pub(super) struct Sink<R: Record> {
    path: PathBuf,
    temporary: PathBuf,
    writer: Option<ArrowWriter<File>>,
    pending: Vec<R>,
    keys: Vec<u64>,
    occurrences: HashMap<u64, u32>,
    written: HashSet<u64>,
    fingerprints: HashSet<u64>,
    days: Option<(Date, Date)>,
    rows: u64,
}

/// What was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    /// Rows.
    pub(super) rows: u64,
    /// First and last day.
    pub(super) days: Option<(Date, Date)>,
}

impl<R: Record> Sink<R> {
    /// Starts a file that will be called `path`.
    pub(super) fn create(path: &Path) -> Result<Self, WarehouseError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(WarehouseError::io(folder))?;
        }
        let temporary = path.with_extension("tmp");
        let file = File::create(&temporary).map_err(WarehouseError::io(&temporary))?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = ArrowWriter::try_new(file, record::schema::<R>(), Some(properties))
            .map_err(WarehouseError::parquet(&temporary))?;
        Ok(Self {
            path: path.to_owned(),
            temporary,
            writer: Some(writer),
            pending: Vec::with_capacity(CHUNK),
            keys: Vec::with_capacity(CHUNK),
            occurrences: HashMap::new(),
            written: HashSet::new(),
            fingerprints: HashSet::new(),
            days: None,
            rows: 0,
        })
    }

    /// Whether this row repeats an earlier one; a row that does not is remembered as seen. `written` is a hash of the
    /// row as it was written, with what the table does not hold.
    pub(super) fn repeats(&mut self, row: &R, written: u64) -> Option<Repeated> {
        if !self.written.insert(written) {
            return Some(Repeated::Identical);
        }
        if R::REPEATS {
            return None;
        }
        if !self.fingerprints.insert(row.fingerprint()) {
            return (!R::EVENTS).then_some(Repeated::SaysTheSame);
        }
        self.occurrences.contains_key(&row.identity()).then_some(Repeated::SameKey)
    }

    /// Keeps a row and returns its key.
    pub(super) fn push(&mut self, row: R) -> Result<u64, WarehouseError> {
        let identity = row.identity();
        let nth = self.occurrences.entry(identity).or_insert(0);
        let key = key_of(identity, *nth);
        *nth += 1;
        self.push_as(row, key)?;
        Ok(key)
    }

    fn push_as(&mut self, row: R, key: u64) -> Result<(), WarehouseError> {
        if let Some(day) = row.day() {
            self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        }
        self.rows += 1;
        self.pending.push(row);
        self.keys.push(key);
        if self.pending.len() >= CHUNK {
            self.flush()?;
        }
        Ok(())
    }

    /// How many rows were kept.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// First and last day of the rows kept so far.
    pub(super) fn days(&self) -> Option<crate::domain::DateRange> {
        super::write::range(Written { rows: self.rows, days: self.days })
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        let batch = record::batch(&self.pending, &self.keys)?;
        if let Some(writer) = &mut self.writer {
            writer.write(&batch).map_err(WarehouseError::parquet(&self.temporary))?;
        }
        self.pending.clear();
        self.keys.clear();
        Ok(())
    }

    /// Makes the file whole under its name.
    pub(super) fn finish(mut self) -> Result<Written, WarehouseError> {
        if !self.pending.is_empty() {
            self.flush()?;
        }
        if let Some(writer) = self.writer.take() {
            let file = writer.into_inner().map_err(WarehouseError::parquet(&self.temporary))?;
            file.sync_all().map_err(WarehouseError::io(&self.temporary))?;
            fs::rename(&self.temporary, &self.path).map_err(WarehouseError::io(&self.path))?;
        }
        Ok(Written { rows: self.rows, days: self.days })
    }
}

/// The key of a row: its identity, and which of several rows with this identity it is, from 0.
pub(super) fn key_of(identity: u64, nth: u32) -> u64 {
    Hash::new().number(identity.cast_signed()).number(i64::from(nth)).finish()
}

/// Writes rows whose keys are known, whole or not at all.
pub(super) fn write_rows<R: Record>(path: &Path, rows: Vec<R>, keys: &[u64]) -> Result<Written, WarehouseError> {
    let mut sink = Sink::create(path)?;
    for (row, key) in rows.into_iter().zip(keys) {
        sink.push_as(row, *key)?;
    }
    sink.finish()
}

impl<R: Record> Drop for Sink<R> {
    fn drop(&mut self) {
        // What is left unfinished is of no use; that it cannot be removed does no harm, since the log does not name it.
        if self.writer.take().is_some() {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}
