//! Fits and measures the learned parts.

mod error;
pub mod measures;
pub mod baselines;
pub mod softmax;
pub mod finetune;
pub mod lessons;
pub mod intents;
pub mod gate;
pub mod classify;
pub mod tagging;
pub mod ranking;
pub mod clusters;
pub mod coherence;
pub mod sentiment_sets;
pub mod chinese_sentiment;

pub use error::TrainingError;
