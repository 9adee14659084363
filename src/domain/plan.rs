//! What must be loaded for a question: typed plans that `facts` executes and whose results engines read.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Bucket, DateRange, Metric};

/// A name that is none of a closed list.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no {what} is called {name:?}; there are {known}")]
pub struct UnknownName {
    /// What was looked for.
    pub what: &'static str,
    /// What was given.
    pub name: String,
    /// What there is.
    pub known: String,
}

/// A table of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableName {
    /// What is sold.
    Products,
    /// What was sold.
    Orders,
    /// What was said.
    Posts,
    /// What ads did.
    AdResults,
    /// What customers did with products.
    Interactions,
    /// What mailings did.
    CampaignSends,
}

impl TableName {
    /// Every table.
    pub const ALL: &'static [TableName] = &[
        TableName::Products,
        TableName::Orders,
        TableName::Posts,
        TableName::AdResults,
        TableName::Interactions,
        TableName::CampaignSends,
    ];

    /// The name used in commands, files and plans.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TableName::Products => "products",
            TableName::Orders => "orders",
            TableName::Posts => "posts",
            TableName::AdResults => "ad_results",
            TableName::Interactions => "interactions",
            TableName::CampaignSends => "campaign_sends",
        }
    }
}

impl std::str::FromStr for TableName {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.iter().copied().find(|table| table.name() == name).ok_or_else(|| UnknownName {
            what: "table",
            name: name.to_owned(),
            known: Self::ALL.iter().map(|table| table.name()).collect::<Vec<_>>().join(", "),
        })
    }
}

/// Something a figure can be broken down or filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// A product, by name.
    Product,
    /// A category of products.
    Category,
    /// A sales channel, or for ad figures an ad channel.
    Channel,
    /// A region.
    Region,
    /// A customer, by id.
    Customer,
    /// An ad campaign or mailing.
    Campaign,
    /// An ad placement.
    Placement,
    /// A version of an ad.
    Variant,
    /// A device.
    Device,
    /// An audience of ads.
    Audience,
    /// Where a post was written.
    Source,
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Monday to Sunday.
    Weekday,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: &'static [Dimension] = &[
        Dimension::Product,
        Dimension::Category,
        Dimension::Channel,
        Dimension::Region,
        Dimension::Customer,
        Dimension::Campaign,
        Dimension::Placement,
        Dimension::Variant,
        Dimension::Device,
        Dimension::Audience,
        Dimension::Source,
        Dimension::Day,
        Dimension::Week,
        Dimension::Month,
        Dimension::Weekday,
    ];

    /// The name used in prompts and on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Product => "product",
            Dimension::Category => "category",
            Dimension::Channel => "channel",
            Dimension::Region => "region",
            Dimension::Customer => "customer",
            Dimension::Campaign => "campaign",
            Dimension::Placement => "placement",
            Dimension::Variant => "variant",
            Dimension::Device => "device",
            Dimension::Audience => "audience",
            Dimension::Source => "source",
            Dimension::Day => "day",
            Dimension::Week => "week",
            Dimension::Month => "month",
            Dimension::Weekday => "weekday",
        }
    }

    /// The steps of time this dimension is, where it is one.
    #[must_use]
    pub fn bucket(self) -> Option<Bucket> {
        match self {
            Dimension::Day => Some(Bucket::Day),
            Dimension::Week => Some(Bucket::Week),
            Dimension::Month => Some(Bucket::Month),
            Dimension::Product
            | Dimension::Category
            | Dimension::Channel
            | Dimension::Region
            | Dimension::Customer
            | Dimension::Campaign
            | Dimension::Placement
            | Dimension::Variant
            | Dimension::Device
            | Dimension::Audience
            | Dimension::Source
            | Dimension::Weekday => None,
        }
    }
}

/// Keeps the rows whose value of `dimension` is one of `values`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Filter {
    /// What is looked at.
    pub dimension: Dimension,
    /// What is kept.
    pub values: Vec<String>,
}

/// One figure, over a period, by steps of time and by members of dimensions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MeasurePlan {
    /// The figure.
    pub metric: Metric,
    /// The period; `None` is all there is.
    pub range: Option<DateRange>,
    /// Steps of time, where a series is wanted. Steps without rows are left out of the frame.
    pub bucket: Option<Bucket>,
    /// Members to break down by, none of them a step of time. Empty for the whole.
    pub by: Vec<Dimension>,
    /// All of them hold.
    pub filters: Vec<Filter>,
}

impl MeasurePlan {
    /// The whole of a figure.
    #[must_use]
    pub fn total(metric: Metric, range: Option<DateRange>) -> Self {
        Self { metric, range, bucket: None, by: Vec::new(), filters: Vec::new() }
    }

    /// The same in steps of time.
    #[must_use]
    pub fn per(mut self, bucket: Bucket) -> Self {
        self.bucket = Some(bucket);
        self
    }

    /// The same by the members of a dimension.
    #[must_use]
    pub fn by(mut self, dimension: Dimension) -> Self {
        self.by.push(dimension);
        self
    }

    /// The same with these filters.
    #[must_use]
    pub fn filtered(mut self, filters: &[Filter]) -> Self {
        self.filters.extend_from_slice(filters);
        self
    }
}

/// One row of a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameRow {
    /// The first day of the step of time, where the plan has steps.
    pub period: Option<Date>,
    /// The members, one for each of the plan's `by`; missing members read "(none)".
    pub keys: Vec<String>,
    /// The figure. For a ratio it is `numerator / denominator`; of a whole without a denominator it is no number, and steps
    /// and members without one are left out.
    pub value: f64,
    /// The upper part of a ratio; the figure itself where it is none.
    pub numerator: f64,
    /// The lower part of a ratio; 1 where it is none.
    pub denominator: f64,
    /// How many rows of facts it rests on.
    pub rows: u64,
}

/// The result of a plan, ordered by period and then by keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// What was asked.
    pub plan: MeasurePlan,
    /// The rows.
    pub rows: Vec<FrameRow>,
}

/// Which posts are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PostFilter {
    /// Written in this period; `None` is all there is.
    pub range: Option<DateRange>,
    /// All of them hold; dimensions are product, category and source.
    pub filters: Vec<Filter>,
}

/// What must be loaded before an engine can answer. Coverage and products are always loaded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A figure.
    Measure(MeasurePlan),
    /// Posts with what the encoder made of them.
    Posts(PostFilter),
    /// Who bought what, all there is.
    Purchases,
}
