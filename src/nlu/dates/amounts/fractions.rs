//! Fractions: in digits, in English words, in Chinese numerals.

use super::*;

pub(crate) fn ordinal_or_fraction(w: &Written, i: usize, n: Numeral) -> Option<Amount> {
    // "a hundredth", "one fifth", "three twenty firsts" are fractions; "twenty-first" is an ordinal.
    if let Some(fraction) = fraction_words(w, i) {
        return Some(fraction);
    }
    Some(Amount { start: i, end: n.end, kind: AmountKind::Ordinal, value: n.value, currency: None })
}

/// A fraction in words at a place: one fifth, three quarters, half, a quarter, twenty and three fifths.
pub(crate) fn fraction_words(w: &Written, i: usize) -> Option<Amount> {
    let number = |value: f64, end: usize| Amount { start: i, end, kind: AmountKind::Number, value, currency: None };
    let denominator = |at: usize| -> Option<(f64, usize)> {
        let end = w.word(at);
        let word = w.slice(at, end);
        let value = match word.as_str() {
            "half" | "halves" => 2.0,
            "quarter" | "quarters" | "fourth" | "fourths" => 4.0,
            _ => {
                let singular = word.strip_suffix('s').unwrap_or(&word);
                let value = numerals::ordinal_word(singular)?;
                if value < 3.0 || singular == "second" {
                    return None;
                }
                value
            }
        };
        Some((value, end))
    };
    let end = w.word(i);
    let word = w.slice(i, end);
    let (top, after) = if word == "a" || word == "an" {
        (1.0, end)
    } else if matches!(word.as_str(), "half" | "quarter") {
        let (bottom, end) = denominator(i)?;
        let mut value = 1.0 / bottom;
        let mut to = end;
        let mut next = w.skip(end);
        if matches!(w.slice(next, w.word(next)).as_str(), "a" | "an") {
            next = w.skip(w.word(next));
        }
        if let Some(by) = numerals::scale(&w.slice(next, w.word(next))) {
            value *= by;
            to = w.word(next);
        } else if word == "quarter" {
            return None;
        }
        return Some(number(value, to));
    } else {
        let (n, ordinal) = numerals::words(w, i)?;
        if ordinal {
            return None;
        }
        (n.value, n.end)
    };
    let next = w.skip(after);
    let next = if w.at(next) == '-' { w.skip(next + 1) } else { next };
    let (bottom, end) = denominator(next)?;
    if top > 1e7 || w.at(end).is_ascii_digit() {
        return None;
    }
    let mut value = top / bottom;
    let mut to = end;
    let scale_at = w.skip(end);
    if let Some(by) = numerals::scale(&w.slice(scale_at, w.word(scale_at))).filter(|by| *by >= 1e3) {
        value *= by;
        to = w.word(scale_at);
    }
    Some(number(value, to))
}

/// "one million and a half", "twenty and three fifths".
pub(crate) fn and_fraction(w: &Written, n: Numeral) -> Option<Numeral> {
    let next = w.skip(w.literal(w.skip(n.end), "and")?);
    let fraction = fraction_words(w, next)?;
    let last = n.end - w.slice(0, n.end).chars().rev().take_while(char::is_ascii_alphabetic).count();
    let by = numerals::scale(&w.slice(last, n.end)).filter(|by| *by >= 1e6 && fraction.value < 1.0).unwrap_or(1.0);
    Some(Numeral { end: fraction.end, value: n.value + fraction.value * by, form: Form::Words })
}

/// "two million and one half", where "two million and one" was read first.
pub(crate) fn fraction_within(w: &Written, i: usize, n: Numeral) -> Option<Numeral> {
    let split = (i + 1..n.end).rev().find(|at| w.literal(*at, "and").is_some())?;
    let head = Written::new(&w.slice(i, split), crate::nlu::dates::LONGEST);
    let (whole, ordinal) = numerals::words(&head, 0)?;
    if ordinal || head.skip(whole.end) != head.len() {
        return None;
    }
    and_fraction(w, Numeral { end: i + whole.end, ..whole }).filter(|both| both.end > n.end)
}

/// "1 over 3", "2 out of 5", "1 in 20".
pub(crate) fn over(w: &Written, n: Numeral) -> Option<Numeral> {
    let next = w.skip(n.end);
    let after = ["over", "out_of", "in"].iter().find_map(|word| w.literal(next, word).map(|end| (end, *word)))?;
    let at = w.skip(after.0);
    let bottom = if w.at(at).is_ascii_digit() {
        numerals::digits(w, at)?
    } else {
        numerals::words(w, at).filter(|(_, ordinal)| !ordinal)?.0
    };
    let ahead = w.skip(bottom.end);
    let named = w.slice(ahead, w.word(ahead));
    let unit =
        matches!(named.as_str(), "years" | "year" | "months" | "month" | "weeks" | "week" | "days" | "day" | "hours");
    (bottom.value > n.value.abs() && !unit && bottom.value < 1e9 && n.value >= 0.0
        || after.1 == "over" && !unit && bottom.value != 0.0)
        .then(|| Numeral { end: bottom.end, value: n.value / bottom.value, form: Form::Mixed })
}

/// 1 4/5.
pub(crate) fn spaced_fraction(w: &Written, n: Numeral) -> Option<Numeral> {
    let at = w.skip(n.end);
    if at == n.end || at - n.end > 1 || !w.at(at).is_ascii_digit() {
        return None;
    }
    let top_end = w.digits(at);
    let slash = w.skip(top_end);
    if w.at(slash) != '/' || slash != top_end {
        return None;
    }
    let end = w.digits(slash + 1);
    if end == slash + 1 || w.at(end) == '/' {
        return None;
    }
    let (top, bottom): (f64, f64) = (w.slice(at, top_end).parse().ok()?, w.slice(slash + 1, end).parse().ok()?);
    (bottom != 0.0).then(|| Numeral { end, value: n.value + top / bottom, form: Form::Mixed })
}

/// 五分之一, 一又二分之一.
pub(crate) fn han_fraction(w: &Written, n: Numeral) -> Option<Numeral> {
    let next = w.skip(n.end);
    if w.at(next) == '又' {
        let inner = han_or_digits(w, w.skip(next + 1))?;
        let part = under(w, inner)?;
        return Some(Numeral {
            end: part.end,
            value: n.value + part.value * if n.value < 0.0 { -1.0 } else { 1.0 },
            form: Form::Han,
        });
    }
    under(w, n)
}

pub(crate) fn under(w: &Written, bottom: Numeral) -> Option<Numeral> {
    let next = w.skip(bottom.end);
    if w.at(next) != '分' || w.at(w.skip(next + 1)) != '之' || bottom.value == 0.0 {
        return None;
    }
    let mut at = w.skip(w.skip(next + 1) + 1);
    let mut sign = 1.0;
    if w.at(at) == '负' {
        sign = -1.0;
        at += 1;
    }
    let top = han_or_digits(w, at)?;
    Some(Numeral { end: top.end, value: sign * top.value / bottom.value, form: Form::Han })
}
