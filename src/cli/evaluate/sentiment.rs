//! `herald evaluate sentiment`: measures sentiment on public sets.

use anyhow::Result;

/// Measures sentiment on public sets.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args) -> Result<()> {
    anyhow::bail!("not there yet")
}
