//! The loop: batches, steps, looks at the part held out, checkpoints.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use sha2::{Digest, Sha256};
use tch::{Device, Tensor, no_grad};

use super::checkpoint::{Checkpoint, Place};
use super::optimizer::AdamW;
use super::steps::{Row, gradients, look};
use super::{Example, FinetuneParams, Heads, Outcome, Progress};
use crate::nlu::NluError;
use crate::nlu::encoder::{Trainable, cut, cut_words};
use crate::training::TrainingError;
use crate::training::intents::{fit_temperature, predictions};
use crate::training::measures::{accuracy, calibration_error};
use crate::training::softmax::shuffle;

/// A state is kept this often.
const KEEP_EVERY: Duration = Duration::from_secs(120);
/// Batches are cut out of so many batches' worth of examples in the order of their length, which saves padding.
const SORTED_TOGETHER: usize = 40;

/// Tunes the layers of the model in a folder and writes them to `file`. `held_out` decides when to stop and sets the
/// temperature.
///
/// # Errors
/// When there are no examples, a model file is missing, or torch or the disk fails.
pub fn fit(
    model_dir: &Path,
    device: Device,
    examples: (&[Example], &[Example]),
    heads: Heads,
    params: &FinetuneParams,
    file: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Outcome, TrainingError> {
    let (learned, held_out) = examples;
    if learned.is_empty() || held_out.is_empty() {
        return Err(NluError::Torch("tuning needs examples to learn from and others to stop by".to_owned()).into());
    }
    let (rows, held_rows) = (read(model_dir, learned, params)?, read(model_dir, held_out, params)?);
    tch::manual_seed(i64::from_ne_bytes(params.seed.to_ne_bytes()));
    let model = Trainable::read(model_dir, device, heads)?;
    let mut replicas: Vec<Trainable> = (0..cores(device)).map(|_| model.replica()).collect();
    let rates: Vec<f64> = model
        .parameters()
        .iter()
        .map(|(name, _)| match model.depth(name) {
            0 => params.rate * params.head_rate,
            depth => params.rate * params.layer_decay.powi(i32::try_from(depth - 1).unwrap_or(0)),
        })
        .collect();
    let mut optimizer = AdamW::new(model.parameters(), params.decay);
    let per_pass = rows.len().div_ceil(params.batch.max(1));
    let steps = per_pass * params.epochs.max(1);
    let look_every = per_pass.div_ceil(params.looks.max(1));
    let digest = digest(learned, heads, params);
    let checkpoint = params.checkpoint.as_deref().map(Checkpoint::new).transpose()?;
    let mut place = Place { digest: digest.clone(), step: 0, best_loss: None, worse: 0 };
    let mut best: Vec<Tensor> = Vec::new();
    if let Some(checkpoint) = &checkpoint
        && let Some(kept) = checkpoint.read(&digest, model.parameters(), &mut optimizer)?
    {
        (place, best) = kept;
    }
    let mut kept_at = Instant::now();
    let mut recent = f64::NAN;
    let mut last_look = None;
    while place.step < steps && place.worse < params.patience.max(1) {
        let (pass, within) = (place.step / per_pass, place.step % per_pass);
        let batches = batches(&rows, params, pass);
        for batch in batches.iter().skip(within) {
            let rate = schedule(place.step, steps, params.warm_up);
            let (loss, gradients) = gradients(&mut replicas, &rows, batch, heads, params)?;
            let now: Vec<f64> = rates.iter().map(|one| one * rate).collect();
            optimizer.step(model.parameters(), &gradients, &now)?;
            place.step += 1;
            recent = if recent.is_nan() { loss } else { 0.98 * recent + 0.02 * loss };
            if place.step.is_multiple_of(look_every) || place.step == steps {
                let (loss, _) = look(&mut replicas, &held_rows, heads)?;
                last_look = Some(loss);
                if place.best_loss.is_none_or(|best| loss < best) {
                    best = no_grad(|| model.parameters().iter().map(|(_, tensor)| tensor.detach().copy()).collect());
                    (place.best_loss, place.worse) = (Some(loss), 0);
                } else {
                    place.worse += 1;
                }
            }
            progress(Progress { step: place.step, steps, loss: recent, held_out_loss: last_look });
            if let Some(checkpoint) = checkpoint.as_ref().filter(|_| kept_at.elapsed() > KEEP_EVERY) {
                checkpoint.write(&place, model.parameters(), &best, &optimizer)?;
                kept_at = Instant::now();
            }
            if place.worse >= params.patience.max(1) {
                break;
            }
        }
    }
    no_grad(|| {
        for ((_, parameter), best) in model.parameters().iter().zip(&best) {
            parameter.detach().copy_(best);
        }
    });
    let (_, logits) = look(&mut replicas, &held_rows, heads)?;
    let truths: Vec<usize> = held_rows.iter().map(|row| row.example.class).collect();
    let temperature = fit_temperature(&logits, &truths);
    let checked = predictions(&logits, &truths, temperature);
    model.save(file, temperature)?;
    if let Some(checkpoint) = &checkpoint {
        checkpoint.remove()?;
    }
    Ok(Outcome {
        accuracy: accuracy(&checked),
        calibration_error: calibration_error(&checked),
        temperature,
        steps: place.step,
        examples: rows.len(),
    })
}

fn read<'a>(model_dir: &Path, examples: &'a [Example], params: &FinetuneParams) -> Result<Vec<Row<'a>>, TrainingError> {
    let texts: Vec<String> = examples.iter().map(|example| example.text.clone()).collect();
    let pieces = cut(model_dir, &texts, params.longest)?;
    let words = match examples.iter().any(|example| !example.tags.is_empty()) {
        true => cut_words(model_dir, &texts, params.longest)?,
        false => vec![Vec::new(); texts.len()],
    };
    let rows = pieces.into_iter().zip(words).zip(examples);
    Ok(rows.map(|((pieces, words), example)| Row { pieces, words, example }).collect())
}

