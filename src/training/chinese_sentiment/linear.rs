//! The linear model over hashed pieces, and what its score means.

use rand::SeedableRng as _;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::nlu::sentiment::chinese::Linear;
use crate::training::softmax::shuffle;

/// Passes over the texts; the fit is done long before.
const PASSES: usize = 25;
/// Buckets that no text has keep no ratio.
const SMOOTHING: f64 = 1.0;

/// A text with a side.
pub(super) struct Row<'a> {
    pub(super) pieces: &'a [u32],
    pub(super) positive: bool,
    pub(super) weight: f32,
}

/// Naive Bayes' log-count ratios as features of a support vector machine (Wang and Manning, 2012), which is fitted by
/// dual coordinate descent with squared hinge loss (Hsieh et al., 2008, algorithm 1).
pub(super) fn fit(rows: &[Row<'_>], buckets: usize, cost: f64, seed: u64) -> Linear {
    let ratios = ratios(rows, buckets);
    let values: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| {
            let own = row.pieces.iter().map(|at| f64::from(ratios[*at as usize]));
            let length = own.clone().map(|value| value * value).sum::<f64>().sqrt().max(1e-12);
            own.map(|value| value / length).collect()
        })
        .collect();
    let mut weights = vec![0.0_f64; buckets];
    let mut alphas = vec![0.0_f64; rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    for _ in 0..PASSES {
        shuffle(&mut order, &mut random);
        for &at in &order {
            let (row, values) = (&rows[at], &values[at]);
            let side = if row.positive { 1.0 } else { -1.0 };
            let slack = 1.0 / (2.0 * cost * f64::from(row.weight).max(1e-6));
            let score: f64 =
                row.pieces.iter().zip(values).map(|(bucket, value)| weights[*bucket as usize] * value).sum();
            let slope = side * score - 1.0 + slack * alphas[at];
            let after = (alphas[at] - slope / (1.0 + slack)).max(0.0);
            let change = (after - alphas[at]) * side;
            alphas[at] = after;
            if change != 0.0 {
                for (bucket, value) in row.pieces.iter().zip(values) {
                    weights[*bucket as usize] += change * value;
                }
            }
        }
    }
    Linear { ratios, weights: weights.into_iter().map(|weight| weight as f32).collect() }
}

/// By how much more often each bucket is in positive texts than in negative ones, as a logarithm.
fn ratios(rows: &[Row<'_>], buckets: usize) -> Vec<f32> {
    let mut counts = [vec![0.0_f64; buckets], vec![0.0_f64; buckets]];
    for row in rows {
        let own = &mut counts[usize::from(row.positive)];
        for at in row.pieces {
            own[*at as usize] += f64::from(row.weight);
        }
    }
    let totals = [0, 1].map(|side| counts[side].iter().map(|count| count + SMOOTHING).sum::<f64>());
    let share = |side: usize, at: usize| (counts[side][at] + SMOOTHING) / totals[side];
    (0..buckets)
        .map(|at| if counts[0][at] + counts[1][at] > 0.0 { (share(1, at) / share(0, at)).ln() as f32 } else { 0.0 })
        .collect()
}

/// What a score is multiplied by, and what is added, to be the logarithm of the odds of positive (Platt, 1999): a logistic
/// regression with a small penalty, by Newton's method.
pub(super) fn calibrated(points: &[(f64, bool)]) -> (f64, f64) {
    const PENALTY: f64 = 1e-3;
    let (mut scale, mut bias) = (1.0_f64, 0.0_f64);
    for _ in 0..50 {
        let (mut slope_scale, mut slope_bias) = (-PENALTY * scale, -PENALTY * bias);
        let (mut curve_scale, mut curve_both, mut curve_bias) = (PENALTY, 0.0, PENALTY);
        for (score, positive) in points {
            let chance = 1.0 / (1.0 + (-(scale * score + bias)).exp());
            let (wrong, curve) = (f64::from(*positive) - chance, chance * (1.0 - chance));
            slope_scale += wrong * score;
            slope_bias += wrong;
            curve_scale += curve * score * score;
            curve_both += curve * score;
            curve_bias += curve;
        }
        let determinant = curve_scale * curve_bias - curve_both * curve_both;
        let step_scale = (slope_scale * curve_bias - slope_bias * curve_both) / determinant;
        let step_bias = (slope_bias * curve_scale - slope_scale * curve_both) / determinant;
        if !(step_scale.is_finite() && step_bias.is_finite()) {
            break;
        }
        // Far steps of texts that are parted without error would overshoot.
        scale += step_scale.clamp(-5.0, 5.0);
        bias += step_bias.clamp(-5.0, 5.0);
        if step_scale.abs() + step_bias.abs() < 1e-9 {
            break;
        }
    }
    (scale, bias)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_becomes_odds() {
        // Scores drawn from a logistic model with scale 2 and bias −0.5, each with its expected share of positives.
        let mut points = Vec::new();
        for step in -20..=20 {
            let score = f64::from(step) * 0.15;
            let chance = 1.0 / (1.0 + (-(2.0 * score - 0.5)).exp());
            points.extend((0..200).map(|n| (score, (f64::from(n) + 0.5) / 200.0 < chance)));
        }
        let (scale, bias) = calibrated(&points);
        assert!((scale - 2.0).abs() < 0.1 && (bias + 0.5).abs() < 0.1, "{scale} {bias}");
        // What is parted without error has odds that are large and finite.
        let (scale, bias) = calibrated(&[(1.0, true), (-1.0, false)]);
        assert!(scale > 1.0 && scale.is_finite() && bias.abs() < 1e-3, "{scale} {bias}");
    }

    #[test]
    fn rare_buckets_without_texts_have_no_ratio() {
        let rows = [
            Row { pieces: &[0, 2], positive: true, weight: 1.0 },
            Row { pieces: &[1, 2], positive: false, weight: 1.0 },
        ];
        let linear = fit(&rows, 4, 1.0, 1);
        assert!(linear.ratios[0] > 0.0 && linear.ratios[1] < 0.0 && linear.ratios[2] == 0.0 && linear.ratios[3] == 0.0);
        assert!(linear.score(&[0]) > 0.0 && linear.score(&[1]) < 0.0 && linear.score(&[3]) == 0.0);
    }
}
