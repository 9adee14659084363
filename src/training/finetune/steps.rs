//! What one step computes, its gradients on every core, and a look at the part held out. The loop is not here.

use std::thread;

use tch::{Device, Kind, Reduction, Tensor, no_grad};

use super::{Example, FinetuneParams, Heads};
use crate::nlu::NluError;
use crate::nlu::encoder::{Outputs, Trainable};
use crate::training::TrainingError;

/// What a score of a class that does not count is lowered by.
const NOT_COUNTED: f32 = -1e4;
/// What torch is told of pieces that have no tag.
const NO_TAG: i64 = -100;
/// How much the loss counts beside the share of wrong tags, where there are tags.
const LOSS_BESIDE_TAGS: f64 = 0.01;

/// An example, cut into pieces.
pub(super) struct Row<'a> {
    pub(super) pieces: Vec<u32>,
    /// The first piece of each word, where words have tags.
    pub(super) words: Vec<Option<usize>>,
    pub(super) example: &'a Example,
}

impl Row<'_> {
    /// The tagged pieces with their tags.
    fn tags(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.words.iter().zip(&self.example.tags).filter_map(|(piece, &tag)| piece.map(|piece| (piece, tag)))
    }
}

/// What the model says of an example.
struct Scored {
    at: usize,
    logits: Vec<f32>,
    /// How many of its words were looked at, and how many got another tag than theirs.
    tags: (usize, usize),
}

/// The loss of a batch and its gradients, each core on its part.
pub(super) fn gradients(
    replicas: &mut [Trainable],
    rows: &[Row<'_>],
    batch: &[usize],
    heads: Heads,
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
                    let loss = loss(replica, rows, part, heads, params)? * share;
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
    heads: Heads,
    params: &FinetuneParams,
) -> Result<Tensor, TrainingError> {
    let pieces: Vec<Vec<u32>> = part.iter().map(|&at| rows[at].pieces.clone()).collect();
    let Outputs { classes: logits, tags } = replica.outputs(&pieces, true)?;
    let device = logits.device();
    let labels: Vec<i64> = part.iter().map(|&at| rows[at].example.class as i64).collect();
    let labels = Tensor::from_slice(&labels).to_device(device);
    let mut smoothing = params.smoothing;
    let logits = if part.iter().any(|&at| rows[at].example.among.is_some()) {
        // Spreading over classes that do not count would punish them.
        smoothing = 0.0;
        let lowered: Vec<f32> = part.iter().flat_map(|&at| uncounted(rows[at].example, heads.classes)).collect();
        let lowered = Tensor::from_slice(&lowered).view([part.len() as i64, heads.classes as i64]).to_device(device);
        logits.f_add(&lowered)?
    } else {
        logits
    };
    let of_texts = logits.f_cross_entropy_loss::<Tensor>(&labels, None, Reduction::Mean, -100, smoothing)?;
    let Some(tags) = tags else { return Ok(of_texts) };
    // Both losses in one sum, each a mean (Chen et al., 2019, "BERT for Joint Intent Classification and Slot Filling").
    let (_, width, count) = tags.size3()?;
    let mut wanted = vec![NO_TAG; part.len() * usize::try_from(width).unwrap_or(0)];
    for (row, &at) in part.iter().enumerate() {
        for (piece, tag) in rows[at].tags() {
            wanted[row * usize::try_from(width).unwrap_or(0) + piece] = tag as i64;
        }
    }
    if wanted.iter().all(|tag| *tag == NO_TAG) {
        // The mean of nothing is no number; nothing times the scores keeps their gradients defined.
        return Ok(of_texts.f_add(&tags.f_sum(Kind::Float)?.f_mul_scalar(0.0)?)?);
    }
    let wanted = Tensor::from_slice(&wanted).to_device(device);
    let of_words =
        tags.f_reshape([-1, count])?.f_cross_entropy_loss::<Tensor>(&wanted, None, Reduction::Mean, NO_TAG, 0.0)?;
    Ok(of_texts.f_add(&of_words)?)
}

fn uncounted(example: &Example, classes: usize) -> Vec<f32> {
    let counts = |class: usize| example.among.as_ref().is_none_or(|among| among.contains(&class));
    (0..classes).map(|class| if counts(class) { 0.0 } else { NOT_COUNTED }).collect()
}

/// How bad the part held out is, and its scores; those of classes that do not count are lowered. Bad is the mean loss; with
/// tags it is the share of texts and of words that are wrong, as the loss rises again, of words that are surely wrong, long
/// before the tags cease to get better.
pub(super) fn look(
    replicas: &mut [Trainable],
    rows: &[Row<'_>],
    heads: Heads,
) -> Result<(f64, Vec<Vec<f32>>), TrainingError> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&at| rows[at].pieces.len());
    // Long and short texts are dealt out evenly.
    let dealt: Vec<Vec<usize>> =
        (0..replicas.len()).map(|first| order.iter().skip(first).step_by(replicas.len()).copied().collect()).collect();
    let results: Vec<Result<Vec<Scored>, TrainingError>> = thread::scope(|scope| {
        let threads: Vec<_> = replicas
            .iter_mut()
            .zip(&dealt)
            .map(|(replica, part)| scope.spawn(move || scores(replica, rows, part, heads)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(NluError::Torch("a look panicked".to_owned()).into())))
            .collect()
    });
    let mut logits = vec![Vec::new(); rows.len()];
    let (mut words, mut wrong) = (0usize, 0usize);
    for result in results {
        for scored in result? {
            logits[scored.at] = scored.logits;
            words += scored.tags.0;
            wrong += scored.tags.1;
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
    let loss = loss / rows.len().max(1) as f64;
    if heads.tags == 0 {
        return Ok((loss, logits));
    }
    let misread = logits.iter().zip(rows).filter(|(scores, row)| largest(scores) != row.example.class).count();
    let bad = misread as f64 / rows.len().max(1) as f64 + wrong as f64 / words.max(1) as f64;
    Ok((bad + LOSS_BESIDE_TAGS * loss, logits))
}

fn largest(scores: &[f32]) -> usize {
    (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0)
}

fn scores(replica: &Trainable, rows: &[Row<'_>], part: &[usize], heads: Heads) -> Result<Vec<Scored>, TrainingError> {
    tch::set_num_threads(1);
    let mut out = Vec::with_capacity(part.len());
    for chunk in part.chunks(64) {
        let pieces: Vec<Vec<u32>> = chunk.iter().map(|&at| rows[at].pieces.clone()).collect();
        let outputs = no_grad(|| replica.outputs(&pieces, false))?;
        let flat = |tensor: &Tensor| {
            Vec::<f32>::try_from(&tensor.to_device(Device::Cpu).to_kind(Kind::Float).contiguous().view([-1]))
        };
        let classes = flat(&outputs.classes)?;
        let tags = outputs.tags.as_ref().map(flat).transpose()?.unwrap_or_default();
        let per_text = tags.len() / chunk.len().max(1);
        for (number, (&at, row)) in chunk.iter().zip(classes.chunks(heads.classes.max(1))).enumerate() {
            let lowered = uncounted(rows[at].example, heads.classes);
            let logits = row.iter().zip(lowered).map(|(score, lowered)| score + lowered).collect();
            let (mut looked, mut wrong) = (0, 0);
            for (piece, tag) in rows[at].tags() {
                let from = number * per_text + piece * heads.tags;
                looked += 1;
                wrong += usize::from(largest(&tags[from..from + heads.tags]) != tag);
            }
            out.push(Scored { at, logits, tags: (looked, wrong) });
        }
    }
    Ok(out)
}
