//! The head that ranks intents for an embedded message, and its files.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::linear::{Linear, Seen, softmax};
use super::prompts;
use crate::domain::{Confidence, Intent, Ranked};
use crate::nlu::NluError;

/// The version of the files' layout and of how features are made.
const VERSION: u32 = 2;
const REMEDY: &str = "run herald train intents";

/// What is known of a head besides its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadCard {
    /// The version of the files' layout.
    pub version: u32,
    /// The digest of the prompts that it was fitted on.
    pub prompts: String,
    /// The intents, in the order of its classes.
    pub classes: Vec<Intent>,
    /// What scores are divided by, so that confidence means what it says.
    pub temperature: f64,
    /// The confidence from which a guess may be acted upon.
    pub threshold: f64,
    /// How much the layers that were tuned for intents count beside the linear head, from 0 (not at all) to 1.
    pub mix: f64,
    /// The seed of the fit.
    pub seed: u64,
    /// Cross-validated figures of the fit: accuracy, calibration error and the like, by name.
    pub figures: Vec<(String, f64)>,
}

impl HeadCard {
    /// A card of the present version.
    #[must_use]
    pub fn new(prompts: String, temperature: f64, threshold: f64, seed: u64, figures: Vec<(String, f64)>) -> Self {
        let classes = Intent::ALL.to_vec();
        Self { version: VERSION, prompts, classes, temperature, threshold, mix: 0.0, seed, figures }
    }
}

/// Ranks intents.
#[derive(Debug, Clone, PartialEq)]
pub struct IntentHead {
    linear: Linear,
    card: HeadCard,
}

impl IntentHead {
    /// Puts a head together.
    ///
    /// # Errors
    /// When weights and card do not fit together.
    pub fn new(linear: Linear, card: HeadCard) -> Result<Self, String> {
        if card.version != VERSION {
            return Err(format!("it has version {}, this program reads {VERSION}; {REMEDY}", card.version));
        }
        if linear.classes() != card.classes.len() {
            return Err(format!("it has {} classes and {} names; {REMEDY}", linear.classes(), card.classes.len()));
        }
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        let is_sound = card.temperature.is_finite() && card.temperature > 0.0;
        if !(is_sound && is_share(card.threshold) && is_share(card.mix)) {
            return Err(format!("its temperature, threshold or mix is out of bounds; {REMEDY}"));
        }
        Ok(Self { linear, card })
    }

    /// Reads head.json and head.safetensors.
    ///
    /// # Errors
    /// When a file is missing or cannot be used.
    pub fn load(folder: &Path) -> Result<Self, NluError> {
        let (card_path, weights_path) = (folder.join("head.json"), folder.join("head.safetensors"));
        for path in [&card_path, &weights_path] {
            if !path.is_file() {
                return Err(NluError::MissingModel { path: path.clone(), remedy: REMEDY });
            }
        }
        let bad = |reason: String| NluError::BadModel { path: card_path.clone(), reason };
        let text = std::fs::read_to_string(&card_path).map_err(|error| bad(error.to_string()))?;
        let card = serde_json::from_str(&text).map_err(|error| bad(format!("{error}; {REMEDY}")))?;
        Self::new(Linear::load(&weights_path)?, card).map_err(bad)
    }

