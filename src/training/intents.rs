//! Fits the intent head on the prompts and checks it by cross-validation. Prints nothing.

use std::thread;

use sha2::{Digest as _, Sha256};

use super::finetune::Example;
use super::lessons::Lessons;
use super::measures::{Prediction, accuracy, at_threshold, calibration_error, class_scores, macro_f1};
use super::softmax::{FitOptions, fit};
use crate::domain::Intent;
use crate::nlu::NluError;
use crate::nlu::intents::linear::{Linear, Seen, softmax};
use crate::nlu::intents::{HeadCard, IntentHead, gloss, mix};

/// The share of right answers wanted among guesses that are acted upon.
const WANTED: f64 = 0.9;

/// The scores of every example by a classifier that was fitted without the example's fold. Folds run side by side.
///
/// # Errors
/// When a fit fails.
pub fn out_of_fold(
    seen: &[Seen],
    labels: &[usize],
    fold_of: &[usize],
    classes: usize,
    options: &FitOptions,
) -> Result<Vec<Vec<f32>>, NluError> {
    let folds = fold_of.iter().max().map_or(0, |last| last + 1);
    let one_fold = |fold: usize| -> Result<Vec<(usize, Vec<f32>)>, NluError> {
        let kept: Vec<usize> = (0..seen.len()).filter(|&at| fold_of[at] != fold).collect();
        let train: Vec<&Seen> = kept.iter().map(|&at| &seen[at]).collect();
        let train_labels: Vec<usize> = kept.iter().map(|&at| labels[at]).collect();
        let linear = fit(&train, &train_labels, classes, options)?;
        let held_out = (0..seen.len()).filter(|&at| fold_of[at] == fold);
        Ok(held_out.map(|at| (at, linear.logits(&seen[at]))).collect())
    };
    let mut logits = vec![Vec::new(); seen.len()];
    let at_once = thread::available_parallelism().map_or(1, usize::from);
    let all: Vec<usize> = (0..folds).collect();
    for group in all.chunks(at_once) {
        let results: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = group.iter().map(|&fold| scope.spawn(move || one_fold(fold))).collect();
            threads.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        for result in results {
            let rows = result.unwrap_or_else(|_| Err(NluError::Torch("a fit panicked".to_owned())))?;
            for (at, row) in rows {
                logits[at] = row;
            }
        }
    }
    Ok(logits)
}

/// The temperature under which the right labels are likeliest (Guo et al., 2017), by golden section on its logarithm.
#[must_use]
pub fn fit_temperature(logits: &[Vec<f32>], labels: &[usize]) -> f64 {
    let loss = |log_temperature: f64| -> f64 {
        let temperature = log_temperature.exp();
        let each = logits.iter().zip(labels).map(|(row, &label)| -softmax(row, temperature)[label].max(1e-12).ln());
        each.sum()
    };
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-3.0f64, 3.0f64);
    while high - low > 1e-3 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if loss(a) < loss(b) {
            high = b;
        } else {
            low = a;
        }
    }
    ((low + high) / 2.0).exp()
}

/// The likeliest class of each row.
#[must_use]
pub fn predictions(logits: &[Vec<f32>], labels: &[usize], temperature: f64) -> Vec<Prediction> {
    let one = |(row, &truth): (&Vec<f32>, &usize)| {
        let shares = softmax(row, temperature);
        let guess = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0);
        Prediction { truth, guess, confidence: shares.get(guess).copied().unwrap_or(0.0) }
    };
    logits.iter().zip(labels).map(one).collect()
}

/// The lowest confidence from which on as many guesses are right as are wanted.
#[must_use]
pub fn choose_threshold(predictions: &[Prediction]) -> f64 {
    (20..95)
        .map(|percent| f64::from(percent) / 100.0)
        .find(|&at| at_threshold(predictions, at).1 >= WANTED)
        .unwrap_or(0.95)
}

/// What cross-validation found.
#[derive(Debug, Clone)]
pub struct CrossValidation {
    /// One prediction per example.
    pub predictions: Vec<Prediction>,
    /// The temperature.
    pub temperature: f64,
    /// The threshold.
    pub threshold: f64,
}

