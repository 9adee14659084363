//! The warehouse: opens the folder, keeps the current version, and loads what a question needs. Synchronous; DataFusion
//! runs on a small runtime of its own.

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use datafusion::prelude::SessionContext;
use jiff::Timestamp;
use jiff::civil::Weekday;
use tokio::runtime::Runtime;

use super::fact_table::FactTable;
use super::log::{self, Log, Upload};
use super::measure::{self, Base};
use super::record::Record;
use super::snapshot::Snapshot;
use super::{ReadTexts, WarehouseError, catalog, order_table, other_tables, posts, purchases, rewrite, scan};
use crate::domain::{
    AdResult, CampaignSend, Catalog, Coverage, Facts, Frame, MeasurePlan, Need, Order, Post, Posts, Product, Purchases,
    TableName,
};

/// When and how long the log was when it was last read: another process may change it.
type Stamp = Option<(SystemTime, u64)>;

/// The company's facts in a folder.
///
/// Its calls block; make them from ordinary threads, not from asynchronous code.
pub struct Warehouse {
    pub(super) dir: PathBuf,
    pub(super) reader: Option<Arc<dyn ReadTexts>>,
    week_start: Weekday,
    runtime: Option<Runtime>,
    scanning: SessionContext,
    measuring: SessionContext,
    current: Mutex<(Stamp, Arc<Snapshot>)>,
    /// One reads texts at a time, so that no text is read twice.
    pub(super) reading: Mutex<()>,
}

