//! A classifier on anyone's labels, with a score for texts that belong to none of them. Reads no files.

mod tuned;

use std::thread;

use super::intents::fit_temperature;
use super::measures::quantile;
use super::softmax::{FitOptions, fit};
use crate::nlu::NluError;
use crate::nlu::intents::linear::{Linear, Seen, layers, softmax};

pub use tuned::{Lesson, TunedClassifier, tuning_params};

/// The label of examples that are out of scope.
pub const OUT_OF_SCOPE: &str = "oos";

/// One in this many examples is held out to learn how familiar texts look.
const HOLD_OUT: usize = 10;
/// How many neighbours a text is compared with.
const NEIGHBOURS: usize = 3;

/// What the classifier says of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The likeliest label.
    pub label: String,
    /// How likely it is.
    pub confidence: f64,
    /// How likely the text is to belong to no label, from 0 to 1: above one half, it looks stranger than 95 of 100 texts
    /// that belong.
    pub out_of_scope: f64,
}

/// How strange a text looks to the head (its energy) and beside the examples (its distance): larger is stranger.
#[derive(Debug, Clone, Copy)]
struct Strangeness {
    energy: f64,
    distance: f64,
}

/// A classifier on anyone's labels.
#[derive(Debug, Clone)]
pub struct Classifier {
    labels: Vec<String>,
    model: Model,
    temperature: f64,
    /// Mean and spread of the energy of texts that belong.
    energy: (f64, f64),
    /// Mean and spread of their distance.
    distance: (f64, f64),
    /// The strangeness that 95 of 100 texts that belong stay below.
    limit: f64,
}

/// What one fit knows.
#[derive(Debug, Clone)]
struct Model {
    linear: Linear,
    familiar: Familiar,
    outside: Option<usize>,
}

/// What is known of the states of texts that belong.
#[derive(Debug, Clone)]
struct Familiar {
    states: Vec<Vec<f32>>,
}

impl Familiar {
    /// One less the mean cosine to the nearest texts (Sun et al., 2022, "deep nearest neighbours").
    fn distance(&self, states: &[f32]) -> f64 {
        // Each layer's states have length 1, so the product of all is the sum of as many cosines.
        let parts = layers().layers.len() as f32;
        let mut nearest = [-1.0f32; NEIGHBOURS];
        for other in &self.states {
            let cosine: f32 = other.iter().zip(states).map(|(a, b)| a * b).sum::<f32>() / parts;
            if cosine > nearest[NEIGHBOURS - 1] {
                nearest[NEIGHBOURS - 1] = cosine;
                nearest.sort_by(|a, b| b.total_cmp(a));
            }
        }
        1.0 - f64::from(nearest.iter().sum::<f32>()) / NEIGHBOURS as f64
    }
}

impl Classifier {
    /// Fits a classifier. Where there are examples labelled `oos`, they are a class like the others; the score comes from
    /// the examples that belong, and needs none of them.
    ///
    /// # Errors
    /// When there are fewer than two labels or the fit fails.
    pub fn fit(seen: &[Seen], names: &[String], options: &FitOptions) -> Result<Self, NluError> {
        let mut labels: Vec<String> = names.to_vec();
        labels.sort();
        labels.dedup();
        if labels.len() < 2 {
            return Err(NluError::Torch(format!("a classifier needs 2 labels, found {}", labels.len())));
        }
        let numbers: Vec<usize> = names.iter().map(|name| labels.binary_search(name).unwrap_or(0)).collect();
        let outside = labels.iter().position(|label| label == OUT_OF_SCOPE);
        // Some examples of each label are held out: how strange texts look that a fit has not seen.
        let mut turn = vec![0usize; labels.len()];
        let held: Vec<bool> = numbers
            .iter()
            .map(|&label| {
                turn[label] += 1;
                turn[label].is_multiple_of(HOLD_OUT)
            })
            .collect();
        let train = |keep: &dyn Fn(usize) -> bool| {
            let kept: Vec<usize> = (0..seen.len()).filter(|&at| keep(at)).collect();
            Model::fit(seen, &numbers, &kept, labels.len(), outside, options)
        };
        let (tried, model) = thread::scope(|scope| {
            let tried = held.contains(&true).then(|| scope.spawn(|| train(&|at| !held[at])));
            let model = train(&|_| true);
            (tried.map(thread::ScopedJoinHandle::join), model)
        });
        let mut built =
            Self { labels, model: model?, temperature: 1.0, energy: (0.0, 1.0), distance: (0.0, 1.0), limit: 0.0 };
        if let Some(tried) = tried {
            let tried = tried.unwrap_or_else(|_| Err(NluError::Torch("a fit panicked".to_owned())))?;
            let rest: Vec<usize> = (0..seen.len()).filter(|&at| held[at]).collect();
            built.calibrate(&tried, &rest.iter().map(|&at| (&seen[at], numbers[at])).collect::<Vec<_>>());
        }
        Ok(built)
    }

    /// Learns from held-out examples, by a fit without them, how sure to be and how strange texts that belong may look.
    fn calibrate(&mut self, tried: &Model, held: &[(&Seen, usize)]) {
        let logits: Vec<Vec<f32>> = held.iter().map(|(seen, _)| tried.linear.logits(seen)).collect();
        let truth: Vec<usize> = held.iter().map(|(_, label)| *label).collect();
        self.temperature = fit_temperature(&logits, &truth);
        let inside = held.iter().filter(|(_, label)| Some(*label) != tried.outside);
        let strange: Vec<Strangeness> = inside.map(|(seen, _)| tried.strangeness(seen)).collect();
        self.energy = mean_and_spread(strange.iter().map(|one| one.energy));
        self.distance = mean_and_spread(strange.iter().map(|one| one.distance));
        let sums: Vec<f64> = strange.iter().map(|one| self.sum(*one)).collect();
        if !sums.is_empty() {
            self.limit = quantile(&sums, 0.95);
        }
    }

