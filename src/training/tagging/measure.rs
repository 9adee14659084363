//! How well stretches are found, as conlleval counts (Tjong Kim Sang and Buchholz, 2000), and the naive way to find them.

use std::collections::{BTreeMap, HashMap};

use super::Sentence;
use crate::nlu::tags::Tags;

/// How well stretches are found, over all names together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SpanScore {
    /// Found stretches that are right in name, begin and end.
    pub right: usize,
    /// All that were found.
    pub found: usize,
    /// All there are.
    pub wanted: usize,
}

impl SpanScore {
    /// The share of found stretches that are right.
    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.right, self.found)
    }

    /// The share of stretches that were found.
    #[must_use]
    pub fn recall(&self) -> f64 {
        share(self.right, self.wanted)
    }

    /// The harmonic mean of the two.
    #[must_use]
    pub fn f1(&self) -> f64 {
        share(2 * self.right, self.found + self.wanted)
    }
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// Compares tags with those that were found, sentence by sentence.
#[must_use]
pub fn span_score(wanted: &[Vec<String>], found: &[Vec<String>]) -> SpanScore {
    let mut score = SpanScore::default();
    for (wanted, found) in wanted.iter().zip(found) {
        let stretches = |tags: &[String]| Tags::stretches(tags.iter().map(String::as_str));
        let (wanted, found) = (stretches(wanted), stretches(found));
        score.wanted += wanted.len();
        score.found += found.len();
        score.right += found.iter().filter(|one| wanted.contains(one)).count();
    }
    score
}

/// The naive tagger: each word gets the tag that it has most often, and a sentence the commonest label.
#[derive(Debug, Clone)]
pub struct Commonest {
    tags: HashMap<String, String>,
    /// The commonest label.
    pub label: String,
}

impl Commonest {
    /// Counts.
    #[must_use]
    pub fn fit(sentences: &[Sentence]) -> Self {
        let mut counts: HashMap<&str, BTreeMap<&str, usize>> = HashMap::new();
        let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
        for sentence in sentences {
            *labels.entry(&sentence.label).or_default() += 1;
            for (word, tag) in sentence.words.iter().zip(&sentence.tags) {
                *counts.entry(word).or_default().entry(tag).or_default() += 1;
            }
        }
        let most = |counts: &BTreeMap<&str, usize>| {
            counts.iter().max_by_key(|(_, count)| **count).map_or_else(String::new, |(name, _)| (*name).to_owned())
        };
        let tags = counts.iter().map(|(word, counts)| ((*word).to_owned(), most(counts))).collect();
        Self { tags, label: most(&labels) }
    }

    /// The tags of words.
    #[must_use]
    pub fn tag(&self, words: &[String]) -> Vec<String> {
        let one = |word: &String| self.tags.get(word).cloned().unwrap_or_else(|| Tags::NONE.to_owned());
        words.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_stretch_counts_where_name_begin_and_end_are_right() {
        // Counted by hand after conlleval's rules: one of two found is right, of three there are.
        let wanted = [tags("B-a I-a O B-b O B-a")];
        let found = [tags("B-a I-a O B-a O O")];
        let score = span_score(&wanted, &found);
        assert_eq!((score.right, score.found, score.wanted), (1, 2, 3));
        assert!((score.f1() - 0.4).abs() < 1e-12 && (score.precision() - 0.5).abs() < 1e-12);
        assert_eq!(span_score(&[], &[]).f1(), 0.0);
    }

    #[test]
    fn the_naive_tagger_knows_words_and_nothing_of_their_place() {
        let sentence = |words: &str, tags_of: &str| Sentence {
            words: tags(words),
            tags: tags(tags_of),
            label: "flight".to_owned(),
        };
        let naive = Commonest::fit(&[sentence("to paris", "O B-to"), sentence("from paris to", "O B-to O")]);
        assert_eq!(naive.tag(&tags("paris is nice")), tags("B-to O O"));
        assert_eq!(naive.label, "flight");
    }
}
