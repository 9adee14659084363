//! A classifier whose encoder was tuned for the labels, beside the head on the frozen encoder. Reads no files.

use super::{Classifier, OUT_OF_SCOPE, Verdict, energy, mean_and_spread};
use crate::nlu::intents::linear::{Seen, softmax};
use crate::training::finetune::{Example, FinetuneParams};
use crate::training::measures::quantile;

/// One in this many examples of a label decides when to stop, and how much the tuned layers count.
const HOLD_OUT: usize = 15;

/// How layers are tuned for labels.
#[must_use]
pub fn tuning_params(seed: u64) -> FinetuneParams {
    FinetuneParams { epochs: 10, rate: 2e-4, smoothing: 0.1, looks: 1, patience: 4, seed, ..FinetuneParams::default() }
}

/// Examples with their labels as numbers, and which of them are held out.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The labels, in order.
    pub labels: Vec<String>,
    /// The number of each example's label.
    pub numbers: Vec<usize>,
    /// Whether an example is held out.
    pub held: Vec<bool>,
}

impl Lesson {
    /// Numbers the labels and holds some examples of each out; every label keeps at least one to learn from.
    #[must_use]
    pub fn new(names: &[String]) -> Self {
        let mut labels = names.to_vec();
        labels.sort();
        labels.dedup();
        let numbers: Vec<usize> = names.iter().map(|name| labels.binary_search(name).unwrap_or(0)).collect();
        let mut turn = vec![0usize; labels.len()];
        let held = numbers
            .iter()
            .map(|&label| {
                turn[label] += 1;
                turn[label].is_multiple_of(HOLD_OUT)
            })
            .collect::<Vec<bool>>();
        // With few examples of each label some are still needed to stop by: every fifteenth of all.
        let held = if held.contains(&true) {
            held
        } else {
            (0..names.len()).map(|at| at % HOLD_OUT == HOLD_OUT - 1).collect()
        };
        Self { labels, numbers, held }
    }

    /// The examples to tune by, and those to stop by.
    #[must_use]
    pub fn examples(&self, texts: &[String]) -> (Vec<Example>, Vec<Example>) {
        let (mut learned, mut held) = (Vec::new(), Vec::new());
        for ((text, &class), &is_held) in texts.iter().zip(&self.numbers).zip(&self.held) {
            let example = Example { text: text.clone(), class, among: None, tags: Vec::new() };
            if is_held { held.push(example) } else { learned.push(example) }
        }
        (learned, held)
    }

    /// The part of what belongs to each example that is held out, or that is not.
    fn part<'a, T>(&self, all: &'a [T], held: bool) -> Vec<&'a T> {
        all.iter().zip(&self.held).filter(|(_, is_held)| **is_held == held).map(|(one, _)| one).collect()
    }
}

/// Tuned layers and a head, each with its share.
#[derive(Debug, Clone)]
pub struct TunedClassifier {
    head: Classifier,
    labels: Vec<String>,
    /// How much the tuned layers count, from 0 to 1.
    mix: f64,
    outside: Option<usize>,
    /// Mean and spread of the energy of texts that belong.
    energy: (f64, f64),
    /// Mean and spread of their distance from the examples.
    distance: (f64, f64),
    /// The strangeness that 95 of 100 texts that belong stay below.
    limit: f64,
}

impl TunedClassifier {
    /// Weighs tuned layers against a head. `seen` are the examples on the frozen encoder, `tried` a head that was fitted
    /// without those held out, `head` one fitted with them, `scores` what the tuned layers say of those held out.
    #[must_use]
    pub fn new(lesson: &Lesson, seen: &[Seen], tried: &Classifier, head: Classifier, scores: &[Vec<f32>]) -> Self {
        let held = lesson.part(seen, true);
        let truths: Vec<usize> = lesson.part(&lesson.numbers, true).into_iter().copied().collect();
        let loss = |mix: f64| -> f64 {
            let each = held.iter().zip(scores).zip(&truths).map(|((seen, scores), &truth)| {
                -mixed(tried, seen, scores, mix).get(truth).copied().unwrap_or(0.0).max(1e-9).ln()
            });
            each.sum()
        };
        let mix = (0..=20)
            .map(|step| f64::from(step) / 20.0)
            .map(|mix| (loss(mix), mix))
            .fold((f64::INFINITY, 1.0), |best, next| if next.0 < best.0 { next } else { best })
            .1;
        let outside = lesson.labels.iter().position(|label| label == OUT_OF_SCOPE);
        let belong: Vec<(f64, f64)> = held
            .iter()
            .zip(scores)
            .zip(&truths)
            .filter(|(_, truth)| Some(**truth) != outside)
            .map(|((seen, scores), _)| (energy(scores, outside), tried.model.familiar.distance(&seen.states)))
            .collect();
        let mut built = Self {
            head,
            labels: lesson.labels.clone(),
            mix,
            outside,
            energy: mean_and_spread(belong.iter().map(|one| one.0)),
            distance: mean_and_spread(belong.iter().map(|one| one.1)),
            limit: 0.0,
        };
        let sums: Vec<f64> = belong.iter().map(|&(energy, distance)| built.sum(energy, distance)).collect();
        if !sums.is_empty() {
            built.limit = quantile(&sums, 0.95);
        }
        built
    }

