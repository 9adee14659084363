//! `herald train`: fits the learned parts again.

mod intents;
mod sentiment;

use anyhow::Result;

use crate::config::Config;

pub(crate) use sentiment::read as read_sentiment;

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
pub fn run(command: &Command, config: &Config) -> Result<()> {
    match command {
        Command::Intents(args) => intents::run(args, config),
        Command::Sentiment(args) => sentiment::run(args, config),
    }
}
