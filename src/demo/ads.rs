//! The ad results of the demo company, one row a day and cell. The curves behind them are in ads.toml.

use rand_distr::{Distribution, LogNormal};
use serde::Deserialize;

use super::calendar::Calendar;
use super::chance::{Chance, count, stream};
use super::parameters::{Parameters, read};
use crate::domain::AdResult;

/// ads.toml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ads {
    order_value: f64,
    flights: f64,
    pub(super) saturated: Saturated,
    channel: Vec<AdChannel>,
}

/// The channel whose spend was raised for little.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saturated {
    pub(super) channel: String,
    pub(super) from_days_before: i32,
    pub(super) spend: f64,
}

/// Name, share of the spend, and how well it works.
type Part = (String, f64, f64);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdChannel {
    name: String,
    spend: f64,
    top: f64,
    half: f64,
    slope: f64,
    carry: f64,
    cost_per_click: f64,
    click_rate: f64,
    /// Name, share, audience.
    campaigns: Vec<(String, f64, String)>,
    placements: Vec<Part>,
    variants: Vec<Part>,
    devices: Vec<Part>,
}

impl Ads {
    pub(super) fn read() -> Ads {
        read("ads.toml")
    }
}

/// All rows, by day and channel.
pub(super) fn results(seed: u64, ads: &Ads, parameters: &Parameters, calendar: &Calendar) -> Vec<AdResult> {
    let mut chance = stream(seed, "ads");
    let flight = LogNormal::new(0.0, ads.flights).expect("the spread is positive");
    let daily = LogNormal::new(0.0, 0.12).expect("the spread is positive");
    let mut carried = vec![None; ads.channel.len()];
    let mut flights = vec![1.0; ads.channel.len()];
    let mut rows = Vec::new();
    for day in 0..calendar.days {
        for (index, channel) in ads.channel.iter().enumerate() {
            if day % 7 == 0 {
                flights[index] = flight.sample(&mut chance);
            }
            let doubled =
                channel.name == ads.saturated.channel && day >= calendar.end() - ads.saturated.from_days_before;
            // The raised budget is spent as planned, so that the step is plain to see.
            let plan = if doubled { ads.saturated.spend } else { flights[index] };
            let spend = channel.spend * plan * daily.sample(&mut chance);
            // An adstock scaled to the spend: in a steady state it equals it.
            let before: f64 = carried[index].unwrap_or(spend);
            let stock = channel.carry * before + (1.0 - channel.carry) * spend;
            carried[index] = Some(stock);
            let power = stock.powf(channel.slope);
            let mut conversions = channel.top * power / (power + channel.half.powf(channel.slope));
            conversions *= calendar.season(&parameters.season, day);
            if day == calendar.outage {
                conversions *= parameters.outage.left;
            }
            cells(&mut chance, ads, channel, calendar, day, (spend, conversions), &mut rows);
        }
    }
    rows
}

/// Splits a channel's day into its cells.
fn cells(
    chance: &mut Chance,
    ads: &Ads,
    channel: &AdChannel,
    calendar: &Calendar,
    day: i32,
    (spend, conversions): (f64, f64),
    rows: &mut Vec<AdResult>,
) {
    let noise = LogNormal::new(0.0, 0.15).expect("the spread is positive");
    let value = LogNormal::new(ads.order_value.ln() - 0.125, 0.5).expect("the spread is positive");
    for (campaign, campaign_share, audience) in &channel.campaigns {
        for (placement, placement_share, placement_works) in &channel.placements {
            for (variant, variant_share, variant_works) in &channel.variants {
                for (device, device_share, device_works) in &channel.devices {
                    let share = campaign_share * placement_share * variant_share * device_share;
                    let works = placement_works * variant_works * device_works;
                    let spend = ((spend * share * noise.sample(chance)) * 100.0).round() / 100.0;
                    let clicks = f64::from(count(chance, spend / channel.cost_per_click));
                    let impressions = (spend / channel.cost_per_click / channel.click_rate * noise.sample(chance))
                        .round()
                        .max(clicks);
                    let converted = f64::from(count(chance, conversions * share * works)).min(clicks);
                    let revenue: f64 = (0..converted as u32).map(|_| value.sample(chance)).sum();
                    rows.push(AdResult {
                        date: calendar.date(day),
                        channel: channel.name.clone(),
                        campaign: Some(campaign.clone()),
                        placement: Some(placement.clone()),
                        variant: Some(variant.clone()),
                        device: Some(device.clone()),
                        audience: Some(audience.clone()),
                        spend,
                        impressions,
                        clicks,
                        conversions: converted,
                        revenue: (revenue * 100.0).round() / 100.0,
                    });
                }
            }
        }
    }
}
