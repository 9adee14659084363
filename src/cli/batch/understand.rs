//! `herald batch understand`: understands one utterance a line.

use anyhow::Result;

/// Understands one utterance a line.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args, _config: &crate::config::Config) -> Result<()> {
    anyhow::bail!("not there yet")
}
