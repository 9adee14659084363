//! Aspects: how much each is spoken of and how, what moved by more than chance since the period before, with quotes.

use crate::domain::{
    Action, Answer, Arg, Aspect, Chart, ChartKind, DateRange, Facts, Intent, Level, Phrase, Posts, Question, Sentiment,
    Slots, Table, TableName, Unit,
};
use crate::engines::EngineError;

use super::answers::{Mood, about, evidence, two_sided};
use super::quotes::{clearness, distinct, named_aspect};

/// Fewer posts than this about an aspect say little about it.
const LEAST_POSTS: usize = 8;
/// Aspects told one by one; all are in the table.
const TOLD: usize = 3;
/// Quotes where one aspect is asked about.
const QUOTES: usize = 3;

/// An aspect in a period and in the one before it.
struct Spoken {
    aspect: Aspect,
    now: Mood,
    before: Mood,
}

/// Posts of a period and of the one before it.
#[derive(Clone, Copy)]
struct Totals {
    now: usize,
    before: usize,
}

impl Spoken {
    fn count(aspect: Aspect, posts: &Posts, period: DateRange) -> Self {
        let before_period = period.previous();
        let (mut now, mut before) = (Mood::default(), Mood::default());
        for (post, reading) in posts.posts.iter().zip(&posts.readings) {
            let day = post.posted_at.date();
            if let Some(toward) = reading.toward(aspect) {
                if period.contains(day) {
                    now.add(toward.sentiment);
                } else if before_period.contains(day) {
                    before.add(toward.sentiment);
                }
            }
        }
        Self { aspect, now, before }
    }

    /// The share of positive minus that of negative posts, with its interval at `z` standard deviations.
    fn net(&self, z: f64) -> (f64, f64, f64) {
        let (low, high) = net_interval(&self.now, z);
        (self.now.share(Sentiment::Positive) - self.now.share(Sentiment::Negative), low, high)
    }

    /// What moved by more than chance: how much it is spoken of, and the share of complaints. Both are tests of two shares.
    fn moves(&self, totals: Totals, z: f64) -> Vec<Phrase> {
        let told = |key: &'static str, now: f64, before: f64| {
            let phrase = Phrase::new(key).with("aspect", named_aspect(self.aspect));
            phrase.with("share", Arg::Share(now)).with("before", Arg::Share(before))
        };
        let mut moves = Vec::new();
        if totals.before < LEAST_POSTS {
            return moves;
        }
        let (now, before) = (self.now.posts(), self.before.posts());
        let shares = (now as f64 / totals.now.max(1) as f64, before as f64 / totals.before.max(1) as f64);
        match deviations((now, totals.now), (before, totals.before)) {
            moved if moved > z => moves.push(told("sentiment.aspect_rises", shares.0, shares.1)),
            moved if moved < -z => moves.push(told("sentiment.aspect_falls", shares.0, shares.1)),
            _ => {}
        }
        let blamed = |mood: &Mood| mood.classes[Sentiment::Negative as usize];
        if now >= LEAST_POSTS && before >= LEAST_POSTS {
            let shares = (self.now.share(Sentiment::Negative), self.before.share(Sentiment::Negative));
            match deviations((blamed(&self.now), now), (blamed(&self.before), before)) {
                moved if moved > z => moves.push(told("sentiment.aspect_worse", shares.0, shares.1)),
                moved if moved < -z => moves.push(told("sentiment.aspect_better", shares.0, shares.1)),
                _ => {}
            }
        }
        moves
    }
}

/// The interval of the difference of two shares of the same posts, with one post added to each, so that a few posts of one
/// mind are not certain (Bonett and Price, 2012, adjusted Wald).
pub(super) fn net_interval(mood: &Mood, z: f64) -> (f64, f64) {
    let count = mood.posts() as f64 + 2.0;
    let share = |class: Sentiment| (mood.classes[class as usize] as f64 + 1.0) / count;
    let (positive, negative) = (share(Sentiment::Positive), share(Sentiment::Negative));
    let net = positive - negative;
    let half = z * ((positive + negative - net * net) / count).sqrt();
    ((net - half).max(-1.0), (net + half).min(1.0))
}

/// How many standard deviations two shares are apart, with the pooled variance (positive where the first is larger).
fn deviations((hits, count): (usize, usize), (other_hits, other_count): (usize, usize)) -> f64 {
    let (n, m) = (count.max(1) as f64, other_count.max(1) as f64);
    let pooled = (hits + other_hits) as f64 / (n + m);
    let spread = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    if spread > 0.0 { (hits as f64 / n - other_hits as f64 / m) / spread } else { 0.0 }
}

