//! The options of a command as a person fills them in, checked against what the bot registered, as Discord's own
//! client does. Sending them is in `usage`.

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::super::error::EmulatorError;
use super::super::ids::{ChannelId, RoleId, UserId};
use super::super::rest::Upload;
use super::super::world::{State, only};
use super::speech::media_type;

/// The value of an option.
#[derive(Clone, Debug)]
pub enum OptionValue {
    /// A string.
    Text(String),
    /// An integer.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A boolean.
    Boolean(bool),
    /// A user.
    User(UserId),
    /// A channel.
    Channel(ChannelId),
    /// A role.
    Role(RoleId),
    /// A file with its name.
    File(String, Bytes),
}

impl From<&str> for OptionValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for OptionValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for OptionValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for OptionValue {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

/// Options in the form of an interaction's data.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) options: Vec<Value>,
    pub(super) resolved: Map<String, Value>,
}

impl Filled {
    /// Adds the object that an id stands for («Resolved Data Structure»).
    pub(super) fn resolve(&mut self, state: &State, channel: ChannelId, value: &OptionValue) {
        let mut put = |kind: &str, id: String, object: Value| {
            self.resolved.entry(kind).or_insert_with(|| json!({}))[id] = object;
        };
        let guild = state.guild_of(channel);
        match value {
            OptionValue::User(id) => {
                put("users", id.to_string(), state.user_json(*id));
                if let Some(member) = guild.and_then(|guild| guild.members.get(id)) {
                    let mut shown = state.member_json(*id, member, false);
                    shown["permissions"] = json!("0");
                    let keep =
                        ["nick", "avatar", "roles", "joined_at", "premium_since", "flags", "pending", "permissions"];
                    put("members", id.to_string(), only(&shown, &keep));
                }
            }
            OptionValue::Channel(id) => {
                if let Some(named) = state.channels.get(id) {
                    let mut shown = only(
                        &state.channel_json(named),
                        &["id", "name", "type", "parent_id", "guild_id", "thread_metadata"],
                    );
                    shown["permissions"] = json!(state.permissions_in(state.bot(), named).0.to_string());
                    put("channels", id.to_string(), shown);
                }
            }
            OptionValue::Role(id) => {
                let roles = guild.map(|guild| guild.roles.iter().enumerate()).into_iter().flatten();
                for (position, role) in roles.filter(|(_, role)| role.id == *id) {
                    put("roles", id.to_string(), state.role_json(role, position));
                }
            }
            OptionValue::Text(_)
            | OptionValue::Integer(_)
            | OptionValue::Number(_)
            | OptionValue::Boolean(_)
            | OptionValue::File(..) => {}
        }
    }
}

/// Fills in a command's (or subcommand's) options. With `focused`, the named option is being typed: bounds and
/// required options are not looked at.
pub(super) fn fill(
    state: &mut State,
    channel: ChannelId,
    schema: &Value,
    given: &[(&str, OptionValue)],
    focused: Option<&str>,
) -> Result<Filled, EmulatorError> {
    let known: Vec<Value> = schema["options"].as_array().cloned().unwrap_or_default();
    let bad = |option: &str, problem| EmulatorError::BadOption { option: option.to_owned(), problem };
    let mut filled = Filled::default();
    for (name, value) in given {
        let option = known.iter().find(|option| option["name"] == **name).ok_or_else(|| bad(name, "does not exist"))?;
        let is_focused = focused == Some(*name);
        let kind = option["type"].as_u64().unwrap_or_default();
        let wire = wire(state, channel, kind, value, &mut filled).ok_or_else(|| bad(name, "has another type"))?;
        if is_focused && option["autocomplete"].as_bool() != Some(true) {
            return Err(bad(name, "has no autocomplete"));
        }
        if !is_focused && !within(option, &wire) {
            return Err(bad(name, "is not among the choices or out of bounds"));
        }
        // «Autocomplete»: what is being typed comes as a string, whatever the option's type.
        let wire =
            if is_focused { json!(wire.as_str().map_or_else(|| wire.to_string(), ToOwned::to_owned)) } else { wire };
        let mut entry = json!({ "name": name, "type": kind, "value": wire });
        if is_focused {
            entry["focused"] = json!(true);
        }
        filled.options.push(entry);
        filled.resolve(state, channel, value);
    }
    let missing = known.iter().find(|option| {
        option["required"].as_bool() == Some(true) && !given.iter().any(|(name, _)| option["name"] == *name)
    });
    match missing {
        Some(option) if focused.is_none() => Err(bad(option["name"].as_str().unwrap_or_default(), "is required")),
        _ => Ok(filled),
    }
}

/// The value on the wire, if its type is the option's («Application Command Option Type»).
fn wire(state: &mut State, channel: ChannelId, kind: u64, value: &OptionValue, filled: &mut Filled) -> Option<Value> {
    match (kind, value) {
        (3, OptionValue::Text(text)) => Some(json!(text)),
        // A person may type anything into a number that is still being completed.
        (4 | 10, OptionValue::Text(text)) => Some(json!(text)),
        (4 | 10, OptionValue::Integer(number)) => Some(json!(number)),
        (10, OptionValue::Number(number)) => Some(json!(number)),
        (5, OptionValue::Boolean(value)) => Some(json!(value)),
        (6 | 9, OptionValue::User(id)) => Some(json!(id.to_string())),
        (7, OptionValue::Channel(id)) => Some(json!(id.to_string())),
        (8 | 9, OptionValue::Role(id)) => Some(json!(id.to_string())),
        (11, OptionValue::File(name, bytes)) => {
            let upload = Upload {
                index: 0,
                filename: name.clone(),
                content_type: Some(media_type(name).to_owned()),
                description: None,
                bytes: bytes.clone(),
            };
            let file = state.store(channel, upload);
            let shown = state.attachment_json(&file);
            let id = file.id.to_string();
            filled.resolved.entry("attachments").or_insert_with(|| json!({}))[&id] = shown;
            state.option_files.push(file);
            Some(json!(id))
        }
        _ => None,
    }
}

fn within(option: &Value, value: &Value) -> bool {
    let kind = option["type"].as_u64().unwrap_or_default();
    let choices = option["choices"].as_array().filter(|choices| !choices.is_empty());
    if let Some(choices) = choices {
        return choices.iter().any(|choice| choice["value"] == *value);
    }
    if kind == 3 {
        let length = value.as_str().map_or(0, |text| text.chars().count()) as u64;
        let least = option["min_length"].as_u64().unwrap_or(0);
        // A string option takes 6000 characters at most («Application Command Option Structure»).
        return (least..=option["max_length"].as_u64().unwrap_or(6000)).contains(&length);
    }
    if matches!(kind, 4 | 10) {
        let Some(number) = value.as_f64() else { return false };
        let above = option["min_value"].as_f64().is_none_or(|least| number >= least);
        return above && option["max_value"].as_f64().is_none_or(|most| number <= most);
    }
    true
}
