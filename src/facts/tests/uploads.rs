//! Uploads: repeating, replacing, taking back, and what a kill leaves behind.

use std::fs;

use jiff::civil::Weekday;

use super::{empty, file, order, parquet_files, product};
use crate::domain::{MeasurePlan, Metric, Need, TableName};
use crate::facts::import::ImportOptions;
use crate::facts::{Warehouse, WarehouseError};

const ORDERS: &str = "order_id,customer_id,product_id,quantity,unit_price,ordered_at\n\
    1,ann,10001,1,2.0,2025-01-01\n1,ann,10002,1,3.0,2025-01-01\n2,bob,10001,2,2.0,2025-01-02\n";

fn revenue(warehouse: &Warehouse) -> f64 {
    let plan = MeasurePlan::total(Metric::Revenue, None);
    warehouse.gather(&[Need::Measure(plan.clone())]).unwrap().measure(&plan).unwrap().rows[0].value
}

fn import(warehouse: &Warehouse, path: &std::path::Path) -> crate::facts::import::ImportReport {
    let preview = warehouse.preview(path, None).unwrap();
    assert_eq!(preview.table, TableName::Orders);
    warehouse.import(path, preview.table, &preview.mapping(), &ImportOptions::default(), &mut |_, _| {}).unwrap()
}

#[test]
fn a_file_again_adds_nothing_and_another_with_the_same_rows_replaces_them() {
    let (dir, warehouse) = empty();
    let report = import(&warehouse, &file(&dir, "one.csv", ORDERS));
    assert_eq!((report.kept, report.replaced, revenue(&warehouse)), (3, 0, 9.0));
    let again = import(&warehouse, &file(&dir, "copy.csv", ORDERS));
    assert_eq!((again.already.as_deref(), again.upload), (Some("u0001"), None));
    assert_eq!(revenue(&warehouse), 9.0);
    // The second order with another quantity, a line that the first file did not have, and a new order.
    let later = "order_id,customer_id,product_id,quantity,unit_price,ordered_at\n\
        2,bob,10001,3,2.0,2025-01-02\n1,ann,10003,1,5.0,2025-01-01\n3,ann,10001,1,2.0,2025-01-03\n";
    let report = import(&warehouse, &file(&dir, "later.csv", later));
    assert_eq!((report.kept, report.replaced), (3, 1));
    assert_eq!(revenue(&warehouse), 2.0 + 3.0 + 6.0 + 5.0 + 2.0);
    assert_eq!(warehouse.coverage().unwrap().of(TableName::Orders).unwrap().rows, 5);

    let version = warehouse.coverage().unwrap().version;
    assert_eq!(warehouse.undo(None).unwrap().id, "u0002");
    assert_eq!(revenue(&warehouse), 9.0);
    assert_ne!(warehouse.coverage().unwrap().version, version);
    assert!(matches!(warehouse.undo(Some("u0002")), Err(WarehouseError::TakenBack { .. })));
    assert!(matches!(warehouse.undo(Some("u0009")), Err(WarehouseError::NoUpload(_))));
    warehouse.undo(Some("u0001")).unwrap();
    assert!(matches!(warehouse.undo(None), Err(WarehouseError::NothingToUndo)));
    assert!(warehouse.coverage().unwrap().tables.is_empty());
    assert!(parquet_files(&dir.path().join("facts/orders")).is_empty());
    // What was taken back can be brought again, under a new id.
    assert_eq!(import(&warehouse, &file(&dir, "one.csv", ORDERS)).upload.as_deref(), Some("u0003"));
    assert_eq!(warehouse.uploads().unwrap().len(), 3);
}

#[test]
fn rows_written_twice_count_once() {
    let (_dir, warehouse) = empty();
    let rows = [order("a", 1, None, "1", 1.0, 1), order("a", 2, None, "1", 1.0, 1)];
    let first = warehouse.write_orders(&rows, "demo").unwrap();
    assert_eq!(warehouse.write_orders(&rows, "demo").unwrap(), first);
    // Two lines of one product are two lines, and the same two in another upload.
    assert_eq!(first.rows, 2);
    warehouse.write_orders(&[rows[0].clone(), rows[1].clone(), order("b", 1, None, "1", 1.0, 1)], "demo").unwrap();
    assert_eq!(warehouse.orders().unwrap().len(), 3);
}

