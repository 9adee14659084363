//! Files of every kind, sent as attachments: shown, confirmed, brought in, asked about.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use herald::domain::Role;
use parquet::arrow::ArrowWriter;

use super::front::Front;
use super::{Fresh, Serving, tokio_runtime};

const COLUMNS: [&str; 7] = ["order_id", "customer_id", "product_id", "quantity", "unit_price", "ordered_at", "region"];
const ROWS: [[&str; 7]; 3] = [
    ["o1", "C-1", "p1", "2", "4.5", "2026-10-02", "West"],
    ["o2", "C-2", "p2", "1", "9.0", "2026-10-03", "East"],
    ["o3", "C-1", "p2", "3", "9.0", "2026-10-05", "West"],
];

fn tab_separated() -> Vec<u8> {
    let lines = std::iter::once(COLUMNS).chain(ROWS).map(|row| row.join("\t") + "\n");
    lines.collect::<String>().into_bytes()
}

fn json_lines() -> Vec<u8> {
    let line = |row: &[&str; 7]| {
        let fields = COLUMNS.iter().zip(row).map(|(name, value)| match value.parse::<f64>() {
            Ok(number) => format!("{name:?}: {number}"),
            Err(_) => format!("{name:?}: {value:?}"),
        });
        format!("{{{}}}\n", fields.collect::<Vec<_>>().join(", "))
    };
    ROWS.iter().map(line).collect::<String>().into_bytes()
}

fn parquet_file() -> Vec<u8> {
    let column = |at: usize| -> (&str, ArrayRef) {
        let cells = ROWS.iter().map(|row| row[at]);
        let array: ArrayRef = match COLUMNS[at] {
            "quantity" => Arc::new(cells.map(|cell| cell.parse::<i64>().unwrap()).collect::<Int64Array>()),
            "unit_price" => Arc::new(cells.map(|cell| cell.parse::<f64>().unwrap()).collect::<Float64Array>()),
            _ => Arc::new(StringArray::from_iter_values(cells)),
        };
        (COLUMNS[at], array)
    };
    let batch = RecordBatch::try_from_iter((0..COLUMNS.len()).map(column)).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn brings_in(open: impl AsyncFnOnce() -> Front, name: &str, bytes: &[u8]) {
    let herald = Fresh::empty();
    tokio_runtime().block_on(async {
        let front = open().await;
        let serving = Serving::start(&herald, vec![front.chat()]);
        front.listens().await;
        let person = front.person("Ann");
        serving.knows(&person.account, Role::Owner, None);
        front.sends_file(&person, name, bytes);
        serving.answered(&front, &person, &[]).await;
        let shown = front.shown(&person).concat();
        assert!(shown.contains("orders") && shown.contains("C-1"), "{name}: {shown}");
        let shown = serving.press(&front, &person, "Import it").await;
        assert!(shown.contains("3 rows"), "{name}: {shown}");
        let shown = serving.say(&front, &person, "revenue in October 2026 by region").await;
        assert!(shown.contains("West") && shown.contains("36"), "{name}: {shown}");
        assert_eq!(front.violations(), Vec::<String>::new());
        serving.end().await;
    });
}

#[test]
fn tab_separated_values_by_discord() {
    brings_in(Front::discord, "orders.tsv", &tab_separated());
}

#[test]
fn json_lines_by_telegram() {
    brings_in(Front::telegram, "orders.jsonl", &json_lines());
}

#[test]
fn parquet_by_discord() {
    brings_in(Front::discord, "orders.parquet", &parquet_file());
}
