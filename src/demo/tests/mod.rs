//! The rows of the company: how many, and whether they fit together. What was planted in them is tested in effects.rs.

mod effects;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use jiff::civil::{Date, date};

use super::calendar::shift;
use super::{Company, DemoOptions, Planted, PostKind};
use crate::domain::{InteractionKind, Order, Post};

fn last() -> Date {
    date(2026, 11, 21)
}

fn company() -> &'static Company {
    static COMPANY: OnceLock<Company> = OnceLock::new();
    COMPANY.get_or_init(|| Company::generate(&DemoOptions::until(last())))
}

fn planted(company: &Company, id: &str) -> Planted {
    company.planted.iter().find(|planted| planted.id == id).unwrap().clone()
}

fn in_days(day: Date, from: Date, to: Date) -> bool {
    (from..=to).contains(&day)
}

#[test]
fn same_options_same_company() {
    assert_eq!(*company(), Company::generate(&DemoOptions::until(last())));
    let other = Company::generate(&DemoOptions { seed: 8, ..DemoOptions::until(last()) });
    assert_ne!(company().orders, other.orders);
    assert_ne!(company().posts, other.posts);
}

#[test]
fn sizes() {
    let summary = company().summary();
    assert_eq!(summary.products, 60);
    assert!((4_300..=6_000).contains(&summary.customers), "{summary:?}");
    assert!((38_000..=56_000).contains(&summary.orders), "{summary:?}");
    assert!(summary.order_lines >= 100_000, "{summary:?}");
    assert!(summary.posts >= 8_000, "{summary:?}");
    assert!((20_000..=60_000).contains(&summary.ad_results), "{summary:?}");
    assert!(summary.interactions > 50_000 && summary.campaign_sends > 5_000, "{summary:?}");
    assert_eq!(summary.last_day, Some(last()));
    assert_eq!(summary.first_day, Some(shift(last(), -729)));
}

#[test]
fn other_lengths_and_days_work() {
    for (last, years) in [(date(2024, 2, 29), 1), (date(2025, 1, 1), 3), (date(1970, 6, 30), 0)] {
        let company = Company::generate(&DemoOptions { seed: 1, last_day: last, years });
        assert!(company.summary().order_lines > 40_000);
        assert!(company.orders.iter().all(|order| order.ordered_at.date() <= last));
    }
}

#[test]
fn rows_fit_together() {
    let company = company();
    let products: BTreeSet<&str> = company.products.iter().map(|p| p.product_id.as_str()).collect();
    let customers: BTreeSet<&str> = company.customers.iter().map(|c| c.customer_id.as_str()).collect();
    assert_eq!((products.len(), customers.len()), (company.products.len(), company.customers.len()));
    let first = shift(last(), -729);
    let mut lines: BTreeMap<&str, Vec<&Order>> = BTreeMap::new();
    for order in &company.orders {
        assert!(products.contains(order.product_id.as_str()));
        assert!(order.customer_id.as_deref().is_none_or(|id| customers.contains(id)));
        assert!(order.unit_price > 0.0 && order.quantity != 0.0);
        assert!(in_days(order.ordered_at.date(), first, last()));
        assert!(["web", "store", "marketplace"].contains(&order.channel.as_deref().unwrap()));
        assert!(["North", "South", "East", "West"].contains(&order.region.as_deref().unwrap()));
        lines.entry(&order.order_id).or_default().push(order);
    }
    for lines in lines.values() {
        assert!(lines.iter().enumerate().all(|(at, order)| order.line as usize == at + 1));
        assert!(lines.iter().all(|order| order.customer_id == lines[0].customer_id));
        for back in lines.iter().filter(|order| order.quantity < 0.0) {
            let sold = lines.iter().find(|order| order.product_id == back.product_id && order.quantity > 0.0).unwrap();
            assert!(back.ordered_at > sold.ordered_at && -back.quantity <= sold.quantity);
        }
    }
    assert!(company.products.iter().all(|p| p.price.unwrap() >= p.cost.unwrap() && p.cost.unwrap() > 0.0));
    for interaction in &company.interactions {
        assert!(products.contains(interaction.product_id.as_str()));
        assert!(customers.contains(interaction.customer_id.as_str()));
        assert!(interaction.at.date() <= last());
    }
    let kinds: HashSet<InteractionKind> = company.interactions.iter().map(|interaction| interaction.kind).collect();
    assert_eq!(kinds.len(), 4);
    for send in &company.campaign_sends {
        assert!(customers.contains(send.customer_id.as_str()));
        assert!(send.opened_at.is_none_or(|at| at > send.sent_at));
        assert!(send.clicked_at.is_none_or(|at| send.opened_at.is_some_and(|opened| opened < at)));
        assert!(send.converted_at.is_none_or(|at| send.clicked_at.is_some_and(|clicked| clicked < at)));
        assert!(send.sent_at.date() <= last());
    }
    for row in &company.ad_results {
        assert!(row.spend >= 0.0 && row.impressions >= row.clicks && row.clicks >= row.conversions);
        assert!(in_days(row.date, first, last()));
    }
    assert!(company.customers.iter().all(|customer| customer.joined <= last()));
}

