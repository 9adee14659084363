//! The company's facts: typed tables in Parquet files, import, undo, and plans executed by DataFusion. Only this folder
//! knows DataFusion, Arrow and Parquet; nothing else sees a record batch.

mod error;
mod warehouse;
mod snapshot;
mod measure;
mod fact_table;
mod order_table;
mod other_tables;
mod codes;
mod purchases;
mod posts;
mod readings;
mod catalog;
mod log;
mod write;
mod sink;
mod rewrite;
mod people;
mod staging;
mod scan;
mod record;
mod records;
mod hash;
mod days;
pub mod import;
#[cfg(test)]
mod tests;

use crate::domain::PostReading;

pub use error::WarehouseError;
pub use log::{DEMO, FEEDBACK, Upload};
pub use measure::dimensions_of;
pub use people::{Forgotten, Person, PersonRows};
pub use warehouse::Warehouse;

/// Reads texts for the warehouse, which keeps the readings beside the posts so that each text is read once.
pub trait ReadTexts: Send + Sync {
    /// The name and version of what reads; readings of another version are made again.
    fn version(&self) -> String;

    /// One reading for each text. `progress` is told how many are done.
    ///
    /// # Errors
    /// When the texts cannot be read now; the message is for people.
    fn read(
        &self,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<PostReading>, Box<dyn std::error::Error + Send + Sync>>;
}
