//! Why a fit failed.

use crate::nlu::NluError;

/// Why a fit failed.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    /// The encoder failed.
    #[error(transparent)]
    Nlu(#[from] NluError),
    /// Torch failed.
    #[error("torch failed: {0}")]
    Torch(#[from] tch::TchError),
    /// The state of a fit could not be kept.
    #[error("the fit's checkpoint cannot be written or read")]
    Disk(#[from] std::io::Error),
    /// The state of a fit is not what was kept.
    #[error("the fit's checkpoint cannot be used: {0}; remove its folder to begin again")]
    Checkpoint(String),
}