pub(super) fn ranked(
    question: &Question,
    facts: &Facts,
    posts: &Posts,
    period: DateRange,
) -> Result<Answer, EngineError> {
    let within = |range: DateRange| posts.posts.iter().filter(|post| range.contains(post.posted_at.date())).count();
    let totals = Totals { now: within(period), before: within(period.previous()) };
    let mut spoken: Vec<Spoken> = Aspect::ALL.iter().map(|aspect| Spoken::count(*aspect, posts, period)).collect();
    spoken.retain(|one| one.now.posts() > 0);
    spoken.sort_by_key(|one| (std::cmp::Reverse(one.now.posts()), one.aspect));
    let level = question.slots.level.unwrap_or(Level::DEFAULT).share();
    let mut answer = match question.slots.aspect {
        Some(aspect) => one(question, &spoken, aspect, posts, period, totals, level),
        None => all(question, &spoken, posts, period, totals, level),
    }
    .ok_or(EngineError::NothingMatches(TableName::Posts))?;
    let named: usize = posts
        .posts
        .iter()
        .zip(&posts.readings)
        .filter(|(post, reading)| period.contains(post.posted_at.date()) && !reading.aspects.is_empty())
        .count();
    answer.trust.push(Phrase::new("sentiment.named_trust").count("named", named).count("posts", totals.now));
    if question.slots.date_range.is_none() {
        answer.assumptions.push(Phrase::new("sentiment.usual_period").with("range", period));
    }
    answer.charts.push(chart(question, &spoken));
    answer.tables.push(table(&spoken, totals, two_sided(level)));
    answer.evidence = evidence(facts, posts, period);
    answer.evidence.method = vec![Phrase::new("sentiment.aspects_method")];
    answer.evidence.model = Some(Phrase::new("sentiment.aspects_model"));
    let blamed = question.slots.aspect.or_else(|| worst(&spoken).map(|one| one.aspect));
    answer.actions = vec![
        Action {
            label: Phrase::new("sentiment.ask_complaints"),
            intent: Intent::ReviewExamples,
            slots: Slots { sentiment: Some(Sentiment::Negative), aspect: blamed, ..Slots::default() },
        },
        Action {
            label: Phrase::new("sentiment.ask_overview"),
            intent: Intent::SentimentOverview,
            slots: Slots::default(),
        },
        Action { label: Phrase::new("sentiment.ask_topics"), intent: Intent::TopicOverview, slots: Slots::default() },
    ];
    Ok(answer)
}

/// The aspect with the lowest net feeling of those with enough posts.
fn worst(spoken: &[Spoken]) -> Option<&Spoken> {
    let enough = spoken.iter().filter(|one| one.now.posts() >= LEAST_POSTS);
    enough.min_by(|a, b| a.net(0.0).0.total_cmp(&b.net(0.0).0))
}

/// What is said of all aspects; nothing where none is named.
fn all(
    question: &Question,
    spoken: &[Spoken],
    posts: &Posts,
    period: DateRange,
    totals: Totals,
    level: f64,
) -> Option<Answer> {
    let most = spoken.first()?;
    let headline = Phrase::new("sentiment.aspects")
        .with("about", about(question))
        .with("range", period)
        .with("most", named_aspect(most.aspect))
        .with("share", Arg::Share(most.now.posts() as f64 / totals.now.max(1) as f64));
    let worst = worst(spoken);
    let mut answer = Answer::new(match worst {
        Some(worst) => headline
            .with("worst", named_aspect(worst.aspect))
            .with("negative", Arg::Share(worst.now.share(Sentiment::Negative))),
        None => headline,
    });
    let told = spoken.iter().take(TOLD).map(|one| Arg::from(member(one)));
    answer.find(Phrase::new("sentiment.aspects_told").with("members", Arg::List(told.collect())), 5.0);
    // Two tests an aspect: the chance that any of them errs stays what was asked for (Bonferroni).
    let z = two_sided(1.0 - (1.0 - level.max(0.95)) / (2 * spoken.len()) as f64);
    let moves: Vec<Phrase> = spoken.iter().flat_map(|one| one.moves(totals, z)).collect();
    if moves.is_empty() && totals.before >= LEAST_POSTS {
        answer.find(Phrase::new("sentiment.aspects_steady"), 3.0);
    }
    for phrase in moves {
        answer.find(phrase, 4.0);
    }
    if let Some(worst) = worst {
        for at in quotes(posts, period, worst.aspect, Some(Sentiment::Negative), 1) {
            let phrase = Phrase::new("sentiment.aspect_quote").with("aspect", named_aspect(worst.aspect));
            answer.find(phrase.with("quote", Arg::Text(posts.posts[at].text.clone())), 2.0);
        }
    }
    Some(answer)
}

fn member(one: &Spoken) -> Phrase {
    Phrase::new("sentiment.aspect_member")
        .with("aspect", named_aspect(one.aspect))
        .with("positive", Arg::Share(one.now.share(Sentiment::Positive)))
        .with("negative", Arg::Share(one.now.share(Sentiment::Negative)))
        .count("posts", one.now.posts())
}

