//! Brings rows of the domain into the warehouse, for the demo company and for tests: each call is one upload.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::log::{self, Log, Upload};
use super::record::Record;
use super::sink::{Sink, Written};
use super::{Warehouse, WarehouseError};
use crate::domain::{AdResult, CampaignSend, DateRange, Interaction, Order, Post, Product};

impl Warehouse {
    /// Adds products; the same rows again add nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_products(&self, rows: &[Product], source: &str) -> Result<Upload, WarehouseError> {
        self.write(rows, source)
    }

    /// Adds order lines; the same rows again add nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_orders(&self, rows: &[Order], source: &str) -> Result<Upload, WarehouseError> {
        self.write(rows, source)
    }

    /// Adds posts; the same rows again add nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_posts(&self, rows: &[Post], source: &str) -> Result<Upload, WarehouseError> {
        self.write(rows, source)
    }

    /// Adds ad results; the same rows again add nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_ad_results(&self, rows: &[AdResult], source: &str) -> Result<Upload, WarehouseError> {
        self.write(rows, source)
    }

    /// Adds interactions; the same rows again add nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_interactions(&self, rows: &[Interaction], source: &str) -> Result<Upload, WarehouseError> {
        self.write(rows, source)
    }

    /// Adds mailings; the same rows again add nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write_campaign_sends(&self, rows: &[CampaignSend], source: &str) -> Result<Upload, WarehouseError> {
        self.write(rows, source)
    }

    /// Of rows with the same key, where a table has keys, the first is kept.
    fn write<R: Record + Clone>(&self, rows: &[R], source: &str) -> Result<Upload, WarehouseError> {
        let _lock = log::lock(&self.dir)?;
        let mut log = Log::read(&self.dir)?;
        let mut digest = Sha256::new();
        rows.iter().for_each(|row| digest.update(row.fingerprint().to_le_bytes()));
        let sha256 = hex(&digest.finalize());
        if let Some(same) = log.same(R::TABLE, &sha256) {
            return Ok(same.clone());
        }
        let id = log.take_id();
        let mut sink = Sink::create(&log::file_of(&self.dir, R::TABLE, &id))?;
        for row in rows {
            if R::REPEATS || sink.repeats(row, row.fingerprint()).is_none() {
                sink.push(row.clone())?;
            }
        }
        let written = sink.finish()?;
        let upload = Upload {
            id,
            table: R::TABLE,
            source: source.to_owned(),
            rows: written.rows,
            at: Timestamp::now(),
            sha256,
            mapping: BTreeMap::new(),
            days: range(written),
            derived_products: 0,
            rejected: 0,
            set_aside: 0,
            undone_at: None,
            revision: 0,
        };
        log.add(upload.clone());
        log.write(&self.dir)?;
        Ok(upload)
    }
}

/// The days of what was written.
pub(super) fn range(written: Written) -> Option<DateRange> {
    let (first, last) = written.days?;
    let end = DateRange::day(last).end();
    DateRange::new(first, end).ok()
}

/// Bytes as people write a hash.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
