//! The company's names in a text: exact, in part, in another case or number, misspelt. Names are data and never more.

mod common;

use crate::domain::{Catalog, Dimension};
use crate::nlu::dates::{Written, normal};
use crate::nlu::language::is_han;
use crate::nlu::slots::vocabulary::{free, slip, vocabulary};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use common::*;

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
            match longest {
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
            if self.by_word.contains_key(other) && !COMMON.contains(&word) {
                all.push((other.clone(), true));
            }
        }
        if all.is_empty()
            && word.len() >= 5
            && word.is_ascii()
            && !COMMON.contains(&word)
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
            .filter(|token| {
                !COMMON.contains(&token.0.as_str())
                    && !token.0.bytes().all(|b| b.is_ascii_digit())
                    && token.0.len() >= 4
            })
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
            if stop
                || (!exact_words && weighty == 0)
                || tokens.len() == 1 && tokens[0].0.bytes().all(|b| b.is_ascii_digit())
            {
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
