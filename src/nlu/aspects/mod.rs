//! Aspects: terms of a text and the feeling toward a term, by layers of the encoder that were tuned for both. Tuning them
//! is the business of `training`; which side of a business a term belongs to is that of `words`.

mod spans;
mod words;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::NluError;
use super::encoder::{Encoder, TunedLayers};
use super::intents::linear::softmax;
use super::sentiment::SentimentHead;
use crate::domain::AspectReading;

pub use spans::Term;
pub use words::{AspectWords, Mention, clause_of};

/// What the layers are asked for by.
const NAME: &str = "aspects";
const REMEDY: &str = "herald train aspects makes it";
/// Texts whose pieces are scored at a time: bounds the memory of their scores.
const CHUNK: usize = 1_024;

/// How many classes of feeling there are; they come first: negative, neutral, positive.
pub const SENTIMENTS: usize = 3;
/// The class of a word outside of terms; a term's first word and its others follow.
pub const FIRST_TAG: usize = SENTIMENTS;
/// How many classes of words there are.
pub const TAGS: usize = 3;
/// All classes of the head.
pub const CLASSES: usize = SENTIMENTS + TAGS;

/// What stands beside the weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AspectCard {
    /// Changes whenever the weights do.
    pub version: String,
}

/// Where the weights lie.
#[must_use]
pub fn weights_file(models: &Path) -> PathBuf {
    models.join("aspects").join("layers.safetensors")
}

/// Where the card lies.
#[must_use]
pub fn card_file(models: &Path) -> PathBuf {
    models.join("aspects").join("head.json")
}

/// The layers as an encoder is told of them.
#[must_use]
pub fn layers(models: &Path) -> TunedLayers {
    TunedLayers { name: NAME, file: weights_file(models) }
}

/// A term and a text as one text of two parts, as the layers were tuned. The term comes first, so that a long text loses
/// its end and not what is asked.
#[must_use]
pub fn pair(term: &str, text: &str) -> String {
    format!("{term} [SEP] {text}")
}

/// Reads aspects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AspectHead {
    card: AspectCard,
}

impl AspectHead {
    /// Reads the card. The weights are the encoder's, which is started with [`layers`].
    ///
    /// # Errors
    /// When the card is missing or is not what it should be.
    pub fn load(models: &Path) -> Result<Self, NluError> {
        let path = card_file(models);
        let text = std::fs::read_to_string(&path)
            .map_err(|_| NluError::MissingModel { path: path.clone(), remedy: REMEDY })?;
        let card =
            serde_json::from_str(&text).map_err(|error| NluError::BadModel { path, reason: error.to_string() })?;
        Ok(Self { card })
    }

    /// Changes whenever the weights do.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.card.version
    }

    /// P(negative), P(neutral), P(positive) toward a term in a text, for pairs of the two.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn toward(
        &self,
        encoder: &Encoder,
        pairs: &[(&str, &str)],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<[f32; 3]>, NluError> {
        let texts: Vec<String> = pairs.iter().map(|(term, text)| pair(term, text)).collect();
        let scores = encoder.scores(&texts, NAME, progress)?;
        Ok(scores.iter().map(|scores| probabilities(scores)).collect())
    }

    /// The terms of texts.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn terms(
        &self,
        encoder: &Encoder,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Vec<Term>>, NluError> {
        let mut found = Vec::with_capacity(texts.len());
        for chunk in texts.chunks(CHUNK) {
            let before = found.len();
            let scored = encoder.piece_scores(chunk, NAME, &mut |done| progress(before + done))?;
            found.extend(chunk.iter().zip(&scored).map(|(text, (placed, scores))| spans::terms(text, placed, scores)));
        }
        Ok(found)
    }
}

/// What each text says of the sides of a business: the words of `words` say which, the clause around a word how, by the
/// sentiment layers. `progress` is told how many clauses are done, of how many.
///
/// # Errors
/// When the encoder fails.
pub fn readings(
    encoder: &Encoder,
    sentiment: &SentimentHead,
    words: &AspectWords,
    texts: &[String],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Vec<AspectReading>>, NluError> {
    let mut named = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        named.extend(words.mentions(text).into_iter().map(|mention| (at, mention)));
    }
    let clauses: Vec<String> = named.iter().map(|(at, mention)| mention.clause(&texts[*at]).to_owned()).collect();
    let felt = sentiment.classify(encoder, &clauses, &mut |done| progress(done, clauses.len()))?;
    let mut readings = vec![Vec::new(); texts.len()];
    for ((at, mention), sentiment) in named.into_iter().zip(felt) {
        readings[at].push(AspectReading { aspect: mention.aspect, sentiment });
    }
    Ok(readings)
}

/// Probabilities of the three feelings; scores are divided by the temperature already.
fn probabilities(scores: &[f32]) -> [f32; 3] {
    let shares = softmax(&scores[..SENTIMENTS.min(scores.len())], 1.0);
    std::array::from_fn(|class| shares.get(class).copied().unwrap_or(0.0) as f32)
}
