//! No line of a file is lost, and none counts for another: stray quotation marks, odd bytes, lines that differ only in
//! what a table does not hold, files that change while they are read.

use std::fmt::Write as _;

use super::{empty, file};
use crate::domain::TableName;
use crate::facts::import::{Charset, FileFormat, ImportOptions, ImportReport};
use crate::facts::{Warehouse, WarehouseError};

fn import(warehouse: &Warehouse, path: &std::path::Path, table: TableName) -> ImportReport {
    let preview = warehouse.preview(path, Some(table)).unwrap();
    warehouse.import(path, table, &preview.mapping(), &ImportOptions::default(), &mut |_, _| {}).unwrap()
}

const HEADER: &str = "order_id,customer_id,product_id,quantity,unit_price,ordered_at\n";

/// A thousand order lines, some of which are written otherwise.
fn orders(odd: &[(usize, &str)]) -> String {
    let mut text = HEADER.to_owned();
    for at in 0..1_000 {
        match odd.iter().find(|(place, _)| *place == at) {
            Some((_, line)) => writeln!(text, "{line}").unwrap(),
            None => writeln!(text, "{},{},P{:03},1,10,2025-01-{:02}", 1_000 + at, at % 7, at % 9, 1 + at % 28).unwrap(),
        }
    }
    text
}

#[test]
fn a_stray_quotation_mark_takes_no_other_line_with_it() {
    let open = "1100,1,\"12 inch plate,1,10,2025-01-10";
    for later in ["9,1,P\"1,1,10,2025-01-11", "9,1,\"13 inch plate,1,10,2025-01-11", "9,1,plate 13\",1,10,2025-01-11"] {
        for distance in [1, 2, 150, 198, 205, 800] {
            let (dir, warehouse) = empty();
            let path = file(&dir, "q.csv", orders(&[(100, open), (100 + distance, later)]));
            let report = import(&warehouse, &path, TableName::Orders);
            assert_eq!((report.read, report.kept), (1_000, 1_000), "{later} after {distance} lines");
            let lines = report.lines.unwrap();
            assert_eq!((lines.lines, lines.continued, lines.is_cut), (1_001, 0, false));
            assert!(lines.stray_marks >= 1);
        }
    }
    // Nothing closes it, and its line cannot be read otherwise either.
    let (dir, warehouse) = empty();
    let report = import(&warehouse, &file(&dir, "q.csv", orders(&[(500, "1,\"half a line")])), TableName::Orders);
    assert_eq!(report.kept, 999);
    assert_eq!(report.rejected.get("a quotation mark that nothing closes"), Some(&1));
    assert_eq!(report.examples[0].line, 502);
}

#[test]
fn every_line_is_accounted_for() {
    let (dir, warehouse) = empty();
    let text =
        format!("{HEADER}1,a,\"P001\nlarge\",1,2,2025-01-01\n\n2,a,P002,1,2,2025-01-02\n3,a,P003,1,2,2025-01-03");
    let report = import(&warehouse, &file(&dir, "long.csv", text), TableName::Orders);
    let lines = report.lines.unwrap();
    assert_eq!(lines.lines, lines.header + lines.blank + lines.continued + report.read);
    assert_eq!((lines.long_rows, lines.continued, lines.blank, lines.is_cut), (1, 1, 1, true));
}

#[test]
fn lines_that_differ_anywhere_are_different_lines() {
    let (dir, warehouse) = empty();
    let mut text = "order_id,product_id,colour,quantity,unit_price,ordered_at\n".to_owned();
    for at in 0..60 {
        let colour = ["red", "blue", "green"][at % 3];
        writeln!(text, "{},TEE-1000,{colour},1,20.0,2025-01-{:02} 10:00", at / 3, 1 + at / 3 % 28).unwrap();
    }
    text.push_str("0,TEE-1000,red,1,20.0,2025-01-01 10:00\n");
    let report = import(&warehouse, &file(&dir, "variant.csv", text), TableName::Orders);
    assert_eq!((report.kept, report.set_aside.get("identical to an earlier line")), (60, Some(&1)));
    let coupons = "customer_id,coupon,campaign,sent_at\n1,513,26,2017-01-01\n1,514,26,2017-01-01\n";
    assert_eq!(import(&warehouse, &file(&dir, "coupons.csv", coupons), TableName::CampaignSends).kept, 2);
    let products = "product_id,name,shelf\n1,Pot,a\n1,Pot,b\n1,Pan,c\n";
    let report = import(&warehouse, &file(&dir, "products.csv", products), TableName::Products);
    assert_eq!((report.kept, report.set_aside.len(), report.rejected.len()), (1, 1, 1));
}

