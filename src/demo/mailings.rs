//! The mailings of the demo company: to whom they went and who read them. What readers bought is found among the orders.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use rand::Rng;

use super::calendar::{Calendar, shift};
use super::chance::{Chance, happens};
use super::customers::Life;
use super::parameters::Parameters;
use crate::domain::{CampaignSend, Order};

/// One mailing to one customer, before it is known whether an order followed.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) mailing: usize,
    pub(super) day: i32,
    pub(super) sent_at: DateTime,
    pub(super) opened_at: Option<DateTime>,
    pub(super) clicked_at: Option<DateTime>,
    pub(super) unsubscribed_at: Option<DateTime>,
}

/// The customer's letters so far decide whether the next one is sent; `active` says whether anybody still reads.
pub(super) fn letter(
    chance: &mut Chance,
    parameters: &Parameters,
    calendar: &Calendar,
    mailing: usize,
    active: bool,
    earlier: &[Letter],
) -> Option<Letter> {
    let how = &parameters.mailings;
    let what = &parameters.mailing[mailing];
    if earlier.iter().any(|letter| letter.unsubscribed_at.is_some()) || happens(chance, how.held_back) {
        return None;
    }
    let day = calendar.end() - what.days_before;
    let sent_at = calendar.date(day).at(what.hour, chance.gen_range(0..30), chance.gen_range(0..60), 0);
    let mut open = how.opened * if active { 1.15 } else { 0.45 };
    if what.hour >= 17 {
        open *= how.evening_bonus;
    }
    let opened_at = happens(chance, open).then(|| later(chance, sent_at, 1, 1500));
    let clicked_at = opened_at.filter(|_| happens(chance, how.clicked)).map(|at| later(chance, at, 1, 12));
    let leave = how.unsubscribed * if active { 1.0 } else { 3.0 };
    let unsubscribed_at = opened_at.filter(|_| happens(chance, leave)).map(|at| later(chance, at, 1, 20));
    let inside = |at: DateTime| at.date() <= calendar.last;
    Some(Letter {
        mailing,
        day,
        sent_at,
        opened_at: opened_at.filter(|&at| inside(at)),
        clicked_at: clicked_at.filter(|&at| inside(at)),
        unsubscribed_at: unsubscribed_at.filter(|&at| inside(at)),
    })
}

/// So many minutes later.
fn later(chance: &mut Chance, at: DateTime, from: i64, to: i64) -> DateTime {
    // Squared: most people look soon.
    let share: f64 = chance.r#gen();
    let minutes = from + ((to - from) as f64 * share * share) as i64;
    at.saturating_add(jiff::Span::new().minutes(minutes))
}

/// The last moment of days after a moment within which an order counts as its effect.
fn until(at: DateTime, days: i32) -> DateTime {
    shift(at.date(), days).at(23, 59, 59, 0)
}

/// All letters as rows; an order within some days of a click counts as its effect.
pub(super) fn sends(parameters: &Parameters, lives: &[Life], orders: &[Order]) -> Vec<CampaignSend> {
    let mut bought: BTreeMap<&str, Vec<DateTime>> = BTreeMap::new();
    for order in orders.iter().filter(|order| order.quantity > 0.0) {
        if let Some(customer) = &order.customer_id {
            bought.entry(customer).or_default().push(order.ordered_at);
        }
    }
    let mut sends = Vec::new();
    for life in lives {
        let customer = life.customer.customer_id.as_str();
        let times = bought.get(customer).map_or(&[][..], Vec::as_slice);
        for letter in &life.letters {
            let converted_at = letter.clicked_at.and_then(|clicked| {
                let end = until(clicked, parameters.mailings.works_days + 1);
                times.iter().copied().find(|&at| at > clicked && at <= end)
            });
            sends.push(CampaignSend {
                customer_id: customer.to_owned(),
                campaign: parameters.mailing[letter.mailing].campaign.clone(),
                channel: "email".to_owned(),
                sent_at: letter.sent_at,
                opened_at: letter.opened_at,
                clicked_at: letter.clicked_at,
                converted_at,
                unsubscribed_at: letter.unsubscribed_at,
            });
        }
    }
    sends.sort_by(|a, b| a.sent_at.cmp(&b.sent_at).then_with(|| a.customer_id.cmp(&b.customer_id)));
    sends
}
