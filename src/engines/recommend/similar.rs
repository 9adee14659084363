//! Products like one product: bought by the same people, of the same category, described in the same words.

use std::collections::{HashMap, HashSet};

use super::model::Model;

/// How the three likenesses are weighed; they sum to 1.
const SAME_PEOPLE: f64 = 0.4;
const SAME_WORDS: f64 = 0.35;
const SAME_CATEGORY: f64 = 0.25;

/// One candidate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Similar {
    pub(super) product: u32,
    /// From 0 to 1.
    pub(super) likeness: f64,
    /// How many customers bought both.
    pub(super) both: u32,
    /// Whether the category is the same.
    pub(super) same_category: bool,
}

/// All other products by likeness, the most alike first.
pub(super) fn similar(model: &Model, to: u32) -> Vec<Similar> {
    let both = bought_both(model, to);
    let words: Vec<HashSet<String>> =
        model.products.iter().map(|product| words(&product.name, product.description.as_deref())).collect();
    let rarity = rarity(&words);
    let target = &model.products[to as usize];
    let buyers = f64::from(model.popularity[to as usize]);
    let mut found: Vec<Similar> = (0..)
        .zip(&model.products)
        .filter(|(at, _)| *at != to)
        .map(|(at, product)| {
            let both = both[at as usize];
            // Cosine of the two products' columns of customers (Sarwar et al. 2001).
            let people = f64::from(both) / (buyers * f64::from(model.popularity[at as usize])).sqrt().max(1.0);
            let same_category = target.category.is_some() && target.category == product.category;
            let likeness = SAME_PEOPLE * people
                + SAME_WORDS * overlap(&words[to as usize], &words[at as usize], &rarity)
                + SAME_CATEGORY * f64::from(u8::from(same_category));
            Similar { product: at, likeness, both, same_category }
        })
        .collect();
    found.sort_by(|a, b| b.likeness.total_cmp(&a.likeness).then(a.product.cmp(&b.product)));
    found
}

fn bought_both(model: &Model, to: u32) -> Vec<u32> {
    let mut both = vec![0; model.products.len()];
    for user in 0..model.interactions.users() {
        let owned = model.interactions.of(user);
        if owned.binary_search(&to).is_ok() {
            for &item in owned {
                both[item as usize] += 1;
            }
        }
    }
    both
}

fn words(name: &str, description: Option<&str>) -> HashSet<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .chain(description.unwrap_or_default().split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().count() > 2)
        .map(str::to_lowercase)
        .collect()
}

/// How rare each word is among the products: ln(N ÷ products with it).
fn rarity(words: &[HashSet<String>]) -> HashMap<&str, f64> {
    let mut counts: HashMap<&str, f64> = HashMap::new();
    for word in words.iter().flatten() {
        *counts.entry(word).or_default() += 1.0;
    }
    counts.into_iter().map(|(word, count)| (word, (words.len() as f64 / count).ln())).collect()
}

/// The share of rarity that two sets of words have in common: weighted Jaccard, from 0 to 1.
fn overlap(a: &HashSet<String>, b: &HashSet<String>, rarity: &HashMap<&str, f64>) -> f64 {
    let weight = |word: &String| rarity.get(word.as_str()).copied().unwrap_or(0.0);
    let shared: f64 = a.intersection(b).map(weight).sum();
    let all: f64 = a.union(b).map(weight).sum();
    if all > 0.0 { shared / all } else { 0.0 }
}
