//! How well clusters agree with labels.

use std::collections::HashMap;
use std::hash::Hash;

/// Normalised mutual information of two groupings with the arithmetic mean below (Strehl and Ghosh 2002), from 0 to 1.
#[must_use]
pub fn nmi<A: Eq + Hash, B: Eq + Hash>(a: &[A], b: &[B]) -> f64 {
    let total = a.len().min(b.len()) as f64;
    let mut left: HashMap<&A, f64> = HashMap::new();
    let mut right: HashMap<&B, f64> = HashMap::new();
    let mut both: HashMap<(&A, &B), f64> = HashMap::new();
    for (a, b) in a.iter().zip(b) {
        *left.entry(a).or_default() += 1.0;
        *right.entry(b).or_default() += 1.0;
        *both.entry((a, b)).or_default() += 1.0;
    }
    let entropy =
        |counts: &mut dyn Iterator<Item = f64>| counts.map(|count| -count / total * (count / total).ln()).sum::<f64>();
    let (h_left, h_right) = (entropy(&mut left.values().copied()), entropy(&mut right.values().copied()));
    let mutual: f64 =
        both.iter().map(|((a, b), count)| count / total * (count * total / (left[*a] * right[*b])).ln()).sum();
    let mean = f64::midpoint(h_left, h_right);
    if mean > 0.0 { (mutual / mean).clamp(0.0, 1.0) } else { 0.0 }
}

/// The share of members whose cluster's most frequent label is their own.
#[must_use]
pub fn purity<A: Eq + Hash, B: Eq + Hash>(clusters: &[A], labels: &[B]) -> f64 {
    let mut counts: HashMap<&A, HashMap<&B, usize>> = HashMap::new();
    for (cluster, label) in clusters.iter().zip(labels) {
        *counts.entry(cluster).or_default().entry(label).or_default() += 1;
    }
    let right: usize = counts.values().filter_map(|labels| labels.values().max()).sum();
    right as f64 / clusters.len().min(labels.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_grouping_under_other_names_is_perfect() {
        assert!((nmi(&[0, 0, 1, 1], &["x", "x", "y", "y"]) - 1.0).abs() < 1e-12);
        assert!((purity(&[0, 0, 1, 1], &["x", "x", "y", "y"]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn known_values() {
        // scikit-learn 1.5: normalized_mutual_info_score([0,0,1,1], [0,1,0,1]) = 0; ([0,0,1,1], [0,0,1,2]) = 0.8.
        assert!(nmi(&[0, 0, 1, 1], &[0, 1, 0, 1]).abs() < 1e-12);
        assert!((nmi(&[0, 0, 1, 1], &[0, 0, 1, 2]) - 0.8).abs() < 1e-9);
        assert!((purity(&[0, 0, 1, 1], &[0, 1, 0, 1]) - 0.5).abs() < 1e-12);
    }
}
