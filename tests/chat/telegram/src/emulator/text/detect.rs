//! Finds what Telegram finds by itself in plain text: mentions, commands, tags, addresses. No markup.
//!
//! After core.telegram.org/bots/api#messageentity. Of addresses without a scheme only `www.` and `t.me/` are found;
//! phone and card numbers are not.

use super::entity::{Entity, EntityKind};

/// The entities found in `text`, outside stretches that `taken` says are occupied (in UTF-16 units).
pub(crate) fn detect(text: &str, taken: impl Fn(usize, usize) -> bool) -> Vec<Entity> {
    let mut found = Vec::new();
    let (mut units, mut skip, mut previous) = (0, 0, None::<char>);
    for (at, c) in text.char_indices() {
        if at >= skip {
            let rest = &text[at..];
            let starts = !previous.is_some_and(|c| c.is_alphanumeric() || c == '_');
            if let Some((kind, bytes)) = starts.then(|| token(rest, c, previous)).flatten() {
                let length = rest[..bytes].encode_utf16().count();
                if !taken(units, units + length) {
                    found.push(Entity { kind, offset: units, length });
                    skip = at + bytes;
                }
            }
        }
        units += c.len_utf16();
        previous = Some(c);
    }
    found
}

fn token(rest: &str, first: char, previous: Option<char>) -> Option<(EntityKind, usize)> {
    match first {
        '@' => {
            let name = word(&rest[1..]);
            (3..=32).contains(&name).then_some((EntityKind::Mention, 1 + name))
        }
        '/' if previous.is_none_or(char::is_whitespace) => command(rest),
        '#' => {
            let tag: usize =
                rest[1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
            let named = rest[1..=tag].chars().any(char::is_alphabetic);
            named.then_some((EntityKind::Hashtag, 1 + tag))
        }
        '$' => {
            let tag = rest[1..].bytes().take_while(u8::is_ascii_uppercase).count();
            (1..=8).contains(&tag).then_some((EntityKind::Cashtag, 1 + tag))
        }
        _ => url(rest).or_else(|| email(rest)),
    }
}

fn word(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

fn command(rest: &str) -> Option<(EntityKind, usize)> {
    let name = word(&rest[1..]);
    if !(1..=64).contains(&name) {
        return None;
    }
    let mut end = 1 + name;
    if rest[end..].starts_with('@') {
        let bot = word(&rest[end + 1..]);
        end += if (3..=32).contains(&bot) { 1 + bot } else { 0 };
    }
    (!rest[end..].starts_with(['/', '<', '>'])).then_some((EntityKind::BotCommand, end))
}

fn url(rest: &str) -> Option<(EntityKind, usize)> {
    let prefixes = ["http://", "https://", "www.", "t.me/", "tg://"];
    let lower: String = rest.chars().take(8).collect::<String>().to_ascii_lowercase();
    let prefix = prefixes.into_iter().find(|prefix| lower.starts_with(prefix))?;
    let end = rest.find(|c: char| c.is_whitespace() || "<>\"'«»".contains(c)).unwrap_or(rest.len());
    let end = rest[..end].trim_end_matches(['.', ',', ':', ';', '!', '?', ')', ']']).len();
    (end > prefix.len()).then_some((EntityKind::Url, end))
}

fn email(rest: &str) -> Option<(EntityKind, usize)> {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    let local = rest.bytes().take_while(allowed).count();
    if local == 0 || rest.as_bytes().get(local) != Some(&b'@') {
        return None;
    }
    let host = &rest[local + 1..];
    let length = host.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b".-".contains(byte)).count();
    let host = host[..length].trim_end_matches(['.', '-']);
    let (_, top) = host.rsplit_once('.')?;
    (top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .then_some((EntityKind::Email, local + 1 + host.len()))
}
