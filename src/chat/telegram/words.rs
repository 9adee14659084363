//! Words in Telegram's HTML: `**bold**` is read, everything is escaped, and long words are split. Pure.

use unicode_segmentation::UnicodeSegmentation as _;

/// The longest text of a message, in UTF-16 units. Telegram counts characters, of which there are never more.
pub(super) const TEXT_LIMIT: usize = 4096;
/// The longest caption, in the same units.
pub(super) const CAPTION_LIMIT: usize = 1024;
/// The server refuses longer sources before it reads their markup (tdlib/telegram-bot-api: 32 KiB).
const SOURCE_LIMIT: usize = 30_000;

/// How a stretch of words looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As any text.
    Plain,
    /// Bold.
    Bold,
    /// In characters of one width, for tables and charts made of characters.
    Fixed,
}

impl Style {
    fn tags(self) -> (&'static str, &'static str) {
        match self {
            Style::Plain => ("", ""),
            Style::Bold => ("<b>", "</b>"),
            Style::Fixed => ("<pre>", "</pre>"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    text: String,
    style: Style,
}

/// Words with their looks. Neighbours look different.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words(Vec<Span>);

impl Words {
    /// Reads light Markdown: `**bold**` within a line, and nothing else.
    pub(super) fn read(text: &str) -> Self {
        let mut words = Self::default();
        for line in text.split_inclusive('\n') {
            let mut rest = line;
            while let Some((before, after)) = rest.split_once("**") {
                let Some((bold, behind)) = after.split_once("**").filter(|(bold, _)| !bold.is_empty()) else { break };
                words.push(before, Style::Plain);
                words.push(bold, Style::Bold);
                rest = behind;
            }
            words.push(rest, Style::Plain);
        }
        words
    }

    /// Text in characters of one width.
    pub(super) fn fixed(text: &str) -> Self {
        let mut words = Self::default();
        words.push(text, Style::Fixed);
        words
    }

    fn push(&mut self, text: &str, style: Style) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.style == style => last.text.push_str(text),
            Some(_) | None => self.0.push(Span { text: text.to_owned(), style }),
        }
    }

    /// Puts other words below.
    pub(super) fn below(mut self, other: Words) -> Self {
        if !self.is_blank() && !other.is_blank() {
            self.push("\n", Style::Plain);
        }
        for span in other.0 {
            self.push(&span.text, span.style);
        }
        self
    }

    /// The words without their looks.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }

    /// How long they are, in UTF-16 units.
    pub(super) fn units(&self) -> usize {
        self.0.iter().map(|span| units(&span.text)).sum()
    }

    /// Whether Telegram would take them for no text at all.
    pub(super) fn is_blank(&self) -> bool {
        let shows_nothing = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
        };
        self.0.iter().all(|span| span.text.chars().all(shows_nothing))
    }

    /// The first line, and the lines after it.
    pub(super) fn headline(self) -> (Words, Words) {
        let text = self.text();
        let end = text.find('\n').map_or(text.len(), |at| at + 1);
        self.cut(end)
    }

    /// As HTML, with each tag closed and everything else escaped.
    pub(super) fn html(&self) -> String {
        let mut html = String::new();
        for span in &self.0 {
            let (open, close) = span.style.tags();
            html.push_str(open);
            for c in span.text.chars() {
                match escaped(c) {
                    Some(reference) => html.push_str(reference),
                    None => html.push(c),
                }
            }
            html.push_str(close);
        }
        html
    }

    /// Whether a message of so many units takes them.
    pub(super) fn fits(&self, limit: usize) -> bool {
        self.units() <= limit && self.html().len() <= SOURCE_LIMIT
    }

    /// In pieces that messages of so many units take: cut behind a line where one ends late enough, behind a word
    /// otherwise, and between characters where there is no word. The pieces together are the whole.
    pub(super) fn split(self, limit: usize) -> Vec<Words> {
        let mut pieces = Vec::new();
        let mut rest = self;
        while !rest.fits(limit) {
            let (piece, behind) = {
                let at = rest.cut_at(limit);
                rest.cut(at)
            };
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        pieces
    }

    /// Where to cut, in bytes of the text; behind at least one character.
    fn cut_at(&self, limit: usize) -> usize {
        let text = self.text();
        let mut styles = self.0.iter().flat_map(|span| {
            let (open, close) = span.style.tags();
            std::iter::repeat_n(open.len() + close.len(), span.text.chars().count())
        });
        let (mut used, mut bytes, mut tags) = (0, 0, usize::MAX);
        let (mut line, mut word, mut end) = (None, None, 0);
        for (at, grapheme) in text.grapheme_indices(true) {
            used += units(grapheme);
            for c in grapheme.chars() {
                let style = styles.next().unwrap_or(0);
                // A change of looks closes one tag and opens another.
                bytes += escaped(c).map_or(c.len_utf8(), str::len) + if style == tags { 0 } else { style };
                tags = style;
            }
            if used > limit || bytes > SOURCE_LIMIT {
                break;
            }
            end = at + grapheme.len();
            if grapheme.ends_with('\n') {
                line = Some(end);
            } else if grapheme.chars().all(char::is_whitespace) {
                word = Some(end);
            }
        }
        if end == 0 {
            return character_cut(&text, limit);
        }
        let late = |at: &usize| *at >= end / 2;
        line.filter(late).or(word.filter(late)).unwrap_or(end)
    }

    /// Cuts at this byte of the text.
    fn cut(self, at: usize) -> (Words, Words) {
        let (mut before, mut behind) = (Words::default(), Words::default());
        let mut begin = 0;
        for span in self.0 {
            let middle = at.saturating_sub(begin).min(span.text.len());
            before.push(&span.text[..middle], span.style);
            behind.push(&span.text[middle..], span.style);
            begin += span.text.len();
        }
        (before, behind)
    }
}

/// Where a single character of many parts, which no message takes, is cut all the same.
fn character_cut(text: &str, limit: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.len_utf16();
        if used > limit || at > SOURCE_LIMIT / 2 {
            return if at == 0 { c.len_utf8() } else { at };
        }
    }
    text.len()
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

fn escaped(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        _ => None,
    }
}

