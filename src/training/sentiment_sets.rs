//! The public sets that sentiment is learned from and measured on: where they lie, and what their labels mean.

use std::path::{Path, PathBuf};

use super::finetune::Example;
use crate::domain::Sentiment;

/// A text with its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The text.
    pub text: String,
    /// Its class.
    pub class: Sentiment,
}

/// A file of texts with labels, and what the labels mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Its name, for tables.
    pub name: &'static str,
    /// Where it lies below the data folder.
    pub path: &'static str,
    /// The classes by label.
    pub labels: &'static [(&'static str, Sentiment)],
    /// Every n-th row is taken; 1 for all.
    pub every: usize,
}

const TWO: &[(&str, Sentiment)] = &[("0", Sentiment::Negative), ("1", Sentiment::Positive)];
const THREE: &[(&str, Sentiment)] =
    &[("0", Sentiment::Negative), ("1", Sentiment::Neutral), ("2", Sentiment::Positive)];
const FIVE: &[(&str, Sentiment)] = &[
    ("0", Sentiment::Negative),
    ("1", Sentiment::Negative),
    ("2", Sentiment::Neutral),
    ("3", Sentiment::Positive),
    ("4", Sentiment::Positive),
];

/// What is learned from. Four fifths of CR are learned from; the rest is measured on.
pub const TRAIN: &[Set] = &[
    Set { name: "SST-2 sentences", path: "sentiment/sst2/train.tsv", labels: TWO, every: 1 },
    Set { name: "SST-2 phrases", path: "sentiment/sst2/train_phrases.tsv", labels: TWO, every: 2 },
    Set { name: "SST-5 sentences", path: "sentiment/sst5/train.tsv", labels: FIVE, every: 1 },
    Set { name: "TweetEval", path: "sentiment/tweeteval/train_semeval2013_2016.tsv.gz", labels: THREE, every: 1 },
];

/// What Chinese is learned from, with how much its texts count: reviews of hotels, books and computers, and of ten kinds
/// of things that are sold online.
pub const CHINESE_TRAIN: &[(Set, f32)] = &[
    (Set { name: "ChnSentiCorp", path: "sentiment/zh/chnsenticorp/train.tsv", labels: TWO, every: 1 }, 1.0),
    (Set { name: "hotel reviews", path: "sentiment/zh/hotel.tsv", labels: TWO, every: 1 }, 0.5),
    (Set { name: "online shopping", path: "sentiment/zh/online_shopping.tsv.gz", labels: TWO, every: 1 }, 0.3),
];
/// Chinese reviews, two classes: the dev part.
pub const CHINESE_DEV: Set =
    Set { name: "ChnSentiCorp dev", path: "sentiment/zh/chnsenticorp/dev.tsv", labels: TWO, every: 1 };
/// Chinese requests to an assistant (SMP 2020), which express no feeling: those that are learned from, and others.
pub const CHINESE_NEUTRAL: &str = "nlu/smp2020_zh/train.json";
/// Those that are measured on.
pub const CHINESE_NEUTRAL_DEV: &str = "nlu/smp2020_zh/dev.json";

/// Customer reviews: split by a fixed rule, as they come without parts.
pub const REVIEWS: Set = Set { name: "CR", path: "sentiment/cr/all.tsv", labels: TWO, every: 1 };
/// Film reviews, sentences, two classes: the dev part.
pub const SST2_DEV: Set = Set { name: "SST-2 dev", path: "sentiment/sst2/dev.tsv", labels: TWO, every: 1 };
/// Tweets, three classes: the val part.
pub const TWEET_VAL: Set = Set { name: "TweetEval val", path: "sentiment/tweeteval/val.tsv", labels: THREE, every: 1 };

impl Set {
    /// Where it lies.
    #[must_use]
    pub fn file(&self, data: &Path) -> PathBuf {
        data.join(self.path)
    }

    /// The classes its labels are among.
    #[must_use]
    pub fn classes(&self) -> Vec<usize> {
        let mut classes: Vec<usize> = self.labels.iter().map(|(_, class)| *class as usize).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    /// Texts of this set as examples. A set without neutral texts says nothing about that class.
    #[must_use]
    pub fn examples(&self, texts: Vec<Labelled>) -> Vec<Example> {
        let among = self.classes();
        let among = (among.len() < 3).then_some(among);
        let example = |one: Labelled| Example {
            text: one.text,
            class: one.class as usize,
            among: among.clone(),
            tags: Vec::new(),
        };
        texts.into_iter().map(example).collect()
    }

    /// The rows with a known label.
    #[must_use]
    pub fn labelled(&self, rows: Vec<(String, String)>) -> Vec<Labelled> {
        let class = |label: &str| self.labels.iter().find(|(known, _)| *known == label).map(|(_, class)| *class);
        let known = rows.into_iter().filter_map(|(label, text)| Some(Labelled { class: class(&label)?, text }));
        known.step_by(self.every.max(1)).collect()
    }
}

/// Whether a row of a set without parts is kept to measure on: one in five.
#[must_use]
pub fn held_out(row: usize) -> bool {
    row % 5 == 4
}
