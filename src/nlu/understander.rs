//! Reads a message: its language, its intents, its slots. Puts the parts of this folder together and computes nothing
//! itself.

use std::path::Path;

use super::encoder::{Encoder, EncoderOptions};
use super::intents::linear::layers;
use super::intents::{IntentHead, gloss, split};
use super::{Context, NluError, Understand, language, slots};
use crate::domain::{Intent, Ranked, Slots, Utterance};

/// How much surer than for a whole message the head must be of a part before a message is cut.
const SURE_OF_A_PART: f64 = 0.6;
/// More parts than this are a story, not a list of requests.
const MOST_PARTS: usize = 4;

/// Understands messages with the encoder and the intent head.
#[derive(Debug, Clone)]
pub struct Understander {
    encoder: Encoder,
    head: IntentHead,
}

impl Understander {
    /// Puts an encoder and a head together.
    #[must_use]
    pub fn new(encoder: Encoder, head: IntentHead) -> Self {
        Self { encoder, head }
    }

    /// Starts an encoder and reads the head of a folder.
    ///
    /// # Errors
    /// When a model file is missing or wrong.
    pub fn open(options: &EncoderOptions, head_folder: &Path) -> Result<Self, NluError> {
        Ok(Self::new(Encoder::start(options)?, IntentHead::load(head_folder)?))
    }

    /// The encoder, for those who need vectors of other texts.
    #[must_use]
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The intents of a message whose parts were ranked: the parts' own where each is surely another request, otherwise
    /// none.
    fn requests(&self, parts: &[Vec<Ranked>]) -> Vec<Intent> {
        let needed = self.head.threshold().value().max(SURE_OF_A_PART);
        let mut intents: Vec<Intent> = Vec::new();
        for ranking in parts {
            match ranking.first() {
                Some(best) if best.confidence.value() >= needed && stands_alone(best.intent) => {
                    if intents.contains(&best.intent) {
                        return Vec::new();
                    }
                    intents.push(best.intent);
                }
                // Politeness around a request is no second request.
                Some(best) if is_polite(best.intent) => intents.push(best.intent),
                _ => return Vec::new(),
            }
        }
        intents
    }
}

fn is_polite(intent: Intent) -> bool {
    matches!(intent, Intent::Greet | Intent::Thanks)
}

fn stands_alone(intent: Intent) -> bool {
    intent != Intent::OutOfScope && !is_polite(intent)
}

impl Understand for Understander {
    fn understand(&self, text: &str, context: &Context<'_>) -> Result<Utterance, NluError> {
        let mut texts = vec![text.to_owned()];
        let cut = split(text);
        if cut.len() <= MOST_PARTS {
            texts.extend(cut);
        }
        let read: Vec<String> = texts.iter().map(|text| gloss(text).into_owned()).collect();
        let rankings = self.head.rank(&texts, &self.encoder.features_now(&read, &layers())?.rows);
        let (whole, of_parts) = rankings.split_first().ok_or(NluError::Stopped)?;
        let requests = self.requests(of_parts);
        let mut parts: Vec<(Intent, Slots, usize)> = Vec::new();
        for (at, &intent) in requests.iter().enumerate().filter(|(_, intent)| stands_alone(**intent)) {
            parts.push((intent, slots::extract(&texts[at + 1], context, intent), at));
        }
        // One request with a greeting around it is one request, and its own ranking is the clearer one.
        let ranking = match parts.first() {
            Some((.., at)) => &of_parts[*at],
            None => whole,
        };
        let first = ranking.first().map_or(Intent::OutOfScope, |best| best.intent);
        let sure = ranking.first().is_some_and(|best| best.confidence >= self.head.threshold());
        let intents = if parts.is_empty() { vec![first] } else { parts.iter().map(|part| part.0).collect() };
        let parts = if parts.len() > 1 { parts.into_iter().map(|part| (part.0, part.1)).collect() } else { Vec::new() };
        Ok(Utterance {
            text: text.to_owned(),
            language: language::detect(text),
            ranking: ranking.clone(),
            sure,
            slots: slots::extract(text, context, first),
            intents,
            parts,
            correction: slots::is_correction(text),
            follow_up: slots::is_follow_up(text),
        })
    }
}
