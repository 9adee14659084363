//! `herald evaluate intents`: measures the intent head by cross-validation.

use anyhow::Result;

/// Measures the intent head by cross-validation.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args, _config: &crate::config::Config) -> Result<()> {
    anyhow::bail!("not there yet")
}
