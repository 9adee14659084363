//! How somebody writes: how much, in what case, with which slips, signs and tags. What they say is not here.

use rand::Rng;

use super::grammar::{General, PostKind};
use crate::demo::chance::{Chance, happens, one, weighted};

/// Where posts are written.
pub(super) const SOURCES: [&str; 5] = ["reviews", "instagram", "reddit", "x", "email"];
/// How much is written where.
pub(super) const SHARES: [f64; 5] = [0.52, 0.17, 0.12, 0.12, 0.07];

/// A writer.
#[derive(Debug, Clone)]
pub(super) struct Author {
    pub(super) name: String,
    pub(super) source: usize,
    /// How much they write.
    pub(super) activity: f64,
    /// Whom they mostly answer: people of the same circle.
    pub(super) circle: usize,
    lower: bool,
    slips: f64,
    shouts: f64,
}

/// Everybody who writes. Activity falls with the rank as a power, so that few write much.
pub(super) fn authors(chance: &mut Chance, general: &General) -> Vec<Author> {
    const SIZES: [usize; 5] = [2600, 420, 300, 360, 380];
    let mut authors = Vec::new();
    for (source, size) in SIZES.into_iter().enumerate() {
        let steep = if SOURCES[source] == "reviews" { 0.45 } else { 0.95 };
        for rank in 0..size {
            let first = one(chance, &general.handles);
            let name = match chance.gen_range(0..4) {
                0 => format!("{first}_{}", one(chance, &general.handles)),
                1 => format!("{first}.{}", one(chance, &general.people).to_lowercase()),
                2 => format!("{first}{}", chance.gen_range(1..100)),
                _ => format!("the_{first}"),
            };
            // The number of the writer keeps names apart.
            let name = format!("{name}{}", authors.len());
            authors.push(Author {
                name,
                source,
                activity: 1.0 / (rank as f64 + 2.0).powf(steep),
                circle: chance.gen_range(0..6),
                lower: happens(chance, if source == 0 { 0.12 } else { 0.32 }),
                slips: if happens(chance, 0.22) { 0.4 } else { 0.05 },
                shouts: if happens(chance, 0.2) { 0.5 } else { 0.06 },
            });
        }
    }
    authors
}

/// Puts sentences together the way this author writes.
pub(super) fn compose(
    chance: &mut Chance,
    general: &General,
    author: &Author,
    kind: PostKind,
    sentences: &[String],
) -> String {
    let source = SOURCES[author.source];
    let mut text = String::new();
    let mut start = true;
    for (index, sentence) in sentences.iter().enumerate() {
        let last = index + 1 == sentences.len();
        let begins_small = sentence.starts_with("iPad");
        if start && !begins_small && !author.lower {
            text.push_str(&capitalised(sentence));
        } else {
            text.push_str(sentence);
        }
        let ended = sentence.ends_with(['?', '!', ',']);
        if sentence.ends_with(" but") || sentence.ends_with(" and") || sentence.ends_with(',') {
            text.push(' ');
            start = false;
            continue;
        }
        start = true;
        if !ended {
            let sign = match weighted(chance, [0.70, author.shouts * 0.5, 0.08, 0.10, 0.05]) {
                1 if kind == PostKind::Positive => "!",
                1 if kind == PostKind::Negative => "!!",
                2 if !last => {
                    start = false;
                    ","
                }
                3 if !last => {
                    start = false;
                    " -"
                }
                4 => "...",
                _ if last && (author.lower || source == "x") => "",
                _ => ".",
            };
            text.push_str(sign);
        }
        if !last {
            text.push(' ');
        }
    }
    if author.lower {
        text = text.to_lowercase();
    }
    for _ in 0..2 {
        if happens(chance, author.slips) {
            text = slip(chance, &text);
        }
    }
    decorate(chance, general, source, kind, &mut text);
    text
}

/// Signs and tags, by source.
fn decorate(chance: &mut Chance, general: &General, source: &str, kind: PostKind, text: &mut String) {
    let (emoji, tags) = match source {
        "instagram" => (0.75, 0.65),
        "x" => (0.32, 0.22),
        "reviews" => (0.09, 0.0),
        "reddit" => (0.04, 0.0),
        _ => (0.02, 0.0),
    };
    if happens(chance, emoji) {
        let list = match kind {
            PostKind::Positive => &general.emoji_positive,
            PostKind::Negative | PostKind::Sarcasm => &general.emoji_negative,
            PostKind::Mixed | PostKind::Neutral | PostKind::Question => &general.emoji_neutral,
        };
        for _ in 0..chance.gen_range(1..=2) {
            text.push(' ');
            text.push_str(one(chance, list).as_str());
        }
    }
    if happens(chance, tags) {
        for _ in 0..chance.gen_range(1..=3) {
            let tag = one(chance, &general.hashtags);
            if !text.contains(tag.as_str()) {
                text.push(' ');
                text.push_str(tag);
            }
        }
    }
}

pub(super) fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// One slip of the finger in a longer word: two letters swapped, one left out or one twice.
fn slip(chance: &mut Chance, text: &str) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len())
        .filter(|&index| words[index].len() > 5 && words[index].bytes().all(|byte| byte.is_ascii_lowercase()))
        .collect();
    if long.is_empty() {
        return text.to_owned();
    }
    let word = &mut words[*one(chance, &long)];
    let mut letters: Vec<char> = word.chars().collect();
    let at = chance.gen_range(1..letters.len() - 2);
    match chance.gen_range(0..3) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        _ => letters.insert(at, letters[at]),
    }
    *word = letters.into_iter().collect();
    words.join(" ")
}
