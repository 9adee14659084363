//! EASE: a shallow linear autoencoder over items (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data",
//! equation 8), fitted in closed form on torch.

use std::fmt;

use tch::{Device, Tensor, no_grad};

use super::interactions::Interactions;

/// So many items are learned, the ones that the most users took: the time goes with the cube of their number, the memory
/// with its square. Rarer items teach too little to be missed.
pub const LEARNED_ITEMS: usize = 5_000;
/// More items than this are no catalogue to recommend from.
pub const MOST_ITEMS: usize = 1_000_000;

/// What to fit with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EaseParams {
    lambda: f64,
}

/// Why a model cannot be fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EaseError {
    /// The regularisation must be above 0.
    #[error("lambda must be a number above 0, found {0}")]
    Lambda(f64),
    /// There is nothing to learn from.
    #[error("no user took two items; a model needs some who did")]
    NoPairs,
    /// A score for every item would take too long.
    #[error("{0} items are more than {MOST_ITEMS}; leave out the rarest")]
    TooManyItems(usize),
    /// Torch failed.
    #[error("torch failed: {0}")]
    Torch(String),
}

impl EaseParams {
    /// Takes the L2 regularisation λ, in squared interactions.
    ///
    /// # Errors
    /// When it is not a number above 0.
    pub fn new(lambda: f64) -> Result<Self, EaseError> {
        if lambda > 0.0 && lambda.is_finite() { Ok(Self { lambda }) } else { Err(EaseError::Lambda(lambda)) }
    }
}

/// A fitted model: how much having one item speaks for another.
pub struct Ease {
    /// The place of each item among the learned ones, where it is one.
    places: Vec<Option<u32>>,
    /// The learned items.
    learned: Vec<u32>,
    /// Row-major over places: `weights[from * learned.len() + to]`.
    weights: Vec<f32>,
}

impl fmt::Debug for Ease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ease")
            .field("items", &self.places.len())
            .field("learned", &self.learned.len())
            .finish_non_exhaustive()
    }
}

impl Ease {
    /// Fits on binary interactions.
    ///
    /// # Errors
    /// When there is nothing to learn from, the items are too many, or torch fails.
    pub fn fit(interactions: &Interactions, params: EaseParams) -> Result<Self, EaseError> {
        let items = interactions.items();
        if items > MOST_ITEMS {
            return Err(EaseError::TooManyItems(items));
        }
        if (0..interactions.users()).all(|user| interactions.of(user).len() < 2) {
            return Err(EaseError::NoPairs);
        }
        let learned = most_taken(interactions, LEARNED_ITEMS);
        let mut places = vec![None; items];
        for (place, &item) in (0..).zip(&learned) {
            places[item as usize] = Some(place);
        }
        let side = i64::try_from(learned.len()).map_err(|_| EaseError::TooManyItems(items))?;
        let torch = |error: tch::TchError| EaseError::Torch(error.to_string());
        no_grad(|| {
            let mut gram = Tensor::from_slice(&gram(interactions, &places, learned.len()))
                .f_reshape([side, side])
                .map_err(torch)?
                .to_device(Device::Cpu);
            let mut diagonal = gram.f_diagonal(0, 0, 1).map_err(torch)?;
            let _ = diagonal.f_add_scalar_(params.lambda).map_err(torch)?;
            // G is symmetric and positive definite, so its inverse goes through Cholesky.
            gram = gram.f_linalg_cholesky(false).map_err(torch)?;
            let mut weights = gram.f_cholesky_inverse(false).map_err(torch)?;
            drop(gram);
            let diagonal = weights.f_diagonal(0, 0, 1).map_err(torch)?.f_unsqueeze(0).map_err(torch)?.copy().neg();
            let _ = weights.f_div_(&diagonal).map_err(torch)?;
            let _ = weights.f_fill_diagonal_(0.0, false).map_err(torch)?;
            let weights = weights.f_contiguous().map_err(torch)?.f_view([-1]).map_err(torch)?;
            Ok(Self { places, learned, weights: Vec::<f32>::try_from(&weights).map_err(torch)? })
        })
    }

    fn place(&self, item: u32) -> Option<usize> {
        self.places.get(item as usize).copied().flatten().map(|place| place as usize)
    }

    /// How much having the item `from` speaks for the item `to`.
    #[must_use]
    pub fn weight(&self, from: u32, to: u32) -> f32 {
        match (self.place(from), self.place(to)) {
            (Some(from), Some(to)) => self.weights[from * self.learned.len() + to],
            _ => 0.0,
        }
    }

    /// Whether an item is one of those that are learned.
    #[must_use]
    pub fn knows(&self, item: u32) -> bool {
        self.place(item).is_some()
    }

