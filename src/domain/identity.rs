//! Which accounts are one person.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ProfileId, UserId};

/// An account that was linked to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The account.
    pub account: UserId,
    /// The person.
    pub profile: ProfileId,
}

/// A code that makes whoever sends it a customer that the facts know, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCode {
    /// The code.
    pub code: String,
    /// The customer's id in the facts.
    pub customer: String,
    /// When it stops working.
    pub expires: Timestamp,
}

/// A code that links whoever sends it, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCode {
    /// The code.
    pub code: String,
    /// Whom it links to.
    pub profile: ProfileId,
    /// When it stops working.
    pub expires: Timestamp,
}
