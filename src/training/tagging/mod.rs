//! Tagged sentences: how they are learned from and how tags are measured. Reads no files.

mod measure;

use crate::nlu::tags::Tags;
use crate::training::finetune::{Example, FinetuneParams};

pub use measure::{Commonest, SpanScore, span_score};

/// One in this many sentences decides when to stop.
const HOLD_OUT: usize = 20;

/// A sentence with the tags of its words and what it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its words.
    pub words: Vec<String>,
    /// Their tags.
    pub tags: Vec<String>,
    /// Its label.
    pub label: String,
}

/// How layers are tuned for tags. The share of wrong tags falls for longer than the loss does, so that no look without gain
/// ends the fit early.
#[must_use]
pub fn tagging_params(seed: u64) -> FinetuneParams {
    FinetuneParams { epochs: 14, rate: 3e-4, head_rate: 5.0, looks: 1, patience: 14, seed, ..FinetuneParams::default() }
}

/// The labels and tags of sentences, numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    /// The labels, in order.
    pub labels: Vec<String>,
    /// The tags.
    pub tags: Tags,
}

impl Scheme {
    /// Those that sentences use.
    #[must_use]
    pub fn of(sentences: &[Sentence]) -> Self {
        let mut labels: Vec<String> = sentences.iter().map(|sentence| sentence.label.clone()).collect();
        labels.sort();
        labels.dedup();
        let mut names: Vec<&str> = sentences.iter().flat_map(|one| one.tags.iter().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        Self { labels, tags: Tags::new(names) }
    }

    /// The sentences to learn from, and those to stop by.
    #[must_use]
    pub fn examples(&self, sentences: &[Sentence]) -> (Vec<Example>, Vec<Example>) {
        let (mut learned, mut held) = (Vec::new(), Vec::new());
        // With few sentences there must still be some to stop by.
        let every = HOLD_OUT.min(sentences.len().max(1));
        for (at, sentence) in sentences.iter().enumerate() {
            let example = Example {
                text: sentence.words.join(" "),
                class: self.labels.binary_search(&sentence.label).unwrap_or(0),
                among: None,
                tags: sentence.tags.iter().map(|tag| self.tags.number(tag)).collect(),
            };
            if at % every == every - 1 { held.push(example) } else { learned.push(example) }
        }
        (learned, held)
    }
}
