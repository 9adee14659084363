//! `herald batch classify`: classifies on anyone's labels.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::cli::classifying::{Fitted, Method};
use crate::cli::files::Rows;
use crate::config::Config;

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
    /// Passes over the examples while layers are tuned, at most.
    #[arg(long)]
    epochs: Option<usize>,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
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
    let fitted = Fitted::fit(config, args.method, &examples, &labels, args.seed, args.epochs)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for (text, verdict) in texts.iter().zip(fitted.classify(&texts)?) {
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
