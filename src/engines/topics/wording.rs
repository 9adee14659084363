//! What texts say in words, as weights: TF-IDF rows where sentence vectors know too little, and topics read anew from the
//! words of their own texts. Pure; deterministic.

use std::collections::{HashMap, HashSet};

use ndarray::{Array2, Axis};

use super::words::Terms;

/// Terms in fewer texts than this say nothing about others.
const LEAST_TEXTS: usize = 3;
/// Terms in a larger share of texts than this say nothing about topics.
const MOST_SHARE: f64 = 0.5;
/// How often topics are read anew at most.
const ROUNDS: usize = 10;
/// How much a sentence vector's angle to a topic's middle counts beside the logarithm of a word's likelihood.
const VECTOR_WEIGHT: f64 = 20.0;
/// How much the words count.
const WORDS_WEIGHT: f64 = 0.4;
/// Added to each count, so that a word that a topic never had rules no text out.
const SMOOTHING: f64 = 0.05;

/// The weighed terms of each text: TF-IDF with the logarithm of counts, each text of length 1.
#[derive(Debug)]
pub(super) struct Wording {
    /// Terms by number with their weights, per text.
    texts: Vec<Vec<(usize, f64)>>,
    /// How many terms there are.
    terms: usize,
}

impl Wording {
    /// Weighs the terms of texts; of many, the `most` that stand in most texts.
    pub(super) fn new(terms: &Terms, texts: &[&str], most: usize) -> Self {
        let counted: Vec<HashMap<String, f64>> = texts
            .iter()
            .map(|text| {
                let mut counts = HashMap::new();
                for term in terms.of(text) {
                    *counts.entry(term).or_default() += 1.0;
                }
                counts
            })
            .collect();
        let mut held: HashMap<&str, usize> = HashMap::new();
        for term in counted.iter().flat_map(HashMap::keys) {
            *held.entry(term).or_default() += 1;
        }
        let limit = (MOST_SHARE * texts.len() as f64) as usize;
        let mut kept: Vec<(&str, usize)> =
            held.into_iter().filter(|(_, texts)| (LEAST_TEXTS..=limit.max(LEAST_TEXTS)).contains(texts)).collect();
        kept.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        kept.truncate(most);
        let number: HashMap<&str, (usize, f64)> = kept
            .iter()
            .enumerate()
            .map(|(at, (term, held))| (*term, (at, (texts.len() as f64 / *held as f64).ln() + 1.0)))
            .collect();
        let weighed = counted.iter().map(|counts| {
            let mut row: Vec<(usize, f64)> = counts
                .iter()
                .filter_map(|(term, count)| {
                    number.get(term.as_str()).map(|(at, rarity)| (*at, (1.0 + count.ln()) * rarity))
                })
                .collect();
            row.sort_unstable_by_key(|(at, _)| *at);
            let norm = row.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
            row.iter_mut().for_each(|(_, weight)| *weight /= norm);
            row
        });
        let texts = weighed.collect();
        Self { texts, terms: kept.len() }
    }

    /// One row per text, as wide as there are terms.
    pub(super) fn rows(&self) -> Vec<Vec<f32>> {
        let dense = |text: &Vec<(usize, f64)>| {
            let mut row = vec![0.0; self.terms.max(1)];
            for (at, weight) in text {
                row[*at] = *weight as f32;
            }
            row
        };
        self.texts.iter().map(dense).collect()
    }

    /// Reads topics anew: each is described by the middle of its texts' vectors and the words of its texts (multinomial
    /// naive Bayes), every text goes where it fits best, and again until nearly none moves. Iterative classification of
    /// this kind is what Rakib et al. 2020 ("Enhancement of short text clustering by iterative classification") found to
    /// help short texts.
    pub(super) fn refine(&self, rows: &Array2<f64>, mut labels: Vec<usize>, topics: usize) -> Vec<usize> {
        for _ in 0..ROUNDS {
            let middles = middles(rows, &labels, topics);
            let likely = self.likelihoods(&labels, topics);
            let angles = rows.dot(&middles.t());
            let next: Vec<usize> = angles
                .axis_iter(Axis(0))
                .zip(&self.texts)
                .map(|(angles, words)| {
                    let fit = |topic: usize| {
                        let said: f64 = words.iter().map(|(term, weight)| weight * likely[[*term, topic]]).sum();
                        VECTOR_WEIGHT * angles[topic] + WORDS_WEIGHT * said
                    };
                    let fits: Vec<f64> = (0..topics).map(fit).collect();
                    (0..topics).max_by(|&a, &b| fits[a].total_cmp(&fits[b]).then(b.cmp(&a))).unwrap_or(0)
                })
                .collect();
            let moved = next.iter().zip(&labels).filter(|(a, b)| a != b).count();
            // A topic that would be left empty stays as it was: a wanted number of topics is kept.
            if next.iter().collect::<HashSet<_>>().len() < labels.iter().collect::<HashSet<_>>().len() {
                break;
            }
            labels = next;
            if moved * 1_000 < labels.len() {
                break;
            }
        }
        labels
    }

    /// The logarithm of each term's share of each topic's words.
    fn likelihoods(&self, labels: &[usize], topics: usize) -> Array2<f64> {
        let mut counts = Array2::from_elem((self.terms, topics), SMOOTHING);
        for (text, &topic) in self.texts.iter().zip(labels) {
            for (term, weight) in text {
                counts[[*term, topic]] += weight;
            }
        }
        let totals = counts.sum_axis(Axis(0));
        counts /= &totals;
        counts.mapv_into(f64::ln)
    }
}

/// The middles of topics, of length 1.
pub(super) fn middles(rows: &Array2<f64>, labels: &[usize], topics: usize) -> Array2<f64> {
    let mut middles = Array2::zeros((topics, rows.ncols()));
    for (row, &topic) in rows.axis_iter(Axis(0)).zip(labels) {
        let mut middle = middles.row_mut(topic);
        middle += &row;
    }
    for mut middle in middles.axis_iter_mut(Axis(0)) {
        let norm = middle.dot(&middle).sqrt();
        if norm > 0.0 {
            middle /= norm;
        }
    }
    middles
}
