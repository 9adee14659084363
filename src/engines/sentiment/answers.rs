//! The overview: shares of the three classes, how they moved, which products and sources stand out.

use std::collections::BTreeMap;

use crate::domain::{
    Action, Answer, Arg, Bucket, Chart, ChartKind, DateRange, Dimension, Evidence, Facts, Intent, LinePoint, Phrase,
    Post, PostReading, Posts, Question, Sentiment, Slots, Table, TableName, Unit,
};

use super::quotes;
use crate::engines::EngineError;

/// Fewer posts than this about one product say little about it.
const LEAST_POSTS: usize = 8;
/// More members than this are in the table only.
const TOLD: usize = 5;

/// Counts of the three classes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Mood {
    pub(super) classes: [usize; 3],
    /// Sum of P(positive) − P(negative).
    polarity: f64,
}

impl Mood {
    /// Counts P(negative), P(neutral), P(positive).
    pub(super) fn add(&mut self, felt: [f32; 3]) {
        self.classes[Sentiment::likeliest(felt) as usize] += 1;
        self.polarity += f64::from(felt[2]) - f64::from(felt[0]);
    }

    pub(super) fn posts(&self) -> usize {
        self.classes.iter().sum()
    }

    pub(super) fn share(&self, class: Sentiment) -> f64 {
        self.classes[class as usize] as f64 / self.posts().max(1) as f64
    }

    /// Mean polarity, from −1 to 1.
    pub(super) fn score(&self) -> f64 {
        self.polarity / self.posts().max(1) as f64
    }
}

/// The mood of the posts of a period.
pub(super) fn mood<'a>(posts: impl Iterator<Item = (&'a Post, &'a PostReading)>, period: DateRange) -> Mood {
    let mut mood = Mood::default();
    for (post, reading) in posts {
        if period.contains(post.posted_at.date()) {
            mood.add(reading.sentiment);
        }
    }
    mood
}

fn all(posts: &Posts) -> impl Iterator<Item = (&Post, &PostReading)> {
    posts.posts.iter().zip(&posts.readings)
}