    /// How likely each label is, in the order of their names.
    fn shares(&self, seen: &Seen) -> Vec<f64> {
        softmax(&self.model.linear.logits(seen), self.temperature)
    }

    /// Judges a text.
    #[must_use]
    pub fn classify(&self, seen: &Seen) -> Verdict {
        let shares = self.shares(seen);
        let best = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0);
        let over = self.sum(self.model.strangeness(seen)) - self.limit;
        let out_of_scope = 1.0 / (1.0 + (-over).exp());
        Verdict { label: self.labels[best].clone(), confidence: shares[best], out_of_scope }
    }

    /// Both kinds of strangeness in units of their usual spread. On CLINC150's validation texts the two together found
    /// more than either.
    fn sum(&self, strange: Strangeness) -> f64 {
        (strange.energy - self.energy.0) / self.energy.1 + (strange.distance - self.distance.0) / self.distance.1
    }
}

impl Model {
    fn fit(
        seen: &[Seen],
        numbers: &[usize],
        kept: &[usize],
        classes: usize,
        outside: Option<usize>,
        options: &FitOptions,
    ) -> Result<Self, NluError> {
        let train: Vec<&Seen> = kept.iter().map(|&at| &seen[at]).collect();
        let labels: Vec<usize> = kept.iter().map(|&at| numbers[at]).collect();
        let inside = train.iter().zip(&labels).filter(|(_, label)| Some(**label) != outside);
        let familiar = Familiar { states: inside.map(|(seen, _)| seen.states.clone()).collect() };
        Ok(Self { linear: fit(&train, &labels, classes, options)?, familiar, outside })
    }

    fn strangeness(&self, seen: &Seen) -> Strangeness {
        let logits = self.linear.logits(seen);
        Strangeness { energy: energy(&logits, self.outside), distance: self.familiar.distance(&seen.states) }
    }
}

/// The energy of Liu et al. (2020), equation 4, over the classes that are not out of scope.
fn energy(logits: &[f32], outside: Option<usize>) -> f64 {
    let inside = logits.iter().enumerate().filter(|(class, _)| Some(*class) != outside);
    let inside: Vec<f64> = inside.map(|(_, &logit)| f64::from(logit)).collect();
    let largest = inside.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    -(largest + inside.iter().map(|logit| (logit - largest).exp()).sum::<f64>().ln())
}

fn mean_and_spread(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt().max(1e-6))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of three labels around three directions, and strangers in a fourth.
    fn around(direction: usize, number: usize) -> Seen {
        let mut states = vec![0.0f32; 12];
        for part in 0..3 {
            let slice = &mut states[part * 4..part * 4 + 4];
            slice[direction] = 1.0;
            slice[(direction + 1 + number) % 4] += 0.15 * (number as f32 * 1.3 + part as f32).sin();
            let length = slice.iter().map(|x| x * x).sum::<f32>().sqrt();
            slice.iter_mut().for_each(|x| *x /= length);
        }
        Seen { states, spelling: Vec::new() }
    }

    fn examples(numbers: std::ops::Range<usize>) -> (Vec<Seen>, Vec<String>) {
        let all = numbers.flat_map(|n| (0..3).map(move |d| (around(d, n), format!("label {d}"))));
        all.unzip()
    }

    #[test]
    fn labels_are_learned_and_strangers_stand_out_without_examples_of_them() {
        let (seen, names) = examples(0..40);
        let options = FitOptions { buckets: 4, ..FitOptions::for_labels() };
        let classifier = Classifier::fit(&seen, &names, &options).unwrap();
        let (test, truth) = examples(40..60);
        let verdicts: Vec<Verdict> = test.iter().map(|seen| classifier.classify(seen)).collect();
        // The naive baseline, the commonest label, gets a third right.
        assert!(verdicts.iter().zip(&truth).all(|(verdict, name)| verdict.label == *name));
        let familiar = verdicts.iter().filter(|verdict| verdict.out_of_scope < 0.9).count();
        assert!(familiar * 10 >= verdicts.len() * 8, "{familiar} of {}", verdicts.len());
        assert!((0..20).all(|n| classifier.classify(&around(3, n)).out_of_scope > 0.95));
    }

    #[test]
    fn examples_out_of_scope_become_a_class() {
        let (mut seen, mut names) = examples(0..20);
        seen.extend((0..20).map(|n| around(3, n)));
        names.extend((0..20).map(|_| OUT_OF_SCOPE.to_owned()));
        let options = FitOptions { buckets: 4, ..FitOptions::for_labels() };
        let classifier = Classifier::fit(&seen, &names, &options).unwrap();
        assert_eq!(classifier.classify(&around(3, 50)).label, OUT_OF_SCOPE);
        assert!(classifier.classify(&around(3, 50)).out_of_scope > 0.95);
    }

    #[test]
    fn one_label_is_refused_and_few_examples_are_not() {
        let (seen, names) = examples(0..1);
        assert!(Classifier::fit(&seen[..1], &names[..1], &FitOptions::for_labels()).is_err());
        let verdict = Classifier::fit(&seen, &names, &FitOptions::for_labels()).unwrap().classify(&seen[0]);
        assert!(verdict.out_of_scope.is_finite() && verdict.confidence <= 1.0);
    }
}
