//! The parameters of the demo company, read from the files embedded in the program. No drawing of numbers here.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Everything under data/demo.
pub(super) static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data/demo");

/// Reads one embedded file.
pub(super) fn read<T: DeserializeOwned>(path: &str) -> T {
    let text = FILES.get_file(path).and_then(include_dir::File::contents_utf8);
    let text = text.expect("the file is embedded when the program is built");
    toml::from_str(text).expect("the file is part of the program, and a test reads it")
}

/// company.toml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameters {
    pub(super) name: String,
    pub(super) channels: Vec<String>,
    pub(super) customers: Customers,
    pub(super) weekdays: BTreeMap<String, [f64; 7]>,
    pub(super) region: Vec<Region>,
    pub(super) acquisition: BTreeMap<String, Vec<(String, f64)>>,
    pub(super) taste: Vec<Taste>,
    pub(super) category: Vec<Category>,
    pub(super) season: Season,
    pub(super) bundle: Vec<Bundle>,
    pub(super) price_change: Vec<PriceChange>,
    pub(super) elasticity: BTreeMap<String, f64>,
    pub(super) deals: Deals,
    pub(super) promotion: Promotion,
    pub(super) oolong_rise: PriceChange,
    pub(super) late_deliveries: LateDeliveries,
    pub(super) outage: Outage,
    pub(super) west: West,
    pub(super) mailing: Vec<Mailing>,
    pub(super) mailings: Mailings,
}

/// How customers come, buy and leave.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Customers {
    pub(super) joins_per_day: f64,
    pub(super) yearly_growth: f64,
    pub(super) warm_up_days: i32,
    pub(super) rate_shape: f64,
    pub(super) rate_mean: f64,
    pub(super) basket_more: f64,
    pub(super) favourite: f64,
    pub(super) walk_ins_per_day: f64,
    pub(super) leaving: BTreeMap<String, [f64; 2]>,
}

/// A region; `channels` are the shares of the selling channels there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Region {
    pub(super) name: String,
    pub(super) share: f64,
    pub(super) channels: Vec<f64>,
    pub(super) cities: Vec<String>,
}

/// A kind of drinker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Taste {
    pub(super) name: String,
    pub(super) share: f64,
    pub(super) draws: BTreeMap<String, f64>,
}

/// A category's year.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    pub(super) name: String,
    pub(super) height: f64,
    pub(super) peak_day: f64,
    pub(super) december: f64,
    pub(super) returned: f64,
}

/// The year of the whole company.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Season {
    pub(super) height: f64,
    pub(super) peak_day: f64,
    pub(super) december: f64,
}

/// Two products bought together.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bundle {
    pub(super) first: String,
    pub(super) second: String,
    pub(super) chance: f64,
}

/// A dated change of the prices of a category.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriceChange {
    pub(super) category: String,
    pub(super) days_before: i32,
    pub(super) change: f64,
}

/// Weekly deals.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deals {
    pub(super) products: usize,
    pub(super) discount: f64,
}

/// Two weeks of a lower price.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Promotion {
    pub(super) category: String,
    pub(super) from_days_before: i32,
    pub(super) days: i32,
    pub(super) discount: f64,
    pub(super) lift: f64,
}

/// The week of late deliveries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LateDeliveries {
    pub(super) from_days_before: i32,
    pub(super) days: i32,
    pub(super) complaints_last_days: i32,
    pub(super) returned: f64,
    pub(super) posts_per_day: f64,
}

/// The day without a web shop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outage {
    pub(super) near_days_before: i32,
    pub(super) left: f64,
}

/// The region that falls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct West {
    pub(super) region: String,
    pub(super) channel: String,
    pub(super) fall: f64,
}

/// One mailing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mailing {
    pub(super) campaign: String,
    pub(super) days_before: i32,
    pub(super) hour: i8,
    pub(super) offer: f64,
}

/// How people answer mailings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mailings {
    pub(super) held_back: f64,
    pub(super) opened: f64,
    pub(super) evening_bonus: f64,
    pub(super) clicked: f64,
    pub(super) unsubscribed: f64,
    pub(super) works_days: i32,
}
