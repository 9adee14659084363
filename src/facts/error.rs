//! Why the warehouse failed.

use std::path::{Path, PathBuf};

use datafusion::error::DataFusionError;

use crate::domain::{Dimension, Metric, TableName};

/// Why the warehouse failed, by what somebody can do about it.
#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    /// A file of the warehouse or of an import cannot be read or written.
    #[error("cannot use {path}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The warehouse was written by a newer Herald; it is left as it is.
    #[error("the uploads at {path} have format {found}, this herald reads up to {known}; use a newer herald")]
    Newer {
        /// Where.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format this program reads.
        known: u32,
    },
    /// The log of uploads is damaged; it is left as it is.
    #[error("the log of uploads at {path} is damaged ({reason}); restore a backup or move it away")]
    DamagedLog {
        /// Where.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// A figure has no such members.
    #[error("{metric} cannot be broken down or filtered by {}", .dimension.name())]
    NoSuchBreakdown {
        /// The figure.
        metric: Metric,
        /// By what.
        dimension: Dimension,
    },
    /// Posts cannot be filtered by this.
    #[error("posts cannot be filtered by {}", .0.name())]
    NoSuchPostFilter(Dimension),
    /// Texts were to be read, but the warehouse was opened without a reader.
    #[error("{unread} posts are not read yet, and there is nothing to read them with")]
    NoReader {
        /// How many.
        unread: usize,
    },
    /// Texts cannot be read now.
    #[error("the posts could not be read")]
    Reading(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A defect of the reader.
    #[error("the reader was given {wanted} texts and returned {found} readings")]
    WrongReadings {
        /// Texts given.
        wanted: usize,
        /// Readings returned.
        found: usize,
    },
    /// The engine failed.
    #[error("the query failed")]
    Engine(#[source] Box<DataFusionError>),
    /// A Parquet file is damaged or is none.
    #[error("cannot use {path} as a Parquet file")]
    Parquet {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file with nothing in it.
    #[error("{0} is empty; its first line must name the columns")]
    EmptyFile(PathBuf),
    /// A header and no rows.
    #[error("{0} has a header and no rows")]
    NoRows(PathBuf),
    /// A file that was written to while it was read.
    #[error("{0} changed while it was read; nothing was imported, so try again once it is finished")]
    Changed(PathBuf),
    /// A file that is no table.
    #[error("{path} is no table of text: {reason}")]
    NotATable {
        /// Which.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// Nothing tells what the file holds.
    #[error("{path} fits no table ({lacking}); name the table, and its columns with field=column")]
    UnknownTable {
        /// Which.
        path: PathBuf,
        /// What each table needs that the file does not show.
        lacking: String,
    },
    /// A mapping names a column that the file lacks.
    #[error("no column is called {column:?}; there are {known}")]
    NoColumn {
        /// Which.
        column: String,
        /// What there is.
        known: String,
    },
    /// A mapping names a field that the table lacks.
    #[error("{} have no field {field:?}; there are {known}", .table.name())]
    NoField {
        /// The table.
        table: TableName,
        /// Which.
        field: String,
        /// What there is.
        known: String,
    },
    /// Columns that the table cannot do without are mapped to nothing.
    #[error("{} need a column for {fields}; name it with field=column", .table.name())]
    MissingFields {
        /// The table.
        table: TableName,
        /// Which.
        fields: String,
    },
    /// There is no such upload.
    #[error("there is no upload {0}")]
    NoUpload(String),
    /// The upload does not count any more.
    #[error("upload {id} was taken back already, on {at:.0}")]
    TakenBack {
        /// Which.
        id: String,
        /// When.
        at: jiff::Timestamp,
    },
    /// There is nothing to take back.
    #[error("there is no upload to take back")]
    NothingToUndo,
}

impl WarehouseError {
    /// Names the file a failure of the disk belongs to.
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    /// Names the file a failure of the format belongs to.
    pub(super) fn parquet<E>(path: &Path) -> impl FnOnce(E) -> Self + use<E>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let path = path.to_owned();
        move |source| Self::Parquet { path, source: source.into() }
    }
}

impl From<DataFusionError> for WarehouseError {
    fn from(source: DataFusionError) -> Self {
        Self::Engine(Box::new(source))
    }
}

impl From<datafusion::arrow::error::ArrowError> for WarehouseError {
    fn from(source: datafusion::arrow::error::ArrowError) -> Self {
        Self::Engine(Box::new(DataFusionError::from(source)))
    }
}
