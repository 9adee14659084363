//! Fits and measures the learned parts.
