//! Cuts texts into WordPieces and pieces into batches. No torch here.

use std::path::Path;

use tokenizers::{Tokenizer, TruncationParams};

use crate::nlu::NluError;

/// The longest text, in pieces with both marks: the limit sentence-transformers sets for this model.
const MAX_PIECES: usize = 256;

/// Cuts texts into pieces.
pub(super) struct Pieces {
    tokenizer: Tokenizer,
}

/// Texts of similar length that run together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// Which text each row is.
    pub(super) places: Vec<usize>,
    /// The pieces of each row.
    pub(super) rows: Vec<Vec<u32>>,
}

impl Pieces {
    /// Reads tokenizer.json. The padding and truncation written there are for another use and are replaced.
    ///
    /// # Errors
    /// When the file is missing or is no tokenizer.
    pub(super) fn read(path: &Path) -> Result<Self, NluError> {
        let bad = |error: tokenizers::Error| NluError::BadModel { path: path.to_owned(), reason: error.to_string() };
        let mut tokenizer = Tokenizer::from_file(path).map_err(bad)?;
        let truncation = TruncationParams { max_length: MAX_PIECES, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(bad)?;
        tokenizer.with_padding(None);
        Ok(Self { tokenizer })
    }

    /// The pieces of each text.
    ///
    /// # Errors
    /// When the tokenizer fails, which no text should make it do.
    pub(super) fn cut(&self, texts: &[String]) -> Result<Vec<Vec<u32>>, NluError> {
        let failed = |error: tokenizers::Error| NluError::Torch(format!("cutting a text into pieces: {error}"));
        // One text is cut here and now; many are shared out over the cores.
        let encodings = match texts {
            [text] => vec![self.tokenizer.encode_fast(text.as_str(), true).map_err(failed)?],
            _ => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                self.tokenizer.encode_batch_fast(texts, true).map_err(failed)?
            }
        };
        Ok(encodings.iter().map(|encoding| encoding.get_ids().to_vec()).collect())
    }

    /// The pieces of each text with where they stand in it.
    ///
    /// # Errors
    /// As for [`Pieces::cut`].
    pub(super) fn cut_in_place(&self, texts: &[String]) -> Result<Vec<Placed>, NluError> {
        let failed = |error: tokenizers::Error| NluError::Torch(format!("cutting a text into pieces: {error}"));
        let cut = self.tokenizer.encode_batch_char_offsets(texts.iter().map(String::as_str).collect(), true);
        let placed = |encoding: &tokenizers::Encoding| {
            let words = encoding.get_word_ids();
            let offsets = encoding.get_offsets().iter().enumerate();
            let places = offsets.map(|(at, &(start, end))| PiecePlace {
                start,
                end,
                special: words[at].is_none(),
                goes_on: at > 0 && words[at].is_some() && words[at] == words[at - 1],
            });
            Placed { pieces: encoding.get_ids().to_vec(), places: places.collect() }
        };
        Ok(cut.map_err(failed)?.iter().map(placed).collect())
    }
}

/// Where a piece stands in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PiecePlace {
    /// The first character, counted from 0.
    pub(crate) start: usize,
    /// The character behind the last.
    pub(crate) end: usize,
    /// Whether it is a mark of the model rather than part of the text.
    pub(crate) special: bool,
    /// Whether it goes on with the word of the piece before it.
    pub(crate) goes_on: bool,
}

/// A text in pieces that know their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// The numbers of the pieces.
    pub(crate) pieces: Vec<u32>,
    /// One for each piece.
    pub(crate) places: Vec<PiecePlace>,
}

/// Sorts by length, longest first, and cuts so that a padded batch holds at most `budget` pieces. Where that makes
/// fewer batches than there are workers, batches are made smaller, so that every worker has one.
pub(super) fn batches(texts: Vec<Vec<u32>>, budget: usize, workers: usize) -> Vec<Batch> {
    let total: usize = texts.iter().map(Vec::len).sum();
    let budget = budget.min(total.div_ceil(workers.max(1))).max(1);
    let mut sorted: Vec<(usize, Vec<u32>)> = texts.into_iter().enumerate().collect();
    sorted.sort_by_key(|(place, pieces)| (std::cmp::Reverse(pieces.len()), *place));
    let mut batches: Vec<Batch> = Vec::new();
    for (place, pieces) in sorted {
        match batches.last_mut() {
            Some(batch) if (batch.rows.len() + 1) * batch.rows[0].len() <= budget => {
                batch.places.push(place);
                batch.rows.push(pieces);
            }
            _ => batches.push(Batch { places: vec![place], rows: vec![pieces] }),
        }
    }
    batches
}
