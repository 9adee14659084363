//! `herald batch sentiment`: sentiment of a column of texts.

use anyhow::Result;

/// Sentiment of a column of texts.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args) -> Result<()> {
    anyhow::bail!("not there yet")
}
