//! The sentiment of Chinese texts, of which the encoder knows few characters: a linear model over hashed pieces. Fitting it
//! is the business of `training`.

pub(crate) mod text;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use self::text::{normal, pieces};
use crate::nlu::NluError;

const REMEDY: &str = "it comes with Herald; herald train sentiment-zh makes it again";
/// How often it is told how many texts are done.
const TOLD_EVERY: usize = 256;

/// What stands beside the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChineseCard {
    /// Changes whenever the weights do.
    pub version: String,
    /// What the model's score is multiplied by, and what is added, to be the logarithm of the odds of positive.
    pub scale: f64,
    /// What is added.
    pub bias: f64,
    /// A text is neutral as far as its score lies within this of zero.
    pub neutral: f64,
}

/// Where the weights lie.
#[must_use]
pub fn weights_file(models: &Path) -> PathBuf {
    models.join("sentiment").join("zh.safetensors")
}

/// Where the card lies.
#[must_use]
pub fn card_file(models: &Path) -> PathBuf {
    models.join("sentiment").join("zh.json")
}

/// A linear model over hashed pieces: log-count ratios times fitted weights, over the length of the ratios (Wang and
/// Manning, 2012).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Linear {
    pub(crate) ratios: Vec<f32>,
    pub(crate) weights: Vec<f32>,
}

impl Linear {
    pub(crate) fn score(&self, pieces: &[u32]) -> f64 {
        let (mut sum, mut square) = (0.0_f64, 0.0_f64);
        for &bucket in pieces {
            let at = bucket as usize;
            let (Some(ratio), Some(weight)) = (self.ratios.get(at), self.weights.get(at)) else { continue };
            sum += f64::from(ratio * weight);
            square += f64::from(ratio * ratio);
        }
        if square > 0.0 { sum / square.sqrt() } else { 0.0 }
    }
}

/// Reads the sentiment of Chinese texts.
#[derive(Debug)]
pub(crate) struct ChineseSentiment {
    card: ChineseCard,
    linear: Linear,
}

impl ChineseSentiment {
    /// Reads weights and card.
    ///
    /// # Errors
    /// When one is missing or is not what it should be.
    pub(crate) fn load(models: &Path) -> Result<Self, NluError> {
        let path = card_file(models);
        let text = std::fs::read_to_string(&path)
            .map_err(|_| NluError::MissingModel { path: path.clone(), remedy: REMEDY })?;
        let card: ChineseCard =
            serde_json::from_str(&text).map_err(|error| NluError::BadModel { path, reason: error.to_string() })?;
        let path = weights_file(models);
        if !path.is_file() {
            return Err(NluError::MissingModel { path, remedy: REMEDY });
        }
        let bad = |reason: String| NluError::BadModel { path: path.clone(), reason };
        let tensors = Tensor::read_safetensors(&path).map_err(|error| bad(error.to_string()))?;
        let find = |name: &str| {
            let found = tensors.iter().find(|(other, _)| other == name);
            found.map(|(_, tensor)| tensor.to_kind(Kind::Float)).ok_or_else(|| bad(format!("it lacks {name}")))
        };
        let numbers = |name: &str| Vec::<f32>::try_from(&find(name)?).map_err(|error| bad(error.to_string()));
        let linear = Linear { ratios: numbers("linear.ratios")?, weights: numbers("linear.weights")? };
        if linear.ratios.is_empty() || linear.ratios.len() != linear.weights.len() {
            return Err(bad("ratios and weights are not equally many".to_owned()));
        }
        Ok(Self { card, linear })
    }

    /// Changes whenever the weights do.
    pub(crate) fn version(&self) -> &str {
        &self.card.version
    }

    /// P(negative), P(neutral), P(positive) of texts. `progress` is told how many are done.
    pub(crate) fn classify(&self, texts: &[&str], progress: &mut dyn FnMut(usize)) -> Vec<[f32; 3]> {
        let mut read = Vec::with_capacity(texts.len());
        for text in texts {
            let score = self.linear.score(&pieces(&normal(text), self.linear.ratios.len()));
            read.push(probabilities(self.card.scale * score + self.card.bias, self.card.neutral));
            if read.len() % TOLD_EVERY == 0 || read.len() == texts.len() {
                progress(read.len());
            }
        }
        read
    }
}

/// Three classes of one score: an ordered logit with two cuts as far from zero as each other (McCullagh, 1980).
#[must_use]
pub(crate) fn probabilities(score: f64, neutral: f64) -> [f32; 3] {
    let below = |cut: f64| 1.0 / (1.0 + (score - cut).exp());
    let (negative, not_positive) = (below(-neutral), below(neutral));
    [negative, (not_positive - negative).max(0.0), 1.0 - not_positive].map(|share| share as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_classes_of_one_score_sum_to_one_and_are_even() {
        for score in [-30.0, -1.0, 0.0, 0.5, 4.0, 800.0] {
            let shares = probabilities(score, 0.7);
            assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{score}");
            let turned = probabilities(-score, 0.7);
            assert!((shares[0] - turned[2]).abs() < 1e-5 && (shares[1] - turned[1]).abs() < 1e-5, "{score}");
        }
        assert!(probabilities(0.0, 0.7)[1] > probabilities(1.0, 0.7)[1]);
    }

    #[test]
    fn plain_texts_are_read_rightly() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let reader = ChineseSentiment::load(&models).unwrap();
        let cases = [
            ("茶叶很香，包装精美，下次还会再买", 2),
            ("性价比很高，物流也快，非常满意", 2),
            ("太差了，茶叶有股霉味，再也不会买了", 0),
            ("等了两个星期才到，客服也不理人，很失望", 0),
            ("一点都不好喝，不值这个价", 0),
            ("请问明天几点开门", 1),
        ];
        let texts: Vec<&str> = cases.iter().map(|(text, _)| *text).collect();
        let read = reader.classify(&texts, &mut |_| {});
        let class = |row: &[f32; 3]| (0..3).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap();
        for (row, (text, expected)) in read.iter().zip(cases) {
            assert_eq!(class(row), expected, "{text}: {row:?}");
        }
        assert_eq!(reader.classify(&["", "🍵"], &mut |_| {}).len(), 2);
        assert!(reader.classify(&[], &mut |_| {}).is_empty());
    }
}
