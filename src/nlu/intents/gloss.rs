//! Reads Chinese to an encoder that was taught in English: word by word out of `prompts/glossary/zh.toml`. A gloss, no
//! translation.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::ngrams::is_han;
use crate::nlu::NluError;

/// The file, as it is digested with the examples.
pub(super) const FILE: &str = include_str!("../../../prompts/glossary/zh.toml");

static GLOSSARY: LazyLock<Result<Glossary, NluError>> = LazyLock::new(|| Glossary::read(FILE));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    terms: BTreeMap<String, String>,
}

struct Glossary {
    terms: BTreeMap<String, String>,
    /// The length of the longest term, in characters.
    longest: usize,
}

impl Glossary {
    fn read(content: &str) -> Result<Self, NluError> {
        let wrong = |reason: String| NluError::Prompts { file: "prompts/glossary/zh.toml".to_owned(), reason };
        let raw: Raw = toml::from_str(content).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        if let Some(term) = raw.terms.keys().find(|term| term.is_empty() || !term.chars().all(is_han)) {
            return Err(wrong(format!("{term:?} is not written in Chinese characters")));
        }
        let longest = raw.terms.keys().map(|term| term.chars().count()).max().unwrap_or(0);
        Ok(Self { terms: raw.terms, longest })
    }

    /// The gloss of a run of characters, the longest term at each place first.
    fn gloss(&self, run: &[char], out: &mut String) {
        let mut at = 0;
        while at < run.len() {
            let longest = self.longest.min(run.len() - at);
            let found = (1..=longest).rev().find_map(|length| {
                let term: String = run[at..at + length].iter().collect();
                self.terms.get(&term).map(|words| (length, words))
            });
            let (length, words) = found.map_or((1, ""), |(length, words)| (length, words.as_str()));
            if !words.is_empty() {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push_str(words);
                out.push(' ');
            }
            at += length;
        }
    }
}

/// Checks the glossary.
///
/// # Errors
/// When its file is wrong.
pub(super) fn check() -> Result<(), NluError> {
    GLOSSARY.as_ref().map(|_| ()).map_err(Clone::clone)
}

/// The text as it is read to the encoder: unchanged, but for Chinese characters, which become English words. What is
/// between them stays.
#[must_use]
pub fn gloss(text: &str) -> Cow<'_, str> {
    let Ok(glossary) = GLOSSARY.as_ref() else { return Cow::Borrowed(text) };
    if !text.chars().any(is_han) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut run: Vec<char> = Vec::new();
    for sign in text.nfkc() {
        if is_han(sign) {
            run.push(sign);
            continue;
        }
        glossary.gloss(&std::mem::take(&mut run), &mut out);
        out.push(sign);
    }
    glossary.gloss(&run, &mut out);
    // Where nothing is known, the few characters that the encoder knows are better than silence.
    if out.trim().is_empty() { Cow::Borrowed(text) } else { Cow::Owned(out.trim().to_owned()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn chinese_is_read_in_english_words() {
        check().unwrap();
        assert_eq!(gloss("上个月的销售额是多少"), "last month sales revenue is how many");
        assert_eq!(gloss("ROAS上周怎么样？"), "ROAS last week how is ?");
        assert_eq!(gloss("what about 乌龙茶?"), "what about oolong tea ?");
        assert_eq!(gloss("no Chinese here"), "no Chinese here");
        assert_eq!(gloss("龘"), "龘");
    }

    #[test]
    fn a_wrong_glossary_is_named() {
        for content in ["[terms]\nabc = \"x\"\n", "[words]\n", "[terms]\n\"\" = \"x\"\n"] {
            assert!(matches!(Glossary::read(content), Err(NluError::Prompts { .. })));
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in "\\PC{0,40}") {
            let read = gloss(&text);
            prop_assert!(text.trim().is_empty() || !read.trim().is_empty());
        }
    }
}
