//! The answers of the topic engine, from topics that were found.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::domain::{
    Action, Answer, Arg, Bucket, Chart, ChartKind, DateRange, Evidence, Facts, Intent, LinePoint, Phrase, Posts,
    Question, Sentiment, Slots, Table, TableName, Unit,
};
use crate::engines::EngineError;

use super::model::{LEAST_TEXTS, Topics};
use super::trends::{Trend, trends};

/// How many topics are shown where nobody says.
const SHOWN: usize = 6;

pub(super) fn overview(
    question: &Question,
    facts: &Facts,
    posts: &Posts,
    topics: &Topics,
    period: DateRange,
) -> Result<Answer, EngineError> {
    let moved = moved(posts, topics, period, question);
    let total: usize = moved.iter().map(|trend| trend.now).sum();
    if total == 0 {
        return Err(EngineError::NothingMatches(TableName::Posts));
    }
    let mut largest = moved.clone();
    largest.sort_by(|a, b| b.now.cmp(&a.now).then(a.topic.cmp(&b.topic)));
    largest.truncate(shown(question));
    let name = |trend: &Trend| Arg::Text(topics.topics[trend.topic].name());
    let first = &largest[0];
    let mut answer = Answer::new(
        Phrase::new(if question.slots.sentiment.is_some() { "topics.overview_of" } else { "topics.overview" })
            .with("kind", kind(question))
            .with("first", name(first))
            .with("share", Arg::Share(first.share_now))
            .with("range", period)
            .with("others", Arg::List(largest.iter().skip(1).take(2).map(name).collect()))
            .count("topics", largest.len()),
    );
    if let Some(quote) = quote(posts, topics, first.topic, period) {
        answer.find(Phrase::new("topics.quote").with("topic", name(first)).with("quote", Arg::Text(quote)), 2.0);
    }
    let blamed = blamed(posts, topics, period, &largest);
    // Among complaints everything is blamed.
    if let Some((topic, share)) = blamed.filter(|_| question.slots.sentiment.is_none()) {
        let topic = Arg::Text(topics.topics[topic].name());
        answer.find(Phrase::new("topics.blamed").with("topic", topic).with("share", Arg::Share(share)), 1.5);
    }
    if let Some(risen) = moved.iter().find(|trend| trend.significant && trend.z > 0.0) {
        answer.find(risen_phrase(risen, topics, question), 1.0);
    }
    finish(&mut answer, question, facts, posts, topics, period, &largest);
    let bars = largest.iter().map(|trend| (name(trend), 100.0 * trend.share_now)).collect();
    answer.charts.push(Chart {
        title: Phrase::new("topics.overview_title").with("range", period).with("kind", kind(question)),
        unit: Unit::Number,
        kind: ChartKind::Bars { bars },
    });
    answer.actions = vec![
        Action { label: Phrase::new("topics.ask_new"), intent: Intent::TopicTrends, slots: Slots::default() },
        Action {
            label: Phrase::new("topics.ask_negative"),
            intent: Intent::ReviewExamples,
            slots: Slots { sentiment: Some(Sentiment::Negative), ..Slots::default() },
        },
    ];
    Ok(answer)
}

