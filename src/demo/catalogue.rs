//! The products of the demo company, their prices on each day, and how each day moves the demand for them.

use rand::seq::SliceRandom;
use serde::Deserialize;

use super::calendar::Calendar;
use super::chance::stream;
use super::parameters::{Parameters, read};
use crate::domain::Product;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    product: Vec<Article>,
}

/// A product as products.toml lists it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Article {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) category: String,
    pub(super) price: f64,
    pub(super) cost: f64,
    pub(super) weight: f64,
    pub(super) suits: Vec<String>,
    pub(super) nicks: Vec<String>,
    pub(super) description: String,
    #[serde(default)]
    pub(super) durable: bool,
}

/// All products with their days.
#[derive(Debug, Clone)]
pub(super) struct Catalogue {
    pub(super) articles: Vec<Article>,
    /// Price by day, then by product.
    prices: Vec<Vec<f64>>,
    /// Demand by day, then by product, before anybody's taste.
    demand: Vec<Vec<f64>>,
    /// Taste by product.
    draws: Vec<Vec<f64>>,
}

impl Catalogue {
    pub(super) fn new(seed: u64, parameters: &Parameters, calendar: &Calendar) -> Catalogue {
        let articles = read::<Listing>("products.toml").product;
        let deals = deals(seed, parameters, calendar, &articles);
        let mut prices = Vec::new();
        let mut demand = Vec::new();
        for day in 0..calendar.days {
            let seasons: Vec<(&str, f64)> =
                parameters.category.iter().map(|c| (c.name.as_str(), calendar.category(c, day))).collect();
            let week = usize::try_from(day / 7).unwrap_or(0);
            let (of_day, demands) = articles
                .iter()
                .enumerate()
                .map(|(index, article)| {
                    let mut price = list_price(article, parameters, calendar, day);
                    let mut lift = 1.0;
                    if deals[week].contains(&index) {
                        price *= 1.0 - parameters.deals.discount;
                    }
                    let promotion = &parameters.promotion;
                    if article.category == promotion.category {
                        if (calendar.promotion.0..=calendar.promotion.1).contains(&day) {
                            price = list_price(article, parameters, calendar, day) * (1.0 - promotion.discount);
                            lift = promotion.lift;
                        } else if (calendar.promotion.1 + 1..=calendar.promotion.1 + 10).contains(&day) {
                            // Cupboards are full after a promotion.
                            lift = 0.85;
                        }
                    }
                    let price = cents(price);
                    let season = seasons.iter().find(|(name, _)| *name == article.category).map_or(1.0, |s| s.1);
                    let elasticity = parameters.elasticity.get(&article.category).copied().unwrap_or(1.0);
                    (price, article.weight * season * lift * (price / article.price).powf(-elasticity))
                })
                .unzip();
            prices.push(of_day);
            demand.push(demands);
        }
        let draws = parameters
            .taste
            .iter()
            .map(|taste| {
                let one = |article: &Article| {
                    let suited = match article.suits.is_empty() {
                        true => 1.0,
                        false if article.suits.contains(&taste.name) => 1.6,
                        false => 0.15,
                    };
                    taste.draws.get(&article.category).copied().unwrap_or(0.0) * suited
                };
                articles.iter().map(one).collect()
            })
            .collect();
        Catalogue { articles, prices, demand, draws }
    }

    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        self.articles.iter().position(|article| article.name == name)
    }

    /// The price of a product on a day of data.
    pub(super) fn price(&self, product: usize, day: i32) -> f64 {
        self.prices[on(day)][product]
    }

    /// How much a day moves a product, whoever buys.
    pub(super) fn demand(&self, product: usize, day: i32) -> f64 {
        self.demand[on(day)][product]
    }

    /// Weights of all products for one taste on one day.
    pub(super) fn weights(&self, taste: usize, day: i32) -> impl Iterator<Item = f64> + Clone + '_ {
        self.demand[on(day)].iter().zip(&self.draws[taste]).map(|(demand, draw)| demand * draw)
    }

    /// The products as they are on the last day, without the deal of the week.
    pub(super) fn products(&self, parameters: &Parameters, calendar: &Calendar) -> Vec<Product> {
        let product = |article: &Article| Product {
            product_id: article.id.clone(),
            name: article.name.clone(),
            category: Some(article.category.clone()),
            price: Some(cents(list_price(article, parameters, calendar, calendar.end()))),
            cost: Some(article.cost),
            description: Some(article.description.clone()),
        };
        self.articles.iter().map(product).collect()
    }
}

/// A day before the data has the prices of its first day.
fn on(day: i32) -> usize {
    usize::try_from(day).unwrap_or(0)
}

fn cents(price: f64) -> f64 {
    (price * 100.0).round() / 100.0
}

fn list_price(article: &Article, parameters: &Parameters, calendar: &Calendar, day: i32) -> f64 {
    if article.name.starts_with("Gift Card") {
        return article.price;
    }
    parameters
        .price_change
        .iter()
        .chain([&parameters.oolong_rise])
        .filter(|change| change.category == article.category && day >= calendar.end() - change.days_before)
        .fold(article.price, |price, change| cents(price * (1.0 + change.change)))
}

/// The products of each week's deal. Oolong has none near its price rise, so that the rise can be seen by itself.
fn deals(seed: u64, parameters: &Parameters, calendar: &Calendar, articles: &[Article]) -> Vec<Vec<usize>> {
    let mut chance = stream(seed, "deals");
    (0..=calendar.days / 7)
        .map(|week| {
            let near = (week * 7 - calendar.oolong_rise).abs() < 120;
            let fit: Vec<usize> = (0..articles.len())
                .filter(|&index| !articles[index].name.starts_with("Gift Card"))
                .filter(|&index| !(near && articles[index].category == parameters.oolong_rise.category))
                .collect();
            fit.choose_multiple(&mut chance, parameters.deals.products).copied().collect()
        })
        .collect()
}
