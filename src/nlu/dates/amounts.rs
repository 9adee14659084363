//! Numbers of a text: plain ones, ordinals, percentages, money. Dates are found elsewhere.

use super::numerals::{self, Form, Numeral};
use super::written::Written;

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

/// Words and signs of currencies: code or name, and what is written.
const CURRENCIES: &[(&str, &[&str])] = &[
    (
        "USD",
        &[
            "united states dollars",
            "us dollars",
            "us dollar",
            "us$",
            "u.s$",
            "u.s. $",
            "us $",
            "u.s $",
            "usd$",
            "usd",
            "美元",
            "美金",
            "美刀",
        ],
    ),
    ("Dollar", &["dollars", "dollar", "bucks", "buck", "$"]),
    ("CAD", &["canadian dollars", "canadian dollar", "c$", "c $", "cad", "加元"]),
    ("AUD", &["australian dollars", "australian dollar", "a$", "a $", "aud", "澳元"]),
    ("NZD", &["new zealand dollars", "nz$", "nz $", "nzd$", "nzd", "纽元"]),
    ("HKD", &["hong kong dollars", "hong kong dollar", "hk$", "hk $", "hkd", "港元", "港币"]),
    ("SGD", &["singapore dollars", "s$", "sgd", "新元"]),
    ("TWD", &["nt$", "twd", "新台币", "台币"]),
    ("MXN", &["mexican pesos", "mexican peso", "mex$", "mxn"]),
    ("BRL", &["brazilian reals", "r$", "brl"]),
    ("EUR", &["euros", "euro", "eur", "€", "欧元"]),
    ("GBP", &["british pounds", "british pound", "pounds sterling", "gbp", "quid", "英镑"]),
    ("Pound", &["pounds", "pound", "£"]),
    ("CNY", &["chinese yuan", "yuan", "renminbi", "rmb", "cny", "人民币", "元", "块钱", "块", "¥", "圆"]),
    ("JPY", &["japanese yen", "yen", "jpy", "日元", "日圆", "円"]),
    ("KRW", &["korean won", "won", "krw", "₩", "韩元"]),
    ("INR", &["indian rupees", "inr", "₹", "卢比"]),
    ("Rupee", &["rupees", "rupee", "rs"]),
    ("LKR", &["ரூ"]),
    ("CHF", &["swiss francs", "swiss franc", "chf", "瑞士法郎"]),
    ("Franc", &["francs", "franc"]),
    ("Peseta", &["pesetas", "peseta"]),
    ("Finnish markka", &["finnish markka", "markka"]),
    ("NLG", &["dutch guilders", "guilders", "guilder"]),
    ("Peso", &["pesos", "peso"]),
    ("Mark", &["marks", "deutsche marks"]),
    ("RUB", &["rubles", "roubles", "ruble", "rouble", "rub", "₽", "卢布"]),
    ("SEK", &["swedish kronor", "kronor", "sek", "kr"]),
    ("PLN", &["zloty", "zlotys", "pln"]),
    ("TRY", &["turkish lira", "lira", "try₺", "₺"]),
    ("CRC", &["₡"]),
    ("GEL", &["₾"]),
    ("UAH", &["₴"]),
    ("VND", &["₫"]),
    ("PHP", &["₱"]),
    ("NGN", &["₦"]),
    ("ILS", &["₪"]),
    ("THB", &["baht", "thb", "฿", "泰铢"]),
    ("Bitcoin", &["bitcoins", "bitcoin", "btc", "₿"]),
    ("Satoshi", &["satoshis", "satoshi"]),
    ("Cent", &["cents", "cent", "¢", "美分"]),
    ("Pence", &["pence", "penny"]),
];

/// Smaller coins that may follow: written, and their share.
const COINS: &[(&str, f64)] = &[
    ("cents", 0.01),
    ("cent", 0.01),
    ("pence", 0.01),
    ("p", 0.01),
    ("美分", 0.01),
    ("毛", 0.1),
    ("角", 0.1),
    ("分", 0.01),
    ("日本銭", 0.01),
    ("銭", 0.01),
];

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

