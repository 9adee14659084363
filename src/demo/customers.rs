//! The customers of the demo company: who they are, when they buy and when they stop. What they buy is not here.
//!
//! Buying follows BG/NBD (Fader, Hardie and Lee 2005): purchases at a rate drawn from a gamma distribution, and after
//! each purchase a chance to leave drawn from a beta distribution; season, week and events bend the rate.

use jiff::civil::Date;
use rand::Rng;
use rand_distr::{Beta, Distribution, Gamma};

use super::calendar::Calendar;
use super::chance::{Chance, count, happens, stream, weighted};
use super::mailings::{Letter, letter};
use super::parameters::Parameters;

/// A customer with what is true of them, which no engine sees.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// The id, as in the orders.
    pub customer_id: String,
    /// The day of the first purchase; it may lie before the data.
    pub joined: Date,
    /// Where they live.
    pub region: String,
    /// Where they mostly buy.
    pub channel: String,
    /// How they were found.
    pub acquisition: String,
    /// What kind of drinker they are.
    pub taste: String,
    /// Purchases a day while they stay.
    pub purchase_rate: f64,
    /// The chance to leave after a purchase.
    pub leaving: f64,
    /// The day after which they no longer buy; none while they stay.
    pub left: Option<Date>,
}

/// A purchase before its lines are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    pub(super) day: i32,
    pub(super) channel: usize,
}

/// A customer's life.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub(super) customer: Customer,
    pub(super) region: usize,
    pub(super) taste: usize,
    pub(super) visits: Vec<Visit>,
    pub(super) letters: Vec<Letter>,
}

/// What moves all customers on a day: season, week and events, by day from the warm-up on, by channel.
pub(super) struct Climate {
    warm_up: i32,
    factors: Vec<Vec<f64>>,
}

impl Climate {
    pub(super) fn new(seed: u64, parameters: &Parameters, calendar: &Calendar) -> Climate {
        let mut chance = stream(seed, "climate");
        let warm_up = parameters.customers.warm_up_days;
        let weather = rand_distr::LogNormal::new(0.0, 0.05).expect("the spread is positive");
        let factors = (-warm_up..calendar.days)
            .map(|day| {
                let season = calendar.season(&parameters.season, day);
                let weekday = calendar.weekday(day);
                let mood: Vec<f64> = parameters.channels.iter().map(|_| weather.sample(&mut chance)).collect();
                let of_channel = |(index, channel): (usize, &String)| {
                    let week = parameters.weekdays.get(channel).map_or(1.0, |week| week[weekday]);
                    let down = channel == "web" && day == calendar.outage;
                    season * week * mood[index] * if down { parameters.outage.left } else { 1.0 }
                };
                parameters.channels.iter().enumerate().map(of_channel).collect()
            })
            .collect();
        Climate { warm_up, factors }
    }

    pub(super) fn factor(&self, day: i32, channel: usize) -> f64 {
        usize::try_from(day + self.warm_up).map_or(1.0, |at| self.factors[at][channel])
    }
}

/// Everybody who bought at least once within the data, in the order in which they joined.
pub(super) fn lives(seed: u64, parameters: &Parameters, calendar: &Calendar, climate: &Climate) -> Vec<Life> {
    let mut chance = stream(seed, "customers");
    let how = &parameters.customers;
    let mut lives = Vec::new();
    for joined in -how.warm_up_days..calendar.days {
        let mean = how.joins_per_day
            * calendar.growth(how.yearly_growth, joined)
            * calendar.season(&parameters.season, joined);
        for _ in 0..count(&mut chance, mean) {
            let life = live(&mut chance, parameters, calendar, climate, joined);
            if !life.visits.is_empty() {
                lives.push(life);
            }
        }
    }
    for (index, life) in lives.iter_mut().enumerate() {
        life.customer.customer_id = format!("C-{:05}", index + 1);
    }
    lives
}

