//! A classifier on anyone's labels, with a score for texts that belong to none of them. Reads no files.

use super::intents::fit_temperature;
use super::measures::quantile;
use super::softmax::{FitOptions, fit};
use crate::nlu::NluError;
use crate::nlu::intents::linear::{Linear, Seen, layers, softmax};

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

/// How strange a text looks: each larger the stranger.
#[derive(Debug, Clone, Copy)]
struct Strangeness([f64; 3]);

/// A classifier on anyone's labels.
#[derive(Debug, Clone)]
pub struct Classifier {
    labels: Vec<String>,
    linear: Linear,
    temperature: f64,
    familiar: Familiar,
    /// Mean and spread of each strangeness over texts that belong.
    usual: [(f64, f64); 3],
    /// The strangeness that 95 of 100 texts that belong stay below.
    limit: f64,
    outside: Option<usize>,
}

/// What is known of the states of texts that belong.
#[derive(Debug, Clone)]
struct Familiar {
    states: Vec<Vec<f32>>,
}

impl Familiar {
    fn new(seen: &[&Seen], labels: &[usize], outside: Option<usize>) -> Self {
        let inside = seen.iter().zip(labels).filter(|(_, label)| Some(**label) != outside);
        Self { states: inside.map(|(seen, _)| seen.states.clone()).collect() }
    }

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
    /// Fits a classifier. Where there are examples labelled `oos`, they are a class like the others and also count in
    /// the score.
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
        let number = |name: &String| labels.binary_search(name).unwrap_or(0);
        let numbers: Vec<usize> = names.iter().map(number).collect();
        let outside = labels.iter().position(|label| label == OUT_OF_SCOPE);
        let mut built = Self {
            linear: Linear::new(vec![0.0; labels.len()], Vec::new(), vec![0.0; labels.len()]).map_err(NluError::Torch)?,
            temperature: 1.0,
            familiar: Familiar { states: Vec::new() },
            usual: [(0.0, 1.0); 3],
            limit: 0.0,
            outside,
            labels,
        };
        // Every tenth example of each label is held out: how strange texts look that a fit has not seen.
        let mut turn = vec![0usize; built.labels.len()];
        let mut held = vec![false; seen.len()];
        for (at, &label) in numbers.iter().enumerate() {
            turn[label] += 1;
            held[at] = turn[label].is_multiple_of(HOLD_OUT);
        }
        if held.contains(&true) {
            built.refit(seen, &numbers, |at| !held[at], options)?;
            let rest: Vec<usize> = (0..seen.len()).filter(|&at| held[at]).collect();
            let logits: Vec<Vec<f32>> = rest.iter().map(|&at| built.linear.logits(&seen[at])).collect();
            let truth: Vec<usize> = rest.iter().map(|&at| numbers[at]).collect();
            built.temperature = fit_temperature(&logits, &truth);
            let inside: Vec<usize> = rest.into_iter().filter(|&at| Some(numbers[at]) != outside).collect();
            let strange: Vec<Strangeness> = inside.iter().map(|&at| built.strangeness(&seen[at])).collect();
            for part in 0..3 {
                built.usual[part] = mean_and_spread(strange.iter().map(|one| one.0[part]));
            }
            let sums: Vec<f64> = strange.iter().map(|one| built.sum(*one)).collect();
            built.limit = quantile(&sums, 0.95);
        }
        built.refit(seen, &numbers, |_| true, options)?;
        Ok(built)
    }

    fn refit(
        &mut self,
        seen: &[Seen],
        numbers: &[usize],
        keep: impl Fn(usize) -> bool,
        options: &FitOptions,
    ) -> Result<(), NluError> {
        let kept: Vec<usize> = (0..seen.len()).filter(|&at| keep(at)).collect();
        let train: Vec<&Seen> = kept.iter().map(|&at| &seen[at]).collect();
        let labels: Vec<usize> = kept.iter().map(|&at| numbers[at]).collect();
        self.linear = fit(&train, &labels, self.labels.len(), options)?;
        self.familiar = Familiar::new(&train, &labels, self.outside);
        Ok(())
    }

    /// Judges a text.
    #[must_use]
    pub fn classify(&self, seen: &Seen) -> Verdict {
        let shares = softmax(&self.linear.logits(seen), self.temperature);
        let best = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0);
        let over = self.sum(self.strangeness(seen)) - self.limit;
        Verdict { label: self.labels[best].clone(), confidence: shares[best], out_of_scope: 1.0 / (1.0 + (-over).exp()) }
    }

    fn strangeness(&self, seen: &Seen) -> Strangeness {
        let logits = self.linear.logits(seen);
        let inside: Vec<f32> =
            logits.iter().enumerate().filter(|(at, _)| Some(*at) != self.outside).map(|(_, &logit)| logit).collect();
        let largest = inside.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        // The energy of Liu et al. (2020), equation 4.
        let sum: f64 = inside.iter().map(|&logit| f64::from(logit - largest).exp()).sum();
        let energy = -(f64::from(largest) + sum.ln());
        let unsure = (1.0 - softmax(&logits, self.temperature).iter().enumerate().filter(|(at, _)| Some(*at) != self.outside).map(|(_, &p)| p).fold(0.0, f64::max)).max(1e-6).ln();
        Strangeness([energy, unsure, self.familiar.distance(&seen.states)])
    }

    fn sum(&self, strangeness: Strangeness) -> f64 {
        let w: Vec<f64> = std::env::var("OOSW").unwrap_or("1,0,1".into()).split(',').map(|x| x.parse().unwrap()).collect();
        strangeness.0.iter().zip(self.usual).zip(w).map(|((value, (mean, spread)), w)| w * (value - mean) / spread).sum()
    }
}

fn mean_and_spread(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt().max(1e-6))
}
