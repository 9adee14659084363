//! The list of rows that an import does not keep: each with its line, its reason and its cells, in a file beside the
//! tables; and the counts by reason.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::{Deserialize, Serialize};

use super::cells::Reason;
use crate::facts::WarehouseError;

/// How many rows a report shows.
const SHOWN: usize = 10;

/// A row that is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRow {
    /// The line it starts on, from 1.
    pub line: u64,
    /// Why, in words.
    pub reason: String,
    /// Whether it could be read and is only no fact of the table.
    pub set_aside: bool,
}

/// Rows that are not kept.
pub(super) struct Rejected {
    writer: Option<(csv::Writer<BufWriter<File>>, PathBuf)>,
    counts: BTreeMap<Reason, u64>,
    pub(super) shown: Vec<RejectedRow>,
}

impl Rejected {
    /// Starts a list; without a path, rows are only counted.
    pub(super) fn create(path: Option<&Path>, header: &[String]) -> Result<Self, WarehouseError> {
        let writer = match path {
            Some(path) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(WarehouseError::io(folder))?;
                }
                let temporary = path.with_extension("tmp");
                let file = File::create(&temporary).map_err(WarehouseError::io(&temporary))?;
                let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(BufWriter::new(file));
                let first = ["line", "kind", "reason"].into_iter().chain(header.iter().map(String::as_str));
                writer.write_record(first).map_err(|error| failed(&temporary, error))?;
                Some((writer, path.to_owned()))
            }
            None => None,
        };
        Ok(Self { writer, counts: BTreeMap::new(), shown: Vec::new() })
    }

    /// Lists a row.
    pub(super) fn add(&mut self, line: u64, reason: Reason, cells: &StringRecord) -> Result<(), WarehouseError> {
        let set_aside = reason.is_set_aside();
        // Of each reason some are shown.
        let count = self.counts.entry(reason.clone()).or_default();
        *count += 1;
        if *count <= 2 && self.shown.len() < SHOWN {
            self.shown.push(RejectedRow { line, reason: reason.words(), set_aside });
        }
        if let Some((writer, path)) = &mut self.writer {
            let (line, reason) = (line.to_string(), reason.words());
            let start = [line.as_str(), if set_aside { "set aside" } else { "rejected" }, reason.as_str()];
            writer.write_record(start.into_iter().chain(cells)).map_err(|error| failed(path, error))?;
        }
        Ok(())
    }

    /// The counts by reason, of those that could not be read or of those set aside.
    pub(super) fn counts(&self, set_aside: bool) -> BTreeMap<String, u64> {
        self.counts
            .iter()
            .filter(|(reason, _)| reason.is_set_aside() == set_aside)
            .map(|(reason, count)| (reason.words(), *count))
            .collect()
    }

    /// Gives the list its name; where no row is in it, there is none.
    pub(super) fn finish(&mut self) -> Result<Option<PathBuf>, WarehouseError> {
        let Some((writer, path)) = self.writer.take() else { return Ok(None) };
        let temporary = path.with_extension("tmp");
        let mut file = writer.into_inner().map_err(|error| WarehouseError::io(&temporary)(error.into_error()))?;
        file.flush().map_err(WarehouseError::io(&temporary))?;
        if self.counts.is_empty() {
            fs::remove_file(&temporary).map_err(WarehouseError::io(&temporary))?;
            return Ok(None);
        }
        fs::rename(&temporary, &path).map_err(WarehouseError::io(&path))?;
        Ok(Some(path))
    }
}

impl Drop for Rejected {
    fn drop(&mut self) {
        // A list without its import is of no use.
        if let Some((_, path)) = &self.writer {
            let _ = fs::remove_file(path.with_extension("tmp"));
        }
    }
}

fn failed(path: &Path, error: csv::Error) -> WarehouseError {
    WarehouseError::Io { path: path.to_owned(), source: std::io::Error::other(error) }
}
