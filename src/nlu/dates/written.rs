//! A text as it is read: one normalised character for each written one, so that places stay the same. Lower case,
//! half width, simplified characters.

/// Traditional characters and their simplified forms, as far as dates and numbers use them.
const SIMPLIFIED: &str = "萬万億亿兩两個个後后週周點点鐘钟時时號号從从開开負负陸陆貳贰參叁幾几餘余雙双對对間间於于內内過过\
節节禮礼聖圣誕诞結结國国慶庆勞劳動动來来這这當当將将還还發发為为僅仅約约達达長长歲岁圓圆塊块幣币廣广歐欧舊旧陽阳\
現现轉转帳账單单買买賣卖價价錢钱數数據据銷销額额業业績绩傭佣訂订貨货評评論论質质變变對对應应該该與与區区門门類类";

/// A text, normalised.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// The normalised characters.
    pub(crate) chars: Vec<char>,
    /// Where each character starts in the original, in bytes; one more entry for the end.
    pub(crate) bytes: Vec<usize>,
}

impl Written {
    /// Reads a text, up to `limit` characters.
    pub(crate) fn new(text: &str, limit: usize) -> Self {
        let mut chars = Vec::new();
        let mut bytes = Vec::new();
        let mut end = text.len();
        for (count, (at, c)) in text.char_indices().enumerate() {
            if count == limit {
                end = at;
                break;
            }
            chars.push(normal(c));
            bytes.push(at);
        }
        bytes.push(end);
        Self { chars, bytes }
    }

    /// How many characters.
    pub(crate) fn len(&self) -> usize {
        self.chars.len()
    }

    /// One character; a space beyond the end, where everything ends.
    pub(crate) fn at(&self, i: usize) -> char {
        self.chars.get(i).copied().unwrap_or(' ')
    }

    /// The character before a place; a space at the start.
    pub(crate) fn before(&self, i: usize) -> char {
        i.checked_sub(1).map_or(' ', |i| self.at(i))
    }

    /// The next place that is no blank.
    pub(crate) fn skip(&self, mut i: usize) -> usize {
        while i < self.len() && self.at(i).is_whitespace() {
            i += 1;
        }
        i
    }

    /// Normalised characters as a string.
    pub(crate) fn slice(&self, start: usize, end: usize) -> String {
        self.chars[start.min(self.len())..end.min(self.len())].iter().collect()
    }

    /// The end of the literal if it stands at `i`. A Latin literal must not touch other letters; a blank in it stands for
    /// any run of blanks or a hyphen.
    pub(crate) fn literal(&self, i: usize, literal: &str) -> Option<usize> {
        let first = literal.chars().next()?;
        if first.is_ascii_alphabetic() && self.before(i).is_alphabetic() && self.before(i).is_ascii() {
            return None;
        }
        let mut at = i;
        let mut last = first;
        for c in literal.chars() {
            if c == '_' {
                if at >= self.len() || !(self.at(at).is_whitespace() || self.at(at) == '-') {
                    return None;
                }
                at = self.skip(at);
                if self.at(at) == '-' {
                    at = self.skip(at + 1);
                }
            } else {
                if at >= self.len() || self.at(at) != c {
                    return None;
                }
                at += 1;
            }
            last = c;
        }
        (!(last.is_ascii_alphabetic() && self.at(at).is_ascii_alphabetic())).then_some(at)
    }

    /// The run of Latin letters that starts at `i`.
    pub(crate) fn word(&self, i: usize) -> usize {
        let mut end = i;
        while end < self.len() && self.at(end).is_ascii_alphabetic() {
            end += 1;
        }
        end
    }

    /// The run of digits that starts at `i`.
    pub(crate) fn digits(&self, i: usize) -> usize {
        let mut end = i;
        while end < self.len() && self.at(end).is_ascii_digit() {
            end += 1;
        }
        end
    }
}

/// One character, normalised.
pub(crate) fn normal(c: char) -> char {
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '–' | '—' | '−' | '‐' | '‑' => '-',
        '’' | '‘' => '\'',
        '、' => ',',
        '。' => '.',
        _ => c,
    };
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut pairs = SIMPLIFIED.chars();
    while let (Some(old), Some(new)) = (pairs.next(), pairs.next()) {
        if old == c {
            return new;
        }
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
