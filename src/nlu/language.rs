//! Which language a message is in, by its script. Knows English and Chinese only.

use crate::domain::Language;

/// A message is Chinese when its Han characters weigh as much as a third of its words: a Han character is about half a
/// word, and brand names and abbreviations stay Latin inside Chinese sentences.
#[must_use]
pub fn detect(text: &str) -> Language {
    let han = text.chars().filter(|c| is_han(*c)).count();
    let latin = text.split(|c: char| !c.is_alphabetic() || is_han(c)).filter(|word| !word.is_empty()).count();
    if han > 0 && han * 2 >= latin { Language::Chinese } else { Language::English }
}

/// The language of a message's words; `None` where it has none of its own, or a single Latin one, such as a name, "csv" or
/// "ok", which people write in either language.
#[must_use]
pub fn told(text: &str) -> Option<Language> {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).count();
    (words > 1 || text.chars().any(is_han)).then(|| detect(text))
}

/// Whether a character is a Han character.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_decides() {
        for (text, expect) in [
            ("what was revenue last month", Language::English),
            ("上个月销售额多少", Language::Chinese),
            ("给我看下 marketplace 上周的 revenue", Language::Chinese),
            ("pause 一下 Spring Promo", Language::Chinese),
            ("how did the 双十一 campaign do against the spring campaign last year", Language::English),
            ("", Language::English),
            ("2024-03-05", Language::English),
        ] {
            assert_eq!(detect(text), expect, "{text}");
        }
    }

    #[test]
    fn a_lone_word_or_a_number_tells_nothing() {
        for text in ["", "2", "[3]", "csv", "Oolong", "3k", "👍"] {
            assert_eq!(told(text), None, "{text}");
        }
        assert_eq!(told("as csv"), Some(Language::English));
        assert_eq!(told("表格"), Some(Language::Chinese));
        assert_eq!(told("看一下 Oolong 上个月的 revenue"), Some(Language::Chinese));
    }
}
