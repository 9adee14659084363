//! Products for people, products like products, and what is bought together. Pure: no storage, no clock.

pub mod baskets;
pub mod ease;
pub mod interactions;
mod answers;
mod model;
mod public;
mod similar;

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::{Answer, Coverage, Dimension, Facts, Intent, Need, Phrase, Question, Role, SlotKind, TableName};

use super::{Engine, EngineError};
use model::Model;

/// Fewer customers with a known purchase than this teach no tastes.
const LEAST_CUSTOMERS: usize = 20;
/// How many products are shown where nobody says.
const SHOWN: usize = 5;

/// Recommends. What is learned from the purchases is kept until they change.
#[derive(Default)]
pub struct Recommend {
    learned: Mutex<Option<(u64, Arc<Model>)>>,
}

impl Recommend {
    /// An engine that has learned nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn model(&self, facts: &Facts) -> Result<Arc<Model>, EngineError> {
        let purchases = facts.purchases()?;
        if purchases.product.is_empty() {
            return Err(EngineError::NoData(TableName::Orders));
        }
        // A poisoned lock means that an earlier fit panicked; the kept model is still whole.
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, model)) = learned.as_ref()
            && *version == facts.coverage.version
        {
            return Ok(Arc::clone(model));
        }
        let model = Arc::new(Model::learn(purchases, &facts.products));
        *learned = Some((facts.coverage.version, Arc::clone(&model)));
        Ok(model)
    }
}

impl Engine for Recommend {
    fn name(&self) -> &'static str {
        "recommend"
    }

    fn intents(&self) -> &'static [Intent] {
        &[Intent::RecommendProducts, Intent::SimilarProducts, Intent::BoughtTogether]
    }

    fn needs(&self, _question: &Question, _coverage: &Coverage) -> Vec<Need> {
        vec![Need::Purchases]
    }

    fn answer(&self, question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
        let named = question.slots.names_of(Dimension::Customer);
        if question.role == Role::Customer && named.iter().any(|name| Some(name) != question.customer.as_ref()) {
            return Err(EngineError::Forbidden);
        }
        let model = self.model(facts)?;
        let mut answer = match question.intent {
            Intent::SimilarProducts => answers::similar_products(question, facts, &model),
            Intent::BoughtTogether => answers::bought_together(question, facts, &model),
            _ => match named.first() {
                Some(customer) => {
                    if model.customer.len() < LEAST_CUSTOMERS {
                        return Err(EngineError::TooShort {
                            what: Phrase::new("recommend.recommendations"),
                            needs: LEAST_CUSTOMERS,
                            found: model.customer.len(),
                        });
                    }
                    answers::for_customer(question, facts, &model, customer)
                }
                None => answers::for_everyone(question, facts, &model),
            },
        }?;
        if question.role == Role::Customer {
            public::for_the_customer(&mut answer);
        }
        Ok(answer)
    }
}

/// The product that a question is about.
fn product(question: &Question, model: &Model) -> Result<u32, EngineError> {
    match question.slots.names_of(Dimension::Product).first() {
        None => Err(EngineError::MissingSlot { intent: question.intent, slot: SlotKind::Product }),
        Some(name) => model.place_of(name).ok_or(EngineError::NothingMatches(TableName::Orders)),
    }
}

fn shown(question: &Question) -> usize {
    question.slots.top_n.map_or(SHOWN, |n| (n as usize).clamp(1, 100))
}

#[cfg(test)]
mod tests;
