//! How people feel, over time, with quotes. The readings come with the posts; this counts and chooses. Pure.

mod answers;
mod aspects;
mod quotes;

use jiff::ToSpan as _;

use crate::domain::{Answer, Coverage, Facts, Intent, Need, PostFilter, Question, Role, TableName};

use super::post_scope::{self, period};
use super::{Engine, EngineError};

/// How far back the trend is drawn.
const TREND_DAYS: i64 = 26 * 7;

/// Counts feelings and quotes them.
#[derive(Debug, Default)]
pub struct SentimentEngine;

impl Engine for SentimentEngine {
    fn name(&self) -> &'static str {
        "sentiment"
    }

    fn intents(&self) -> &'static [Intent] {
        &[Intent::SentimentOverview, Intent::SentimentAspects, Intent::ReviewExamples]
    }

    fn needs(&self, question: &Question, coverage: &Coverage) -> Vec<Need> {
        vec![Need::Posts(filter(question, coverage))]
    }

    fn answer(&self, question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
        if question.role == Role::Customer {
            return Err(EngineError::Forbidden);
        }
        if facts.coverage.of(TableName::Posts).is_none() {
            return Err(EngineError::NoData(TableName::Posts));
        }
        let posts = facts.posts(&filter(question, &facts.coverage))?;
        let period = period(question, &facts.coverage);
        if !posts.posts.iter().any(|post| period.contains(post.posted_at.date())) {
            return Err(EngineError::NothingMatches(TableName::Posts));
        }
        match question.intent {
            Intent::ReviewExamples => quotes::examples(question, facts, posts, period),
            Intent::SentimentAspects => aspects::ranked(question, facts, posts, period),
            _ => answers::overview(question, facts, posts, period),
        }
    }
}

/// The posts of the period, of the one before it, and of the half year that the trend is drawn over.
fn filter(question: &Question, coverage: &Coverage) -> PostFilter {
    let period = period(question, coverage);
    let back = period.end().saturating_sub(TREND_DAYS.days());
    post_scope::filter(question, period, back.min(period.previous().start()))
}

#[cfg(test)]
mod tests;
