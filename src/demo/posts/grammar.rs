//! The hand-written pieces that posts are put together from, and how a piece becomes words. Which pieces is not here.

use std::collections::BTreeMap;

use rand::Rng;
use serde::Deserialize;

use crate::demo::chance::{Chance, text, weighted};
use crate::demo::parameters::{FILES, read};

/// How a post speaks of its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PostKind {
    /// Praise.
    Positive,
    /// Blame.
    Negative,
    /// Praise and blame in one.
    Mixed,
    /// Neither.
    Neutral,
    /// A question.
    Question,
    /// Blame dressed as praise.
    Sarcasm,
}

/// A topic's file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    #[serde(skip)]
    pub(super) name: String,
    pub(super) aspect: String,
    pub(super) weight: f64,
    pub(super) kinds: BTreeMap<String, f64>,
    /// Categories of the products it can be about; empty: all.
    #[serde(default)]
    pub(super) about: Vec<String>,
    /// How much more is said about it in December.
    #[serde(default = "once")]
    pub(super) december: f64,
    pub(super) positive: Vec<String>,
    pub(super) negative: Vec<String>,
    pub(super) neutral: Vec<String>,
    pub(super) question: Vec<String>,
    pub(super) sarcasm: Vec<String>,
}

fn once() -> f64 {
    1.0
}

impl Topic {
    /// The pieces of one kind; a mixed post takes from praise and blame itself.
    pub(super) fn pieces(&self, kind: PostKind) -> &[String] {
        match kind {
            PostKind::Positive => &self.positive,
            PostKind::Negative | PostKind::Mixed => &self.negative,
            PostKind::Neutral => &self.neutral,
            PostKind::Question => &self.question,
            PostKind::Sarcasm => &self.sarcasm,
        }
    }

    /// Draws how somebody speaks of it; `fondness` above 1 makes praise likelier.
    pub(super) fn kind(&self, chance: &mut Chance, fondness: f64) -> PostKind {
        let share = |name: &str| self.kinds.get(name).copied().unwrap_or(0.0);
        let drawn = weighted(
            chance,
            [share("positive") * fondness, share("negative") / fondness, share("neutral"), share("question")],
        );
        let side: f64 = chance.r#gen();
        match drawn {
            0 if side < 0.13 => PostKind::Mixed,
            0 => PostKind::Positive,
            1 if side < 0.15 => PostKind::Mixed,
            1 if side < 0.22 => PostKind::Sarcasm,
            1 => PostKind::Negative,
            2 => PostKind::Neutral,
            _ => PostKind::Question,
        }
    }
}

/// general.toml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct General {
    pub(super) openings_positive: Vec<String>,
    pub(super) openings_negative: Vec<String>,
    pub(super) openings_mixed: Vec<String>,
    pub(super) openings_neutral: Vec<String>,
    pub(super) openings_question: Vec<String>,
    pub(super) contexts: Vec<String>,
    pub(super) links_but: Vec<String>,
    pub(super) links_and: Vec<String>,
    pub(super) comparisons: Vec<String>,
    pub(super) closings_positive: Vec<String>,
    pub(super) closings_negative: Vec<String>,
    pub(super) closings_neutral: Vec<String>,
    pub(super) closings_question: Vec<String>,
    pub(super) emoji_positive: Vec<String>,
    pub(super) emoji_negative: Vec<String>,
    pub(super) emoji_neutral: Vec<String>,
    pub(super) hashtags: Vec<String>,
    pub(super) replies_positive: Vec<String>,
    pub(super) replies_negative: Vec<String>,
    pub(super) replies_question: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) handles: Vec<String>,
}

/// chinese.toml.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chinese {
    pub(super) openings_positive: Vec<String>,
    pub(super) openings_negative: Vec<String>,
    pub(super) closings_positive: Vec<String>,
    pub(super) closings_negative: Vec<String>,
    pub(super) topic: Vec<ChineseTopic>,
    /// What a product of a category is called.
    pub(super) products: BTreeMap<String, Vec<String>>,
}

/// A topic of the Chinese reviews.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChineseTopic {
    pub(super) name: String,
    pub(super) positive: Vec<String>,
    pub(super) negative: Vec<String>,
}

/// All pieces.
#[derive(Debug, Clone)]
pub(super) struct Grammar {
    pub(super) topics: Vec<Topic>,
    pub(super) general: General,
    pub(super) chinese: Chinese,
}

impl Grammar {
    /// Every file of data/demo/posts beside the two special ones is a topic, in the order of their names.
    pub(super) fn read() -> Grammar {
        let mut topics = Vec::new();
        let folder = FILES.get_dir("posts").into_iter().flat_map(include_dir::Dir::files);
        let mut paths: Vec<_> = folder.filter_map(|file| file.path().to_str()).collect();
        paths.sort_unstable();
        for path in paths {
            let name = path.trim_start_matches("posts/").trim_end_matches(".toml");
            if name != "general" && name != "chinese" {
                topics.push(Topic { name: name.to_owned(), ..read(path) });
            }
        }
        Grammar { topics, general: read("posts/general.toml"), chinese: read("posts/chinese.toml") }
    }

    pub(super) fn topic(&self, name: &str) -> usize {
        self.topics.iter().position(|topic| topic.name == name).unwrap_or(0)
    }
}

/// What stands for the slots of a piece.
#[derive(Debug, Clone)]
pub(super) struct Fill<'a> {
    /// Ways to name the product.
    pub(super) products: &'a [String],
    /// Ways to name another product.
    pub(super) others: &'a [String],
    pub(super) cities: &'a [String],
    pub(super) people: &'a [String],
    pub(super) year: i16,
    /// What the product is, in words that pieces may ask for.
    pub(super) tags: &'a str,
}

/// The pieces that suit the product: one that begins with `kettle,press> ` is for products with one of these tags.
pub(super) fn fitting<'a, T: AsRef<str>>(pieces: &'a [T], fill: &Fill<'_>) -> Vec<&'a str> {
    let fits = |piece: &'a T| match piece.as_ref().split_once("> ") {
        Some((tags, rest)) => tags.split(',').any(|tag| fill.tags.contains(tag)).then_some(rest),
        None => Some(piece.as_ref()),
    };
    pieces.iter().filter_map(fits).collect()
}

/// Chooses among `[a|b]` and fills `{slots}`.
pub(super) fn expand(chance: &mut Chance, piece: &str, fill: &Fill<'_>) -> String {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let mut words = String::new();
    let mut rest = piece;
    while let Some(at) = rest.find(['[', '{']) {
        words.push_str(&rest[..at]);
        let close = if rest[at..].starts_with('[') { ']' } else { '}' };
        let Some(length) = rest[at..].find(close) else { break };
        let inner = &rest[at + 1..at + length];
        if close == ']' {
            let options: Vec<&str> = inner.split('|').collect();
            let option = text(chance, &options);
            words.push_str(&expand(chance, option, fill));
        } else {
            match inner {
                "p" => words.push_str(text(chance, fill.products)),
                "p2" => words.push_str(text(chance, fill.others)),
                "city" => words.push_str(text(chance, fill.cities)),
                "who" => words.push_str(text(chance, fill.people)),
                "day" => words.push_str(text(chance, &DAYS)),
                "n" => words.push_str(&chance.gen_range(3..10).to_string()),
                "year" => words.push_str(&(fill.year - chance.gen_range(1..9)).to_string()),
                other => words.push_str(other),
            }
        }
        rest = &rest[at + length + 1..];
    }
    words.push_str(rest);
    words
}