    /// A score for every item, for somebody who has these; −∞ for items that are not learned.
    #[must_use]
    pub fn scores(&self, owned: &[u32]) -> Vec<f32> {
        let side = self.learned.len();
        let mut sums = vec![0.0_f32; side];
        for from in owned.iter().filter_map(|&from| self.place(from)) {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[from * side..][..side]) {
                *sum += weight;
            }
        }
        let mut scores = vec![f32::NEG_INFINITY; self.places.len()];
        for (&item, sum) in self.learned.iter().zip(sums) {
            scores[item as usize] = sum;
        }
        scores
    }

    /// The owned item that speaks most for `item`, where any speaks for it at all.
    #[must_use]
    pub fn reason(&self, owned: &[u32], item: u32) -> Option<u32> {
        owned
            .iter()
            .copied()
            .filter(|&from| self.weight(from, item) > 0.0)
            .max_by(|&a, &b| self.weight(a, item).total_cmp(&self.weight(b, item)))
    }
}

/// The items that the most users took, ascending; of equals the first ones.
fn most_taken(interactions: &Interactions, most: usize) -> Vec<u32> {
    let counts = interactions.popularity();
    let mut items: Vec<u32> = (0..).take(counts.len()).collect();
    items.sort_by_key(|&item| std::cmp::Reverse(counts[item as usize]));
    items.truncate(most);
    items.sort_unstable();
    items
}

/// How many users took both items, for every pair of learned ones: XᵀX of the binary matrix.
fn gram(interactions: &Interactions, places: &[Option<u32>], side: usize) -> Vec<f32> {
    let mut gram = vec![0.0_f32; side * side];
    for user in 0..interactions.users() {
        let owned: Vec<usize> = interactions
            .of(user)
            .iter()
            .filter_map(|&item| places[item as usize])
            .map(|place| place as usize)
            .collect();
        for &a in &owned {
            let row = &mut gram[a * side..][..side];
            for &b in &owned {
                row[b] += 1.0;
            }
        }
    }
    gram
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two tastes: even users take even items, odd users odd ones, each missing some.
    fn tastes() -> Interactions {
        let triples = (0..60_u32).flat_map(|user| {
            (0..20_u32)
                .filter(move |item| item % 2 == user % 2 && (item / 2 + user / 2) % 4 != 0)
                .map(move |item| (user, item, 1.0))
        });
        Interactions::collect(60, 20, triples)
    }

    #[test]
    fn the_closed_form_is_that_of_the_paper() {
        // Two items taken together by both users and one alone: checked by hand from B = I − P·diag(1/P_jj).
        let data = Interactions::collect(3, 2, [(0, 0, 1.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 1.0), (2, 0, 1.0)]);
        let model = Ease::fit(&data, EaseParams::new(1.0).unwrap()).unwrap();
        // G = [[4, 2], [2, 3]]; P = 1/8·[[3, −2], [−2, 4]]; B01 = 2/4, B10 = 2/3.
        assert!((model.weight(0, 1) - 0.5).abs() < 1e-5);
        assert!((model.weight(1, 0) - 2.0 / 3.0).abs() < 1e-5);
        assert!(model.weight(0, 0).abs() < 1e-6);
    }

    #[test]
    fn what_was_held_out_ranks_above_the_other_taste_better_than_by_popularity() {
        let data = tastes();
        let (kept, held) = data.split(4, 3);
        let model = Ease::fit(&kept, EaseParams::new(5.0).unwrap()).unwrap();
        let popular: Vec<f32> = kept.popularity().iter().map(|&count| count as f32).collect();
        let (mut ours, mut naive, mut all) = (0, 0, 0);
        for (user, held) in held.iter().enumerate() {
            let count = |best: Vec<(u32, f32)>| best.iter().filter(|(item, _)| held.contains(item)).count();
            ours += count(super::super::interactions::best(&model.scores(kept.of(user)), kept.of(user), 5));
            naive += count(super::super::interactions::best(&popular, kept.of(user), 5));
            all += held.len();
        }
        assert!(ours > naive, "{ours} of {all} found, {naive} by popularity");
        assert!(ours * 10 >= all * 7, "{ours} of {all} found");
    }

    #[test]
    fn of_many_items_those_that_most_took_are_learned() {
        let items = u32::try_from(LEARNED_ITEMS).unwrap() + 10;
        // Everybody takes the last two items; each of the others is taken once.
        let triples = (0..items).flat_map(|user| [user % items, items - 2, items - 1].map(|item| (user, item, 1.0)));
        let many = Interactions::collect(items as usize, items as usize, triples);
        assert_eq!(most_taken(&many, 3), [0, items - 2, items - 1]);
        let places: Vec<_> = (0..items).map(|item| item.checked_sub(items - 2)).collect();
        let pairs = gram(&many, &places, 2);
        assert_eq!(pairs, [items as f32; 4]);
    }

    #[test]
    fn odd_input_is_refused() {
        assert!(EaseParams::new(0.0).is_err());
        assert!(EaseParams::new(f64::NAN).is_err());
        let alone = Interactions::collect(2, 2, [(0, 0, 1.0), (1, 1, 1.0)]);
        assert_eq!(Ease::fit(&alone, EaseParams::new(1.0).unwrap()).unwrap_err(), EaseError::NoPairs);
    }
}
