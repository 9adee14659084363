//! The HTML of `parse_mode: HTML`, with the errors of Telegram's own parser. One pass over bytes; no detection.
//!
//! Tags and words of errors after core.telegram.org/bots/api#html-style and MessageEntity.cpp of tdlib/td. Offsets in
//! errors are bytes of the source, offsets of entities are UTF-16 units of the result.

use super::entity::{Entity, EntityKind, FormattedText};
use super::links;

const TAGS: [&str; 16] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "span",
    "pre",
    "code",
    "blockquote",
];

struct Open {
    tag: String,
    argument: String,
    offset: usize,
    begin: usize,
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    result: String,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

/// Parses `source`.
///
/// # Errors
/// The text that follows "Can't parse entities: ".
pub(super) fn parse(source: &str) -> Result<FormattedText, String> {
    let mut parser = Parser { source, at: 0, result: String::new(), units: 0, open: Vec::new(), entities: Vec::new() };
    while let Some(next) = source[parser.at..].chars().next() {
        match next {
            '&' => match decode(source, parser.at)? {
                Some((decoded, end)) => {
                    parser.push(decoded);
                    parser.at = end;
                }
                None => parser.take(next),
            },
            '<' if parser.byte(parser.at + 1) == b'/' => parser.end_tag()?,
            '<' => parser.start_tag()?,
            _ => parser.take(next),
        }
    }
    if let Some(open) = parser.open.last() {
        return Err(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag));
    }
    let mut parsed = FormattedText { text: parser.result, entities: parser.entities };
    parsed.sort();
    Ok(parsed)
}

