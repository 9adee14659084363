//! Reproducible draws. Every part of the company draws from a stream of its own, so that a change in one part leaves
//! the others as they were.

use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Poisson};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The generator of the demo company.
pub(super) type Chance = Xoshiro256PlusPlus;

/// The stream of one part.
pub(super) fn stream(seed: u64, part: &str) -> Chance {
    // FNV-1a (Fowler, Noll and Vo): small, fixed for ever, good enough to keep the streams apart.
    let hash = part
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Chance::seed_from_u64(seed ^ hash)
}

/// True with this probability.
pub(super) fn happens(chance: &mut Chance, probability: f64) -> bool {
    chance.r#gen::<f64>() < probability
}

/// An index drawn by weight; the last one where weights do not sum to anything.
pub(super) fn weighted(chance: &mut Chance, weights: impl IntoIterator<Item = f64> + Clone) -> usize {
    let total: f64 = weights.clone().into_iter().sum();
    let mut left = chance.r#gen::<f64>() * total;
    let mut last = 0;
    for (index, weight) in weights.into_iter().enumerate() {
        last = index;
        left -= weight;
        if left < 0.0 {
            break;
        }
    }
    last
}

/// A Poisson count.
pub(super) fn count(chance: &mut Chance, mean: f64) -> u32 {
    match Poisson::new(mean) {
        Ok(poisson) => poisson.sample(chance) as u32,
        Err(_) => 0,
    }
}

/// One of a list. The list must not be empty.
pub(super) fn one<'a, T>(chance: &mut Chance, of: &'a [T]) -> &'a T {
    &of[chance.gen_range(0..of.len())]
}

/// One of some texts. The list must not be empty.
pub(super) fn text<'a, T: AsRef<str>>(chance: &mut Chance, of: &'a [T]) -> &'a str {
    one(chance, of).as_ref()
}