fn live(chance: &mut Chance, parameters: &Parameters, calendar: &Calendar, climate: &Climate, joined: i32) -> Life {
    let how = &parameters.customers;
    let region = weighted(chance, parameters.region.iter().map(|region| region.share));
    let home = weighted(chance, parameters.region[region].channels.iter().copied());
    let channel = &parameters.channels[home];
    let taste = weighted(chance, parameters.taste.iter().map(|taste| taste.share));
    let found = &parameters.acquisition[channel];
    let acquisition = found[weighted(chance, found.iter().map(|(_, share)| *share))].0.clone();
    let rate = Gamma::new(how.rate_shape, how.rate_mean / how.rate_shape).expect("the parameters are positive");
    let purchase_rate: f64 = rate.sample(chance);
    let [a, b] = how.leaving[channel];
    let leaving: f64 = Beta::new(a, b).expect("the parameters are positive").sample(chance);
    let shares: Vec<f64> = (0..parameters.channels.len()).map(|index| if index == home { 0.9 } else { 0.05 }).collect();

    let mut visits = Vec::new();
    let mut letters: Vec<Letter> = Vec::new();
    let mut left = None;
    let mut works_until = i32::MIN;
    let mut offer = 1.0;
    for day in joined..calendar.days {
        let write = parameters.mailing.iter().position(|mailing| calendar.end() - mailing.days_before == day);
        if let Some(mailing) = write.filter(|_| day > joined && channel != "marketplace")
            && let Some(sent) = letter(chance, parameters, calendar, mailing, left.is_none(), &letters)
        {
            if sent.opened_at.is_some() {
                let clicked = if sent.clicked_at.is_some() { 2.0 } else { 1.0 };
                offer = 1.0 + (parameters.mailing[mailing].offer - 1.0) * clicked;
                works_until = day + parameters.mailings.works_days;
            }
            letters.push(sent);
        }
        if left.is_some() {
            continue;
        }
        let drive = |channel: usize| shares[channel] * climate.factor(day, channel);
        let total: f64 = (0..shares.len()).map(drive).sum();
        let reading = if day <= works_until { offer } else { 1.0 };
        let expected = purchase_rate * total * reading;
        if day == joined || happens(chance, 1.0 - (-expected).exp()) {
            let first_at_home = day == joined && climate.factor(day, home) > 0.1;
            let bought_in = if first_at_home { home } else { weighted(chance, (0..shares.len()).map(drive)) };
            if day >= 0 {
                visits.push(Visit { day, channel: bought_in });
            }
            if happens(chance, leaving) {
                left = Some(day);
            }
        }
    }
    let customer = Customer {
        customer_id: String::new(),
        joined: calendar.date(joined),
        region: parameters.region[region].name.clone(),
        channel: channel.clone(),
        acquisition,
        taste: parameters.taste[taste].name.clone(),
        purchase_rate,
        leaving,
        left: left.map(|day| calendar.date(day)),
    };
    // Mailings before the first purchase within the data would name nobody whom the data knows.
    letters.retain(|letter| letter.day >= 0);
    Life { customer, region, taste, visits, letters }
}

/// Store orders of people without a card, as region and visit.
pub(super) fn walk_ins(
    seed: u64,
    parameters: &Parameters,
    calendar: &Calendar,
    climate: &Climate,
) -> Vec<(usize, usize, Visit)> {
    let mut chance = stream(seed, "walk-ins");
    let Some(store) = parameters.channels.iter().position(|channel| channel == "store") else { return Vec::new() };
    let shares: Vec<f64> = parameters.region.iter().map(|region| region.share * region.channels[store]).collect();
    let sum: f64 = shares.iter().sum();
    let mut visits = Vec::new();
    for day in 0..calendar.days {
        for (region, share) in shares.iter().enumerate() {
            let mean = parameters.customers.walk_ins_per_day * share / sum
                * calendar.growth(parameters.customers.yearly_growth, day)
                * climate.factor(day, store);
            for _ in 0..count(&mut chance, mean) {
                let taste = chance.gen_range(0..parameters.taste.len());
                visits.push((region, taste, Visit { day, channel: store }));
            }
        }
    }
    visits
}