pub(super) fn rising(
    question: &Question,
    facts: &Facts,
    posts: &Posts,
    topics: &Topics,
    period: DateRange,
) -> Result<Answer, EngineError> {
    let moved = moved(posts, topics, period, question);
    let before: usize = moved.iter().map(|trend| trend.before).sum();
    if before < LEAST_TEXTS {
        let what = Phrase::new("topics.look");
        return Err(EngineError::TooShort { what, needs: LEAST_TEXTS, found: before });
    }
    let mut risen: Vec<Trend> = moved.iter().copied().filter(|trend| trend.significant && trend.z > 0.0).collect();
    let fallen: Vec<Trend> = moved.iter().copied().rev().filter(|trend| trend.significant && trend.z < 0.0).collect();
    risen.truncate(shown(question));
    let name = |trend: &Trend| Arg::Text(topics.topics[trend.topic].name());
    let mut answer = match risen.first() {
        Some(first) => {
            let mut answer = Answer::new(
                Phrase::new("topics.rising")
                    .with("kind", kind(question))
                    .with("topic", name(first))
                    .with("share", Arg::Share(first.share_now))
                    .with("before", Arg::Share(first.share_before))
                    .with("range", period)
                    .count("posts", first.now),
            );
            if let Some(quote) = quote(posts, topics, first.topic, period) {
                answer
                    .find(Phrase::new("topics.quote").with("topic", name(first)).with("quote", Arg::Text(quote)), 2.0);
            }
            for trend in risen.iter().skip(1).take(2) {
                answer.find(risen_phrase(trend, topics, question), 1.5);
            }
            answer
        }
        None => Answer::new(Phrase::new("topics.nothing_rising").with("range", period).count("topics", moved.len())),
    };
    if let Some(trend) = fallen.first() {
        answer.find(
            Phrase::new("topics.fallen")
                .with("kind", kind(question))
                .with("topic", name(trend))
                .with("share", Arg::Share(trend.share_now))
                .with("before", Arg::Share(trend.share_before)),
            0.5,
        );
    }
    let listed: Vec<Trend> = if risen.is_empty() { moved.iter().take(SHOWN).copied().collect() } else { risen.clone() };
    finish(&mut answer, question, facts, posts, topics, period, &listed);
    answer.trust.push(Phrase::new("topics.test"));
    answer.evidence.method.push(Phrase::new("topics.test_method"));
    let lines =
        listed.iter().take(3).map(|trend| (name(trend), weekly(posts, topics, trend.topic, question))).collect();
    answer.charts.push(Chart {
        title: Phrase::new("topics.rising_title"),
        unit: Unit::Count,
        kind: ChartKind::Past {
            lines,
            usual: None,
            partial: cut_weeks(posts, question),
            limits: (Some(0.0), None),
            markers: Vec::new(),
        },
    });
    answer.actions = vec![Action {
        label: Phrase::new("topics.ask_overview"),
        intent: Intent::TopicOverview,
        slots: Slots::default(),
    }];
    Ok(answer)
}

fn risen_phrase(trend: &Trend, topics: &Topics, question: &Question) -> Phrase {
    Phrase::new("topics.risen")
        .with("kind", kind(question))
        .with("topic", Arg::Text(topics.topics[trend.topic].name()))
        .with("share", Arg::Share(trend.share_now))
        .with("before", Arg::Share(trend.share_before))
}

/// What is counted: posts, or only those of the class that was asked for.
fn kind(question: &Question) -> Phrase {
    Phrase::new(match question.slots.sentiment {
        Some(Sentiment::Negative) => "topics.complaints",
        Some(Sentiment::Neutral) => "topics.neutral",
        Some(Sentiment::Positive) => "topics.praise",
        None => "topics.posts",
    })
}

/// What both answers carry: the table, how far to trust it, what it rests on.
fn finish(
    answer: &mut Answer,
    question: &Question,
    facts: &Facts,
    posts: &Posts,
    topics: &Topics,
    period: DateRange,
    listed: &[Trend],
) {
    let in_period = posts.posts.iter().filter(|post| period.contains(post.posted_at.date())).count();
    answer.trust.push(
        Phrase::new("topics.trust")
            .count("posts", in_period)
            .count("all", posts.posts.len())
            .with("outliers", Arg::Share(topics.outlier_share())),
    );
    if question.slots.date_range.is_none() {
        answer.assumptions.push(Phrase::new("topics.usual_period").with("range", period));
    }
    if in_period < 50 {
        answer.caveats.push(Phrase::new("topics.few").count("posts", in_period));
    }
    let columns = ["topic", "posts", "share", "before", "negative", "example"];
    let key = |name: &&str| match *name {
        "topic" => "topics.column_topic",
        "posts" => "topics.column_posts",
        "share" => "topics.column_share",
        "before" => "topics.column_before",
        "negative" => "topics.column_negative",
        _ => "topics.column_example",
    };
    answer.tables.push(Table {
        title: Phrase::new("topics.overview_title").with("range", period).with("kind", kind(question)),
        columns: columns.iter().map(|name| Phrase::new(key(name))).collect(),
        rows: listed
            .iter()
            .map(|trend| {
                vec![
                    Arg::Text(topics.topics[trend.topic].name()),
                    Arg::Count(i64::try_from(trend.now).unwrap_or(i64::MAX)),
                    Arg::Share(trend.share_now),
                    Arg::Share(trend.share_before),
                    Arg::Share(negative_share(posts, topics, trend.topic, period)),
                    Arg::Text(quote(posts, topics, trend.topic, period).unwrap_or_default()),
                ]
            })
            .collect(),
    });
    let coverage = facts.coverage.of(TableName::Posts);
    answer.evidence = Evidence {
        sources: coverage
            .map(|coverage| (TableName::Posts, posts.posts.len() as u64, coverage.days))
            .into_iter()
            .collect(),
        method: vec![Phrase::new("topics.method").count("topics", topics.topics.len())],
        model: Some(Phrase::new("topics.model").with("outliers", Arg::Share(topics.outlier_share()))),
        rows: None,
    };
}

