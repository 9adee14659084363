//! Which role an intent needs, checked where the facts are gathered.

use crate::domain::{Dimension, Intent, Question, Role};

/// The least role that may ask.
pub(super) fn least_role(intent: Intent) -> Role {
    match intent {
        Intent::RecommendProducts
        | Intent::SimilarProducts
        | Intent::BoughtTogether
        | Intent::NextOrder
        | Intent::ExplainAnswer
        | Intent::ShowAs
        | Intent::OrderStatus
        | Intent::GiveFeedback
        | Intent::OptOut
        | Intent::OptIn
        | Intent::ExportMyData
        | Intent::EraseMyData
        | Intent::WhyMessage
        | Intent::HumanHandoff
        | Intent::Greet
        | Intent::Thanks
        | Intent::Help
        | Intent::OutOfScope => Role::Customer,
        Intent::MetricReport
        | Intent::MetricCompare
        | Intent::MetricExplain
        | Intent::AnomalyCheck
        | Intent::ForecastMetric
        | Intent::ForecastTarget
        | Intent::SentimentOverview
        | Intent::SentimentAspects
        | Intent::ReviewExamples
        | Intent::TopicOverview
        | Intent::TopicTrends
        | Intent::SegmentCustomers
        | Intent::AdPerformance
        | Intent::AdBudget
        | Intent::AdPlacement
        | Intent::AdPrice
        | Intent::AdAudience
        | Intent::WhatIf
        | Intent::ExperimentReadout
        | Intent::SendTime
        | Intent::SocialMonitor
        | Intent::Influencers
        | Intent::Communities
        | Intent::DigestCreate
        | Intent::DigestManage
        | Intent::AlertCreate
        | Intent::AlertManage
        | Intent::CampaignCreate
        | Intent::CampaignManage
        | Intent::DataStatus => Role::Marketer,
        Intent::NextBestAction
        | Intent::CustomerProfile
        | Intent::CustomerList
        | Intent::ChurnRisk
        | Intent::PurchasePropensity
        | Intent::CustomerValue
        | Intent::DataUpload
        | Intent::DataUndo => Role::Analyst,
    }
}

/// Whether the asker may have this answered. A customer sees their own data only; a marketer sees no single customer.
pub(super) fn permits(question: &Question) -> bool {
    if question.role < least_role(question.intent) {
        return false;
    }
    let named = question.slots.names_of(Dimension::Customer);
    match question.role {
        Role::Customer => named.iter().all(|name| Some(name) == question.customer.as_ref()),
        Role::Marketer => named.is_empty() && !question.slots.by.contains(&Dimension::Customer),
        Role::Analyst | Role::Owner => true,
    }
}

/// Whether an answer is about single people, so that it is for the asker alone.
pub(super) fn is_personal(question: &Question) -> bool {
    !question.slots.names_of(Dimension::Customer).is_empty()
        || question.slots.by.contains(&Dimension::Customer)
        || (question.role == Role::Customer && question.customer.is_some())
        || matches!(
            question.intent,
            Intent::CustomerProfile
                | Intent::CustomerList
                | Intent::NextBestAction
                | Intent::ChurnRisk
                | Intent::PurchasePropensity
                | Intent::ExportMyData
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Language, Slots};

    fn question(role: Role, intent: Intent, customer: Option<&str>) -> Question {
        let mut slots = Slots::default();
        if let Some(name) = customer {
            slots.names.insert(Dimension::Customer, vec![name.to_owned()]);
        }
        Question {
            intent,
            slots,
            role,
            customer: Some("C-1".to_owned()),
            language: Language::English,
            today: jiff::civil::date(2024, 5, 1),
            week_start: jiff::civil::Weekday::Monday,
        }
    }

    #[test]
    fn a_customer_sees_only_their_own_data() {
        assert!(permits(&question(Role::Customer, Intent::RecommendProducts, Some("C-1"))));
        assert!(!permits(&question(Role::Customer, Intent::RecommendProducts, Some("C-2"))));
        assert!(!permits(&question(Role::Customer, Intent::MetricReport, None)));
    }

    #[test]
    fn a_marketer_sees_groups_but_no_single_customer() {
        assert!(permits(&question(Role::Marketer, Intent::MetricReport, None)));
        assert!(!permits(&question(Role::Marketer, Intent::RecommendProducts, Some("C-2"))));
        assert!(!permits(&question(Role::Marketer, Intent::CustomerProfile, None)));
        assert!(permits(&question(Role::Analyst, Intent::CustomerProfile, Some("C-2"))));
    }
}
