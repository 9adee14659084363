//! A message, understood.

use serde::{Deserialize, Serialize};

use super::{Confidence, Intent, Slots};

/// The language a message is written in. Mixed messages count as Chinese when a good part of them is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English, and everything Herald has no better name for.
    #[serde(rename = "en")]
    English,
    /// Chinese.
    #[serde(rename = "zh")]
    Chinese,
}

impl Language {
    /// The two-letter code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh",
        }
    }
}

/// One candidate of a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// The candidate.
    pub intent: Intent,
    /// How likely.
    pub confidence: Confidence,
}

/// What a message was understood to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Utterance {
    /// The text, as it came.
    pub text: String,
    /// Its language.
    pub language: Language,
    /// The intents asked for, most wanted first; more than one where the message asks several things. Never empty.
    pub intents: Vec<Intent>,
    /// The likeliest intents of the first question, best first. Never empty.
    pub ranking: Vec<Ranked>,
    /// Whether the first intent may be acted upon, or has to be asked about.
    pub sure: bool,
    /// What it says besides.
    pub slots: Slots,
    /// The parts of a message that asks several things, one per entry of `intents`, each with the slots said in it;
    /// empty where it asks one thing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<(Intent, Slots)>,
    /// Words that correct the turn before ("no, I meant margin").
    #[serde(default)]
    pub correction: bool,
    /// Words that continue the turn before and replace a slot ("and for the north?").
    #[serde(default)]
    pub follow_up: bool,
}

impl Utterance {
    /// What needs no understanding: a command, or a pressed button.
    #[must_use]
    pub fn given(text: &str, language: Language, intent: Intent, slots: Slots) -> Self {
        Self {
            text: text.to_owned(),
            language,
            intents: vec![intent],
            ranking: vec![Ranked { intent, confidence: Confidence::CERTAIN }],
            sure: true,
            slots,
            parts: Vec::new(),
            correction: false,
            follow_up: false,
        }
    }

    /// The likeliest intent.
    #[must_use]
    pub fn intent(&self) -> Intent {
        self.intents.first().copied().unwrap_or(Intent::OutOfScope)
    }

    /// How likely it is.
    #[must_use]
    pub fn confidence(&self) -> Confidence {
        self.ranking.first().map_or(Confidence::NONE, |ranked| ranked.confidence)
    }
}
