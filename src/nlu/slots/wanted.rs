//! Which slots each intent has, as in `prompts/intents/`.

use crate::domain::{Intent, SlotKind};

/// The slots of an intent.
#[must_use]
pub(super) fn slots_of(intent: Intent) -> &'static [SlotKind] {
    use SlotKind::{
        Alert, Amount, Aspect, Baseline, Brand, By, Campaign, Category, Change, Channel, Content, Customer, DateRange,
        Delay, Destination, Device, Digest, ExcludeOwned, Format, Horizon, Level, Method, Metric, Order, Placement,
        PriceLimit, Product, Recency, Region, Schedule, Seed, Segment, Segments, Sentiment, Source, Spend, Table,
        Target, Threshold, TopN, Topic, Trigger, Variant,
    };
    match intent {
        Intent::AdAudience => &[Product, Seed, TopN],
        Intent::AdBudget => &[Amount, Channel, DateRange],
        Intent::AdPerformance => &[Metric, By, Channel, Campaign, Placement, Device, DateRange],
        Intent::AdPlacement => &[Placement, Device, Metric],
        Intent::AdPrice | Intent::GiveFeedback => &[Product],
        Intent::AlertCreate | Intent::AlertManage => &[Metric, Threshold, Destination, Alert],
        Intent::AnomalyCheck => &[Metric, DateRange],
        Intent::BoughtTogether => &[Product, TopN],
        Intent::CampaignCreate | Intent::CampaignManage => &[Segment, Trigger, Delay, Channel, Content, Campaign],
        Intent::ChurnRisk => &[Horizon, Segment, TopN],
        Intent::Communities => &[Source],
        Intent::CustomerList => &[Segment, Recency, Spend, Product, Region, TopN, Format],
        Intent::CustomerProfile | Intent::NextBestAction | Intent::NextOrder => &[Customer],
        Intent::CustomerValue => &[Customer, Segment, By, Horizon],
        Intent::DataStatus | Intent::DataUndo | Intent::DataUpload => &[Table],
        Intent::DigestCreate | Intent::DigestManage => &[Schedule, Content, Destination, Digest],
        Intent::EraseMyData
        | Intent::ExplainAnswer
        | Intent::ExportMyData
        | Intent::Greet
        | Intent::Help
        | Intent::OutOfScope
        | Intent::Thanks
        | Intent::WhyMessage => &[],
        Intent::ExperimentReadout => &[Campaign, Variant],
        Intent::ForecastMetric => &[Metric, Product, Category, Channel, Region, Horizon, Level],
        Intent::ForecastTarget => &[Metric, Target, DateRange],
        Intent::HumanHandoff => &[Topic],
        Intent::Influencers => &[Source, TopN],
        Intent::MetricCompare => {
            &[Metric, By, Product, Category, Channel, Region, Segment, Campaign, DateRange, TopN, Baseline]
        }
        Intent::MetricExplain => &[Metric, DateRange, Baseline],
        Intent::MetricReport => &[Metric, By, Product, Category, Channel, Region, Segment, Campaign, DateRange, TopN],
        Intent::OptIn | Intent::OptOut => &[Channel, Topic],
        Intent::OrderStatus => &[Order],
        Intent::PurchasePropensity => &[Product, Category, Horizon, TopN],
        Intent::RecommendProducts => &[Customer, Segment, TopN, ExcludeOwned],
        Intent::ReviewExamples => &[Product, Sentiment, Aspect, DateRange, TopN],
        Intent::SegmentCustomers => &[Method, Segments],
        Intent::SendTime => &[Segment, Channel],
        Intent::SentimentAspects => &[Product, Aspect, Source, DateRange],
        Intent::SentimentOverview => &[Product, Category, By, Brand, Source, DateRange],
        Intent::ShowAs => &[Format],
        Intent::SimilarProducts => &[Product, PriceLimit, TopN],
        Intent::SocialMonitor => &[Brand, Product, Source, DateRange],
        Intent::TopicOverview => &[Product, Source, Sentiment, DateRange, TopN],
        Intent::TopicTrends => &[Source, DateRange],
        Intent::WhatIf => &[Channel, Product, Change, Metric, Horizon],
    }
}
