//! Tunes the encoder's layers for a task: what is learned from, how, and what came out. No files but checkpoints.
//!
//! Each core runs a replica on its part of a batch; the gradients are averaged, so that the result is that of one batch.

mod optimizer;
mod checkpoint;
mod steps;
mod fit;

pub use crate::nlu::encoder::Heads;
pub use fit::fit;

use std::path::PathBuf;

/// A text with its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Its class.
    pub class: usize,
    /// The classes it was labelled among, where those are not all: the others are then neither right nor wrong.
    pub among: Option<Vec<usize>>,
    /// The tags of its words, which are parted by blanks; none where only texts are classified.
    pub tags: Vec<usize>,
}

/// How the layers are tuned.
#[derive(Debug, Clone, PartialEq)]
pub struct FinetuneParams {
    /// Passes over the examples, at most.
    pub epochs: usize,
    /// Examples per step.
    pub batch: usize,
    /// The largest step size of the last layer, reached after the warm-up; it then falls to nothing in a straight line.
    pub rate: f64,
    /// The step size of each layer against that of the one above it (Howard and Ruder, 2018, section 3.2).
    pub layer_decay: f64,
    /// The head's step size against that of the last layer.
    pub head_rate: f64,
    /// Decay of weights per unit of step size (Loshchilov and Hutter, 2019).
    pub decay: f64,
    /// The share of steps in which the step size rises.
    pub warm_up: f64,
    /// The share of each label that is spread over all classes (Szegedy et al., 2016).
    pub smoothing: f64,
    /// The longest text, in pieces; what follows is not learned from.
    pub longest: usize,
    /// How often in a pass the part held out is looked at.
    pub looks: usize,
    /// After so many looks without gain the fit ends.
    pub patience: usize,
    /// The seed of everything random.
    pub seed: u64,
    /// Where a fit that was broken off is taken up again; nowhere where there is none.
    pub checkpoint: Option<PathBuf>,
}

impl Default for FinetuneParams {
    fn default() -> Self {
        Self {
            epochs: 3,
            batch: 32,
            rate: 1e-4,
            layer_decay: 0.85,
            head_rate: 10.0,
            decay: 0.01,
            warm_up: 0.06,
            smoothing: 0.0,
            longest: 96,
            looks: 2,
            patience: 3,
            seed: 1,
            checkpoint: None,
        }
    }
}

/// How far a fit is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// The steps made.
    pub step: usize,
    /// Of how many.
    pub steps: usize,
    /// The mean loss of the last steps.
    pub loss: f64,
    /// The loss on the part held out, once it was looked at.
    pub held_out_loss: Option<f64>,
}

/// What a fit came to, on the part held out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The share of right classes.
    pub accuracy: f64,
    /// The calibration error (ECE, 15 bins) after the temperature was set.
    pub calibration_error: f64,
    /// What scores are divided by.
    pub temperature: f64,
    /// The steps made.
    pub steps: usize,
    /// How many examples were learned from.
    pub examples: usize,
}
