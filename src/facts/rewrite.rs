//! Writes the rows of an upload anew: new files first, then the log, then the old files go, so that a kill leaves all of
//! the change or none of it. What is changed is decided elsewhere.

use std::fs;
use std::path::Path;

use super::log::{Log, Upload};
use super::record::{Columns, Record};
use super::sink::{Written, write_rows};
use super::{Warehouse, WarehouseError, log, scan, write};
use crate::domain::TableName;

/// The rows of one upload with their keys.
pub(super) struct Kept<R> {
    pub(super) rows: Vec<R>,
    pub(super) keys: Vec<u64>,
}

/// Uploads that are being written anew. Nothing counts before [`Rewriting::commit`].
pub(super) struct Rewriting<'a> {
    warehouse: &'a Warehouse,
    pub(super) log: Log,
    changed: Vec<(Upload, Upload)>,
    _lock: fs::File,
}

impl<'a> Rewriting<'a> {
    /// Begins; nobody else can change the warehouse until it is dropped.
    pub(super) fn begin(warehouse: &'a Warehouse) -> Result<Self, WarehouseError> {
        let lock = log::lock(&warehouse.dir)?;
        Ok(Self { warehouse, log: Log::read(&warehouse.dir)?, changed: Vec::new(), _lock: lock })
    }

    /// The rows of an upload, those too that a later one replaces.
    pub(super) fn rows<R: Record>(&self, upload: &Upload) -> Result<Kept<R>, WarehouseError> {
        let path = upload.file(&self.warehouse.dir, R::TABLE);
        let batches = self.warehouse.block_on(scan::file_batches(self.warehouse.scanning(), &path, None))?;
        let mut kept = Kept { rows: Vec::new(), keys: Vec::new() };
        for batch in &batches {
            let columns = Columns(batch);
            kept.rows.extend(R::decode(&columns)?);
            kept.keys.extend(columns.keys()?.values().iter().copied());
        }
        Ok(kept)
    }

    /// Writes other rows in place of an upload's.
    pub(super) fn replace<R: Record>(&mut self, upload: &Upload, kept: Kept<R>) -> Result<(), WarehouseError> {
        let mut next = Upload { revision: upload.revision + 1, ..upload.clone() };
        let Written { rows, days } = write_rows(&next.file(&self.warehouse.dir, R::TABLE), kept.rows, &kept.keys)?;
        next.rows = rows;
        next.days = write::range(Written { rows, days });
        self.changed.push((upload.clone(), next));
        Ok(())
    }

    /// Makes everything count.
    pub(super) fn commit(mut self) -> Result<(), WarehouseError> {
        if self.changed.is_empty() {
            return Ok(());
        }
        for (_, next) in &self.changed {
            self.log.rewritten(next.clone());
        }
        self.log.write(&self.warehouse.dir)?;
        for (before, _) in &self.changed {
            // The log no longer names it; one that stays is removed at the next start.
            let _ = fs::remove_file(before.file(&self.warehouse.dir, before.table));
        }
        Ok(())
    }
}

/// Removes what a kill left of rewriting: files of an upload in the log that are not the file it names. Somebody who
/// works in the folder now does that for themselves.
pub(super) fn sweep(dir: &Path, log: &Log) {
    if log.uploads.iter().all(|upload| upload.revision == 0) {
        return;
    }
    let Some(_lock) = log::try_lock(dir) else { return };
    // Only under the lock it is certain that the log is the newest.
    let Ok(log) = Log::read(dir) else { return };
    for table in TableName::ALL {
        for entry in fs::read_dir(dir.join(table.name())).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let stem = name.trim_end_matches(".parquet");
            let id = stem.split_once('-').map_or(stem, |(id, _)| id);
            let named = log.uploads.iter().find(|upload| upload.id == id && upload.table == *table);
            if named.is_some_and(|upload| upload.is_active() && upload.file(dir, *table) != path) {
                let _ = fs::remove_file(path);
            }
        }
    }
}
