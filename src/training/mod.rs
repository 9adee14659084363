//! Fits and measures the learned parts.

pub mod measures;
pub mod baselines;
pub mod softmax;
pub mod intents;
pub mod classify;
