//! Numbers of a text: plain ones, ordinals, percentages, money. Dates are found elsewhere.

mod currency;
mod fractions;

use crate::nlu::dates::numerals::{self, Form, Numeral};
use crate::nlu::dates::written::Written;

use currency::*;
use fractions::*;

/// What an amount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AmountKind {
    /// A bare number.
    Number,
    /// First, second …
    Ordinal,
    /// A share of a hundred; the value is in percent.
    Percentage,
    /// Money, in the currency named.
    Money,
}

/// A number that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// Its first character, counted in characters, sign and unit included.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
    /// What it is.
    pub kind: AmountKind,
    /// Its value.
    pub value: f64,
    /// The currency's ISO 4217 code where one is known, otherwise its name.
    pub currency: Option<&'static str>,
}

/// Words that hold a numeral and are no number, and chains of letters after which none starts.
const NO_NUMBERS: &[&str] = &[
    "四川",
    "陆地",
    "陆部",
    "登陆",
    "陆续",
    "一看",
    "肆意",
    "放肆",
    "五角大楼",
    "标准普尔",
    "伍仁",
    "退伍",
    "一下",
    "一些",
    "一样",
    "一起",
    "一直",
    "一定",
    "一般",
    "统一",
    "万一",
    "一共",
    "一旦",
    "每天",
    "三明治",
    "一边",
    "百度",
    "千万别",
    "一步",
    "一方面",
    "十分",
    "拾房",
    "收拾",
    "队伍",
    "大陆",
    "着陆",
    "唯一",
    "第一时间",
    "一切",
    "一并",
    "亿万",
    "万象",
    "一会",
];

