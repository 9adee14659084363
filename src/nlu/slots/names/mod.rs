//! The company's names in a text: exact, in part, in another case or number, misspelt. Names are data and never more.

mod common;

use crate::domain::{Catalog, Dimension};
use crate::nlu::dates::{Written, normal};
use crate::nlu::language::is_han;
use crate::nlu::slots::vocabulary::{free, slip, vocabulary};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use regex::Regex;

use common::*;
pub(super) use common::{is_common, tokens};

/// Names with the words that lead to them.
#[derive(Debug, Default)]
pub struct NameIndex {
    names: Vec<Entry>,
    by_word: HashMap<String, Vec<u32>>,
    by_bigram: HashMap<(char, char), Vec<u32>>,
    /// Words of five letters and more, by first letter, for misspelt ones.
    long_words: HashMap<char, Vec<String>>,
}

#[derive(Debug)]
struct Entry {
    dimension: Dimension,
    /// The name that plans use.
    name: String,
    words: Vec<String>,
    han: Vec<char>,
    /// A usual other word, of which a part means nothing.
    usual: bool,
}

/// A name, or several that fit equally well.
#[derive(Debug, Clone, PartialEq)]
pub struct NameHit {
    /// Its first character.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
    /// What it is a name of.
    pub dimension: Dimension,
    /// The names that fit, best first; one where it is clear.
    pub names: Vec<String>,
    /// Whether the whole name was written.
    pub whole: bool,
}

impl NameIndex {
    /// Reads a catalog.
    #[must_use]
    pub fn build(catalog: &Catalog) -> Self {
        let mut index = Self::default();
        let own = catalog
            .names
            .iter()
            .flat_map(|(dimension, names)| names.iter().map(move |name| (*dimension, name, name, false)));
        let other = catalog.aliases.iter().map(|(dimension, alias, name)| (*dimension, alias, name, false));
        let known: Vec<(Dimension, String, String)> = vocabulary()
            .aliases
            .iter()
            .filter_map(|(dimension, of, written)| {
                let name = catalog.names_of(*dimension).iter().find(|name| name.eq_ignore_ascii_case(of))?;
                Some((*dimension, written.clone(), name.clone()))
            })
            .collect();
        let usual = known.iter().map(|(dimension, written, name)| (*dimension, written, name, true));
        for (dimension, written, name, usual) in own.chain(other).chain(usual) {
            let id = u32::try_from(index.names.len()).unwrap_or(u32::MAX);
            let words = words_of(written);
            let han: Vec<char> = written.chars().map(normal).filter(|c| is_han(*c)).collect();
            for word in &words {
                let ids = index.by_word.entry(word.clone()).or_default();
                if ids.last() != Some(&id) {
                    ids.push(id);
                }
            }
            for pair in han.windows(2) {
                let ids = index.by_bigram.entry((pair[0], pair[1])).or_default();
                if ids.last() != Some(&id) {
                    ids.push(id);
                }
            }
            index.names.push(Entry { dimension, name: name.clone(), words, han, usual });
        }
        for word in index.by_word.keys() {
            if let Some(first) = word
                .chars()
                .next()
                .filter(|_| word.len() >= 5 && word.is_ascii() && !word.bytes().any(|b| b.is_ascii_digit()))
            {
                index.long_words.entry(first).or_default().push(word.clone());
            }
        }
        for words in index.long_words.values_mut() {
            words.sort();
        }
        index
    }

