//! `herald evaluate topics`: topics of labelled public texts beside their labels, and beside k-means on words.

use std::collections::HashSet;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;

use crate::app;
use crate::cli::files::Rows;
use crate::config::Config;
use crate::engines::topics::{TopicParams, Topics, words_baseline};
use crate::training::clusters::{accuracy, nmi, purity};
use crate::training::coherence::{diversity, npmi};

/// Measures topics on public sets; their labels are used for scoring alone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data.
    #[arg(long)]
    data: PathBuf,
    /// The seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Take every n-th text only, to try things out.
    #[arg(long, default_value_t = 1)]
    every: usize,
}

const SETS: [(&str, &str); 3] = [
    ("BBC news", "topics/bbc_news_raw.tsv.gz"),
    ("SearchSnippets", "topics/search_snippets8.tsv"),
    ("StackOverflow titles", "topics/stackoverflow20_raw.tsv"),
];

/// Runs the command.
///
/// # Errors
/// When the data is not there or the encoder fails.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let encoder = app::start_encoder(config)?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| set | method | topics | accuracy | NMI | purity | NPMI | diversity | outliers | embedding | topics |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|---|---|")?;
    for (name, file) in SETS {
        let file = args.data.join(file);
        let rows = Rows::read(&file)?;
        let (label, text) = (rows.column("label", &file)?, rows.column("text", &file)?);
        let rows: Vec<_> = rows.rows.into_iter().step_by(args.every.max(1)).collect();
        let texts: Vec<String> = rows.iter().map(|row| row[text].clone()).collect();
        let labels: Vec<&str> = rows.iter().map(|row| row[label].as_str()).collect();
        let kinds = labels.iter().collect::<HashSet<_>>().len();
        let began = Instant::now();
        let vectors = encoder.embed_with_progress(&texts, &mut |_| {})?;
        let embedding_s = began.elapsed().as_secs_f64();
        let vectors: Vec<&[f32]> = vectors.iter().map(Vec::as_slice).collect();
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        for topics in [Some(kinds), None] {
            let began = Instant::now();
            let found = Topics::fit(&vectors, &words, TopicParams { topics, seed: args.seed })?;
            let seconds = [embedding_s, began.elapsed().as_secs_f64()];
            let method = if topics.is_some() { "Herald, number given" } else { "Herald, number chosen" };
            row(&mut out, &format!("{name} | {method}"), &found, &words, &labels, seconds)?;
        }
        let began = Instant::now();
        let found = words_baseline(&words, kinds, args.seed)?;
        let seconds = [0.0, began.elapsed().as_secs_f64()];
        row(&mut out, &format!("{name} | naive: k-means on TF-IDF"), &found, &words, &labels, seconds)?;
    }
    writeln!(
        out,
        "\nAccuracy by the best matching of topics and labels; NPMI of the {SCORED} first words of each topic, the window \
         being the whole text; outliers count as a topic of their own; seconds of work; seed {}.",
        args.seed
    )?;
    Ok(())
}

/// Words of a topic that are scored.
const SCORED: usize = 10;

fn row(
    out: &mut dyn Write,
    what: &str,
    found: &Topics,
    texts: &[&str],
    labels: &[&str],
    seconds: [f64; 2],
) -> Result<()> {
    let words: Vec<Vec<String>> = found
        .topics
        .iter()
        .map(|topic| topic.words.iter().take(SCORED).map(|(word, _)| word.clone()).collect())
        .collect();
    writeln!(
        out,
        "| {what} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.1} % | {:.1} s | {:.1} s |",
        found.topics.len(),
        accuracy(&found.topic_of, labels),
        nmi(&found.topic_of, labels),
        purity(&found.topic_of, labels),
        npmi(&words, texts),
        diversity(&words),
        100.0 * found.outlier_share(),
        seconds[0],
        seconds[1],
    )?;
    Ok(())
}
