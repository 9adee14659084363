//! What people talk about, and what is rising. Pure: no storage, no clock.

mod answers;
mod error;
mod model;
mod edit;
mod reduce;
mod wording;
pub mod trends;
mod words;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::ToSpan as _;

use crate::domain::{Answer, Coverage, Facts, Intent, Need, Phrase, PostFilter, Posts, Question, Role, TableName};

use super::post_scope::{self, period};
use super::{Engine, EngineError};

pub use edit::TopicEdit;
pub use error::TopicsError;
pub use model::{LEAST_TEXTS, Topic, TopicParams, Topics, words_baseline};

/// How far back topics are learned from, so that "new" has something to be new against.
const MEMORY_DAYS: i64 = 182;
/// How many fits are kept.
const KEPT: usize = 4;

/// Finds topics. Fits are kept until the posts change.
#[derive(Default)]
pub struct TopicEngine {
    fits: Mutex<Vec<(u64, PostFilter, Arc<Topics>)>>,
}

impl TopicEngine {
    /// An engine that has read nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn topics(&self, version: u64, filter: &PostFilter, posts: &Posts) -> Result<Arc<Topics>, EngineError> {
        // A poisoned lock means that an earlier fit panicked; the kept fits are still whole.
        let mut fits = self.fits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, topics)) = fits.iter().find(|(at, of, _)| *at == version && of == filter) {
            return Ok(Arc::clone(topics));
        }
        let texts: Vec<&str> = posts.posts.iter().map(|post| post.text.as_str()).collect();
        let vectors: Vec<&[f32]> = posts.readings.iter().map(|reading| reading.vector.as_slice()).collect();
        let topics = Arc::new(match Topics::fit(&vectors, &texts, TopicParams::default()) {
            Ok(topics) => topics,
            Err(TopicsError::TooFew { needs, found }) => {
                return Err(EngineError::TooShort { what: Phrase::new("topics.topics"), needs, found });
            }
            Err(error) => return Err(EngineError::Failed { what: "the search for topics", source: Box::new(error) }),
        });
        fits.retain(|(at, _, _)| *at == version);
        if fits.len() == KEPT {
            fits.remove(0);
        }
        fits.push((version, filter.clone(), Arc::clone(&topics)));
        Ok(topics)
    }
}

impl Engine for TopicEngine {
    fn name(&self) -> &'static str {
        "topics"
    }

    fn intents(&self) -> &'static [Intent] {
        &[Intent::TopicOverview, Intent::TopicTrends]
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
        let filter = filter(question, &facts.coverage);
        let posts = facts.posts(&filter)?;
        let period = period(question, &facts.coverage);
        if !posts.posts.iter().any(|post| period.contains(post.posted_at.date())) {
            return Err(EngineError::NothingMatches(TableName::Posts));
        }
        let topics = self.topics(facts.coverage.version, &filter, posts)?;
        match question.intent {
            Intent::TopicTrends => answers::rising(question, facts, posts, &topics, period),
            _ => answers::overview(question, facts, posts, &topics, period),
        }
    }
}

/// The posts that topics are learned from: the period and half a year before it.
fn filter(question: &Question, coverage: &Coverage) -> PostFilter {
    let period = period(question, coverage);
    post_scope::filter(question, period, period.start().saturating_sub(MEMORY_DAYS.days()))
}

#[cfg(test)]
mod tests;
