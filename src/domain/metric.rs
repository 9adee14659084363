//! The figures Herald knows, with their units and how they add up.

use serde::{Deserialize, Serialize};

use super::TableName;

/// A figure that can be reported, compared, explained and forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Sum of quantity × unit price, returns subtracted.
    Revenue,
    /// Distinct orders with at least one line that is not a return.
    Orders,
    /// Items sold, returns subtracted.
    Units,
    /// Revenue ÷ orders.
    AverageOrderValue,
    /// Revenue less cost of goods.
    Margin,
    /// Distinct customers who ordered.
    Customers,
    /// Customers whose first order lies in the period.
    NewCustomers,
    /// Share of the period's customers who had ordered before or ordered more than once.
    RepeatRate,
    /// Items returned.
    Returns,
    /// Profiles that signed up.
    Signups,
    /// Money spent on ads.
    Spend,
    /// Times an ad was shown.
    Impressions,
    /// Times an ad was clicked.
    Clicks,
    /// Orders the ad platform attributes to the ad.
    Conversions,
    /// Clicks ÷ impressions.
    Ctr,
    /// Conversions ÷ clicks.
    Cvr,
    /// Spend ÷ conversions.
    Cpa,
    /// Attributed revenue ÷ spend.
    Roas,
    /// Posts and reviews.
    Mentions,
    /// Mean of P(positive) − P(negative) over posts, from −1 to 1.
    Sentiment,
    /// Mean star rating, from 1 to 5.
    Rating,
    /// Customers who left a mailing.
    Unsubscribes,
}

/// How a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// The company's currency.
    Money,
    /// A whole number of things.
    Count,
    /// A ratio shown in percent.
    Percent,
    /// A plain number, such as a return on spend or a rating.
    Number,
}

/// A name that is no metric.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no metric is called {0:?}")]
pub struct UnknownMetric(pub String);

impl Metric {
    /// Every metric.
    pub const ALL: &'static [Metric] = &[
        Metric::Revenue,
        Metric::Orders,
        Metric::Units,
        Metric::AverageOrderValue,
        Metric::Margin,
        Metric::Customers,
        Metric::NewCustomers,
        Metric::RepeatRate,
        Metric::Returns,
        Metric::Signups,
        Metric::Spend,
        Metric::Impressions,
        Metric::Clicks,
        Metric::Conversions,
        Metric::Ctr,
        Metric::Cvr,
        Metric::Cpa,
        Metric::Roas,
        Metric::Mentions,
        Metric::Sentiment,
        Metric::Rating,
        Metric::Unsubscribes,
    ];

    /// The name used in prompts, on the wire and on disk.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Metric::Revenue => "revenue",
            Metric::Orders => "orders",
            Metric::Units => "units",
            Metric::AverageOrderValue => "average_order_value",
            Metric::Margin => "margin",
            Metric::Customers => "customers",
            Metric::NewCustomers => "new_customers",
            Metric::RepeatRate => "repeat_rate",
            Metric::Returns => "returns",
            Metric::Signups => "signups",
            Metric::Spend => "spend",
            Metric::Impressions => "impressions",
            Metric::Clicks => "clicks",
            Metric::Conversions => "conversions",
            Metric::Ctr => "ctr",
            Metric::Cvr => "cvr",
            Metric::Cpa => "cpa",
            Metric::Roas => "roas",
            Metric::Mentions => "mentions",
            Metric::Sentiment => "sentiment",
            Metric::Rating => "rating",
            Metric::Unsubscribes => "unsubscribes",
        }
    }

    /// Reads a name (not a synonym; those are the business of `nlu`).
    ///
    /// # Errors
    /// When no metric has this name.
    pub fn parse(name: &str) -> Result<Self, UnknownMetric> {
        Self::ALL.iter().copied().find(|metric| metric.name() == name).ok_or_else(|| UnknownMetric(name.to_owned()))
    }

    /// The table the figure is counted on.
    #[must_use]
    pub fn table(self) -> TableName {
        match self {
            Metric::Revenue
            | Metric::Orders
            | Metric::Units
            | Metric::AverageOrderValue
            | Metric::Margin
            | Metric::Customers
            | Metric::NewCustomers
            | Metric::RepeatRate
            | Metric::Returns
            | Metric::Signups => TableName::Orders,
            Metric::Spend
            | Metric::Impressions
            | Metric::Clicks
            | Metric::Conversions
            | Metric::Ctr
            | Metric::Cvr
            | Metric::Cpa
            | Metric::Roas => TableName::AdResults,
            Metric::Mentions | Metric::Sentiment | Metric::Rating => TableName::Posts,
            Metric::Unsubscribes => TableName::CampaignSends,
        }
    }

    /// How the figure is written.
    #[must_use]
    pub fn unit(self) -> Unit {
        match self {
            Metric::Revenue | Metric::AverageOrderValue | Metric::Margin | Metric::Spend | Metric::Cpa => Unit::Money,
            Metric::Orders
            | Metric::Units
            | Metric::Customers
            | Metric::NewCustomers
            | Metric::Returns
            | Metric::Signups
            | Metric::Impressions
            | Metric::Clicks
            | Metric::Conversions
            | Metric::Mentions
            | Metric::Unsubscribes => Unit::Count,
            Metric::RepeatRate | Metric::Ctr | Metric::Cvr => Unit::Percent,
            Metric::Roas | Metric::Sentiment | Metric::Rating => Unit::Number,
        }
    }

    /// Whether the figure of a whole is the sum of the figures of its days and of its parts.
    #[must_use]
    pub fn is_additive(self) -> bool {
        matches!(
            self,
            Metric::Revenue
                | Metric::Units
                | Metric::Margin
                | Metric::Returns
                | Metric::Signups
                | Metric::NewCustomers
                | Metric::Spend
                | Metric::Impressions
                | Metric::Clicks
                | Metric::Conversions
                | Metric::Mentions
                | Metric::Unsubscribes
        )
    }

    /// Whether more of it is worse.
    #[must_use]
    pub fn lower_is_better(self) -> bool {
        matches!(self, Metric::Returns | Metric::Cpa | Metric::Unsubscribes | Metric::Spend)
    }
}

impl std::fmt::Display for Metric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
