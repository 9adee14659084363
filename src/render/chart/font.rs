//! The fonts of the pictures: DejaVu Sans inside the program, and one for Han characters where it was set up. Registered
//! once, and asked which characters they have. No system font.

use std::path::Path;
use std::sync::OnceLock;

use plotters::style::{FontStyle, register_font};

use crate::render::RenderError;

/// The names under which plotters knows them.
const LATIN: &str = "herald";
const HAN: &str = "herald-han";

/// Ranges of characters, first and last, in order.
type Ranges = Vec<(u32, u32)>;

/// The fonts that a picture may use.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fonts {
    han: Option<&'static Ranges>,
    /// Whether the font for Han characters writes all text that it can, so that the text of a picture is alike.
    han_first: bool,
}

/// A text as a font can draw it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Drawable {
    /// The text without the characters that the font lacks, … where some were.
    pub(super) text: String,
    /// Whether it is the whole text.
    pub(super) is_whole: bool,
    /// The font's name.
    pub(super) font: &'static str,
    /// Whether the font has a bold weight of its own.
    pub(super) has_bold: bool,
}

impl Fonts {
    /// The fonts with one for Han characters, an OpenType file. The program keeps one such font until it ends, the first.
    ///
    /// # Errors
    /// When the file cannot be read or is no font that can be drawn.
    pub(crate) fn with_han(path: &Path) -> Result<Self, RenderError> {
        static LOADED: OnceLock<Option<Ranges>> = OnceLock::new();
        let wrong = |reason: String| RenderError::Drawing(format!("{}: {reason}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
        let loaded = LOADED.get_or_init(|| {
            // plotters keeps fonts as long as the program runs.
            let bytes: &'static [u8] = Vec::leak(bytes);
            let ranges = characters(bytes);
            let known = [FontStyle::Normal, FontStyle::Bold].map(|style| register_font(HAN, style, bytes).is_ok());
            (known == [true, true] && !ranges.is_empty()).then_some(ranges)
        });
        match loaded {
            Some(ranges) => Ok(Self { han: Some(ranges), han_first: false }),
            None => Err(wrong("it is no font that can be drawn".to_owned())),
        }
    }

    /// Whether Han characters can be drawn.
    pub(crate) fn has_han(self) -> bool {
        self.han.is_some()
    }

    /// The same for a picture whose words are Chinese, or not.
    pub(crate) fn for_words(self, are_chinese: bool) -> Self {
        Self { han_first: are_chinese, ..self }
    }

    /// The text in the font that has more of it.
    pub(super) fn drawable(self, text: &str) -> Drawable {
        let latin = || cut(text, LATIN, true, has_latin);
        let Some(ranges) = self.han else { return latin() };
        let han = || cut(text, HAN, false, |character| within(ranges, character));
        let first = if self.han_first { han() } else { latin() };
        if first.is_whole {
            return first;
        }
        let second = if self.han_first { latin() } else { han() };
        // What was cut stands as one sign each time, and does not count.
        let kept = |drawn: &Drawable| drawn.text.chars().filter(|character| *character != '…').count();
        if second.is_whole || kept(&second) > kept(&first) { second } else { first }
    }
}

/// Makes the font of the program known to plotters.
pub(super) fn register() -> Result<(), RenderError> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let done = *DONE.get_or_init(|| {
        register_font(LATIN, FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && register_font(LATIN, FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    if done { Ok(()) } else { Err(RenderError::Drawing("the font cannot be read".to_owned())) }
}

fn cut(text: &str, font: &'static str, has_bold: bool, has: impl Fn(char) -> bool) -> Drawable {
    let (mut out, mut is_whole) = (String::with_capacity(text.len()), true);
    for character in text.chars() {
        if character == '\u{200b}' || character == '\u{200d}' || ('\u{fe00}'..='\u{fe0f}').contains(&character) {
            continue;
        }
        if has(character) {
            out.push(character);
        } else {
            is_whole = false;
            if !out.ends_with('…') {
                out.push('…');
            }
        }
    }
    Drawable { text: out.trim().to_owned(), is_whole, font, has_bold }
}

/// Whether both weights of the program's font can draw the character.
fn has_latin(character: char) -> bool {
    static RANGES: OnceLock<[Ranges; 2]> = OnceLock::new();
    let ranges = RANGES.get_or_init(|| [dejavu::sans::regular(), dejavu::sans::bold()].map(characters));
    ranges.iter().all(|ranges| within(ranges, character))
}

fn within(ranges: &Ranges, character: char) -> bool {
    let code = u32::from(character);
    let after = ranges.partition_point(|(first, _)| *first <= code);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| code <= *last)
}

/// The ranges of characters that a font's `cmap` table of format 12 maps to glyphs (OpenType 1.9, "cmap"), in order;
/// none where the font has no such table.
fn characters(font: &[u8]) -> Ranges {
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

    fn drawn(fonts: Fonts, text: &str) -> (String, bool, &'static str) {
        let Drawable { text, is_whole, font, .. } = fonts.drawable(text);
        (text, is_whole, font)
    }

    #[test]
    fn what_the_font_lacks_is_cut() {
        let fonts = Fonts::default();
        assert_eq!(drawn(fonts, "Café – €5 Ω Ж"), ("Café – €5 Ω Ж".to_owned(), true, LATIN));
        assert_eq!(drawn(fonts, "Tea 乌龙茶 500 g"), ("Tea … 500 g".to_owned(), false, LATIN));
        assert_eq!(drawn(fonts, "乌龙茶"), ("…".to_owned(), false, LATIN));
    }

    #[test]
    fn the_font_for_han_characters_draws_them() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(crate::render::HAN_FONT);
        let fonts = Fonts::with_han(&path).expect("script/setup brings the font");
        assert_eq!(drawn(fonts, "Tea 乌龙茶 500 g"), ("Tea 乌龙茶 500 g".to_owned(), true, HAN));
        assert_eq!(drawn(fonts, "Café – €5 Ω Ж").2, LATIN);
        assert_eq!(drawn(fonts.for_words(true), "12.5万").2, HAN);
        assert_eq!(drawn(fonts.for_words(true), "€12 –30%").2, HAN, "figures look alike in one picture");
        // What no font has is cut from the text in the font that has more of it.
        assert_eq!(drawn(fonts, "茶 🍵"), ("茶 …".to_owned(), false, HAN));
        assert!(Fonts::with_han(Path::new("/nowhere/font.otf")).is_err());
    }
}
