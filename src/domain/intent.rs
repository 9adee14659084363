//! The closed list of what people ask. Names are those of `prompts/intents/`.

use serde::{Deserialize, Serialize};

macro_rules! intents {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a message asks for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Intent {
            $($(#[$doc])* $variant,)*
        }

        impl Intent {
            /// Every intent, in the order of the list that people read.
            pub const ALL: &'static [Intent] = &[$(Intent::$variant,)*];

            /// The name used in prompts, on the wire and on disk.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Intent::$variant => $name,)*
                }
            }
        }
    };
}

intents! {
    /// A figure, or a figure by something.
    MetricReport = "metric_report",
    /// A figure against another period or another thing.
    MetricCompare = "metric_compare",
    /// Why a figure moved.
    MetricExplain = "metric_explain",
    /// What looks unusual.
    AnomalyCheck = "anomaly_check",
    /// The figure to come.
    ForecastMetric = "forecast_metric",
    /// The chance of reaching a target.
    ForecastTarget = "forecast_target",
    /// How people feel.
    SentimentOverview = "sentiment_overview",
    /// How they feel about price, delivery, quality and the like.
    SentimentAspects = "sentiment_aspects",
    /// Quotes.
    ReviewExamples = "review_examples",
    /// What people talk about.
    TopicOverview = "topic_overview",
    /// What is new or rising.
    TopicTrends = "topic_trends",
    /// Products for a customer or a segment.
    RecommendProducts = "recommend_products",
    /// Products like one, perhaps cheaper.
    SimilarProducts = "similar_products",
    /// What goes into one basket.
    BoughtTogether = "bought_together",
    /// What to do for a customer.
    NextBestAction = "next_best_action",
    /// Who a customer is.
    CustomerProfile = "customer_profile",
    /// Groups of customers.
    SegmentCustomers = "segment_customers",
    /// Customers matching conditions.
    CustomerList = "customer_list",
    /// Who is leaving.
    ChurnRisk = "churn_risk",
    /// Who will buy.
    PurchasePropensity = "purchase_propensity",
    /// Lifetime value of a customer or a group.
    CustomerValue = "customer_value",
    /// When a customer orders again.
    NextOrder = "next_order",
    /// ROAS, CTR, CVR, CPA by anything.
    AdPerformance = "ad_performance",
    /// How to split a budget.
    AdBudget = "ad_budget",
    /// Which placement or variant to show.
    AdPlacement = "ad_placement",
    /// What price to set.
    AdPrice = "ad_price",
    /// Whom to target.
    AdAudience = "ad_audience",
    /// The effect of a change.
    WhatIf = "what_if",
    /// Which variant won, and whether one may stop.
    ExperimentReadout = "experiment_readout",
    /// When to send.
    SendTime = "send_time",
    /// Mentions: how many, where, how they feel.
    SocialMonitor = "social_monitor",
    /// Who is heard.
    Influencers = "influencers",
    /// Who talks with whom.
    Communities = "communities",
    /// A scheduled digest.
    DigestCreate = "digest_create",
    /// List, pause, resume, change or delete digests.
    DigestManage = "digest_manage",
    /// A watch on a figure.
    AlertCreate = "alert_create",
    /// List, pause, resume, change or delete alerts.
    AlertManage = "alert_manage",
    /// A message to customers, or a workflow with triggers.
    CampaignCreate = "campaign_create",
    /// List, pause, resume, change or delete campaigns.
    CampaignManage = "campaign_manage",
    /// Bring data in.
    DataUpload = "data_upload",
    /// What data is there.
    DataStatus = "data_status",
    /// Take an upload back.
    DataUndo = "data_undo",
    /// How do you know?
    ExplainAnswer = "explain_answer",
    /// The same as a chart, table or file.
    ShowAs = "show_as",
    /// Where is my order (goes to a human).
    OrderStatus = "order_status",
    /// A customer's praise or complaint.
    GiveFeedback = "give_feedback",
    /// Stop messages.
    OptOut = "opt_out",
    /// Resume messages.
    OptIn = "opt_in",
    /// A person's copy of their data.
    ExportMyData = "export_my_data",
    /// A person's wish to be forgotten.
    EraseMyData = "erase_my_data",
    /// Why a person got a message.
    WhyMessage = "why_message",
    /// A human, please.
    HumanHandoff = "human_handoff",
    /// A greeting.
    Greet = "greet",
    /// Thanks.
    Thanks = "thanks",
    /// What can be asked.
    Help = "help",
    /// Anything else.
    OutOfScope = "out_of_scope",
}

/// A name that is no intent.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no intent is called {0:?}")]
pub struct UnknownIntent(pub String);

impl Intent {
    /// Reads a name.
    ///
    /// # Errors
    /// When no intent has this name.
    pub fn parse(name: &str) -> Result<Self, UnknownIntent> {
        Self::ALL.iter().copied().find(|intent| intent.name() == name).ok_or_else(|| UnknownIntent(name.to_owned()))
    }

    /// Whether the turn takes what it does not say from the turn before it.
    #[must_use]
    pub fn continues(self) -> bool {
        matches!(self, Intent::ExplainAnswer | Intent::ShowAs)
    }

    /// Whether an undated question means the future.
    #[must_use]
    pub fn looks_ahead(self) -> bool {
        matches!(self, Intent::ForecastMetric | Intent::ForecastTarget | Intent::AdBudget | Intent::WhatIf)
    }
}

impl std::fmt::Display for Intent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