impl CrossValidation {
    /// Runs it.
    ///
    /// # Errors
    /// When a fit fails.
    pub fn run(seen: &[Seen], lessons: &Lessons, folds: usize, options: &FitOptions) -> Result<Self, NluError> {
        let fold_of = lessons.folds(folds, options.seed);
        let logits = out_of_fold(seen, &lessons.labels, &fold_of, Intent::ALL.len(), options)?;
        let temperature = fit_temperature(&logits, &lessons.labels);
        let predictions = predictions(&logits, &lessons.labels, temperature);
        let threshold = choose_threshold(&predictions);
        Ok(Self { predictions, temperature, threshold })
    }

    /// The figures that go into the head's card.
    #[must_use]
    pub fn figures(&self) -> Vec<(String, f64)> {
        let scores = class_scores(&self.predictions, Intent::ALL.len());
        let (sure, right) = at_threshold(&self.predictions, self.threshold);
        let figures = [
            ("examples", self.predictions.len() as f64),
            ("accuracy", accuracy(&self.predictions)),
            ("macro_f1", macro_f1(&scores)),
            ("calibration_error", calibration_error(&self.predictions)),
            ("out_of_scope_recall", scores[Intent::OutOfScope as usize].recall),
            ("share_above_threshold", sure),
            ("accuracy_above_threshold", right),
        ];
        figures.into_iter().map(|(name, value)| (name.to_owned(), (value * 1e4).round() / 1e4)).collect()
    }
}

/// Fits the head on all examples, with temperature and threshold from cross-validation, and the mix with tuned layers
/// where there are such.
///
/// # Errors
/// When a fit fails.
pub fn train(
    seen: &[Seen],
    lessons: &Lessons,
    checked: &CrossValidation,
    options: &FitOptions,
    tuned: Option<Mixed>,
) -> Result<IntentHead, NluError> {
    let all: Vec<&Seen> = seen.iter().collect();
    let linear: Linear = fit(&all, &lessons.labels, Intent::ALL.len(), options)?;
    let mut card =
        HeadCard::new(lessons.digest.clone(), checked.temperature, checked.threshold, options.seed, checked.figures());
    if let Some(tuned) = tuned {
        (card.mix, card.threshold) = (tuned.mix, tuned.threshold);
        let names = ["held_out_linear", "held_out_tuned", "held_out_both"];
        card.figures.extend(names.iter().zip(tuned.accuracy).map(|(name, value)| ((*name).to_owned(), value)));
        card.figures.push(("held_out_calibration_error".to_owned(), tuned.calibration_error));
        card.figures.iter_mut().for_each(|(_, value)| *value = (*value * 1e4).round() / 1e4);
    }
    IntentHead::new(linear, card).map_err(NluError::Torch)
}

/// One in so many families is kept from the tuning of layers: it decides when to stop, how much the tuned layers count,
/// and from which confidence on a guess is acted upon.
const PARTS: u64 = 10;

/// Whether each text belongs to a family that is kept from the tuning. The family's own first text decides, so that
/// families that are added later do not move the others over.
fn kept_apart(lessons: &Lessons) -> Vec<bool> {
    let mut apart: Vec<bool> = Vec::with_capacity(lessons.texts.len());
    for (at, &family) in lessons.families.iter().enumerate() {
        let goes_on = at > 0 && lessons.families[at - 1] == family;
        apart.push(match apart.last() {
            Some(before) if goes_on => *before,
            _ => {
                let digest = Sha256::digest(&lessons.texts[at]);
                let number = digest.iter().take(8).fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
                number.is_multiple_of(PARTS)
            }
        });
    }
    apart
}

/// Examples to tune layers on, and those that decide.
#[must_use]
pub fn tuning_examples(lessons: &Lessons) -> (Vec<Example>, Vec<Example>) {
    let apart = kept_apart(lessons);
    let of = |held: bool| -> Vec<Example> {
        let places = (0..lessons.texts.len()).filter(|&at| apart[at] == held);
        let example = |at: usize| Example {
            text: gloss(&lessons.texts[at]).into_owned(),
            class: lessons.labels[at],
            among: None,
            tags: Vec::new(),
        };
        places.map(example).collect()
    };
    (of(false), of(true))
}

