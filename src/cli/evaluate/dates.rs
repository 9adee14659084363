//! `herald evaluate dates`: measures dates and numbers on a public set.

use anyhow::Result;

/// Measures dates and numbers on a public set.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args) -> Result<()> {
    anyhow::bail!("not there yet")
}
