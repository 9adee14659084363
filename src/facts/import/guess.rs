//! Which table a file is and which column each field is taken from: by the names of the columns, checked by their cells.

use serde::{Deserialize, Serialize};

use super::fields::{self, Field, Kind};
use super::inspect::{ColumnStats, Personal};
use crate::domain::{Confidence, TableName};

/// A column, and what it is taken for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnGuess {
    /// Its name in the file.
    pub column: String,
    /// The field of the table, where it is one.
    pub field: Option<String>,
    /// How sure that is.
    pub confidence: Confidence,
    /// Some of its cells.
    pub examples: Vec<String>,
    /// What about a person it seems to hold.
    pub personal: Option<Personal>,
}

/// A name without what people write differently.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How well a column's name fits a field, from 0 to 1.
fn name_fit(header: &str, field: &Field) -> f64 {
    let name = plain(header);
    if name == plain(field.name) {
        return 1.0;
    }
    if let Some(rank) = field.synonyms().position(|synonym| synonym == name) {
        return 0.97 - 0.015 * rank.min(15) as f64;
    }
    // "order_date_utc": a part of the name is what people call it.
    let held = field.synonyms().filter(|synonym| synonym.chars().count() >= 4 && name.contains(*synonym));
    let longest = held.map(|synonym| synonym.chars().count()).max().unwrap_or(0);
    if longest == 0 { 0.0 } else { 0.4 + 0.3 * longest as f64 / name.chars().count().max(1) as f64 }
}

/// How well a column's cells fit a field, from 0 to 1.
fn cell_fit(column: &ColumnStats, kind: Kind) -> f64 {
    if column.filled == 0 {
        return 0.3;
    }
    let dates = column.share(column.dates).max(if column.share(column.serials) > 0.95 { 0.8 } else { 0.0 });
    let numbers = column.share(column.numbers);
    match kind {
        Kind::Moment => dates,
        Kind::Number => numbers,
        Kind::Id => 1.0 - 0.7 * column.share(column.dates) * f64::from(u8::from(numbers < 0.5)),
        Kind::Name => 0.6 + 0.4 * column.share(column.letters),
        Kind::Class => {
            // A class comes again and again; a few rows cannot show whether it does.
            let repeats = if column.filled > 50 && column.distinct_share() > 0.8 { 0.5 } else { 1.0 };
            repeats * (0.6 + 0.4 * column.share(column.letters))
        }
        Kind::Text => {
            let mean = column.length as f64 / column.filled as f64;
            column.share(column.letters) * if mean >= 15.0 { 1.0 } else { 0.6 }
        }
    }
}

/// How well a column fits a field.
fn fit(column: &ColumnStats, field: &Field) -> f64 {
    let (name, cells) = (name_fit(&column.header, field), cell_fit(column, field.kind));
    if name > 0.0 {
        // Cells of another kind speak against any name.
        return if cells < 0.5 { 0.0 } else { name * cells };
    }
    // Without a telling name only what cells show by themselves counts, and only where the table needs it.
    let mean = column.length as f64 / column.filled.max(1) as f64;
    match field.kind {
        Kind::Moment if field.required && column.share(column.dates) > 0.95 => 0.45,
        Kind::Text if field.required && mean >= 40.0 && column.share(column.letters) > 0.95 => 0.4,
        _ => 0.0,
    }
}

