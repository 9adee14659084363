//! How good a ranking is.

/// The share of the wanted items among the first `n` of a ranking, from 0 to 1; 0 where nothing is wanted.
#[must_use]
pub fn recall_at(ranking: &[u32], wanted: &[u32], n: usize) -> f64 {
    if wanted.is_empty() {
        return 0.0;
    }
    let hits = ranking.iter().take(n).filter(|item| wanted.contains(item)).count();
    hits as f64 / wanted.len() as f64
}

/// Normalised discounted cumulative gain of the first `n` with binary gains (Järvelin and Kekäläinen 2002): 1 where the
/// wanted items come first.
#[must_use]
pub fn ndcg_at(ranking: &[u32], wanted: &[u32], n: usize) -> f64 {
    let gain = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let ideal: f64 = (0..wanted.len().min(n)).map(gain).sum();
    if ideal == 0.0 {
        return 0.0;
    }
    let found: f64 =
        ranking.iter().take(n).enumerate().filter(|(_, item)| wanted.contains(item)).map(|(at, _)| gain(at)).sum();
    found / ideal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert!((recall_at(&[1, 2, 3], &[3, 9], 3) - 0.5).abs() < 1e-12);
        assert!((ndcg_at(&[1, 2, 3], &[1, 2], 3) - 1.0).abs() < 1e-12);
        // One of two wanted items, in the second place: (1/log2 3) / (1 + 1/log2 3).
        assert!((ndcg_at(&[7, 1], &[1, 2], 2) - 0.630_93 / 1.630_93).abs() < 1e-4);
        assert_eq!(ndcg_at(&[1], &[], 5), 0.0);
    }
}
