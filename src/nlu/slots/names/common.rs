//! Words that many names share, and the words of a name.

use super::*;

/// Words that are part of many names and of every second sentence: alone they name nothing.
pub(crate) const COMMON: &[&str] = &[
    "orders",
    "sales",
    "sale",
    "customer",
    "customers",
    "pack",
    "bag",
    "mini",
    "buy",
    "cheap",
    "cheaper",
    "gift",
    "is",
    "in",
    "on",
    "of",
    "to",
    "by",
    "at",
    "it",
    "me",
    "we",
    "do",
    "a",
    "an",
    "or",
    "as",
    "vs",
    "no",
    "so",
    "i",
    "us",
    "be",
    "if",
    "up",
    "autumn",
    "campaigns",
    "regions",
    "category",
    "revenue",
    "returns",
    "ad",
    "ads",
    "premium",
    "classic",
    "go",
    "sell",
    "sells",
    "fresh",
    "rich",
];

/// Whether a word is so common that alone it is no part of a name, though it may be a whole one.
pub(crate) fn is_common(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let list = include_str!("../../../../prompts/slots/common_english.txt");
        list.lines().filter(|line| !line.starts_with('#')).chain(COMMON.iter().copied()).collect()
    });
    words.contains(word)
}

/// Words for things, cut off before names are looked for.
pub(crate) fn singular(word: &str) -> Option<String> {
    if word.len() < 4 {
        return None;
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    if let Some(stem) = word.strip_suffix("es")
        && (stem.ends_with('s') || stem.ends_with('x') || stem.ends_with("ch") || stem.ends_with("sh"))
    {
        return Some(stem.to_owned());
    }
    word.strip_suffix('s').filter(|stem| !stem.ends_with('s')).map(str::to_owned)
}

pub(crate) fn words_of(name: &str) -> Vec<String> {
    let text: String = name.chars().map(normal).collect();
    tokens(&Written::new(&text, usize::MAX)).into_iter().map(|token| token.0).collect()
}

/// Words that are never a name, even where a name reads so.
pub(crate) const STOP: &[&str] = &[
    "order", "orders", "show", "list", "what", "the", "a", "an", "and", "all", "is", "to", "in", "on", "of", "for",
    "by", "it", "me", "we", "i", "or", "no", "so", "do", "us", "be", "as", "at", "my", "you", "how", "why", "who",
    "new", "top", "best", "other", "none", "unknown",
];

/// Chinese words that names share with every sentence.
pub(crate) const HAN_COMMON: &[&str] =
    &["产品", "商品", "客户", "渠道", "地区", "活动", "广告", "销售", "订单", "推广", "新品", "系列", "套装", "礼盒"];

pub(crate) fn fingerprint(catalog: &Catalog) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = std::hash::DefaultHasher::new();
    for (dimension, names) in &catalog.names {
        dimension.hash(&mut hasher);
        names.len().hash(&mut hasher);
        names.first().hash(&mut hasher);
        names.last().hash(&mut hasher);
    }
    catalog.aliases.len().hash(&mut hasher);
    hasher.finish()
}

/// The Latin words of a text with their places.
pub(crate) fn tokens(w: &Written) -> Vec<(String, usize, usize)> {
    let mut all = Vec::new();
    let mut i = 0;
    while i < w.len() && all.len() < 400 {
        let part = |c: char| c.is_alphanumeric() && !is_han(c);
        if !part(w.at(i)) {
            i += 1;
            continue;
        }
        let start = i;
        // "500g" is written "500 g" as well.
        let digit = w.at(i).is_ascii_digit();
        while i < w.len() && part(w.at(i)) && w.at(i).is_ascii_digit() == digit {
            i += 1;
        }
        let word = w.slice(start, i);
        if !(word == "s" && w.before(start) == '\'') {
            all.push((word, start, i));
        }
    }
    all
}
