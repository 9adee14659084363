//! Sorts texts into topics by their sentence vectors and their words: neighbours, principal components, k-means, reading
//! anew by words, names by c-TF-IDF. Pure.

use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_clustering::{KMeans, KMeansInit};
use ndarray::{Array1, Array2, ArrayView1, Axis, s};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng as _;

use super::TopicsError;
use super::reduce::{neighbourly, principal};
use super::wording::{self, Wording};
use super::words::{NAME, Terms, is_han, names};

/// Fewer texts than this are read, not sorted.
pub const LEAST_TEXTS: usize = 20;
/// Principal components that are kept.
const COMPONENTS: usize = 40;
/// Numbers of topics that are tried where none is given.
const CANDIDATES: [usize; 7] = [6, 9, 12, 16, 20, 26, 32];
/// Texts on which the number of topics is chosen, at most.
const SAMPLE: usize = 2_000;
/// Words that describe a topic.
const WORDS: usize = 10;
/// Terms by which topics are read anew, at most.
const TERMS: usize = 20_000;
/// Terms that stand for texts where sentence vectors do not, at most.
const TERMS_AS_VECTORS: usize = 1_000;
/// A text is an outlier where it is further from its topic's middle than this many deviations beyond the mean.
const OUTLIER_DEVIATIONS: f64 = 2.2;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopicParams {
    /// How many topics; chosen by the silhouette where it is not given.
    pub topics: Option<usize>,
    /// The seed.
    pub seed: u64,
}

impl Default for TopicParams {
    fn default() -> Self {
        Self { topics: None, seed: 1 }
    }
}

/// One topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// How many texts it has.
    pub size: usize,
    /// Its best words with their weights, best first.
    pub words: Vec<(String, f64)>,
    /// The places of the texts nearest its middle, nearest first.
    pub representatives: Vec<usize>,
}

