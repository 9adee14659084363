//! `herald train`: fits the learned parts again.

mod intents;
mod sentiment;

use anyhow::Result;

/// Fits the learned parts again.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Fits the intent head.
    Intents(intents::Args),
    /// Fits the sentiment head.
    Sentiment(sentiment::Args),
}

/// Runs one.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(command: &Command) -> Result<()> {
    match command {
        Command::Intents(args) => intents::run(args),
        Command::Sentiment(args) => sentiment::run(args),
    }
}
