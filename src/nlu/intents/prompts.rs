//! What teaches the intents: the files of `prompts/intents/`, embedded, read and checked. Nothing is fitted here.

use std::collections::HashMap;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::gloss;
use crate::domain::{Intent, Language, SlotKind};
use crate::nlu::NluError;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/prompts/intents");

/// Ways to say one thing: paraphrases that belong together when a fit is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The language of its texts.
    pub language: Language,
    /// The texts.
    pub texts: Vec<String>,
}

/// One intent as it is taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taught {
    /// The intent.
    pub intent: Intent,
    /// What it asks, in words that fit into "did you mean …?".
    pub asks: String,
    /// The slots it may have.
    pub slots: Vec<SlotKind>,
    /// The examples.
    pub families: Vec<Family>,
}

impl Taught {
    /// How many examples there are in a language.
    #[must_use]
    pub fn count(&self, language: Language) -> usize {
        self.families.iter().filter(|family| family.language == language).map(|family| family.texts.len()).sum()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    intent: String,
    asks: String,
    slots: Vec<String>,
    #[serde(default)]
    en: Vec<RawFamily>,
    #[serde(default)]
    zh: Vec<RawFamily>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFamily {
    texts: Vec<String>,
}

/// Reads the embedded files, in the order of [`Intent::ALL`].
///
/// # Errors
/// When a file is wrong, an intent is missing or an example is there twice; the message names the file.
pub fn taught() -> Result<Vec<Taught>, NluError> {
    gloss::check()?;
    let files = FILES.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"));
    read(files.map(|file| {
        let name = format!("prompts/intents/{}", file.path().display());
        (name, String::from_utf8_lossy(file.contents()).into_owned())
    }))
}

/// Reads files given as pairs of name and content.
fn read(files: impl Iterator<Item = (String, String)>) -> Result<Vec<Taught>, NluError> {
    let mut all: Vec<Taught> = Vec::new();
    let mut seen: HashMap<String, String> = HashMap::new();
    for (file, content) in files {
        let wrong = |reason: String| NluError::Prompts { file: file.clone(), reason };
        let raw: RawFile = toml::from_str(&content).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        let intent = Intent::parse(&raw.intent).map_err(|error| wrong(error.to_string()))?;
        if all.iter().any(|taught| taught.intent == intent) {
            return Err(wrong(format!("another file teaches {intent} too")));
        }
        if raw.asks.trim().is_empty() {
            return Err(wrong("asks is empty".to_owned()));
        }
        let slot = |name: &String| SlotKind::parse(name).ok_or_else(|| wrong(format!("no slot is called {name:?}")));
        let slots = raw.slots.iter().map(slot).collect::<Result<Vec<_>, _>>()?;
        let english = raw.en.into_iter().map(|family| (Language::English, family));
        let chinese = raw.zh.into_iter().map(|family| (Language::Chinese, family));
        let mut families = Vec::new();
        for (language, family) in english.chain(chinese) {
            if family.texts.is_empty() {
                return Err(wrong("a family has no texts".to_owned()));
            }
            for text in &family.texts {
                let plain = text.trim().to_lowercase();
                if plain.is_empty() {
                    return Err(wrong("a text is empty".to_owned()));
                }
                if let Some(first) = seen.insert(plain, file.clone()) {
                    return Err(wrong(format!("{text:?} is there twice, first in {first}")));
                }
            }
            families.push(Family { language, texts: family.texts });
        }
        all.push(Taught { intent, asks: raw.asks, slots, families });
    }
    if let Some(missing) = Intent::ALL.iter().find(|intent| all.iter().all(|taught| taught.intent != **intent)) {
        let file = format!("prompts/intents/{missing}.toml");
        return Err(NluError::Prompts { file, reason: "the file is missing".to_owned() });
    }
    all.sort_by_key(|taught| taught.intent);
    Ok(all)
}

/// A digest of all that a head is fitted on: the examples and the glossary. Comments among the examples and the order
/// of files do not change it.
#[must_use]
pub fn digest(all: &[Taught]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(gloss::FILE);
    for taught in all {
        hasher.update(taught.intent.name());
        for family in &taught.families {
            hasher.update([0]);
            hasher.update(family.language.code());
            for text in &family.texts {
                hasher.update([1]);
                hasher.update(text);
            }
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(content: &str) -> String {
        read(std::iter::once(("greet.toml".to_owned(), content.to_owned()))).unwrap_err().to_string()
    }

    #[test]
    fn every_intent_is_taught_in_both_languages() {
        let all = taught().unwrap();
        assert_eq!(all.len(), Intent::ALL.len());
        for taught in &all {
            let (english, chinese) = (taught.count(Language::English), taught.count(Language::Chinese));
            assert!(english >= 30, "{} has {english} English texts", taught.intent);
            assert!(chinese >= 12, "{} has {chinese} Chinese texts", taught.intent);
        }
        let outside = all.iter().find(|taught| taught.intent == Intent::OutOfScope).unwrap();
        assert!(outside.count(Language::English) >= 300);
    }

    #[test]
    fn a_wrong_file_is_named_with_its_fault() {
        let head = "intent = \"greet\"\nasks = \"x\"\nslots = []\n";
        for (content, fault) in [
            ("intent = \"dance\"\nasks = \"x\"\nslots = []\n".to_owned(), "dance"),
            (format!("{head}colour = 1\n"), "colour"),
            ("intent = \"greet\"\nasks = \"x\"\nslots = [\"mood\"]\n".to_owned(), "mood"),
            (format!("{head}[[en]]\ntexts = [\"hi\", \"Hi \"]\n"), "twice"),
            (format!("{head}[[en]]\ntexts = []\n"), "no texts"),
            (format!("{head}[[en]]\ntexts = [\" \"]\n"), "empty"),
            (format!("{head}[[fr]]\ntexts = [\"salut\"]\n"), "fr"),
            ("intent = \"greet\"\nasks = \" \"\nslots = []\n".to_owned(), "asks"),
        ] {
            let message = one(&content);
            assert!(message.starts_with("greet.toml: ") && message.contains(fault), "{message}");
        }
        let message = one(&format!("{head}[[en]]\ntexts = [\"hi\"]\n"));
        assert!(message.contains("missing"), "{message}");
    }

    #[test]
    fn the_digest_follows_the_texts() {
        let mut all = taught().unwrap();
        let before = digest(&all);
        assert_eq!(before, digest(&taught().unwrap()));
        all[0].families[0].texts[0].push('!');
        assert_ne!(before, digest(&all));
    }
}