fn currency_at(w: &Written, i: usize) -> Option<(usize, &'static str)> {
    let mut best: Option<(usize, &'static str)> = None;
    for (code, names) in CURRENCIES {
        for name in *names {
            let pattern = name.replace(' ', "_");
            let hit = if name.chars().next().is_some_and(|c| c.is_ascii_alphabetic()) {
                // A blank of the table stands for any run of blanks.
                w.literal(i, &pattern)
            } else {
                plain_at(w, i, name)
            };
            if let Some(end) = hit
                && best.is_none_or(|(longest, _)| end > longest)
            {
                best = Some((end, code));
            }
        }
    }
    best
}

fn plain_at(w: &Written, i: usize, name: &str) -> Option<usize> {
    let mut at = i;
    for c in name.chars() {
        if at >= w.len() || w.at(at) != super::normal(c) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Finds the numbers of a text, in order; none overlaps another.
#[must_use]
pub fn find_amounts(text: &str) -> Vec<Amount> {
    let w = Written::new(text, super::LONGEST);
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

/// Whether a currency's letters end right at `i`: USD115.
fn currency_ends(w: &Written, i: usize) -> bool {
    let mut start = i;
    while start > 0 && w.at(start - 1).is_ascii_alphabetic() {
        start -= 1;
    }
    currency_at(w, start).is_some_and(|(end, _)| end == i)
}

fn ordinal_or_fraction(w: &Written, i: usize, n: Numeral) -> Option<Amount> {
    // "a hundredth", "one fifth", "three twenty firsts" are fractions; "twenty-first" is an ordinal.
    if let Some(fraction) = fraction_words(w, i) {
        return Some(fraction);
    }
    Some(Amount { start: i, end: n.end, kind: AmountKind::Ordinal, value: n.value, currency: None })
}

/// A fraction in words at a place: one fifth, three quarters, half, a quarter, twenty and three fifths.
fn fraction_words(w: &Written, i: usize) -> Option<Amount> {
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
        if w.at(n.end) == '/' && w.at(n.end + 1).is_ascii_digit() && !(w.at(w.digits(n.end + 1)) == '/') {
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

/// "one million and a half", "twenty and three fifths".
fn and_fraction(w: &Written, n: Numeral) -> Option<Numeral> {
    let next = w.skip(w.literal(w.skip(n.end), "and")?);
    let fraction = fraction_words(w, next)?;
    let last = n.end - w.slice(0, n.end).chars().rev().take_while(char::is_ascii_alphabetic).count();
    let by = numerals::scale(&w.slice(last, n.end)).filter(|by| *by >= 1e6 && fraction.value < 1.0).unwrap_or(1.0);
    Some(Numeral { end: fraction.end, value: n.value + fraction.value * by, form: Form::Words })
}

/// "two million and one half", where "two million and one" was read first.
fn fraction_within(w: &Written, i: usize, n: Numeral) -> Option<Numeral> {
    let split = (i + 1..n.end).rev().find(|at| w.literal(*at, "and").is_some())?;
    let head = Written::new(&w.slice(i, split), super::LONGEST);
    let (whole, ordinal) = numerals::words(&head, 0)?;
    if ordinal || head.skip(whole.end) != head.len() {
        return None;
    }
    and_fraction(w, Numeral { end: i + whole.end, ..whole }).filter(|both| both.end > n.end)
}

/// "1 over 3", "2 out of 5", "1 in 20".
fn over(w: &Written, n: Numeral) -> Option<Numeral> {
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
fn spaced_fraction(w: &Written, n: Numeral) -> Option<Numeral> {
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
fn han_fraction(w: &Written, n: Numeral) -> Option<Numeral> {
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

fn under(w: &Written, bottom: Numeral) -> Option<Numeral> {
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

fn currency_follows(w: &Written, i: usize) -> bool {
    let end = w.word(i);
    let word = w.slice(i, end);
    word.chars().next().is_some() && CURRENCIES.iter().any(|(_, names)| names.contains(&word.as_str()))
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

/// $20, USD 200, ¥3万, RMB 5万, MUSD 30.
fn money_first(w: &Written, i: usize) -> Option<Amount> {
    let (end, code, by) = match currency_at(w, i) {
        Some((end, code)) => (end, code, 1.0),
        None => {
            let end = w.word(i);
            let word = w.slice(i, end);
            let code = word.strip_prefix('m').and_then(iso_code)?;
            (end, code, 1e6)
        }
    };
    let mut at = w.skip(end);
    let sign = if w.at(at) == '-' {
        at = w.skip(at + 1);
        -1.0
    } else {
        1.0
    };
    if at - end > 1 || (!w.at(at).is_ascii_digit() && w.at(at) != '.' && numerals::han(w, at).is_none()) {
        return None;
    }
    if matches!(code, "Cent" | "Pence") {
        return None;
    }
    let n = unsigned_at(w, at)?;
    // "ALL 5 solutions": a lower-case word is no code in front of a number unless it stands for money.
    let mut found =
        Amount { start: i, end: n.end, kind: AmountKind::Money, value: sign * n.value * by, currency: Some(code) };
    if let Some(after) = w.literal(w.skip(n.end), "and") {
        let at = w.skip(after);
        if let Some((cents, false)) = numerals::words(w, at).filter(|(c, _)| (10.0..100.0).contains(&c.value)) {
            found.end = cents.end;
            found.value += cents.value / 100.0;
        }
    }
    Some(found)
}

fn iso_code(word: &str) -> Option<&'static str> {
    CURRENCIES
        .iter()
        .find(|(code, names)| code.len() == 3 && names.contains(&word) && word.len() == 3)
        .map(|(code, _)| *code)
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

/// 20 euros, 20元, 5 dollars and 15 cents, 30 MUSD, 75 USD million.
fn money_last(w: &Written, i: usize, n: Numeral, next: usize) -> Option<Amount> {
    let (mut end, code, mut by) = match currency_at(w, next) {
        Some((end, code)) => (end, code, 1.0),
        None => {
            let end = w.word(next);
            let word = w.slice(next, end);
            (end, word.strip_prefix('m').and_then(iso_code)?, 1e6)
        }
    };
    // "块" is a piece as well as money.
    if matches!(w.slice(next, end).as_str(), "元") && w.at(end) == '旦' {
        return None;
    }
    let scale_at = w.skip(end);
    let word = w.slice(scale_at, w.word(scale_at));
    if let Some(scale) = numerals::scale(&word).filter(|scale| *scale >= 1e3) {
        by *= scale;
        end = w.word(scale_at);
    }
    let mut value = n.value * by;
    let mut at = w.skip(end);
    if w.at(at) == '又' {
        at = w.skip(at + 1);
    }
    let and = w.literal(at, "and").map(|after| w.skip(after));
    let at = and.unwrap_or(at);
    if let Some(coins) = unsigned_small(w, at) {
        let coin_at = w.skip(coins.end);
        let coin = COINS.iter().find_map(|(name, share)| {
            let hit = if name.is_ascii() { w.literal(coin_at, name) } else { plain_at(w, coin_at, name) };
            hit.map(|end| (end, *share))
        });
        let after = w.slice(coin_at, w.word(coin_at));
        let bare_ends = after.is_empty()
            || matches!(after.as_str(), "more" | "of" | "and" | "for" | "per" | "in")
            || matches!(code, "Dollar" | "Pound" | "EUR" | "USD") && and.is_some();
        if let Some((end_of, share)) = coin {
            value += coins.value * share;
            end = end_of;
        } else if by == 1.0
            && coins.value < 100.0
            && bare_ends
            && currency_at(w, coin_at).is_none()
            && !w.slice(end, at).contains(',')
            && w.at(coin_at) != '%'
            && matches!(code, "Dollar" | "USD" | "EUR" | "GBP" | "Pound")
            && !w.slice(next, end).contains('$')
            && !w.slice(next, end).contains('€')
            && coins.value.fract() == 0.0
        {
            value += coins.value / 100.0;
            end = coins.end;
        }
    }
    Some(Amount { start: i, end, kind: AmountKind::Money, value, currency: Some(code) })
}

fn unsigned_small(w: &Written, i: usize) -> Option<Numeral> {
    if w.at(i).is_ascii_digit() {
        numerals::han(w, i).or_else(|| numerals::digits(w, i))
    } else if w.at(i).is_ascii_alphabetic() {
        numerals::words(w, i).filter(|(_, ordinal)| !ordinal).map(|(n, _)| n)
    } else {
        numerals::han(w, i)
    }
}
