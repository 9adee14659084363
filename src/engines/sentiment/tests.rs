//! Tests of the sentiment engine on made posts.

use std::sync::Arc;

use jiff::civil::{Weekday, date};

use super::*;
use crate::domain::{
    Aspect, AspectReading, DateRange, Language, Post, PostReading, Posts, Product, Sentiment, Slots, TableCoverage,
};

/// Sixty days of posts: half of them blame the delivery in the last four weeks, a tenth before.
fn facts() -> Facts {
    let first = date(2024, 3, 1);
    let mut posts = Posts::default();
    for day in 0..60_i64 {
        for n in 0..10_i64 {
            let negative = if day >= 32 { n < 5 } else { n < 1 };
            let text =
                if negative { "the courier was late and rude again" } else { "a lovely cup, would have it again" };
            posts.posts.push(Post {
                post_id: format!("{day}-{n}"),
                source: if n % 2 == 0 { "reviews" } else { "x" }.to_owned(),
                author: None,
                posted_at: first.saturating_add(day.days()).at(8, 0, 0, 0),
                text: text.to_owned(),
                product_id: Some(if negative { "P1" } else { "P2" }.to_owned()),
                rating: None,
                reply_to: None,
            });
            let sentiment = if negative { [0.9, 0.05, 0.05] } else { [0.05, 0.15, 0.8] };
            let vector = if negative { vec![1.0, 0.0] } else { vec![0.0, 1.0] };
            let aspect = if negative { Aspect::Delivery } else { Aspect::Quality };
            let aspects = vec![AspectReading { aspect, sentiment }];
            posts.readings.push(PostReading { vector, sentiment, aspects });
        }
    }
    let days = DateRange::new(first, first.saturating_add(60.days())).ok();
    let coverage = Coverage {
        version: 1,
        tables: vec![TableCoverage { table: TableName::Posts, rows: 600, days, sources: Vec::new() }],
    };
    let product = |id: &str, name: &str| Product {
        product_id: id.to_owned(),
        name: name.to_owned(),
        category: None,
        price: None,
        cost: None,
        description: None,
    };
    let filter = filter(&ask(Intent::SentimentOverview), &coverage);
    Facts {
        coverage,
        products: Arc::new(vec![product("P1", "Oolong"), product("P2", "Sencha")]),
        posts: vec![(filter, Arc::new(posts))],
        ..Facts::default()
    }
}

fn ask(intent: Intent) -> Question {
    Question {
        intent,
        slots: Slots::default(),
        role: Role::Marketer,
        customer: None,
        language: Language::English,
        today: date(2024, 5, 1),
        week_start: Weekday::Monday,
    }
}

#[test]
fn it_says_that_things_got_worse_and_which_product_is_blamed() {
    let answer = SentimentEngine.answer(&ask(Intent::SentimentOverview), &facts()).unwrap();
    let keys: Vec<&str> = answer.findings.iter().map(|finding| finding.text.key.as_ref()).collect();
    assert!(keys.contains(&"sentiment.worse"), "{keys:?}");
    let worst = answer.findings.iter().find(|finding| finding.text.key == "sentiment.worst").unwrap();
    assert_eq!(worst.text.args["product"], crate::domain::Arg::Text("Oolong".to_owned()));
    assert_eq!(answer.headline.args["negative"], crate::domain::Arg::Share(0.5));
}

#[test]
fn only_a_product_beyond_chance_is_liked_most() {
    let mut facts = facts();
    let posts = Arc::make_mut(&mut facts.posts[0].1);
    // Every product gets the same mixture: whichever comes first is first by chance.
    for (at, post) in posts.posts.iter_mut().enumerate() {
        post.product_id = Some(if (at / 10) % 2 == 0 { "P1" } else { "P2" }.to_owned());
    }
    let answer = SentimentEngine.answer(&ask(Intent::SentimentOverview), &facts).unwrap();
    let keys: Vec<&str> = answer.findings.iter().map(|finding| finding.text.key.as_ref()).collect();
    assert!(!keys.contains(&"sentiment.best") && !keys.contains(&"sentiment.worst"), "{keys:?}");
}

#[test]
fn a_breakdown_that_was_asked_for_comes_first_and_one_that_cannot_be_is_refused() {
    let mut question = ask(Intent::SentimentOverview);
    question.slots.by = vec![crate::domain::Dimension::Source];
    let answer = SentimentEngine.answer(&question, &facts()).unwrap();
    assert_eq!(answer.tables[0].title.key, "sentiment.by_source");
    assert_eq!(answer.tables.len(), 2);
    assert!(answer.findings.iter().any(|finding| finding.text.key == "sentiment.members"));
    question.slots.by = vec![crate::domain::Dimension::Region];
    assert!(matches!(SentimentEngine.answer(&question, &facts()), Err(EngineError::Unsupported(_))));
}

