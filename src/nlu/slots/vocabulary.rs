//! The words of `prompts/slots/words.toml` and where they stand in a text, misspelt ones too. Decides nothing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::domain::{Aspect, Dimension, Format, Metric, Sentiment, TableName};
use crate::nlu::dates::Written;

const WORDS: &str = include_str!("../../../prompts/slots/words.toml");

/// Values with the words for them.
#[derive(Debug)]
pub(super) struct Lexicon<T> {
    entries: Vec<(T, String)>,
}

/// Where a value was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit<T> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: T,
    /// Whether it was written as in the list.
    pub(super) exact: bool,
}

/// All the words.
#[derive(Debug)]
pub(super) struct Vocabulary {
    pub(super) metrics: Lexicon<Metric>,
    pub(super) dimensions: Lexicon<Dimension>,
    pub(super) aspects: Lexicon<Aspect>,
    pub(super) sentiments: Lexicon<Sentiment>,
    pub(super) formats: Lexicon<Format>,
    pub(super) tables: Lexicon<TableName>,
    /// Usual other words for usual names: the dimension, the name, the word.
    pub(super) aliases: Vec<(Dimension, String, String)>,
}

type Sections = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The words, read once.
pub(super) fn vocabulary() -> &'static Vocabulary {
    static VOCABULARY: OnceLock<Vocabulary> = OnceLock::new();
    VOCABULARY.get_or_init(|| {
        let sections: Sections = toml::from_str(WORDS).expect("words.toml is part of the program and tested");
        Vocabulary {
            metrics: lexicon(&sections, "metrics", |name| Metric::parse(name).ok()),
            dimensions: lexicon(&sections, "dimensions", |name| {
                Dimension::ALL.iter().copied().find(|dimension| dimension.name() == name)
            }),
            aspects: lexicon(&sections, "aspects", |name| Aspect::ALL.iter().copied().find(|a| a.name() == name)),
            sentiments: lexicon(&sections, "sentiments", |name| match name {
                "negative" => Some(Sentiment::Negative),
                "neutral" => Some(Sentiment::Neutral),
                "positive" => Some(Sentiment::Positive),
                _ => None,
            }),
            formats: lexicon(&sections, "formats", |name| match name {
                "chart" => Some(Format::Chart),
                "table" => Some(Format::Table),
                "csv" => Some(Format::Csv),
                "json" => Some(Format::Json),
                "text" => Some(Format::Text),
                _ => None,
            }),
            tables: lexicon(&sections, "tables", |name| name.parse().ok()),
            aliases: [("channels", Dimension::Channel), ("regions", Dimension::Region)]
                .into_iter()
                .flat_map(|(section, dimension)| {
                    sections.get(section).into_iter().flatten().map(move |entry| (dimension, entry))
                })
                .flat_map(|(dimension, (name, words))| {
                    words.iter().map(move |word| (dimension, name.clone(), word.clone()))
                })
                .collect(),
        }
    })
}

fn lexicon<T: Copy>(sections: &Sections, section: &str, read: impl Fn(&str) -> Option<T>) -> Lexicon<T> {
    let entries = sections
        .get(section)
        .into_iter()
        .flatten()
        .filter_map(|(name, words)| read(name).map(|value| (value, words)))
        .flat_map(|(value, words)| words.iter().map(move |word| (value, word.to_lowercase())))
        .collect();
    Lexicon { entries }
}

impl<T: Copy + PartialEq> Lexicon<T> {
    /// The longest word at a place.
    pub(super) fn at(&self, w: &Written, i: usize) -> Option<Hit<T>> {
        self.entries
            .iter()
            .filter_map(|(value, word)| w.literal(i, word).map(|end| Hit { start: i, end, value: *value, exact: true }))
            .max_by_key(|hit| hit.end)
    }

