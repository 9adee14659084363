//! Frequent itemsets and association rules: Eclat over bit sets (Zaki 2000, "Scalable Algorithms for Association
//! Mining"). Knows no names.

use std::collections::HashMap;

/// What to look for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BasketParams {
    min_support: f64,
    min_confidence: f64,
    most_items: usize,
}

/// Why baskets cannot be mined.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum BasketError {
    /// A share outside 0 to 1.
    #[error("{what} must lie above 0 and up to 1, found {found}")]
    Share {
        /// Which.
        what: &'static str,
        /// What was given.
        found: f64,
    },
    /// So low a support that the sets would not fit in memory.
    #[error("more than {0} itemsets are this frequent; ask for a higher support or fewer items a set")]
    TooMany(usize),
}

/// More itemsets than this are refused.
pub const MOST_ITEMSETS: usize = 5_000_000;

impl BasketParams {
    /// Takes the least support and the least confidence, both as shares, and the most items of a set.
    ///
    /// # Errors
    /// When a share does not lie above 0 and up to 1.
    pub fn new(min_support: f64, min_confidence: f64, most_items: usize) -> Result<Self, BasketError> {
        for (what, found) in [("support", min_support), ("confidence", min_confidence)] {
            if !(found > 0.0 && found <= 1.0) {
                return Err(BasketError::Share { what, found });
            }
        }
        Ok(Self { min_support, min_confidence, most_items: most_items.max(1) })
    }
}

/// A set of items that are often in one basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Itemset {
    /// The items, ascending.
    pub items: Vec<u32>,
    /// In how many baskets.
    pub count: u32,
}

/// Whoever takes `antecedent` takes `consequent`, this often.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The items that are there, ascending.
    pub antecedent: Vec<u32>,
    /// The item that comes with them.
    pub consequent: u32,
    /// In how many baskets all of them are.
    pub count: u32,
    /// The share of all baskets that have all of them.
    pub support: f64,
    /// The share of the baskets with `antecedent` that have `consequent` too.
    pub confidence: f64,
    /// Confidence ÷ the share of all baskets with `consequent`.
    pub lift: f64,
    /// Support − what it would be by chance.
    pub leverage: f64,
}

/// The itemsets with at least the support, ordered by their items. Items of a basket count once.
///
/// # Errors
/// When there are too many.
pub fn itemsets(baskets: &[Vec<u32>], params: &BasketParams) -> Result<Vec<Itemset>, BasketError> {
    let least = least_count(baskets.len(), params.min_support);
    let words = baskets.len().div_ceil(64);
    let mut places: HashMap<u32, Vec<u64>> = HashMap::new();
    for (at, basket) in baskets.iter().enumerate() {
        for &item in basket {
            places.entry(item).or_insert_with(|| vec![0; words])[at / 64] |= 1 << (at % 64);
        }
    }
    let mut singles: Vec<(u32, Vec<u64>, u32)> = places
        .into_iter()
        .map(|(item, bits)| {
            let count = ones(&bits);
            (item, bits, count)
        })
        .filter(|(_, _, count)| *count >= least)
        .collect();
    singles.sort_unstable_by_key(|(item, _, _)| *item);
    let mut found = Vec::new();
    extend(&mut Vec::new(), &singles, least, params.most_items, &mut found)?;
    Ok(found)
}

/// The rules with one item on the right, from all itemsets, by lift from the top.
#[must_use]
pub fn rules(found: &[Itemset], baskets: usize, params: &BasketParams) -> Vec<Rule> {
    let counts: HashMap<&[u32], u32> = found.iter().map(|set| (set.items.as_slice(), set.count)).collect();
    let total = baskets as f64;
    let mut rules = Vec::new();
    for set in found.iter().filter(|set| set.items.len() > 1) {
        for (at, &consequent) in set.items.iter().enumerate() {
            let mut antecedent = set.items.clone();
            antecedent.remove(at);
            // Every part of a frequent set is frequent, so both counts are there.
            let (Some(&left), Some(&right)) = (counts.get(antecedent.as_slice()), counts.get([consequent].as_slice()))
            else {
                continue;
            };
            let confidence = f64::from(set.count) / f64::from(left);
            if confidence + 1e-12 < params.min_confidence {
                continue;
            }
            let support = f64::from(set.count) / total;
            let share = f64::from(right) / total;
            let leverage = support - f64::from(left) / total * share;
            rules.push(Rule {
                antecedent,
                consequent,
                count: set.count,
                support,
                confidence,
                lift: confidence / share,
                leverage,
            });
        }
    }
    rules.sort_by(|a, b| {
        b.lift.total_cmp(&a.lift).then_with(|| (&a.antecedent, a.consequent).cmp(&(&b.antecedent, b.consequent)))
    });
    rules
}

