//! What the warehouse must do, on small companies made here.

mod tables;
mod plans;
mod uploads;
mod files;
mod accounts;
mod reading;
mod people;

use std::path::{Path, PathBuf};

use jiff::civil::{Weekday, date};
use tempfile::TempDir;

use super::Warehouse;
use crate::domain::{Order, Product};

/// An empty warehouse.
fn empty() -> (TempDir, Warehouse) {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = Warehouse::open(&dir.path().join("facts"), None, Weekday::Monday).unwrap();
    (dir, warehouse)
}

/// A file with this content.
fn file(dir: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn product(id: &str, name: &str, category: Option<&str>, cost: Option<f64>) -> Product {
    Product {
        product_id: id.to_owned(),
        name: name.to_owned(),
        category: category.map(str::to_owned),
        price: Some(10.0),
        cost,
        description: None,
    }
}

/// A line of an order on a day of January 2025.
fn order(id: &str, line: u32, customer: Option<&str>, product: &str, quantity: f64, day: i8) -> Order {
    Order {
        order_id: id.to_owned(),
        line,
        customer_id: customer.map(str::to_owned),
        product_id: product.to_owned(),
        quantity,
        unit_price: 2.5,
        ordered_at: date(2025, 1, day).at(12, 30, 0, 0),
        channel: Some("web".to_owned()),
        region: None,
    }
}

fn parquet_files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