    /// Every word that is not in `taken`, longest first at each place; where none stands, a misspelt one of at least five
    /// letters.
    pub(super) fn find(&self, w: &Written, taken: &[(usize, usize)]) -> Vec<Hit<T>> {
        let mut found = Vec::new();
        let mut i = 0;
        while i < w.len() {
            if let Some(range) = taken.iter().find(|range| range.0 <= i && i < range.1) {
                i = range.1;
                continue;
            }
            if let Some(hit) = self.at(w, i).filter(|hit| free(hit.start, hit.end, taken)) {
                i = hit.end;
                found.push(hit);
                continue;
            }
            let end = w.word(i);
            if end > i {
                if let Some(hit) = self.misspelt(w, i, end) {
                    found.push(hit);
                }
                i = end;
            } else {
                i += 1;
            }
        }
        found
    }

    /// A misspelt word at a place, or a pair of words of which one is misspelt.
    fn misspelt(&self, w: &Written, i: usize, end: usize) -> Option<Hit<T>> {
        let one = w.slice(i, end);
        let next = w.skip(end);
        let two_end = w.word(next);
        let two = (two_end > next).then(|| format!("{one}_{}", w.slice(next, two_end)));
        let best = |written: &str, end: usize| {
            self.entries
                .iter()
                .filter(|(_, word)| word.is_ascii() && word.contains('_') == written.contains('_'))
                .filter_map(|(value, word)| slip(written, word).map(|distance| (distance, *value)))
                .min_by_key(|(distance, _)| *distance)
                .map(|(_, value)| Hit { start: i, end, value, exact: false })
        };
        two.and_then(|two| best(&two, two_end)).or_else(|| best(&one, end))
    }
}

/// Whether a stretch touches none that is taken.
pub(super) fn free(start: usize, end: usize, taken: &[(usize, usize)]) -> bool {
    taken.iter().all(|range| end <= range.0 || range.1 <= start)
}

/// Words that are near to a listed word and mean something else.
const NOT_SLIPS: &[&str] = &[
    "order",
    "ordered",
    "ordering",
    "return",
    "custom",
    "price",
    "prices",
    "place",
    "seals",
    "scale",
    "scales",
    "sells",
    "march",
    "sources",
    "course",
    "rather",
    "matching",
    "rationing",
    "raining",
    "visits",
    "united",
    "unit",
    "unites",
    "sites",
    "costs",
    "coast",
    "margins",
    "profile",
    "profiles",
    "promise",
    "customer",
    "client",
    "posts",
    "ports",
    "boots",
    "marks",
    "state",
    "store",
    "stores",
    "score",
    "state",
    "states",
    "start",
    "stars",
    "clocks",
    "blocks",
    "looks",
    "views",
    "reviews",
    "review",
    "previews",
    "teach",
    "each",
    "peach",
    "breach",
    "region",
    "reason",
    "reasons",
    "season",
    "quality",
    "quantity",
    "service",
    "delivery",
    "sending",
    "trending",
    "pending",
    "ending",
    "spends",
    "speed",
    "spent",
    "chart",
    "charm",
    "tables",
    "stable",
    "cable",
    "takings",
    "taking",
    "making",
    "talking",
    "earning",
    "learning",
    "warnings",
    "morning",
    "tickets",
    "market",
];

/// How many letters a written word is off a listed one, where that is few for its length: one from five letters, two from
/// eight. The first letter must be right.
pub(super) fn slip(written: &str, word: &str) -> Option<usize> {
    let length = word.len().min(written.len());
    let most = if length >= 8 {
        2
    } else if length >= 5 {
        1
    } else {
        return None;
    };
    if written.as_bytes().first() != word.as_bytes().first()
        || written.len().abs_diff(word.len()) > most
        || NOT_SLIPS.contains(&written)
    {
        return None;
    }
    let distance = strsim::osa_distance(written, word);
    (distance <= most && distance > 0).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_and_dimension_has_words() {
        let words = vocabulary();
        for metric in Metric::ALL {
            assert!(words.metrics.entries.iter().any(|(value, _)| value == metric), "{metric}");
        }
        for dimension in Dimension::ALL {
            assert!(words.dimensions.entries.iter().any(|(value, _)| value == dimension), "{dimension:?}");
        }
    }

    #[test]
    fn slips_are_bounded() {
        assert!(slip("revnue", "revenue").is_some());
        assert!(slip("converion_rate", "conversion_rate").is_some());
        assert!(slip("return", "returns").is_none());
        assert!(slip("sale", "sales").is_none());
    }
}
