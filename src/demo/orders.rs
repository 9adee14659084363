//! What is in the baskets of the demo company, and what comes back. Who buys and when is decided in customers.rs.

use jiff::civil::DateTime;
use rand::Rng;

use super::calendar::{Calendar, shift};
use super::catalogue::Catalogue;
use super::chance::{Chance, happens, stream, weighted};
use super::customers::{Life, Visit};
use super::falling::fall;
use super::parameters::Parameters;
use crate::domain::Order;

/// Everything that baskets are drawn from.
pub(super) struct Shelf<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) calendar: &'a Calendar,
    pub(super) catalogue: &'a Catalogue,
}

/// One basket.
pub(super) struct Basket {
    pub(super) at: DateTime,
    pub(super) customer: Option<String>,
    pub(super) channel: usize,
    pub(super) region: usize,
    /// Products and how many of each.
    pub(super) lines: Vec<(usize, f64)>,
}

impl Shelf<'_> {
    pub(super) fn day(&self, basket: &Basket) -> i32 {
        self.calendar.day(basket.at.date())
    }

    /// What a basket costs.
    pub(super) fn worth(&self, basket: &Basket) -> f64 {
        let day = self.day(basket);
        basket.lines.iter().map(|&(product, quantity)| quantity * self.catalogue.price(product, day)).sum()
    }
}

/// All order lines, in the order of time; a return follows its order's lines, on its own day.
pub(super) fn orders(seed: u64, shelf: &Shelf<'_>, lives: &[Life], walk_ins: &[(usize, usize, Visit)]) -> Vec<Order> {
    let mut chance = stream(seed, "baskets");
    let bundles: Vec<(usize, usize, f64)> = shelf
        .parameters
        .bundle
        .iter()
        .filter_map(|bundle| {
            Some((shelf.catalogue.index_of(&bundle.first)?, shelf.catalogue.index_of(&bundle.second)?, bundle.chance))
        })
        .collect();
    let mut baskets = Vec::new();
    for life in lives {
        let mut history: Vec<(usize, f64)> = Vec::new();
        for visit in &life.visits {
            let lines = fill(&mut chance, shelf, &bundles, life.taste, visit.day, &history);
            for &(product, quantity) in &lines {
                match history.iter_mut().find(|(known, _)| *known == product) {
                    Some((_, times)) => *times += 1.0,
                    None => history.push((product, 1.0)),
                }
                debug_assert!(quantity > 0.0);
            }
            baskets.push(Basket {
                at: moment(&mut chance, shelf, visit),
                customer: Some(life.customer.customer_id.clone()),
                channel: visit.channel,
                region: life.region,
                lines,
            });
        }
    }
    for (region, taste, visit) in walk_ins {
        let lines = fill(&mut chance, shelf, &bundles, *taste, visit.day, &[]);
        baskets.push(Basket {
            at: moment(&mut chance, shelf, visit),
            customer: None,
            channel: visit.channel,
            region: *region,
            lines,
        });
    }
    fall(seed, shelf, &mut baskets);
    baskets.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.customer.cmp(&b.customer)));
    let mut chance = stream(seed, "returns");
    let mut orders = Vec::new();
    for (index, basket) in baskets.iter().enumerate() {
        write_down(&mut chance, shelf, basket, index + 1, &mut orders);
    }
    orders
}

