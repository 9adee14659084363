//! `herald evaluate latency`: the time from a question to its reply, warm, per engine, on the data that is there.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

use anyhow::Result;

use crate::app::App;
use crate::config::Config;
use crate::domain::{Dimension, Message};

/// Times warm questions per engine.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How often each question is asked; the first time is not counted.
    #[arg(long, default_value_t = 20)]
    rounds: usize,
}

/// Runs the command.
///
/// # Errors
/// When Herald cannot start.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    // A store of its own: timing leaves no conversations behind.
    let folder = std::env::temp_dir().join(format!("herald-latency-{}", std::process::id()));
    let config = Config { store_url: format!("sled:{}", folder.join("store").display()), ..config.clone() };
    let started = Instant::now();
    let app = App::build(&config)?;
    let opened = started.elapsed();
    let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut id = 0_u64;
    for (engine, text) in questions(&app)? {
        for round in 0..=args.rounds {
            id += 1;
            // Each question opens a conversation, so that none is read as a follow-up.
            let at = app.clock.now().timestamp();
            let message =
                Message::typed(&format!("latency:{id}"), "latency", &format!("latency{id}"), at, text.clone());
            let began = Instant::now();
            let reply = app.assistant.reply(&message);
            let took = began.elapsed().as_secs_f64() * 1e3;
            if round > 0 {
                times.entry(engine).or_default().push(took);
            } else if reply.is_none_or(|reply| reply.attachments.is_empty()) {
                eprintln!("note: {text:?} was not answered with figures; its times do not count");
                break;
            }
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "| engine | questions | p50, ms | p95, ms |\n|---|---|---|---|")?;
    for (engine, mut times) in times {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1];
        writeln!(out, "| {engine} | {} | {:.0} | {:.0} |", times.len(), at(0.5), at(0.95))?;
    }
    writeln!(
        out,
        "\nStart to the first prompt: {:.2} s. Memory at its peak: {}.",
        opened.as_secs_f64(),
        peak_memory()
    )?;
    drop(app);
    let _ = std::fs::remove_dir_all(folder);
    Ok(())
}

/// Questions whose names are those of the data that is there.
fn questions(app: &App) -> Result<Vec<(&'static str, String)>> {
    let catalog = app.warehouse.catalog()?;
    let first = |dimension: Dimension| catalog.names_of(dimension).first().cloned().unwrap_or_default();
    let (product, customer) = (first(Dimension::Product), first(Dimension::Customer));
    let last = app.warehouse.coverage()?.last_day(crate::domain::TableName::Orders);
    // Old data is asked about in its own time.
    let month = last.map_or_else(|| "last month".to_owned(), |day| day.strftime("%B %Y").to_string());
    Ok(vec![
        ("metrics", format!("revenue in {month} by region")),
        ("metrics", format!("top 5 products by revenue in {month}")),
        ("metrics", format!("why did revenue change in {month}?")),
        ("anomaly check", format!("anything unusual in revenue in {month}?")),
        ("forecast", "forecast revenue for the next 8 weeks".to_owned()),
        ("sentiment", "how do people feel about us overall?".to_owned()),
        ("topics", "what are people talking about?".to_owned()),
        ("recommend", format!("recommend products for customer {customer}")),
        ("recommend", format!("what is bought together with {product}?")),
    ])
}

/// The most memory the process held, as the kernel counts it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse::<f64>().ok());
    kilobytes.map_or_else(|| "not known here".to_owned(), |kilobytes| format!("{:.0} MB", kilobytes / 1024.0))
}
