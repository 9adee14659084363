//! The store: one contract on every kind, what it does when its files are damaged, and when it is killed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod contract;
mod damage;
mod export;
mod kill;
mod made;
