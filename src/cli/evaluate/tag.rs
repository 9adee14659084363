//! `herald evaluate tag`: measures labels of sentences and tags of words on public sets, beside the naive way.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;

use crate::cli::tagging::{Tagger, read};
use crate::config::Config;
use crate::training::tagging::{Commonest, span_score};

/// Measures the tagging of words on public sets.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data, with nlu/atis and nlu/snips in it.
    #[arg(long)]
    data: PathBuf,
    /// The seed of the fits.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Passes over the sentences, at most.
    #[arg(long)]
    epochs: Option<usize>,
    /// Only sets with this in their name.
    #[arg(long)]
    only: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:10} {:>7} {:>6} {:>8} {:>8} {:>9} {:>8} {:>12} {:>12} {:>8}",
        "set", "train", "test", "intent", "slot F1", "precision", "recall", "naive intent", "naive F1", "seconds"
    )?;
    for (name, folder) in [("ATIS dev", "atis"), ("SNIPS dev", "snips")] {
        if args.only.as_ref().is_some_and(|only| !name.to_lowercase().contains(&only.to_lowercase())) {
            continue;
        }
        let folder = args.data.join("nlu").join(folder);
        let (train, test) = (read(&folder.join("train"))?, read(&folder.join("dev"))?);
        let began = Instant::now();
        let tagger = Tagger::fit(config, &train, args.seed, args.epochs)?;
        let words: Vec<Vec<String>> = test.iter().map(|sentence| sentence.words.clone()).collect();
        let found = tagger.tag(&words)?;
        let naive = Commonest::fit(&train);
        let wanted: Vec<Vec<String>> = test.iter().map(|sentence| sentence.tags.clone()).collect();
        let score = span_score(&wanted, &found.iter().map(|one| one.tags.clone()).collect::<Vec<_>>());
        let naive_score = span_score(&wanted, &words.iter().map(|words| naive.tag(words)).collect::<Vec<_>>());
        let share = |count: usize| 100.0 * count as f64 / test.len() as f64;
        let right = test.iter().zip(&found).filter(|(sentence, found)| sentence.label == found.label).count();
        let naively = test.iter().filter(|sentence| sentence.label == naive.label).count();
        writeln!(
            out,
            "{name:10} {:7} {:6} {:8.2} {:8.2} {:9.2} {:8.2} {:12.2} {:12.2} {:8.0}",
            train.len(),
            test.len(),
            share(right),
            100.0 * score.f1(),
            100.0 * score.precision(),
            100.0 * score.recall(),
            share(naively),
            100.0 * naive_score.f1(),
            began.elapsed().as_secs_f64()
        )?;
    }
    Ok(())
}