impl Parser<'_> {
    fn take(&mut self, next: char) {
        self.push(next);
        self.at += next.len_utf8();
    }

    fn push(&mut self, next: char) {
        self.result.push(next);
        self.units += next.len_utf16();
    }

    /// The byte at `at`; past the end it is 0, which counts as a space, as in the original's C strings.
    fn byte(&self, at: usize) -> u8 {
        self.source.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn skip_spaces(&mut self) {
        while self.byte(self.at) != 0 && is_space(self.byte(self.at)) {
            self.at += 1;
        }
    }

    fn skip_until(&mut self, stop: impl Fn(u8) -> bool) -> &str {
        let from = self.at;
        while !stop(self.byte(self.at)) {
            self.at += 1;
        }
        &self.source[from..self.at]
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 1;
        let tag = self.skip_until(|byte| is_space(byte) || byte == b'>').to_ascii_lowercase();
        if self.byte(self.at) == 0 {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.contains(&tag.as_str()) {
            return Err(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        }
        let mut argument = String::new();
        loop {
            self.skip_spaces();
            match self.byte(self.at) {
                b'>' => break,
                0 => return Err(format!("Unclosed start tag at byte offset {begin}")),
                _ => self.attribute(&tag, begin, &mut argument)?,
            }
        }
        self.at += 1;
        if tag == "span" && argument != "spoiler" {
            return Err(format!("Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"));
        }
        self.open.push(Open { tag, argument, offset: self.units, begin: self.result.len() });
        Ok(())
    }

    fn attribute(&mut self, tag: &str, begin: usize, argument: &mut String) -> Result<(), String> {
        let name = self.skip_until(|byte| is_space(byte) || byte == b'=' || byte == b'>').to_ascii_lowercase();
        if name.is_empty() {
            return Err(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
        }
        self.skip_spaces();
        if self.byte(self.at) != b'=' {
            if tag == "blockquote" && name == "expandable" {
                *argument = "expandable".to_owned();
                return Ok(());
            }
            return Err(format!(
                "Expected equal sign in declaration of an attribute of the tag \"{tag}\" at byte offset {begin}"
            ));
        }
        self.at += 1;
        self.skip_spaces();
        let quote = self.byte(self.at);
        let value = if quote == b'"' || quote == b'\'' {
            self.at += 1;
            self.quoted(quote)?
        } else {
            let from = self.at;
            let token = self.skip_until(|byte| !byte.is_ascii_alphanumeric() && byte != b'.' && byte != b'-');
            let token = token.to_ascii_lowercase();
            if !is_space(self.byte(self.at)) && self.byte(self.at) != b'>' {
                return Err(format!("Unexpected end of name token at byte offset {from}"));
            }
            token
        };
        if self.byte(self.at) == 0 {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        match (tag, name.as_str()) {
            ("a", "href") | ("tg-emoji", "emoji-id") => *argument = value,
            ("code", "class") => {
                if let Some(language) = value.strip_prefix("language-") {
                    *argument = language.to_owned();
                }
            }
            ("span", "class") => {
                if let Some(class) = value.strip_prefix("tg-") {
                    *argument = class.to_owned();
                }
            }
            ("blockquote", "expandable") => *argument = "expandable".to_owned(),
            _ => {}
        }
        Ok(())
    }

    fn quoted(&mut self, quote: u8) -> Result<String, String> {
        let mut value = String::new();
        while let Some(next) = self.source[self.at..].chars().next() {
            if next == char::from(quote) {
                self.at += 1;
                break;
            }
            if next == '&'
                && let Some((decoded, end)) = decode(self.source, self.at)?
            {
                value.push(decoded);
                self.at = end;
                continue;
            }
            value.push(next);
            self.at += next.len_utf8();
        }
        Ok(value)
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 2;
        if self.open.is_empty() {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        }
        let name = self.skip_until(|byte| is_space(byte) || byte == b'>').to_ascii_lowercase();
        self.skip_spaces();
        if self.byte(self.at) != b'>' {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        let Some(open) = self.open.pop() else { return Ok(()) };
        if !name.is_empty() && name != open.tag {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                open.tag
            ));
        }
        if self.units > open.offset {
            self.close(&open)?;
        }
        Ok(())
    }

    fn close(&mut self, open: &Open) -> Result<(), String> {
        let (offset, length) = (open.offset, self.units - open.offset);
        let nested = self.entities.iter().rposition(|entity| entity.offset == offset && entity.length == length);
        let kind = match open.tag.as_str() {
            "i" | "em" => Some(EntityKind::Italic),
            "b" | "strong" => Some(EntityKind::Bold),
            "s" | "strike" | "del" => Some(EntityKind::Strikethrough),
            "u" | "ins" => Some(EntityKind::Underline),
            "tg-spoiler" | "span" => Some(EntityKind::Spoiler),
            "blockquote" if open.argument == "expandable" => Some(EntityKind::ExpandableBlockquote),
            "blockquote" => Some(EntityKind::Blockquote),
            "tg-emoji" => {
                let valid = open.argument.parse::<i64>().is_ok_and(|id| id != 0);
                if !valid {
                    return Err("Invalid custom emoji identifier specified".to_owned());
                }
                Some(EntityKind::CustomEmoji(open.argument.clone()))
            }
            "a" if open.argument.is_empty() => links::link(&self.result[open.begin..]),
            "a" => links::link(&open.argument),
            // A language is given on a <code> that fills a <pre>; the pair is one entity.
            "pre" => match nested.map(|at| self.entities[at].kind.clone()) {
                Some(EntityKind::Pre(Some(_))) => None,
                _ => Some(EntityKind::Pre(None)),
            },
            _ => {
                // The other way round, the <pre> has closed already.
                let filled = nested.filter(|at| self.entities[*at].kind == EntityKind::Pre(None));
                if let Some(at) = filled.filter(|_| !open.argument.is_empty()) {
                    self.entities[at].kind = EntityKind::Pre(Some(open.argument.clone()));
                    return Ok(());
                }
                let fills = self.open.last().is_some_and(|outer| outer.tag == "pre" && outer.offset == offset);
                let closes = self.source[self.at..].starts_with("</pre");
                if fills && closes && !open.argument.is_empty() {
                    Some(EntityKind::Pre(Some(open.argument.clone())))
                } else {
                    Some(EntityKind::Code)
                }
            }
        };
        self.entities.extend(kind.map(|kind| Entity { kind, offset, length }));
        Ok(())
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0 | 0x0b)
}

/// Decodes the character reference at `at`, which holds `&`; none where it is to be taken as it stands. Only the four
/// named references of the documentation exist.
fn decode(source: &str, at: usize) -> Result<Option<(char, usize)>, String> {
    let rest = &source[at + 1..];
    let (code, used) = if let Some(digits) = rest.strip_prefix("#x") {
        let count = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
        (u32::from_str_radix(&digits[..count], 16).unwrap_or(0), 2 + count)
    } else if let Some(digits) = rest.strip_prefix('#') {
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        (digits[..count].parse().unwrap_or(0), 1 + count)
    } else {
        let count = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let code = match &rest[..count] {
            "lt" => u32::from(b'<'),
            "gt" => u32::from(b'>'),
            "amp" => u32::from(b'&'),
            "quot" => u32::from(b'"'),
            _ => 0,
        };
        (code, count)
    };
    if code == 0 || code >= 0x10_ffff || used >= 9 {
        return Ok(None);
    }
    let decoded = char::from_u32(code).ok_or(
        "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code \
         units",
    )?;
    let end = at + 1 + used;
    let end = if source.as_bytes().get(end) == Some(&b';') { end + 1 } else { end };
    Ok(Some((decoded, end)))
}
