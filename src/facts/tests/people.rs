//! One person's rows: shown, forgotten whole or not at all, and what they say to Herald.

use std::fs;

use jiff::civil::{Weekday, date};

use super::{empty, file, order, parquet_files};
use crate::domain::{CampaignSend, Interaction, InteractionKind, MeasurePlan, Metric, Need, Post, TableName};
use crate::facts::import::ImportOptions;
use crate::facts::{Forgotten, Person, Warehouse, WarehouseError};

fn post(id: &str, author: &str, text: &str) -> Post {
    Post {
        post_id: id.to_owned(),
        source: "console".to_owned(),
        author: Some(author.to_owned()),
        posted_at: date(2025, 1, 5).at(10, 0, 0, 0),
        text: text.to_owned(),
        product_id: None,
        rating: None,
        reply_to: None,
    }
}

fn total(warehouse: &Warehouse, metric: Metric) -> f64 {
    let plan = MeasurePlan::total(metric, None);
    warehouse.gather(&[Need::Measure(plan.clone())]).unwrap().measure(&plan).unwrap().rows[0].value
}

/// Orders of two people in two uploads, and all else of one of them.
fn company() -> (tempfile::TempDir, Warehouse) {
    let (dir, warehouse) = empty();
    let orders = [order("a", 1, Some("zoe"), "1", 2.0, 1), order("b", 1, Some("bob"), "1", 1.0, 2)];
    warehouse.write_orders(&orders, "test").unwrap();
    warehouse.write_orders(&[order("c", 1, Some("zoe"), "2", 4.0, 3)], "test").unwrap();
    let at = date(2025, 1, 4).at(8, 0, 0, 0);
    let act = |customer: &str| Interaction {
        customer_id: customer.to_owned(),
        product_id: "1".to_owned(),
        kind: InteractionKind::View,
        at,
    };
    warehouse.write_interactions(&[act("zoe"), act("bob")], "test").unwrap();
    let mailing = |customer: &str| CampaignSend {
        customer_id: customer.to_owned(),
        campaign: "Spring".to_owned(),
        channel: "email".to_owned(),
        sent_at: at,
        opened_at: None,
        clicked_at: None,
        converted_at: None,
        unsubscribed_at: None,
    };
    warehouse.write_campaign_sends(&[mailing("zoe"), mailing("bob")], "test").unwrap();
    warehouse.write_posts(&[post("p1", "zoe", "Good tea."), post("p2", "bob", "Bad tea.")], "test").unwrap();
    (dir, warehouse)
}

fn zoe() -> Person {
    Person { customer: Some("zoe".to_owned()), author: None }
}

#[test]
fn a_person_is_forgotten_and_totals_stay() {
    let (dir, warehouse) = company();
    let rows = warehouse.rows_of(&zoe()).unwrap();
    assert_eq!((rows.orders.len(), rows.posts.len(), rows.interactions.len(), rows.mailings.len()), (2, 1, 1, 1));
    let figures = || [Metric::Revenue, Metric::Customers, Metric::Units].map(|metric| total(&warehouse, metric));
    let before = figures();
    assert_eq!(warehouse.forget(&zoe(), "forgotten-1").unwrap(), Forgotten { renamed: 3, removed: 2 });
    assert_eq!(figures(), before);
    assert_eq!(warehouse.rows_of(&zoe()).unwrap(), Default::default());
    let known_now = Person { customer: Some("forgotten-1".to_owned()), author: None };
    let renamed = warehouse.rows_of(&known_now).unwrap();
    assert_eq!((renamed.orders.len(), renamed.posts.len(), renamed.interactions.len()), (2, 1, 0));
    let bob = Person { customer: Some("bob".to_owned()), author: None };
    assert_eq!(warehouse.rows_of(&bob).unwrap().mailings.len(), 1);
    // Nothing on the disk holds the name any more, and taking an upload back works as before.
    for table in ["orders", "posts", "interactions", "campaign_sends"] {
        for file in parquet_files(&dir.path().join("facts").join(table)) {
            let bytes = fs::read(&file).unwrap();
            assert!(!bytes.windows(3).any(|window| window == b"zoe"), "{}", file.display());
        }
    }
    assert_eq!(warehouse.forget(&zoe(), "forgotten-2").unwrap(), Forgotten::default());
    warehouse.undo(Some("u0002")).unwrap();
    assert_eq!(total(&warehouse, Metric::Units), 3.0);
    assert_eq!(parquet_files(&dir.path().join("facts/orders")).len(), 1);
}

