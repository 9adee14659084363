//! Tests of the topic engine on made posts.

use std::sync::Arc;

use jiff::civil::{Weekday, date};
use rand::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;
use crate::domain::{DateRange, Language, Post, PostReading, Slots, TableCoverage};

const SUBJECTS: [&str; 5] =
    ["parcel late courier", "mouldy stale leaves", "kettle handle loose", "pretty gift ribbon", "leaking tin lid"];

/// Posts about five subjects, whose vectors point roughly one way per subject; the last subject exists only in the last
/// four weeks.
fn facts() -> (Facts, Vec<usize>) {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
    let (mut posts, mut readings, mut truth) = (Vec::new(), Vec::new(), Vec::new());
    let first = date(2024, 1, 1);
    for day in 0..180_i64 {
        for n in 0..6 {
            let subject = if day >= 152 && n == 0 { 4 } else { random.gen_range(0..4) };
            let mut vector: Vec<f32> = (0..48).map(|_| random.gen_range(-0.25..0.25)).collect();
            vector[subject * 8] += 1.0;
            let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
            vector.iter_mut().for_each(|value| *value /= norm);
            let negative = if subject == 4 { 0.9 } else { 0.2 };
            posts.push(Post {
                post_id: format!("{day}-{n}"),
                source: "reviews".to_owned(),
                author: None,
                posted_at: first.saturating_add(day.days()).at(9, 0, 0, 0),
                text: SUBJECTS[subject].to_owned(),
                product_id: None,
                rating: None,
                reply_to: None,
            });
            readings.push(PostReading { vector, sentiment: [negative, 0.0, 1.0 - negative], aspects: Vec::new() });
            truth.push(subject);
        }
    }
    let days = DateRange::new(first, first.saturating_add(180.days())).ok();
    let coverage = Coverage {
        version: 1,
        tables: vec![TableCoverage { table: TableName::Posts, rows: 1080, days, sources: Vec::new() }],
    };
    let filter = filter(&ask(Intent::TopicOverview), &coverage);
    let kept: Vec<usize> =
        (0..posts.len()).filter(|&at| filter.range.unwrap().contains(posts[at].posted_at.date())).collect();
    let posts = Posts {
        posts: kept.iter().map(|&at| posts[at].clone()).collect(),
        readings: kept.iter().map(|&at| readings[at].clone()).collect(),
    };
    let truth = kept.iter().map(|&at| truth[at]).collect();
    (Facts { coverage, posts: vec![(filter, Arc::new(posts))], ..Facts::default() }, truth)
}

fn ask(intent: Intent) -> Question {
    Question {
        intent,
        slots: Slots::default(),
        role: Role::Marketer,
        customer: None,
        language: Language::English,
        today: date(2024, 6, 30),
        week_start: Weekday::Monday,
    }
}

/// The share of texts whose topic's most frequent subject is their own.
fn purity(topics: &[Option<usize>], truth: &[usize]) -> f64 {
    let count = topics.iter().flatten().max().map_or(0, |most| most + 1);
    let right: usize = (0..count)
        .map(|topic| {
            let mut counts = [0; 5];
            for (_, &subject) in topics.iter().zip(truth).filter(|(of, _)| **of == Some(topic)) {
                counts[subject] += 1;
            }
            counts.into_iter().max().unwrap_or(0)
        })
        .sum();
    right as f64 / truth.len() as f64
}

#[test]
fn subjects_are_told_apart_where_a_random_split_is_not() {
    let (facts, truth) = facts();
    let posts = &facts.posts[0].1;
    let topics = TopicEngine::new().topics(1, &facts.posts[0].0, posts).unwrap();
    let random: Vec<Option<usize>> = (0..truth.len()).map(|at| Some(at * 7 % topics.topics.len())).collect();
    assert!(purity(&topics.topic_of, &truth) > 0.9, "{}", purity(&topics.topic_of, &truth));
    assert!(purity(&topics.topic_of, &truth) > purity(&random, &truth) + 0.3);
    assert!(topics.outlier_share() < 0.1);
}

#[test]
fn the_new_subject_is_named_as_rising() {
    let (facts, _) = facts();
    let answer = TopicEngine::new().answer(&ask(Intent::TopicTrends), &facts).unwrap();
    assert_eq!(answer.headline.key, "topics.rising");
    let name = format!("{:?}", answer.headline.args["topic"]);
    assert!(name.contains("tin") || name.contains("leaking") || name.contains("lid"), "{name}");
}

