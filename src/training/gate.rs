//! Whether relabelled messages may join the lessons: only where what was understood before is understood as well with
//! them. Prints nothing, keeps nothing.

use super::intents::CrossValidation;
use super::lessons::Lessons;
use super::measures::{Prediction, accuracy};
use super::softmax::FitOptions;
use crate::nlu::NluError;
use crate::nlu::intents::linear::Seen;

/// A fall of accuracy by less counts as none: as much lies between two seeds.
const NO_FALL: f64 = 0.001;

/// What cross-validation says of lessons with and without the relabelled messages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// Accuracy on the lessons without them, fitted without them.
    pub before: f64,
    /// The same lessons, fitted with them.
    pub after: f64,
    /// How many relabelled messages there are.
    pub relabels: usize,
    /// How many of them are understood by a fit that has not seen them.
    pub understood_before: usize,
    /// How many are understood by a fit that has seen the others.
    pub understood_after: usize,
}

impl Gate {
    /// Measures both, and gives the cross-validation of the lessons that are to be learned. `seen` are all lessons with the
    /// relabelled messages, which stand behind the `taught` others.
    ///
    /// # Errors
    /// When a fit fails.
    pub fn measure(
        seen: &[Seen],
        with: &Lessons,
        taught: &Lessons,
        folds: usize,
        options: &FitOptions,
    ) -> Result<(Self, CrossValidation), NluError> {
        let count = taught.texts.len();
        let before = CrossValidation::run(&seen[..count], taught, folds, options)?;
        let after = CrossValidation::run(seen, with, folds, options)?;
        let linear = super::softmax::fit(
            &seen[..count].iter().collect::<Vec<_>>(),
            &taught.labels,
            crate::domain::Intent::ALL.len(),
            options,
        )?;
        let logits: Vec<Vec<f32>> = seen[count..].iter().map(|one| linear.logits(one)).collect();
        let unseen = super::intents::predictions(&logits, &with.labels[count..], before.temperature);
        let gate = Self::of(&before.predictions, &after.predictions, &unseen);
        Ok((gate, if gate.is_open() { after } else { before }))
    }

    fn of(before: &[Prediction], after: &[Prediction], unseen: &[Prediction]) -> Self {
        let right = |some: &[Prediction]| some.iter().filter(|one| one.right()).count();
        let (taught, relabelled) = after.split_at(before.len().min(after.len()));
        Self {
            before: accuracy(before),
            after: accuracy(taught),
            relabels: relabelled.len(),
            understood_before: right(unseen),
            understood_after: right(relabelled),
        }
    }

    /// Whether they may join.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.after >= self.before - NO_FALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(right: usize, wrong: usize) -> Vec<Prediction> {
        let one = |right: bool| Prediction { truth: 1, guess: usize::from(right), confidence: 0.5 };
        (0..right).map(|_| one(true)).chain((0..wrong).map(|_| one(false))).collect()
    }

    #[test]
    fn what_makes_the_rest_worse_stays_out() {
        let before = predictions(800, 200);
        let with = |right: usize| {
            let mut after = predictions(right, 1000 - right);
            after.extend(predictions(3, 1));
            Gate::of(&before, &after, &predictions(1, 3))
        };
        let same = with(800);
        assert!(same.is_open());
        assert_eq!((same.relabels, same.understood_before, same.understood_after), (4, 1, 3));
        assert!(with(850).is_open());
        assert!(!with(790).is_open());
    }
}
