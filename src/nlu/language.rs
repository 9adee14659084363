//! Which language a message is in.

use crate::domain::Language;

/// The language of a message.
#[must_use]
pub fn detect(text: &str) -> Language {
    let han = text.chars().filter(|sign| matches!(sign, '\u{4e00}'..='\u{9fff}')).count();
    if han * 3 > text.chars().count() { Language::Chinese } else { Language::English }
}
