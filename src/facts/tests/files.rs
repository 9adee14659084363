//! Files as they come: odd characters, signs and quotes; broken rows; files that are no tables.

use std::io::Write;

use jiff::civil::date;

use super::{empty, file};
use crate::domain::TableName;
use crate::facts::import::{Charset, DayOrder, Decimal, FileFormat, ImportOptions, ImportReport, Personal};
use crate::facts::{Warehouse, WarehouseError};

fn import(warehouse: &Warehouse, path: &std::path::Path, table: TableName) -> ImportReport {
    let preview = warehouse.preview(path, Some(table)).unwrap();
    assert!(preview.missing.is_empty(), "{:?}", preview);
    warehouse.import(path, table, &preview.mapping(), &ImportOptions::default(), &mut |_, _| {}).unwrap()
}

#[test]
fn a_german_export_is_understood() {
    let (dir, warehouse) = empty();
    let text = "\u{feff}OrderNo;SKU;Product Name;Qty;Unit Price;Order Date;Customer Email;Country\r\n\
        A1;70001;K\u{e4}nnchen;2;1.234,50 \u{20ac};13.01.2025 09:15;ann@example.org;Deutschland\r\n\
        A2;70002;\"Topf; gro\u{df}\";1;0,99 \u{20ac};02.02.2025 10:00;bob@example.org;\u{d6}sterreich\r\n";
    let path = file(&dir, "export.csv", text);
    let preview = warehouse.preview(&path, None).unwrap();
    assert_eq!(preview.table, TableName::Orders);
    assert_eq!(preview.format, FileFormat::Delimited { delimiter: ';', quoted: true, charset: Charset::Utf8 });
    assert_eq!((preview.decimal, preview.day_order), (Decimal::Comma, Some((DayOrder::DayFirst, true))));
    let email = preview.columns.iter().find(|guess| guess.column == "Customer Email").unwrap();
    assert_eq!(email.personal, Some(Personal::Email));
    let report = import(&warehouse, &path, TableName::Orders);
    assert_eq!((report.kept, report.revenue), (2, Some(2_469.99)));
    assert_eq!(report.days.unwrap().start(), date(2025, 1, 13));
    assert_eq!(warehouse.orders().unwrap()[1].region.as_deref(), Some("\u{d6}sterreich"));
}

#[test]
fn the_same_text_in_other_characters_is_the_same() {
    let text = "post_id,date,text,rating\n1,2025-01-01,Der Tee schmeckt k\u{f6}stlich und kam schnell an,5\n";
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    for (name, bytes, charset) in [
        ("latin.csv", latin, Charset::Windows1252),
        ("low.csv", utf16(u16::to_le_bytes), Charset::Utf16Le),
        ("high.csv", utf16(u16::to_be_bytes), Charset::Utf16Be),
        ("packed.csv.gz", packed.finish().unwrap(), Charset::Utf8),
    ] {
        let (dir, warehouse) = empty();
        let path = file(&dir, name, bytes);
        let preview = warehouse.preview(&path, None).unwrap();
        assert_eq!(
            (preview.table, preview.format),
            (TableName::Posts, FileFormat::Delimited { delimiter: ',', quoted: true, charset })
        );
        assert_eq!(import(&warehouse, &path, TableName::Posts).kept, 1);
        let snapshot = warehouse.snapshot().unwrap();
        assert!(warehouse.posts_of(&snapshot).unwrap()[0].text.contains("k\u{f6}stlich"), "{name}");
    }
    let chinese = "日期,评论\n2025-01-01,这个茶很好喝我很喜欢\n";
    let (dir, warehouse) = empty();
    let path = file(&dir, "gbk.csv", encoding_rs::GBK.encode(chinese).0);
    assert_eq!(import(&warehouse, &path, TableName::Posts).kept, 1);
    let snapshot = warehouse.snapshot().unwrap();
    assert_eq!(warehouse.posts_of(&snapshot).unwrap()[0].text, "这个茶很好喝我很喜欢");
}

#[test]
fn broken_rows_are_listed_with_line_and_reason_and_good_ones_are_kept() {
    let (dir, warehouse) = empty();
    let text = "order_id,product_id,product_name,quantity,unit_price,ordered_at\n\
        1,10001,\"a name\nover two lines\",1,2.0,2025-01-01\n\
        2,10001,short row\n\
        3,10001,x,many,2.0,2025-01-01\n\
        4,10001,x,1,2.0,2025-02-30\n\
        ,10001,x,1,2.0,2025-01-01\n\
        6,10001,x,1,0,2025-01-01\n\
        7,10001,x,1,-2.0,2025-01-01\n\
        8,10001,x,0,2.0,2025-01-01\n\
        9,10001,x,1,2.0,2025-01-01\n\
        9,10001,x,1,2.0,2025-01-01\n\
        9,10001,x,2,2.0,2025-01-01\n";
    let report = import(&warehouse, &file(&dir, "odd.csv", text), TableName::Orders);
    assert_eq!((report.read, report.kept), (11, 3));
    let rejected: Vec<_> = report.rejected.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    let expected = [
        "another number of cells than the header",
        "order_id is missing",
        "ordered_at is no date",
        "quantity is no number",
    ];
    assert_eq!(rejected, expected.map(|reason| (reason, 1)));
    let set_aside: Vec<_> = report.set_aside.keys().map(String::as_str).collect();
    assert_eq!(set_aside, ["identical to an earlier line", "price is negative", "price is zero", "quantity is zero"]);
    let listed = std::fs::read_to_string(report.rejected_file.unwrap()).unwrap();
    assert!(listed.starts_with("line,kind,reason,order_id,"));
    assert!(listed.contains("\n4,rejected,another number of cells than the header,2,10001,short row\n"), "{listed}");
    assert!(listed.contains("\n12,set aside,identical to an earlier line,9,"), "{listed}");
    assert_eq!(listed.lines().count(), 9);
    let lines: Vec<_> = warehouse.orders().unwrap().iter().map(|line| (line.order_id.clone(), line.line)).collect();
    assert_eq!(lines, [("1".to_owned(), 1), ("9".to_owned(), 1), ("9".to_owned(), 2)]);
}

