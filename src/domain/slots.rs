//! What a message says besides what it asks: typed values, each optional.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DateRange, Dimension, Horizon, Level, Metric, Sentiment, TableName};

macro_rules! slot_kinds {
    ($($variant:ident = $name:literal,)*) => {
        /// The name of a slot, as in `prompts/intents/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each variant is named after its slot")]
        pub enum SlotKind {
            $($variant,)*
        }

        impl SlotKind {
            /// Every slot.
            pub const ALL: &'static [SlotKind] = &[$(SlotKind::$variant,)*];

            /// The name used in prompts and on the wire.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(SlotKind::$variant => $name,)*
                }
            }

            /// Reads a name.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

slot_kinds! {
    Metric = "metric", By = "by", Product = "product", Category = "category", Channel = "channel", Region = "region",
    Segment = "segment", Campaign = "campaign", DateRange = "date_range", TopN = "top_n", Baseline = "baseline",
    Horizon = "horizon", Level = "level", Target = "target", Brand = "brand", Source = "source", Aspect = "aspect",
    Sentiment = "sentiment", Customer = "customer", ExcludeOwned = "exclude_owned", PriceLimit = "price_limit",
    Method = "method", Segments = "segments", Recency = "recency", Spend = "spend", Format = "format",
    Placement = "placement", Device = "device", Amount = "amount", Seed = "seed", Change = "change",
    Variant = "variant", Schedule = "schedule", Content = "content", Destination = "destination", Digest = "digest",
    Threshold = "threshold", Alert = "alert", Trigger = "trigger", Delay = "delay", Table = "table", Order = "order",
    Topic = "topic",
}

/// How an answer is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A picture.
    Chart,
    /// A table in the reply.
    Table,
    /// A file of comma-separated values.
    Csv,
    /// A file of JSON.
    Json,
    /// Words alone.
    Text,
}

/// A side of a product that people praise or blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// What it costs, and whether it is worth it.
    Price,
    /// Shipping and arrival.
    Delivery,
    /// How well it is made, taste and freshness included.
    Quality,
    /// Box, bag, bottle.
    Packaging,
    /// People who help, returns and refunds.
    Service,
    /// Site, app and ordering.
    Website,
}

impl Aspect {
    /// Every aspect.
    pub const ALL: &'static [Aspect] =
        &[Aspect::Price, Aspect::Delivery, Aspect::Quality, Aspect::Packaging, Aspect::Service, Aspect::Website];

    /// The name used in prompts and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Aspect::Price => "price",
            Aspect::Delivery => "delivery",
            Aspect::Quality => "quality",
            Aspect::Packaging => "packaging",
            Aspect::Service => "service",
            Aspect::Website => "website",
        }
    }
}

/// A value together with the words it was read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resolved<T> {
    /// The words, as written.
    pub text: String,
    /// What they mean.
    pub value: T,
}

impl<T> Resolved<T> {
    /// Pairs words with their meaning.
    pub fn new(text: impl Into<String>, value: T) -> Self {
        Self { text: text.into(), value }
    }
}

/// All that one message says. A list is empty, and an option is `None`, where nothing was said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Slots {
    /// The figure, or figures, in the order they were named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<Metric>,
    /// What to break it down by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<Dimension>,
    /// The company's own names that were recognised, by dimension: products, categories, channels, regions, campaigns,
    /// placements, devices, variants, audiences, sources, customers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<Dimension, Vec<String>>,
    /// Words that fit several names about equally well: the dimension, the words, the candidates.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ambiguous: Vec<(Dimension, Resolved<Vec<String>>)>,
    /// The period asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_range: Option<Resolved<DateRange>>,
    /// The period to compare with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Resolved<DateRange>>,
    /// How far ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon: Option<Resolved<Horizon>>,
    /// The level of intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// How many rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_n: Option<u32>,
    /// Whether the smallest, not the largest, are wanted ("worst sellers").
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bottom: bool,
    /// A target to reach, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// A budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<f64>,
    /// A figure to watch, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// No dearer than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_limit: Option<f64>,
    /// A change as a share: −0.1 is a tenth less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<f64>,
    /// A side of the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect: Option<Aspect>,
    /// A class of feeling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Sentiment>,
    /// How to show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// A table of facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<TableName>,
    /// Slots whose values stay words until the part that uses them reads them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<SlotKind, String>,
}

impl Slots {
    /// The first metric, if one was named.
    #[must_use]
    pub fn metric(&self) -> Option<Metric> {
        self.metrics.first().copied()
    }

    /// The recognised names of one dimension.
    #[must_use]
    pub fn names_of(&self, dimension: Dimension) -> &[String] {
        self.names.get(&dimension).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing at all was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes from `earlier` what this message does not say itself: how a follow-up inherits.
    #[must_use]
    pub fn over(self, earlier: &Slots) -> Slots {
        let list = |new: Vec<_>, old: &Vec<_>| if new.is_empty() { old.clone() } else { new };
        let mut names = earlier.names.clone();
        names.extend(self.names);
        let mut words = earlier.words.clone();
        words.extend(self.words);
        Slots {
            metrics: list(self.metrics, &earlier.metrics),
            by: if self.by.is_empty() { earlier.by.clone() } else { self.by },
            names,
            ambiguous: self.ambiguous,
            date_range: self.date_range.or_else(|| earlier.date_range.clone()),
            baseline: self.baseline.or_else(|| earlier.baseline.clone()),
            horizon: self.horizon.or_else(|| earlier.horizon.clone()),
            level: self.level.or(earlier.level),
            top_n: self.top_n.or(earlier.top_n),
            bottom: self.bottom || earlier.bottom,
            target: self.target.or(earlier.target),
            amount: self.amount.or(earlier.amount),
            threshold: self.threshold.or(earlier.threshold),
            price_limit: self.price_limit.or(earlier.price_limit),
            change: self.change.or(earlier.change),
            aspect: self.aspect.or(earlier.aspect),
            sentiment: self.sentiment.or(earlier.sentiment),
            format: self.format.or(earlier.format),
            table: self.table.or(earlier.table),
            words,
        }
    }
}
