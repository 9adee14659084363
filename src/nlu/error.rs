//! Why a message could not be understood.

use std::path::PathBuf;

/// Why a message could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NluError {
    /// A model file is not there; run the set-up or the training again.
    #[error("model file {path} is missing; {remedy}")]
    MissingModel {
        /// The file.
        path: PathBuf,
        /// What makes it again.
        remedy: &'static str,
    },
    /// A model file is not what it should be.
    #[error("model file {path} cannot be used: {reason}")]
    BadModel {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The device that was asked for is not to be had.
    #[error("device {asked:?} cannot be used: {reason}")]
    Device {
        /// What was asked for.
        asked: String,
        /// Why, and what to do.
        reason: String,
    },
    /// More messages wait than the queue holds.
    #[error("the encoder has too much to do; try again in a moment")]
    Overloaded,
    /// The encoder's thread has ended.
    #[error("the encoder has stopped; start herald again")]
    Stopped,
    /// Torch failed.
    #[error("torch failed: {0}")]
    Torch(String),
    /// A file of prompts is wrong.
    #[error("{file}: {reason}")]
    Prompts {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
}

impl From<tch::TchError> for NluError {
    fn from(error: tch::TchError) -> Self {
        Self::Torch(error.to_string())
    }
}
