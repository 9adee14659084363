//! From the parameters of a request to clean formatted text. Knows no limit on the length of the result.

use serde_json::Value;

use super::super::refusal::Refusal;
use super::entity::{Entity, EntityKind, FormattedText};
use super::{detect, html, markdown};

/// Longer sources are refused before they are parsed (`get_formatted_text` in Client.cpp of tdlib/telegram-bot-api).
const MAX_SOURCE_BYTES: usize = 1 << 15;

/// Text as it stands in a request.
pub(crate) struct Source<'a> {
    /// `text` or `caption`.
    pub(crate) text: &'a str,
    /// `parse_mode`, empty where it is absent.
    pub(crate) mode: &'a str,
    /// `entities` or `caption_entities`.
    pub(crate) entities: Option<Value>,
}

/// Parses, trims and completes text as Telegram does.
///
/// # Errors
/// Markup that does not parse, an unknown mode, entities that do not fit the text.
pub(crate) fn compose(source: Source<'_>) -> Result<FormattedText, Refusal> {
    if source.text.len() > MAX_SOURCE_BYTES {
        return Err(Refusal::limit("text is too long"));
    }
    let parsed = match source.mode.to_ascii_lowercase().as_str() {
        "" | "none" => explicit(source.text, source.entities)?,
        "html" => html::parse(source.text).map_err(Refusal::markup)?,
        "markdownv2" => markdown::parse(source.text).map_err(Refusal::markup)?,
        "markdown" => return Err(Refusal::not_emulated("legacy Markdown")),
        _ => return Err(Refusal::bad("unsupported parse_mode")),
    };
    let mut clean = trim(parsed);
    clean.entities = part_around_code(clean.entities);
    let occupied: Vec<(usize, usize)> = clean
        .entities
        .iter()
        .filter(|entity| {
            matches!(
                entity.kind,
                EntityKind::Code
                    | EntityKind::Pre(_)
                    | EntityKind::TextLink(_)
                    | EntityKind::TextMention(_)
                    | EntityKind::CustomEmoji(_)
            )
        })
        .map(|entity| (entity.offset, entity.offset + entity.length))
        .collect();
    let taken = |from: usize, to: usize| occupied.iter().any(|(begin, end)| from < *end && to > *begin);
    clean.entities.extend(detect(&clean.text, taken));
    clean.sort();
    Ok(clean)
}

fn explicit(text: &str, entities: Option<Value>) -> Result<FormattedText, Refusal> {
    let mut read = FormattedText { text: text.to_owned(), entities: Vec::new() };
    let length = text.encode_utf16().count();
    for item in entities.as_ref().and_then(Value::as_array).into_iter().flatten() {
        let entity = Entity::read(item).map_err(|why| Refusal::bad(format!("can't parse MessageEntity: {why}")))?;
        let Some(entity) = entity else { continue };
        if entity.offset + entity.length > length {
            // Worded as in tdlib/td, MessageEntity.cpp.
            return Err(Refusal::bad(format!(
                "entity beginning at UTF-16 offset {} ends after the end of the text at UTF-16 offset {}",
                entity.offset,
                entity.offset + entity.length
            )));
        }
        if entity.length > 0 {
            read.entities.push(entity);
        }
    }
    Ok(read)
}

/// Cuts styles where they meet code, which "can't contain" nor "be part of" them (core.telegram.org/bots/api, under
/// "Formatting options").
fn part_around_code(entities: Vec<Entity>) -> Vec<Entity> {
    let is_code = |entity: &Entity| matches!(entity.kind, EntityKind::Code | EntityKind::Pre(_));
    let (code, others): (Vec<Entity>, Vec<Entity>) = entities.into_iter().partition(is_code);
    let mut parted = Vec::new();
    for entity in others {
        let style = matches!(
            entity.kind,
            EntityKind::Bold
                | EntityKind::Italic
                | EntityKind::Underline
                | EntityKind::Strikethrough
                | EntityKind::Spoiler
        );
        let mut pieces = vec![(entity.offset, entity.offset + entity.length)];
        for (from, to) in code.iter().filter(|_| style).map(|code| (code.offset, code.offset + code.length)) {
            let cut = |(begin, end): (usize, usize)| {
                let meets = begin < to && from < end;
                let (before, after) = if meets { ((begin, from), (to, end)) } else { ((begin, end), (end, end)) };
                [before, after].into_iter().filter(|(begin, end)| begin < end)
            };
            pieces = pieces.into_iter().flat_map(cut).collect();
        }
        let piece = |(begin, end)| Entity { kind: entity.kind.clone(), offset: begin, length: end - begin };
        parted.extend(pieces.into_iter().map(piece));
    }
    parted.extend(code);
    parted
}

/// Replaces control characters, drops carriage returns and cuts blank ends, as `fix_formatted_text` of tdlib/td does.
fn trim(parsed: FormattedText) -> FormattedText {
    let mut kept: Vec<(usize, char)> = Vec::new();
    let mut units = 0;
    for c in parsed.text.chars() {
        match c {
            '\r' => {}
            c if (c as u32) < 32 && c != '\n' => kept.push((units, ' ')),
            c => kept.push((units, c)),
        }
        units += c.len_utf16();
    }
    let from = kept.iter().position(|(_, c)| !c.is_whitespace()).unwrap_or(kept.len());
    let to = kept.iter().rposition(|(_, c)| !c.is_whitespace()).map_or(from, |last| last + 1);
    let kept = &kept[from..to];
    let text: String = kept.iter().map(|(_, c)| c).collect();
    // How many units of the result come before a unit of the source.
    let before = |unit: usize| kept.iter().take_while(|(at, _)| *at < unit).map(|(_, c)| c.len_utf16()).sum::<usize>();
    let entities = parsed
        .entities
        .into_iter()
        .map(|entity| {
            let (offset, end) = (before(entity.offset), before(entity.offset + entity.length));
            Entity { kind: entity.kind, offset, length: end - offset }
        })
        .filter(|entity| entity.length > 0)
        .collect();
    FormattedText { text, entities }
}