    /// The index of a catalog, kept until the catalog changes.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Arc<Self> {
        type Kept = Mutex<Vec<((u64, usize, u64), Arc<NameIndex>)>>;
        static KEPT: OnceLock<Kept> = OnceLock::new();
        let kept = KEPT.get_or_init(Kept::default);
        let key = (catalog.version, catalog.names.values().map(Vec::len).sum(), fingerprint(catalog));
        let mut kept = kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, index)) = kept.iter().find(|(of, _)| *of == key) {
            return Arc::clone(index);
        }
        let index = Arc::new(Self::build(catalog));
        // A process serves one company, tests several: a few are kept.
        if kept.len() >= 8 {
            kept.remove(0);
        }
        kept.push((key, Arc::clone(&index)));
        index
    }

    /// Whether a dimension has exactly this name, in any case; the name as plans use it.
    #[must_use]
    pub fn exact(&self, dimension: Dimension, written: &str) -> Option<&str> {
        let words = words_of(written);
        let first = words.first()?;
        let same = |entry: &&Entry| entry.dimension == dimension && entry.words == words;
        if let Some(entry) = self.by_word.get(first)?.iter().map(|id| &self.names[*id as usize]).find(same) {
            return Some(&entry.name);
        }
        // "customer 0042" for C-0042, where no other id ends so.
        let ends = |entry: &&Entry| {
            entry.dimension == dimension && dimension == Dimension::Customer && entry.words.ends_with(&words)
        };
        let mut fitting = self.by_word.get(first)?.iter().map(|id| &self.names[*id as usize]).filter(ends);
        fitting.next().filter(|_| fitting.next().is_none()).map(|entry| entry.name.as_str())
    }

    /// The text with the codes of products and customers blotted out, place for place: digits in them are no figures and
    /// no dates.
    #[must_use]
    pub fn without_codes<'a>(&self, text: &'a str) -> Cow<'a, str> {
        static CODE: OnceLock<Regex> = OnceLock::new();
        let pattern = CODE.get_or_init(|| {
            Regex::new(r"\b[A-Za-z]{1,4}-?[0-9]{2,12}[A-Za-z]?\b|\b[0-9]{5,12}[A-Za-z]?\b")
                .expect("the pattern is fixed and tested")
        });
        let is_code = |code: &str| {
            let is = |dimension| self.exact(dimension, code).is_some();
            is(Dimension::Product) || is(Dimension::Customer) && code.starts_with(|sign: char| sign.is_alphabetic())
        };
        pattern.replace_all(text, |found: &regex::Captures<'_>| {
            let code = &found[0];
            if is_code(code) { "x".repeat(code.len()) } else { code.to_owned() }
        })
    }

    /// Whether any name of a dimension is known.
    #[must_use]
    pub fn knows(&self, dimension: Dimension) -> bool {
        self.names.iter().any(|entry| entry.dimension == dimension)
    }

    /// The names in a text, outside of what is taken, in order.
    #[must_use]
    pub(crate) fn find(
        &self,
        w: &Written,
        taken: &[(usize, usize)],
        allowed: &dyn Fn(Dimension) -> bool,
    ) -> Vec<NameHit> {
        let tokens = tokens(w);
        let readings: Vec<Vec<(String, bool)>> = tokens.iter().map(|token| self.readings(&token.0)).collect();
        let mut found = Vec::new();
        let mut i = 0;
        while i < tokens.len() {
            let longest = (1..=7.min(tokens.len() - i)).rev().find_map(|width| {
                let (start, end) = (tokens[i].1, tokens[i + width - 1].2);
                let together = tokens[i..i + width].windows(2).all(|pair| pair[1].1 - pair[0].2 <= 3);
                (together && free(start, end, taken))
                    .then(|| self.window(&readings[i..i + width], &tokens[i..i + width], allowed))
                    .flatten()
            });
            // "pumpkin spice" is no Turmeric Spice: a strange word before the only word that fits makes another name.
            let strange = |hit: &NameHit| {
                let before = i.checked_sub(1).map(|before| &tokens[before]);
                !hit.whole
                    && hit.end == tokens[i].2
                    && matches!(hit.dimension, Dimension::Product | Dimension::Category)
                    && before.is_some_and(|(word, _, end)| {
                        hit.start - end <= 1
                            && word.len() >= 4
                            && word.chars().all(char::is_alphabetic)
                            && !is_common(word)
                            && self.readings(word).is_empty()
                            && vocabulary().metrics.at(w, before.map_or(0, |token| token.1)).is_none()
                    })
            };
            match longest.filter(|hit| !strange(hit)) {
                Some(hit) => {
                    while i < tokens.len() && tokens[i].1 < hit.end {
                        i += 1;
                    }
                    found.push(hit);
                }
                None => i += 1,
            }
        }
        self.find_han(w, taken, allowed, &mut found);
        found.sort_by_key(|hit| hit.start);
        found
    }

    /// The words of the index that a written word may be, and whether it is one exactly.
    fn readings(&self, word: &str) -> Vec<(String, bool)> {
        let mut all = Vec::new();
        if self.by_word.contains_key(word) {
            all.push((word.to_owned(), true));
        }
        let one = singular(word);
        let many = format!("{word}s");
        for other in one.iter().chain([&many]) {
            if self.by_word.contains_key(other) && !is_common(word) {
                all.push((other.clone(), true));
            }
        }
        if all.is_empty()
            && word.len() >= 5
            && word.is_ascii()
            && !is_common(word)
            && !word.bytes().any(|b| b.is_ascii_digit())
        {
            let first = word.chars().next().unwrap_or(' ');
            let near = self.long_words.get(&first).into_iter().flatten();
            let mut near: Vec<(usize, &String)> =
                near.filter_map(|known| slip(word, known).map(|distance| (distance, known))).collect();
            near.sort();
            let best = near.first().map(|(distance, _)| *distance);
            all.extend(
                near.iter()
                    .filter(|(distance, _)| Some(*distance) == best)
                    .take(3)
                    .map(|(_, known)| ((*known).clone(), false)),
            );
        }
        all
    }

    fn window(
        &self,
        readings: &[Vec<(String, bool)>],
        tokens: &[(String, usize, usize)],
        allowed: &dyn Fn(Dimension) -> bool,
    ) -> Option<NameHit> {
        if readings.iter().any(Vec::is_empty) {
            return None;
        }
        let mut ids: Option<Vec<u32>> = None;
        for options in readings {
            let mut here: Vec<u32> =
                options.iter().filter_map(|(word, _)| self.by_word.get(word)).flatten().copied().collect();
            here.sort_unstable();
            here.dedup();
            ids = Some(match ids {
                None => here,
                Some(before) => before.into_iter().filter(|id| here.binary_search(id).is_ok()).collect(),
            });
        }
        let entries: Vec<&Entry> =
            ids?.into_iter().map(|id| &self.names[id as usize]).filter(|entry| allowed(entry.dimension)).collect();
        let exact_words = readings.iter().all(|options| options.iter().any(|(_, exact)| *exact));
        let whole: Vec<&&Entry> =
            entries.iter().filter(|entry| entry.words.len() == readings.len() && entry.han.is_empty()).collect();
        let (start, end) = (tokens.first()?.1, tokens.last()?.2);
        let weighty = tokens
            .iter()
            .filter(|token| !is_common(&token.0) && !token.0.bytes().all(|b| b.is_ascii_digit()) && token.0.len() >= 4)
            .count();
        let pick = |entries: &[&Entry], whole: bool| -> Option<NameHit> {
            // A category of this name is meant before a product, a channel before a campaign.
            let rank = |dimension: Dimension| match dimension {
                Dimension::Category => 0,
                Dimension::Region => 1,
                Dimension::Channel => 2,
                Dimension::Product => 3,
                Dimension::Campaign => 4,
                Dimension::Customer => 6,
                _ => 5,
            };
            let dimension = entries.iter().map(|entry| entry.dimension).min_by_key(|dimension| rank(*dimension))?;
            let mut names: Vec<String> =
                entries.iter().filter(|entry| entry.dimension == dimension).map(|entry| entry.name.clone()).collect();
            names.sort();
            names.dedup();
            names.truncate(12);
            Some(NameHit { start, end, dimension, names, whole })
        };
        if !whole.is_empty() {
            // A short or common word must be the very name.
            let stop = tokens.len() == 1 && (STOP.contains(&tokens[0].0.as_str()));
            // A short number is a number; a long one may be a product's code.
            let number = tokens.len() == 1 && tokens[0].0.bytes().all(|b| b.is_ascii_digit());
            let code = tokens[0].0.len() >= 5 && whole.iter().any(|entry| entry.dimension == Dimension::Product);
            if stop || (!exact_words && weighty == 0) || number && !code {
                return None;
            }
            let whole: Vec<&Entry> = whole.into_iter().copied().collect();
            return pick(&whole, true);
        }
        // A part of a name must hold a word of its own, and customers' names are not guessed from parts.
        let entries: Vec<&Entry> =
            entries.into_iter().filter(|entry| entry.dimension != Dimension::Customer && !entry.usual).collect();
        if weighty == 0 || (!exact_words && tokens.len() == 1 && tokens[0].0.len() < 6) {
            return None;
        }
        // "rise" and "country" are words of names, and of every second sentence.
        if tokens.len() == 1 && is_common(&tokens[0].0) {
            return None;
        }
        // One word out of a long name that many names share says too little.
        if tokens.len() == 1 && entries.len() > 40 {
            return None;
        }
        pick(&entries, false)
    }

    fn find_han(
        &self,
        w: &Written,
        taken: &[(usize, usize)],
        allowed: &dyn Fn(Dimension) -> bool,
        found: &mut Vec<NameHit>,
    ) {
        let mut i = 0;
        while i + 1 < w.len() {
            if !is_han(w.at(i)) || !is_han(w.at(i + 1)) || !free(i, i + 2, taken) {
                i += 1;
                continue;
            }
            let mut best: BTreeMap<usize, Vec<&Entry>> = BTreeMap::new();
            for id in self.by_bigram.get(&(w.at(i), w.at(i + 1))).into_iter().flatten() {
                let entry = &self.names[*id as usize];
                if !allowed(entry.dimension) {
                    continue;
                }
                let run = (0..entry.han.len())
                    .map(|from| {
                        (0..entry.han.len() - from)
                            .take_while(|n| {
                                i + n < w.len() && entry.han[from + n] == w.at(i + n) && free(i + n, i + n + 1, taken)
                            })
                            .count()
                    })
                    .max()
                    .unwrap_or(0);
                best.entry(run).or_default().push(entry);
            }
            let Some((run, entries)) = best.pop_last().filter(|(run, _)| *run >= 2) else {
                i += 1;
                continue;
            };
            let whole: Vec<&Entry> =
                entries.iter().copied().filter(|entry| entry.han.len() == run && entry.words.is_empty()).collect();
            let chosen = if whole.is_empty() { entries.clone() } else { whole.clone() };
            let part = w.slice(i, i + run);
            let enough = !whole.is_empty() || entries.iter().any(|entry| run * 2 >= entry.han.len());
            if enough && !HAN_COMMON.contains(&part.as_str()) {
                let dimension = if chosen.iter().any(|entry| entry.dimension == Dimension::Category) {
                    Dimension::Category
                } else {
                    chosen[0].dimension
                };
                let mut names: Vec<String> = chosen
                    .iter()
                    .filter(|entry| entry.dimension == dimension)
                    .map(|entry| entry.name.clone())
                    .collect();
                names.sort();
                names.dedup();
                names.truncate(12);
                found.push(NameHit { start: i, end: i + run, dimension, names, whole: !whole.is_empty() });
                i += run;
            } else {
                i += 1;
            }
        }
    }
}