#[test]
fn a_killed_forgetting_leaves_all_or_nothing() {
    let (dir, warehouse) = company();
    let facts = dir.path().join("facts");
    let old = fs::read(facts.join("orders/u0001.parquet")).unwrap();
    warehouse.forget(&zoe(), "forgotten-1").unwrap();
    // Killed after the log was written and before the old files went.
    fs::write(facts.join("orders/u0001.parquet"), &old).unwrap();
    let reopened = Warehouse::open(&facts, None, Weekday::Monday).unwrap();
    assert!(!facts.join("orders/u0001.parquet").exists(), "the old rows are gone after the next start");
    assert!(reopened.rows_of(&zoe()).unwrap().orders.is_empty());
    assert_eq!(total(&reopened, Metric::Units), 7.0);

    // Killed before the log was written: everything is as before.
    let (dir, warehouse) = company();
    let facts = dir.path().join("facts");
    fs::write(facts.join("orders/u0001-1.parquet"), b"PAR1 half").unwrap();
    let reopened = Warehouse::open(&facts, None, Weekday::Monday).unwrap();
    assert_eq!(reopened.rows_of(&zoe()).unwrap().orders.len(), 2);
    warehouse.forget(&zoe(), "forgotten-1").unwrap();
    assert!(reopened.rows_of(&zoe()).unwrap().orders.is_empty());
}

#[test]
fn lines_that_an_import_listed_are_forgotten_too() {
    let (dir, warehouse) = empty();
    let content = "order_id,customer_id,product_id,quantity,unit_price,ordered_at\n\
        1,zoe,10001,1,2.0,2025-01-01\n2,zoe,10001,x,2.0,2025-01-01\n3,bob,10001,y,2.0,2025-01-01\n";
    let path = file(&dir, "one.csv", content);
    let preview = warehouse.preview(&path, Some(TableName::Orders)).unwrap();
    let mut mapping = preview.mapping();
    mapping.take("quantity", "quantity");
    let options = ImportOptions::default();
    let report = warehouse.import(&path, preview.table, &mapping, &options, &mut |_, _| {}).unwrap();
    assert_eq!(report.kept, 1);
    warehouse.forget(&zoe(), "forgotten-1").unwrap();
    let listed = fs::read_to_string(report.rejected_file.unwrap()).unwrap();
    assert!(!listed.contains("zoe") && listed.contains("bob"), "{listed}");
}

#[test]
fn what_people_say_becomes_posts_in_one_upload() {
    let (_dir, warehouse) = empty();
    assert!(warehouse.add_feedback(&post("m1", "somebody", "Lovely tea.")).unwrap());
    assert!(warehouse.add_feedback(&post("m2", "somebody", "Late again.")).unwrap());
    assert!(!warehouse.add_feedback(&post("m1", "somebody", "Lovely tea.")).unwrap());
    assert_eq!(total(&warehouse, Metric::Mentions), 2.0);
    let uploads = warehouse.uploads().unwrap();
    assert_eq!((uploads.len(), uploads[0].rows), (1, 2));
    // It is not what "undo" means.
    assert!(matches!(warehouse.undo(None), Err(WarehouseError::NothingToUndo)));
    let author = Person { customer: None, author: Some("somebody".to_owned()) };
    assert_eq!(warehouse.rows_of(&author).unwrap().posts.len(), 2);
    assert_eq!(warehouse.forget(&author, "forgotten-1").unwrap().renamed, 2);
    assert!(warehouse.add_feedback(&post("m3", "another", "Good.")).unwrap());
    assert_eq!(total(&warehouse, Metric::Mentions), 3.0);
}