fn plain_at(w: &Written, i: usize, name: &str) -> Option<usize> {
    let mut at = i;
    for c in name.chars() {
        if at >= w.len() || w.at(at) != crate::nlu::dates::normal(c) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Finds the numbers of a text, in order; none overlaps another.
#[must_use]
pub fn find_amounts(text: &str) -> Vec<Amount> {
    let w = Written::new(text, crate::nlu::dates::LONGEST);
    let mut found = Vec::new();
    let mut i = 0;
    while i < w.len() {
        if w.at(i).is_whitespace() {
            i += 1;
            continue;
        }
        if let Some(end) = address(&w, i) {
            i = end;
            continue;
        }
        if let Some(skip) = NO_NUMBERS.iter().find_map(|word| plain_at(&w, i, word)) {
            i = skip;
            continue;
        }
        match amount_at(&w, i) {
            Some(amount) => {
                i = amount.end.max(i + 1);
                found.push(amount);
            }
            None => i = step(&w, i),
        }
    }
    found
}

/// The end of a web address at `i`; numbers in it are not meant.
fn address(w: &Written, i: usize) -> Option<usize> {
    if !["http://", "https://", "www."].iter().any(|head| plain_at(w, i, head).is_some()) {
        return None;
    }
    let mut end = i;
    while end < w.len() && !w.at(end).is_whitespace() && w.at(end).is_ascii() {
        end += 1;
    }
    Some(end)
}

/// The next place where something may start.
fn step(w: &Written, i: usize) -> usize {
    let c = w.at(i);
    if c.is_ascii_alphanumeric() {
        let mut end = i;
        while w.at(end).is_ascii_alphanumeric() {
            end += 1;
        }
        return end.max(i + 1);
    }
    i + 1
}

fn amount_at(w: &Written, i: usize) -> Option<Amount> {
    let before = w.before(i);
    if before.is_ascii_alphanumeric() && w.at(i).is_ascii_alphanumeric() && !currency_ends(w, i) {
        return None;
    }
    if let Some(amount) = percent_first(w, i).or_else(|| money_first(w, i)) {
        return Some(amount);
    }
    // 第三
    if w.at(i) == '第' {
        let n = number_at(w, w.skip(i + 1))?;
        return Some(Amount { start: i, end: n.end, kind: AmountKind::Ordinal, value: n.value, currency: None });
    }
    if w.at(i).is_ascii_digit() {
        let end = w.digits(i);
        let suffix = w.slice(end, end + 2);
        if matches!(suffix.as_str(), "st" | "nd" | "rd" | "th") && !w.at(end + 2).is_ascii_alphabetic() {
            let value = w.slice(i, end).parse().unwrap_or(0.0);
            return Some(Amount { start: i, end: end + 2, kind: AmountKind::Ordinal, value, currency: None });
        }
    }
    if w.at(i).is_ascii_alphabetic()
        && let Some((n, true)) = numerals::words(w, i)
    {
        return ordinal_or_fraction(w, i, n);
    }
    let n = number_at(w, i)?;
    with_unit(w, i, n)
}

/// A number at a place, with its sign, magnitude, fraction and power.
fn number_at(w: &Written, i: usize) -> Option<Numeral> {
    let mut at = i;
    let mut sign = 1.0;
    if matches!(w.at(i), '-' | '负' | '+') || w.literal(i, "minus").is_some() || w.literal(i, "negative").is_some() {
        let joined = w.before(i).is_alphanumeric() || matches!(w.before(i), '-' | ')');
        let end = w.literal(i, "minus").or_else(|| w.literal(i, "negative")).unwrap_or(i + 1);
        if w.at(i) == '-' && joined || w.at(i) == '+' {
            return None;
        }
        sign = -1.0;
        at = w.skip(end);
    }
    let mut n = unsigned_at(w, at)?;
    n.value *= sign;
    Some(n)
}

fn unsigned_at(w: &Written, i: usize) -> Option<Numeral> {
    let c = w.at(i);
    let glyph = match c {
        '½' => Some(0.5),
        '⅓' => Some(1.0 / 3.0),
        '⅔' => Some(2.0 / 3.0),
        '¼' => Some(0.25),
        '¾' => Some(0.75),
        '⅕' => Some(0.2),
        '⅖' => Some(0.4),
        '⅗' => Some(0.6),
        '⅘' => Some(0.8),
        '⅙' => Some(1.0 / 6.0),
        '⅚' => Some(5.0 / 6.0),
        '⅛' => Some(0.125),
        '⅜' => Some(0.375),
        '⅝' => Some(0.625),
        '⅞' => Some(0.875),
        _ => None,
    };
    if let Some(value) = glyph {
        return Some(Numeral { end: i + 1, value, form: Form::Mixed });
    }
    if c == '.' && w.at(i + 1).is_ascii_digit() && !w.before(i).is_alphanumeric() && w.before(i) != '.' {
        let end = w.digits(i + 1);
        let value = w.slice(i, end).parse().ok()?;
        return magnitude_or(w, Numeral { end, value, form: Form::Mixed });
    }
    if !c.is_ascii_alphabetic()
        && let Some(n) = numerals::han(w, i)
    {
        return Some(han_fraction(w, n).unwrap_or(n));
    }
    if c.is_ascii_digit() {
        let mut n = numerals::digits(w, i)?;
        if n.form == Form::Digits(1) || matches!(n.form, Form::Digits(2 | 3)) {
            n = spaced_fraction(w, n).unwrap_or(n);
        }
        if w.at(n.end) == '/' && w.at(n.end + 1).is_ascii_digit() && w.at(w.digits(n.end + 1)) != '/' {
            let end = w.digits(n.end + 1);
            let bottom: f64 = w.slice(n.end + 1, end).parse().unwrap_or(0.0);
            if bottom != 0.0 {
                return Some(Numeral { end, value: n.value / bottom, form: Form::Mixed });
            }
        }
        if w.at(n.end) == '^' {
            let sign = usize::from(matches!(w.at(n.end + 1), '-' | '+'));
            let end = w.digits(n.end + 1 + sign);
            let power: f64 = w.slice(n.end + 1, end).parse().unwrap_or(1.0);
            let value = n.value.powf(power);
            if value.is_finite() {
                return Some(Numeral { end, value, form: Form::Mixed });
            }
        }
        if let Some((words, false)) = numerals::words(w, i)
            && words.end > n.end
        {
            return Some(and_fraction(w, words).unwrap_or(words));
        }
        if let Some(n) = over(w, n).or_else(|| under(w, n)) {
            return Some(n);
        }
        return magnitude_or(w, n).map(|n| and_fraction(w, n).unwrap_or(n));
    }
    if c.is_ascii_alphabetic() {
        if let Some(fraction) = fraction_words(w, i) {
            return Some(Numeral { end: fraction.end, value: fraction.value, form: Form::Words });
        }
        let (n, ordinal) = numerals::words(w, i)?;
        if ordinal {
            return None;
        }
        return Some(over(w, n).or_else(|| and_fraction(w, n)).or_else(|| fraction_within(w, i, n)).unwrap_or(n));
    }
    None
}

fn han_or_digits(w: &Written, i: usize) -> Option<Numeral> {
    numerals::han(w, i).or_else(|| numerals::digits(w, i).map(|n| numerals::with_magnitude(w, n).unwrap_or(n)))
}

fn magnitude_or(w: &Written, n: Numeral) -> Option<Numeral> {
    if let Some(big) = numerals::with_magnitude(w, n) {
        // 5m is five metres or minutes as often as five million where nothing says money.
        return Some(big);
    }
    let next = w.at(n.end);
    if next.is_ascii_alphabetic() && n.form != Form::Words && !currency_follows(w, n.end) && w.at(n.end) != '%' {
        return None;
    }
    let at = w.skip(n.end);
    let word = w.slice(at, w.word(at));
    if at > n.end
        && let Some(by) = numerals::scale(&word).filter(|_| word != "dozens")
    {
        return Some(Numeral { end: w.word(at), value: n.value * by, form: Form::Mixed });
    }
    Some(n)
}

/// 百分之五, 千分之一 and 对折 start with their unit.
fn percent_first(w: &Written, i: usize) -> Option<Amount> {
    let percent =
        |end: usize, value: f64| Amount { start: i, end, kind: AmountKind::Percentage, value, currency: None };
    for (word, value) in [("打对折", 50.0), ("打半折", 50.0)] {
        if let Some(end) = plain_at(w, i, word) {
            return Some(Amount { start: i + 1, ..percent(end, value) });
        }
    }
    if let Some(end) = w.literal(i, "percents_of").or_else(|| w.literal(i, "percent_of")) {
        let n = number_at(w, w.skip(end))?;
        return Some(percent(n.end, n.value));
    }
    let mut at = i;
    let mut base = 1.0;
    while let Some(by) = match w.at(at) {
        '百' => Some(100.0),
        '千' | '仟' => Some(1e3),
        '万' => Some(1e4),
        '亿' => Some(1e8),
        _ => None,
    } {
        base *= by;
        at = w.skip(at + 1);
    }
    if base == 1.0 || w.at(at) != '分' {
        return None;
    }
    at = w.skip(at + 1);
    if w.at(at) != '之' {
        return None;
    }
    at = w.skip(at + 1);
    let sign = if w.at(at) == '负' || w.at(at) == '-' {
        at += 1;
        -1.0
    } else {
        1.0
    };
    let n = han_or_digits(w, at)?;
    let n = if w.at(w.skip(n.end)) == 'k' {
        Numeral { end: w.skip(n.end) + 1, value: n.value * 1e3, form: n.form }
    } else {
        n
    };
    Some(percent(n.end, sign * n.value / base * 100.0))
}

/// What stands behind a number: a percent sign, a currency, 折 or 成.
fn with_unit(w: &Written, i: usize, n: Numeral) -> Option<Amount> {
    let number = Amount { start: i, end: n.end, kind: AmountKind::Number, value: n.value, currency: None };
    let next = w.skip(n.end);
    let percent = |end: usize, value: f64| Some(Amount { end, kind: AmountKind::Percentage, value, ..number.clone() });
    if w.at(next) == '%' {
        return percent(next + 1, n.value);
    }
    if w.at(next) == '‰' {
        return percent(next + 1, n.value / 10.0);
    }
    for word in ["percentage_points", "percentage_point", "percents", "percent", "per_cent", "pct", "pcts", "pp"] {
        if let Some(end) = w.literal(next, word) {
            return percent(end, n.value);
        }
    }
    let spaced = |word: &str| -> Option<usize> {
        let mut at = next;
        for c in word.chars() {
            at = w.skip(at);
            if w.at(at) != c {
                return None;
            }
            at += 1;
        }
        Some(at)
    };
    if let Some(end) = spaced("个百分点").or_else(|| spaced("百分点")) {
        return percent(end, n.value);
    }
    if w.at(next) == '折'
        || w.at(next) == '成'
            && !matches!(w.at(next + 1), '为' | '功' | '了' | '交' | '本' | '长' | '员' | '绩' | '立' | '都')
    {
        let whole = matches!(n.form, Form::Digits(2) | Form::HanDigits(2)) && w.at(next) == '折';
        let mut value = if whole { n.value } else { n.value * 10.0 };
        let mut end = next + 1;
        if w.at(next) == '成' && w.at(end) == '半' {
            value += 5.0;
            end += 1;
        }
        return percent(end, value);
    }
    if let Some(amount) = money_last(w, i, n, next) {
        return Some(amount);
    }
    if w.at(n.end).is_ascii_alphabetic() && n.form != Form::Words && !matches!(n.form, Form::Mixed) {
        return None;
    }
    Some(number)
}
