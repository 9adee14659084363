//! Fits and measures the learned parts.

pub mod ranking;
