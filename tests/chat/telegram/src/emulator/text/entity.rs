//! Formatted text and its entities, with offsets in UTF-16 units. No parsing.
//!
//! Source: core.telegram.org/bots/api#messageentity.

use serde_json::{Value, json};

use super::super::state::user::UserId;

/// What a stretch of text is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityKind {
    /// `@name`.
    Mention,
    /// `#tag`.
    Hashtag,
    /// `$USD`.
    Cashtag,
    /// `/command` or `/command@bot`.
    BotCommand,
    /// An address written out.
    Url,
    /// An email address.
    Email,
    /// Block quotation.
    Blockquote,
    /// Block quotation that is folded at first.
    ExpandableBlockquote,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strikethrough,
    /// Hidden until touched.
    Spoiler,
    /// Text with an address behind it.
    TextLink(
        /// The address.
        String,
    ),
    /// A person without a username.
    TextMention(
        /// The person.
        UserId,
    ),
    /// An emoji with an identifier.
    CustomEmoji(
        /// The identifier.
        String,
    ),
    /// Monospaced, in a line.
    Code,
    /// Monospaced block, with its language where one is given.
    Pre(
        /// The language.
        Option<String>,
    ),
}

/// A stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where it starts, in UTF-16 units.
    pub offset: usize,
    /// How long it is, in UTF-16 units.
    pub length: usize,
}

/// Text with its entities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormattedText {
    /// The text without markup.
    pub text: String,
    /// Its entities, sorted by offset, longest first.
    pub entities: Vec<Entity>,
}

impl FormattedText {
    /// The text that `entity` covers.
    pub fn part(&self, entity: &Entity) -> String {
        let units: Vec<u16> = self.text.encode_utf16().skip(entity.offset).take(entity.length).collect();
        String::from_utf16_lossy(&units)
    }

    /// The parts that are of `kind`, in order.
    pub fn parts(&self, kind: &EntityKind) -> Vec<String> {
        self.entities.iter().filter(|entity| entity.kind == *kind).map(|entity| self.part(entity)).collect()
    }

    /// Length in characters, the unit of the limits on text and captions: core.telegram.org/constructor/config says
    /// "in utf8 codepoints", and a live measurement in a public issue (FerroxLabs/wayland #934) took 4096 emoji and
    /// refused 4097.
    pub(crate) fn characters(&self) -> usize {
        self.text.chars().count()
    }

    /// Puts entities into the order in which Telegram sends them.
    pub(crate) fn sort(&mut self) {
        self.entities
            .sort_by(|a, b| a.offset.cmp(&b.offset).then(b.length.cmp(&a.length)).then_with(|| a.kind.cmp(&b.kind)));
    }

    pub(crate) fn entities_json(&self) -> Value {
        self.entities.iter().map(Entity::json).collect()
    }
}

impl Entity {
    fn json(&self) -> Value {
        let name = match &self.kind {
            EntityKind::Mention => "mention",
            EntityKind::Hashtag => "hashtag",
            EntityKind::Cashtag => "cashtag",
            EntityKind::BotCommand => "bot_command",
            EntityKind::Url => "url",
            EntityKind::Email => "email",
            EntityKind::Blockquote => "blockquote",
            EntityKind::ExpandableBlockquote => "expandable_blockquote",
            EntityKind::Bold => "bold",
            EntityKind::Italic => "italic",
            EntityKind::Underline => "underline",
            EntityKind::Strikethrough => "strikethrough",
            EntityKind::Spoiler => "spoiler",
            EntityKind::TextLink(_) => "text_link",
            EntityKind::TextMention(_) => "text_mention",
            EntityKind::CustomEmoji(_) => "custom_emoji",
            EntityKind::Code => "code",
            EntityKind::Pre(_) => "pre",
        };
        let mut value = json!({ "type": name, "offset": self.offset, "length": self.length });
        match &self.kind {
            EntityKind::TextLink(url) => value["url"] = json!(url),
            EntityKind::TextMention(user) => {
                value["user"] = json!({ "id": user.0, "is_bot": false, "first_name": format!("user {}", user.0) });
            }
            EntityKind::CustomEmoji(id) => value["custom_emoji_id"] = json!(id),
            EntityKind::Pre(Some(language)) => value["language"] = json!(language),
            _ => {}
        }
        value
    }

    /// Reads one item of `entities`. Kinds that Telegram finds by itself are skipped, as Client.cpp does.
    ///
    /// # Errors
    /// The text that follows "Can't parse MessageEntity: ".
    pub(crate) fn read(value: &Value) -> Result<Option<Self>, String> {
        let object = value.as_object().ok_or("expected an Object")?;
        let number = |name: &str| {
            let field = object.get(name).ok_or_else(|| format!("Can't find field \"{name}\""))?;
            field
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .ok_or_else(|| format!("Field \"{name}\" must be a valid Number"))
        };
        let word =
            |name: &str| object.get(name).and_then(Value::as_str).ok_or_else(|| format!("Can't find field \"{name}\""));
        let (offset, length) = (number("offset")?, number("length")?);
        let kind = match word("type")? {
            "bold" => EntityKind::Bold,
            "italic" => EntityKind::Italic,
            "underline" => EntityKind::Underline,
            "strikethrough" => EntityKind::Strikethrough,
            "spoiler" => EntityKind::Spoiler,
            "blockquote" => EntityKind::Blockquote,
            "expandable_blockquote" => EntityKind::ExpandableBlockquote,
            "code" => EntityKind::Code,
            "pre" => EntityKind::Pre(object.get("language").and_then(Value::as_str).map(str::to_owned)),
            "text_link" => EntityKind::TextLink(word("url")?.to_owned()),
            "text_mention" => {
                let id = object.get("user").and_then(|user| user.get("id")).and_then(Value::as_i64);
                EntityKind::TextMention(UserId(id.ok_or("Can't find field \"user\"")?))
            }
            "custom_emoji" => EntityKind::CustomEmoji(word("custom_emoji_id")?.to_owned()),
            "mention" | "hashtag" | "cashtag" | "bot_command" | "url" | "email" | "phone_number"
            | "bank_card_number" => return Ok(None),
            _ => return Err("Unsupported type specified".to_owned()),
        };
        Ok(Some(Self { kind, offset, length }))
    }
}