fn fill(
    chance: &mut Chance,
    shelf: &Shelf<'_>,
    bundles: &[(usize, usize, f64)],
    taste: usize,
    day: i32,
    history: &[(usize, f64)],
) -> Vec<(usize, f64)> {
    let how = &shelf.parameters.customers;
    let articles = &shelf.catalogue.articles;
    let mut wanted = 1;
    while wanted < 9 && happens(chance, how.basket_more) {
        wanted += 1;
    }
    let mut lines: Vec<(usize, f64)> = Vec::new();
    let mut tries = 0;
    while lines.len() < wanted && tries < 40 {
        tries += 1;
        let product = if !history.is_empty() && happens(chance, how.favourite) {
            let at = weighted(
                chance,
                history
                    .iter()
                    .map(|&(product, times)| times * shelf.catalogue.demand(product, day) / articles[product].weight),
            );
            history[at].0
        } else {
            weighted(chance, shelf.catalogue.weights(taste, day))
        };
        let owned = articles[product].durable && history.iter().any(|(known, _)| *known == product);
        if lines.iter().any(|(known, _)| *known == product) || (owned && !happens(chance, 0.06)) {
            continue;
        }
        lines.push((product, quantity(chance, articles[product].durable)));
    }
    for &(first, second, likely) in bundles {
        let has = |product: usize| lines.iter().any(|(known, _)| *known == product);
        if has(first) && !has(second) && happens(chance, likely) {
            lines.push((second, 1.0));
        }
    }
    lines
}

fn quantity(chance: &mut Chance, durable: bool) -> f64 {
    let weights: [f64; 5] = if durable { [0.95, 0.05, 0.0, 0.0, 0.0] } else { [0.74, 0.17, 0.05, 0.03, 0.01] };
    [1.0, 2.0, 3.0, 4.0, 6.0][weighted(chance, weights)]
}

/// Stores are open from nine to six; the web is busiest in the evening.
fn moment(chance: &mut Chance, shelf: &Shelf<'_>, visit: &Visit) -> DateTime {
    const STORE: [f64; 9] = [2.0, 4.0, 6.0, 6.0, 5.0, 5.0, 6.0, 7.0, 5.0];
    const WEB: [f64; 24] = [
        1.2, 0.6, 0.3, 0.2, 0.2, 0.5, 1.5, 3.0, 4.0, 4.5, 4.8, 5.0, 5.2, 5.0, 4.6, 4.4, 4.6, 5.2, 6.2, 7.8, 8.6, 7.6,
        5.0, 2.6,
    ];
    let hour = match shelf.parameters.channels[visit.channel].as_str() {
        "store" => 9 + weighted(chance, STORE),
        _ => weighted(chance, WEB),
    };
    let hour = i8::try_from(hour).unwrap_or(12);
    shelf.calendar.date(visit.day).at(hour, chance.gen_range(0..60), chance.gen_range(0..60), 0)
}

fn write_down(chance: &mut Chance, shelf: &Shelf<'_>, basket: &Basket, number: usize, orders: &mut Vec<Order>) {
    let calendar = shelf.calendar;
    let day = calendar.day(basket.at.date());
    let shipped = shelf.parameters.channels[basket.channel] != "store";
    let late = shipped && (calendar.late.0..=calendar.late.1).contains(&day);
    let order_id = format!("O-{number:06}");
    let mut line = 0;
    let mut returns = Vec::new();
    for &(product, quantity) in &basket.lines {
        line += 1;
        let order = Order {
            order_id: order_id.clone(),
            line,
            customer_id: basket.customer.clone(),
            product_id: shelf.catalogue.articles[product].id.clone(),
            quantity,
            unit_price: shelf.catalogue.price(product, day),
            ordered_at: basket.at,
            channel: Some(shelf.parameters.channels[basket.channel].clone()),
            region: Some(shelf.parameters.region[basket.region].name.clone()),
        };
        let category = &shelf.catalogue.articles[product].category;
        let usual = shelf.parameters.category.iter().find(|c| c.name == *category).map_or(0.01, |c| c.returned);
        let comes_back = if late { shelf.parameters.late_deliveries.returned } else { usual };
        if happens(chance, comes_back) {
            let back = shift(basket.at.date(), chance.gen_range(3..=16));
            if back <= calendar.last {
                let given = if quantity > 1.0 && happens(chance, 0.4) { 1.0 } else { quantity };
                let at = back.at(chance.gen_range(9..18), chance.gen_range(0..60), 0, 0);
                returns.push(Order { quantity: -given, ordered_at: at, ..order.clone() });
            }
        }
        orders.push(order);
    }
    for mut back in returns {
        line += 1;
        back.line = line;
        orders.push(back);
    }
}
