//! `herald batch understand`: understands one utterance a line.

use std::io::{self, BufRead, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};

use crate::domain::{Catalog, DateRange, Resolved, Utterance};
use crate::nlu::encoder::EncoderOptions;
use crate::nlu::{Context, Understand, Understander};

/// Understands one utterance a line.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What time it is: 2026-03-14, 2026-03-14T09:30 or with a zone, 2026-03-14T09:30+01:00[Europe/Berlin].
    #[arg(long)]
    now: Option<String>,
    /// The company's time zone, where --now names none.
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// The company's first day of the week: monday or sunday.
    #[arg(long, default_value = "monday")]
    week_start: String,
    /// The folder of the intent head.
    #[arg(long, default_value = "models/intents")]
    head: PathBuf,
    /// The folder of the encoder.
    #[arg(long, default_value = "models/base/all-MiniLM-L6-v2")]
    encoder: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub fn run(args: &Args) -> Result<()> {
    let now = now(args)?;
    let week_start = week_start(&args.week_start)?;
    let options = EncoderOptions { model_dir: args.encoder.clone(), ..EncoderOptions::default() };
    let understander = Understander::open(&options, &args.head)?;
    let catalog = Catalog::default();
    let context = Context { now: &now, week_start, catalog: &catalog };
    let mut out = BufWriter::new(io::stdout().lock());
    for (at, line) in io::stdin().lock().lines().enumerate() {
        let text = line.with_context(|| format!("standard input, line {}", at + 1))?;
        let utterance = understander.understand(text.trim_end_matches('\r'), &context)?;
        match writeln!(out, "{}", to_json(&utterance)) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
    }
    match out.flush() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn now(args: &Args) -> Result<Zoned> {
    let zone = TimeZone::get(&args.zone).with_context(|| format!("--zone {}", args.zone))?;
    let Some(text) = &args.now else { return Ok(Timestamp::now().to_zoned(zone)) };
    if let Ok(zoned) = text.parse::<Zoned>() {
        return Ok(zoned);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.to_zoned(zone));
    }
    let civil: DateTime = text.parse().with_context(|| format!("--now {text} is no time"))?;
    civil.to_zoned(zone).with_context(|| format!("--now {text}"))
}

fn week_start(name: &str) -> Result<Weekday> {
    match name.to_lowercase().as_str() {
        "monday" => Ok(Weekday::Monday),
        "sunday" => Ok(Weekday::Sunday),
        "saturday" => Ok(Weekday::Saturday),
        _ => anyhow::bail!("--week-start must be monday, sunday or saturday, found {name}"),
    }
}

/// The line of output: names as in `prompts/intents/`, periods as half-open ranges of days.
fn to_json(utterance: &Utterance) -> Value {
    let dates = |range: &Option<Resolved<DateRange>>| match range {
        Some(range) => json!({
            "text": range.text,
            "start": range.value.start().to_string(),
            "end": range.value.end().to_string(),
        }),
        None => Value::Null,
    };
    let ranking: Vec<Value> = utterance
        .ranking
        .iter()
        .take(3)
        .map(|ranked| json!({"intent": ranked.intent, "confidence": ranked.confidence}))
        .collect();
    let parts: Vec<Value> =
        utterance.parts.iter().map(|(intent, slots)| json!({"intent": intent, "slots": slots})).collect();
    json!({
        "text": utterance.text,
        "language": utterance.language,
        "intent": utterance.intent(),
        "confidence": utterance.confidence(),
        "sure": utterance.sure,
        "ranking": ranking,
        "intents": utterance.intents,
        "slots": utterance.slots,
        "dates": {
            "date_range": dates(&utterance.slots.date_range),
            "baseline": dates(&utterance.slots.baseline),
        },
        "parts": parts,
        "follow_up": utterance.follow_up,
        "correction": utterance.correction,
    })
}
