//! `herald evaluate latency`: times warm questions per engine.

use anyhow::Result;

/// Times warm questions per engine.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args, _config: &crate::config::Config) -> Result<()> {
    anyhow::bail!("not there yet")
}
