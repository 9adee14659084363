//! Cardinals and ordinals at a place of a text: digits, English words, Chinese numerals. Finds no percent and no money.

use super::written::Written;

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

fn han_digit(c: char) -> Option<f64> {
    Some(match c {
        '零' | '〇' => 0.0,
        '一' | '壹' => 1.0,
        '二' | '两' | '贰' | '俩' => 2.0,
        '三' | '叁' | '仨' => 3.0,
        '四' | '肆' => 4.0,
        '五' | '伍' => 5.0,
        '六' | '陆' => 6.0,
        '七' | '柒' => 7.0,
        '八' | '捌' => 8.0,
        '九' | '玖' => 9.0,
        _ => return None,
    })
}

fn han_unit(c: char) -> Option<f64> {
    Some(match c {
        '十' | '拾' => 10.0,
        '百' | '佰' => 100.0,
        '千' | '仟' => 1000.0,
        '万' => 1e4,
        '亿' => 1e8,
        '兆' => 1e12,
        _ => return None,
    })
}

/// Chinese numerals at a place, mixed with digits: 一百二十三, 二十万, 5万4千6百, 四百五, 一千零五, 4.78万亿, 十几万, 半百.
pub(crate) fn han(w: &Written, i: usize) -> Option<Numeral> {
    let first = w.at(i);
    if first.is_ascii_digit() {
        let found = digits(w, i)?;
        let next = w.skip(found.end);
        let plus = matches!(w.at(next), '余' | '多' | '几');
        if !(han_unit(w.at(next)).is_some() || (plus && han_unit(w.at(w.skip(next + 1))).is_some_and(|u| u >= 1e4))) {
            return None;
        }
    } else if han_digit(first).is_none()
        && (han_unit(first).is_none() || matches!(first, '万' | '亿' | '兆'))
        && first != '半'
    {
        return None;
    }
    if first == '半' && w.at(i + 1) != '百' {
        return None;
    }
    let (mut total, mut section, mut digit): (f64, f64, Option<f64>) = (0.0, 0.0, None);
    let (mut last_unit, mut zero, mut units) = (0.0_f64, false, 0);
    let mut string = String::new();
    let mut at = i;
    let mut end = i;
    while at < w.len() {
        let c = w.at(at);
        if c == '半' {
            digit = Some(0.5);
            at += 1;
        } else if c.is_ascii_digit() {
            if digit.is_some() || !string.is_empty() {
                break;
            }
            let Some(found) = digits(w, at) else { break };
            if units > 0
                && found.value != 0.0
                && han_unit(w.at(w.skip(found.end))).is_none()
                && !zero
                && found.form != Form::Digits(1)
            {
                break;
            }
            digit = Some(found.value);
            at = found.end;
        } else if let Some(value) = han_digit(c) {
            if let Some(have) = digit {
                if units > 0 || have.fract() != 0.0 {
                    break;
                }
                if string.is_empty() {
                    string = format!("{have}");
                }
                string.push_str(&format!("{value}"));
                digit = Some(number(&string));
            } else if value == 0.0 && units > 0 {
                zero = true;
            } else {
                digit = Some(value);
                string = if units == 0 { format!("{value}") } else { String::new() };
            }
            at += 1;
        } else if let Some(unit) = han_unit(c) {
            if string.len() > 1 && unit < 1e4 && !string.starts_with('0') {
                break;
            }
            if unit < 1e4 {
                section += digit.unwrap_or(1.0) * unit;
                digit = None;
            } else {
                section += digit.unwrap_or(0.0);
                digit = None;
                if section == 0.0 && total > 0.0 {
                    total *= unit;
                } else if section == 0.0 {
                    break;
                } else if total > 0.0 && unit > total {
                    total = (total + section) * unit;
                } else {
                    total += section * unit;
                }
                section = 0.0;
            }
            last_unit = unit;
            zero = false;
            units += 1;
            string.clear();
            at += 1;
        } else if matches!(c, '几' | '余' | '多') && (units > 0 || digit.is_some()) {
            let next = w.skip(at + 1);
            if han_unit(w.at(next)).is_some_and(|unit| unit >= 1e4) {
                at = next;
                continue;
            }
            break;
        } else {
            break;
        }
        end = at;
        let next = w.skip(at);
        let gap = next > at;
        let c = w.at(next);
        if gap
            && !(han_digit(c).is_some()
                || han_unit(c).is_some()
                || c.is_ascii_digit()
                || matches!(c, '余' | '多' | '几'))
        {
            break;
        }
        if gap && c.is_ascii_digit() && !(units > 0) {
            break;
        }
        at = next;
    }
    if end == i {
        return None;
    }
    if let Some(digit) = digit {
        // 四百五 is 450 and 一万三 is 13,000, but 一千零五 is 1,005.
        section +=
            if units > 0 && !zero && last_unit >= 100.0 && digit < 10.0 { digit * last_unit / 10.0 } else { digit };
    }
    let mut value = total + section;
    let mut form =
        if units > 0 { Form::Han } else { Form::HanDigits(u8::try_from(string.chars().count()).unwrap_or(u8::MAX)) };
    let point = w.skip(end);
    if matches!(w.at(point), '点') && (units == 0 || last_unit > 0.0) {
        let mut at = w.skip(point + 1);
        let mut text = String::new();
        while let Some(digit) = han_digit(w.at(at)).filter(|_| at < w.len() && w.at(at) != '两') {
            text.push_str(&format!("{digit}"));
            at += 1;
            end = at;
            if han_digit(w.at(w.skip(at))).is_some() {
                at = w.skip(at);
            }
        }
        if !text.is_empty() {
            value += number(&format!("0.{text}"));
            form = Form::Han;
            let next = w.skip(end);
            if let Some(unit) = han_unit(w.at(next)).filter(|unit| *unit >= 1e4) {
                value *= unit;
                end = next + 1;
            }
        }
    }
    if w.at(w.skip(end)) == '打'
        && value > 0.0
        && form != Form::HanDigits(0)
        && !matches!(w.at(w.skip(end) + 1), '折' | '对' | '开' | '算')
    {
        value *= 12.0;
        end = w.skip(end) + 1;
    }
    Some(Numeral { end, value, form })
}
