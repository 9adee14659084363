//! How well the words of topics go together, and how much they differ between topics. Knows no labels.
//!
//! One rule for every system that is measured: a text is lower-cased and cut into runs of letters, digits and `_`; a term
//! stands in a text where its words stand there one after the other; the window is the whole text.

use std::collections::{HashMap, HashSet};

/// Mean normalised pointwise mutual information (Bouma 2009) over the pairs of each topic's words, averaged over topics,
/// from −1 (never in one text) to 1 (always together). Topics with fewer than two words are left out.
#[must_use]
pub fn npmi(topics: &[Vec<String>], texts: &[&str]) -> f64 {
    let places = places(topics, texts);
    let total = texts.len() as f64;
    let of_pair = |a: &str, b: &str| {
        let (left, right) = (&places[a], &places[b]);
        let both = left.iter().filter(|place| right.binary_search(place).is_ok()).count() as f64;
        if both == 0.0 {
            return -1.0;
        }
        if both >= total {
            return 1.0;
        }
        let (left, right) = (left.len() as f64 / total, right.len() as f64 / total);
        let both = both / total;
        (both / (left * right)).ln() / -both.ln()
    };
    let scores: Vec<f64> = topics
        .iter()
        .filter(|words| words.len() > 1)
        .map(|words| {
            let pairs = (1..words.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
            let (sum, count) =
                pairs.fold((0.0, 0.0), |(sum, count), (a, b)| (sum + of_pair(&words[a], &words[b]), count + 1.0));
            sum / count
        })
        .collect();
    scores.iter().sum::<f64>() / scores.len().max(1) as f64
}

/// The share of the topics' words that are said once (Dieng et al. 2020, "Topic modeling in embedding spaces").
#[must_use]
pub fn diversity(topics: &[Vec<String>]) -> f64 {
    let unique: HashSet<&str> = topics.iter().flatten().map(String::as_str).collect();
    unique.len() as f64 / topics.iter().map(Vec::len).sum::<usize>().max(1) as f64
}

/// The texts that each term stands in, ascending.
fn places<'a>(topics: &'a [Vec<String>], texts: &[&str]) -> HashMap<&'a str, Vec<usize>> {
    let mut found: HashMap<&str, Vec<usize>> = HashMap::new();
    // Terms by their first word.
    let mut by_first: HashMap<String, Vec<(&str, Vec<String>)>> = HashMap::new();
    for term in topics.iter().flatten() {
        if found.insert(term, Vec::new()).is_none() {
            let words = tokens(term);
            if let Some(first) = words.first() {
                by_first.entry(first.clone()).or_default().push((term, words));
            }
        }
    }
    for (at, text) in texts.iter().enumerate() {
        let words = tokens(text);
        for start in 0..words.len() {
            for (term, wanted) in by_first.get(&words[start]).into_iter().flatten() {
                let of_term = found.entry(term).or_default();
                if words[start..].starts_with(wanted) && of_term.last() != Some(&at) {
                    of_term.push(at);
                }
            }
        }
    }
    found
}

fn tokens(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn known_values() {
        let texts = ["tin lid", "Tin, lid!", "parcel", "parcel tin"];
        // Always together in half of the texts: ln(0.5 / (0.75 * 0.5)) / -ln 0.5 = 0.41504.
        assert!((npmi(&[words(&["tin", "lid"])], &texts) - 0.415_037).abs() < 1e-6);
        assert!((npmi(&[words(&["lid", "parcel"])], &texts) + 1.0).abs() < 1e-12);
        assert!((npmi(&[words(&["tin", "lid"]), words(&["lid", "parcel"])], &texts) + 0.292_481).abs() < 1e-6);
    }

    #[test]
    fn a_phrase_stands_where_its_words_follow_each_other() {
        let texts = ["the tin lid leaks", "lid of the tin leaks", "tea", "tea"];
        // In one of four texts, with "leaks" in two: ln(0.25 / (0.25 * 0.5)) / -ln 0.25 = 0.5.
        assert!((npmi(&[words(&["tin lid", "leaks"])], &texts) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn words_said_twice_lower_the_diversity() {
        assert!((diversity(&[words(&["a", "b"]), words(&["b", "c"])]) - 0.75).abs() < 1e-12);
        assert!(diversity(&[]).abs() < 1e-12);
        assert!(npmi(&[words(&["a"])], &["a"]).abs() < 1e-12);
    }
}