#[test]
fn a_killed_import_leaves_nothing() {
    let (dir, warehouse) = empty();
    import(&warehouse, &file(&dir, "one.csv", ORDERS));
    let facts = dir.path().join("facts");
    // What an import writes before the log: a whole file that no log names, a half one, a half log.
    fs::copy(facts.join("orders/u0001.parquet"), facts.join("orders/u0002.parquet")).unwrap();
    fs::write(facts.join("orders/u0003.tmp"), b"PAR1 half").unwrap();
    fs::write(facts.join("uploads.tmp"), b"{\"format\": 1, \"uplo").unwrap();
    let reopened = Warehouse::open(&facts, None, Weekday::Monday).unwrap();
    assert_eq!((revenue(&reopened), reopened.uploads().unwrap().len()), (9.0, 1));
    // The next upload takes the place of what was left.
    reopened.write_orders(&[order("z", 1, None, "1", 1.0, 1)], "test").unwrap();
    assert_eq!(revenue(&reopened), 11.5);
    // The first handle sees what another process did.
    assert_eq!(revenue(&warehouse), 11.5);
}

#[test]
fn a_damaged_or_newer_log_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("uploads.json");
    fs::write(&log, "{ half").unwrap();
    assert!(matches!(Warehouse::open(dir.path(), None, Weekday::Monday), Err(WarehouseError::DamagedLog { .. })));
    fs::write(&log, "{\"format\": 99, \"else\": 1}").unwrap();
    let newer = Warehouse::open(dir.path(), None, Weekday::Monday);
    assert!(matches!(newer, Err(WarehouseError::Newer { found: 99, .. })));
    assert_eq!(fs::read_to_string(&log).unwrap(), "{\"format\": 99, \"else\": 1}");
}

#[test]
fn a_dry_run_keeps_nothing() {
    let (dir, warehouse) = empty();
    let path = file(&dir, "one.csv", ORDERS);
    let mapping = warehouse.preview(&path, None).unwrap().mapping();
    let options = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let report = warehouse.import(&path, TableName::Orders, &mapping, &options, &mut |_, _| {}).unwrap();
    assert_eq!((report.kept, report.upload, report.days.unwrap().days()), (3, None, 2));
    assert!(warehouse.coverage().unwrap().tables.is_empty());
    assert!(parquet_files(&dir.path().join("facts/orders")).is_empty());
}

#[test]
fn products_that_only_orders_name_come_and_go_with_them() {
    let (dir, warehouse) = empty();
    warehouse.write_products(&[product("10001", "From the catalogue", None, None)], "test").unwrap();
    let content = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n\
        500,10001,OTHER NAME,1,2025-01-01 10:00:00,2.0,13085.0,France\n\
        500,10002,RED  POT ,1,2025-01-01 10:00:00,3.0,13085.0,France\n\
        501,10002,RED POT,1,2025-01-02 10:00:00,5.0,,France\n\
        502,10002,RED POT,2,2025-01-03 10:00:00,4.0,,France\n\
        C503,10002,damaged,-1,2025-01-03 10:00:00,4.0,,France\n\
        504,POST,POSTAGE,1,2025-01-03 10:00:00,18.0,,France\n";
    let report = import(&warehouse, &file(&dir, "retail.csv", content));
    assert_eq!((report.kept, report.derived_products, report.returns, report.without_customer), (5, 1, 1, 3));
    assert_eq!(report.set_aside.get("not a product"), Some(&1));
    let facts = warehouse.gather(&[]).unwrap();
    let names: Vec<_> = facts.products.iter().map(|product| (product.name.as_str(), product.price)).collect();
    assert_eq!(names, [("From the catalogue", Some(10.0)), ("RED POT", Some(4.0))]);
    assert_eq!(warehouse.orders().unwrap()[0].customer_id.as_deref(), Some("13085"));
    assert_eq!(warehouse.orders().unwrap()[0].region.as_deref(), Some("France"));
    warehouse.undo(None).unwrap();
    assert_eq!(warehouse.gather(&[]).unwrap().products.len(), 1);
}
