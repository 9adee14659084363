//! Text that is data: made harmless before it stands in a sentence, and measured and cut for a terminal's columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The longest piece of data that a sentence carries, in characters as people count them.
const LONGEST: usize = 280;
/// Splits what a platform would otherwise take for a link, a mention or a tag; it takes no room.
const SPLIT: char = '\u{200b}';

/// Whether a character is a Han character.
pub(crate) fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// One line without control characters and without characters that hide or turn others around.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            // Marks of direction, invisible marks, tags and private characters show nothing and can only mislead.
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {}
            '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => {}
            _ if character.is_control() || character.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ => out.push(character),
        }
    }
    out.truncate(out.trim_end().len());
    cut_characters(&out, LONGEST)
}

/// `one_line`, and nothing in it is markup, a mention or a link any more.
pub(crate) fn harmless(text: &str) -> String {
    let line = one_line(text);
    let mut out = String::with_capacity(line.len() + 8);
    let mut characters = line.chars().peekable();
    let mut before = ' ';
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        match character {
            '*' => out.push('∗'),
            '`' => out.push('ˋ'),
            _ => out.push(character),
        }
        let splits = match character {
            '@' => next != ' ',
            '<' => next.is_ascii_alphabetic() || "@#:/!&".contains(next),
            ':' => next == '/',
            ']' => next == '(',
            '.' => before.is_alphanumeric() && next.is_alphabetic(),
            _ => false,
        };
        if splits {
            out.push(SPLIT);
        }
        before = character;
    }
    out
}

/// At most so many characters as people count them, with … where something was cut.
pub(crate) fn cut_characters(text: &str, limit: usize) -> String {
    match text.grapheme_indices(true).nth(limit) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.graphemes(true).take(limit.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// The columns a text takes in a terminal.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// At most so many columns, with … where something was cut.
pub(crate) fn cut_columns(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let (mut out, mut used) = (String::new(), 0);
    for grapheme in text.graphemes(true) {
        used += width(grapheme);
        if used + 1 > limit {
            break;
        }
        out.push_str(grapheme);
    }
    if limit > 0 {
        out.truncate(out.trim_end().len());
        out.push('…');
    }
    out
}

/// The parts of a text after each of which a line may end: words with their spaces, and single Han characters with the
/// marks that follow them.
pub(crate) fn breakable(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in text.chars() {
        let may_break =
            before == ' ' && character != ' ' || is_han(character) || is_han(before) && character.is_alphanumeric();
        match parts.last_mut() {
            Some(part) if !may_break || "（“".contains(before) => part.push(character),
            _ => parts.push(character.to_string()),
        }
        before = character;
    }
    parts
}

/// Filled up with spaces to so many columns: in front of numbers, behind words.
pub(crate) fn pad(text: &str, columns: usize, in_front: bool) -> String {
    let spaces = " ".repeat(columns.saturating_sub(width(text)));
    if in_front { format!("{spaces}{text}") } else { format!("{text}{spaces}") }
}

/// A name for a file: lower-case letters and digits of any script with hyphens between, never empty, never a path.
pub(crate) fn slug(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() && character.width().is_some_and(|width| width > 0) {
            out.push(character);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= 48 {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "herald".to_owned() } else { out.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn data_cannot_format_mention_or_link() {
        assert_eq!(harmless("**Big** sale"), "∗∗Big∗∗ sale");
        assert_eq!(harmless("a\nb\r\n\tc\u{7}"), "a b c");
        assert!(!harmless("hi @everyone and <@123>").contains("@e"));
        assert!(!harmless("see https://evil.example/x").contains("://"));
        assert!(!harmless("evil.example").contains(".e"));
        assert!(!harmless("[free](x)").contains("]("));
        assert_eq!(harmless("abc\u{202e}def"), "abcdef");
        assert_eq!(harmless("Oolong 500 g, 4.5 stars"), "Oolong 500 g, 4.5 stars");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("乌龙茶"), 6);
        assert_eq!(cut_columns("乌龙茶叶", 6), "乌龙…");
        assert_eq!(pad("茶", 4, false), "茶  ");
        assert_eq!(cut_characters("abcdef", 4), "abc…");
    }

    #[test]
    fn lines_break_between_words_and_between_han_characters() {
        assert_eq!(breakable("Revenue per week"), ["Revenue ", "per ", "week"]);
        assert_eq!(breakable("每周 Oolong 销量，预测"), ["每", "周 ", "Oolong ", "销", "量，", "预", "测"]);
        assert_eq!(breakable("近8周（含预测）"), ["近", "8", "周（含", "预", "测）"]);
        assert_eq!(breakable(""), Vec::<String>::new());
    }

    #[test]
    fn names_of_files_are_never_paths() {
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("€1.2M: revenue, March 2024"), "1-2m-revenue-march-2024");
        assert_eq!(slug("***"), "herald");
    }

    proptest! {
        #[test]
        fn harmless_text_is_one_quiet_line(text in any::<String>()) {
            let safe = harmless(&text);
            prop_assert!(!safe.contains(['\n', '\r', '*', '`']));
            prop_assert!(!safe.chars().any(char::is_control));
            prop_assert!(!safe.contains("://"));
            prop_assert!(safe.graphemes(true).count() <= 2 * LONGEST);
        }

        #[test]
        fn cut_text_fits(text in any::<String>(), limit in 0usize..40) {
            prop_assert!(width(&cut_columns(&text, limit)) <= limit.max(1));
        }
    }
}
