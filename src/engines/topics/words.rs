//! Names of topics: words and pairs of words that a topic has and the others have not (class-based TF-IDF, Grootendorst
//! 2022, "BERTopic", equation 1, with the root of frequencies), chosen so that they stand together in texts; the few that
//! make the name say different things (maximal marginal relevance, Carbonell and Goldstein 1998).

use std::collections::{HashMap, HashSet};

use unicode_segmentation::UnicodeSegmentation as _;

/// Words that name nothing, one list per language.
const STOP_WORDS: &str = include_str!("../../../prompts/topics/stop_words.txt");
/// How many terms make a name.
pub(super) const NAME: usize = 3;
/// How much of a term's worth in a name is its weight; the rest is how unlike the terms before it are.
const RELEVANCE: f64 = 0.7;
/// How much of a term's worth in its topic is its weight; the rest is how much it goes with the terms before it.
const WEIGHT: f64 = 0.5;
/// The share of a topic's texts that a term stands in at least.
const LEAST_SHARE: f64 = 0.03;
/// How many times more often a term stands in its topic than anywhere at least.
const LEAST_LIFT: f64 = 1.2;
/// Terms that are compared with each other.
const CANDIDATES: usize = 40;

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
                if let Some(before) = before.filter(|before| *before != plain) {
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

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

/// The `most` best terms of each topic with their weights: those that name it, then the others, best first. A term that
/// says what a better one said already ("tin", after "tin lid") is left out.
pub(super) fn names(
    terms: &Terms,
    texts: &[&str],
    topic_of: &[Option<usize>],
    topics: usize,
    most: usize,
) -> Vec<Vec<(String, f64)>> {
    let mut counts: Vec<HashMap<String, f64>> = vec![HashMap::new(); topics];
    // The texts of each topic that hold a term, by their places.
    let mut holding: Vec<HashMap<String, Vec<usize>>> = vec![HashMap::new(); topics];
    let mut sizes = vec![0_usize; topics];
    for (at, (text, topic)) in texts.iter().zip(topic_of).enumerate() {
        let Some(topic) = *topic else { continue };
        sizes[topic] += 1;
        let found = terms.of(text);
        for term in found.iter().collect::<HashSet<_>>() {
            holding[topic].entry(term.clone()).or_default().push(at);
        }
        for term in found {
            *counts[topic].entry(term).or_default() += 1.0;
        }
    }
    let mut everywhere: HashMap<&str, f64> = HashMap::new();
    for (term, count) in counts.iter().flatten() {
        *everywhere.entry(term).or_default() += count;
    }
    let all = everywhere.values().sum::<f64>().max(1.0);
    let words_per_topic = all / topics.max(1) as f64;
    // A term of one or two texts names them, not their topic.
    let least: usize = if texts.len() < 100 { 1 } else { 3 };
    let holding_all = &holding;
    counts
        .iter()
        .zip(&holding)
        .zip(&sizes)
        .map(|((counts, holding), size)| {
            let total: f64 = counts.values().sum::<f64>().max(1.0);
            let least = least.max((LEAST_SHARE * *size as f64) as usize);
            let mut weighed: Vec<(String, f64)> = counts
                .iter()
                .filter(|(term, _)| holding.get(*term).is_some_and(|texts| texts.len() >= least))
                .map(|(term, count)| {
                    let rarity = (1.0 + words_per_topic / everywhere[term.as_str()]).ln();
                    (term.clone(), (count / total).sqrt() * rarity * naming(term))
                })
                .collect();
            // What stands as often in the other topics names none of them.
            if topics > 1 {
                let names_it = |term: &str| counts[term] / total > LEAST_LIFT * everywhere[term] / all;
                // A topic of nothing but common words is named by those, rather than by none.
                if weighed.iter().any(|(term, _)| names_it(term)) {
                    weighed.retain(|(term, _)| names_it(term));
                }
            }
            weighed.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            weighed.truncate(2 * CANDIDATES);
            let weighed = distinct(weighed, CANDIDATES);
            let places: HashMap<&str, Vec<usize>> =
                weighed.iter().map(|(term, _)| (term.as_str(), everywhere_held(term, holding_all))).collect();
            let chosen = coherent(weighed.clone(), &places, texts.len(), most);
            named_first(chosen, holding)
        })
        .collect()
}

/// The texts of all topics that hold a term, ascending.
fn everywhere_held(term: &str, holding: &[HashMap<String, Vec<usize>>]) -> Vec<usize> {
    let mut found: Vec<usize> = holding.iter().filter_map(|of| of.get(term)).flatten().copied().collect();
    found.sort_unstable();
    found
}

/// The terms that weigh much and stand together: each next one is the best by its weight and by its mean normalised
/// pointwise mutual information (Bouma 2009) with those before it.
fn coherent(
    mut weighed: Vec<(String, f64)>,
    places: &HashMap<&str, Vec<usize>>,
    texts: usize,
    most: usize,
) -> Vec<(String, f64)> {
    let best = weighed.first().map_or(1.0, |first| first.1).max(f64::MIN_POSITIVE);
    let mut kept: Vec<(String, f64)> = Vec::new();
    let mut together = vec![0.0; weighed.len()];
    while kept.len() < most && !weighed.is_empty() {
        let worth =
            |at: usize| WEIGHT * weighed[at].1 / best + (1.0 - WEIGHT) * together[at] / kept.len().max(1) as f64;
        let Some(at) = (0..weighed.len()).max_by(|&a, &b| worth(a).total_cmp(&worth(b)).then(b.cmp(&a))) else { break };
        let chosen = weighed.remove(at);
        together.remove(at);
        for ((term, _), sum) in weighed.iter().zip(&mut together) {
            *sum += npmi(&places[term.as_str()], &places[chosen.0.as_str()], texts);
        }
        kept.push(chosen);
    }
    kept
}

/// Normalised pointwise mutual information of two ascending lists of texts.
fn npmi(a: &[usize], b: &[usize], texts: usize) -> f64 {
    let both = a.iter().filter(|place| b.binary_search(place).is_ok()).count() as f64 / texts as f64;
    if both <= 0.0 {
        return -1.0;
    }
    if both >= 1.0 {
        return 1.0;
    }
    (both * (texts * texts) as f64 / (a.len() * b.len()) as f64).ln() / -both.ln()
}

/// The same terms with those that name the topic in front.
fn named_first(chosen: Vec<(String, f64)>, holding: &HashMap<String, Vec<usize>>) -> Vec<(String, f64)> {
    let mut by_weight = chosen;
    by_weight.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut found = diverse(by_weight.clone(), holding, NAME);
    by_weight.retain(|(term, _)| !found.iter().any(|(other, _)| other == term));
    found.extend(by_weight);
    found
}

/// How well a term can name something. Pairs say what they are about, and verbs and adverbs, told by their endings, say
/// what happened.
fn naming(term: &str) -> f64 {
    if term.contains(' ') {
        return 1.25;
    }
    let is_ending = |ending: &str| term.len() > ending.len() + 2 && term.ends_with(ending);
    if ["ed", "ing", "ly"].into_iter().any(is_ending) { 0.6 } else { 1.0 }
}

/// The terms with the best marginal relevance: of those that stand in the same texts, one is enough.
fn diverse(mut weighed: Vec<(String, f64)>, holding: &HashMap<String, Vec<usize>>, most: usize) -> Vec<(String, f64)> {
    let best = weighed.first().map_or(1.0, |first| first.1).max(f64::MIN_POSITIVE);
    let of = |term: &str| holding.get(term).map_or(&[][..], Vec::as_slice);
    let mut kept: Vec<(String, f64)> = Vec::new();
    while kept.len() < most && !weighed.is_empty() {
        let worth = |(term, weight): &(String, f64)| {
            let nearest = kept.iter().map(|(other, _)| overlap(of(term), of(other))).fold(0.0, f64::max);
            RELEVANCE * weight / best - (1.0 - RELEVANCE) * nearest
        };
        let at = (0..weighed.len()).max_by(|a, b| worth(&weighed[*a]).total_cmp(&worth(&weighed[*b])).then(b.cmp(a)));
        let Some(at) = at else { break };
        kept.push(weighed.remove(at));
    }
    kept
}

/// The share of two ascending lists that is in both (Jaccard 1901).
fn overlap(a: &[usize], b: &[usize]) -> f64 {
    let both = a.iter().filter(|place| b.binary_search(place).is_ok()).count();
    both as f64 / (a.len() + b.len() - both).max(1) as f64
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
    fn names_say_different_things_and_no_interjections() {
        let texts = ["ugh, the gift box was crushed on Monday"; 8];
        let others = ["the courier came late with the parcel"; 8];
        let all: Vec<&str> = texts.into_iter().chain(others).collect();
        let topics: Vec<Option<usize>> = (0..16).map(|at| Some(at / 8)).collect();
        let found = names(&Terms::new(), &all, &topics, 2, 3);
        let words: Vec<&str> = found[0].iter().map(|(term, _)| term.as_str()).collect();
        assert_eq!(words[0], "gift box");
        assert!(!words.iter().any(|word| word.contains("ugh") || word.contains("monday")), "{words:?}");
    }

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
