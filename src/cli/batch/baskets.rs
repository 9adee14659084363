//! `herald batch baskets`: finds what is bought together.

use anyhow::Result;

/// Finds what is bought together.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args) -> Result<()> {
    anyhow::bail!("not there yet")
}