    /// Writes head.json and head.safetensors.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), NluError> {
        let path = folder.join("head.json");
        let bad = |reason: String| NluError::BadModel { path: path.clone(), reason };
        std::fs::create_dir_all(folder).map_err(|error| bad(error.to_string()))?;
        self.linear.save(&folder.join("head.safetensors"))?;
        let text = serde_json::to_string_pretty(&self.card).map_err(|error| bad(error.to_string()))?;
        std::fs::write(&path, text + "\n").map_err(|error| bad(error.to_string()))
    }

    /// What is known of it.
    #[must_use]
    pub fn card(&self) -> &HeadCard {
        &self.card
    }

    /// The confidence from which a guess may be acted upon.
    #[must_use]
    pub fn threshold(&self) -> Confidence {
        Confidence::clamped(self.card.threshold)
    }

    /// Whether the prompts have changed since it was fitted.
    ///
    /// # Errors
    /// When the prompts are wrong.
    pub fn is_stale(&self) -> Result<bool, NluError> {
        Ok(self.card.classes != Intent::ALL || self.card.prompts != prompts::digest(&prompts::taught()?))
    }

    /// Whether the scores of tuned layers are needed to rank.
    #[must_use]
    pub fn needs_scores(&self) -> bool {
        self.card.mix > 0.0
    }

    /// All intents for each text, best first, with confidences that sum to 1. Texts go in pairs with their features out
    /// of [`layers`](super::linear::layers), and with their scores by the tuned layers where those are needed.
    #[must_use]
    pub fn rank(&self, texts: &[String], features: &[Vec<f32>], scores: &[Vec<f32>]) -> Vec<Vec<Ranked>> {
        let scores = scores.iter().map(Some).chain(std::iter::repeat(None));
        let both = texts.iter().zip(features).zip(scores);
        both.map(|((text, features), scores)| self.rank_one(text, features, scores.map(Vec::as_slice))).collect()
    }

    fn rank_one(&self, text: &str, features: &[f32], scores: Option<&[f32]>) -> Vec<Ranked> {
        let seen = Seen::new(text, features, self.linear.buckets());
        let mut shares = softmax(&self.linear.logits(&seen), self.card.temperature);
        if let Some(scores) = scores {
            mix(&mut shares, scores, self.card.mix);
        }
        let pairs = self.card.classes.iter().zip(shares);
        let mut ranking: Vec<Ranked> =
            pairs.map(|(&intent, share)| Ranked { intent, confidence: Confidence::clamped(share) }).collect();
        ranking.sort_by(|a, b| b.confidence.value().total_cmp(&a.confidence.value()));
        ranking
    }
}

/// Mixes the shares of tuned layers into those of the linear head: the mean of two who err in different places is
/// better than either (a linear opinion pool; Genest and Zidek, 1986).
pub fn mix(shares: &mut [f64], scores: &[f32], mix: f64) {
    for (share, tuned) in shares.iter_mut().zip(softmax(scores, 1.0)) {
        *share = (1.0 - mix) * *share + mix * tuned;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> IntentHead {
        let classes = Intent::ALL.len();
        let mut weights = vec![0.0; 6 * classes];
        weights[Intent::Greet as usize] = 4.0;
        weights[classes + Intent::Thanks as usize] = 4.0;
        let linear = Linear::new(weights, vec![0.0; classes], vec![0.0; classes]).unwrap();
        IntentHead::new(linear, HeadCard::new("x".to_owned(), 0.5, 0.4, 1, Vec::new())).unwrap()
    }

    #[test]
    fn intents_are_ranked_best_first() {
        let rankings = head().rank(
            &["a".to_owned(), "b".to_owned()],
            &[vec![1.0, 0.0, 1.0, 0.0, 1.0, 0.0], vec![0.2, 1.0, 1.0, 0.0, 1.0, 0.0]],
            &[],
        );
        assert_eq!((rankings[0][0].intent, rankings[1][0].intent), (Intent::Greet, Intent::Thanks));
        for ranking in &rankings {
            assert_eq!(ranking.len(), Intent::ALL.len());
            let sum: f64 = ranking.iter().map(|ranked| ranked.confidence.value()).sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn tuned_layers_count_as_much_as_the_mix_says() {
        let mut shares = vec![1.0, 0.0];
        mix(&mut shares, &[-100.0, 100.0], 0.25);
        assert!((shares[0] - 0.75).abs() < 1e-9 && (shares[1] - 0.25).abs() < 1e-9);
    }

    #[test]
    fn what_is_saved_is_loaded_and_what_is_wrong_is_named() {
        let dir = tempfile::tempdir().unwrap();
        assert!(IntentHead::load(dir.path()).unwrap_err().to_string().contains("herald train intents"));
        head().save(dir.path()).unwrap();
        let loaded = IntentHead::load(dir.path()).unwrap();
        assert_eq!(loaded, head());
        assert!(loaded.is_stale().unwrap());
        let newer = std::fs::read_to_string(dir.path().join("head.json")).unwrap().replacen("2", "3", 1);
        std::fs::write(dir.path().join("head.json"), newer).unwrap();
        assert!(IntentHead::load(dir.path()).unwrap_err().to_string().contains("version 3"));
    }

    #[test]
    fn the_head_in_the_repository_is_fitted_on_the_prompts_in_the_repository() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/intents");
        let head = IntentHead::load(&folder).unwrap();
        assert!(!head.is_stale().unwrap(), "prompts/intents has changed: run herald train intents");
    }
}
