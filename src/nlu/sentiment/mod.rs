//! The sentiment head: three classes from hidden states of several layers. Fitting it is the business of `training`.

use std::path::{Path, PathBuf};

use ndarray::{Array1, Array2, Axis};
use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::NluError;
use super::encoder::{Encoder, FeatureLayers};
use crate::domain::PostReading;

/// How many texts are read at a time: bounds the memory of their features.
const CHUNK: usize = 512;
const REMEDY: &str = "run script/setup, or herald train sentiment to make it again";

/// What stands beside the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentimentCard {
    /// Changes whenever the weights do.
    pub version: String,
    /// The layers whose mean states are read.
    pub layers: Vec<usize>,
    /// Whether the state of the first piece is read as well.
    pub cls: bool,
}

/// The weights: standardised features → hidden layer (GELU) → three logits, already divided by the temperature.
#[derive(Debug, Clone, PartialEq)]
pub struct SentimentHead {
    card: SentimentCard,
    mean: Array1<f32>,
    scale: Array1<f32>,
    hidden: Array2<f32>,
    hidden_bias: Array1<f32>,
    output: Array2<f32>,
    output_bias: Array1<f32>,
}

impl SentimentHead {
    /// Reads `models/sentiment/`.
    ///
    /// # Errors
    /// When a file is missing or is not what it should be.
    pub fn load(models: &Path) -> Result<Self, NluError> {
        let folder = models.join("sentiment");
        let card_file = folder.join("head.json");
        let text = std::fs::read_to_string(&card_file)
            .map_err(|_| NluError::MissingModel { path: card_file.clone(), remedy: REMEDY })?;
        let card = serde_json::from_str(&text)
            .map_err(|error| NluError::BadModel { path: card_file, reason: error.to_string() })?;
        let file = folder.join("head.safetensors");
        if !file.is_file() {
            return Err(NluError::MissingModel { path: file, remedy: REMEDY });
        }
        let tensors = Tensor::read_safetensors(&file)
            .map_err(|error| NluError::BadModel { path: file.clone(), reason: error.to_string() })?;
        Self::from_tensors(card, &tensors, &file)
    }

    /// Takes the weights by name: `mean`, `scale`, `hidden.weight` (inputs × units), `hidden.bias`, `output.weight`
    /// (units × 3), `output.bias`.
    ///
    /// # Errors
    /// When one is missing or the shapes do not fit; `file` is named then.
    pub fn from_tensors(card: SentimentCard, tensors: &[(String, Tensor)], file: &Path) -> Result<Self, NluError> {
        let vector = |name| values(tensors, name, file).map(Array1::from_vec);
        let (mean, scale) = (vector("mean")?, vector("scale")?);
        let (hidden_bias, output_bias) = (vector("hidden.bias")?, vector("output.bias")?);
        let matrix = |name, rows, columns| {
            Array2::from_shape_vec((rows, columns), values(tensors, name, file)?)
                .map_err(|error| NluError::BadModel { path: file.to_owned(), reason: format!("{name}: {error}") })
        };
        let hidden = matrix("hidden.weight", mean.len(), hidden_bias.len())?;
        let output = matrix("output.weight", hidden_bias.len(), 3)?;
        if scale.len() != mean.len() || output_bias.len() != 3 {
            return Err(NluError::BadModel { path: file.to_owned(), reason: "its shapes do not fit".to_owned() });
        }
        Ok(Self { card, mean, scale, hidden, hidden_bias, output, output_bias })
    }

