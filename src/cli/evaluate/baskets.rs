//! `herald evaluate baskets`: counts itemsets of public baskets.

use anyhow::Result;

/// Counts itemsets of public baskets.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(_args: &Args) -> Result<()> {
    anyhow::bail!("not there yet")
}