/// Shares in the period against shares before it.
fn moved(posts: &Posts, topics: &Topics, period: DateRange, question: &Question) -> Vec<Trend> {
    let wanted = question.slots.sentiment;
    let (mut before, mut now) = (vec![0; topics.topics.len()], vec![0; topics.topics.len()]);
    for ((post, reading), topic) in posts.posts.iter().zip(&posts.readings).zip(&topics.topic_of) {
        let Some(topic) = *topic else { continue };
        if wanted.is_some_and(|wanted| reading.class() != wanted) {
            continue;
        }
        let day = post.posted_at.date();
        if period.contains(day) {
            now[topic] += 1;
        } else if day < period.start() {
            before[topic] += 1;
        }
    }
    trends(&before, &now)
}

/// The most typical post of a topic in the period, short enough to quote.
fn quote(posts: &Posts, topics: &Topics, topic: usize, period: DateRange) -> Option<String> {
    let fits = |place: &usize| {
        let post = &posts.posts[*place];
        period.contains(post.posted_at.date()) && post.text.chars().count() <= 180
    };
    let typical = topics.topics[topic].representatives.iter().copied().find(|place| fits(place));
    let any =
        || (0..posts.posts.len()).filter(|&place| topics.topic_of[place] == Some(topic)).find(|place| fits(place));
    typical.or_else(any).map(|place| posts.posts[place].text.clone())
}

fn negative_share(posts: &Posts, topics: &Topics, topic: usize, period: DateRange) -> f64 {
    let (mut negative, mut all) = (0_usize, 0_usize);
    for ((post, reading), of) in posts.posts.iter().zip(&posts.readings).zip(&topics.topic_of) {
        if *of == Some(topic) && period.contains(post.posted_at.date()) {
            all += 1;
            negative += usize::from(reading.class() == Sentiment::Negative);
        }
    }
    negative as f64 / all.max(1) as f64
}

/// The shown topic that is blamed most, where it is blamed by more than half of its posts.
fn blamed(posts: &Posts, topics: &Topics, period: DateRange, listed: &[Trend]) -> Option<(usize, f64)> {
    listed
        .iter()
        .filter(|trend| trend.now >= 5)
        .map(|trend| (trend.topic, negative_share(posts, topics, trend.topic, period)))
        .filter(|(_, share)| *share > 0.5)
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

/// The first and the last week, where posts do not cover them whole.
fn cut_weeks(posts: &Posts, question: &Question) -> Vec<Date> {
    let floor = |day: Date| Bucket::Week.floor(day, question.week_start);
    let (Some(first), Some(last)) = (posts.posts.first(), posts.posts.last()) else { return Vec::new() };
    let (first, last) = (first.posted_at.date(), last.posted_at.date());
    let ends = [(floor(first), first > floor(first)), (floor(last), floor(last).saturating_add(6.days()) > last)];
    ends.into_iter().filter(|(_, is_cut)| *is_cut).map(|(week, _)| week).collect()
}

/// Posts of a topic week by week.
fn weekly(posts: &Posts, topics: &Topics, topic: usize, question: &Question) -> Vec<LinePoint> {
    let floor = |day: Date| Bucket::Week.floor(day, question.week_start);
    let (Some(first), Some(last)) = (posts.posts.first(), posts.posts.last()) else { return Vec::new() };
    let last = last.posted_at.date();
    let mut week = floor(first.posted_at.date());
    let mut points = Vec::new();
    while week <= last {
        points.push(LinePoint { at: week, value: 0.0, interval: None });
        week = Bucket::Week.next(week);
    }
    for (post, of) in posts.posts.iter().zip(&topics.topic_of) {
        if *of == Some(topic) {
            let week = floor(post.posted_at.date());
            if let Some(point) = points.iter_mut().find(|point| point.at == week) {
                point.value += 1.0;
            }
        }
    }
    points
}

fn shown(question: &Question) -> usize {
    question.slots.top_n.map_or(SHOWN, |n| (n as usize).clamp(1, 50))
}