#[test]
fn shares_of_complaints_are_called_so() {
    let (facts, _) = facts();
    let mut question = ask(Intent::TopicOverview);
    question.slots.sentiment = Some(crate::domain::Sentiment::Negative);
    let answer = TopicEngine::new().answer(&question, &facts).unwrap();
    assert_eq!(answer.headline.key, "topics.overview_of");
    assert_eq!(answer.headline.args["kind"], crate::domain::Phrase::new("topics.complaints").into());
    assert_eq!(answer.headline.args["share"], crate::domain::Arg::Share(1.0));
}

#[test]
fn the_same_facts_give_the_same_topics() {
    let (facts, _) = facts();
    let (filter, posts) = &facts.posts[0];
    let (a, b) = (TopicEngine::new().topics(1, filter, posts), TopicEngine::new().topics(1, filter, posts));
    assert_eq!(a.unwrap(), b.unwrap());
}

#[test]
fn topics_are_put_together_and_taken_apart() {
    let (facts, truth) = facts();
    let posts = &facts.posts[0].1;
    let texts: Vec<&str> = posts.posts.iter().map(|post| post.text.as_str()).collect();
    let vectors: Vec<&[f32]> = posts.readings.iter().map(|reading| reading.vector.as_slice()).collect();
    let five = Topics::fit(&vectors, &texts, TopicParams { topics: Some(5), seed: 1 }).unwrap();
    let merged = five.edited(&vectors, &texts, &[TopicEdit::Merge(vec![0, 1])], 1).unwrap();
    assert_eq!((five.topics.len(), merged.topics.len()), (5, 4));
    assert_eq!(merged.topics[0].size, five.topics[0].size + five.topics[1].size);
    let inside = |topic: Option<usize>| topic == Some(0) || topic == Some(1);
    for (before, after) in five.topic_of.iter().zip(&merged.topic_of) {
        assert_eq!((inside(*before), before.is_none()), (*after == Some(0), after.is_none()));
    }
    // What was put together is two subjects, and taken apart they are found again.
    let split = merged.edited(&vectors, &texts, &[TopicEdit::Split(0)], 1).unwrap();
    assert_eq!(split.topics.len(), 5);
    assert!(purity(&split.topic_of, &truth) > 0.9 && purity(&merged.topic_of, &truth) < 0.85);
    let none = five.edited(&vectors, &texts, &[TopicEdit::Split(9)], 1);
    assert!(matches!(none, Err(TopicsError::NoSuchTopic { topic: 9, topics: 5 })));
    let twice = five.edited(&vectors, &texts, &[TopicEdit::Merge(vec![1, 2]), TopicEdit::Split(2)], 1);
    assert!(matches!(twice, Err(TopicsError::NamedTwice(2))));
}

#[test]
fn chinese_texts_are_sorted_by_their_words() {
    let (delivery, taste) = (
        ["快递太慢等了很久", "物流太慢快递不行", "快递慢得离谱", "等快递等了很久"],
        ["茶叶味道清香", "味道清香回甘", "茶叶清香不错", "回甘味道很好"],
    );
    let texts: Vec<&str> =
        (0..80).map(|at| if at % 2 == 0 { delivery[at / 2 % 4] } else { taste[at / 2 % 4] }).collect();
    // The vectors say nothing.
    let same = vec![vec![1.0_f32, 0.0, 0.0]; 80];
    let vectors: Vec<&[f32]> = same.iter().map(Vec::as_slice).collect();
    let found = Topics::fit(&vectors, &texts, TopicParams { topics: Some(2), seed: 1 }).unwrap();
    let truth: Vec<usize> = (0..80).map(|at| at % 2).collect();
    assert!(purity(&found.topic_of, &truth) > 0.9, "{found:?}");
    assert!(found.topics.iter().any(|topic| topic.name().contains("快递")), "{found:?}");
}

#[test]
fn odd_input_is_refused() {
    let few: Vec<Vec<f32>> = vec![vec![1.0, 0.0]; 5];
    let vectors: Vec<&[f32]> = few.iter().map(Vec::as_slice).collect();
    let found = Topics::fit(&vectors, &["a"; 5], TopicParams::default());
    assert!(matches!(found, Err(TopicsError::TooFew { found: 5, .. })));
    let same: Vec<Vec<f32>> = vec![vec![1.0, 0.0, 0.0]; 40];
    let vectors: Vec<&[f32]> = same.iter().map(Vec::as_slice).collect();
    assert!(Topics::fit(&vectors, &["same words"; 40], TopicParams { topics: Some(2), seed: 1 }).is_ok());
    let wanted = TopicParams { topics: Some(90), seed: 1 };
    assert!(matches!(Topics::fit(&vectors, &["a"; 40], wanted), Err(TopicsError::TooManyTopics { most: 13, .. })));
    let mut customer = ask(Intent::TopicOverview);
    customer.role = Role::Customer;
    assert!(matches!(TopicEngine::new().answer(&customer, &Facts::default()), Err(EngineError::Forbidden)));
}