/// The least number of baskets; a hair is taken off so that 0.1 of 30 means 3.
fn least_count(baskets: usize, support: f64) -> u32 {
    let least = (support * baskets as f64 - 1e-9).ceil().max(1.0);
    if least >= f64::from(u32::MAX) { u32::MAX } else { least as u32 }
}

fn ones(bits: &[u64]) -> u32 {
    bits.iter().map(|word| word.count_ones()).sum()
}

/// Extends `prefix` by each of `tails`, depth first.
fn extend(
    prefix: &mut Vec<u32>,
    tails: &[(u32, Vec<u64>, u32)],
    least: u32,
    most_items: usize,
    found: &mut Vec<Itemset>,
) -> Result<(), BasketError> {
    for (at, (item, bits, count)) in tails.iter().enumerate() {
        prefix.push(*item);
        if found.len() >= MOST_ITEMSETS {
            return Err(BasketError::TooMany(MOST_ITEMSETS));
        }
        found.push(Itemset { items: prefix.clone(), count: *count });
        if prefix.len() < most_items {
            let longer: Vec<_> = tails[at + 1..]
                .iter()
                .filter_map(|(other, others, _)| {
                    let both: Vec<u64> = bits.iter().zip(others).map(|(a, b)| a & b).collect();
                    let count = ones(&both);
                    (count >= least).then_some((*other, both, count))
                })
                .collect();
            extend(prefix, &longer, least, most_items, found)?;
        }
        prefix.pop();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn params(support: f64, confidence: f64) -> BasketParams {
        BasketParams::new(support, confidence, 10).unwrap()
    }

    #[test]
    fn the_textbook_example_comes_out() {
        // Agrawal and Srikant 1994, section 2: four transactions, least support 2.
        let baskets = [vec![1, 3, 4], vec![2, 3, 5], vec![1, 2, 3, 5], vec![2, 5]];
        let found = itemsets(&baskets, &params(0.5, 0.5)).unwrap();
        let sets: Vec<(&[u32], u32)> = found.iter().map(|set| (set.items.as_slice(), set.count)).collect();
        let expected: Vec<(&[u32], u32)> = vec![
            (&[1], 2),
            (&[1, 3], 2),
            (&[2], 3),
            (&[2, 3], 2),
            (&[2, 3, 5], 2),
            (&[2, 5], 3),
            (&[3], 3),
            (&[3, 5], 2),
            (&[5], 3),
        ];
        assert_eq!(sets, expected);
        let rules = rules(&found, baskets.len(), &params(0.5, 1.0));
        let rule = rules.iter().find(|rule| rule.antecedent == [3, 5]).unwrap();
        assert_eq!((rule.consequent, rule.confidence), (2, 1.0));
        assert!((rule.lift - 4.0 / 3.0).abs() < 1e-12 && (rule.leverage - 0.125).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn counts_are_those_of_plain_counting(
            baskets in proptest::collection::vec(proptest::collection::vec(0_u32..8, 0..6), 1..40),
            support in 0.05_f64..0.9,
        ) {
            let params = params(support, 0.5);
            let found = itemsets(&baskets, &params).unwrap();
            let count = |items: &[u32]| baskets.iter().filter(|basket| items.iter().all(|item| basket.contains(item))).count();
            for set in &found {
                prop_assert_eq!(set.count as usize, count(&set.items));
            }
            let least = (support * baskets.len() as f64 - 1e-9).ceil().max(1.0) as usize;
            let expected = (1_u32..256)
                .map(|mask| (0..8).filter(|bit| mask & (1 << bit) != 0).collect::<Vec<u32>>())
                .filter(|items| count(items) >= least)
                .count();
            prop_assert_eq!(found.len(), expected);
        }
    }

    #[test]
    fn shares_out_of_bounds_are_refused() {
        assert!(BasketParams::new(0.0, 0.5, 3).is_err());
        assert!(BasketParams::new(0.1, 1.5, 3).is_err());
        assert!(BasketParams::new(f64::NAN, 0.5, 3).is_err());
    }
}
