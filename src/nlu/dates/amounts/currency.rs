//! Money: signs and words of currencies, before and behind a number.

use super::*;

/// Words and signs of currencies: code or name, and what is written.
pub(crate) const CURRENCIES: &[(&str, &[&str])] = &[
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
pub(crate) const COINS: &[(&str, f64)] = &[
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

pub(crate) fn currency_at(w: &Written, i: usize) -> Option<(usize, &'static str)> {
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

/// Whether a currency's letters end right at `i`: USD115.
pub(crate) fn currency_ends(w: &Written, i: usize) -> bool {
    let mut start = i;
    while start > 0 && w.at(start - 1).is_ascii_alphabetic() {
        start -= 1;
    }
    currency_at(w, start).is_some_and(|(end, _)| end == i)
}

pub(crate) fn currency_follows(w: &Written, i: usize) -> bool {
    let end = w.word(i);
    let word = w.slice(i, end);
    word.chars().next().is_some() && CURRENCIES.iter().any(|(_, names)| names.contains(&word.as_str()))
}

/// $20, USD 200, ¥3万, RMB 5万, MUSD 30.
pub(crate) fn money_first(w: &Written, i: usize) -> Option<Amount> {
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

pub(crate) fn iso_code(word: &str) -> Option<&'static str> {
    CURRENCIES
        .iter()
        .find(|(code, names)| code.len() == 3 && names.contains(&word) && word.len() == 3)
        .map(|(code, _)| *code)
}

/// 20 euros, 20元, 5 dollars and 15 cents, 30 MUSD, 75 USD million.
pub(crate) fn money_last(w: &Written, i: usize, n: Numeral, next: usize) -> Option<Amount> {
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

pub(crate) fn unsigned_small(w: &Written, i: usize) -> Option<Numeral> {
    if w.at(i).is_ascii_digit() {
        numerals::han(w, i).or_else(|| numerals::digits(w, i))
    } else if w.at(i).is_ascii_alphabetic() {
        numerals::words(w, i).filter(|(_, ordinal)| !ordinal).map(|(n, _)| n)
    } else {
        numerals::han(w, i)
    }
}
