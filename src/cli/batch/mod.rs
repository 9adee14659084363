//! `herald batch`: engines on files, for analysts and for measuring.

mod understand;
mod classify;
mod tag;
mod sentiment;
mod aspects;
mod topics;
mod forecast;
mod series;
mod recommend;
mod baskets;

use anyhow::Result;

use crate::config::Config;

pub(crate) use baskets::read as read_baskets;

/// Engines on files, for analysts and for measuring.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Understands one utterance a line.
    Understand(understand::Args),
    /// Classifies on anyone's labels.
    Classify(classify::Args),
    /// Tags words on anyone's tags, and classifies.
    Tag(tag::Args),
    /// Sentiment of a column of texts.
    Sentiment(sentiment::Args),
    /// Aspects of a column of texts, and the feeling toward each.
    Aspects(aspects::Args),
    /// Topics of a column of texts.
    Topics(topics::Args),
    /// Forecasts many series.
    Forecast(forecast::Args),
    /// Recommends items to users.
    Recommend(recommend::Args),
    /// Finds what is bought together.
    Baskets(baskets::Args),
}

/// Runs one.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(command: &Command, config: &Config) -> Result<()> {
    match command {
        Command::Understand(args) => understand::run(args, config),
        Command::Classify(args) => classify::run(args, config),
        Command::Tag(args) => tag::run(args, config),
        Command::Sentiment(args) => sentiment::run(args, config),
        Command::Aspects(args) => aspects::run(args, config),
        Command::Topics(args) => topics::run(args, config),
        Command::Forecast(args) => forecast::run(args),
        Command::Recommend(args) => recommend::run(args),
        Command::Baskets(args) => baskets::run(args),
    }
}
