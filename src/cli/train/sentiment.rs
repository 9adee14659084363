//! `herald train sentiment`: fits the sentiment head on the public sets.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest as _, Sha256};

use crate::app;
use crate::cli::files::Rows;
use crate::config::Config;
use crate::nlu::encoder::{DtypeChoice, Encoder, EncoderOptions};
use crate::nlu::sentiment::SentimentCard;
use crate::training::sentiment::{Labelled, SentimentParams, fit};
use crate::training::sentiment_sets::{REVIEWS, Set, TRAIN, held_out};

/// Fits the sentiment head.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data.
    #[arg(long)]
    data: PathBuf,
    /// The seed of everything random.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Learn from every n-th text only, to try things out.
    #[arg(long, default_value_t = 1)]
    every: usize,
}

/// Runs the command.
///
/// # Errors
/// When the data is not there or the encoder fails.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let mut texts = Vec::new();
    for set in TRAIN {
        texts.extend(read(set, &args.data)?);
    }
    let reviews = read(&REVIEWS, &args.data)?;
    texts.extend(reviews.into_iter().enumerate().filter(|(row, _)| !held_out(*row)).map(|(_, labelled)| labelled));
    let texts: Vec<_> = texts.into_iter().step_by(args.every.max(1)).collect();
    // Float32, so that the head is the same on every machine.
    let encoder = Encoder::start(&EncoderOptions { dtype: DtypeChoice::Float32, ..app::encoder_options(config)? })?;
    let bar = ProgressBar::new(1);
    bar.set_style(ProgressStyle::with_template("{msg:10} [{bar:30}] {pos}/{len} {eta}")?.progress_chars("=> "));
    let params = SentimentParams { seed: args.seed, ..SentimentParams::default() };
    let fitted = fit(&encoder, &texts, &params, &mut |what, done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
    })?;
    bar.finish_and_clear();
    let folder = config.models.join("sentiment");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join("head.safetensors");
    fitted.save(&file)?;
    let digest = Sha256::digest(std::fs::read(&file)?);
    let version = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let card = SentimentCard { version, layers: params.layers.layers.clone(), cls: params.layers.cls };
    std::fs::write(folder.join("head.json"), serde_json::to_string_pretty(&card)? + "\n")?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{}: learned from {} texts in {} passes; on the twentieth held out: accuracy {:.1} %, ECE {:.3}",
        file.display(),
        fitted.texts,
        fitted.epochs,
        100.0 * fitted.held_out_accuracy,
        fitted.held_out_ece
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
