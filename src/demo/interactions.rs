//! What customers of the demo company looked at, put in the basket, liked and bought on the web in the last year.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use rand::Rng;

use super::chance::{Chance, count, happens, stream, weighted};
use super::customers::Life;
use super::orders::Shelf;
use crate::domain::{Interaction, InteractionKind, Order};

/// All interactions, in the order of time.
pub(super) fn interactions(seed: u64, shelf: &Shelf<'_>, lives: &[Life], orders: &[Order]) -> Vec<Interaction> {
    let mut chance = stream(seed, "interactions");
    let tastes: BTreeMap<&str, usize> =
        lives.iter().map(|life| (life.customer.customer_id.as_str(), life.taste)).collect();
    let from = shelf.calendar.date((shelf.calendar.end() - 364).max(0));
    let mut all = Vec::new();
    for order in orders {
        let Some(customer) = &order.customer_id else { continue };
        if order.channel.as_deref() != Some("web") || order.quantity <= 0.0 || order.ordered_at.date() < from {
            continue;
        }
        let mut add = |product: &str, kind: InteractionKind, at: DateTime| {
            if at.date() >= from {
                all.push(Interaction { customer_id: customer.clone(), product_id: product.to_owned(), kind, at });
            }
        };
        let bought = order.ordered_at;
        for _ in 0..=count(&mut chance, 0.5) {
            add(&order.product_id, InteractionKind::View, earlier(&mut chance, bought, 2880));
        }
        add(&order.product_id, InteractionKind::Cart, earlier(&mut chance, bought, 40));
        add(&order.product_id, InteractionKind::Purchase, bought);
        if happens(&mut chance, 0.05) {
            add(&order.product_id, InteractionKind::Like, bought.saturating_add(jiff::Span::new().minutes(30)));
        }
        // Other things are looked at too, and some are left in the basket.
        let taste = tastes.get(customer.as_str()).copied().unwrap_or(0);
        let day = shelf.calendar.day(bought.date());
        for _ in 0..count(&mut chance, 1.3) {
            let other = weighted(&mut chance, shelf.catalogue.weights(taste, day));
            let at = earlier(&mut chance, bought, 7200);
            let product = &shelf.catalogue.articles[other].id;
            add(product, InteractionKind::View, at);
            if happens(&mut chance, 0.16) {
                add(product, InteractionKind::Cart, at.saturating_add(jiff::Span::new().minutes(2)));
            }
        }
    }
    let last = shelf.calendar.last;
    all.retain(|interaction| interaction.at.date() <= last);
    all.sort_by(|a, b| {
        a.at.cmp(&b.at).then_with(|| a.customer_id.cmp(&b.customer_id)).then_with(|| a.product_id.cmp(&b.product_id))
    });
    all
}

/// A moment up to so many minutes before, mostly shortly before.
fn earlier(chance: &mut Chance, at: DateTime, minutes: i64) -> DateTime {
    let share: f64 = chance.r#gen();
    let back = 1 + (minutes as f64 * share * share * share) as i64;
    at.saturating_sub(jiff::Span::new().minutes(back))
}
