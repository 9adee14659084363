//! The engines: each answers some intents from loaded facts. No input or output and no clock.
//!
//! Adding one touches its folder, one line in [`all`], its intents, its phrases.

mod error;
mod post_scope;
pub mod metrics;
pub mod sentiment;
pub mod topics;
pub mod forecast;
pub mod recommend;

use crate::domain::{Answer, Facts, Intent, Need, Question};

pub use error::EngineError;

/// Answers some of the intents.
pub trait Engine: Send + Sync {
    /// The engine's name, as in its folder and its phrases.
    fn name(&self) -> &'static str;

    /// What it answers. No two engines share an intent.
    fn intents(&self) -> &'static [Intent];

    /// What must be loaded before `answer`. `coverage` says which tables there are and up to which day.
    fn needs(&self, question: &Question, coverage: &crate::domain::Coverage) -> Vec<Need>;

    /// Answers from what was loaded.
    ///
    /// # Errors
    /// When the question cannot be answered from these facts; each variant says what a person can do about it.
    fn answer(&self, question: &Question, facts: &Facts) -> Result<Answer, EngineError>;
}

/// Every engine.
#[must_use]
pub fn all() -> Vec<Box<dyn Engine>> {
    vec![
        Box::new(metrics::Metrics::new()),
        Box::new(sentiment::SentimentEngine),
        Box::new(topics::TopicEngine::new()),
        Box::new(forecast::Forecasting::default()),
        Box::new(recommend::Recommend::new()),
    ]
}
