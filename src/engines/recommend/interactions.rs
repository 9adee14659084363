//! Who took what, as sparse rows. Knows no names and no facts.

/// Users' items, in compressed rows: the items of user `u` are `items[starts[u]..starts[u + 1]]`, ascending and each
/// once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Interactions {
    starts: Vec<usize>,
    items: Vec<u32>,
    weights: Vec<f32>,
    item_count: usize,
}

impl Interactions {
    /// Collects triples of user, item and weight; repeated pairs add up. Weights that are not above 0 are left out.
    #[must_use]
    pub fn collect(user_count: usize, item_count: usize, triples: impl IntoIterator<Item = (u32, u32, f32)>) -> Self {
        let mut rows: Vec<Vec<(u32, f32)>> = vec![Vec::new(); user_count];
        for (user, item, weight) in triples {
            let known = (item as usize) < item_count && weight > 0.0 && weight.is_finite();
            if let (true, Some(row)) = (known, rows.get_mut(user as usize)) {
                row.push((item, weight));
            }
        }
        let mut made = Self { starts: vec![0], items: Vec::new(), weights: Vec::new(), item_count };
        for mut row in rows {
            row.sort_unstable_by_key(|&(item, _)| item);
            for (item, weight) in row {
                let begun = made.items.len() > made.starts[made.starts.len() - 1];
                match (made.items.last(), made.weights.last_mut()) {
                    (Some(&last), Some(sum)) if begun && last == item => *sum += weight,
                    _ => {
                        made.items.push(item);
                        made.weights.push(weight);
                    }
                }
            }
            made.starts.push(made.items.len());
        }
        made
    }

    /// How many users there are.
    #[must_use]
    pub fn users(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> usize {
        self.item_count
    }

    /// How many pairs there are.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.items.len()
    }

    /// A user's items, ascending; none for a user who is not there.
    #[must_use]
    pub fn of(&self, user: usize) -> &[u32] {
        match (self.starts.get(user), self.starts.get(user + 1)) {
            (Some(&from), Some(&to)) => &self.items[from..to],
            _ => &[],
        }
    }

    /// The weights beside [`Interactions::of`].
    #[must_use]
    pub fn weights_of(&self, user: usize) -> &[f32] {
        match (self.starts.get(user), self.starts.get(user + 1)) {
            (Some(&from), Some(&to)) => &self.weights[from..to],
            _ => &[],
        }
    }

    /// How many users took each item.
    #[must_use]
    pub fn popularity(&self) -> Vec<u32> {
        let mut counts = vec![0; self.item_count];
        for &item in &self.items {
            counts[item as usize] += 1;
        }
        counts
    }

    /// Sets aside one item in `every` (by a fixed hash of user, item and seed) of users who have at least two: the
    /// rest, and for each user what was set aside.
    #[must_use]
    pub fn split(&self, every: u64, seed: u64) -> (Self, Vec<Vec<u32>>) {
        let mut held = vec![Vec::new(); self.users()];
        let mut kept = Vec::with_capacity(self.pairs());
        for (user, held) in held.iter_mut().enumerate() {
            let items = self.of(user);
            for (&item, &weight) in items.iter().zip(self.weights_of(user)) {
                if items.len() > held.len() + 1 && mix(seed, user as u64, u64::from(item)).is_multiple_of(every.max(1))
                {
                    held.push(item);
                } else {
                    kept.push((u32::try_from(user).unwrap_or(u32::MAX), item, weight));
                }
            }
        }
        (Self::collect(self.users(), self.item_count, kept), held)
    }
}

/// A fixed hash (the finisher of SplitMix64, Steele, Lea and Flood 2014), so that a split needs no generator.
fn mix(seed: u64, a: u64, b: u64) -> u64 {
    let mut z = seed ^ a.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b.wrapping_mul(0xD1B5_4A32_D192_ED03);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The `n` best of `scores`, best first, without those in `left_out` (ascending); ties go to the smaller index.
#[must_use]
pub fn best(scores: &[f32], left_out: &[u32], n: usize) -> Vec<(u32, f32)> {
    let mut candidates: Vec<(u32, f32)> = scores
        .iter()
        .enumerate()
        .map(|(item, &score)| (u32::try_from(item).unwrap_or(u32::MAX), score))
        .filter(|(item, score)| score.is_finite() && left_out.binary_search(item).is_err())
        .collect();
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if candidates.len() > n {
        if n > 0 {
            candidates.select_nth_unstable_by(n - 1, order);
        }
        candidates.truncate(n);
    }
    candidates.sort_unstable_by(order);
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_pairs_add_up_and_rows_are_sorted() {
        let made = Interactions::collect(2, 3, [(0, 2, 1.0), (0, 0, 1.0), (0, 2, 2.0), (1, 2, 1.0), (1, 9, 1.0)]);
        assert_eq!(made.of(0), [0, 2]);
        assert_eq!(made.weights_of(0), [1.0, 3.0]);
        assert_eq!(made.of(1), [2]);
        assert_eq!(made.popularity(), [1, 0, 2]);
        assert_eq!(made.of(7), [] as [u32; 0]);
    }

    #[test]
    fn a_split_loses_nothing_and_leaves_every_user_something() {
        let made = Interactions::collect(50, 40, (0..50).flat_map(|u| (0..=u % 20).map(move |i| (u, i, 1.0))));
        let (kept, held) = made.split(4, 1);
        assert_eq!(kept.pairs() + held.iter().map(Vec::len).sum::<usize>(), made.pairs());
        assert!((0..50).all(|user| !kept.of(user).is_empty()));
        assert!(held.iter().any(|held| !held.is_empty()));
    }

    #[test]
    fn best_leaves_out_and_breaks_ties_by_index() {
        assert_eq!(best(&[1.0, 3.0, 3.0, f32::NAN], &[1], 2), [(2, 3.0), (0, 1.0)]);
        assert_eq!(best(&[], &[], 2), []);
        assert_eq!(best(&[1.0], &[], 0), []);
    }
}
