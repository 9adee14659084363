//! Names of topics: words and pairs of words that a topic has and the others have not (class-based TF-IDF, Grootendorst
//! 2022, "BERTopic", equation 1).

use std::collections::{HashMap, HashSet};

use unicode_segmentation::UnicodeSegmentation as _;

/// Words that name nothing, one list per language.
const STOP_WORDS: &str = include_str!("../../../prompts/topics/stop_words.txt");

/// Cuts texts into terms: lower-case words and pairs of neighbours, without stop words; Chinese in pairs of characters.
#[derive(Debug)]
pub(super) struct Terms {
    stop: HashSet<&'static str>,
}

impl Terms {
    pub(super) fn new() -> Self {
        let words = STOP_WORDS.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
        Self { stop: words.collect() }
    }

    /// The terms of a text, each as often as it stands there.
    pub(super) fn of(&self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        let mut terms = Vec::new();
        let mut before: Option<&str> = None;
        let mut han: Option<char> = None;
        for word in text.split_word_bounds() {
            let mut characters = word.chars();
            let first = characters.next();
            if let (Some(character), None) = (first.filter(|c| is_han(*c)), characters.next()) {
                if let Some(last) = han {
                    let pair: String = [last, character].iter().collect();
                    if !self.stop.contains(pair.as_str()) {
                        terms.push(pair);
                    }
                }
                han = Some(character);
                before = None;
                continue;
            }
            han = None;
            if word.chars().all(char::is_whitespace) {
                continue;
            }
            let plain = word.trim_matches('\'');
            let names = plain.chars().count() > 2
                && plain.chars().any(char::is_alphabetic)
                && !plain.starts_with("http")
                && !plain.contains('.')
                && !self.stop.contains(plain);
            if names {
                if let Some(before) = before {
                    terms.push(format!("{before} {plain}"));
                }
                terms.push(plain.to_owned());
                before = Some(plain);
            } else {
                before = None;
            }
        }
        terms
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

/// The `most` best terms of each topic with their weights, best first. A term that says what a better one said already
/// ("tin", after "tin lid") is left out.
pub(super) fn names(
    terms: &Terms,
    texts: &[&str],
    topic_of: &[Option<usize>],
    topics: usize,
    most: usize,
) -> Vec<Vec<(String, f64)>> {
    let mut counts: Vec<HashMap<String, f64>> = vec![HashMap::new(); topics];
    let mut holding: HashMap<String, u32> = HashMap::new();
    for (text, topic) in texts.iter().zip(topic_of) {
        let Some(topic) = topic else { continue };
        let found = terms.of(text);
        for term in found.iter().collect::<HashSet<_>>() {
            *holding.entry(term.clone()).or_default() += 1;
        }
        for term in found {
            *counts[*topic].entry(term).or_default() += 1.0;
        }
    }
    let mut everywhere: HashMap<&str, f64> = HashMap::new();
    for (term, count) in counts.iter().flatten() {
        *everywhere.entry(term).or_default() += count;
    }
    let words_per_topic = everywhere.values().sum::<f64>() / topics.max(1) as f64;
    // A term of one or two texts names them, not their topic.
    let least = if texts.len() < 100 { 1 } else { 3 };
    counts
        .iter()
        .map(|counts| {
            let total: f64 = counts.values().sum::<f64>().max(1.0);
            let mut weighed: Vec<(String, f64)> = counts
                .iter()
                .filter(|(term, _)| holding.get(*term).is_some_and(|&texts| texts >= least))
                .map(|(term, count)| {
                    let rarity = (1.0 + words_per_topic / everywhere[term.as_str()]).ln();
                    (term.clone(), count / total * rarity)
                })
                .collect();
            weighed.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            distinct(weighed, most)
        })
        .collect()
}

fn distinct(weighed: Vec<(String, f64)>, most: usize) -> Vec<(String, f64)> {
    let mut kept: Vec<(String, f64)> = Vec::new();
    for (term, weight) in weighed {
        let stems: Vec<&str> = term.split(' ').map(stem).collect();
        let said = kept.iter().any(|(other, _)| other.split(' ').any(|word| stems.contains(&stem(word))));
        // A pair that begins with a kept word says more than the word: it takes the word's place.
        let longer = term.contains(' ')
            && kept
                .iter()
                .position(|(other, other_weight)| {
                    !other.contains(' ') && stems.contains(&stem(other)) && weight > 0.45 * other_weight
                })
                .map(|at| kept[at].0 = term.clone())
                .is_some();
        if !said && !longer {
            kept.push((term, weight));
        }
        if kept.len() == most {
            break;
        }
    }
    kept
}

/// A word without its plural, which is all that names need.
fn stem(word: &str) -> &str {
    word.strip_suffix("'s").or_else(|| word.strip_suffix('s').filter(|rest| rest.len() > 3)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_and_links_are_no_terms() {
        let terms = Terms::new();
        assert_eq!(terms.of("The tin lid is leaking, see https://x.y"), ["tin", "tin lid", "lid", "leaking"]);
        assert_eq!(terms.of("物流很慢"), ["物流", "流很", "很慢"]);
        assert!(terms.of("").is_empty());
    }

    #[test]
    fn a_topic_is_named_by_what_the_others_lack() {
        let texts = ["late parcel tea", "parcel late again tea", "mouldy tea taste", "taste of mouldy tea"];
        let found = names(&Terms::new(), &texts, &[Some(0), Some(0), Some(1), Some(1)], 2, 2);
        let words = |topic: usize| found[topic].iter().map(|(term, _)| term.as_str()).collect::<Vec<_>>();
        assert!(words(0).contains(&"parcel") || words(0).iter().any(|term| term.contains("late")), "{found:?}");
        assert!(words(1).iter().any(|term| term.contains("mouldy")), "{found:?}");
        assert!(!words(0).contains(&"tea") && !words(1).contains(&"tea"), "{found:?}");
    }
}
