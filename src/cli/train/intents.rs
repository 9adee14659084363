//! `herald train intents`: fits the intent head; with --tune, the encoder's layers for intents too.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use super::watch;
use crate::app;
use crate::config::Config;
use crate::domain::Intent;
use crate::nlu::encoder::{DtypeChoice, Encoder, EncoderOptions, TunedLayers, choose_device};
use crate::nlu::intents::linear::Seen;
use crate::nlu::intents::{LAYERS_FILE, TUNED, tuned_layers};
use crate::training::finetune::{FinetuneParams, Heads, fit};
use crate::training::intents::{Lessons, Mixed, find_mix, train, tuning_examples};
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
    /// Tunes the encoder's layers first, which takes several minutes; one that was broken off goes on where it stood.
    #[arg(long)]
    tune: bool,
    /// Passes over the examples while tuning, at most.
    #[arg(long, default_value_t = 6)]
    epochs: usize,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let began = Instant::now();
    let lessons = Lessons::read()?;
    let options = FitOptions { seed: args.seed, ..FitOptions::default() };
    let folder = config.models.join("intents");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    if args.tune {
        tune(args, config, &lessons, &folder)?;
    }
    // Float32, so that the head is the same on every machine.
    let layers: Vec<TunedLayers> = tuned_layers(&folder).into_iter().collect();
    let encoder = Encoder::start(&EncoderOptions {
        dtype: DtypeChoice::Float32,
        tuned: layers.clone(),
        ..app::encoder_options(config)?
    })?;
    let bar = indicatif::ProgressBar::new(lessons.texts.len() as u64).with_message("examples read");
    let seen = lessons.see(&encoder, options.buckets, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let mixed = if layers.is_empty() { None } else { Some(mixed(&encoder, &lessons, &seen, &options)?) };
    let (head, checked) = train(&seen, &lessons, usize::from(args.folds), &options, mixed)?;
    head.save(&folder).with_context(|| format!("cannot write the head to {}", folder.display()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} examples, fitted and checked in {:.0} s", lessons.texts.len(), began.elapsed().as_secs_f64())?;
    writeln!(
        out,
        "temperature {:.3}, threshold {:.2}, mix {:.1}",
        checked.temperature,
        head.card().threshold,
        head.card().mix
    )?;
    for (name, value) in &head.card().figures {
        writeln!(out, "{name:<26} {value}")?;
    }
    writeln!(out, "written to {}", folder.display())?;
    Ok(())
}

/// Tunes the layers on nine families in ten.
fn tune(args: &Args, config: &Config, lessons: &Lessons, folder: &Path) -> Result<()> {
    let options = app::encoder_options(config)?;
    let (learned, held_out) = tuning_examples(lessons);
    let params = FinetuneParams {
        epochs: args.epochs,
        seed: args.seed,
        smoothing: 0.1,
        rate: 2e-4,
        looks: 1,
        checkpoint: Some(config.data.join("training/intents")),
        ..FinetuneParams::default()
    };
    let bar = watch()?;
    let file = folder.join(LAYERS_FILE);
    let device = choose_device(options.device)?;
    let examples = (&learned[..], &held_out[..]);
    let heads = Heads { classes: Intent::ALL.len(), tags: 0 };
    let outcome = fit(&options.model_dir, device, examples, heads, &params, &file, &mut |at| bar.tell(at))?;
    bar.finish();
    eprintln!(
        "tuned in {} steps; on the {} examples held out: accuracy {:.1} %",
        outcome.steps,
        held_out.len(),
        100.0 * outcome.accuracy
    );
    Ok(())
}

/// How much the layers should count, on the families that they have not seen.
fn mixed(encoder: &Encoder, lessons: &Lessons, seen: &[Seen], options: &FitOptions) -> Result<Mixed> {
    let (_, held_out) = tuning_examples(lessons);
    let texts: Vec<String> = held_out.into_iter().map(|example| example.text).collect();
    let scores = encoder.scores(&texts, TUNED, &mut |_| {})?;
    Ok(find_mix(seen, lessons, &scores, options)?)
}
