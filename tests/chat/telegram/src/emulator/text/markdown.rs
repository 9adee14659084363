//! MarkdownV2, with the errors of Telegram's own parser. One pass over bytes; no detection, no legacy Markdown.
//!
//! Grammar and words of errors after core.telegram.org/bots/api#markdownv2-style and MessageEntity.cpp of tdlib/td.

use super::entity::{Entity, EntityKind, FormattedText};
use super::links;

const RESERVED: &str = "_*[]()~`>#+-=|{}.!\n";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    Pre,
    Link,
    Emoji,
    Quote,
}

impl Mark {
    /// The name that the original prints in "Can't find end of … entity".
    fn name(self, language: &str) -> &'static str {
        match self {
            Mark::Bold => "Bold",
            Mark::Italic => "Italic",
            Mark::Underline => "Underline",
            Mark::Strikethrough => "Strikethrough",
            Mark::Spoiler => "Spoiler",
            Mark::Code => "Code",
            Mark::Pre if language.is_empty() => "Pre",
            Mark::Pre => "PreCode",
            Mark::Link => "TextUrl",
            Mark::Emoji => "CustomEmoji",
            Mark::Quote => "BlockQuote",
        }
    }
}

struct Open {
    mark: Mark,
    language: String,
    offset: usize,
    source: usize,
    begin: usize,
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    result: String,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
    quoting: bool,
}

/// Parses `source`.
///
/// # Errors
/// The text that follows "Can't parse entities: ".
pub(super) fn parse(source: &str) -> Result<FormattedText, String> {
    let (result, open, entities) = (String::new(), Vec::new(), Vec::new());
    let mut parser = Parser { source, at: 0, result, units: 0, open, entities, quoting: false };
    while let Some(next) = source[parser.at..].chars().next() {
        let escaped = parser.byte(parser.at + 1);
        if next == '\\' && (1..=126).contains(&escaped) {
            parser.push(char::from(escaped));
            parser.at += 2;
            continue;
        }
        let verbatim = matches!(parser.open.last(), Some(Open { mark: Mark::Code | Mark::Pre, .. }));
        let reserved = if verbatim { next == '`' } else { RESERVED.contains(next) };
        if !reserved {
            parser.push(next);
            parser.at += next.len_utf8();
        } else if parser.ends(next) {
            parser.close()?;
        } else {
            parser.begin(next)?;
        }
    }
    parser.finish()
}

