//! Reads the Parquet files of a table through DataFusion, and leaves out rows that a later upload replaced.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use datafusion::arrow::array::{BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};

use super::WarehouseError;
use super::record::{Columns, ROW_KEY, Record};

/// A session that reads files in the order of their rows.
pub(super) fn reading_session() -> SessionContext {
    // One partition keeps the rows in order; plain strings, since batches are taken apart by hand.
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(32_768)
        .set_bool("datafusion.execution.parquet.schema_force_view_types", false);
    SessionContext::new_with_config(config)
}

/// The rows of a file; all columns, or only those named.
pub(super) async fn file_batches(
    session: &SessionContext,
    path: &Path,
    columns: Option<&[&str]>,
) -> Result<Vec<RecordBatch>, WarehouseError> {
    // A file that is gone would be read as an empty folder.
    std::fs::metadata(path).map_err(WarehouseError::io(path))?;
    let absolute = std::path::absolute(path).map_err(WarehouseError::io(path))?;
    let frame = session
        .read_parquet(absolute.to_string_lossy().into_owned(), ParquetReadOptions::default())
        .await
        .map_err(|error| WarehouseError::parquet(path)(Box::new(error)))?;
    let frame = match columns {
        Some(columns) => frame.select_columns(columns)?,
        None => frame,
    };
    frame.collect().await.map_err(|error| WarehouseError::parquet(path)(Box::new(error)))
}

/// The rows that count of some files, given oldest first: of rows with the same key those of the last file.
pub(super) async fn live_batches(
    session: &SessionContext,
    files: &[PathBuf],
    columns: Option<&[&str]>,
) -> Result<Vec<RecordBatch>, WarehouseError> {
    let mut seen: HashSet<u64> = HashSet::new();
    let mut newest_first = Vec::with_capacity(files.len());
    for (age, path) in files.iter().rev().enumerate() {
        let mut batches = file_batches(session, path, columns).await?;
        if files.len() > 1 {
            for batch in &mut batches {
                let keys = Columns(batch).keys()?;
                // The last file need not be remembered: nothing older follows.
                let mask: BooleanArray = if age + 1 == files.len() {
                    keys.values().iter().map(|key| Some(!seen.contains(key))).collect()
                } else {
                    keys.values().iter().map(|key| Some(seen.insert(*key))).collect()
                };
                *batch = filter_record_batch(batch, &mask)?;
            }
        }
        newest_first.push(batches);
    }
    newest_first.reverse();
    Ok(newest_first.into_iter().flatten().filter(|batch| batch.num_rows() > 0).collect())
}

/// The rows of some files as rows of the domain.
pub(super) async fn live_rows<R: Record>(
    session: &SessionContext,
    files: &[PathBuf],
) -> Result<Vec<R>, WarehouseError> {
    let mut rows = Vec::new();
    for batch in live_batches(session, files, None).await? {
        rows.extend(R::decode(&Columns(&batch))?);
    }
    Ok(rows)
}

/// The keys of the rows that count.
pub(super) async fn live_keys(session: &SessionContext, files: &[PathBuf]) -> Result<HashSet<u64>, WarehouseError> {
    let mut keys = HashSet::new();
    for batch in live_batches(session, files, Some(&[ROW_KEY])).await? {
        keys.extend(Columns(&batch).keys()?.values().iter().copied());
    }
    Ok(keys)
}
