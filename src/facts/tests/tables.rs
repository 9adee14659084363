//! Every table comes back as it was written.

use jiff::civil::date;

use super::{empty, order, product};
use crate::domain::{AdResult, CampaignSend, Dimension, Interaction, InteractionKind, Need, Post, TableName};
use crate::facts::record::Record;

fn comes_back<R: Record + PartialEq + std::fmt::Debug>(warehouse: &crate::facts::Warehouse, rows: &[R]) {
    let snapshot = warehouse.snapshot().unwrap();
    assert_eq!(warehouse.rows::<R>(&snapshot).unwrap(), rows);
}

#[test]
fn every_table_comes_back() {
    let (_dir, warehouse) = empty();
    let at = date(2024, 2, 29).at(23, 59, 59, 0);
    let products = [product("1", "Oolong 500 g", Some("tea"), Some(4.0)), product("2", "茶壶 \"big\"", None, None)];
    let orders = [order("a", 1, Some("c"), "1", 2.0, 1), order("a", 2, None, "2", -1.0, 1)];
    let posts = [Post {
        post_id: "p".to_owned(),
        source: "shop".to_owned(),
        author: None,
        posted_at: at,
        text: "Two\nlines, \u{1f375}".to_owned(),
        product_id: Some("1".to_owned()),
        rating: Some(4.0),
        reply_to: None,
    }];
    let ads = [AdResult {
        date: date(1999, 12, 31),
        channel: "search".to_owned(),
        campaign: None,
        placement: Some("top".to_owned()),
        variant: None,
        device: None,
        audience: Some("all".to_owned()),
        spend: 1.25,
        impressions: 100.0,
        clicks: 3.0,
        conversions: 0.0,
        revenue: 0.0,
    }];
    let kinds = InteractionKind::ALL.map(|kind| Interaction {
        customer_id: "c".to_owned(),
        product_id: "1".to_owned(),
        kind,
        at,
    });
    let sends = [CampaignSend {
        customer_id: "c".to_owned(),
        campaign: "spring".to_owned(),
        channel: "email".to_owned(),
        sent_at: at,
        opened_at: Some(at),
        clicked_at: None,
        converted_at: None,
        unsubscribed_at: Some(at),
    }];
    warehouse.write_products(&products, "test").unwrap();
    warehouse.write_orders(&orders, "test").unwrap();
    warehouse.write_posts(&posts, "test").unwrap();
    warehouse.write_ad_results(&ads, "test").unwrap();
    warehouse.write_interactions(&kinds, "test").unwrap();
    warehouse.write_campaign_sends(&sends, "test").unwrap();
    comes_back(&warehouse, &products);
    comes_back(&warehouse, &orders);
    comes_back(&warehouse, &posts);
    comes_back(&warehouse, &ads);
    comes_back(&warehouse, &kinds);
    comes_back(&warehouse, &sends);

    let coverage = warehouse.coverage().unwrap();
    assert_eq!(coverage.tables.len(), 6);
    assert_eq!(coverage.last_day(TableName::Orders), Some(date(2025, 1, 1)));
    assert_eq!(coverage.of(TableName::Products).unwrap().days, None);
    let catalog = warehouse.catalog().unwrap();
    assert_eq!(catalog.names_of(Dimension::Product), ["Oolong 500 g", "茶壶 \"big\""]);
    assert_eq!(catalog.names_of(Dimension::Channel), ["search", "web"]);
    assert_eq!(catalog.names_of(Dimension::Campaign), ["spring"]);
    assert!(catalog.aliases.contains(&(Dimension::Product, "1".to_owned(), "Oolong 500 g".to_owned())));
    let facts = warehouse.gather(&[Need::Purchases]).unwrap();
    let purchases = facts.purchases().unwrap();
    assert_eq!(purchases.customers, ["c"]);
    assert_eq!((purchases.quantity.as_slice(), purchases.amount.as_slice()), ([2.0].as_slice(), [5.0].as_slice()));
}

#[test]
fn an_empty_warehouse_answers() {
    let (_dir, warehouse) = empty();
    assert!(warehouse.coverage().unwrap().tables.is_empty());
    assert!(warehouse.catalog().unwrap().names.is_empty());
    let facts = warehouse.gather(&[Need::Purchases]).unwrap();
    assert!(facts.purchases().unwrap().customer.is_empty());
}
