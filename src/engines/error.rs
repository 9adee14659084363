//! Why an engine does not answer.

use crate::domain::{FactsError, Intent, Phrase, SlotKind, TableName};

/// Why an engine does not answer, by what somebody can do about it.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The question lacks something; ask for it.
    #[error("{intent} needs a {slot:?}")]
    MissingSlot {
        /// What was asked.
        intent: Intent,
        /// What is missing.
        slot: SlotKind,
    },
    /// A table is empty; bring data in.
    #[error("there are no {} yet", .0.name())]
    NoData(TableName),
    /// Rows there are, but none that match.
    #[error("no {} match", .0.name())]
    NothingMatches(TableName),
    /// Too little data: say how much is missing.
    #[error("{} needs {needs}, found {found}", .what.key)]
    TooShort {
        /// What was wanted, as a phrase.
        what: Phrase,
        /// How many points, customers or posts it needs.
        needs: usize,
        /// How many there are.
        found: usize,
    },
    /// The question does not fit the figure, such as a target for a figure that no one can add up.
    #[error("not supported: {}", .0.key)]
    Unsupported(Phrase),
    /// The asker's role may not see this.
    #[error("this is not for the asker's role")]
    Forbidden,
    /// A defect of the engine: its needs do not name what it reads.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// A calculation failed.
    #[error("{what} failed")]
    Failed {
        /// Which.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
