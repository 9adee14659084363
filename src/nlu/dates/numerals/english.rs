//! English numerals at a place of a text.

use super::*;

/// English words at a place: "two hundred and fifty", "3 hundred and 21", "a dozen", "zero point eight". The flag says
/// whether the last word was an ordinal, whose value is then included.
pub(crate) fn words(w: &Written, i: usize) -> Option<(Numeral, bool)> {
    let mut total = 0.0;
    let mut current: Option<f64> = None;
    let mut last_scale = f64::INFINITY;
    let mut end = i;
    let mut at = i;
    let mut any_word = false;
    let mut ordinal = false;
    let mut linked = false;
    let mut open_digits = false;
    loop {
        let start = at;
        let (value, to, kind) = if w.at(at).is_ascii_digit() {
            let Some(found) = digits(w, at) else { break };
            (found.value, found.end, 'd')
        } else {
            let to = w.word(at);
            if to == at {
                break;
            }
            let word = w.slice(at, to);
            if let Some(value) = value_of(UNITS, &word) {
                (value, to, if value < 10.0 { 'u' } else { 't' })
            } else if let Some(value) = value_of(TENS, &word) {
                (value, to, 'T')
            } else if let Some(value) = value_of(SCALES, &word) {
                (value, to, 's')
            } else if let Some(value) = value_of(ORDINALS, &word) {
                (value, to, 'o')
            } else if (word == "a" || word == "an") && start == i {
                let next = w.skip(to);
                let named = w.slice(next, w.word(next));
                if value_of(SCALES, &named).is_some() || (value_of(ORDINALS, &named).is_some_and(|v| v >= 1e2)) {
                    (1.0, to, 'a')
                } else {
                    break;
                }
            } else {
                break;
            }
        };
        if w.at(to).is_ascii_alphabetic() || (kind != 'd' && w.at(to).is_ascii_digit()) {
            break;
        }
        let room = |have: f64, next: f64| -> bool {
            if next < 10.0 {
                (have % 10.0 == 0.0 && have % 100.0 >= 20.0) || (have >= 100.0 && have % 100.0 == 0.0)
            } else if next < 100.0 {
                have >= 100.0 && have % 100.0 == 0.0
            } else {
                false
            }
        };
        match kind {
            'd' => {
                if open_digits
                    && current.is_some()
                    && !(last_scale.is_finite() || current.is_some_and(|c| room(c, value) && c >= 100.0))
                {
                    break;
                }
                match current {
                    None if start == i || value < last_scale => current = Some(value),
                    Some(have) if have >= 100.0 && room(have, value) && any_word && value > 0.0 => {
                        current = Some(have + value)
                    }
                    _ => break,
                }
                open_digits = true;
            }
            'u' | 't' | 'T' | 'a' => {
                match current {
                    None if value < last_scale => current = Some(value),
                    Some(have) if room(have, value) && !(linked && have < 100.0) && value > 0.0 => {
                        current = Some(have + value)
                    }
                    _ => break,
                }
                any_word = true;
            }
            's' => {
                let have = current.unwrap_or(if total == 0.0 { 1.0 } else { 0.0 });
                if value == 100.0 {
                    if have >= 100.0 && !open_digits || have == 0.0 || linked && current.is_none() {
                        break;
                    }
                    current = Some(have * 100.0);
                } else if current.is_none() && total > 0.0 {
                    if linked || value < last_scale {
                        break;
                    }
                    total *= value;
                } else if value < last_scale && have > 0.0 {
                    total += have * value;
                    current = None;
                    last_scale = value;
                } else {
                    break;
                }
                any_word = true;
            }
            _ => {
                if value >= 100.0 {
                    total = (total + current.unwrap_or(if total == 0.0 { 1.0 } else { 0.0 })) * value;
                    current = None;
                } else {
                    match current {
                        None if value < last_scale => current = Some(value),
                        Some(have) if room(have, value) && !open_digits => current = Some(have + value),
                        _ => break,
                    }
                }
                any_word = true;
                ordinal = true;
            }
        }
        end = to;
        if ordinal {
            break;
        }
        let mut next = w.skip(to);
        linked = false;
        if w.at(next) == '-' && kind != 'd' {
            next = w.skip(next + 1);
            if value_of(UNITS, &w.slice(next, w.word(next))).is_none()
                && value_of(SCALES, &w.slice(next, w.word(next))).is_none()
                && value_of(ORDINALS, &w.slice(next, w.word(next))).is_none()
            {
                break;
            }
        } else if let Some(after) = w.literal(next, "and") {
            if !(total > 0.0 || current.is_some_and(|c| c >= 100.0)) || (kind == 'd') {
                break;
            }
            linked = true;
            next = w.skip(after);
        }
        at = next;
    }
    if !any_word || end == i {
        return None;
    }
    let mut value = total + current.unwrap_or(0.0);
    if !ordinal && let Some(after) = w.literal(w.skip(end), "point") {
        let (mut at, mut text) = (w.skip(after), String::new());
        loop {
            let to = w.word(at);
            let word = w.slice(at, to);
            let Some(digit) = value_of(UNITS, &word).or_else(|| value_of(TENS, &word)) else { break };
            if digit >= 20.0 {
                let next = if w.at(to) == '-' { to + 1 } else { w.skip(to) };
                let unit = value_of(UNITS, &w.slice(next, w.word(next))).filter(|u| *u < 10.0 && *u > 0.0);
                text.push_str(&format!("{}", digit + unit.unwrap_or(0.0)));
                end = if unit.is_some() { w.word(next) } else { to };
            } else {
                text.push_str(&format!("{digit}"));
                end = to;
            }
            at = w.skip(end);
        }
        if !text.is_empty() {
            value += number(&format!("0.{text}"));
        }
    }
    Some((Numeral { end, value, form: Form::Words }, ordinal))
}
