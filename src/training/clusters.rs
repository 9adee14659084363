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

/// The share of members that carry their cluster's label, where clusters and labels are matched one to one in the best
/// way (the assignment problem, Kuhn 1955). Clusters beyond the number of labels have none.
#[must_use]
pub fn accuracy<A: Eq + Hash, B: Eq + Hash>(clusters: &[A], labels: &[B]) -> f64 {
    let (rows, clusters_found) = numbered(clusters);
    let (columns, labels_found) = numbered(labels);
    let size = clusters_found.max(labels_found);
    if size == 0 {
        return 0.0;
    }
    let mut cost = vec![vec![0.0; size]; size];
    for (&row, &column) in rows.iter().zip(&columns) {
        cost[row][column] -= 1.0;
    }
    let of_row = cheapest(&cost);
    -of_row.iter().enumerate().map(|(row, &column)| cost[row][column]).sum::<f64>()
        / rows.len().min(columns.len()) as f64
}

/// Each value as a number from 0, in the order they come, and how many there are.
fn numbered<T: Eq + Hash>(values: &[T]) -> (Vec<usize>, usize) {
    let mut numbers: HashMap<&T, usize> = HashMap::new();
    let found = values
        .iter()
        .map(|value| {
            let next = numbers.len();
            *numbers.entry(value).or_insert(next)
        })
        .collect();
    (found, numbers.len())
}

/// The column of each row in the cheapest assignment of a square matrix: shortest augmenting paths with potentials
/// (Jonker and Volgenant 1987). The last row and column of the work arrays stand for "nothing yet".
fn cheapest(cost: &[Vec<f64>]) -> Vec<usize> {
    let size = cost.len();
    let (mut row_potential, mut column_potential) = (vec![0.0; size], vec![0.0; size + 1]);
    let mut row_of = vec![usize::MAX; size + 1];
    for row in 0..size {
        row_of[size] = row;
        let mut column = size;
        let (mut least, mut before, mut seen) = (vec![f64::INFINITY; size], vec![size; size], vec![false; size + 1]);
        while row_of[column] != usize::MAX {
            seen[column] = true;
            let at = row_of[column];
            let (mut step, mut next) = (f64::INFINITY, size);
            for other in (0..size).filter(|&other| !seen[other]) {
                let reduced = cost[at][other] - row_potential[at] - column_potential[other];
                if reduced < least[other] {
                    (least[other], before[other]) = (reduced, column);
                }
                if least[other] < step {
                    (step, next) = (least[other], other);
                }
            }
            for other in 0..=size {
                if seen[other] {
                    row_potential[row_of[other]] += step;
                    column_potential[other] -= step;
                } else if other < size {
                    least[other] -= step;
                }
            }
            column = next;
        }
        while column != size {
            row_of[column] = row_of[before[column]];
            column = before[column];
        }
    }
    let mut column_of = vec![0; size];
    for (column, &row) in row_of[..size].iter().enumerate() {
        column_of[row] = column;
    }
    column_of
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

    #[test]
    fn the_best_matching_is_found_where_a_greedy_one_is_not() {
        // scipy 1.17: linear_sum_assignment([[4, 1, 3], [2, 0, 5], [3, 2, 2]]) gives columns 1, 0, 2.
        let cost = vec![vec![4.0, 1.0, 3.0], vec![2.0, 0.0, 5.0], vec![3.0, 2.0, 2.0]];
        assert_eq!(cheapest(&cost), [1, 0, 2]);
        // Cluster 0 holds three x and two y, cluster 1 two x: the best pairs are 0 with y and 1 with x.
        assert!((accuracy(&[0, 0, 0, 0, 0, 1, 1], &["x", "x", "x", "y", "y", "x", "x"]) - 4.0 / 7.0).abs() < 1e-12);
        assert!((accuracy(&[2, 2, 1, 1], &["x", "x", "y", "y"]) - 1.0).abs() < 1e-12);
        assert!(accuracy::<u8, u8>(&[], &[]).abs() < 1e-12);
    }
}
