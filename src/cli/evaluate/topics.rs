//! `herald evaluate topics`: topics of labelled public texts beside their labels.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;

use crate::app;
use crate::cli::files::Rows;
use crate::config::Config;
use crate::engines::topics::{TopicParams, Topics};
use crate::training::clusters::{nmi, purity};

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
    writeln!(out, "| set | texts | labels | topics | outliers | purity | NMI | one topic (naive): purity | NMI |")?;
    writeln!(out, "|---|---|---|---|---|---|---|---|---|")?;
    for (name, file) in SETS {
        let file = args.data.join(file);
        let rows = Rows::read(&file)?;
        let (label, text) = (rows.column("label", &file)?, rows.column("text", &file)?);
        let rows: Vec<_> = rows.rows.into_iter().step_by(args.every.max(1)).collect();
        let texts: Vec<String> = rows.iter().map(|row| row[text].clone()).collect();
        let labels: Vec<&str> = rows.iter().map(|row| row[label].as_str()).collect();
        let kinds = labels.iter().collect::<std::collections::HashSet<_>>().len();
        let vectors = encoder.embed_with_progress(&texts, &mut |_| {})?;
        let vectors: Vec<&[f32]> = vectors.iter().map(Vec::as_slice).collect();
        let words: Vec<&str> = texts.iter().map(String::as_str).collect();
        let naive = vec![0; labels.len()];
        for topics in [Some(kinds), None] {
            let found = Topics::fit(&vectors, &words, TopicParams { topics, seed: args.seed })?;
            let given = if topics.is_some() { "given" } else { "chosen" };
            writeln!(
                out,
                "| {name} | {} | {kinds} | {} ({given}) | {:.1} % | {:.3} | {:.3} | {:.3} | {:.3} |",
                texts.len(),
                found.topics.len(),
                100.0 * found.outlier_share(),
                purity(&found.topic_of, &labels),
                nmi(&found.topic_of, &labels),
                purity(&naive, &labels),
                nmi(&naive, &labels)
            )?;
        }
    }
    writeln!(out, "\nOutliers count as a topic of their own. Seed {}.", args.seed)?;
    Ok(())
}
