//! Times the encoder: texts in, one line of JSON with sentences per second out. The other side of the comparison is in
//! bench/peers.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use herald::nlu::encoder::{DeviceChoice, DtypeChoice, Encoder, EncoderOptions};

/// Times the encoder.
#[derive(Debug, Parser)]
struct Args {
    /// The texts: one a line, plain or as JSON strings.
    #[arg(long)]
    texts: PathBuf,
    /// How many texts are handed over at once.
    #[arg(long, default_value_t = 32)]
    batch: usize,
    /// How many times all texts are embedded.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// float32, bfloat16 or auto.
    #[arg(long, default_value = "float32")]
    dtype: DtypeChoice,
    /// cpu, auto or cuda:N.
    #[arg(long, default_value = "cpu")]
    device: DeviceChoice,
    /// How many cores.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// The folder of the model.
    #[arg(long, default_value = "models/base/all-MiniLM-L6-v2")]
    model: PathBuf,
    /// Hands over all texts at once, so that they can be sorted by length.
    #[arg(long)]
    bulk: bool,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let content = std::fs::read_to_string(&args.texts).with_context(|| args.texts.display().to_string())?;
    let texts: Vec<String> = content
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| line.to_owned()))
        .collect();
    ensure!(!texts.is_empty(), "{} holds no texts", args.texts.display());
    let encoder = Encoder::start(&EncoderOptions {
        model_dir: args.model,
        device: args.device,
        dtype: args.dtype,
        threads: args.threads,
        ..EncoderOptions::default()
    })?;
    let info = encoder.info()?;
    let size = if args.bulk { texts.len() } else { args.batch.max(1) };
    let pass = || -> Result<()> {
        for chunk in texts.chunks(size) {
            encoder.embed_with_progress(chunk, &mut |_| {})?;
        }
        Ok(())
    };
    pass()?;
    let mut rates = Vec::new();
    for _ in 0..args.rounds.max(1) {
        let began = Instant::now();
        pass()?;
        rates.push(texts.len() as f64 / began.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    let line = serde_json::json!({
        "sentences_per_s": rates[rates.len() / 2],
        "best": rates[rates.len() - 1],
        "dtype": info.dtype,
        "device": info.device,
        "threads": info.workers,
        "batch": args.batch,
        "texts": texts.len(),
        "rounds": rates.len(),
        "loaded_in_ms": info.loaded_in.as_secs_f64() * 1e3,
    });
    writeln!(std::io::stdout().lock(), "{line}")?;
    Ok(())
}
