//! `herald batch classify`: classifies on anyone's labels.

use anyhow::Result;

/// Classifies on anyone's labels.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args, _config: &crate::config::Config) -> Result<()> {
    anyhow::bail!("not there yet")
}
