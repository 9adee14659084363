//! `herald batch topics`: topics of a column of texts.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use crate::app;
use crate::cli::arguments;
use crate::cli::files::{self, Rows};
use crate::config::Config;
use crate::engines::topics::{TopicEdit, TopicParams, Topics};

/// Sorts texts into topics: assignments as CSV, topics as JSON.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV or TSV (`.gz` read too) with a header; `-` is standard input.
    file: PathBuf,
    /// The column of texts.
    #[arg(long, default_value = "text")]
    text_column: String,
    /// How many topics; chosen where it is not given.
    #[arg(long, value_parser = arguments::count)]
    topics: Option<usize>,
    /// Where the topics are written as JSON.
    #[arg(long, value_name = "FILE")]
    topics_json: Option<PathBuf>,
    /// Where the assignments are written as CSV; standard output without it.
    #[arg(long, value_name = "FILE")]
    assignments: Option<PathBuf>,
    /// Topics that become one, by their numbers, as in `2,5`; the same file and seed give the same numbers. May be given
    /// again for others.
    #[arg(long, value_name = "TOPICS", value_parser = arguments::topics_to_merge)]
    merge: Vec<TopicEdit>,
    /// A topic that becomes two, by its number. May be given again for others.
    #[arg(long, value_name = "TOPIC")]
    split: Vec<usize>,
    /// The seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the command.
///
/// # Errors
/// With file and line where a row cannot be used.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let table = Rows::read(&args.file)?;
    let column = table.column(&args.text_column, &args.file)?;
    let texts: Vec<String> = table.rows.iter().map(|row| row[column].clone()).collect();
    let assignments = files::create(args.assignments.as_deref())?;
    let topics_json = args.topics_json.as_deref().map(|path| files::create(Some(path))).transpose()?;
    let encoder = app::start_encoder(config)?;
    let bar = super::super::progress(texts.len(), "reading");
    let vectors = encoder.embed_with_progress(&texts, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let vectors: Vec<&[f32]> = vectors.iter().map(Vec::as_slice).collect();
    let words: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = Topics::fit(&vectors, &words, TopicParams { topics: args.topics, seed: args.seed })?;
    let edits: Vec<TopicEdit> =
        args.merge.iter().cloned().chain(args.split.iter().copied().map(TopicEdit::Split)).collect();
    let found = if edits.is_empty() { found } else { found.edited(&vectors, &words, &edits, args.seed)? };
    let mut out = csv::Writer::from_writer(assignments);
    out.write_record(["row", "topic", "name"])?;
    for (row, topic) in found.topic_of.iter().enumerate() {
        let (id, name) = match topic {
            Some(topic) => (topic.to_string(), found.topics[*topic].name()),
            None => ("-1".to_owned(), String::new()),
        };
        out.write_record([(row + 1).to_string(), id, name])?;
    }
    out.into_inner().map_err(|error| error.into_error())?.flush()?;
    if let Some(mut file) = topics_json {
        let topics: Vec<_> = found
            .topics
            .iter()
            .enumerate()
            .map(|(id, topic)| {
                json!({
                    "id": id,
                    "size": topic.size,
                    "words": topic.words.iter().map(|(word, _)| word).collect::<Vec<_>>(),
                    "examples": topic.representatives.iter().map(|&row| &texts[row]).collect::<Vec<_>>(),
                })
            })
            .collect();
        serde_json::to_writer_pretty(&mut file, &json!({ "outlier_share": found.outlier_share(), "topics": topics }))?;
        writeln!(file)?;
        file.flush()?;
    }
    let share = 100.0 * found.outlier_share();
    eprintln!("{} texts, {} topics, {share:.1} % in none", texts.len(), found.topics.len());
    Ok(())
}