    /// Changes whenever the weights do.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.card.version
    }

    /// The layers it reads.
    #[must_use]
    pub fn layers(&self) -> FeatureLayers {
        FeatureLayers { layers: self.card.layers.clone(), cls: self.card.cls }
    }

    /// P(negative), P(neutral), P(positive) of rows of features.
    ///
    /// # Panics
    /// Never for features of [`SentimentHead::layers`]; rows of another length are a defect of the caller.
    #[must_use]
    pub fn classify(&self, rows: &[Vec<f32>]) -> Vec<[f32; 3]> {
        if rows.is_empty() {
            return Vec::new();
        }
        let width = self.mean.len();
        let mut features = Array2::zeros((rows.len(), width));
        for (row, mut into) in rows.iter().zip(features.axis_iter_mut(Axis(0))) {
            into.iter_mut().zip(row).for_each(|(into, value)| *into = *value);
        }
        let standard = (features - &self.mean) / &self.scale;
        let hidden = (standard.dot(&self.hidden) + &self.hidden_bias).mapv(gelu);
        let logits = hidden.dot(&self.output) + &self.output_bias;
        logits.axis_iter(Axis(0)).map(|row| softmax([row[0], row[1], row[2]])).collect()
    }

    /// Reads texts: their sentence embeddings and their sentiment, from one pass of the encoder. `progress` is told how
    /// many are done.
    ///
    /// # Errors
    /// When the encoder fails.
    pub fn read(
        &self,
        encoder: &Encoder,
        texts: &[String],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<PostReading>, NluError> {
        let last = encoder.info()?.layers;
        let width = encoder.info()?.width;
        let mut layers = self.layers();
        // The embedding is the mean of the last layer's states, so that layer is always asked for.
        let place = layers.layers.iter().position(|&layer| layer == last);
        if place.is_none() {
            layers.layers.push(last);
        }
        let step = if layers.cls { 2 * width } else { width };
        let start = place.unwrap_or(layers.layers.len() - 1) * step;
        let mut readings = Vec::with_capacity(texts.len());
        for (at, chunk) in texts.chunks(CHUNK).enumerate() {
            let features = encoder.features(chunk, &layers, &mut |done| progress(at * CHUNK + done))?;
            for (row, sentiment) in features.rows.iter().zip(self.classify(&features.rows)) {
                readings.push(PostReading { vector: unit(&row[start..start + width]), sentiment });
            }
        }
        Ok(readings)
    }
}

/// The weights of one name, in float32.
fn values(tensors: &[(String, Tensor)], name: &str, file: &Path) -> Result<Vec<f32>, NluError> {
    let bad = |reason: String| NluError::BadModel { path: PathBuf::from(file), reason };
    let (_, tensor) = tensors.iter().find(|(found, _)| found == name).ok_or_else(|| bad(format!("it lacks {name}")))?;
    let flat = tensor.f_to_kind(tch::Kind::Float).and_then(|tensor| tensor.f_contiguous()?.f_view([-1]));
    flat.and_then(|flat| Vec::<f32>::try_from(&flat)).map_err(|error| bad(error.to_string()))
}

/// The Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016, section 2).
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x * x * x)).tanh())
}

fn softmax(logits: [f32; 3]) -> [f32; 3] {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let parts = logits.map(|logit| (logit - top).exp());
    let sum: f32 = parts.iter().sum();
    parts.map(|part| part / sum)
}

fn unit(row: &[f32]) -> Vec<f32> {
    let norm = row.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-12);
    row.iter().map(|value| value / norm).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> SentimentHead {
        let tensor = |values: &[f32]| Tensor::from_slice(values);
        let tensors = vec![
            ("mean".to_owned(), tensor(&[1.0, 0.0])),
            ("scale".to_owned(), tensor(&[2.0, 1.0])),
            ("hidden.weight".to_owned(), tensor(&[1.0, 0.0, 0.0, 1.0])),
            ("hidden.bias".to_owned(), tensor(&[0.0, 0.0])),
            ("output.weight".to_owned(), tensor(&[0.0, 0.0, 1.0, 1.0, 0.0, 0.0])),
            ("output.bias".to_owned(), tensor(&[0.0, 0.0, 0.0])),
        ];
        let card = SentimentCard { version: "t".to_owned(), layers: vec![1], cls: false };
        SentimentHead::from_tensors(card, &tensors, Path::new("test")).unwrap()
    }

    #[test]
    fn probabilities_sum_to_one_and_follow_the_weights() {
        let found = head().classify(&[vec![9.0, 0.0], vec![1.0, 8.0], vec![1.0, 0.0]]);
        for sentiment in &found {
            assert!((sentiment.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        }
        // (9 − 1) ÷ 2 = 4; GELU(4) ≈ 4 pushes to positive; the second feature pushes to negative.
        assert!(found[0][2] > 0.9, "{found:?}");
        assert!(found[1][0] > 0.9, "{found:?}");
        assert!((found[2][1] - 1.0 / 3.0).abs() < 1e-5, "{found:?}");
        assert!(head().classify(&[]).is_empty());
    }

    #[test]
    fn weights_that_do_not_fit_are_refused() {
        let card = SentimentCard { version: "t".to_owned(), layers: vec![1], cls: false };
        let error = SentimentHead::from_tensors(card, &[], Path::new("some.safetensors")).unwrap_err();
        assert!(error.to_string().contains("lacks mean"), "{error}");
    }
}
