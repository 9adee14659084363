//! The command line: one file per subcommand. Reads arguments, calls, prints; computes nothing.

pub mod batch;
pub mod train;
pub mod evaluate;
pub mod files;
pub mod import;
pub mod data;
