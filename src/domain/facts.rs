//! What was loaded for a question.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use super::{DateRange, Frame, MeasurePlan, Post, PostFilter, PostReading, Product, TableName};

/// What one table holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCoverage {
    /// The table.
    pub table: TableName,
    /// Its rows.
    pub rows: u64,
    /// Its first and last day, where it has days.
    pub days: Option<DateRange>,
    /// The uploads it came from, oldest first, in words that name the files.
    pub sources: Vec<String>,
}

/// What there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Changes with every import and undo: the key of what engines keep in memory.
    pub version: u64,
    /// Tables that have rows.
    pub tables: Vec<TableCoverage>,
}

impl Coverage {
    /// One table, where it has rows.
    #[must_use]
    pub fn of(&self, table: TableName) -> Option<&TableCoverage> {
        self.tables.iter().find(|coverage| coverage.table == table)
    }

    /// The last day of a table.
    #[must_use]
    pub fn last_day(&self, table: TableName) -> Option<Date> {
        self.of(table).and_then(|coverage| coverage.days).map(DateRange::last)
    }
}

/// Posts with what was made of them, in the order of `posts`, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Posts {
    /// The posts.
    pub posts: Vec<Post>,
    /// One reading for each.
    pub readings: Vec<PostReading>,
}

/// Who bought what: columns of equal length, oldest first, returns left out.
#[derive(Debug, Clone, Default)]
pub struct Purchases {
    /// Customers, by the index used in `customer`.
    pub customers: Vec<String>,
    /// Products' ids, by the index used in `product`.
    pub products: Vec<String>,
    /// Orders' ids, by the index used in `order`.
    pub orders: Vec<String>,
    /// Who; `u32::MAX` where it is not known.
    pub customer: Vec<u32>,
    /// What.
    pub product: Vec<u32>,
    /// In which order.
    pub order: Vec<u32>,
    /// How many.
    pub quantity: Vec<f32>,
    /// For how much in all.
    pub amount: Vec<f32>,
    /// When.
    pub at: Vec<DateTime>,
}

/// Something an engine asked for in `answer` but not in `needs`.
#[derive(Debug, thiserror::Error)]
#[error("{0} was not loaded; the engine's needs must name it")]
pub struct FactsError(pub String);

/// What was loaded for one question.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What there is.
    pub coverage: Coverage,
    /// All products.
    pub products: Arc<Vec<Product>>,
    /// Figures, one for each plan.
    pub frames: Vec<Frame>,
    /// Posts, one for each filter.
    pub posts: Vec<(PostFilter, Arc<Posts>)>,
    /// Who bought what.
    pub purchases: Option<Arc<Purchases>>,
}

impl Facts {
    /// The result of a plan.
    ///
    /// # Errors
    /// When the plan was not among the engine's needs.
    pub fn measure(&self, plan: &MeasurePlan) -> Result<&Frame, FactsError> {
        self.frames.iter().find(|frame| frame.plan == *plan).ok_or_else(|| FactsError(format!("{plan:?}")))
    }

    /// The posts that pass a filter.
    ///
    /// # Errors
    /// When the filter was not among the engine's needs.
    pub fn posts(&self, filter: &PostFilter) -> Result<&Arc<Posts>, FactsError> {
        self.posts
            .iter()
            .find(|(loaded, _)| loaded == filter)
            .map(|(_, posts)| posts)
            .ok_or_else(|| FactsError(format!("{filter:?}")))
    }

    /// Who bought what.
    ///
    /// # Errors
    /// When purchases were not among the engine's needs.
    pub fn purchases(&self) -> Result<&Arc<Purchases>, FactsError> {
        self.purchases.as_ref().ok_or_else(|| FactsError("the list of purchases".to_owned()))
    }
}
