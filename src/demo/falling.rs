//! The region that falls: visits to its stores that did not happen. Their number is chosen so that the fall is as large
//! as planned although orders are noisy and the season moves too.

use rand::Rng;

use super::chance::stream;
use super::orders::{Basket, Shelf};

/// How far the region stays behind the others at the least, as a share of revenue.
const BEHIND: f64 = 0.15;
/// Even at the end some people come.
const MOST_LOST: f64 = 0.97;

/// Takes baskets away from the falling region's stores, from the first day of the last complete month on, more each day.
pub(super) fn fall(seed: u64, shelf: &Shelf<'_>, baskets: &mut Vec<Basket>) {
    let (parameters, calendar) = (shelf.parameters, shelf.calendar);
    let fits = |basket: &Basket| parameters.region[basket.region].name == parameters.west.region;
    let store = |basket: &Basket| parameters.channels[basket.channel] == parameters.west.channel;
    let month = (calendar.west_from, calendar.day(calendar.date(calendar.west_from).last_of_month()));
    let before = (calendar.day(calendar.date(month.0 - 1).first_of_month()), month.0 - 1);
    let revenue = |which: &dyn Fn(&Basket) -> bool, (from, to): (i32, i32)| -> f64 {
        let inside = baskets.iter().filter(|basket| (from..=to).contains(&shelf.day(basket)) && which(basket));
        inside.map(|basket| shelf.worth(basket)).sum()
    };
    let others = |basket: &Basket| !fits(basket);
    let elsewhere = revenue(&others, month) / revenue(&others, before).max(1.0);
    let wanted = (1.0 + parameters.west.fall).min(elsewhere - BEHIND) * revenue(&fits, before);
    let kept = revenue(&|basket| fits(basket) && !store(basket), month);

    // Each visit has its own threshold, so that a larger strength takes away the same visits and more.
    let mut chance = stream(seed, "falling");
    let thresholds: Vec<f64> = baskets.iter().map(|_| chance.r#gen()).collect();
    let lost = |basket: &Basket, threshold: f64, strength: f64| {
        let since = shelf.day(basket) - month.0;
        let share = (strength * (0.45 + 1.1 * f64::from(since) / 30.0)).min(MOST_LOST);
        since >= 0 && fits(basket) && store(basket) && threshold < share
    };
    let left = |strength: f64| -> f64 {
        let inside = baskets.iter().zip(&thresholds).filter(|(basket, threshold)| {
            let day = shelf.day(basket);
            fits(basket) && store(basket) && (month.0..=month.1).contains(&day) && !lost(basket, **threshold, strength)
        });
        kept + inside.map(|(basket, _)| shelf.worth(basket)).sum::<f64>()
    };
    let (mut low, mut high) = (0.0, 2.0);
    for _ in 0..30 {
        let middle = (low + high) / 2.0;
        if left(middle) > wanted { low = middle } else { high = middle }
    }
    let gone: Vec<bool> =
        baskets.iter().zip(&thresholds).map(|(basket, &threshold)| lost(basket, threshold, high)).collect();
    let mut gone = gone.into_iter();
    baskets.retain(|_| !gone.next().unwrap_or(false));
}
