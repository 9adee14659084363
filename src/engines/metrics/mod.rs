//! Figures, comparisons, reasons and anomalies: the metrics engine. Pure: reads loaded facts, writes phrases.
//!
//! `scope` reads the question; each intent has a file that names its plans and answers from their frames; `usual`,
//! `residuals`, `shifts`, `decompose` hold the calculations and know neither questions nor phrases.

mod metric;
mod scope;
mod figures;
mod daily;
mod usual;
mod residuals;
mod shifts;
mod oddities;
mod lasting;
mod decompose;
mod wording;
mod report;
mod members;
mod ads;
mod compare;
mod versus;
mod explain;
mod factors;
mod anomaly;
mod status;

#[cfg(test)]
mod tests;

use super::{Engine, EngineError};
use crate::domain::{Answer, Coverage, Dimension, Facts, Intent, MeasurePlan, Need, Question, Role};

/// Answers questions about the company's figures.
#[derive(Debug, Default)]
pub struct Metrics;

impl Metrics {
    /// The engine.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Engine for Metrics {
    fn name(&self) -> &'static str {
        "metrics"
    }

    fn intents(&self) -> &'static [Intent] {
        &[
            Intent::MetricReport,
            Intent::MetricCompare,
            Intent::MetricExplain,
            Intent::AnomalyCheck,
            Intent::AdPerformance,
            Intent::DataStatus,
        ]
    }

    fn needs(&self, question: &Question, coverage: &Coverage) -> Vec<Need> {
        let mut plans: Vec<MeasurePlan> = Vec::new();
        if allowed(question).is_ok() {
            // A question that cannot be scoped needs nothing; `answer` says why.
            let wanted = match question.intent {
                Intent::MetricReport => report::plans(question, coverage),
                Intent::AdPerformance => ads::plans(question, coverage),
                Intent::MetricCompare => compare::plans(question, coverage),
                Intent::MetricExplain => explain::plans(question, coverage),
                Intent::AnomalyCheck => anomaly::plans(question, coverage),
                _ => Ok(Vec::new()),
            };
            for plan in wanted.unwrap_or_default() {
                if !plans.contains(&plan) {
                    plans.push(plan);
                }
            }
        }
        plans.into_iter().map(Need::Measure).collect()
    }

    fn answer(&self, question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
        allowed(question)?;
        match question.intent {
            Intent::MetricReport => report::answer(question, facts),
            Intent::AdPerformance => ads::answer(question, facts),
            Intent::MetricCompare => compare::answer(question, facts),
            Intent::MetricExplain => explain::answer(question, facts),
            Intent::AnomalyCheck => anomaly::answer(question, facts),
            Intent::DataStatus => status::answer(question, facts),
            _ => Err(EngineError::Unsupported(crate::domain::Phrase::new("metrics.other_question"))),
        }
    }
}

/// The company's figures are not for customers; figures of single customers are not for marketers.
fn allowed(question: &Question) -> Result<(), EngineError> {
    let slots = &question.slots;
    let names_customers = slots.by.contains(&Dimension::Customer) || !slots.names_of(Dimension::Customer).is_empty();
    match question.role {
        Role::Customer => Err(EngineError::Forbidden),
        Role::Marketer if names_customers => Err(EngineError::Forbidden),
        Role::Marketer | Role::Analyst | Role::Owner => Ok(()),
    }
}
