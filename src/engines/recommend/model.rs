//! What is learned from all purchases once and kept for the next questions: tastes, popularity, who owns what.

use std::collections::HashMap;

use crate::domain::{Product, Purchases};

use super::baskets::{self, BasketParams, Itemset};
use super::ease::{Ease, EaseParams, MOST_ITEMS};
use super::interactions::Interactions;

/// Squared interactions that the regularisation weighs against: chosen on held-out purchases among these.
const LAMBDAS: [f64; 4] = [10.0, 50.0, 200.0, 800.0];
/// One purchase in this many is held out to choose λ and to say how good the recommendations are.
const HELD_OUT: u64 = 5;
/// How long the lists are whose hits are counted.
const LIST: usize = 10;

/// How good the recommendations were on purchases the model had not seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Check {
    /// The share of customers with a held-out purchase among their first ten.
    pub(super) hit_rate: f64,
    /// The same for the best sellers.
    pub(super) popular_hit_rate: f64,
    /// How many customers were asked about.
    pub(super) customers: usize,
}

/// Everything learned from one version of the facts.
pub(super) struct Model {
    pub(super) interactions: Interactions,
    /// Absent where nobody bought two products, or the products are too many.
    pub(super) ease: Option<Ease>,
    pub(super) check: Option<Check>,
    pub(super) lambda: f64,
    pub(super) popularity: Vec<u32>,
    /// The place of a customer among the rows.
    pub(super) customer: HashMap<String, usize>,
    /// The place of a product, by id.
    pub(super) product: HashMap<String, u32>,
    /// Products by place; those without a row in `products` have their id for a name.
    pub(super) products: Vec<Product>,
    /// How many orders there are.
    pub(super) orders: usize,
    /// Single products and pairs that are often in one order.
    pub(super) pairs: Vec<Itemset>,
}

impl Model {
    pub(super) fn learn(purchases: &Purchases, products: &[Product]) -> Self {
        let triples = (0..purchases.product.len())
            .filter(|&at| purchases.customer[at] != u32::MAX)
            .map(|at| (purchases.customer[at], purchases.product[at], 1.0));
        let interactions = Interactions::collect(purchases.customers.len(), purchases.products.len(), triples);
        let (ease, check, lambda) = fit(&interactions);
        let by_id: HashMap<&str, &Product> =
            products.iter().map(|product| (product.product_id.as_str(), product)).collect();
        let named = |id: &String| match by_id.get(id.as_str()) {
            Some(product) => (*product).clone(),
            None => Product {
                product_id: id.clone(),
                name: id.clone(),
                category: None,
                price: None,
                cost: None,
                description: None,
            },
        };
        Self {
            popularity: interactions.popularity(),
            ease,
            check,
            lambda,
            customer: purchases.customers.iter().enumerate().map(|(at, id)| (id.clone(), at)).collect(),
            product: (0..).zip(&purchases.products).map(|(at, id)| (id.clone(), at)).collect(),
            products: purchases.products.iter().map(named).collect(),
            orders: purchases.orders.len(),
            pairs: pairs(purchases),
            interactions,
        }
    }

    /// The place of the product that a person named; the catalog's names are products' names.
    pub(super) fn place_of(&self, name: &str) -> Option<u32> {
        (0..)
            .zip(&self.products)
            .find(|(_, product)| product.name == name)
            .map(|(at, _)| at)
            .or_else(|| self.product.get(name).copied())
    }
}

/// Fits with the λ that found the most held-out purchases, and says how many it found.
fn fit(interactions: &Interactions) -> (Option<Ease>, Option<Check>, f64) {
    if interactions.items() > MOST_ITEMS {
        tracing::warn!(items = interactions.items(), "too many products for a model of tastes; best sellers instead");
        return (None, None, 0.0);
    }
    let (kept, held) = interactions.split(HELD_OUT, 1);
    // Choosing λ on everything would take four fits of the largest matrix; a large shop gets the middle value checked.
    let candidates = if interactions.items() > 1_500 { &LAMBDAS[2..3] } else { &LAMBDAS[..] };
    let popular: Vec<f32> = kept.popularity().iter().map(|&count| count as f32).collect();
    let (popular_hit_rate, customers) = hit_rate(&kept, &held, |_| popular.clone());
    let mut chosen: Option<(f64, f64)> = None;
    for &lambda in candidates {
        let Ok(model) = EaseParams::new(lambda).and_then(|params| Ease::fit(&kept, params)) else { continue };
        let (rate, _) = hit_rate(&kept, &held, |user| model.scores(kept.of(user)));
        if chosen.is_none_or(|(best, _)| rate > best) {
            chosen = Some((rate, lambda));
        }
    }
    let Some((hit_rate, lambda)) = chosen else { return (None, None, 0.0) };
    let ease = EaseParams::new(lambda).and_then(|params| Ease::fit(interactions, params)).ok();
    let check = (customers > 0).then_some(Check { hit_rate, popular_hit_rate, customers });
    (ease, check, lambda)
}

/// The share of users with something held out who find any of it in their list; at most 2,000 users are asked.
fn hit_rate(kept: &Interactions, held: &[Vec<u32>], scores: impl Fn(usize) -> Vec<f32>) -> (f64, usize) {
    let asked: Vec<usize> = (0..held.len()).filter(|&user| !held[user].is_empty()).collect();
    let step = asked.len().div_ceil(2_000).max(1);
    let (mut hits, mut count) = (0_usize, 0_usize);
    for &user in asked.iter().step_by(step) {
        let list = super::interactions::best(&scores(user), kept.of(user), LIST);
        hits += usize::from(list.iter().any(|(item, _)| held[user].contains(item)));
        count += 1;
    }
    (if count == 0 { 0.0 } else { hits as f64 / count as f64 }, count)
}

/// Products and pairs in at least a handful of orders.
fn pairs(purchases: &Purchases) -> Vec<Itemset> {
    let orders = purchases.orders.len();
    let mut baskets: Vec<Vec<u32>> = vec![Vec::new(); orders];
    for (&order, &product) in purchases.order.iter().zip(&purchases.product) {
        if let Some(basket) = baskets.get_mut(order as usize) {
            basket.push(product);
        }
    }
    let support = (10.0 / orders.max(1) as f64).clamp(0.000_5, 1.0);
    let Ok(params) = BasketParams::new(support, 0.01, 2) else { return Vec::new() };
    baskets::itemsets(&baskets, &params).unwrap_or_default()
}