#[test]
fn posts_fit_together_and_read_differently() {
    let company = company();
    let products: BTreeSet<&str> = company.products.iter().map(|p| p.product_id.as_str()).collect();
    let by_id: HashMap<&str, &Post> = company.posts.iter().map(|post| (post.post_id.as_str(), post)).collect();
    assert_eq!(by_id.len(), company.posts.len());
    let texts: HashSet<&str> = company.posts.iter().map(|post| post.text.as_str()).collect();
    assert_eq!(texts.len(), company.posts.len());
    let mut grams: HashMap<Vec<String>, usize> = HashMap::new();
    let (mut all, mut chinese, mut replies) = (0, 0, 0);
    for (post, label) in company.posts.iter().zip(&company.post_labels) {
        assert_eq!(post.post_id, label.post_id);
        assert!(post.product_id.as_deref().is_none_or(|id| products.contains(id)));
        assert!(post.rating.is_none_or(|stars| (1.0..=5.0).contains(&stars)));
        assert!(in_days(post.posted_at.date(), shift(last(), -729), last()));
        assert!(!post.text.contains(['[', ']', '{', '}', '|', '>']), "{}", post.text);
        if let Some(parent) = &post.reply_to {
            let parent = by_id[parent.as_str()];
            assert!(parent.posted_at <= post.posted_at && parent.source == post.source);
            replies += 1;
        }
        if post.text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)) {
            chinese += 1;
            continue;
        }
        let words: Vec<String> = post.text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        assert!((2..=110).contains(&words.len()), "{}", post.text);
        for gram in words.windows(5) {
            *grams.entry(gram.to_vec()).or_default() += 1;
            all += 1;
        }
    }
    let distinct = grams.len() as f64 / f64::from(all);
    assert!(distinct > 0.45, "share of distinct five-word runs: {distinct}");
    let share = f64::from(chinese) / company.posts.len() as f64;
    assert!((0.03..0.10).contains(&share), "Chinese: {share}");
    assert!(replies > 300, "replies: {replies}");
    // A tenth of the writers on reddit writes more than a third of it.
    let mut written: HashMap<&str, usize> = HashMap::new();
    for post in company.posts.iter().filter(|post| post.source == "reddit") {
        *written.entry(post.author.as_deref().unwrap()).or_default() += 1;
    }
    let mut counts: Vec<usize> = written.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let (top, sum) = (counts[..counts.len() / 10].iter().sum::<usize>(), counts.iter().sum::<usize>());
    assert!(top * 3 > sum, "{top} of {sum}");
}

#[test]
fn stars_follow_the_words() {
    let company = company();
    let mean = |kind: PostKind| {
        let stars: Vec<f64> = company
            .posts
            .iter()
            .zip(&company.post_labels)
            .filter(|(_, label)| label.kind == kind)
            .filter_map(|(post, _)| post.rating)
            .collect();
        stars.iter().sum::<f64>() / stars.len() as f64
    };
    assert!(mean(PostKind::Positive) > 4.3 && mean(PostKind::Negative) < 2.2);
    assert!((2.3..3.7).contains(&mean(PostKind::Mixed)));
}

#[test]
fn planted_effects_are_documented() {
    let docs = include_str!("../../../docs/demo.md");
    for planted in &company().planted {
        assert!(docs.contains(&format!("`{}`", planted.id)), "docs/demo.md does not tell of {}", planted.id);
        assert!(planted.from <= planted.to && planted.to <= last() && !planted.what.is_empty());
    }
}