fn cores(device: Device) -> usize {
    if device == Device::Cpu { thread::available_parallelism().map_or(1, usize::from) } else { 1 }
}

/// The share of the largest step size: up in a straight line, then down to nothing.
fn schedule(step: usize, steps: usize, warm_up: f64) -> f64 {
    let (at, rising) = ((step + 1) as f64, (steps as f64 * warm_up).max(1.0));
    if at < rising { at / rising } else { ((steps as f64 - at + 1.0) / (steps as f64 - rising + 1.0)).max(0.0) }
}

/// The batches of a pass: examples in a random order, those of similar length together. The same for the same seed, so
/// that a fit that was broken off goes on as it would have.
fn batches(rows: &[Row<'_>], params: &FinetuneParams, pass: usize) -> Vec<Vec<usize>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(params.seed.wrapping_mul(1_000_003).wrapping_add(pass as u64));
    let mut order: Vec<usize> = (0..rows.len()).collect();
    shuffle(&mut order, &mut random);
    let size = params.batch.max(1);
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for part in order.chunks_mut(size * SORTED_TOGETHER) {
        part.sort_by_key(|&at| rows[at].pieces.len());
        batches.extend(part.chunks(size).map(<[usize]>::to_vec));
    }
    shuffle(&mut batches, &mut random);
    batches
}

/// What tells one fit from another.
fn digest(examples: &[Example], heads: Heads, params: &FinetuneParams) -> String {
    let mut hasher = Sha256::new();
    let plain = FinetuneParams { checkpoint: None, ..params.clone() };
    hasher.update(format!("{heads:?} {plain:?}"));
    for example in examples {
        hasher.update([0]);
        hasher.update(example.class.to_le_bytes());
        hasher.update(&example.text);
        example.tags.iter().for_each(|tag| hasher.update(tag.to_le_bytes()));
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
