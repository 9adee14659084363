//! Tests of the recommendation engine on a made shop.

use std::sync::Arc;

use jiff::civil::{Weekday, date};

use super::*;
use crate::domain::{Arg, Language, Product, Purchases, Slots, TableCoverage};

/// Two tastes (tea and coffee), a kettle that goes with filters, and 200 customers.
fn facts() -> Facts {
    let names =
        ["Sencha", "Oolong", "Assam", "Mint", "Espresso", "Filter roast", "Decaf", "Mocha", "Kettle", "Filters"];
    let products = names
        .iter()
        .enumerate()
        .map(|(at, name)| Product {
            product_id: format!("P{at}"),
            name: (*name).to_owned(),
            category: Some(
                if at < 4 {
                    "Tea"
                } else if at < 8 {
                    "Coffee"
                } else {
                    "Gear"
                }
                .to_owned(),
            ),
            price: Some(5.0 + at as f64),
            cost: None,
            description: None,
        })
        .collect();
    let mut purchases = Purchases {
        customers: (0..200).map(|at| format!("C-{at}")).collect(),
        products: (0..10).map(|at| format!("P{at}")).collect(),
        ..Purchases::default()
    };
    let mut buy = |customer: u32, items: &[u32]| {
        let order = u32::try_from(purchases.orders.len()).unwrap();
        purchases.orders.push(format!("O{order}"));
        for &item in items {
            purchases.customer.push(customer);
            purchases.product.push(item);
            purchases.order.push(order);
            purchases.quantity.push(1.0);
            purchases.amount.push(5.0);
            purchases.at.push(date(2024, 1, 1).at(9, 0, 0, 0));
        }
    };
    for customer in 0..200 {
        let taste = if customer % 2 == 0 { 0 } else { 4 };
        for step in 0..3 {
            buy(customer, &[taste + (customer / 2 + step) % 4]);
        }
        if customer % 5 == 0 {
            buy(customer, &[8, 9]);
        }
    }
    Facts {
        coverage: Coverage {
            version: 1,
            tables: vec![TableCoverage { table: TableName::Orders, rows: 680, days: None, sources: Vec::new() }],
        },
        products: Arc::new(products),
        purchases: Some(Arc::new(purchases)),
        ..Facts::default()
    }
}

fn ask(intent: Intent, dimension: Option<(Dimension, &str)>) -> Question {
    let mut slots = Slots::default();
    if let Some((dimension, name)) = dimension {
        slots.names.insert(dimension, vec![name.to_owned()]);
    }
    Question {
        intent,
        slots,
        role: Role::Owner,
        customer: None,
        language: Language::English,
        today: date(2024, 2, 1),
        week_start: Weekday::Monday,
    }
}

