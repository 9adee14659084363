//! EASE: a shallow linear autoencoder over items (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data",
//! equation 8), fitted in closed form on torch.

use std::fmt;

use tch::{Device, Kind, Tensor, no_grad};

use super::interactions::Interactions;

/// More items than this would need a matrix of over 800 MB.
pub const MOST_ITEMS: usize = 14_000;

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
    /// The item matrix would not fit.
    #[error("{0} items are more than the {MOST_ITEMS} that fit in memory; leave out the rarest")]
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
    items: usize,
    /// Row-major: `weights[from * items + to]`.
    weights: Vec<f32>,
}

impl fmt::Debug for Ease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ease").field("items", &self.items).finish_non_exhaustive()
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
        let gram = gram(interactions);
        let torch = |error: tch::TchError| EaseError::Torch(error.to_string());
        no_grad(|| {
            let side = i64::try_from(items).map_err(|_| EaseError::TooManyItems(items))?;
            let gram = Tensor::from_slice(&gram).f_reshape([side, side]).map_err(torch)?.to_device(Device::Cpu);
            let gram = gram + Tensor::eye(side, (Kind::Float, Device::Cpu)) * params.lambda;
            // G is symmetric and positive definite, so its inverse goes through Cholesky.
            let factor = gram.f_linalg_cholesky(false).map_err(torch)?;
            let inverse = factor.f_cholesky_inverse(false).map_err(torch)?;
            let diagonal = inverse.f_diagonal(0, 0, 1).map_err(torch)?.f_unsqueeze(0).map_err(torch)?;
            let mut weights = -(inverse / diagonal);
            let _ = weights.f_fill_diagonal_(0.0, false).map_err(torch)?;
            let weights = weights.f_contiguous().map_err(torch)?.f_view([-1]).map_err(torch)?;
            Ok(Self { items, weights: Vec::<f32>::try_from(&weights).map_err(torch)? })
        })
    }

    /// How much having the item `from` speaks for the item `to`.
    #[must_use]
    pub fn weight(&self, from: u32, to: u32) -> f32 {
        self.weights.get(from as usize * self.items + to as usize).copied().unwrap_or(0.0)
    }

    /// A score for every item, for somebody who has these.
    #[must_use]
    pub fn scores(&self, owned: &[u32]) -> Vec<f32> {
        let mut scores = vec![0.0_f32; self.items];
        for &from in owned.iter().filter(|&&from| (from as usize) < self.items) {
            let row = &self.weights[from as usize * self.items..][..self.items];
            for (score, weight) in scores.iter_mut().zip(row) {
                *score += weight;
            }
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

/// How many users took both items, for every pair: XᵀX of the binary matrix.
fn gram(interactions: &Interactions) -> Vec<f32> {
    let items = interactions.items();
    let mut gram = vec![0.0_f32; items * items];
    for user in 0..interactions.users() {
        let owned = interactions.of(user);
        for &a in owned {
            let row = &mut gram[a as usize * items..][..items];
            for &b in owned {
                row[b as usize] += 1.0;
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
    fn odd_input_is_refused() {
        assert!(EaseParams::new(0.0).is_err());
        assert!(EaseParams::new(f64::NAN).is_err());
        let alone = Interactions::collect(2, 2, [(0, 0, 1.0), (1, 1, 1.0)]);
        assert_eq!(Ease::fit(&alone, EaseParams::new(1.0).unwrap()).unwrap_err(), EaseError::NoPairs);
    }
}
