//! `herald train intents`: fits the intent head; with --tune, the encoder's layers for intents too.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::watch;
use crate::app;
use crate::config::Config;
use crate::domain::{Intent, Relabel};
use crate::nlu::encoder::{DtypeChoice, Encoder, EncoderOptions, TunedLayers, choose_device};
use crate::nlu::intents::linear::Seen;
use crate::nlu::intents::{LAYERS_FILE, TUNED, tuned_layers};
use crate::storage::{self, StoreError};
use crate::training::finetune::{FinetuneParams, Heads, fit};
use crate::training::gate::Gate;
use crate::training::intents::{CrossValidation, Mixed, find_mix, train, tuning_examples};
use crate::training::lessons::Lessons;
use crate::training::softmax::FitOptions;

/// Fits the intent head.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The seed of the order of examples and of the folds.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many folds choose temperature and threshold.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(2..=20))]
    folds: u16,
    /// Tunes the encoder's layers first, which takes several minutes; one that was broken off goes on where it stood.
    #[arg(long)]
    tune: bool,
    /// Passes over the examples while tuning, at most.
    #[arg(long, default_value_t = 6)]
    epochs: usize,
    /// Takes the last training back: what was there before it is used again.
    #[arg(long, conflicts_with_all = ["tune", "epochs", "seed", "folds"])]
    roll_back: bool,
}

/// What a training replaces, and where that is kept for --roll-back.
const FILES: [&str; 3] = ["head.json", "head.safetensors", LAYERS_FILE];
const BEFORE: &str = "before";

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args, config: &Config) -> Result<()> {
    let began = Instant::now();
    let folder = config.models.join("intents");
    if args.roll_back {
        return roll_back(&folder);
    }
    let taught = Lessons::read()?;
    let relabels = relabels(config)?;
    let lessons = taught.with(&relabels);
    let options = FitOptions { seed: args.seed, ..FitOptions::default() };
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    set_aside(&folder, args.tune)?;
    if args.tune {
        tune(args, config, &taught, &folder)?;
    }
    // Float32, so that the head is the same on every machine.
    let layers: Vec<TunedLayers> = tuned_layers(&folder).into_iter().collect();
    let encoder = Encoder::start(&EncoderOptions {
        dtype: DtypeChoice::Float32,
        tuned: layers.clone(),
        ..app::encoder_options(config)?
    })?;
    let bar = indicatif::ProgressBar::new(lessons.texts.len() as u64).with_message("examples read");
    let seen = lessons.see(&encoder, options.buckets, &mut |done| bar.set_position(done as u64))?;
    bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    let folds = usize::from(args.folds);
    let (lessons, seen, checked) = if lessons.texts.len() > taught.texts.len() {
        let (gate, checked) = Gate::measure(&seen, &lessons, &taught, folds, &options)?;
        report(&gate, &mut out)?;
        let (lessons, count) =
            if gate.is_open() { (lessons, seen.len()) } else { (taught.clone(), taught.texts.len()) };
        (lessons, seen[..count].to_vec(), checked)
    } else {
        let checked = CrossValidation::run(&seen, &lessons, folds, &options)?;
        (lessons, seen, checked)
    };
    let mixed = if layers.is_empty() { None } else { Some(mixed(&encoder, &lessons, &seen, &options)?) };
    let head = train(&seen, &lessons, &checked, &options, mixed)?;
    head.save(&folder).with_context(|| format!("cannot write the head to {}", folder.display()))?;
    writeln!(out, "{} examples, fitted and checked in {:.0} s", lessons.texts.len(), began.elapsed().as_secs_f64())?;
    writeln!(
        out,
        "temperature {:.3}, threshold {:.2}, mix {:.1}",
        checked.temperature,
        head.card().threshold,
        head.card().mix
    )?;
    for (name, value) in &head.card().figures {
        writeln!(out, "{name:<26} {value}")?;
    }
    writeln!(out, "written to {}", folder.display())?;
    Ok(())
}

/// The messages that owners relabelled; none where there is no store yet.
fn relabels(config: &Config) -> Result<Vec<Relabel>> {
    match storage::open_existing(&config.store_url) {
        Ok(store) => Ok(storage::all::<Relabel>(&*store)?),
        Err(StoreError::Missing { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

fn report(gate: &Gate, out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "{} relabelled messages: {} of them are understood now, {} by a fit with the others",
        gate.relabels, gate.understood_before, gate.understood_after
    )?;
    let (before, after) = (100.0 * gate.before, 100.0 * gate.after);
    let verdict = if gate.is_open() { "they join" } else { "it falls: they stay out" };
    writeln!(
        out,
        "accuracy on the others, cross-validated: {before:.2} % without them, {after:.2} % with them; {verdict}"
    )?;
    Ok(())
}

/// Keeps what is there for --roll-back.
fn set_aside(folder: &Path, layers_too: bool) -> Result<()> {
    let before = folder.join(BEFORE);
    std::fs::create_dir_all(&before).with_context(|| format!("cannot make {}", before.display()))?;
    for name in FILES {
        let (from, to) = (folder.join(name), before.join(name));
        if from.is_file() && (layers_too || name != LAYERS_FILE) {
            std::fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        } else if to.is_file() {
            std::fs::remove_file(&to).with_context(|| format!("cannot remove {}", to.display()))?;
        }
    }
    Ok(())
}

/// Puts back what the last training replaced.
fn roll_back(folder: &Path) -> Result<()> {
    let before = folder.join(BEFORE);
    if !before.join(FILES[0]).is_file() {
        bail!("there is no training to take back: {} is empty", before.display());
    }
    for name in FILES.iter().rev().filter(|name| before.join(name).is_file()) {
        let to = folder.join(name);
        std::fs::rename(before.join(name), &to).with_context(|| format!("cannot write {}", to.display()))?;
    }
    writeln!(std::io::stdout().lock(), "back to what {} held before the last training", folder.display())?;
    Ok(())
}

/// Tunes the layers on nine families in ten.
fn tune(args: &Args, config: &Config, lessons: &Lessons, folder: &Path) -> Result<()> {
    let options = app::encoder_options(config)?;
    let (learned, held_out) = tuning_examples(lessons);
    let params = FinetuneParams {
        epochs: args.epochs,
        seed: args.seed,
        smoothing: 0.1,
        rate: 2e-4,
        looks: 1,
        checkpoint: Some(config.data.join("training/intents")),
        ..FinetuneParams::default()
    };
    let bar = watch()?;
    let file = folder.join(LAYERS_FILE);
    let device = choose_device(options.device)?;
    let examples = (&learned[..], &held_out[..]);
    let heads = Heads { classes: Intent::ALL.len(), tags: 0 };
    let outcome = fit(&options.model_dir, device, examples, heads, &params, &file, &mut |at| bar.tell(at))?;
    bar.finish();
    eprintln!(
        "tuned in {} steps; on the {} examples held out: accuracy {:.1} %",
        outcome.steps,
        held_out.len(),
        100.0 * outcome.accuracy
    );
    Ok(())
}

/// How much the layers should count, on the families that they have not seen.
fn mixed(encoder: &Encoder, lessons: &Lessons, seen: &[Seen], options: &FitOptions) -> Result<Mixed> {
    let (_, held_out) = tuning_examples(lessons);
    let texts: Vec<String> = held_out.into_iter().map(|example| example.text).collect();
    let scores = encoder.scores(&texts, TUNED, &mut |_| {})?;
    Ok(find_mix(seen, lessons, &scores, options)?)
}
