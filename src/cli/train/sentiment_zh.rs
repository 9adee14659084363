//! `herald train sentiment-zh`: fits the sentiment of Chinese texts on the public sets.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::read_sentiment;
use crate::config::Config;
use crate::domain::Sentiment;
use crate::nlu::sentiment::chinese::{card_file, weights_file};
use crate::training::chinese_sentiment::{Lesson, Params, fit, key};
use crate::training::sentiment_sets::{CHINESE_DEV, CHINESE_NEUTRAL, CHINESE_TRAIN};

/// Fits the sentiment of Chinese texts.
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
/// When the data is not there or the fit fails.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let began = Instant::now();
    let mut lessons = Vec::new();
    for (set, weight) in CHINESE_TRAIN {
        let texts = read_sentiment(set, &args.data)?.into_iter();
        lessons.extend(texts.map(|one| Lesson { text: one.text, class: one.class, weight: *weight }));
    }
    let calm = utterances(&args.data.join(CHINESE_NEUTRAL))?;
    lessons.extend(calm.into_iter().map(|text| Lesson { text, class: Sentiment::Neutral, weight: 0.5 }));
    let lessons: Vec<Lesson> = lessons.into_iter().step_by(args.every.max(1)).collect();
    // Some texts of the dev part are in the train part, word for word: they are not learned from.
    let apart: HashSet<String> = read_sentiment(&CHINESE_DEV, &args.data)?.iter().map(|one| key(&one.text)).collect();
    let params = Params { seed: args.seed, ..Params::default() };
    let file = weights_file(&config.models);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let (mut card, outcome) = fit(&lessons, &apart, &params, &file)?;
    let digest = Sha256::digest(std::fs::read(&file)?);
    card.version = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(card_file(&config.models), serde_json::to_string_pretty(&card)? + "\n")?;
    writeln!(
        std::io::stdout().lock(),
        "{}: {} texts in {:.0} s; on the {} held out: accuracy {:.1} %; neutral texts called so: {:.1} %",
        file.display(),
        outcome.lessons,
        began.elapsed().as_secs_f64(),
        outcome.held_out,
        100.0 * outcome.accuracy,
        100.0 * outcome.neutral,
    )?;
    Ok(())
}

/// Requests to an assistant, which express no feeling: a list of objects with `text`.
///
/// # Errors
/// When the file is not there or is something else.
pub(crate) fn utterances(file: &std::path::Path) -> Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Utterance {
        text: String,
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let all: Vec<Utterance> =
        serde_json::from_str(&text).with_context(|| format!("{} is no list of utterances", file.display()))?;
    Ok(all.into_iter().map(|one| one.text).collect())
}
