//! What this engine has to know of each metric: its table, its breakdowns, how it adds up, how its moves are written.

use crate::domain::{Arg, Dimension, Metric, TableName, Unit};

/// What a figure can be broken down and filtered by, steps of time left out; the most telling first.
pub(super) fn dimensions_of(metric: Metric) -> &'static [Dimension] {
    use Dimension::{
        Audience, Campaign, Category, Channel, Customer, Device, Placement, Product, Region, Source, Variant, Weekday,
    };
    match metric.table() {
        TableName::Orders => &[Channel, Region, Category, Product, Weekday, Customer],
        TableName::AdResults => &[Channel, Campaign, Placement, Device, Audience, Variant, Weekday],
        TableName::Posts => &[Source, Category, Product, Weekday],
        TableName::CampaignSends => &[Campaign, Channel, Weekday, Customer],
        TableName::Products | TableName::Interactions => &[],
    }
}

/// The breakdowns in which a reason is looked for.
pub(super) fn reasons_of(metric: Metric) -> impl Iterator<Item = Dimension> {
    let left_out = [Dimension::Weekday, Dimension::Customer];
    dimensions_of(metric).iter().copied().filter(move |dimension| !left_out.contains(dimension))
}

/// Whether the figure is a numerator over a denominator.
pub(super) fn is_ratio(metric: Metric) -> bool {
    match metric {
        Metric::AverageOrderValue
        | Metric::RepeatRate
        | Metric::Ctr
        | Metric::Cvr
        | Metric::Cpa
        | Metric::Roas
        | Metric::Sentiment
        | Metric::Rating => true,
        Metric::Revenue
        | Metric::Orders
        | Metric::Units
        | Metric::Margin
        | Metric::Customers
        | Metric::NewCustomers
        | Metric::Returns
        | Metric::Signups
        | Metric::Spend
        | Metric::Impressions
        | Metric::Clicks
        | Metric::Conversions
        | Metric::Mentions
        | Metric::Unsubscribes => false,
    }
}

/// The least and the most that the figure can be, where there is such a thing. Returns can make money and units of a
/// few days negative, but their scale begins at zero all the same.
pub(super) fn limits(metric: Metric) -> (Option<f64>, Option<f64>) {
    match metric {
        Metric::Sentiment => (Some(-1.0), Some(1.0)),
        Metric::Rating => (Some(1.0), Some(5.0)),
        Metric::Margin => (None, None),
        Metric::RepeatRate | Metric::Ctr => (Some(0.0), Some(1.0)),
        Metric::Revenue
        | Metric::Orders
        | Metric::Units
        | Metric::AverageOrderValue
        | Metric::Customers
        | Metric::NewCustomers
        | Metric::Returns
        | Metric::Signups
        | Metric::Spend
        | Metric::Impressions
        | Metric::Clicks
        | Metric::Conversions
        | Metric::Cvr
        | Metric::Cpa
        | Metric::Roas
        | Metric::Mentions
        | Metric::Unsubscribes => (Some(0.0), None),
    }
}

/// Whether moves are told as a share of the value before. Not so for shares themselves and for scales whose zero
/// means nothing.
pub(super) fn is_relative(metric: Metric) -> bool {
    metric.unit() != Unit::Percent && !matches!(metric, Metric::Sentiment | Metric::Rating)
}

/// A move as people write it; `None` where there is nothing to divide by.
pub(super) fn moved(metric: Metric, now: f64, before: f64) -> Option<Arg> {
    if !is_relative(metric) {
        return Some(Arg::Change(now - before, metric.unit()));
    }
    (before.abs() > f64::EPSILON).then(|| Arg::Growth((now - before) / before.abs()))
}

/// What the figure is, in a sentence: the key of its phrase.
pub(super) fn definition(metric: Metric) -> &'static str {
    match metric {
        Metric::Revenue => "metrics.is.revenue",
        Metric::Orders => "metrics.is.orders",
        Metric::Units => "metrics.is.units",
        Metric::AverageOrderValue => "metrics.is.average_order_value",
        Metric::Margin => "metrics.is.margin",
        Metric::Customers => "metrics.is.customers",
        Metric::NewCustomers => "metrics.is.new_customers",
        Metric::RepeatRate => "metrics.is.repeat_rate",
        Metric::Returns => "metrics.is.returns",
        Metric::Signups => "metrics.is.signups",
        Metric::Spend => "metrics.is.spend",
        Metric::Impressions => "metrics.is.impressions",
        Metric::Clicks => "metrics.is.clicks",
        Metric::Conversions => "metrics.is.conversions",
        Metric::Ctr => "metrics.is.ctr",
        Metric::Cvr => "metrics.is.cvr",
        Metric::Cpa => "metrics.is.cpa",
        Metric::Roas => "metrics.is.roas",
        Metric::Mentions => "metrics.is.mentions",
        Metric::Sentiment => "metrics.is.sentiment",
        Metric::Rating => "metrics.is.rating",
        Metric::Unsubscribes => "metrics.is.unsubscribes",
    }
}
