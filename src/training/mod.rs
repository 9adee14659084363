//! Fits and measures the learned parts.

mod error;
pub mod ranking;
pub mod sentiment;
pub mod sentiment_sets;

pub use error::TrainingError;
