//! One version of the warehouse, with what was loaded of it so far. A question sees one version from start to end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::WarehouseError;
use super::fact_table::FactTable;
use super::log::Log;
use crate::domain::{
    AdResult, CampaignSend, Catalog, Coverage, Frame, MeasurePlan, Post, PostFilter, Posts, Product, Purchases,
};

/// Frames kept in memory end here: all are dropped and made again as they are asked for.
const MOST_ROWS_OF_FRAMES: usize = 300_000;
/// Filtered posts hold copies, vectors and all.
const MOST_SELECTIONS: usize = 4;

/// Something that is loaded when it is first asked for.
pub(super) struct Slot<T>(Mutex<Option<Arc<T>>>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

/// What a mutex guards here is replaced whole, so that a panic elsewhere cannot leave it half done.
fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Slot<T> {
    /// The thing, loaded now if it was not before. Others who ask for it meanwhile wait.
    pub(super) fn get(&self, load: impl FnOnce() -> Result<T, WarehouseError>) -> Result<Arc<T>, WarehouseError> {
        let mut slot = open(&self.0);
        if let Some(loaded) = &*slot {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(load()?);
        *slot = Some(Arc::clone(&loaded));
        Ok(loaded)
    }
}

/// One version of the warehouse.
pub(super) struct Snapshot {
    pub(super) log: Log,
    pub(super) coverage: Slot<Coverage>,
    pub(super) catalog: Slot<Catalog>,
    pub(super) products: Slot<Vec<Product>>,
    pub(super) posts: Slot<Vec<Post>>,
    pub(super) ad_results: Slot<Vec<AdResult>>,
    pub(super) sends: Slot<Vec<CampaignSend>>,
    pub(super) order_table: Slot<FactTable>,
    pub(super) ad_table: Slot<FactTable>,
    pub(super) post_table: Slot<FactTable>,
    pub(super) read_post_table: Slot<FactTable>,
    pub(super) unsubscribe_table: Slot<FactTable>,
    pub(super) read_posts: Slot<Posts>,
    pub(super) purchases: Slot<Purchases>,
    frames: Mutex<HashMap<MeasurePlan, Arc<Frame>>>,
    selections: Mutex<Vec<(PostFilter, Arc<Posts>)>>,
}

impl Snapshot {
    /// Nothing is loaded yet.
    pub(super) fn new(log: Log) -> Self {
        Self {
            log,
            coverage: Slot::default(),
            catalog: Slot::default(),
            products: Slot::default(),
            posts: Slot::default(),
            ad_results: Slot::default(),
            sends: Slot::default(),
            order_table: Slot::default(),
            ad_table: Slot::default(),
            post_table: Slot::default(),
            read_post_table: Slot::default(),
            unsubscribe_table: Slot::default(),
            read_posts: Slot::default(),
            purchases: Slot::default(),
            frames: Mutex::default(),
            selections: Mutex::default(),
        }
    }

    /// A frame that was made before.
    pub(super) fn frame(&self, plan: &MeasurePlan) -> Option<Arc<Frame>> {
        open(&self.frames).get(plan).cloned()
    }

    /// Keeps a frame.
    pub(super) fn keep_frame(&self, frame: Arc<Frame>) {
        let mut frames = open(&self.frames);
        let rows: usize = frames.values().map(|frame| frame.rows.len() + 1).sum();
        if rows + frame.rows.len() > MOST_ROWS_OF_FRAMES {
            frames.clear();
        }
        frames.insert(frame.plan.clone(), frame);
    }

    /// Posts that were selected before.
    pub(super) fn selection(&self, filter: &PostFilter) -> Option<Arc<Posts>> {
        open(&self.selections).iter().find(|(kept, _)| kept == filter).map(|(_, posts)| Arc::clone(posts))
    }

    /// Keeps selected posts.
    pub(super) fn keep_selection(&self, filter: &PostFilter, posts: &Arc<Posts>) {
        let mut selections = open(&self.selections);
        if selections.len() >= MOST_SELECTIONS {
            selections.remove(0);
        }
        selections.push((filter.clone(), Arc::clone(posts)));
    }
}
