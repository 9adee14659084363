//! What there is, and the company's own names.

use std::collections::{BTreeMap, BTreeSet};

use super::fact_table::FactTable;
use super::snapshot::Snapshot;
use super::{Warehouse, WarehouseError, scan};
use crate::domain::{Catalog, Coverage, DateRange, Dimension, TableCoverage, TableName};

/// Beyond so many customers, only the first are names.
const MOST_CUSTOMERS: usize = 200_000;

/// What there is.
pub(super) fn coverage(warehouse: &Warehouse, snapshot: &Snapshot) -> Result<Coverage, WarehouseError> {
    let mut tables = Vec::new();
    for table in TableName::ALL.iter().copied() {
        let uploads: Vec<_> = snapshot.log.of(table).collect();
        let rows = match uploads.as_slice() {
            [] => continue,
            [only] if only.table == table => only.rows,
            // Rows of one upload may replace those of another, so that only the keys tell how many count.
            _ => {
                let files = snapshot.log.files(&warehouse.dir, table);
                let keys = warehouse.block_on(scan::live_keys(warehouse.scanning(), &files))?;
                u64::try_from(keys.len()).unwrap_or(u64::MAX)
            }
        };
        if rows == 0 {
            continue;
        }
        let own = uploads.iter().filter(|upload| upload.table == table).filter_map(|upload| upload.days);
        let days = own.reduce(|one, other| {
            DateRange::new(one.start().min(other.start()), one.end().max(other.end())).unwrap_or(one)
        });
        let sources = uploads
            .iter()
            .map(|upload| {
                if upload.table == table {
                    format!("{} ({} rows)", upload.source, upload.rows)
                } else {
                    format!("{} ({} products named in its orders)", upload.source, upload.derived_products)
                }
            })
            .collect();
        tables.push(TableCoverage { table, rows, days, sources });
    }
    Ok(Coverage { version: snapshot.log.version, tables })
}

/// The company's own names.
pub(super) fn catalog(warehouse: &Warehouse, snapshot: &Snapshot) -> Result<Catalog, WarehouseError> {
    let mut names: BTreeMap<Dimension, BTreeSet<String>> = BTreeMap::new();
    let mut add = |dimension: Dimension, name: Option<&str>| {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            let known = names.entry(dimension).or_default();
            if !known.contains(name) && (dimension != Dimension::Customer || known.len() < MOST_CUSTOMERS) {
                known.insert(name.to_owned());
            }
        }
    };
    let mut aliases = Vec::new();
    for product in warehouse.products_of(snapshot)?.iter() {
        add(Dimension::Product, Some(&product.name));
        add(Dimension::Category, product.category.as_deref());
        if product.product_id != product.name {
            aliases.push((Dimension::Product, product.product_id.clone(), product.name.clone()));
        }
    }
    let has = |table| snapshot.log.of(table).next().is_some();
    if has(TableName::Orders) {
        let orders: &FactTable = &*warehouse.orders_of(snapshot)?;
        for (dimension, codes) in &orders.codes {
            if *dimension != Dimension::Weekday {
                codes.names().iter().for_each(|name| add(*dimension, Some(name)));
            }
        }
    }
    if has(TableName::AdResults) {
        for row in warehouse.ad_results_of(snapshot)?.iter() {
            add(Dimension::Channel, Some(&row.channel));
            add(Dimension::Campaign, row.campaign.as_deref());
            add(Dimension::Placement, row.placement.as_deref());
            add(Dimension::Variant, row.variant.as_deref());
            add(Dimension::Device, row.device.as_deref());
            add(Dimension::Audience, row.audience.as_deref());
        }
    }
    if has(TableName::Posts) {
        warehouse.posts_of(snapshot)?.iter().for_each(|post| add(Dimension::Source, Some(&post.source)));
    }
    if has(TableName::CampaignSends) {
        for row in warehouse.sends_of(snapshot)?.iter() {
            add(Dimension::Campaign, Some(&row.campaign));
            add(Dimension::Customer, Some(&row.customer_id));
        }
    }
    let names = names.into_iter().map(|(dimension, names)| (dimension, names.into_iter().collect())).collect();
    Ok(Catalog { version: snapshot.log.version, names, aliases })
}
