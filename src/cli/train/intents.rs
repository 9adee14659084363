//! `herald train intents`: fits the intent head.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

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
    /// The folder the head is written to.
    #[arg(long, default_value = "models/intents")]
    out: PathBuf,
    /// The folder of the encoder.
    #[arg(long, default_value = "models/base/all-MiniLM-L6-v2")]
    encoder: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(args: &Args) -> Result<()> {
    let began = Instant::now();
    let lessons = Lessons::read()?;
    let options = FitOptions { seed: args.seed, ..FitOptions::default() };
    // Float32, so that the head is the same on every machine.
    let encoder = Encoder::start(&EncoderOptions {
        model_dir: args.encoder.clone(),
        dtype: DtypeChoice::Float32,
        ..EncoderOptions::default()
    })?;
    let bar = indicatif::ProgressBar::new(lessons.texts.len() as u64).with_message("examples read");
    let seen = lessons.see(&encoder, options.buckets, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let (head, checked) = train(&seen, &lessons, usize::from(args.folds), &options)?;
    head.save(&args.out).with_context(|| format!("cannot write the head to {}", args.out.display()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} examples, fitted and checked in {:.0} s", lessons.texts.len(), began.elapsed().as_secs_f64())?;
    writeln!(out, "temperature {:.3}, threshold {:.2}", checked.temperature, checked.threshold)?;
    for (name, value) in &head.card().figures {
        writeln!(out, "{name:<26} {value}")?;
    }
    writeln!(out, "written to {}", args.out.display())?;
    Ok(())
}