#[test]
fn a_week_that_is_not_over_is_marked() {
    let answer = SentimentEngine.answer(&ask(Intent::SentimentOverview), &facts()).unwrap();
    let crate::domain::ChartKind::Past { lines, partial, .. } = &answer.charts[0].kind else { panic!("no lines") };
    // The posts run from Friday 1 March to Monday 29 April.
    assert_eq!(partial, &[date(2024, 2, 26), date(2024, 4, 29)]);
    assert_eq!(lines[0].1.len(), 10);
}

#[test]
fn examples_are_of_the_wanted_class_and_aspect() {
    let mut question = ask(Intent::ReviewExamples);
    question.slots.sentiment = Some(Sentiment::Negative);
    question.slots.aspect = Some(crate::domain::Aspect::Delivery);
    let answer = SentimentEngine.answer(&question, &facts()).unwrap();
    assert_eq!(answer.findings.len(), 1, "the same complaint is quoted once");
    assert_eq!(answer.headline.args["total"], crate::domain::Arg::Count(140));
    assert!(!answer.headline.args.contains_key("about"), "nobody named anything");
    question.slots.aspect = Some(crate::domain::Aspect::Website);
    assert!(matches!(SentimentEngine.answer(&question, &facts()), Err(EngineError::NothingMatches(_))));
}

#[test]
fn aspects_are_ranked_and_one_that_rises_is_told() {
    let answer = SentimentEngine.answer(&ask(Intent::SentimentAspects), &facts()).unwrap();
    let table = &answer.tables[0];
    let named = |at: usize| table.rows[at][0].clone();
    assert_eq!(named(0), crate::domain::Arg::from(quotes::named_aspect(Aspect::Delivery)));
    assert_eq!(table.rows.len(), 2);
    let keys: Vec<&str> = answer.findings.iter().map(|finding| finding.text.key.as_ref()).collect();
    assert!(keys.contains(&"sentiment.aspect_rises"), "{keys:?}");
    assert!(keys.contains(&"sentiment.aspect_falls"), "{keys:?}");
    assert!(!answer.charts.is_empty());
}

#[test]
fn one_aspect_is_told_with_quotes_and_one_that_nobody_names_is_not_made_up() {
    let mut question = ask(Intent::SentimentAspects);
    question.slots.aspect = Some(Aspect::Delivery);
    let answer = SentimentEngine.answer(&question, &facts()).unwrap();
    assert_eq!(answer.headline.args["posts"], crate::domain::Arg::Count(140));
    assert_eq!(answer.headline.args["negative"], crate::domain::Arg::Share(1.0));
    assert!(answer.findings.iter().any(|finding| finding.text.key == "sentiment.quote"));
    question.slots.aspect = Some(Aspect::Website);
    assert!(matches!(SentimentEngine.answer(&question, &facts()), Err(EngineError::NothingMatches(_))));
}

#[test]
fn the_interval_of_a_share_is_that_of_wilson() {
    // Newcombe 1998, table I, method 3: 81 of 263 at 95 % gives 0.2553 to 0.3662.
    let (low, high) = answers::wilson(81.0 / 263.0, 263, 1.959_964);
    assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
}

#[test]
fn a_few_posts_of_one_mind_are_not_certain() {
    // One negative post by hand: shares of 1/3 and 2/3, a variance of (1 - 1/9) / 3, 1.96 standard deviations.
    let mut mood = answers::Mood::default();
    mood.add([0.9, 0.1, 0.0]);
    let (low, high) = aspects::net_interval(&mood, 1.96);
    assert!((low + 1.0).abs() < 1e-9 && (high - 0.7336).abs() < 5e-4, "{low} {high}");
    for _ in 0..399 {
        mood.add([0.9, 0.1, 0.0]);
    }
    let (low, high) = aspects::net_interval(&mood, 1.96);
    assert!(low < -0.99 && high < -0.97, "{low} {high}");
}

#[test]
fn customers_and_empty_tables_are_refused() {
    let mut question = ask(Intent::SentimentOverview);
    assert!(matches!(SentimentEngine.answer(&question, &Facts::default()), Err(EngineError::NoData(_))));
    question.role = Role::Customer;
    assert!(matches!(SentimentEngine.answer(&question, &facts()), Err(EngineError::Forbidden)));
}
