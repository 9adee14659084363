//! `herald train sentiment`: fits the sentiment head.

use anyhow::Result;

/// Fits the sentiment head.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args) -> Result<()> {
    anyhow::bail!("not there yet")
}
