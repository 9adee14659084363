//! Why the store failed.

/// Why the store failed, by what somebody can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database was written by a newer Herald; it is left as it is.
    #[error("the database at {path} has version {found}, this herald reads up to {known}; use a newer herald")]
    Newer {
        /// Where.
        path: String,
        /// Its version.
        found: u32,
        /// The newest version this program reads.
        known: u32,
    },
    /// Another process has the database open.
    #[error("the database at {path} is in use by another herald; stop it first")]
    InUse {
        /// Where.
        path: String,
    },
    /// The database is damaged; it is left as it is.
    #[error("the database at {path} is damaged ({reason}); restore a backup or move it away")]
    Damaged {
        /// Where.
        path: String,
        /// What was found.
        reason: String,
    },
    /// There is no database yet, where one was asked for.
    #[error("there is no database at {path}")]
    Missing {
        /// Where it was looked for.
        path: String,
    },
    /// The message was handled before.
    #[error("message {0} was handled before")]
    AlreadySeen(String),
    /// No such kind of store.
    #[error("cannot open store {0:?}; use sled:PATH or memory:")]
    UnknownUrl(String),
    /// A file or folder of the database cannot be read or written.
    #[error("cannot use {path}")]
    Unusable {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An export lacks its end.
    #[error(
        "the import ends after {entries} entries without the line that closes it, so it is cut; nothing was restored"
    )]
    Cut {
        /// How many entries it has.
        entries: usize,
    },
    /// The disk failed.
    #[error("the database failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A line of an export cannot be read.
    #[error("line {line} of the import: {reason}")]
    BadLine {
        /// Which, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
}
