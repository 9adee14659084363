//! Topics that a person puts together or takes apart. Pure; deterministic.

use std::collections::BTreeSet;

use ndarray::{Array2, Axis};

use super::TopicsError;
use super::model::{Topics, cluster, nearest};
use super::words::Terms;

/// A change of topics, by their numbers as they were before any change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopicEdit {
    /// Several become one.
    Merge(Vec<usize>),
    /// One becomes two.
    Split(usize),
}

/// A topic with fewer texts is not split.
const LEAST_TO_SPLIT: usize = 6;

impl Topics {
    /// These topics after some changes, described and numbered anew. Outliers stay where they are.
    ///
    /// # Errors
    /// When a topic is named that is not there or named in two changes, or one is too small to be split.
    pub fn edited(
        &self,
        vectors: &[&[f32]],
        texts: &[&str],
        edits: &[TopicEdit],
        seed: u64,
    ) -> Result<Self, TopicsError> {
        let mut topic_of = self.topic_of.clone();
        let mut count = self.topics.len();
        let mut seen = BTreeSet::new();
        let rows = rows(vectors);
        for edit in edits {
            let named = match edit {
                TopicEdit::Merge(topics) => topics.as_slice(),
                TopicEdit::Split(topic) => std::slice::from_ref(topic),
            };
            for &topic in named {
                if topic >= self.topics.len() {
                    return Err(TopicsError::NoSuchTopic { topic, topics: self.topics.len() });
                }
                if !seen.insert(topic) {
                    return Err(TopicsError::NamedTwice(topic));
                }
            }
            match edit {
                TopicEdit::Merge(topics) => {
                    let merged = topics.iter().min().copied();
                    for of in topic_of.iter_mut().filter(|of| of.is_some_and(|topic| topics.contains(&topic))) {
                        *of = merged;
                    }
                }
                TopicEdit::Split(topic) => {
                    let members: Vec<usize> = (0..texts.len()).filter(|&at| topic_of[at] == Some(*topic)).collect();
                    if members.len() < LEAST_TO_SPLIT {
                        return Err(TopicsError::TooSmallToSplit { topic: *topic, texts: members.len() });
                    }
                    let own = rows.select(Axis(0), &members);
                    let (halves, _) = nearest(&own, &cluster(&own, 2, seed)?);
                    for (&member, half) in members.iter().zip(halves) {
                        if half == 1 {
                            topic_of[member] = Some(count);
                        }
                    }
                    count += 1;
                }
            }
        }
        Ok(Self::numbered(&rows, &Terms::new(), texts, topic_of, count))
    }
}

fn rows(vectors: &[&[f32]]) -> Array2<f64> {
    let width = vectors.first().map_or(0, |vector| vector.len());
    Array2::from_shape_fn((vectors.len(), width), |(row, column)| f64::from(vectors[row][column]))
}
