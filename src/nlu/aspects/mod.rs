//! Aspects: what texts say of the sides of a business, and how. The words of `words` say which side; the clause around a word
//! says how, by the sentiment layers. Finds no terms that are not listed.

mod words;

use super::NluError;
use super::encoder::Encoder;
use super::sentiment::SentimentHead;
use crate::domain::AspectReading;

pub use words::{AspectWords, Mention, clause_of};

/// What each text says of the sides of a business, with the place of the word: the words of `words` say which, the clause
/// around a word how, by the sentiment layers. `progress` is told how many clauses are done, of how many.
///
/// # Errors
/// When the encoder fails.
pub fn read(
    encoder: &Encoder,
    sentiment: &SentimentHead,
    words: &AspectWords,
    texts: &[String],
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Vec<(Mention, AspectReading)>>, NluError> {
    let mut named = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        named.extend(words.mentions(text).into_iter().map(|mention| (at, mention)));
    }
    let clauses: Vec<String> = named.iter().map(|(at, mention)| mention.clause(&texts[*at]).to_owned()).collect();
    let felt = sentiment.classify(encoder, &clauses, &mut |done| progress(done, clauses.len()))?;
    let mut readings = vec![Vec::new(); texts.len()];
    for ((at, mention), sentiment) in named.into_iter().zip(felt) {
        let reading = AspectReading { aspect: mention.aspect, sentiment };
        readings[at].push((mention, reading));
    }
    Ok(readings)
}
