//! Ad results, posts and mailings in memory, ready to be measured.

use std::collections::HashMap;

use jiff::civil::{Date, Weekday};

use super::WarehouseError;
use super::codes::{Codes, NONE};
use super::days::day_number;
use super::fact_table::{Builder, FactTable};
use crate::domain::{AdResult, CampaignSend, Dimension, Post, PostReading, Product};

/// A column of names.
fn dimension<'a, R>(table: &mut Builder, rows: &'a [R], dimension: Dimension, name: impl Fn(&'a R) -> Option<&'a str>) {
    let mut codes = Codes::default();
    let numbers: Vec<u32> = rows.iter().map(|row| codes.optional(name(row))).collect();
    table.dimension(dimension, codes, numbers.into_iter());
}

/// A column of days, and how many of something there was on each row: one.
fn days(table: &mut Builder, days: impl Iterator<Item = Date>, week_start: Weekday) {
    let days: Vec<i32> = days.map(day_number).collect();
    table.days(&days, week_start);
}

/// Ad results.
pub(super) fn ads(rows: &[AdResult], week_start: Weekday) -> Result<FactTable, WarehouseError> {
    let mut table = Builder::default();
    days(&mut table, rows.iter().map(|row| row.date), week_start);
    dimension(&mut table, rows, Dimension::Channel, |row| Some(&row.channel));
    dimension(&mut table, rows, Dimension::Campaign, |row| row.campaign.as_deref());
    dimension(&mut table, rows, Dimension::Placement, |row| row.placement.as_deref());
    dimension(&mut table, rows, Dimension::Variant, |row| row.variant.as_deref());
    dimension(&mut table, rows, Dimension::Device, |row| row.device.as_deref());
    dimension(&mut table, rows, Dimension::Audience, |row| row.audience.as_deref());
    table.amounts("spend", rows.iter().map(|row| Some(row.spend)));
    table.amounts("impressions", rows.iter().map(|row| Some(row.impressions)));
    table.amounts("clicks", rows.iter().map(|row| Some(row.clicks)));
    table.amounts("conversions", rows.iter().map(|row| Some(row.conversions)));
    table.amounts("revenue", rows.iter().map(|row| Some(row.revenue)));
    table.build(Codes::default(), Codes::default())
}

/// Posts; with their readings where a figure needs them.
pub(super) fn posts(
    rows: &[Post],
    readings: Option<&[PostReading]>,
    products: &[Product],
    week_start: Weekday,
) -> Result<FactTable, WarehouseError> {
    let known: HashMap<&str, &Product> =
        products.iter().map(|product| (product.product_id.as_str(), product)).collect();
    let mut table = Builder::default();
    days(&mut table, rows.iter().map(|row| row.posted_at.date()), week_start);
    dimension(&mut table, rows, Dimension::Source, |row| Some(&row.source));
    let (mut ids, mut names, mut categories) = (Codes::default(), Codes::default(), Codes::default());
    let (mut id_numbers, mut name_numbers, mut category_numbers) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let product = row.product_id.as_deref().and_then(|id| known.get(id));
        id_numbers.push(ids.optional(row.product_id.as_deref()));
        name_numbers.push(match (product, row.product_id.as_deref()) {
            (Some(product), _) => names.number(&product.name),
            (None, Some(id)) => names.number(id),
            (None, None) => NONE,
        });
        category_numbers.push(categories.optional(product.and_then(|product| product.category.as_deref())));
    }
    table.numbers("product_id", id_numbers.into_iter());
    table.dimension(Dimension::Product, names, name_numbers.into_iter());
    table.dimension(Dimension::Category, categories, category_numbers.into_iter());
    table.amounts("rating", rows.iter().map(|row| row.rating));
    let polarity = |at: usize| readings.and_then(|readings| readings.get(at)).map(PostReading::polarity);
    table.amounts("polarity", (0..rows.len()).map(polarity));
    table.build(ids, Codes::default())
}

/// Mailings that their customer left, on the day they left.
pub(super) fn unsubscribes(rows: &[CampaignSend], week_start: Weekday) -> Result<FactTable, WarehouseError> {
    let left: Vec<&CampaignSend> = rows.iter().filter(|row| row.unsubscribed_at.is_some()).collect();
    let mut table = Builder::default();
    days(&mut table, left.iter().filter_map(|row| row.unsubscribed_at).map(|at| at.date()), week_start);
    dimension(&mut table, &left, Dimension::Campaign, |row| Some(&row.campaign));
    dimension(&mut table, &left, Dimension::Channel, |row| Some(&row.channel));
    dimension(&mut table, &left, Dimension::Customer, |row| Some(&row.customer_id));
    table.build(Codes::default(), Codes::default())
}
