//! Slots: what a message says besides what it asks.
