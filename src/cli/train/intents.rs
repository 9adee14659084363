//! `herald train intents`: fits the intent head.

use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::app;
use crate::config::Config;
use crate::nlu::encoder::{DtypeChoice, Encoder, EncoderOptions};
use crate::training::intents::{Lessons, train};
use crate::training::softmax::FitOptions;

/// Fits the intent head.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The seed of the order of examples and of the folds.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many folds choose temperature and threshold.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=20))]
    folds: u16,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let began = Instant::now();
    let lessons = Lessons::read()?;
    let options = FitOptions { seed: args.seed, ..FitOptions::default() };
    // Float32, so that the head is the same on every machine.
    let encoder = Encoder::start(&EncoderOptions {
        dtype: DtypeChoice::Float32,
        tuned: Vec::new(),
        ..app::encoder_options(config)?
    })?;
    let bar = indicatif::ProgressBar::new(lessons.texts.len() as u64).with_message("examples read");
    let seen = lessons.see(&encoder, options.buckets, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let (head, checked) = train(&seen, &lessons, usize::from(args.folds), &options)?;
    let folder = config.models.join("intents");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    head.save(&folder).with_context(|| format!("cannot write the head to {}", folder.display()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} examples, fitted and checked in {:.0} s", lessons.texts.len(), began.elapsed().as_secs_f64())?;
    writeln!(out, "temperature {:.3}, threshold {:.2}", checked.temperature, checked.threshold)?;
    for (name, value) in &head.card().figures {
        writeln!(out, "{name:<26} {value}")?;
    }
    writeln!(out, "written to {}", folder.display())?;
    Ok(())
}