/// What the part that decides said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixed {
    /// How much the tuned layers count.
    pub mix: f64,
    /// The threshold.
    pub threshold: f64,
    /// Accuracy of the linear head alone, the tuned layers alone, and both.
    pub accuracy: [f64; 3],
    /// The calibration error of both.
    pub calibration_error: f64,
}

/// Finds how much the tuned layers should count, on families that neither they nor the linear head have seen. `scores`
/// are those of all examples that decide, in their order.
///
/// # Errors
/// When the fit fails.
pub fn find_mix(
    seen: &[Seen],
    lessons: &Lessons,
    scores: &[Vec<f32>],
    options: &FitOptions,
) -> Result<Mixed, NluError> {
    let apart = kept_apart(lessons);
    let (held, kept): (Vec<usize>, Vec<usize>) = (0..seen.len()).partition(|&at| apart[at]);
    let train: Vec<&Seen> = kept.iter().map(|&at| &seen[at]).collect();
    let labels: Vec<usize> = kept.iter().map(|&at| lessons.labels[at]).collect();
    let linear = fit(&train, &labels, Intent::ALL.len(), options)?;
    let logits: Vec<Vec<f32>> = held.iter().map(|&at| linear.logits(&seen[at])).collect();
    let truths: Vec<usize> = held.iter().map(|&at| lessons.labels[at]).collect();
    let temperature = fit_temperature(&logits, &truths);
    let mixed = |weight: f64| -> Vec<Prediction> {
        let one = |((logits, &truth), scores): ((&Vec<f32>, &usize), &Vec<f32>)| {
            let mut shares = softmax(logits, temperature);
            mix(&mut shares, scores, weight);
            let guess = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0);
            Prediction { truth, guess, confidence: shares.get(guess).copied().unwrap_or(0.0) }
        };
        logits.iter().zip(&truths).zip(scores).map(one).collect()
    };
    let weights = (0..=10).map(|tenth| f64::from(tenth) / 10.0);
    let best = weights
        .map(|weight| (accuracy(&mixed(weight)), weight))
        .fold((0.0, 0.5), |best, next| if next.0 > best.0 { next } else { best });
    let predictions = mixed(best.1);
    Ok(Mixed {
        mix: best.1,
        threshold: choose_threshold(&predictions),
        accuracy: [accuracy(&mixed(0.0)), accuracy(&mixed(1.0)), best.0],
        calibration_error: calibration_error(&predictions),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;

    #[test]
    fn families_that_are_added_move_no_other_into_the_tuning() {
        let lessons = Lessons::read().unwrap();
        let before = kept_apart(&lessons);
        let share = before.iter().filter(|apart| **apart).count() as f64 / before.len() as f64;
        assert!((0.07..0.13).contains(&share), "{share}");
        let mut more = lessons.clone();
        more.texts.insert(0, "a family that nobody had".to_owned());
        more.labels.insert(0, 0);
        more.languages.insert(0, Language::English);
        more.families.iter_mut().for_each(|family| *family += 1);
        more.families.insert(0, 0);
        assert_eq!(kept_apart(&more)[1..], before[..]);
    }

    #[test]
    fn the_temperature_undoes_a_known_scaling() {
        // Scores drawn so that their softmax is the truth, then tripled: the temperature must be 3.
        let rows = [[1.2f32, 0.0, -0.4], [0.0, 0.7, 0.2], [-0.3, 0.1, 0.9]];
        let (mut logits, mut labels) = (Vec::new(), Vec::new());
        for row in rows {
            for (label, share) in softmax(&row, 1.0).into_iter().enumerate() {
                for _ in 0..(share * 1000.0).round() as usize {
                    logits.push(row.iter().map(|score| score * 3.0).collect());
                    labels.push(label);
                }
            }
        }
        assert!((fit_temperature(&logits, &labels) - 3.0).abs() < 0.02);
    }

    #[test]
    fn the_threshold_keeps_what_is_mostly_right() {
        let one = |confidence: f64, right: bool| Prediction { truth: 0, guess: usize::from(!right), confidence };
        let mut all: Vec<Prediction> = (0..95).map(|_| one(0.9, true)).collect();
        all.extend((0..50).map(|n| one(0.4, n % 2 == 0)));
        let threshold = choose_threshold(&all);
        assert!(threshold > 0.4 && threshold <= 0.41, "{threshold}");
    }
}
