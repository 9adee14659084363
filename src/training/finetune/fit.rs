//! The loop: batches, gradients on every core, looks at the part held out, checkpoints.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use sha2::{Digest, Sha256};
use tch::{Device, Kind, Reduction, Tensor, no_grad};

use super::checkpoint::{Checkpoint, Place};
use super::optimizer::AdamW;
use super::{Example, FinetuneParams, Outcome, Progress};
use crate::nlu::NluError;
use crate::nlu::encoder::{Trainable, cut};
use crate::training::TrainingError;
use crate::training::intents::{fit_temperature, predictions};
use crate::training::measures::{accuracy, calibration_error};
use crate::training::softmax::shuffle;

/// A state is kept this often.
const KEEP_EVERY: Duration = Duration::from_secs(120);
/// Batches are cut out of so many batches' worth of examples in the order of their length, which saves padding.
const SORTED_TOGETHER: usize = 40;
/// Scores with the places of their examples.
type Scored = Vec<(usize, Vec<f32>)>;

/// What a score of a class that does not count is lowered by.
const NOT_COUNTED: f32 = -1e4;

/// An example, cut into pieces.
struct Row<'a> {
    pieces: Vec<u32>,
    example: &'a Example,
}

/// Tunes the layers of the model in a folder and writes them to `file`. `held_out` decides when to stop and sets the
/// temperature.
///
/// # Errors
/// When there are no examples, a model file is missing, or torch or the disk fails.
pub fn fit(
    model_dir: &Path,
    device: Device,
    examples: (&[Example], &[Example]),
    classes: usize,
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
    let model = Trainable::read(model_dir, device, classes)?;
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
    let digest = digest(learned, classes, params);
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
            let (loss, gradients) = gradients(&mut replicas, &rows, batch, classes, params)?;
            let now: Vec<f64> = rates.iter().map(|one| one * rate).collect();
            optimizer.step(model.parameters(), &gradients, &now)?;
            place.step += 1;
            recent = if recent.is_nan() { loss } else { 0.98 * recent + 0.02 * loss };
            if place.step.is_multiple_of(look_every) || place.step == steps {
                let (loss, _) = look(&mut replicas, &held_rows, classes)?;
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
    let (_, logits) = look(&mut replicas, &held_rows, classes)?;
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
    Ok(pieces.into_iter().zip(examples).map(|(pieces, example)| Row { pieces, example }).collect())
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

/// The loss of a batch and its gradients, each core on its part.
fn gradients(
    replicas: &mut [Trainable],
    rows: &[Row<'_>],
    batch: &[usize],
    classes: usize,
    params: &FinetuneParams,
) -> Result<(f64, Vec<Tensor>), TrainingError> {
    let parts = parts(batch, rows, replicas.len());
    let results: Vec<Result<(f64, Vec<Tensor>), TrainingError>> = thread::scope(|scope| {
        let threads: Vec<_> = replicas
            .iter_mut()
            .zip(&parts)
            .filter(|(_, part)| !part.is_empty())
            .map(|(replica, part)| {
                scope.spawn(move || {
                    tch::set_num_threads(1);
                    let share = part.len() as f64 / batch.len() as f64;
                    let loss = loss(replica, rows, part, classes, params)? * share;
                    loss.f_backward()?;
                    let gradients = replica.parameters().iter().map(|(_, tensor)| {
                        let mut gradient = tensor.f_grad()?;
                        let taken = gradient.copy();
                        let _ = gradient.f_zero_()?;
                        Ok::<Tensor, tch::TchError>(taken)
                    });
                    let gradients = gradients.collect::<Result<Vec<_>, _>>()?;
                    Ok((loss.f_double_value(&[])?, gradients))
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(NluError::Torch("a step panicked".to_owned()).into())))
            .collect()
    });
    let mut sum: Option<(f64, Vec<Tensor>)> = None;
    for result in results {
        let (loss, gradients) = result?;
        sum = Some(match sum {
            None => (loss, gradients),
            Some((before, mut all)) => {
                for (into, gradient) in all.iter_mut().zip(&gradients) {
                    let _ = into.f_add_(gradient)?;
                }
                (before + loss, all)
            }
        });
    }
    sum.ok_or_else(|| NluError::Torch("a batch is empty".to_owned()).into())
}

/// A batch in as many parts as there are replicas, with about as many pieces each.
fn parts(batch: &[usize], rows: &[Row<'_>], count: usize) -> Vec<Vec<usize>> {
    let mut sorted = batch.to_vec();
    sorted.sort_by_key(|&at| std::cmp::Reverse(rows[at].pieces.len()));
    let mut parts = vec![(0usize, Vec::new()); count.max(1)];
    for at in sorted {
        if let Some(least) = parts.iter_mut().min_by_key(|part| part.0) {
            least.0 += rows[at].pieces.len();
            least.1.push(at);
        }
    }
    parts.into_iter().map(|part| part.1).collect()
}

fn loss(
    replica: &Trainable,
    rows: &[Row<'_>],
    part: &[usize],
    classes: usize,
    params: &FinetuneParams,
) -> Result<Tensor, TrainingError> {
    let pieces: Vec<Vec<u32>> = part.iter().map(|&at| rows[at].pieces.clone()).collect();
    let logits = replica.logits(&pieces, true)?;
    let device = logits.device();
    let labels: Vec<i64> = part.iter().map(|&at| rows[at].example.class as i64).collect();
    let labels = Tensor::from_slice(&labels).to_device(device);
    let mut smoothing = params.smoothing;
    let logits = if part.iter().any(|&at| rows[at].example.among.is_some()) {
        // Spreading over classes that do not count would punish them.
        smoothing = 0.0;
        let lowered: Vec<f32> = part.iter().flat_map(|&at| uncounted(rows[at].example, classes)).collect();
        let lowered = Tensor::from_slice(&lowered).view([part.len() as i64, classes as i64]).to_device(device);
        logits.f_add(&lowered)?
    } else {
        logits
    };
    Ok(logits.f_cross_entropy_loss::<Tensor>(&labels, None, Reduction::Mean, -100, smoothing)?)
}

fn uncounted(example: &Example, classes: usize) -> Vec<f32> {
    let counts = |class: usize| example.among.as_ref().is_none_or(|among| among.contains(&class));
    (0..classes).map(|class| if counts(class) { 0.0 } else { NOT_COUNTED }).collect()
}

/// The mean loss on the part held out, and its scores; those of classes that do not count are lowered.
fn look(replicas: &mut [Trainable], rows: &[Row<'_>], classes: usize) -> Result<(f64, Vec<Vec<f32>>), TrainingError> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&at| rows[at].pieces.len());
    // Long and short texts are dealt out evenly.
    let dealt: Vec<Vec<usize>> =
        (0..replicas.len()).map(|first| order.iter().skip(first).step_by(replicas.len()).copied().collect()).collect();
    let results: Vec<Result<Scored, TrainingError>> = thread::scope(|scope| {
        let threads: Vec<_> = replicas
            .iter_mut()
            .zip(&dealt)
            .map(|(replica, part)| scope.spawn(move || scores(replica, rows, part, classes)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(NluError::Torch("a look panicked".to_owned()).into())))
            .collect()
    });
    let mut logits = vec![Vec::new(); rows.len()];
    for result in results {
        for (at, row) in result? {
            logits[at] = row;
        }
    }
    let loss: f64 = logits
        .iter()
        .zip(rows)
        .map(|(logits, row)| {
            let shares = crate::nlu::intents::linear::softmax(logits, 1.0);
            -shares.get(row.example.class).copied().unwrap_or(0.0).max(1e-12).ln()
        })
        .sum();
    Ok((loss / rows.len().max(1) as f64, logits))
}

fn scores(replica: &Trainable, rows: &[Row<'_>], part: &[usize], classes: usize) -> Result<Scored, TrainingError> {
    tch::set_num_threads(1);
    let mut out = Vec::with_capacity(part.len());
    for chunk in part.chunks(64) {
        let pieces: Vec<Vec<u32>> = chunk.iter().map(|&at| rows[at].pieces.clone()).collect();
        let logits = no_grad(|| replica.logits(&pieces, false))?.to_device(Device::Cpu).to_kind(Kind::Float);
        let flat = Vec::<f32>::try_from(&logits.contiguous().view([-1]))?;
        for (at, row) in chunk.iter().zip(flat.chunks(classes.max(1))) {
            let lowered = uncounted(rows[*at].example, classes);
            out.push((*at, row.iter().zip(lowered).map(|(score, lowered)| score + lowered).collect()));
        }
    }
    Ok(out)
}

/// What tells one fit from another.
fn digest(examples: &[Example], classes: usize, params: &FinetuneParams) -> String {
    let mut hasher = Sha256::new();
    let plain = FinetuneParams { checkpoint: None, ..params.clone() };
    hasher.update(format!("{classes} {plain:?}"));
    for example in examples {
        hasher.update([0]);
        hasher.update(example.class.to_le_bytes());
        hasher.update(&example.text);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
