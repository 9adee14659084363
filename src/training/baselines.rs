//! Naive classifiers that a fitted one must beat: the commonest class, and the nearest centroid of word counts.

use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

/// The commonest label; the smallest of those where several are.
#[must_use]
pub fn majority(labels: &[usize]) -> usize {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for &label in labels {
        *counts.entry(label).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(label, count)| (count, std::cmp::Reverse(label))).map_or(0, |(label, _)| label)
}

type Vector = HashMap<String, f64>;

/// The nearest centroid of words weighted by TF-IDF (Rocchio, 1971). Chinese counts by character.
#[derive(Debug)]
pub struct NearestCentroid {
    rarity: HashMap<String, f64>,
    centroids: Vec<Vector>,
    fallback: usize,
}

impl NearestCentroid {
    /// Fits one centroid per class.
    #[must_use]
    pub fn fit(texts: &[&str], labels: &[usize], classes: usize) -> Self {
        let mut counts: HashMap<String, f64> = HashMap::new();
        for text in texts {
            for word in word_counts(text).into_keys() {
                *counts.entry(word).or_default() += 1.0;
            }
        }
        let total = texts.len() as f64;
        // Smoothed as scikit-learn does it.
        let rarity = counts.into_iter().map(|(word, n)| (word, ((1.0 + total) / (1.0 + n)).ln() + 1.0)).collect();
        let mut fitted = Self { rarity, centroids: vec![Vector::new(); classes], fallback: majority(labels) };
        for (text, &label) in texts.iter().zip(labels) {
            for (word, weight) in fitted.vector(text) {
                *fitted.centroids[label].entry(word).or_default() += weight;
            }
        }
        fitted.centroids = fitted.centroids.into_iter().map(unit).collect();
        fitted
    }

    /// The class whose centroid has the largest cosine; the commonest class where no word is known.
    #[must_use]
    pub fn predict(&self, text: &str) -> usize {
        let vector = self.vector(text);
        let cosine = |centroid: &Vector| -> f64 {
            // In the order of the words, so that rounding does not depend on a hash map.
            let mut products: Vec<f64> =
                vector.iter().map(|(word, weight)| weight * centroid.get(word).unwrap_or(&0.0)).collect();
            products.sort_by(f64::total_cmp);
            products.into_iter().sum()
        };
        let scores = self.centroids.iter().map(cosine).enumerate();
        match scores.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) {
            Some((class, score)) if score > 0.0 => class,
            _ => self.fallback,
        }
    }

    fn vector(&self, text: &str) -> Vector {
        let weigh = |(word, count): (String, f64)| self.rarity.get(&word).map(|rarity| (word, count * rarity));
        unit(word_counts(text).into_iter().filter_map(weigh).collect())
    }
}

fn word_counts(text: &str) -> Vector {
    let mut counts = Vector::new();
    for word in text.to_lowercase().unicode_words() {
        *counts.entry(word.to_owned()).or_default() += 1.0;
    }
    counts
}

fn unit(mut vector: Vector) -> Vector {
    let mut squares: Vec<f64> = vector.values().map(|weight| weight * weight).collect();
    squares.sort_by(f64::total_cmp);
    let length = squares.into_iter().sum::<f64>().sqrt();
    if length > 0.0 {
        vector.values_mut().for_each(|weight| *weight /= length);
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_centroid_goes_by_words() {
        let texts = ["sales last month", "sales by region", "stop the emails", "no more emails", "上个月销售额"];
        let fitted = NearestCentroid::fit(&texts, &[0, 0, 1, 1, 2], 3);
        assert_eq!(fitted.predict("emails please stop"), 1);
        assert_eq!(fitted.predict("sales"), 0);
        assert_eq!(fitted.predict("销售"), 2);
        assert_eq!(fitted.predict("zzz"), majority(&[0, 0, 1, 1, 2]));
    }
}
