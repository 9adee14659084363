//! Sentiment: three classes by layers of the encoder that were tuned for it; of Chinese texts by models of their own.
//! Tuning and fitting them is the business of `training`.

pub mod chinese;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::chinese::ChineseSentiment;
use super::NluError;
use super::encoder::{Encoder, TunedLayers};
use super::intents::linear::softmax;
use super::language;
use crate::domain::{Language, PostReading};

/// What the layers are asked for by.
const NAME: &str = "sentiment";
/// How many texts are read at a time: bounds the memory of what is read.
const CHUNK: usize = 1_024;
const REMEDY: &str = "it comes with Herald; herald train sentiment makes it again";

/// What stands beside the weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentimentCard {
    /// Changes whenever the weights do.
    pub version: String,
}

/// Reads sentiment.
#[derive(Debug, Clone)]
pub struct SentimentHead {
    version: String,
    chinese: Arc<ChineseSentiment>,
}

/// Where the weights lie.
#[must_use]
pub fn weights_file(models: &Path) -> PathBuf {
    models.join("sentiment").join("layers.safetensors")
}

/// Where the card lies.
#[must_use]
pub fn card_file(models: &Path) -> PathBuf {
    models.join("sentiment").join("head.json")
}

/// The layers as an encoder is told of them.
#[must_use]
pub fn layers(models: &Path) -> TunedLayers {
    TunedLayers { name: NAME, file: weights_file(models) }
}

impl SentimentHead {
    /// Reads the card. The weights are the encoder's, which is started with [`layers`].
    ///
    /// # Errors
    /// When the card is missing or is not what it should be.
    pub fn load(models: &Path) -> Result<Self, NluError> {
        let path = card_file(models);
        let text = std::fs::read_to_string(&path)
            .map_err(|_| NluError::MissingModel { path: path.clone(), remedy: REMEDY })?;
        let card: SentimentCard =
            serde_json::from_str(&text).map_err(|error| NluError::BadModel { path, reason: error.to_string() })?;
        let chinese = ChineseSentiment::load(models)?;
        Ok(Self { version: format!("{}-{}", card.version, chinese.version()), chinese: Arc::new(chinese) })
    }

    /// Changes whenever weights do.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// P(negative), P(neutral), P(positive) of texts. `progress` is told how many are done.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn classify(
        &self,
        encoder: &Encoder,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<[f32; 3]>, NluError> {
        let is_chinese: Vec<bool> = texts.iter().map(|text| language::detect(text) == Language::Chinese).collect();
        let of = |chinese: bool| (0..texts.len()).filter(|&at| is_chinese[at] == chinese).collect::<Vec<_>>();
        let mut read = vec![[0.0; 3]; texts.len()];
        let chinese = of(true);
        let words: Vec<&str> = chinese.iter().map(|&at| texts[at].as_str()).collect();
        for (&at, shares) in chinese.iter().zip(self.chinese.classify(&words, progress)) {
            read[at] = shares;
        }
        let others = of(false);
        if !others.is_empty() {
            let words: Vec<String> = others.iter().map(|&at| texts[at].clone()).collect();
            let scores = encoder.scores(&words, NAME, &mut |done| progress(chinese.len() + done))?;
            for (&at, scores) in others.iter().zip(&scores) {
                read[at] = probabilities(scores);
            }
        }
        Ok(read)
    }

    /// Reads texts: their sentence embeddings and their sentiment. `progress` is told how many are done.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn read(
        &self,
        encoder: &Encoder,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<PostReading>, NluError> {
        let mut readings = Vec::with_capacity(texts.len());
        for (at, chunk) in texts.chunks(CHUNK).enumerate() {
            // Two passes: half of the chunk is done after the first.
            let before = at * CHUNK;
            let vectors = encoder.embed_with_progress(chunk, &mut |done| progress(before + done / 2))?;
            let sentiments = self.classify(encoder, chunk, &mut |done| progress(before + (chunk.len() + done) / 2))?;
            let both = vectors.into_iter().zip(sentiments);
            readings.extend(both.map(|(vector, sentiment)| PostReading { vector, sentiment, aspects: Vec::new() }));
        }
        Ok(readings)
    }
}

/// Probabilities of scores, which are divided by the temperature already.
fn probabilities(scores: &[f32]) -> [f32; 3] {
    let shares = softmax(scores, 1.0);
    std::array::from_fn(|class| shares.get(class).copied().unwrap_or(0.0) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nlu::encoder::{DeviceChoice, DtypeChoice, EncoderOptions};

    fn read(dtype: DtypeChoice, texts: &[&str]) -> Vec<[f32; 3]> {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let options = EncoderOptions {
            model_dir: models.join("base/all-MiniLM-L6-v2"),
            device: DeviceChoice::Cpu,
            dtype,
            tuned: vec![layers(&models)],
            ..EncoderOptions::default()
        };
        let encoder = Encoder::start(&options).unwrap();
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        SentimentHead::load(&models).unwrap().classify(&encoder, &texts, &mut |_| {}).unwrap()
    }

    /// The largest class of each.
    fn classes(read: &[[f32; 3]]) -> Vec<usize> {
        read.iter().map(|row| (0..3).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap()).collect()
    }

    const PLAIN: &[(&str, usize)] = &[
        ("I love this tea, best I ever had", 2),
        ("awful, the box was crushed and nobody answers", 0),
        ("the store opens at nine on Mondays", 1),
        ("not bad at all, I would buy it again", 2),
        ("I do not recommend it", 0),
        ("great packaging, fast delivery 😍", 2),
        ("this was a waste of money 😡", 0),
        ("meeting with the supplier tomorrow", 1),
    ];

    #[test]
    fn plain_texts_are_read_rightly_and_alike_in_both_arithmetics() {
        let texts: Vec<&str> = PLAIN.iter().map(|(text, _)| *text).collect();
        let expected: Vec<usize> = PLAIN.iter().map(|(_, class)| *class).collect();
        let full = read(DtypeChoice::Float32, &texts);
        let short = read(DtypeChoice::Bfloat16, &texts);
        assert_eq!(classes(&full), expected, "{full:?}");
        for (full, short) in full.iter().flatten().zip(short.iter().flatten()) {
            assert!((full - short).abs() < 0.06, "{full} {short}");
        }
        for row in &full {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }
}
