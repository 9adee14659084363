//! `herald batch sentiment`: the feeling of a column of texts.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;

use crate::app;
use crate::cli::files::{Rows, create};
use crate::config::Config;
use crate::domain::PostReading;
use crate::nlu::sentiment::SentimentHead;

/// Adds sentiment, p_negative, p_neutral and p_positive to every row.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV or TSV (`.gz` read too) with a header; `-` is standard input.
    file: PathBuf,
    /// The column of texts.
    #[arg(long, default_value = "text")]
    text_column: String,
}

/// Runs the command.
///
/// # Errors
/// With file and line where a row cannot be used.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let table = Rows::read(&args.file)?;
    let column = table.column(&args.text_column, &args.file)?;
    let encoder = app::start_encoder(config)?;
    let head = SentimentHead::load(&config.models)?;
    let texts: Vec<String> = table.rows.iter().map(|row| row[column].clone()).collect();
    let bar = super::super::progress(texts.len(), "reading");
    let sentiments = head.classify(&encoder, &texts, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let mut out = csv::Writer::from_writer(create(None)?);
    let added = ["sentiment", "p_negative", "p_neutral", "p_positive"];
    out.write_record(table.header.iter().map(String::as_str).chain(added))?;
    for (row, sentiment) in table.rows.iter().zip(sentiments) {
        let reading = PostReading { vector: Vec::new(), sentiment, aspects: Vec::new() };
        let class = reading.class().name().to_owned();
        let cells = reading.sentiment.iter().map(|probability| format!("{probability:.4}"));
        out.write_record(row.iter().cloned().chain([class]).chain(cells))?;
    }
    out.into_inner().map_err(|error| error.into_error())?.flush()?;
    Ok(())
}
