//! `herald train`: fits the learned parts again.

mod intents;
mod sentiment;
mod sentiment_zh;

use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::Config;
use crate::training::finetune::Progress;

pub(crate) use sentiment::read as read_sentiment;
pub(crate) use sentiment_zh::utterances;

/// Fits the learned parts again.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Fits the intent head.
    Intents(intents::Args),
    /// Fits the sentiment head.
    Sentiment(sentiment::Args),
    /// Fits the sentiment of Chinese texts.
    SentimentZh(sentiment_zh::Args),
}

/// Runs one.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(command: &Command, config: &Config) -> Result<()> {
    match command {
        Command::Intents(args) => intents::run(args, config),
        Command::Sentiment(args) => sentiment::run(args, config),
        Command::SentimentZh(args) => sentiment_zh::run(args, config),
    }
}

/// Shows how far a fit is: a bar on a terminal, a line every half minute elsewhere.
pub(super) struct Watch {
    bar: ProgressBar,
    told: std::cell::Cell<Instant>,
}

/// A line this often where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

pub(super) fn watch() -> Result<Watch> {
    let bar = ProgressBar::new(1);
    bar.set_style(ProgressStyle::with_template("[{bar:30}] {pos}/{len} {eta} {msg}")?.progress_chars("=> "));
    Ok(Watch { bar, told: std::cell::Cell::new(Instant::now()) })
}

impl Watch {
    pub(super) fn tell(&self, at: Progress) {
        self.bar.set_length(at.steps as u64);
        self.bar.set_position(at.step as u64);
        let held_out = at.held_out_loss.map_or_else(String::new, |loss| format!(", held out {loss:.4}"));
        self.bar.set_message(format!("loss {:.4}{held_out}", at.loss));
        if self.bar.is_hidden() && self.told.get().elapsed() >= LINE_EVERY {
            let left = self.bar.eta().as_secs();
            eprintln!("step {} of {}, loss {:.4}{held_out}, {left} s left", at.step, at.steps, at.loss);
            self.told.set(Instant::now());
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
