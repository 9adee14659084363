//! `herald evaluate forecast`: measures forecasts on the M3 series.

use anyhow::Result;

/// Measures forecasts on the M3 series.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args) -> Result<()> {
    anyhow::bail!("not there yet")
}