impl Topic {
    /// Its name: its first words.
    #[must_use]
    pub fn name(&self) -> String {
        self.words.iter().take(NAME).map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Texts sorted into topics, the largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Topics {
    /// The topic of each text; `None` for outliers.
    pub topic_of: Vec<Option<usize>>,
    /// The topics.
    pub topics: Vec<Topic>,
}

impl Topics {
    /// The share of texts in no topic.
    #[must_use]
    pub fn outlier_share(&self) -> f64 {
        let outliers = self.topic_of.iter().filter(|topic| topic.is_none()).count();
        outliers as f64 / self.topic_of.len().max(1) as f64
    }

    /// Sorts texts into topics. One vector of unit length per text.
    ///
    /// # Errors
    /// When there are too few texts, too many topics are asked for, or a calculation fails.
    pub fn fit(vectors: &[&[f32]], texts: &[&str], params: TopicParams) -> Result<Self, TopicsError> {
        let count = texts.len();
        if vectors.len() != count {
            return Err(TopicsError::Mismatch { vectors: vectors.len(), texts: count });
        }
        if count < LEAST_TEXTS {
            return Err(TopicsError::TooFew { needs: LEAST_TEXTS, found: count });
        }
        let most = count / 3;
        if let Some(wanted) = params.topics.filter(|&wanted| wanted == 0 || wanted > most) {
            return Err(TopicsError::TooManyTopics { wanted, texts: count, most });
        }
        let terms = Terms::new();
        let wording = Wording::new(&terms, texts, TERMS);
        // The encoder was taught English: of Chinese texts the words say more.
        let is_chinese = mostly_han(texts);
        let rows = if is_chinese { by_words(&terms, texts)? } else { neighbourly(vectors, COMPONENTS)? };
        let wanted = match params.topics {
            Some(wanted) => wanted,
            None if is_chinese => best_number(&rows, most, params.seed)?,
            // Texts that were drawn to their neighbours stand in clumps, of which the silhouette would count too many.
            None => best_number(&principal(vectors, COMPONENTS)?, most, params.seed)?,
        };
        let clusters = cluster(&rows, wanted, params.seed)?;
        let (labels, _) = nearest(&rows, &clusters);
        let labels = wording.refine(&rows, labels, wanted);
        Ok(Self::described(&rows, &terms, texts, &labels, wanted))
    }

    /// Topics by where each text went: outliers set apart, the largest topic first, named.
    fn described(rows: &Array2<f64>, terms: &Terms, texts: &[&str], labels: &[usize], wanted: usize) -> Self {
        let middles = wording::middles(rows, labels, wanted);
        let distances: Vec<f64> =
            rows.axis_iter(Axis(0)).zip(labels).map(|(row, &label)| squared(row, middles.row(label)).sqrt()).collect();
        let far = far(&distances, labels, wanted);
        let topic_of: Vec<Option<usize>> =
            labels.iter().zip(&far).map(|(&label, &far)| (!far).then_some(label)).collect();
        Self::numbered(rows, terms, texts, topic_of, wanted)
    }

    /// Topics by where each text is: empty ones left out, the largest first, named, with the texts nearest the middle.
    pub(super) fn numbered(
        rows: &Array2<f64>,
        terms: &Terms,
        texts: &[&str],
        mut topic_of: Vec<Option<usize>>,
        count: usize,
    ) -> Self {
        let order = by_size(&topic_of, count);
        for topic in topic_of.iter_mut().flatten() {
            *topic = order.iter().position(|&old| old == *topic).unwrap_or(0);
        }
        let placed: Vec<(usize, usize)> =
            topic_of.iter().enumerate().filter_map(|(text, topic)| topic.map(|topic| (text, topic))).collect();
        let (members, labels): (Vec<usize>, Vec<usize>) = placed.into_iter().unzip();
        let middles = wording::middles(&rows.select(Axis(0), &members), &labels, order.len());
        let distance = |text: usize, topic: usize| squared(rows.row(text), middles.row(topic));
        let named = names(terms, texts, &topic_of, order.len(), WORDS);
        let topics = named
            .into_iter()
            .enumerate()
            .map(|(topic, words)| {
                let mut members: Vec<usize> = (0..texts.len()).filter(|&text| topic_of[text] == Some(topic)).collect();
                let size = members.len();
                members.sort_by(|&a, &b| distance(a, topic).total_cmp(&distance(b, topic)).then(a.cmp(&b)));
                members.truncate(5);
                Topic { size, words, representatives: members }
            })
            .collect();
        Self { topic_of, topics }
    }
}

/// What topics are compared with: k-means on TF-IDF alone, its topics described in the same way.
///
/// # Errors
/// When a calculation fails.
pub fn words_baseline(texts: &[&str], topics: usize, seed: u64) -> Result<Topics, TopicsError> {
    let terms = Terms::new();
    let rows = by_words(&terms, texts)?;
    let (labels, _) = nearest(&rows, &cluster(&rows, topics, seed)?);
    Ok(Topics::described(&rows, &terms, texts, &labels, topics))
}

/// Texts as principal components of the weights of their words.
fn by_words(terms: &Terms, texts: &[&str]) -> Result<Array2<f64>, TopicsError> {
    let rows = Wording::new(terms, texts, TERMS_AS_VECTORS).rows();
    let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
    principal(&rows, COMPONENTS)
}

/// Whether more than half of the texts are Chinese: more than a third of their characters.
fn mostly_han(texts: &[&str]) -> bool {
    let is_chinese = |text: &&&str| {
        let han = text.chars().filter(|c| is_han(*c)).count();
        3 * han > text.chars().count()
    };
    2 * texts.iter().filter(is_chinese).count() > texts.len()
}

/// The number of topics with the best silhouette by middles (Hruschka et al. 2004, "simplified silhouette") on a sample.
fn best_number(rows: &Array2<f64>, most: usize, seed: u64) -> Result<usize, TopicsError> {
    let step = rows.nrows().div_ceil(SAMPLE);
    let sample = rows.slice(s![..;step, ..]).to_owned();
    let mut best = (f64::NEG_INFINITY, 2);
    for number in CANDIDATES.into_iter().filter(|&number| number <= most.min(sample.nrows() / 6)) {
        let middles = cluster(&sample, number, seed)?;
        let score = simplified_silhouette(&sample, &middles);
        // More topics score a little higher by chance; a tie goes to fewer.
        if score > best.0 + 0.003 {
            best = (score, number);
        }
    }
    Ok(best.1)
}

fn simplified_silhouette(rows: &Array2<f64>, middles: &Array2<f64>) -> f64 {
    let scores = rows.axis_iter(Axis(0)).map(|row| {
        let (mut own, mut other) = (f64::INFINITY, f64::INFINITY);
        for middle in middles.axis_iter(Axis(0)) {
            let distance = squared(row, middle).sqrt();
            if distance < own {
                (own, other) = (distance, own);
            } else if distance < other {
                other = distance;
            }
        }
        if other > 0.0 { (other - own) / other } else { 0.0 }
    });
    scores.sum::<f64>() / rows.nrows().max(1) as f64
}

/// The middles of `number` clusters.
pub(super) fn cluster(rows: &Array2<f64>, number: usize, seed: u64) -> Result<Array2<f64>, TopicsError> {
    let data = DatasetBase::from(rows.view());
    let model = KMeans::params_with_rng(number, Xoshiro256PlusPlus::seed_from_u64(seed))
        .init_method(KMeansInit::KMeansPlusPlus)
        .n_runs(4)
        .max_n_iterations(60)
        .tolerance(1e-3)
        .fit(&data)
        .map_err(|error| TopicsError::Clustering(error.to_string()))?;
    Ok(model.centroids().clone())
}

/// The nearest middle of each row, and how far it is.
pub(super) fn nearest(rows: &Array2<f64>, middles: &Array2<f64>) -> (Vec<usize>, Vec<f64>) {
    rows.axis_iter(Axis(0))
        .map(|row| {
            let mut best = (0, f64::INFINITY);
            for (at, middle) in middles.axis_iter(Axis(0)).enumerate() {
                let distance = squared(row, middle);
                if distance < best.1 {
                    best = (at, distance);
                }
            }
            (best.0, best.1.sqrt())
        })
        .unzip()
}

fn squared(a: ArrayView1<'_, f64>, b: ArrayView1<'_, f64>) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Which texts are much further from their topic's middle than its others.
fn far(distances: &[f64], labels: &[usize], topics: usize) -> Vec<bool> {
    let limits: Vec<f64> = (0..topics)
        .map(|topic| {
            let own: Array1<f64> = distances
                .iter()
                .zip(labels)
                .filter(|(_, label)| **label == topic)
                .map(|(distance, _)| *distance)
                .collect();
            own.mean().unwrap_or(0.0) + OUTLIER_DEVIATIONS * if own.len() > 1 { own.std(1.0) } else { 0.0 }
        })
        .collect();
    distances.iter().zip(labels).map(|(distance, &label)| *distance > limits[label] + 1e-9).collect()
}

/// The clusters with any text, the largest first.
fn by_size(topic_of: &[Option<usize>], topics: usize) -> Vec<usize> {
    let mut sizes = vec![0_usize; topics];
    for topic in topic_of.iter().flatten() {
        sizes[*topic] += 1;
    }
    let mut order: Vec<usize> = (0..topics).filter(|&topic| sizes[topic] > 0).collect();
    order.sort_by(|&a, &b| sizes[b].cmp(&sizes[a]).then(a.cmp(&b)));
    order
}
