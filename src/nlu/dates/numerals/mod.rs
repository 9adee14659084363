//! Cardinals and ordinals at a place of a text: digits, English words, Chinese numerals. Finds no percent and no money.

mod english;
mod chinese;

use crate::nlu::dates::written::Written;

pub(crate) use chinese::*;
pub(crate) use english::*;

/// A number that stands at a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Numeral {
    /// The place after it.
    pub(crate) end: usize,
    /// Its value.
    pub(crate) value: f64,
    /// How it is written.
    pub(crate) form: Form,
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// So many digits, nothing else.
    Digits(u8),
    /// Digits with a decimal point, separators or a magnitude.
    Mixed,
    /// English words.
    Words,
    /// Chinese numerals with their units.
    Han,
    /// Chinese digits one after another.
    HanDigits(u8),
}

const UNITS: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("nought", 0.0),
    ("naught", 0.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
];

const TENS: &[(&str, f64)] = &[
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fourty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
];

const SCALES: &[(&str, f64)] = &[
    ("hundred", 1e2),
    ("thousand", 1e3),
    ("million", 1e6),
    ("billion", 1e9),
    ("trillion", 1e12),
    ("lakh", 1e5),
    ("crore", 1e7),
    ("dozen", 12.0),
    ("dozens", 12.0),
    ("hundreds", 1e2),
    ("thousands", 1e3),
    ("millions", 1e6),
    ("mil", 1e6),
    ("mio", 1e6),
    ("mn", 1e6),
    ("mm", 1e6),
    ("bln", 1e9),
    ("bn", 1e9),
    ("tln", 1e12),
    ("tn", 1e12),
    ("grand", 1e3),
];

/// Magnitudes written right after digits.
const SUFFIXES: &[(&str, f64)] = &[
    ("k", 1e3),
    ("m", 1e6),
    ("b", 1e9),
    ("g", 1e9),
    ("t", 1e12),
    ("mm", 1e6),
    ("mn", 1e6),
    ("mil", 1e6),
    ("mio", 1e6),
    ("bn", 1e9),
    ("bln", 1e9),
    ("tn", 1e12),
    ("tln", 1e12),
];

const ORDINALS: &[(&str, f64)] = &[
    ("first", 1.0),
    ("second", 2.0),
    ("third", 3.0),
    ("fourth", 4.0),
    ("fifth", 5.0),
    ("sixth", 6.0),
    ("seventh", 7.0),
    ("eighth", 8.0),
    ("ninth", 9.0),
    ("nineth", 9.0),
    ("tenth", 10.0),
    ("eleventh", 11.0),
    ("twelfth", 12.0),
    ("thirteenth", 13.0),
    ("fourteenth", 14.0),
    ("fifteenth", 15.0),
    ("sixteenth", 16.0),
    ("seventeenth", 17.0),
    ("eighteenth", 18.0),
    ("nineteenth", 19.0),
    ("twentieth", 20.0),
    ("thirtieth", 30.0),
    ("fortieth", 40.0),
    ("fiftieth", 50.0),
    ("sixtieth", 60.0),
    ("seventieth", 70.0),
    ("eightieth", 80.0),
    ("ninetieth", 90.0),
    ("hundredth", 1e2),
    ("thousandth", 1e3),
    ("millionth", 1e6),
    ("billionth", 1e9),
    ("trillionth", 1e12),
];

fn value_of(table: &[(&str, f64)], word: &str) -> Option<f64> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

/// The magnitude that a word names, such as `million`.
pub(crate) fn scale(word: &str) -> Option<f64> {
    value_of(SCALES, word)
}

/// The value of an ordinal word, such as `third`.
pub(crate) fn ordinal_word(word: &str) -> Option<f64> {
    value_of(ORDINALS, word)
}

/// Digits at a place: plain, with separators (1,234,567 · 1.111,11 · 12,34,567.89), decimals, exponents.
pub(crate) fn digits(w: &Written, i: usize) -> Option<Numeral> {
    let end = w.digits(i);
    if end == i {
        return None;
    }
    let plain =
        Numeral { end, value: number(&w.slice(i, end)), form: Form::Digits(u8::try_from(end - i).unwrap_or(u8::MAX)) };
    let mut grouped = end;
    let mut groups = 0;
    let group = |from: usize, mark: char| {
        (w.at(from) == mark).then(|| w.digits(from + 1)).filter(|to| {
            let width = to - from - 1;
            width == 3 || (width == 2 && mark == ',' && w.at(*to) == ',')
        })
    };
    if end - i <= 3 {
        let mark = w.at(end);
        if mark == ',' || mark == ' ' || mark == '.' {
            while let Some(to) = group(grouped, mark) {
                grouped = to;
                groups += 1;
            }
            let decimals = if mark == '.' { ',' } else { '.' };
            let many = groups > 1 || (groups == 1 && mark == ',') || (groups == 1 && mark == ' ');
            let tail = if w.at(grouped) == decimals { w.digits(grouped + 1) } else { grouped };
            let has_tail = tail > grouped + 1;
            if many || (groups == 1 && has_tail) {
                let mut text: String = w.slice(i, grouped).chars().filter(char::is_ascii_digit).collect();
                let mut to = grouped;
                if has_tail && !(w.at(tail) == ',' && w.at(tail + 1).is_ascii_digit()) {
                    text.push('.');
                    text.push_str(&w.slice(grouped + 1, tail));
                    to = tail;
                }
                return Some(Numeral { end: to, value: number(&text), form: Form::Mixed });
            }
        }
    }
    let point = w.at(end) == '.' && w.digits(end + 1) > end + 1;
    let mut to = if point { w.digits(end + 1) } else { end };
    if w.at(to) == 'e' {
        let sign = usize::from(matches!(w.at(to + 1), '-' | '+'));
        let exponent = w.digits(to + 1 + sign);
        if exponent > to + 1 + sign {
            to = exponent;
        }
    }
    if to == end {
        return Some(plain);
    }
    Some(Numeral { end: to, value: number(&w.slice(i, to)), form: Form::Mixed })
}

fn number(text: &str) -> f64 {
    text.parse().ok().filter(|value: &f64| value.is_finite()).unwrap_or(0.0)
}

/// Digits with a magnitude behind: 50k, 1.2M, 3bn, 2 million. `None` where there is none.
pub(crate) fn with_magnitude(w: &Written, start: Numeral) -> Option<Numeral> {
    let next = w.skip(start.end);
    let word_end = w.word(next);
    let word = w.slice(next, word_end);
    let close = next - start.end <= 2;
    if word.is_empty() || w.at(word_end).is_ascii_digit() || !close {
        return None;
    }
    let by = if next == start.end
        || matches!(word.as_str(), "k" | "m" | "b" | "bn" | "bln" | "tln" | "mn" | "mio" | "mil" | "mm")
    {
        value_of(SUFFIXES, &word)?
    } else {
        return None;
    };
    Some(Numeral { end: word_end, value: start.value * by, form: Form::Mixed })
}