/// Escaped text, for what is put between tags by hand.
pub(super) fn escape(text: &str) -> String {
    text.chars().map(|c| escaped(c).map_or_else(|| c.to_string(), str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_character_of_many_parts_is_cut_between_them() {
        // Parts of 1, 1, 2 and 4 bytes: the cut falls before the part that is too much, never into it.
        for (text, limit, cut) in [("a\u{301}\u{1134d}", 2, 3), ("\u{1134d}a", 1, 4), ("ab", 5, 2)] {
            assert_eq!(character_cut(text, limit), cut, "{text:?}");
        }
    }

    #[test]
    fn only_bold_is_markup() {
        let html = |text: &str| Words::read(text).html();
        assert_eq!(html("**4,120 units** & <b>more</b>"), "<b>4,120 units</b> &amp; &lt;b&gt;more&lt;/b&gt;");
        assert_eq!(html("a ** b\n** c"), "a ** b\n** c");
        assert_eq!(html("2 **** 3 _x_ `y` [z](tg://user?id=1)"), "2 **** 3 _x_ `y` [z](tg://user?id=1)");
        assert_eq!(Words::fixed("a < b").html(), "<pre>a &lt; b</pre>");
    }

    #[test]
    fn cuts_are_where_a_reader_would_make_them() {
        let pieces = |text: &str, limit: usize| -> Vec<String> {
            Words::read(text).split(limit).iter().map(Words::text).collect()
        };
        assert_eq!(pieces("one two\nthree four", 12), ["one two\n", "three four"]);
        assert_eq!(pieces("one two three", 9), ["one two ", "three"]);
        assert_eq!(pieces("abcdefgh", 3), ["abc", "def", "gh"]);
        // A family of three is one character of eight units.
        assert_eq!(pieces("a👨‍👩‍👧b", 8), ["a", "👨‍👩‍👧", "b"]);
        let bold = Words::read("**one two three**").split(9);
        assert_eq!(bold.iter().map(Words::html).collect::<Vec<_>>(), ["<b>one two </b>", "<b>three</b>"]);
    }

    #[test]
    fn the_first_line_is_the_headline() {
        let (first, rest) = Words::read("**9**\nwhy\ntrust").headline();
        assert_eq!((first.html().as_str(), rest.html().as_str()), ("<b>9</b>\n", "why\ntrust"));
        assert!(Words::read(" \n\u{200b}").is_blank());
    }

    proptest! {
        #[test]
        fn pieces_fit_and_are_the_whole(text in "(\\*\\*|[a-c<&>\" \n]|\\PC|[\u{300}-\u{305}]){0,300}", limit in 2_usize..60) {
            let words = Words::read(&text);
            let whole = words.text();
            let pieces = words.clone().split(limit);
            prop_assert_eq!(pieces.iter().map(Words::text).collect::<String>(), whole);
            for piece in &pieces {
                prop_assert!(piece.fits(limit), "{} units", piece.units());
                let html = piece.html();
                prop_assert_eq!(html.matches("<b>").count(), html.matches("</b>").count());
                let bare = html.replace("<b>", "").replace("</b>", "");
                prop_assert!(!bare.contains(['<', '>', '"']));
            }
            // Nothing changes its looks by being split.
            let mut joined = Words::default();
            for piece in pieces {
                for span in piece.0 {
                    joined.push(&span.text, span.style);
                }
            }
            prop_assert_eq!(joined, words);
        }

        #[test]
        fn sources_stay_below_what_the_server_reads(text in "(\\*\\*&\\*\\*&){3000,4000}") {
            let pieces = Words::read(&text).split(TEXT_LIMIT);
            prop_assert!(pieces.len() > 1);
            prop_assert!(pieces.iter().all(|piece| piece.fits(TEXT_LIMIT)));
        }
    }
}
