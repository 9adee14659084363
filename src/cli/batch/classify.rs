//! `herald batch classify`: classifies on anyone's labels.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::app;
use crate::cli::files::Rows;
use crate::config::Config;
use crate::nlu::intents::linear::Seen;
use crate::training::classify::Classifier;
use crate::training::softmax::FitOptions;

/// How the classifier learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Method {
    /// A head on the frozen encoder.
    Head,
}

/// Classifies on anyone's labels.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How the classifier learns.
    #[arg(long, value_enum, default_value = "head")]
    method: Method,
    /// The examples: a table with the columns label and text; the label oos means out of scope.
    #[arg(long)]
    train: PathBuf,
    /// The texts to classify: a table with the column text; a column label is not looked at.
    #[arg(long)]
    test: PathBuf,
    /// The seed of the fit.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let Method::Head = args.method;
    let train = Rows::read(&args.train)?;
    let labels = column(&train, "label", &args.train)?;
    let examples = column(&train, "text", &args.train)?;
    ensure!(!labels.is_empty(), "{} has no rows below its header", args.train.display());
    if let Some(at) = labels.iter().position(|label| label.trim().is_empty()) {
        anyhow::bail!("{}, line {}: the label is empty", args.train.display(), train.lines[at]);
    }
    if labels.iter().all(|label| *label == labels[0]) {
        let (file, label) = (args.train.display(), &labels[0]);
        anyhow::bail!("{file} has one label only, {label:?}; a classifier tells at least two apart");
    }
    let texts = column(&Rows::read(&args.test)?, "text", &args.test)?;
    let encoder = app::load_encoder(config)?;
    let options = FitOptions { seed: args.seed, ..FitOptions::for_labels() };
    let see = |what: &'static str, texts: &[String]| -> Result<Vec<Seen>> {
        let bar = indicatif::ProgressBar::new(texts.len() as u64).with_message(what);
        let seen = Seen::many(&encoder, texts, options.buckets, &mut |done| bar.set_position(done as u64))?;
        bar.finish_and_clear();
        Ok(seen)
    };
    let classifier = Classifier::fit(&see("examples", &examples)?, &labels, &options)?;
    let seen = see("texts", &texts)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for (text, seen) in texts.iter().zip(&seen) {
        let verdict = classifier.classify(seen);
        let line = serde_json::json!({
            "text": text,
            "label": verdict.label,
            "confidence": verdict.confidence,
            "out_of_scope": verdict.out_of_scope,
        });
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}

fn column(rows: &Rows, name: &str, path: &Path) -> Result<Vec<String>> {
    let at = rows.column(name, path)?;
    Ok(rows.rows.iter().map(|row| row[at].clone()).collect())
}
