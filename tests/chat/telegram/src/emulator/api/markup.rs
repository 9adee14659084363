//! Reading text, captions and link previews from a request, with the limits on their length.

use serde_json::Value;

use super::super::refusal::Refusal;
use super::super::state::message::LinkPreview;
use super::super::text::entity::FormattedText;
use super::super::text::{Source, compose};
use super::Call;

/// Characters of a text after its entities are parsed (core.telegram.org/bots/api#sendmessage).
const MAX_TEXT: usize = 4096;
/// Characters of a caption after its entities are parsed (core.telegram.org/bots/api#sendphoto).
const MAX_CAPTION: usize = 1024;

/// Reads `text`; `too_long` is how the error calls it, which differs between sending and editing.
pub(super) fn text(call: &Call<'_>, too_long: &str) -> Result<FormattedText, Refusal> {
    let text = call.params.text("text");
    if text.is_empty() {
        return Err(Refusal::bad("message text is empty"));
    }
    let entities = call.params.json("entities", "can't parse entities JSON object").unwrap_or_default();
    let formatted = compose(Source { text, mode: call.params.text("parse_mode"), entities })?;
    if formatted.text.is_empty() {
        return Err(Refusal::bad("text must be non-empty"));
    }
    within(formatted, MAX_TEXT, too_long)
}

/// Reads `caption`, which may be absent.
pub(super) fn caption(call: &Call<'_>, too_long: &str) -> Result<FormattedText, Refusal> {
    let entities = call.params.json("caption_entities", "can't parse entities JSON object").unwrap_or_default();
    let source = Source { text: call.params.text("caption"), mode: call.params.text("parse_mode"), entities };
    within(compose(source)?, MAX_CAPTION, too_long)
}

/// Reads the caption of one item of an album.
pub(super) fn item_caption(item: &Value) -> Result<FormattedText, Refusal> {
    let field = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
    let entities = item.get("caption_entities").cloned();
    let source = Source { text: field("caption"), mode: field("parse_mode"), entities };
    within(compose(source)?, MAX_CAPTION, "message caption is too long")
}

fn within(text: FormattedText, most: usize, too_long: &str) -> Result<FormattedText, Refusal> {
    if text.characters() > most { Err(Refusal::limit(too_long)) } else { Ok(text) }
}

/// Reads `link_preview_options`, or the older `disable_web_page_preview`.
pub(super) fn preview(call: &Call<'_>) -> Result<LinkPreview, Refusal> {
    let given = call.params.json("link_preview_options", "can't parse link preview options JSON object")?;
    match given {
        None => {
            let disabled = call.params.flag("disable_web_page_preview");
            Ok(LinkPreview { disabled, ..LinkPreview::default() })
        }
        Some(Value::Object(object)) => {
            let flag = |name: &str| object.get(name).and_then(Value::as_bool).unwrap_or(false);
            Ok(LinkPreview {
                disabled: flag("is_disabled"),
                url: object.get("url").and_then(Value::as_str).map(str::to_owned),
                above: flag("show_above_text"),
                small: flag("prefer_small_media"),
                large: flag("prefer_large_media"),
            })
        }
        Some(_) => Err(Refusal::bad("object expected as link preview options")),
    }
}
