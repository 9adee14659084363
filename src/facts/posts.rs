//! Posts with their readings: makes those that are missing, and selects what a question asks for.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use super::readings::{self, text_hash};
use super::snapshot::Snapshot;
use super::{Warehouse, WarehouseError};
use crate::domain::{Dimension, Filter, Post, PostFilter, Posts, Product};

/// All posts with their readings; those that are missing are made.
pub(super) fn read(warehouse: &Warehouse, snapshot: &Snapshot) -> Result<Arc<Posts>, WarehouseError> {
    snapshot.read_posts.get(|| Ok(complete(warehouse, snapshot, &mut |_, _| {})?.1))
}

/// Makes the readings that are missing; returns how many.
pub(super) fn read_missing(
    warehouse: &Warehouse,
    snapshot: &Snapshot,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<usize, WarehouseError> {
    let (made, posts) = complete(warehouse, snapshot, progress)?;
    snapshot.read_posts.get(|| Ok(posts))?;
    Ok(made)
}

fn complete(
    warehouse: &Warehouse,
    snapshot: &Snapshot,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(usize, Posts), WarehouseError> {
    let posts = warehouse.posts_of(snapshot)?;
    let _one_at_a_time = warehouse.reading.lock().unwrap_or_else(PoisonError::into_inner);
    let hashes: Vec<u64> = posts.iter().map(|post| text_hash(&post.text)).collect();
    let version = warehouse.reader.as_ref().map(|reader| reader.version());
    let wanted: HashSet<u64> = hashes.iter().copied().collect();
    let mut known = readings::stored(&warehouse.dir, version.as_deref(), &wanted)?;
    let mut made = 0;
    let unread = wanted.iter().filter(|hash| !known.contains_key(hash)).count();
    if unread > 0 {
        let reader = warehouse.reader.as_deref().ok_or(WarehouseError::NoReader { unread })?;
        made = readings::read_missing(&warehouse.dir, reader, &posts, &mut known, progress)?;
    }
    let readings: Vec<_> = hashes.iter().filter_map(|hash| known.get(hash).cloned()).collect();
    if readings.len() != posts.len() {
        return Err(WarehouseError::WrongReadings { wanted: posts.len(), found: readings.len() });
    }
    Ok((made, Posts { posts: (*posts).clone(), readings }))
}

/// The posts that pass a filter, oldest first.
pub(super) fn select(
    warehouse: &Warehouse,
    snapshot: &Snapshot,
    filter: &PostFilter,
) -> Result<Arc<Posts>, WarehouseError> {
    let fitting = [Dimension::Product, Dimension::Category, Dimension::Source];
    if let Some(odd) = filter.filters.iter().find(|filter| !fitting.contains(&filter.dimension)) {
        return Err(WarehouseError::NoSuchPostFilter(odd.dimension));
    }
    if let Some(posts) = snapshot.selection(filter) {
        return Ok(posts);
    }
    let all = read(warehouse, snapshot)?;
    if *filter == PostFilter::default() {
        return Ok(all);
    }
    let products = warehouse.products_of(snapshot)?;
    let known: HashMap<&str, &Product> =
        products.iter().map(|product| (product.product_id.as_str(), product)).collect();
    let mut selected = Posts::default();
    for (post, reading) in all.posts.iter().zip(&all.readings) {
        let in_range = filter.range.is_none_or(|range| range.contains(post.posted_at.date()));
        if in_range && filter.filters.iter().all(|filter| passes(filter, post, &known)) {
            selected.posts.push(post.clone());
            selected.readings.push(reading.clone());
        }
    }
    let selected = Arc::new(selected);
    snapshot.keep_selection(filter, &selected);
    Ok(selected)
}

/// Names match whatever their case, and a product by its id too, as they do in measures.
fn passes(filter: &Filter, post: &Post, known: &HashMap<&str, &Product>) -> bool {
    let id = post.product_id.as_deref();
    let product = id.and_then(|id| known.get(id));
    let (name, other) = match filter.dimension {
        Dimension::Product => (product.map(|product| product.name.as_str()).or(id), id),
        Dimension::Category => (product.and_then(|product| product.category.as_deref()), None),
        Dimension::Source => (Some(post.source.as_str()), None),
        Dimension::Channel
        | Dimension::Region
        | Dimension::Customer
        | Dimension::Campaign
        | Dimension::Placement
        | Dimension::Variant
        | Dimension::Device
        | Dimension::Audience
        | Dimension::Day
        | Dimension::Week
        | Dimension::Month
        | Dimension::Weekday => (None, None),
    };
    filter.values.iter().any(|value| {
        let same = |found: &str| found == value || found.to_lowercase() == value.to_lowercase();
        name.map_or(value == "(none)", same) || other.is_some_and(same)
    })
}