#[test]
fn keys_that_come_late_are_columns_too() {
    let (dir, warehouse) = empty();
    let mut text = String::new();
    for at in 0..2_000 {
        let late = if at > 1_200 { format!(",\"customer_id\":\"c{at}\"") } else { String::new() };
        writeln!(
            text,
            "{{\"order_id\":{at},\"product_id\":\"P001\",\"quantity\":1,\"unit_price\":2,\"ordered_at\":\"2025-01-01\"{late}}}"
        )
        .unwrap();
    }
    let report = import(&warehouse, &file(&dir, "late.jsonl", text), TableName::Orders);
    assert_eq!((report.kept, report.without_customer), (2_000, 1_201));
}

#[test]
fn products_with_the_numbers_one_to_nine_are_products() {
    let (dir, warehouse) = empty();
    let mut text = "order_id,product_id,quantity,unit_price,ordered_at\n".to_owned();
    for at in 1..=900 {
        writeln!(text, "{},{at},1,10,2025-01-01", 10_000 + at).unwrap();
    }
    text.push_str("20000,D,1,10,2025-01-01\n");
    let report = import(&warehouse, &file(&dir, "small.csv", text), TableName::Orders);
    assert_eq!((report.kept, report.set_aside.get("not a product")), (900, Some(&1)));
}

#[test]
fn one_odd_byte_does_not_garble_the_other_lines() {
    let (dir, warehouse) = empty();
    let mut bytes = orders(&[(3, "x1,1,Caf\u{e9},1,2.5,2025-03-04")]).into_bytes();
    bytes.extend_from_slice(b"x2,1,Caf\xe9,1,2.5,2025-03-05\n");
    let path = file(&dir, "mixed.csv", bytes);
    let format = warehouse.preview(&path, None).unwrap().format;
    assert_eq!(format, FileFormat::Delimited { delimiter: ',', quoted: true, charset: Charset::Utf8 });
    let report = import(&warehouse, &path, TableName::Orders);
    assert_eq!((report.kept, report.lines.unwrap().mended), (1_001, 1));
    let cafes = warehouse.orders().unwrap().iter().filter(|order| order.product_id == "Caf\u{e9}").count();
    assert_eq!(cafes, 2);
}

#[test]
fn a_file_that_changes_meanwhile_is_refused() {
    let (dir, warehouse) = empty();
    let path = file(&dir, "grows.csv", orders(&[]));
    let preview = warehouse.preview(&path, None).unwrap();
    let grow = || {
        use std::io::Write as _;
        let mut open = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        open.write_all(b"5000,1,P001,1,10,2025-02-01\n").unwrap();
    };
    grow();
    let options = ImportOptions { expected: Some(preview.sha256.clone()), ..ImportOptions::default() };
    let done = warehouse.import(&path, TableName::Orders, &preview.mapping(), &options, &mut |_, _| {});
    assert!(matches!(done, Err(WarehouseError::Changed(_))));
    // Between the first reading and the second, of a file long enough for progress to be told.
    let many = file(&dir, "many.csv", format!("{HEADER}{}", orders(&[]).split_once('\n').unwrap().1.repeat(20)));
    let mut grown = false;
    let done =
        warehouse.import(&many, TableName::Orders, &preview.mapping(), &ImportOptions::default(), &mut |_, _| {
            if !grown {
                use std::io::Write as _;
                let mut open = std::fs::OpenOptions::new().append(true).open(&many).unwrap();
                open.write_all(b"5000,1,P001,1,10,2025-02-01\n").unwrap();
                grown = true;
            }
        });
    assert!(grown && matches!(done, Err(WarehouseError::Changed(_))));
    assert!(warehouse.uploads().unwrap().is_empty());
}

#[test]
fn columns_without_a_name_of_their_own_are_told_apart() {
    let (dir, warehouse) = empty();
    let text = "order_id,product_id,quantity,price,price,,ordered_at\n1,A,1,2.0,99.0,x,2025-01-01\n";
    let path = file(&dir, "twice.csv", text);
    let preview = warehouse.preview(&path, None).unwrap();
    let names: Vec<_> = preview.columns.iter().map(|guess| guess.column.as_str()).collect();
    assert_eq!(names[3..6], ["price", "price #5", "#6"]);
    let mut mapping = preview.mapping();
    mapping.fields.insert("unit_price".to_owned(), "price #5".to_owned());
    let report =
        warehouse.import(&path, TableName::Orders, &mapping, &ImportOptions::default(), &mut |_, _| {}).unwrap();
    assert_eq!(report.revenue, Some(99.0));
}
