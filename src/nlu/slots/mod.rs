//! Slots: what a message says besides what it asks.

use super::Context;
use crate::domain::{Intent, Slots};

/// Placeholder.
#[must_use]
pub fn extract(_text: &str, _context: &Context<'_>, _intent: Intent) -> Slots {
    Slots::default()
}

/// Placeholder.
#[must_use]
pub fn is_follow_up(_text: &str) -> bool {
    false
}

/// Placeholder.
#[must_use]
pub fn is_correction(_text: &str) -> bool {
    false
}
