//! `herald batch understand`: understands one utterance a line.

use std::io::{self, BufRead, BufWriter, Write};

use anyhow::{Context as _, Result};
use jiff::civil::DateTime;
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};

use crate::app;
use crate::cli::Usage;
use crate::config::Config;
use crate::domain::{DateRange, Resolved, Utterance};
use crate::nlu::encoder::Encoder;
use crate::nlu::{Context, Understand};

/// Understands one utterance a line.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What time it is: 2026-03-14, 2026-03-14T09:30 or with a zone, 2026-03-14T09:30+01:00[Europe/Berlin].
    #[arg(long)]
    now: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let now = now(args, config)?;
    let encoder = app::start_encoder(config)?;
    let understander = app::understander(config, Encoder::clone(&encoder))?;
    // The names of the company whose data there is; none, where there is none.
    let catalog = app::open_warehouse(config, None)?.catalog()?;
    let context = Context { now: &now, week_start: config.week_start, catalog: &catalog };
    let mut out = BufWriter::new(io::stdout().lock());
    for (at, line) in io::stdin().lock().lines().enumerate() {
        let text = line.with_context(|| format!("standard input, line {}", at + 1))?;
        let utterance = understander.understand(text.trim_end_matches('\r'), &context)?;
        writeln!(out, "{}", to_json(&utterance))?;
    }
    out.flush()?;
    Ok(())
}

fn now(args: &Args, config: &Config) -> Result<Zoned> {
    let zone = config.time_zone.clone();
    let Some(text) = &args.now else { return Ok(Timestamp::now().to_zoned(zone)) };
    if let Ok(zoned) = text.parse::<Zoned>() {
        return Ok(zoned);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.to_zoned(zone));
    }
    let civil = text.parse::<DateTime>().ok().and_then(|civil| civil.to_zoned(zone).ok());
    civil.ok_or_else(|| Usage(format!("--now {text} is no time; write 2026-03-14 or 2026-03-14T09:30")).into())
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
