//! Reads what is asked of the clock: when, what and where to, for digests; which figure crosses which line, for alerts;
//! and what is to be done with those that are there. English and Chinese. Looks nothing up and makes nothing.

mod clean;
mod cuts;
mod clocks;
mod zones;
mod english;
mod chinese;
mod when;
mod to;
mod content;
mod digest;
mod alert;
mod manage;
#[cfg(test)]
mod tests;

pub use alert::{AlertWords, alert};
pub use content::unusual;
pub use digest::{DigestWords, digest};
pub use manage::{Manage, Verb, manage};
pub use to::{To, to};
pub use when::recurrence;