#[test]
fn files_that_are_no_tables_say_why() {
    let (dir, warehouse) = empty();
    let preview = |name: &str, bytes: &[u8]| warehouse.preview(&file(&dir, name, bytes), None).unwrap_err();
    assert!(matches!(preview("empty.csv", b""), WarehouseError::EmptyFile(_)));
    assert!(matches!(preview("blank.csv", b"\n \n"), WarehouseError::EmptyFile(_)));
    assert!(matches!(preview("header.csv", b"order_id,product_id,ordered_at\n"), WarehouseError::NoRows(_)));
    let picture: Vec<u8> = (0..2_000_u32).map(|at| (at * 7 % 256).to_le_bytes()[0]).collect();
    assert!(matches!(preview("picture.png", &picture), WarehouseError::NotATable { .. }));
    assert!(matches!(preview("book.xlsx", b"PK\x03\x04rest"), WarehouseError::NotATable { .. }));
    assert!(matches!(preview("odd.csv", b"a,b\n1,2\n"), WarehouseError::UnknownTable { .. }));
    let coupons = preview("coupons.csv", b"coupon,product_id,campaign_id\n1,2,3\n");
    assert!(matches!(coupons, WarehouseError::UnknownTable { .. }), "an id alone makes no list of products");
    assert!(matches!(warehouse.preview(&dir.path().join("none.csv"), None), Err(WarehouseError::Io { .. })));
    assert!(warehouse.coverage().unwrap().tables.is_empty());
}

#[test]
fn a_mapping_that_does_not_fit_says_what_there_is() {
    let (dir, warehouse) = empty();
    let path = file(&dir, "a.csv", "when,what,who\n2025-01-01,10001,ann\n");
    let mut mapping = warehouse.preview(&path, Some(TableName::Orders)).unwrap().mapping();
    let mut run = |field: &str, column: &str| {
        mapping.fields.insert(field.to_owned(), column.to_owned());
        warehouse.import(&path, TableName::Orders, &mapping, &ImportOptions::default(), &mut |_, _| {}).unwrap_err()
    };
    assert!(
        matches!(run("product_id", "what"), WarehouseError::MissingFields { fields, .. } if fields == "order_id, unit_price")
    );
    assert!(matches!(run("order_id", "nothing"), WarehouseError::NoColumn { known, .. } if known == "when, what, who"));
    assert!(matches!(run("colour", "who"), WarehouseError::NoField { .. }));
}

#[test]
fn json_and_parquet_are_tables_too() {
    let (dir, warehouse) = empty();
    let lines = "{\"date\":\"2025-01-01\",\"channel\":\"search\",\"spend\":1.5,\"clicks\":3}\nnot json\n\
        {\"date\":\"2025-01-02\",\"channel\":\"search\",\"spend\":2,\"impressions\":100}\n";
    let report = import(&warehouse, &file(&dir, "ads.jsonl", lines), TableName::AdResults);
    assert_eq!((report.kept, report.rejected.get("the line is no JSON")), (2, Some(&1)));
    let list = "[{\"product_id\":1,\"name\":\"Pot\",\"price\":null}]";
    assert_eq!(import(&warehouse, &file(&dir, "products.json", list), TableName::Products).kept, 1);
    // The warehouse's own files are Parquet files.
    let (_other_dir, other) = empty();
    let stored = dir.path().join("facts/ad_results/u0001.parquet");
    assert_eq!(other.preview(&stored, None).unwrap().table, TableName::AdResults);
    assert_eq!(import(&other, &stored, TableName::AdResults).kept, 2);
}

#[test]
fn an_order_of_day_and_month_shows_late_in_a_file() {
    let (dir, warehouse) = empty();
    let mut text = "date,channel,spend\n".to_owned();
    for day in 1..=12 {
        text.push_str(&format!("{day}/2/2025,search,1\n"));
    }
    let open = warehouse.preview(&file(&dir, "open.csv", &text), None).unwrap();
    assert_eq!(open.day_order.map(|(_, certain)| certain), Some(false));
    text.push_str("13/2/2025,search,1\n");
    let path = file(&dir, "closed.csv", &text);
    assert_eq!(warehouse.preview(&path, None).unwrap().day_order, Some((DayOrder::DayFirst, true)));
    assert_eq!(import(&warehouse, &path, TableName::AdResults).days.unwrap().days(), 13);
}