/// What is said of one aspect; nothing where nobody names it.
fn one(
    question: &Question,
    spoken: &[Spoken],
    aspect: Aspect,
    posts: &Posts,
    period: DateRange,
    totals: Totals,
    level: f64,
) -> Option<Answer> {
    let found = spoken.iter().find(|one| one.aspect == aspect)?;
    let (net, low, high) = found.net(two_sided(level));
    let mut headline = Phrase::new("sentiment.aspect")
        .with("aspect", named_aspect(aspect))
        .with("range", period)
        .with("positive", Arg::Share(found.now.share(Sentiment::Positive)))
        .with("negative", Arg::Share(found.now.share(Sentiment::Negative)))
        .count("posts", found.now.posts());
    if question.slots.names.values().any(|names| !names.is_empty()) {
        headline = headline.with("about", about(question));
    }
    let mut answer = Answer::new(headline);
    let moves = found.moves(totals, two_sided(1.0 - (1.0 - level.max(0.95)) / 2.0));
    if moves.is_empty() && totals.before >= LEAST_POSTS {
        answer.find(Phrase::new("sentiment.aspect_steady").with("aspect", named_aspect(aspect)), 6.0);
    }
    for phrase in moves {
        answer.find(phrase, 6.0);
    }
    let interval = Phrase::new("sentiment.aspect_net").with("net", Arg::Share(net));
    let interval = interval.with("low", Arg::Share(low)).with("high", Arg::Share(high));
    answer.find(interval.with("level", Arg::Share(level)), 5.0);
    for (rank, at) in quotes(posts, period, aspect, question.slots.sentiment, QUOTES).into_iter().enumerate() {
        let post = &posts.posts[at];
        let phrase = Phrase::new("sentiment.quote")
            .with("quote", Arg::Text(post.text.clone()))
            .with("source", Arg::Text(post.source.clone()))
            .with("day", post.posted_at.date());
        answer.find(phrase, 4.0 - rank as f64);
    }
    if found.now.posts() < 30 {
        answer.caveats.push(Phrase::new("sentiment.few").count("posts", found.now.posts()));
    }
    Some(answer)
}

/// The clearest posts about an aspect, each of another kind.
fn quotes(posts: &Posts, period: DateRange, aspect: Aspect, wanted: Option<Sentiment>, count: usize) -> Vec<usize> {
    let mut found: Vec<(usize, f64)> = (0..posts.posts.len())
        .filter(|&at| period.contains(posts.posts[at].posted_at.date()))
        .filter_map(|at| Some((at, posts.readings[at].toward(aspect)?)))
        .filter(|(_, toward)| wanted.is_none_or(|wanted| toward.class() == wanted))
        .map(|(at, toward)| (at, clearness(toward.sentiment, wanted)))
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    distinct(posts, &found, count)
}

fn chart(question: &Question, spoken: &[Spoken]) -> Chart {
    let classes = [Sentiment::Positive, Sentiment::Neutral, Sentiment::Negative];
    let parts = ["sentiment.column_positive", "sentiment.column_neutral", "sentiment.column_negative"];
    let bars = spoken.iter().map(|one| {
        (named_aspect(one.aspect).into(), classes.iter().map(|class| one.now.share(*class)).collect::<Vec<f64>>())
    });
    Chart {
        title: Phrase::new("sentiment.aspects_title").with("about", about(question)),
        unit: Unit::Percent,
        kind: ChartKind::StackedBars {
            parts: parts.iter().map(|part| Phrase::new(part).into()).collect(),
            bars: bars.collect(),
        },
    }
}

fn table(spoken: &[Spoken], totals: Totals, z: f64) -> Table {
    let columns = [
        "sentiment.column_aspect",
        "sentiment.column_posts",
        "sentiment.column_share",
        "sentiment.column_share_before",
        "sentiment.column_positive",
        "sentiment.column_negative",
        "sentiment.column_net",
        "sentiment.column_low",
        "sentiment.column_high",
    ];
    let row = |one: &Spoken| {
        let (net, low, high) = one.net(z);
        vec![
            Arg::from(named_aspect(one.aspect)),
            Arg::Count(i64::try_from(one.now.posts()).unwrap_or(i64::MAX)),
            Arg::Share(one.now.posts() as f64 / totals.now.max(1) as f64),
            Arg::Share(one.before.posts() as f64 / totals.before.max(1) as f64),
            Arg::Share(one.now.share(Sentiment::Positive)),
            Arg::Share(one.now.share(Sentiment::Negative)),
            Arg::Share(net),
            Arg::Share(low),
            Arg::Share(high),
        ]
    };
    Table {
        title: Phrase::new("sentiment.aspects_table"),
        columns: columns.into_iter().map(Phrase::new).collect(),
        rows: spoken.iter().map(row).collect(),
    }
}
