//! One test binary; each suite is a module.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod platforms;
mod schedule;
mod served;
mod storage;
mod tidy;
mod whole;