/// For each column the field it is taken for, and how sure that is.
fn assign(columns: &[ColumnStats], table: TableName) -> Vec<Option<(&'static Field, f64)>> {
    let mut fits: Vec<(f64, usize, &'static Field)> = columns
        .iter()
        .enumerate()
        .flat_map(|(at, column)| fields::of(table).iter().map(move |field| (fit(column, field), at, field)))
        .filter(|(fit, _, _)| *fit >= 0.35)
        .collect();
    fits.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut taken: Vec<Option<(&'static Field, f64)>> = vec![None; columns.len()];
    for (fit, at, field) in fits {
        let is_free = taken[at].is_none() && !taken.iter().flatten().any(|(known, _)| known.name == field.name);
        if is_free {
            taken[at] = Some((field, fit));
        }
    }
    taken
}

/// The fields that a table cannot do without and that nothing is mapped to.
pub(super) fn missing(table: TableName, mapped: &dyn Fn(&str) -> bool) -> Vec<&'static str> {
    let mut missing: Vec<&'static str> = fields::of(table)
        .iter()
        .filter(|field| field.required && !mapped(field.name))
        .map(|field| field.name)
        .collect();
    // What a product is called can stand for its id, and the other way round.
    match table {
        TableName::Orders => {
            missing.retain(|field| *field != "product_id" || !mapped("product_name"));
            if !mapped("unit_price") && !mapped("line_total") {
                missing.push("unit_price");
            }
        }
        TableName::Products => {
            missing.retain(|field| {
                !(*field == "product_id" && mapped("name") || *field == "name" && mapped("product_id"))
            });
        }
        TableName::Posts | TableName::AdResults | TableName::Interactions | TableName::CampaignSends => {}
    }
    missing
}

/// Whether what is mapped tells a table. Where somebody names it, an id alone makes a product; but many files that are
/// no list of products have such a column.
pub(super) fn tells(table: TableName, mapped: &dyn Fn(&str) -> bool) -> bool {
    table != TableName::Products || mapped("name")
}

/// How sure the columns that a table cannot do without are, on average.
pub(super) fn surety(columns: &[ColumnGuess], table: TableName) -> f64 {
    let required = fields::of(table).iter().filter(|field| field.required);
    let found: Vec<f64> = required
        .filter_map(|field| columns.iter().find(|guess| guess.field.as_deref() == Some(field.name)))
        .map(|guess| guess.confidence.value())
        .collect();
    if found.is_empty() { 0.0 } else { found.iter().sum::<f64>() / found.len() as f64 }
}

/// The tables with how well the file fits each, best first.
pub(super) fn tables(columns: &[ColumnStats]) -> Vec<(TableName, f64)> {
    let mut scores: Vec<(TableName, f64)> = TableName::ALL
        .iter()
        .map(|table| {
            let taken = assign(columns, *table);
            let mapped = |name: &str| taken.iter().flatten().any(|(field, _)| field.name == name);
            let missing = missing(*table, &mapped).len() + usize::from(!tells(*table, &mapped));
            let sum: f64 =
                taken.iter().flatten().map(|(field, fit)| if field.required { 2.0 * fit } else { *fit }).sum();
            // Columns that the table has no use for speak a little against it.
            let unused = taken.iter().filter(|taken| taken.is_none()).count();
            let score = sum / (1.0 + 0.1 * unused as f64) * 0.25_f64.powi(i32::try_from(missing).unwrap_or(9));
            (*table, score)
        })
        .collect();
    scores.sort_by(|one, other| other.1.total_cmp(&one.1));
    scores
}

/// What each column is taken for.
pub(super) fn columns(columns: &[ColumnStats], table: TableName) -> Vec<ColumnGuess> {
    assign(columns, table)
        .into_iter()
        .zip(columns)
        .map(|(taken, column)| ColumnGuess {
            column: column.header.clone(),
            field: taken.map(|(field, _)| field.name.to_owned()),
            confidence: Confidence::clamped(taken.map_or(0.0, |(_, fit)| fit)),
            examples: column.examples.clone(),
            personal: personal(column),
        })
        .collect()
}

/// What about a person a column seems to hold.
fn personal(column: &ColumnStats) -> Option<Personal> {
    let name = plain(&column.header);
    let named = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if column.share(column.emails) > 0.5 || named(&["email", "邮箱"]) {
        return Some(Personal::Email);
    }
    if column.share(column.phones) > 0.5 || named(&["phone", "mobile", "telephone", "电话", "手机"]) {
        return Some(Personal::Phone);
    }
    let people = [
        "customername",
        "firstname",
        "lastname",
        "surname",
        "fullname",
        "contactname",
        "billingname",
        "shippingname",
        "姓名",
    ];
    let of_people = ["customer", "buyer", "author", "reviewer", "contact", "person", "client", "user"];
    if named(&people) || (named(&of_people) && column.share(column.full_names) > 0.6) {
        return Some(Personal::PersonName);
    }
    (named(&["street", "address", "postcode", "postalcode", "zipcode", "地址"]) && !named(&["ipaddress"]))
        .then_some(Personal::Address)
}
