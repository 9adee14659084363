//! Numbers as people and programs write them: decimal points or commas, thousands, currency signs, brackets for less
//! than zero.

use serde::{Deserialize, Serialize};

/// What parts the whole from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// 1,234.56
    Point,
    /// 1.234,56
    Comma,
}

/// Reads a number; `None` where the text is none.
#[must_use]
pub(super) fn parse(text: &str, decimal: Decimal) -> Option<f64> {
    let text = text.trim();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    if let (true, Decimal::Point, Ok(value)) = (plain, decimal, text.parse()) {
        return Some(value);
    }
    let (negative, digits) = strip(text)?;
    let (group, point) = match decimal {
        Decimal::Point => (',', '.'),
        Decimal::Comma => ('.', ','),
    };
    let (whole, rest) = match digits.split_once(point) {
        Some((whole, rest)) => (whole, Some(rest)),
        None => (digits.as_str(), None),
    };
    if rest.is_some_and(|rest| rest.contains(group)) || !is_grouped(whole, group) {
        return None;
    }
    let mut clean: String = whole.chars().filter(|letter| *letter != group).collect();
    if let Some(rest) = rest {
        clean.push('.');
        clean.push_str(rest);
    }
    let value: f64 = clean.parse().ok().filter(|value: &f64| value.is_finite())?;
    Some(if negative { -value } else { value })
}

/// Takes off signs, brackets, currencies and blanks; what is left has digits, points, commas and perhaps an exponent.
fn strip(text: &str) -> Option<(bool, String)> {
    let (bracketed, text) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let mut negative = bracketed;
    let mut digits = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars() {
        match letter {
            '-' | '\u{2212}' if !digits.ends_with(['e', 'E']) => negative = !negative,
            '0'..='9' | '.' | ',' | '-' => digits.push(letter),
            'e' | 'E' if digits.ends_with(|last: char| last.is_ascii_digit()) && word.is_empty() => digits.push(letter),
            '+' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '$' | '€' | '£' | '¥' | '￥' | '₹' | '元' | '圆' =>
                {}
            letter if letter.is_alphabetic() => word.push(letter.to_ascii_uppercase()),
            _ => return None,
        }
    }
    // "12 EUR": the E was taken for an exponent.
    if let Some(bare) = digits.strip_suffix(['e', 'E']) {
        word.insert(0, 'E');
        digits = bare.to_owned();
    }
    let known = ["", "USD", "EUR", "GBP", "CNY", "RMB", "CHF", "AUD", "CAD", "US", "INR", "JPY", "SEK", "KR"];
    (known.contains(&word.as_str()) && digits.contains(|letter: char| letter.is_ascii_digit()))
        .then_some((negative, digits))
}

/// Whether thousands, where they are parted, are parted in threes.
fn is_grouped(whole: &str, group: char) -> bool {
    let mut groups = whole.split(group);
    let first = groups.next().unwrap_or("");
    let rest: Vec<&str> = groups.collect();
    rest.is_empty() || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3))
}

/// What the numbers of a sample say about the decimal sign.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DecimalVotes {
    point: u32,
    comma: u32,
}

impl DecimalVotes {
    /// Looks at one number. One that can be read both ways, such as 1,234, says nothing.
    pub(super) fn look(&mut self, text: &str) {
        let Some((_, digits)) = strip(text.trim()) else { return };
        match (digits.rfind('.'), digits.rfind(',')) {
            (Some(point), Some(comma)) if point > comma => self.point += 1,
            (Some(_), Some(_)) => self.comma += 1,
            (Some(_), None) => self.single(&digits, '.', Decimal::Point),
            (None, Some(_)) => self.single(&digits, ',', Decimal::Comma),
            (None, None) => {}
        }
    }

    fn single(&mut self, digits: &str, sign: char, as_decimal: Decimal) {
        let many = digits.matches(sign).count() > 1;
        let ambiguous = is_grouped(digits, sign) && !digits.starts_with('0');
        let decimal = match (many, ambiguous, as_decimal) {
            (true, _, Decimal::Point) => Decimal::Comma,
            (true, _, Decimal::Comma) => Decimal::Point,
            (false, true, _) => return,
            (false, false, decimal) => decimal,
        };
        match decimal {
            Decimal::Point => self.point += 1,
            Decimal::Comma => self.comma += 1,
        }
    }

    /// Adds the votes of another column.
    pub(super) fn add(&mut self, other: DecimalVotes) {
        self.point += other.point;
        self.comma += other.comma;
    }

    /// The sign that most speak for.
    pub(super) fn decimal(self) -> Option<Decimal> {
        match self.point.cmp(&self.comma) {
            std::cmp::Ordering::Greater => Some(Decimal::Point),
            std::cmp::Ordering::Less => Some(Decimal::Comma),
            std::cmp::Ordering::Equal => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let point = |text| parse(text, Decimal::Point);
        assert_eq!(point("1,234.50"), Some(1234.5));
        assert_eq!(point(" -3 "), Some(-3.0));
        assert_eq!(point("(12.5)"), Some(-12.5));
        assert_eq!(point("£1,000"), Some(1000.0));
        assert_eq!(point("12.50 EUR"), Some(12.5));
        assert_eq!(point("1.5e3"), Some(1500.0));
        assert_eq!(point("5-"), Some(-5.0));
        assert_eq!(point("1,23"), None);
        assert_eq!(point("abc"), None);
        assert_eq!(point(""), None);
        assert_eq!(point("NaN"), None);
        assert_eq!(point("inf"), None);
        assert_eq!(point("12 apples"), None);
        let comma = |text| parse(text, Decimal::Comma);
        assert_eq!(comma("1.234,56"), Some(1234.56));
        assert_eq!(comma("12,5 €"), Some(12.5));
        assert_eq!(comma("1.234"), Some(1234.0));
        assert_eq!(comma("12.5"), None);
    }

    #[test]
    fn knows_the_sign_by_what_is_certain() {
        let votes = |texts: &[&str]| {
            let mut votes = DecimalVotes::default();
            texts.iter().for_each(|text| votes.look(text));
            votes.decimal()
        };
        assert_eq!(votes(&["1,234", "12"]), None);
        assert_eq!(votes(&["1,234", "12,5"]), Some(Decimal::Comma));
        assert_eq!(votes(&["1.234.567"]), Some(Decimal::Comma));
        assert_eq!(votes(&["6.95", "1,000"]), Some(Decimal::Point));
        assert_eq!(votes(&["0.125"]), Some(Decimal::Point));
    }
}
