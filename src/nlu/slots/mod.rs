//! Slots
