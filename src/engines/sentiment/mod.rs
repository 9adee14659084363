//! How people feel, over time, with quotes. The readings come with the posts; this counts and chooses. Pure.

mod answers;
mod quotes;

use jiff::ToSpan as _;

use crate::domain::{
    Answer, Coverage, DateRange, Dimension, Facts, Filter, Intent, Need, PostFilter, Question, Role, TableName,
};

use super::{Engine, EngineError};

/// The period where nobody says one.
const USUAL_DAYS: i64 = 28;
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
        &[Intent::SentimentOverview, Intent::ReviewExamples]
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
            _ => Ok(answers::overview(question, facts, posts, period)),
        }
    }
}

/// The period asked about: what was said, or the last four weeks there are.
fn period(question: &Question, coverage: &Coverage) -> DateRange {
    let last = coverage.last_day(TableName::Posts).unwrap_or(question.today);
    question.slots.date_range.as_ref().map_or_else(|| DateRange::last_days(last, USUAL_DAYS), |said| said.value)
}

/// The posts of the period, of the one before it, and of the half year that the trend is drawn over.
fn filter(question: &Question, coverage: &Coverage) -> PostFilter {
    let period = period(question, coverage);
    let back = period.end().saturating_sub(TREND_DAYS.days());
    let start = back.min(period.previous().start());
    let filters = [Dimension::Product, Dimension::Category, Dimension::Source]
        .into_iter()
        .filter(|dimension| !question.slots.names_of(*dimension).is_empty())
        .map(|dimension| Filter { dimension, values: question.slots.names_of(dimension).to_vec() })
        .collect();
    PostFilter { range: Some(DateRange::new(start, period.end()).unwrap_or(period)), filters }
}

#[cfg(test)]
mod tests;
