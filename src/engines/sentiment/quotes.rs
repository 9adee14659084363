//! Which posts to quote: clear ones of the wanted class, about the wanted aspect, not the same thing twice.

use std::collections::BTreeMap;

use crate::domain::{
    Action, Answer, Arg, Aspect, DateRange, Dimension, Facts, Intent, Phrase, Post, PostReading, Posts, Question,
    Sentiment, Slots, Table, TableName,
};
use crate::engines::EngineError;

use super::answers::{evidence, named};

/// How many are shown where nobody says.
const SHOWN: usize = 4;
/// Longer posts are not quoted in a line.
const LONGEST: usize = 260;
/// Two posts more alike than this say the same.
const SAME: f32 = 0.8;

pub(super) fn examples(
    question: &Question,
    facts: &Facts,
    posts: &Posts,
    period: DateRange,
) -> Result<Answer, EngineError> {
    let wanted = question.slots.sentiment;
    // Of a post that praises one thing and blames another, the feeling toward the aspect counts.
    let felt = |reading: &PostReading| match question.slots.aspect {
        Some(aspect) => reading.toward(aspect).map(|toward| toward.sentiment),
        None => Some(reading.sentiment),
    };
    let mut found: Vec<(usize, f64)> = (0..posts.posts.len())
        .filter(|&at| period.contains(posts.posts[at].posted_at.date()))
        .filter_map(|at| Some((at, felt(&posts.readings[at])?)))
        .filter(|(_, felt)| wanted.is_none_or(|wanted| Sentiment::likeliest(*felt) == wanted))
        .map(|(at, felt)| (at, clearness(felt, wanted)))
        .collect();
    if found.is_empty() {
        return Err(EngineError::NothingMatches(TableName::Posts));
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    let total = found.len();
    let shown = question.slots.top_n.map_or(SHOWN, |n| (n as usize).clamp(1, 50));
    let chosen = distinct(posts, &found, shown);
    let key = match wanted {
        Some(Sentiment::Negative) => "sentiment.examples_negative",
        Some(Sentiment::Positive) => "sentiment.examples_positive",
        Some(Sentiment::Neutral) | None => "sentiment.examples",
    };
    let mut headline = Phrase::new(key).with("range", period).count("shown", chosen.len()).count("total", total);
    if let Some(names) = named(question, &[Dimension::Product, Dimension::Category]) {
        headline = headline.with("about", names);
    }
    if let Some(names) = named(question, &[Dimension::Source]) {
        headline = headline.with("from", names);
    }
    if let Some(aspect) = question.slots.aspect {
        headline = headline.with("aspect", named_aspect(aspect));
    }
    let mut answer = Answer::new(headline);
    for (rank, &at) in chosen.iter().enumerate() {
        let post = &posts.posts[at];
        let phrase = Phrase::new("sentiment.quote")
            .with("quote", Arg::Text(post.text.clone()))
            .with("source", Arg::Text(post.source.clone()))
            .with("day", post.posted_at.date());
        answer.find(phrase, -(rank as f64));
    }
    if question.slots.date_range.is_none() {
        answer.assumptions.push(Phrase::new("sentiment.usual_period").with("range", period));
    }
    answer.trust.push(Phrase::new("sentiment.chosen_trust").count("total", total));
    answer.tables.push(listing(facts, posts, found.iter().take(200).map(|(at, _)| *at)));
    answer.evidence = evidence(facts, posts, period);
    let other = if wanted == Some(Sentiment::Positive) {
        ("sentiment.ask_complaints", Sentiment::Negative)
    } else {
        ("sentiment.ask_praise", Sentiment::Positive)
    };
    answer.actions = vec![
        Action {
            label: Phrase::new(other.0),
            intent: Intent::ReviewExamples,
            slots: Slots { sentiment: Some(other.1), ..Slots::default() },
        },
        Action {
            label: Phrase::new("sentiment.ask_overview"),
            intent: Intent::SentimentOverview,
            slots: Slots::default(),
        },
    ];
    Ok(answer)
}

/// The name of an aspect.
pub(super) fn named_aspect(aspect: Aspect) -> Phrase {
    Phrase { key: format!("common.aspect.{}", aspect.name()).into(), args: BTreeMap::new() }
}

/// The clearest short complaint of a period.
pub(super) fn most_negative(posts: &Posts, period: DateRange) -> Option<String> {
    let short = |post: &Post| (25..=160).contains(&post.text.chars().count());
    (0..posts.posts.len())
        .filter(|&at| period.contains(posts.posts[at].posted_at.date()) && short(&posts.posts[at]))
        .filter(|&at| posts.readings[at].class() == Sentiment::Negative)
        .max_by(|&a, &b| posts.readings[a].sentiment[0].total_cmp(&posts.readings[b].sentiment[0]))
        .map(|at| posts.posts[at].text.clone())
}

/// A sample of the posts behind a figure.
pub(super) fn sample(posts: &Posts, period: DateRange) -> Table {
    let inside: Vec<usize> =
        (0..posts.posts.len()).filter(|&at| period.contains(posts.posts[at].posted_at.date())).collect();
    let step = inside.len().div_ceil(5).max(1);
    listing(&Facts::default(), posts, inside.into_iter().step_by(step))
}

fn listing(facts: &Facts, posts: &Posts, places: impl Iterator<Item = usize>) -> Table {
    let names: BTreeMap<&str, &str> =
        facts.products.iter().map(|product| (product.product_id.as_str(), product.name.as_str())).collect();
    let row = |at: usize| {
        let (post, reading) = (&posts.posts[at], &posts.readings[at]);
        let product = post.product_id.as_deref().unwrap_or_default();
        let class = format!("common.sentiment.{}", reading.class().name());
        vec![
            Arg::Date(post.posted_at.date()),
            Arg::Text(post.source.clone()),
            Arg::Text((*names.get(product).unwrap_or(&product)).to_owned()),
            Arg::from(Phrase { key: class.into(), args: BTreeMap::new() }),
            Arg::Text(post.text.clone()),
        ]
    };
    let columns = [
        "sentiment.column_day",
        "sentiment.column_source",
        "sentiment.column_product",
        "sentiment.column_class",
        "sentiment.column_text",
    ];
    Table {
        title: Phrase::new("sentiment.posts_title"),
        columns: columns.into_iter().map(Phrase::new).collect(),
        rows: places.map(row).collect(),
    }
}

/// How clearly a post is of the wanted class; of any class, where none is wanted.
pub(super) fn clearness(felt: [f32; 3], wanted: Option<Sentiment>) -> f64 {
    match wanted {
        Some(class) => f64::from(felt[class as usize]),
        None => (f64::from(felt[2]) - f64::from(felt[0])).abs(),
    }
}

/// The best that are short enough and differ from those before them.
pub(super) fn distinct(posts: &Posts, found: &[(usize, f64)], shown: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    for &(at, _) in found {
        let length = posts.posts[at].text.chars().count();
        let like = |other: &usize| {
            let (a, b) = (&posts.readings[at].vector, &posts.readings[*other].vector);
            a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>() > SAME
        };
        if (20..=LONGEST).contains(&length) && !chosen.iter().any(like) {
            chosen.push(at);
            if chosen.len() == shown {
                break;
            }
        }
    }
    if chosen.is_empty() { found.iter().take(shown).map(|(at, _)| *at).collect() } else { chosen }
}
