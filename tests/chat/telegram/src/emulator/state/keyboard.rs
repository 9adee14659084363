//! Keyboards: their rules and their wire format. No pressing.
//!
//! Rules after core.telegram.org/bots/api#inlinekeyboardmarkup and `get_reply_markup` in Client.cpp of
//! tdlib/telegram-bot-api, whose words the errors have.

use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::super::text::checked;

/// `callback_data` holds 1 to 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton).
const MAX_DATA_BYTES: usize = 64;
/// Buttons in all. The documentation gives no number; limits.tginfo.me lists 100, and the server's error for more is
/// REPLY_MARKUP_TOO_LONG.
const MAX_BUTTONS: usize = 100;
/// Buttons in a row, from the same list.
const MAX_ROW: usize = 8;

/// What hangs below a message, or replaces the person's keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyMarkup {
    /// Buttons below the message.
    Inline(
        /// Rows of buttons.
        Vec<Vec<Button>>,
    ),
    /// A keyboard of ready answers.
    Keyboard {
        /// Rows of labels.
        rows: Vec<Vec<String>>,
        /// Gone after one use.
        one_time: bool,
        /// As small as its buttons.
        resize: bool,
        /// Grey text of the input field.
        placeholder: Option<String>,
    },
    /// Takes the keyboard of ready answers away.
    RemoveKeyboard,
    /// Opens an answer to the message.
    ForceReply {
        /// Grey text of the input field.
        placeholder: Option<String>,
    },
}

/// A button below a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Its label.
    pub text: String,
    /// What it does.
    pub action: ButtonAction,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ButtonAction {
    /// Sends the bot a callback query with this data.
    Callback(
        /// The data.
        String,
    ),
    /// Opens an address.
    Url(
        /// The address.
        String,
    ),
    /// Something else, kept as it came.
    Other(
        /// The field's name and its JSON.
        String,
    ),
}

impl ReplyMarkup {
    /// Reads `reply_markup`; none where it is absent or empty.
    pub(crate) fn parse(source: &str) -> Result<Option<Self>, Refusal> {
        if source.is_empty() {
            return Ok(None);
        }
        let value: Value =
            serde_json::from_str(source).map_err(|_| Refusal::bad("can't parse reply keyboard markup JSON object"))?;
        let Value::Object(object) = &value else {
            return Err(Refusal::bad("object expected as reply markup"));
        };
        let flag = |name: &str| object.get(name).and_then(Value::as_bool).unwrap_or(false);
        let placeholder = || {
            let text = object.get("input_field_placeholder").and_then(Value::as_str).map(str::to_owned);
            match text {
                // 1 to 64 characters (core.telegram.org/bots/api#forcereply).
                Some(text) if text.chars().count() > 64 => Err(Refusal::limit("input field placeholder is too long")),
                text => Ok(text),
            }
        };
        let keyboard = rows(object.get("keyboard"), "Field \"keyboard\" must be an Array of Arrays", label)?;
        if !keyboard.is_empty() {
            let (one_time, resize) = (flag("one_time_keyboard"), flag("resize_keyboard"));
            return Ok(Some(Self::Keyboard { rows: keyboard, one_time, resize, placeholder: placeholder()? }));
        }
        let arrays = "Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays";
        let inline = rows(object.get("inline_keyboard"), arrays, button)?;
        if !inline.is_empty() {
            return Ok(Some(Self::Inline(inline)));
        }
        if flag("remove_keyboard") {
            return Ok(Some(Self::RemoveKeyboard));
        }
        Ok(if flag("force_reply") { Some(Self::ForceReply { placeholder: placeholder()? }) } else { None })
    }

    /// The form in which a message carries it: only inline keyboards come back.
    pub(crate) fn json(&self) -> Option<Value> {
        let Self::Inline(rows) = self else { return None };
        let rows: Value = rows.iter().map(|row| row.iter().map(Button::json).collect::<Value>()).collect();
        Some(json!({ "inline_keyboard": rows }))
    }
}

impl Button {
    fn json(&self) -> Value {
        match &self.action {
            ButtonAction::Callback(data) => json!({ "text": self.text, "callback_data": data }),
            ButtonAction::Url(url) => json!({ "text": self.text, "url": url }),
            ButtonAction::Other(raw) => serde_json::from_str(raw).unwrap_or(Value::Null),
        }
    }
}

fn rows<T>(
    field: Option<&Value>,
    not_arrays: &str,
    read: impl Fn(&Value) -> Result<T, Refusal>,
) -> Result<Vec<Vec<T>>, Refusal> {
    let Some(field) = field else { return Ok(Vec::new()) };
    let not_arrays = || Refusal::bad(not_arrays);
    let mut all = Vec::new();
    for row in field.as_array().ok_or_else(not_arrays)? {
        let row: Vec<T> = row.as_array().ok_or_else(not_arrays)?.iter().map(&read).collect::<Result<_, _>>()?;
        if row.len() > MAX_ROW {
            return Err(Refusal::limit("reply markup is too long"));
        }
        if !row.is_empty() {
            all.push(row);
        }
    }
    if all.iter().map(Vec::len).sum::<usize>() > MAX_BUTTONS {
        return Err(Refusal::limit("reply markup is too long"));
    }
    Ok(all)
}

fn label(value: &Value) -> Result<String, Refusal> {
    let text = value.as_str().or_else(|| value.get("text").and_then(Value::as_str));
    match text {
        Some("") => Err(Refusal::bad("keyboard button text must be non-empty")),
        Some(text) => Ok(text.to_owned()),
        None => Err(Refusal::bad("can't parse keyboard button: Can't find field \"text\"")),
    }
}

fn button(value: &Value) -> Result<Button, Refusal> {
    let wrong = |why: &str| Refusal::bad(format!("can't parse inline keyboard button: {why}"));
    if !value.is_object() {
        return Err(wrong("InlineKeyboardButton must be an Object"));
    }
    let field = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let text = value.get("text").and_then(Value::as_str).ok_or_else(|| wrong("Can't find field \"text\""))?;
    if text.trim().is_empty() {
        return Err(Refusal::bad("inline keyboard button text must be non-empty"));
    }
    let action = if let Some(url) = field("url") {
        let checked = checked(url)
            .ok_or_else(|| Refusal::bad(format!("inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")))?;
        ButtonAction::Url(checked)
    } else if let Some(data) = field("callback_data") {
        if data.len() > MAX_DATA_BYTES {
            return Err(Refusal::limit("BUTTON_DATA_INVALID"));
        }
        ButtonAction::Callback(data.to_owned())
    } else {
        let others = [
            "callback_game",
            "pay",
            "switch_inline_query",
            "switch_inline_query_chosen_chat",
            "switch_inline_query_current_chat",
            "login_url",
            "web_app",
            "copy_text",
        ];
        if !others.iter().any(|name| value.get(name).is_some()) {
            return Err(wrong("Text buttons are unallowed in the inline keyboard"));
        }
        ButtonAction::Other(value.to_string())
    };
    Ok(Button { text: text.to_owned(), action })
}