impl Parser<'_> {
    fn push(&mut self, next: char) {
        self.result.push(next);
        self.units += next.len_utf16();
    }

    fn byte(&self, at: usize) -> u8 {
        self.source.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn sees(&self, what: &str) -> bool {
        self.source[self.at..].starts_with(what)
    }

    fn ends(&self, next: char) -> bool {
        let Some(open) = self.open.last() else { return false };
        if self.quoting && next == '\n' && self.byte(self.at + 1) != b'>' {
            return true;
        }
        match open.mark {
            Mark::Bold => next == '*',
            Mark::Italic => next == '_' && !self.sees("__"),
            Mark::Underline => self.sees("__"),
            Mark::Strikethrough => next == '~',
            Mark::Spoiler => self.sees("||"),
            Mark::Code => next == '`',
            Mark::Pre => self.sees("```"),
            Mark::Link | Mark::Emoji => next == ']',
            // The mark of a folded quotation stands at the end of its last line.
            Mark::Quote => self.sees("||") && matches!(self.byte(self.at + 2), 0 | b'\n'),
        }
    }

    fn reserved(next: char) -> String {
        format!("Character '{next}' is reserved and must be escaped with the preceding '\\'")
    }

    fn begin(&mut self, next: char) -> Result<(), String> {
        let source = self.at;
        let line_starts = source == 0 || self.byte(source - 1) == b'\n';
        let mut language = String::new();
        let (mark, used) = match next {
            '*' if line_starts && self.sees("**>") && !self.quoting => (Mark::Quote, 3),
            '_' if self.sees("__") => (Mark::Underline, 2),
            '_' => (Mark::Italic, 1),
            '*' => (Mark::Bold, 1),
            '~' => (Mark::Strikethrough, 1),
            '|' if self.sees("||") => (Mark::Spoiler, 2),
            '[' => (Mark::Link, 1),
            '!' if self.sees("![") => (Mark::Emoji, 2),
            '>' if source == 0 => (Mark::Quote, 1),
            '`' if self.sees("```") => {
                let (found, used) = self.fence();
                language = found;
                (Mark::Pre, used)
            }
            '`' => (Mark::Code, 1),
            '\n' => {
                self.push('\n');
                let quote = self.byte(source + 1) == b'>';
                self.at += if quote { 2 } else { 1 };
                if !quote || self.quoting {
                    return Ok(());
                }
                (Mark::Quote, 0)
            }
            other => return Err(Self::reserved(other)),
        };
        self.at += used;
        self.quoting |= mark == Mark::Quote;
        self.open.push(Open { mark, language, offset: self.units, source, begin: self.result.len() });
        Ok(())
    }

    /// The language after a fence, and how many bytes the fence takes with the line break that follows it.
    fn fence(&self) -> (String, usize) {
        let rest = &self.source[self.at + 3..];
        let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '`').unwrap_or(rest.len());
        let names = end != 0 && end < rest.len() && rest.as_bytes()[end] != b'`';
        let language = if names { rest[..end].to_owned() } else { String::new() };
        let after = &rest[language.len()..];
        let line_break = if after.starts_with("\r\n") || after.starts_with("\n\r") {
            2
        } else {
            usize::from(after.starts_with(['\n', '\r']))
        };
        let used = 3 + language.len() + line_break;
        (language, used)
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        if self.byte(self.at) == b'\n' && open.mark != Mark::Quote {
            return Err(Self::unfinished(&open));
        }
        let length = self.units - open.offset;
        let kind = match open.mark {
            Mark::Bold => Some(EntityKind::Bold),
            Mark::Italic => Some(EntityKind::Italic),
            Mark::Underline => Some(EntityKind::Underline),
            Mark::Strikethrough => Some(EntityKind::Strikethrough),
            Mark::Spoiler => Some(EntityKind::Spoiler),
            Mark::Code => Some(EntityKind::Code),
            Mark::Pre => Some(EntityKind::Pre(Some(open.language).filter(|language| !language.is_empty()))),
            Mark::Link => match self.address("a URL")? {
                Some(url) => links::link(&url),
                None => links::link(&self.result[open.begin..]),
            },
            Mark::Emoji => {
                let missing = "Custom emoji entity must contain a tg://emoji URL";
                let url = self.address("a custom emoji URL")?.ok_or(missing)?;
                let id = url.strip_prefix("tg://emoji?id=").ok_or(missing)?;
                Some(EntityKind::CustomEmoji(id.to_owned()))
            }
            Mark::Quote => {
                self.quoting = false;
                Some(if self.sees("||") { EntityKind::ExpandableBlockquote } else { EntityKind::Blockquote })
            }
        };
        match open.mark {
            Mark::Underline | Mark::Spoiler => self.at += 2,
            Mark::Pre => self.at += 3,
            Mark::Quote if self.sees("||") => self.at += 2,
            Mark::Quote => {
                self.push('\n');
                self.at += 1;
            }
            Mark::Bold | Mark::Italic | Mark::Strikethrough | Mark::Code | Mark::Link | Mark::Emoji => self.at += 1,
        }
        // The line break that ends a quotation belongs to it.
        let length = if open.mark == Mark::Quote { self.units - open.offset } else { length };
        if length > 0 {
            self.entities.extend(kind.map(|kind| Entity { kind, offset: open.offset, length }));
        }
        Ok(())
    }

    /// The address in parentheses after `]`, leaving `at` on its last byte.
    fn address(&mut self, what: &str) -> Result<Option<String>, String> {
        if self.byte(self.at + 1) != b'(' {
            return Ok(None);
        }
        self.at += 2;
        let begin = self.at;
        let mut url = String::new();
        while let Some(next) = self.source[self.at..].chars().next() {
            let escaped = self.byte(self.at + 1);
            if next == ')' {
                return Ok(Some(url));
            } else if next == '\\' && (1..=126).contains(&escaped) {
                url.push(char::from(escaped));
                self.at += 2;
            } else {
                url.push(next);
                self.at += next.len_utf8();
            }
        }
        Err(format!("Can't find end of {what} at byte offset {begin}"))
    }

    fn unfinished(open: &Open) -> String {
        format!("Can't find end of {} entity at byte offset {}", open.mark.name(&open.language), open.source)
    }

    fn finish(mut self) -> Result<FormattedText, String> {
        if self.quoting && self.open.last().is_some_and(|open| open.mark == Mark::Quote) {
            let offset = self.open.pop().map_or(0, |open| open.offset);
            if self.units > offset {
                self.entities.push(Entity { kind: EntityKind::Blockquote, offset, length: self.units - offset });
            }
        }
        if let Some(open) = self.open.last() {
            return Err(Self::unfinished(open));
        }
        let mut parsed = FormattedText { text: self.result, entities: self.entities };
        parsed.sort();
        Ok(parsed)
    }
}
