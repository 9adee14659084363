//! Measures of classifiers: accuracy, F1, confusion, calibration. No model here.

/// A prediction that can be checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// The right class.
    pub truth: usize,
    /// The class that was chosen.
    pub guess: usize,
    /// How sure the choice was, from 0 to 1.
    pub confidence: f64,
}

impl Prediction {
    /// Whether the choice is right.
    #[must_use]
    pub fn right(&self) -> bool {
        self.truth == self.guess
    }
}

/// Precision, recall and their harmonic mean for one class.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ClassScore {
    /// How many examples the class has.
    pub support: usize,
    /// The share of its guesses that are right; 0 where it was never guessed.
    pub precision: f64,
    /// The share of its examples that were found; 0 where it has none.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
}

/// The share of right predictions; 0 where there are none.
#[must_use]
pub fn accuracy(predictions: &[Prediction]) -> f64 {
    share(predictions.iter().filter(|one| one.right()).count(), predictions.len())
}

/// One score per class.
#[must_use]
pub fn class_scores(predictions: &[Prediction], classes: usize) -> Vec<ClassScore> {
    let (mut right, mut guessed, mut support) = (vec![0; classes], vec![0; classes], vec![0; classes]);
    for one in predictions {
        support[one.truth] += 1;
        guessed[one.guess] += 1;
        right[one.truth] += usize::from(one.right());
    }
    (0..classes)
        .map(|class| {
            let (precision, recall) = (share(right[class], guessed[class]), share(right[class], support[class]));
            let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
            ClassScore { support: support[class], precision, recall, f1 }
        })
        .collect()
}

/// The mean of F1 over the classes that have examples.
#[must_use]
pub fn macro_f1(scores: &[ClassScore]) -> f64 {
    let there: Vec<f64> = scores.iter().filter(|score| score.support > 0).map(|score| score.f1).collect();
    there.iter().sum::<f64>() / there.len().max(1) as f64
}

/// The commonest mistakes: the right class, the guess, how often; most frequent first.
#[must_use]
pub fn confusions(predictions: &[Prediction], most: usize) -> Vec<(usize, usize, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for one in predictions.iter().filter(|one| !one.right()) {
        *counts.entry((one.truth, one.guess)).or_insert(0) += 1;
    }
    let mut pairs: Vec<_> = counts.into_iter().map(|((truth, guess), count)| (truth, guess, count)).collect();
    pairs.sort_by_key(|&(truth, guess, count)| (std::cmp::Reverse(count), truth, guess));
    pairs.truncate(most);
    pairs
}

/// Predictions of one range of confidence.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    /// How many.
    pub count: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that is right.
    pub accuracy: f64,
}

/// Predictions by confidence, in ranges of equal width.
#[must_use]
pub fn bins(predictions: &[Prediction], number: usize) -> Vec<Bin> {
    let mut bins = vec![Bin::default(); number.max(1)];
    for one in predictions {
        let at = ((one.confidence * number as f64) as usize).min(bins.len() - 1);
        bins[at].count += 1;
        bins[at].confidence += one.confidence;
        bins[at].accuracy += f64::from(u8::from(one.right()));
    }
    for bin in bins.iter_mut().filter(|bin| bin.count > 0) {
        bin.confidence /= bin.count as f64;
        bin.accuracy /= bin.count as f64;
    }
    bins
}

/// The expected calibration error (Guo et al., 2017, equation 3), over 15 ranges.
#[must_use]
pub fn calibration_error(predictions: &[Prediction]) -> f64 {
    let gap = |bin: &Bin| share(bin.count, predictions.len()) * (bin.accuracy - bin.confidence).abs();
    bins(predictions, 15).iter().map(gap).sum()
}

/// What a threshold does: the share of predictions at least that sure, and the share of those that is right.
#[must_use]
pub fn at_threshold(predictions: &[Prediction], threshold: f64) -> (f64, f64) {
    let sure: Vec<Prediction> = predictions.iter().copied().filter(|one| one.confidence >= threshold).collect();
    (share(sure.len(), predictions.len()), accuracy(&sure))
}

/// The value that a share of the values does not exceed.
#[must_use]
pub fn quantile(values: &[f64], at: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count => sorted[((at * count as f64).ceil() as usize).clamp(1, count) - 1],
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions(list: &[(usize, usize, f64)]) -> Vec<Prediction> {
        list.iter().map(|&(truth, guess, confidence)| Prediction { truth, guess, confidence }).collect()
    }

    /// Figures from scikit-learn's documentation of `classification_report`: y_true 0 1 2 2 2, y_pred 0 0 2 2 1.
    #[test]
    fn scores_equal_those_of_scikit_learn() {
        let all = predictions(&[(0, 0, 1.0), (1, 0, 1.0), (2, 2, 1.0), (2, 2, 1.0), (2, 1, 1.0)]);
        let scores = class_scores(&all, 3);
        let rounded = |x: f64| (x * 100.0).round() / 100.0;
        let table: Vec<_> = scores.iter().map(|s| (rounded(s.precision), rounded(s.recall), rounded(s.f1))).collect();
        assert_eq!(table, [(0.5, 1.0, 0.67), (0.0, 0.0, 0.0), (1.0, 0.67, 0.8)]);
        assert_eq!(rounded(macro_f1(&scores)), 0.49);
        assert_eq!(accuracy(&all), 0.6);
        assert_eq!(confusions(&all, 5), [(1, 0, 1), (2, 1, 1)]);
    }

    #[test]
    fn calibration_is_the_gap_between_said_and_true() {
        let all = predictions(&[(0, 0, 0.9), (0, 1, 0.9), (0, 0, 0.3), (0, 1, 0.3)]);
        assert!((calibration_error(&all) - (0.5 * 0.4 + 0.5 * 0.2)).abs() < 1e-12);
        assert_eq!(at_threshold(&all, 0.5), (0.5, 0.5));
        assert_eq!(calibration_error(&[]), 0.0);
    }

    #[test]
    fn quantiles_are_values_that_occur() {
        assert_eq!(quantile(&[3.0, 1.0, 2.0, 4.0], 0.5), 2.0);
        assert_eq!(quantile(&[3.0, 1.0, 2.0, 4.0], 1.0), 4.0);
        assert!(quantile(&[], 0.5).is_nan());
    }
}
