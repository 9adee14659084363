//! Terms out of the scores of pieces: a word's first piece decides; a term is a beginning and what goes on with it.

use super::{CLASSES, FIRST_TAG, TAGS};
use crate::nlu::encoder::Placed;

/// A term of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The words.
    pub text: String,
    /// The first character, counted from 0.
    pub start: usize,
    /// The character behind the last.
    pub end: usize,
}

pub(super) fn terms(text: &str, placed: &Placed, scores: &[f32]) -> Vec<Term> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    // What the last word was.
    let mut last = 0;
    for (place, scores) in placed.places.iter().zip(scores.chunks_exact(CLASSES)) {
        if place.special {
            continue;
        }
        if place.goes_on {
            if let (1.., Some(span)) = (last, spans.last_mut()) {
                span.1 = place.end;
            }
            continue;
        }
        let tag = (0..TAGS).max_by(|&a, &b| scores[FIRST_TAG + a].total_cmp(&scores[FIRST_TAG + b])).unwrap_or(0);
        match (tag, last, spans.last_mut()) {
            (0, _, _) => {}
            (2, 1.., Some(span)) => span.1 = place.end,
            _ => spans.push((place.start, place.end)),
        }
        last = tag;
    }
    let term =
        |(start, end): (usize, usize)| Term { text: text.chars().skip(start).take(end - start).collect(), start, end };
    spans.into_iter().filter(|(start, end)| start < end).map(term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nlu::encoder::PiecePlace;

    #[test]
    fn a_term_is_a_beginning_and_what_goes_on_with_it() {
        // "Das Käsebrötchen war gut" with the third word cut in two, then a term beside a term.
        let text = "hot Käsebrot tin lid";
        let spans = [(0, 0), (0, 3), (4, 8), (8, 12), (13, 16), (17, 20), (0, 0)];
        let tags = [0, 1, 2, 0, 1, 2, 0];
        let places = spans.iter().enumerate().map(|(at, &(start, end))| PiecePlace {
            start,
            end,
            special: start == end,
            goes_on: at == 3,
        });
        let placed = Placed { pieces: vec![0; 7], places: places.collect() };
        let scores: Vec<f32> = tags
            .iter()
            .flat_map(|&tag| (0..CLASSES).map(move |class| if class == FIRST_TAG + tag { 1.0 } else { 0.0 }))
            .collect();
        let found: Vec<(String, usize)> =
            terms(text, &placed, &scores).into_iter().map(|term| (term.text, term.start)).collect();
        assert_eq!(found, [("hot Käsebrot".to_owned(), 0), ("tin lid".to_owned(), 13)]);
    }
}
