//! `herald evaluate`: measures the learned parts and the engines on data they have not seen.

mod intents;
mod said;
mod understanding;
mod classify;
mod tag;
mod dates;
mod sentiment;
mod sentiment_zh;
mod topics;
mod forecast;
mod recommend;
mod baskets;
mod latency;

use anyhow::Result;

use crate::config::Config;

/// Measures the learned parts and the engines on data they have not seen.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Measures the intent head by cross-validation.
    Intents(intents::Args),
    /// Measures intents and slots on messages that teach nothing.
    Understanding(understanding::Args),
    /// Measures the classifier on public sets.
    Classify(classify::Args),
    /// Measures dates and numbers on a public set.
    Dates(dates::Args),
    /// Measures the tagging of words on public sets.
    Tag(tag::Args),
    /// Measures sentiment on public sets.
    Sentiment(sentiment::Args),
    /// Measures topics on public sets.
    Topics(topics::Args),
    /// Measures forecasts on the M3 series.
    Forecast(forecast::Args),
    /// Measures recommendations on public sets.
    Recommend(recommend::Args),
    /// Counts itemsets of public baskets.
    Baskets(baskets::Args),
    /// Times warm questions per engine.
    Latency(latency::Args),
}

/// Runs one.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(command: &Command, config: &Config) -> Result<()> {
    match command {
        Command::Intents(args) => intents::run(args, config),
        Command::Understanding(args) => understanding::run(args, config),
        Command::Classify(args) => classify::run(args, config),
        Command::Dates(args) => dates::run(args),
        Command::Tag(args) => tag::run(args, config),
        Command::Sentiment(args) => sentiment::run(args, config),
        Command::Topics(args) => topics::run(args, config),
        Command::Forecast(args) => forecast::run(args),
        Command::Recommend(args) => recommend::run(args),
        Command::Baskets(args) => baskets::run(args),
        Command::Latency(args) => latency::run(args, config),
    }
}
