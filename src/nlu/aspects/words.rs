//! The words by which a text is about one of the sides of a business, in English and Chinese: where they stand, and the
//! clause around them. No model.

use std::collections::BTreeMap;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use crate::domain::Aspect;

const WORDS: &str = include_str!("../../../prompts/aspects.toml");

/// Changes whenever what is found does, apart from the words.
const RULES: &str = "clauses 1";

/// The words of each aspect.
#[derive(Debug, Clone)]
pub struct AspectWords {
    words: Vec<(Aspect, Vec<String>)>,
}

/// A place where an aspect is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Which.
    pub aspect: Aspect,
    /// The bytes of its word in the text.
    pub bytes: Range<usize>,
}

impl Mention {
    /// The word as it is written.
    #[must_use]
    pub fn word<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.bytes.clone()).unwrap_or_default()
    }

    /// The clause that the word stands in.
    #[must_use]
    pub fn clause<'a>(&self, text: &'a str) -> &'a str {
        around(text, &self.bytes)
    }
}

/// The clause in which some words stand first; `None` where they do not stand in the text.
#[must_use]
pub fn clause_of<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let words = words.trim();
    let place = places(text, words).next().filter(|_| !words.is_empty())?;
    Some(around(text, &place))
}

/// From one mark that ends a clause to the next; a point or comma within a number is none.
fn around<'a>(text: &'a str, place: &Range<usize>) -> &'a str {
    let marks = |c: char| "，。！？；!?;\n~～".contains(c);
    let is_end = |at: usize, c: char| {
        let within = text[at + c.len_utf8()..].chars().next().is_some_and(|next| next.is_ascii_alphanumeric());
        marks(c) || (matches!(c, ',' | '.') && !within)
    };
    let before = text[..place.start].char_indices().rev().find(|&(at, c)| is_end(at, c));
    let start = before.map_or(0, |(at, c)| at + c.len_utf8());
    let after = text[place.end..].char_indices().find(|&(at, c)| is_end(place.end + at, c));
    let end = after.map_or(text.len(), |(at, _)| place.end + at);
    text[start..end].trim()
}

impl Default for AspectWords {
    fn default() -> Self {
        let lists: BTreeMap<String, Vec<String>> = toml::from_str(WORDS).unwrap_or_default();
        let words = |aspect: &Aspect| (*aspect, lists.get(aspect.name()).cloned().unwrap_or_default());
        Self { words: Aspect::ALL.iter().map(words).collect() }
    }
}

impl AspectWords {
    /// The first mention of each aspect in a text; of words that begin at one place the longest.
    #[must_use]
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        let mut all: Vec<Mention> = self
            .words
            .iter()
            .flat_map(|(aspect, words)| words.iter().map(move |word| (*aspect, word)))
            .flat_map(|(aspect, word)| places(text, word).map(move |bytes| Mention { aspect, bytes }))
            .collect();
        // "Customer service" and "discount code" are taken before "service" and "discount", which lie within.
        all.sort_by_key(|one| (std::cmp::Reverse(one.bytes.len()), one.bytes.start));
        let mut kept: Vec<Mention> = Vec::new();
        for one in all {
            if !kept.iter().any(|other| other.bytes.start < one.bytes.end && one.bytes.start < other.bytes.end) {
                kept.push(one);
            }
        }
        kept.sort_by_key(|one| (one.aspect, one.bytes.start));
        kept.dedup_by_key(|one| one.aspect);
        kept
    }

    /// Changes whenever what is found would.
    #[must_use]
    pub fn version(&self) -> String {
        let digest = Sha256::digest(format!("{RULES} {WORDS}"));
        digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The aspect that a term belongs to; that of its last word where it has words of several.
    #[must_use]
    pub fn category(&self, term: &str) -> Option<Aspect> {
        self.mentions(term).into_iter().max_by_key(|one| one.bytes.end).map(|one| one.aspect)
    }
}

/// Where a word stands in a text; an English one as a whole word, in small or large letters.
fn places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    let begins = text.char_indices().map(|(at, _)| at);
    begins.filter_map(move |at| {
        let end = at + word.len();
        let same = text.get(at..end)?.eq_ignore_ascii_case(word);
        let whole = !word.is_ascii() || (edge(text[..at].chars().next_back()) && edge(text[end..].chars().next()));
        (same && whole).then_some(at..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Aspect, &str)> {
        AspectWords::default().mentions(text).iter().map(|one| (one.aspect, one.word(text))).collect()
    }

    #[test]
    fn words_are_found_whole_and_the_longest_counts() {
        assert_eq!(found("The Courier was rude"), [(Aspect::Delivery, "Courier")]);
        assert_eq!(found("I translated it"), []);
        assert_eq!(found("my discount code failed"), [(Aspect::Website, "discount code")]);
        assert_eq!(found("物流太慢，但是包装不错"), [(Aspect::Delivery, "物流"), (Aspect::Packaging, "包装")]);
        assert_eq!(AspectWords::default().category("tin lid"), Some(Aspect::Packaging));
        assert_eq!(AspectWords::default().category("poetry"), None);
    }

    #[test]
    fn every_aspect_has_words_in_both_languages() {
        for (aspect, words) in AspectWords::default().words {
            assert!(words.iter().filter(|word| word.is_ascii()).count() >= 8, "{aspect:?}");
            assert!(words.iter().filter(|word| !word.is_ascii()).count() >= 4, "{aspect:?}");
        }
    }

    #[test]
    fn a_clause_ends_at_commas_of_both_languages() {
        let text = "茶很好喝，物流太慢了！下次不买";
        let mentions = AspectWords::default().mentions(text);
        let delivery = mentions.iter().find(|one| one.aspect == Aspect::Delivery).unwrap();
        assert_eq!(delivery.clause(text), "物流太慢了");
    }
}
