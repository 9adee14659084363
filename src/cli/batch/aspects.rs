//! `herald batch aspects`: what a column of texts says of the sides of a business, or of the aspect another column names.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::app;
use crate::cli::files::{Rows, create};
use crate::config::Config;
use crate::domain::{AspectReading, Sentiment};
use crate::nlu::aspects::{self, AspectWords, Mention, clause_of};
use crate::nlu::encoder::Encoder;
use crate::nlu::sentiment::SentimentHead;

/// Writes one line of JSON a row: the aspects with term, span in characters, category, sentiment and probabilities.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV, TSV or JSON Lines (`.gz` read too) with a header; `-` is standard input.
    file: PathBuf,
    /// The column of texts.
    #[arg(long, default_value = "text")]
    text_column: String,
    /// A column with the aspect to read each text for; one that the text does not name is read from the whole text.
    #[arg(long)]
    aspect_column: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// With file and line where a row cannot be used.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let table = Rows::read(&args.file)?;
    let text_column = table.column(&args.text_column, &args.file)?;
    let aspect_column = args.aspect_column.as_deref().map(|name| table.column(name, &args.file)).transpose()?;
    let texts: Vec<String> = table.rows.iter().map(|row| row[text_column].clone()).collect();
    let encoder = app::start_encoder(config)?;
    let head = SentimentHead::load(&config.models)?;
    let words = AspectWords::default();
    let mut out = create(None)?;
    let Some(aspect_column) = aspect_column else {
        let bar = super::super::progress(texts.len(), "reading");
        let told = &mut |done: usize, of: usize| bar.set_position((texts.len() * done / of.max(1)) as u64);
        let readings = aspects::read(&encoder, &head, &words, &texts, told)?;
        bar.finish_and_clear();
        for (text, aspects) in texts.iter().zip(readings) {
            let found: Vec<Value> = aspects.iter().map(|(mention, reading)| named(mention, text, *reading)).collect();
            writeln!(out, "{}", json!({ "text": text, "aspects": found }))?;
        }
        return Ok(out.flush()?);
    };
    let mut clauses = Vec::with_capacity(texts.len());
    for ((row, text), line) in table.rows.iter().zip(&texts).zip(&table.lines) {
        let aspect = row[aspect_column].trim();
        if aspect.is_empty() {
            let column = &table.header[aspect_column];
            bail!("{}, line {line}: {column} is empty; it must name an aspect", args.file.display());
        }
        clauses.push(clause_of(text, aspect).unwrap_or(text).to_owned());
    }
    for ((row, text), felt) in table.rows.iter().zip(&texts).zip(read(&head, &encoder, &clauses)?) {
        let aspect = &row[aspect_column];
        let category = words.category(aspect).map(|category| category.name());
        let mut line = json!({ "text": text, "aspect": aspect, "category": category });
        add(&mut line, felt);
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

fn read(head: &SentimentHead, encoder: &Encoder, clauses: &[String]) -> Result<Vec<[f32; 3]>> {
    let bar = super::super::progress(clauses.len(), "reading");
    let felt = head.classify(encoder, clauses, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    Ok(felt)
}

/// A mention with its span in characters, from 0, the end not included.
fn named(mention: &Mention, text: &str, reading: AspectReading) -> Value {
    let word = mention.word(text);
    let start = text[..mention.bytes.start].chars().count();
    let mut value = json!({
        "term": word,
        "start": start,
        "end": start + word.chars().count(),
        "category": reading.aspect.name(),
    });
    add(&mut value, reading.sentiment);
    value
}

fn add(value: &mut Value, felt: [f32; 3]) {
    let rounded = |probability: f32| (f64::from(probability) * 1e4).round() / 1e4;
    value["sentiment"] = json!(Sentiment::likeliest(felt).name());
    for (name, probability) in ["p_negative", "p_neutral", "p_positive"].iter().zip(felt) {
        value[*name] = json!(rounded(probability));
    }
}
