//! The font of the pictures: registered once, and asked which characters it has. DejaVu Sans, no system font.

use std::sync::OnceLock;

use plotters::style::{FontStyle, register_font};

use crate::render::RenderError;

/// The name under which plotters knows it.
pub(super) const NAME: &str = "herald";

/// Makes the font known to plotters.
pub(super) fn register() -> Result<(), RenderError> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let done = *DONE.get_or_init(|| {
        register_font(NAME, FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && register_font(NAME, FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    if done { Ok(()) } else { Err(RenderError::Drawing("the font cannot be read".to_owned())) }
}

/// The text without the characters that the font lacks, … where some were; and whether it is the whole text.
pub(super) fn drawable(text: &str) -> (String, bool) {
    let (mut out, mut whole) = (String::with_capacity(text.len()), true);
    for character in text.chars() {
        if character == '\u{200b}' || character == '\u{200d}' || ('\u{fe00}'..='\u{fe0f}').contains(&character) {
            continue;
        }
        if has(character) {
            out.push(character);
        } else {
            whole = false;
            if !out.ends_with('…') {
                out.push('…');
            }
        }
    }
    (out.trim().to_owned(), whole)
}

/// Whether both weights of the font can draw the character.
fn has(character: char) -> bool {
    static RANGES: OnceLock<[Vec<(u32, u32)>; 2]> = OnceLock::new();
    let ranges = RANGES.get_or_init(|| [dejavu::sans::regular(), dejavu::sans::bold()].map(characters));
    let code = u32::from(character);
    ranges.iter().all(|ranges| {
        let after = ranges.partition_point(|(first, _)| *first <= code);
        after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| code <= *last)
    })
}

/// The ranges of characters that a font's `cmap` table of format 12 maps to glyphs (OpenType 1.9, "cmap"), in order;
/// none where the font has no such table.
fn characters(font: &[u8]) -> Vec<(u32, u32)> {
    let long = |at: usize| {
        font.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes).map(|long| long as usize)
    };
    let short = |at: usize| {
        font.get(at..at + 2)
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, |bytes| usize::from(u16::from_be_bytes(bytes)))
    };
    let table = (0..short(4)).map(|at| 12 + 16 * at).find(|at| font.get(*at..at + 4) == Some(b"cmap"));
    let Some(cmap) = table.and_then(|at| long(at + 8)) else { return Vec::new() };
    let subtable = (0..short(cmap + 2))
        .filter_map(|at| long(cmap + 4 + 8 * at + 4))
        .map(|offset| cmap + offset)
        .find(|at| short(*at) == 12);
    let Some(groups) = subtable else { return Vec::new() };
    let count = long(groups + 12).unwrap_or(0);
    let character = |at: usize| long(at).and_then(|code| u32::try_from(code).ok());
    (0..count)
        .map_while(|at| Some((character(groups + 16 + 12 * at)?, character(groups + 16 + 12 * at + 4)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_lacks_is_cut() {
        assert_eq!(drawable("Café – €5 Ω Ж"), ("Café – €5 Ω Ж".to_owned(), true));
        assert_eq!(drawable("Tea 乌龙茶 500 g"), ("Tea … 500 g".to_owned(), false));
        assert_eq!(drawable("乌龙茶"), ("…".to_owned(), false));
    }
}
