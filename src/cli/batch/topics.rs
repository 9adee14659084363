//! `herald batch topics`: topics of a column of texts.

use anyhow::Result;

/// Topics of a column of texts.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args, _config: &crate::config::Config) -> Result<()> {
    anyhow::bail!("not there yet")
}