    /// How much the tuned layers count, from 0 to 1.
    #[must_use]
    pub fn mix(&self) -> f64 {
        self.mix
    }

    /// Judges a text by its states on the frozen encoder and what the tuned layers say of it.
    #[must_use]
    pub fn classify(&self, seen: &Seen, scores: &[f32]) -> Verdict {
        let shares = mixed(&self.head, seen, scores, self.mix);
        let best = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0);
        let distance = self.head.model.familiar.distance(&seen.states);
        let over = self.sum(energy(scores, self.outside), distance) - self.limit;
        let out_of_scope = 1.0 / (1.0 + (-over).exp());
        Verdict { label: self.labels[best].clone(), confidence: shares[best], out_of_scope }
    }

    fn sum(&self, energy: f64, distance: f64) -> f64 {
        (energy - self.energy.0) / self.energy.1 + (distance - self.distance.0) / self.distance.1
    }
}

/// How likely each label is. The scores of tuned layers come with their temperature in them.
fn mixed(head: &Classifier, seen: &Seen, scores: &[f32], mix: f64) -> Vec<f64> {
    let tuned = softmax(scores, 1.0);
    head.shares(seen).iter().zip(tuned).map(|(head, tuned)| (1.0 - mix) * head + mix * tuned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::softmax::FitOptions;

    #[test]
    fn every_label_is_learned_and_some_of_each_are_held_out() {
        let names: Vec<String> = (0..90).map(|at| format!("label {}", at % 3)).collect();
        let lesson = Lesson::new(&names);
        let (learned, held) = lesson.examples(&names);
        assert_eq!((learned.len(), held.len()), (84, 6));
        for label in 0..3 {
            assert!(learned.iter().any(|example| example.class == label));
            assert_eq!(held.iter().filter(|example| example.class == label).count(), 2);
        }
        // Ten of each: none would be a fifteenth of its label.
        let few: Vec<String> = (0..30).map(|at| format!("label {}", at % 3)).collect();
        assert_eq!(Lesson::new(&few).examples(&few).1.len(), 2);
    }

    #[test]
    fn whoever_is_right_on_what_was_held_out_counts() {
        let seen = |label: usize, number: usize| {
            let mut states = vec![0.1f32; 12];
            for part in 0..3 {
                states[part * 4 + label] = 1.0;
                states[part * 4 + (label + number) % 4] += 0.05;
            }
            Seen { states, spelling: Vec::new() }
        };
        let names: Vec<String> = (0..90).map(|at| format!("label {}", at % 3)).collect();
        let all: Vec<Seen> = (0..90).map(|at| seen(at % 3, at / 3)).collect();
        let head = Classifier::fit(&all, &names, &FitOptions { buckets: 4, ..FitOptions::for_labels() }).unwrap();
        let lesson = Lesson::new(&names);
        let truths: Vec<usize> = lesson.part(&lesson.numbers, true).into_iter().copied().collect();
        let sure = |label: usize| -> Vec<f32> { (0..3).map(|at| if at == label { 9.0 } else { -9.0 }).collect() };
        let right: Vec<Vec<f32>> = truths.iter().map(|&label| sure(label)).collect();
        let wrong: Vec<Vec<f32>> = truths.iter().map(|&label| sure((label + 1) % 3)).collect();
        // A head that learned other labels than those that count.
        let others: Vec<String> = (0..90).map(|at| format!("label {}", (at + 1) % 3)).collect();
        let options = FitOptions { buckets: 4, ..FitOptions::for_labels() };
        let astray = Classifier::fit(&all, &others, &options).unwrap();
        let good = TunedClassifier::new(&lesson, &all, &astray, astray.clone(), &right);
        assert!(good.mix() > 0.9);
        let bad = TunedClassifier::new(&lesson, &all, &head, head.clone(), &wrong);
        assert!(bad.mix() < 0.1);
        assert_eq!(bad.classify(&seen(1, 5), &sure(2)).label, "label 1");
        assert_eq!(good.classify(&seen(1, 5), &sure(2)).label, "label 2");
    }
}