/// The interval of a share (Wilson 1927) at the standard deviations `z`.
pub(super) fn wilson(share: f64, count: usize, z: f64) -> (f64, f64) {
    let n = count.max(1) as f64;
    let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

pub(super) fn overview(
    question: &Question,
    facts: &Facts,
    posts: &Posts,
    period: DateRange,
) -> Result<Answer, EngineError> {
    let before_period = period.previous();
    let (now, before) = (mood(all(posts), period), mood(all(posts), before_period));
    let level = question.slots.level.unwrap_or(crate::domain::Level::DEFAULT);
    let z = two_sided(level.share());
    let (low, high) = wilson(now.share(Sentiment::Positive), now.posts(), z);
    let mut answer = Answer::new(
        Phrase::new("sentiment.overview")
            .with("about", about(question))
            .with("positive", Arg::Share(now.share(Sentiment::Positive)))
            .with("negative", Arg::Share(now.share(Sentiment::Negative)))
            .with("low", Arg::Share(low))
            .with("high", Arg::Share(high))
            .with("level", Arg::Share(level.share()))
            .with("range", period),
    );
    if before.posts() >= LEAST_POSTS {
        answer.find(moved(now, before, before_period, z), 3.0);
    }
    let by_product = by_product(facts, posts, period);
    if question.slots.names_of(Dimension::Product).is_empty() {
        if let Some((name, mood)) = beyond(&by_product, now, Sentiment::Negative) {
            answer.find(product_phrase("sentiment.worst", name, *mood), 2.0);
        }
        if let Some((name, mood)) = beyond(&by_product, now, Sentiment::Positive) {
            answer.find(product_phrase("sentiment.best", name, *mood), 1.0);
        }
    }
    if let Some(quote) = quotes::most_negative(posts, period) {
        answer.find(Phrase::new("sentiment.blame").with("quote", Arg::Text(quote)), 1.5);
    }
    answer.trust.push(Phrase::new("sentiment.trust").count("posts", now.posts()));
    if question.slots.date_range.is_none() {
        answer.assumptions.push(Phrase::new("sentiment.usual_period").with("range", period));
    }
    if now.posts() < 30 {
        answer.caveats.push(Phrase::new("sentiment.few").count("posts", now.posts()));
    }
    if let Some(dimension) = question.slots.by.iter().copied().find(|by| by.bucket().is_none()) {
        broken_down(&mut answer, facts, posts, period, dimension)?;
    }
    answer.charts.push(trend(question, posts, period));
    let tables = [table("sentiment.by_product", &by_product), table("sentiment.by_source", &by_source(posts, period))];
    for table in tables {
        if !answer.tables.contains(&table) {
            answer.tables.push(table);
        }
    }
    answer.evidence = evidence(facts, posts, period);
    answer.actions = vec![
        Action {
            label: Phrase::new("sentiment.ask_complaints"),
            intent: Intent::ReviewExamples,
            slots: Slots { sentiment: Some(Sentiment::Negative), ..Slots::default() },
        },
        Action { label: Phrase::new("sentiment.ask_topics"), intent: Intent::TopicOverview, slots: Slots::default() },
        Action { label: Phrase::new("sentiment.ask_new"), intent: Intent::TopicTrends, slots: Slots::default() },
    ];
    Ok(answer)
}

/// The member whose share of a class is above that of all posts by more than chance: the lower end of Wilson's interval,
/// at 5 % over all members together (Bonferroni), is above it. Nothing where none is.
fn beyond(members: &[(String, Mood)], whole: Mood, class: Sentiment) -> Option<&(String, Mood)> {
    let z = two_sided(1.0 - 0.05 / members.len().max(1) as f64);
    let low = |mood: &Mood| wilson(mood.share(class), mood.posts(), z).0;
    let above = members.iter().filter(|(_, mood)| low(mood) > whole.share(class));
    above.max_by(|left, right| low(&left.1).total_cmp(&low(&right.1)))
}

/// The members of the breakdown that was asked for, told, drawn and listed first.
fn broken_down(
    answer: &mut Answer,
    facts: &Facts,
    posts: &Posts,
    period: DateRange,
    dimension: Dimension,
) -> Result<(), EngineError> {
    let (title, moods) = match dimension {
        Dimension::Source => ("sentiment.by_source", by_source(posts, period)),
        Dimension::Product => ("sentiment.by_product", by_product(facts, posts, period)),
        Dimension::Category => ("sentiment.by_category", by_category(facts, posts, period)),
        other => return Err(EngineError::Unsupported(Phrase::new("sentiment.no_breakdown").with("dimension", other))),
    };
    let told = moods.iter().take(TOLD).map(|(name, mood)| {
        let phrase = Phrase::new("sentiment.member").with("name", Arg::Text(name.clone()));
        let phrase = phrase.with("positive", Arg::Share(mood.share(Sentiment::Positive)));
        Arg::from(phrase.with("negative", Arg::Share(mood.share(Sentiment::Negative))))
    });
    let told: Vec<Arg> = told.collect();
    if !told.is_empty() {
        answer
            .find(Phrase::new("sentiment.members").with("dimension", dimension).with("members", Arg::List(told)), 5.0);
    }
    let classes = [Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative];
    let parts = ["sentiment.column_positive", "sentiment.column_neutral", "sentiment.column_negative"];
    let bars = moods.iter().map(|(name, mood)| {
        (Arg::Text(name.clone()), classes.iter().map(|class| mood.share(*class)).collect::<Vec<f64>>())
    });
    answer.charts.push(Chart {
        title: Phrase::new(title),
        unit: Unit::Percent,
        kind: ChartKind::StackedBars {
            parts: parts.iter().map(|part| Phrase::new(part).into()).collect(),
            bars: bars.collect(),
        },
    });
    answer.tables.push(table(title, &moods));
    Ok(())
}

/// The names of some dimensions that the question is narrowed to; nothing where it is not.
pub(super) fn named(question: &Question, dimensions: &[Dimension]) -> Option<Arg> {
    let names = dimensions
        .iter()
        .copied()
        .flat_map(|dimension| question.slots.names_of(dimension).iter().cloned().map(Arg::Text))
        .collect::<Vec<_>>();
    (!names.is_empty()).then_some(Arg::List(names))
}

/// What the question is about, for headlines.
pub(super) fn about(question: &Question) -> Arg {
    named(question, &[Dimension::Product, Dimension::Category, Dimension::Source])
        .unwrap_or_else(|| Phrase::new("sentiment.everything").into())
}

/// How the share of negative posts moved, and whether by more than chance.
fn moved(now: Mood, before: Mood, period: DateRange, z: f64) -> Phrase {
    let (share, earlier) = (now.share(Sentiment::Negative), before.share(Sentiment::Negative));
    let variance = |share: f64, count: usize| share * (1.0 - share) / count.max(1) as f64;
    let spread = (variance(share, now.posts()) + variance(earlier, before.posts())).sqrt();
    let key = match share - earlier {
        change if change > z * spread => "sentiment.worse",
        change if change < -z * spread => "sentiment.better",
        _ => "sentiment.steady",
    };
    Phrase::new(key).with("share", Arg::Share(share)).with("before", Arg::Share(earlier)).with("range", period)
}

fn product_phrase(key: &'static str, name: &str, mood: Mood) -> Phrase {
    Phrase::new(key)
        .with("product", Arg::Text(name.to_owned()))
        .with("negative", Arg::Share(mood.share(Sentiment::Negative)))
        .with("positive", Arg::Share(mood.share(Sentiment::Positive)))
        .count("posts", mood.posts())
}

/// Moods by product with enough posts, the unhappiest first.
fn by_product(facts: &Facts, posts: &Posts, period: DateRange) -> Vec<(String, Mood)> {
    let names: BTreeMap<&str, &str> =
        facts.products.iter().map(|product| (product.product_id.as_str(), product.name.as_str())).collect();
    grouped(posts, period, |post| {
        let id = post.product_id.as_deref()?;
        Some((*names.get(id).unwrap_or(&id)).to_owned())
    })
}

fn by_category(facts: &Facts, posts: &Posts, period: DateRange) -> Vec<(String, Mood)> {
    let categories: BTreeMap<&str, &str> = facts
        .products
        .iter()
        .filter_map(|product| Some((product.product_id.as_str(), product.category.as_deref()?)))
        .collect();
    grouped(posts, period, |post| categories.get(post.product_id.as_deref()?).map(|name| (*name).to_owned()))
}

fn by_source(posts: &Posts, period: DateRange) -> Vec<(String, Mood)> {
    grouped(posts, period, |post| Some(post.source.clone()))
}

fn grouped(posts: &Posts, period: DateRange, key: impl Fn(&Post) -> Option<String>) -> Vec<(String, Mood)> {
    let mut moods: BTreeMap<String, Mood> = BTreeMap::new();
    for (post, reading) in all(posts).filter(|(post, _)| period.contains(post.posted_at.date())) {
        if let Some(key) = key(post) {
            moods.entry(key).or_default().add(reading.sentiment);
        }
    }
    let mut moods: Vec<_> = moods.into_iter().filter(|(_, mood)| mood.posts() >= LEAST_POSTS).collect();
    moods.sort_by(|a, b| a.1.score().total_cmp(&b.1.score()).then_with(|| a.0.cmp(&b.0)));
    moods
}

fn table(title: &'static str, moods: &[(String, Mood)]) -> Table {
    let keys = ["name", "posts", "positive", "neutral", "negative", "score"];
    let key = |name: &&str| match *name {
        "name" => "sentiment.column_name",
        "posts" => "sentiment.column_posts",
        "positive" => "sentiment.column_positive",
        "neutral" => "sentiment.column_neutral",
        "negative" => "sentiment.column_negative",
        _ => "sentiment.column_score",
    };
    Table {
        title: Phrase::new(title),
        columns: keys.iter().map(|name| Phrase::new(key(name))).collect(),
        rows: moods
            .iter()
            .map(|(name, mood)| {
                vec![
                    Arg::Text(name.clone()),
                    Arg::Count(i64::try_from(mood.posts()).unwrap_or(i64::MAX)),
                    Arg::Share(mood.share(Sentiment::Positive)),
                    Arg::Share(mood.share(Sentiment::Neutral)),
                    Arg::Share(mood.share(Sentiment::Negative)),
                    Arg::Number(mood.score()),
                ]
            })
            .collect(),
    }
}

/// Shares of positive and negative posts week by week.
fn trend(question: &Question, posts: &Posts, period: DateRange) -> Chart {
    let mut weeks: BTreeMap<jiff::civil::Date, Mood> = BTreeMap::new();
    for (post, reading) in all(posts) {
        let week = Bucket::Week.floor(post.posted_at.date(), question.week_start);
        weeks.entry(week).or_default().add(reading.sentiment);
    }
    // Weeks that the first or the last post cuts would look like a change.
    let first = posts.posts.first().map_or(period.start(), |post| post.posted_at.date());
    let is_cut = |week: &&jiff::civil::Date| **week < first || Bucket::Week.next(**week) > period.end();
    let partial = weeks.keys().filter(is_cut).copied().collect();
    let line = |class| {
        let point = |(week, mood): (&jiff::civil::Date, &Mood)| LinePoint {
            at: *week,
            value: mood.share(class),
            interval: None,
        };
        weeks.iter().map(point).collect()
    };
    Chart {
        title: Phrase::new("sentiment.trend_title").with("about", about(question)),
        unit: Unit::Percent,
        kind: ChartKind::Past {
            lines: vec![
                (Arg::from(Phrase::new("sentiment.column_positive")), line(Sentiment::Positive)),
                (Arg::from(Phrase::new("sentiment.column_negative")), line(Sentiment::Negative)),
            ],
            usual: None,
            partial,
            limits: (Some(0.0), Some(1.0)),
            markers: Vec::new(),
        },
    }
}

pub(super) fn evidence(facts: &Facts, posts: &Posts, period: DateRange) -> Evidence {
    let read = posts.posts.iter().filter(|post| period.contains(post.posted_at.date())).count() as u64;
    let sources = facts.coverage.of(TableName::Posts).map(|_| (TableName::Posts, read, Some(period)));
    Evidence {
        sources: sources.into_iter().collect(),
        method: vec![Phrase::new("sentiment.method")],
        model: Some(Phrase::new("sentiment.model")),
        rows: Some(quotes::sample(posts, period)),
    }
}

/// The standard deviations of a two-sided normal interval.
pub(super) fn two_sided(level: f64) -> f64 {
    use statrs::distribution::{ContinuousCDF as _, Normal};
    Normal::standard().inverse_cdf(0.5 + level / 2.0)
}
