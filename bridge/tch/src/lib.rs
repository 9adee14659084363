//! Re-exports the current tch under the version that rust-bert asks for. Nothing else is here.
pub use tch_current::*;
