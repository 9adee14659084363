//! `herald train sentiment`: tunes the encoder's layers for sentiment on the public sets.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::watch;
use crate::app;
use crate::cli::files::Rows;
use crate::config::Config;
use crate::nlu::sentiment::{SentimentCard, card_file, weights_file};
use crate::training::finetune::{Example, FinetuneParams, Heads, fit};
use crate::training::sentiment_sets::{Labelled, REVIEWS, Set, TRAIN, held_out};

/// One in this many examples decides when to stop.
const HELD_OUT: usize = 30;
/// Negative, neutral, positive.
const CLASSES: usize = 3;

/// Tunes the sentiment layers.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data.
    #[arg(long)]
    data: PathBuf,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Passes over the texts.
    #[arg(long, default_value_t = 2)]
    epochs: usize,
    /// The largest step size of the last layer.
    #[arg(long)]
    rate: Option<f64>,
    /// The step size of each layer against that of the one above it.
    #[arg(long)]
    layer_decay: Option<f64>,
    /// Texts per step.
    #[arg(long)]
    batch: Option<usize>,
    /// Learn from every n-th text only, to try things out.
    #[arg(long, default_value_t = 1)]
    every: usize,
}

/// Runs the command. One that was broken off goes on where it stood.
///
/// # Errors
/// When the data is not there or the fit fails.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let began = Instant::now();
    let mut examples = Vec::new();
    for set in TRAIN {
        examples.extend(set.examples(read(set, &args.data)?));
    }
    let reviews = read(&REVIEWS, &args.data)?.into_iter().enumerate().filter(|(row, _)| !held_out(*row));
    examples.extend(REVIEWS.examples(reviews.map(|(_, labelled)| labelled).collect()));
    let examples = examples.into_iter().step_by(args.every.max(1));
    let (mut stop_by, mut learned): (Vec<Example>, Vec<Example>) = Default::default();
    for (at, example) in examples.enumerate() {
        if at % HELD_OUT == HELD_OUT - 1 { stop_by.push(example) } else { learned.push(example) }
    }
    let usual = FinetuneParams::default();
    let params = FinetuneParams {
        epochs: args.epochs,
        seed: args.seed,
        rate: args.rate.unwrap_or(usual.rate),
        layer_decay: args.layer_decay.unwrap_or(usual.layer_decay),
        batch: args.batch.unwrap_or(usual.batch),
        checkpoint: Some(config.data.join("training/sentiment")),
        ..usual
    };
    let file = weights_file(&config.models);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let options = app::encoder_options(config)?;
    let device = crate::nlu::encoder::choose_device(options.device)?;
    let bar = watch()?;
    let outcome = fit(
        &options.model_dir,
        device,
        (&learned, &stop_by),
        Heads { classes: CLASSES, tags: 0 },
        &params,
        &file,
        &mut |at| bar.tell(at),
    )?;
    bar.finish();
    let digest = Sha256::digest(std::fs::read(&file)?);
    let version = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let card = SentimentCard { version };
    std::fs::write(card_file(&config.models), serde_json::to_string_pretty(&card)? + "\n")?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{}: {} texts, {} steps in {:.0} s; on the {} held out: accuracy {:.1} %, ECE {:.3}",
        file.display(),
        outcome.examples,
        outcome.steps,
        began.elapsed().as_secs_f64(),
        stop_by.len(),
        100.0 * outcome.accuracy,
        outcome.calibration_error
    )?;
    Ok(())
}

/// Reads a set.
///
/// # Errors
/// When its file is not there or lacks `label` or `text`.
pub(crate) fn read(set: &Set, data: &Path) -> Result<Vec<Labelled>> {
    let file = set.file(data);
    let rows = Rows::read(&file)?;
    let (label, text) = (rows.column("label", &file)?, rows.column("text", &file)?);
    Ok(set.labelled(rows.rows.into_iter().map(|row| (row[label].clone(), row[text].clone())).collect()))
}
