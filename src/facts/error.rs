//! Why the warehouse failed.

/// Why the warehouse failed, by what somebody can do about it.
#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    /// A file of the warehouse or of an import cannot be read or written.
    #[error("cannot use {path}")]
    Io {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}