fn first_column(answer: &Answer, column: usize) -> Vec<String> {
    answer.tables[0]
        .rows
        .iter()
        .map(|row| match &row[column] {
            Arg::Text(text) => text.clone(),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_tea_drinker_gets_the_tea_they_lack() {
    let engine = Recommend::new();
    // Customer 2 bought products 1, 2 and 3.
    let answer = engine.answer(&ask(Intent::RecommendProducts, Some((Dimension::Customer, "C-2"))), &facts()).unwrap();
    assert_eq!(first_column(&answer, 1)[0], "Sencha");
    assert!(!first_column(&answer, 1).contains(&"Oolong".to_owned()), "what is owned is left out");
    assert_eq!(answer.trust.len(), 1, "says how good the recommendations were");
}

#[test]
fn held_out_purchases_are_found_more_often_than_by_best_sellers() {
    let model = Recommend::new().model(&facts()).unwrap();
    let check = model.check.unwrap();
    assert!(check.customers > 50);
    assert!(check.hit_rate >= check.popular_hit_rate, "{check:?}");
}

#[test]
fn the_kettle_goes_with_filters() {
    let engine = Recommend::new();
    let question = ask(Intent::BoughtTogether, Some((Dimension::Product, "Kettle")));
    let answer = engine.answer(&question, &facts()).unwrap();
    assert_eq!(first_column(&answer, 1), ["Filters"]);
}

#[test]
fn like_a_tea_is_a_tea_and_a_price_limit_holds() {
    let engine = Recommend::new();
    let mut question = ask(Intent::SimilarProducts, Some((Dimension::Product, "Mint")));
    let answer = engine.answer(&question, &facts()).unwrap();
    assert!(["Sencha", "Oolong", "Assam"].contains(&first_column(&answer, 1)[0].as_str()));
    question.slots.price_limit = Some(5.5);
    assert_eq!(first_column(&engine.answer(&question, &facts()).unwrap(), 1), ["Sencha"]);
}

#[test]
fn cheaper_means_cheaper() {
    let mut question = ask(Intent::SimilarProducts, Some((Dimension::Product, "Assam")));
    question.slots.words.insert(SlotKind::PriceLimit, "cheaper".to_owned());
    question.slots.top_n = Some(10);
    let answer = Recommend::new().answer(&question, &facts()).unwrap();
    let mut names = first_column(&answer, 1);
    names.sort();
    assert_eq!(names, ["Oolong", "Sencha"]);
    assert_eq!(answer.headline.key, "recommend.similar_cheaper");
}

#[test]
fn customers_see_no_counts_of_people_or_orders() {
    let engine = Recommend::new();
    let mut questions = vec![
        ask(Intent::RecommendProducts, None),
        ask(Intent::RecommendProducts, Some((Dimension::Customer, "C-4"))),
        ask(Intent::SimilarProducts, Some((Dimension::Product, "Mint"))),
        ask(Intent::BoughtTogether, Some((Dimension::Product, "Kettle"))),
        ask(Intent::BoughtTogether, None),
    ];
    for question in &mut questions {
        let full = engine.answer(question, &facts()).unwrap();
        question.role = Role::Customer;
        question.customer = Some("C-4".to_owned());
        let answer = engine.answer(question, &facts()).unwrap();
        assert_eq!(answer.tables[0].rows.len(), full.tables[0].rows.len());
        assert!(answer.tables[0].rows.iter().all(|row| row.len() == answer.tables[0].columns.len()));
        assert!(answer.trust.is_empty() && answer.evidence == crate::domain::Evidence::default());
        let all = format!("{answer:?}");
        for counting in ["\"customers\"", "\"both\"", "\"orders\"", "column_customers", "column_both", "column_orders"]
        {
            assert!(!all.contains(counting), "{counting} in {all}");
        }
        assert!(answer.charts.is_empty() && !all.contains("column_score") && !all.contains("column_likeness"), "{all}");
        assert!(!all.contains("recommend.for_customer") && !all.contains("Text(\"C-4\")"), "told as you: {all}");
    }
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let engine = Recommend::new();
    let missing = engine.answer(&ask(Intent::SimilarProducts, None), &facts());
    assert!(matches!(missing, Err(EngineError::MissingSlot { slot: SlotKind::Product, .. })));
    let empty = Facts { purchases: Some(Arc::default()), ..Facts::default() };
    assert!(matches!(engine.answer(&ask(Intent::BoughtTogether, None), &empty), Err(EngineError::NoData(_))));
    let mut foreign = ask(Intent::RecommendProducts, Some((Dimension::Customer, "C-2")));
    foreign.role = Role::Customer;
    foreign.customer = Some("C-4".to_owned());
    assert!(matches!(engine.answer(&foreign, &facts()), Err(EngineError::Forbidden)));
}

#[test]
fn somebody_new_gets_best_sellers_and_is_told_so() {
    let engine = Recommend::new();
    let answer =
        engine.answer(&ask(Intent::RecommendProducts, Some((Dimension::Customer, "C-999"))), &facts()).unwrap();
    assert_eq!(answer.caveats.len(), 1);
    assert_eq!(first_column(&answer, 1).len(), 5);
}