impl std::fmt::Debug for Warehouse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Warehouse").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Drop for Warehouse {
    fn drop(&mut self) {
        // A runtime that is dropped inside another one would panic.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Warehouse {
    /// Opens a folder, made where it is not there. `reader` makes the readings of posts; without one, only stored
    /// readings can be used.
    ///
    /// # Errors
    /// When the folder cannot be used, or its log is damaged or of a newer Herald.
    pub fn open(dir: &Path, reader: Option<Arc<dyn ReadTexts>>, week_start: Weekday) -> Result<Self, WarehouseError> {
        fs::create_dir_all(dir).map_err(WarehouseError::io(dir))?;
        let stamp = stamp(dir);
        let log = Log::read(dir)?;
        rewrite::sweep(dir, &log);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("facts")
            .enable_all()
            .build()
            .map_err(WarehouseError::io(dir))?;
        Ok(Self {
            dir: dir.to_owned(),
            reader,
            week_start,
            runtime: Some(runtime),
            scanning: scan::reading_session(),
            measuring: measure::measuring_session(),
            current: Mutex::new((stamp, Arc::new(Snapshot::new(log)))),
            reading: Mutex::new(()),
        })
    }

    /// What there is.
    ///
    /// # Errors
    /// When files cannot be read.
    pub fn coverage(&self) -> Result<Coverage, WarehouseError> {
        let snapshot = self.snapshot()?;
        Ok((*self.coverage_of(&snapshot)?).clone())
    }

    /// The company's own names.
    ///
    /// # Errors
    /// When files cannot be read.
    pub fn catalog(&self) -> Result<Arc<Catalog>, WarehouseError> {
        let snapshot = self.snapshot()?;
        snapshot.catalog.get(|| catalog::catalog(self, &snapshot))
    }

    /// Loads what a question needs.
    ///
    /// # Errors
    /// When a plan asks for a breakdown that its figure does not have, texts cannot be read, or files cannot.
    pub fn gather(&self, needs: &[Need]) -> Result<Facts, WarehouseError> {
        let snapshot = self.snapshot()?;
        match self.gather_from(&snapshot, needs) {
            // An upload may be taken back, and its file removed, between reading the log and reading the file.
            Err(error) => {
                let now = self.snapshot()?;
                if now.log.version == snapshot.log.version { Err(error) } else { self.gather_from(&now, needs) }
            }
            facts => facts,
        }
    }

    fn gather_from(&self, snapshot: &Snapshot, needs: &[Need]) -> Result<Facts, WarehouseError> {
        let mut facts = Facts {
            coverage: (*self.coverage_of(snapshot)?).clone(),
            products: self.products_of(snapshot)?,
            ..Facts::default()
        };
        for need in needs {
            match need {
                Need::Measure(plan) => {
                    if facts.measure(plan).is_err() {
                        facts.frames.push((*self.frame(snapshot, plan)?).clone());
                    }
                }
                Need::Posts(filter) => {
                    if facts.posts(filter).is_err() {
                        facts.posts.push((filter.clone(), posts::select(self, snapshot, filter)?));
                    }
                }
                Need::Purchases => facts.purchases = Some(self.purchases_of(snapshot)?),
            }
        }
        Ok(facts)
    }

    /// Makes the readings of posts that have none, and stores them; returns how many texts were read. `progress` is
    /// told how many of how many are done.
    ///
    /// # Errors
    /// When there is no reader, or it fails.
    pub fn read_posts(&self, progress: &mut dyn FnMut(usize, usize)) -> Result<usize, WarehouseError> {
        let snapshot = self.snapshot()?;
        posts::read_missing(self, &snapshot, progress)
    }

    /// Every upload, oldest first, those taken back too.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn uploads(&self) -> Result<Vec<Upload>, WarehouseError> {
        Ok(self.snapshot()?.log.uploads.clone())
    }

    /// Takes an upload back: the one with this id, or the latest. Rows that it had replaced count again.
    ///
    /// # Errors
    /// When there is no such upload, or the log cannot be written.
    pub fn undo(&self, id: Option<&str>) -> Result<Upload, WarehouseError> {
        let _lock = log::lock(&self.dir)?;
        let mut log = Log::read(&self.dir)?;
        let upload = log.undo(id, Timestamp::now())?;
        log.write(&self.dir)?;
        // The log no longer names the files; one that cannot be removed only takes up room.
        let _ = fs::remove_file(upload.file(&self.dir, upload.table));
        let _ = fs::remove_file(log::file_of(&self.dir, TableName::Products, &upload.id));
        let _ = fs::remove_file(self.rejected_file(&upload.id));
        Ok(upload)
    }

    /// Where the rows that an upload did not keep are listed, with line and reason.
    #[must_use]
    pub fn rejected_file(&self, upload: &str) -> PathBuf {
        self.dir.join("rejected").join(format!("{upload}.csv"))
    }

    /// Every row of a table that counts: for exports and tests.
    pub(super) fn rows<R: Record>(&self, snapshot: &Snapshot) -> Result<Vec<R>, WarehouseError> {
        self.block_on(scan::live_rows(&self.scanning, &snapshot.log.files(&self.dir, R::TABLE)))
    }

    /// Every order line.
    ///
    /// # Errors
    /// When files cannot be read.
    pub fn orders(&self) -> Result<Vec<Order>, WarehouseError> {
        let snapshot = self.snapshot()?;
        self.rows(&snapshot)
    }

    /// Runs DataFusion's work to its end.
    pub(super) fn block_on<T>(
        &self,
        work: impl Future<Output = Result<T, WarehouseError>>,
    ) -> Result<T, WarehouseError> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(work),
            None => Err(datafusion::error::DataFusionError::Execution("the warehouse is closed".to_owned()).into()),
        }
    }

    /// The session that reads files.
    pub(super) fn scanning(&self) -> &SessionContext {
        &self.scanning
    }

    /// The current version; another process may have changed it.
    pub(super) fn snapshot(&self) -> Result<Arc<Snapshot>, WarehouseError> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamp(&self.dir);
        if current.0 != now {
            let log = Log::read(&self.dir)?;
            if log.version != current.1.log.version || log.uploads.len() != current.1.log.uploads.len() {
                current.1 = Arc::new(Snapshot::new(log));
            }
            current.0 = now;
        }
        Ok(Arc::clone(&current.1))
    }

    fn coverage_of(&self, snapshot: &Snapshot) -> Result<Arc<Coverage>, WarehouseError> {
        snapshot.coverage.get(|| catalog::coverage(self, snapshot))
    }

    pub(super) fn products_of(&self, snapshot: &Snapshot) -> Result<Arc<Vec<Product>>, WarehouseError> {
        snapshot.products.get(|| self.rows(snapshot))
    }

    pub(super) fn posts_of(&self, snapshot: &Snapshot) -> Result<Arc<Vec<Post>>, WarehouseError> {
        snapshot.posts.get(|| {
            let mut posts: Vec<Post> = self.rows(snapshot)?;
            posts.sort_by(|one, other| (one.posted_at, &one.post_id).cmp(&(other.posted_at, &other.post_id)));
            Ok(posts)
        })
    }

    pub(super) fn ad_results_of(&self, snapshot: &Snapshot) -> Result<Arc<Vec<AdResult>>, WarehouseError> {
        snapshot.ad_results.get(|| self.rows(snapshot))
    }

    pub(super) fn sends_of(&self, snapshot: &Snapshot) -> Result<Arc<Vec<CampaignSend>>, WarehouseError> {
        snapshot.sends.get(|| self.rows(snapshot))
    }

    pub(super) fn orders_of(&self, snapshot: &Snapshot) -> Result<Arc<FactTable>, WarehouseError> {
        snapshot.order_table.get(|| {
            let files = snapshot.log.files(&self.dir, TableName::Orders);
            let batches = self.block_on(scan::live_batches(&self.scanning, &files, Some(order_table::COLUMNS)))?;
            order_table::build(&batches, &self.products_of(snapshot)?, self.week_start)
        })
    }

    fn purchases_of(&self, snapshot: &Snapshot) -> Result<Arc<Purchases>, WarehouseError> {
        snapshot.purchases.get(|| purchases::purchases(&*self.orders_of(snapshot)?))
    }

    fn table(&self, snapshot: &Snapshot, base: Base) -> Result<Arc<FactTable>, WarehouseError> {
        let week = self.week_start;
        match base {
            Base::Orders => self.orders_of(snapshot),
            Base::Ads => snapshot.ad_table.get(|| other_tables::ads(&self.ad_results_of(snapshot)?, week)),
            Base::Posts => snapshot
                .post_table
                .get(|| other_tables::posts(&self.posts_of(snapshot)?, None, &self.products_of(snapshot)?, week)),
            Base::ReadPosts => {
                let Posts { posts, readings } = &*posts::read(self, snapshot)?;
                snapshot
                    .read_post_table
                    .get(|| other_tables::posts(posts, Some(readings), &self.products_of(snapshot)?, week))
            }
            Base::Unsubscribes => {
                snapshot.unsubscribe_table.get(|| other_tables::unsubscribes(&self.sends_of(snapshot)?, week))
            }
        }
    }

    fn frame(&self, snapshot: &Snapshot, plan: &MeasurePlan) -> Result<Arc<Frame>, WarehouseError> {
        measure::check(plan)?;
        if let Some(frame) = snapshot.frame(plan) {
            return Ok(frame);
        }
        let table = self.table(snapshot, measure::base(plan.metric))?;
        let frame = Arc::new(self.block_on(measure::execute(&self.measuring, &table, plan))?);
        snapshot.keep_frame(Arc::clone(&frame));
        Ok(frame)
    }
}

fn stamp(dir: &Path) -> Stamp {
    let metadata = fs::metadata(dir.join("uploads.json")).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
