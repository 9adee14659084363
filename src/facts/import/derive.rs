//! Products that an orders file names and no products table knows: made from its lines, and undone with them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::cells::Cells;
use crate::domain::{Order, Product};

/// What the lines say about the products that are not known.
#[derive(Default)]
pub(super) struct Derived {
    known: HashSet<String>,
    products: BTreeMap<String, Said>,
}

#[derive(Default)]
struct Said {
    names: HashMap<String, u32>,
    categories: HashMap<String, u32>,
    prices: Vec<f32>,
    costs: Vec<f32>,
}

impl Derived {
    /// Nothing is said yet; products whose ids are `known` are left alone.
    pub(super) fn new(known: HashSet<String>) -> Self {
        Self { known, products: BTreeMap::new() }
    }

    /// Takes what a kept line says. Returns repeat an earlier price, so that they only say what the product is.
    pub(super) fn take(&mut self, order: &Order, cells: &Cells<'_>) {
        if self.known.contains(&order.product_id) {
            return;
        }
        if !self.products.contains_key(&order.product_id) {
            self.products.insert(order.product_id.clone(), Said::default());
        }
        let Some(said) = self.products.get_mut(&order.product_id) else { return };
        count(&mut said.names, cells.raw("product_name"));
        count(&mut said.categories, cells.raw("category"));
        if order.quantity > 0.0 {
            said.prices.push(order.unit_price as f32);
        }
        if let Ok(Some(cost)) = cells.number("cost") {
            said.costs.push(cost as f32);
        }
    }

    /// The products: the commonest name and category, the median price and cost.
    pub(super) fn products(self) -> Vec<Product> {
        self.products
            .into_iter()
            .map(|(product_id, said)| Product {
                name: commonest(&said.names).unwrap_or_else(|| product_id.clone()),
                category: commonest(&said.categories),
                price: median(said.prices),
                cost: median(said.costs),
                description: None,
                product_id,
            })
            .collect()
    }
}

fn count(counts: &mut HashMap<String, u32>, text: Option<&str>) {
    let Some(text) = text else { return };
    match counts.get_mut(text) {
        Some(count) => *count += 1,
        None => {
            counts.insert(text.to_owned(), 1);
        }
    }
}

/// The text that was counted most; of equals the first in the alphabet, so that a repetition gives the same.
fn commonest(counts: &HashMap<String, u32>) -> Option<String> {
    let best = counts.iter().max_by(|one, other| one.1.cmp(other.1).then_with(|| other.0.cmp(one.0)))?;
    Some(best.0.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn median(mut values: Vec<f32>) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let (_, median, _) = values.select_nth_unstable_by(middle, f32::total_cmp);
    // A price of 2.1 is 2.1, not 2.0999999046.
    Some((f64::from(*median) * 10_000.0).round() / 10_000.0)
}
