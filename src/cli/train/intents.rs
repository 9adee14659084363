//! `herald train intents`: fits the intent head on the taught examples.

use anyhow::Result;

use crate::app;
use crate::config::Config;
use crate::training::intents::{Lessons, train};
use crate::training::softmax::FitOptions;

/// Fits the intent head.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(args: &Args, config: &Config) -> Result<()> {
    let encoder = app::start_encoder(config)?;
    let lessons = Lessons::read()?;
    let options = FitOptions { seed: args.seed, ..FitOptions::default() };
    let seen = lessons.see(&encoder, options.buckets, &mut |_| {})?;
    let (head, checked) = train(&seen, &lessons, 5, &options)?;
    std::fs::create_dir_all(config.models.join("intents"))?;
    head.save(&config.models.join("intents"))?;
    eprintln!("{:?}", checked.figures());
    Ok(())
}
