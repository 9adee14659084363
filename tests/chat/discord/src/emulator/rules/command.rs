//! The rules of application commands («Application Command Object»). Names' uniqueness is checked on registering.

use std::collections::BTreeSet;

use serde_json::Value;

use super::form::Form;

/// Commands, options and choices may have 8000 characters in names, descriptions and values.
const COMMAND_CHARACTERS: usize = 8000;
/// The documentation's «Locales».
const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
];

/// Checks one command at a path, which is empty for a single command and its index in a list.
pub(crate) fn check_command(form: &mut Form, path: &str, command: &Value) {
    let at = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match command["type"].as_u64().unwrap_or(1) {
        1 => {
            check_name(form, &at("name"), &command["name"]);
            form.required_text(&at("description"), &command["description"], 1..=100);
            check_options(form, &at("options"), &command["options"], Depth::Command);
        }
        2 | 3 => {
            form.required_text(&at("name"), &command["name"], 1..=32);
            if command["description"].as_str().is_some_and(|text| !text.is_empty()) {
                let message = "Context menu commands cannot have description";
                form.refuse(&at("description"), "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED", message);
            }
            if command["options"].as_array().is_some_and(|options| !options.is_empty()) {
                let message = "Context menu commands cannot have options";
                form.refuse(&at("options"), "APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED", message);
            }
        }
        _ => form.not_one_of(&at("type"), "1, 2, 3, 4"),
    }
    check_localized(form, &at("name_localizations"), &command["name_localizations"], true);
    check_localized(form, &at("description_localizations"), &command["description_localizations"], false);
    match &command["default_member_permissions"] {
        Value::Null => {}
        Value::String(bits) if bits.parse::<u64>().is_ok() => {}
        _ => form.refuse(&at("default_member_permissions"), "PERMISSIONS_TYPE_CONVERT", "Not a bit set."),
    }
    for (key, most) in [("contexts", 2), ("integration_types", 1)] {
        for (index, value) in form.list(&at(key), &command[key], 0..=3).iter().enumerate() {
            form.integer(&at(&format!("{key}.{index}")), value, 0..=most);
        }
    }
    if characters(command) > COMMAND_CHARACTERS {
        form.refuse(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
    }
}

/// Where a list of options stands: subcommand groups and subcommands nest in this order only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Command,
    Group,
    Subcommand,
}

fn check_options(form: &mut Form, path: &str, options: &Value, depth: Depth) {
    let list = form.list(path, options, 0..=25);
    let mut names = BTreeSet::new();
    let mut optional_seen = false;
    let nesting = |option: &Value| matches!(option["type"].as_u64(), Some(1 | 2));
    let nested = list.iter().filter(|option| nesting(option)).count();
    if nested > 0 && nested < list.len() {
        let message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        form.refuse(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
    for (index, option) in list.iter().enumerate() {
        let at = |key: &str| format!("{path}.{index}.{key}");
        check_name(form, &at("name"), &option["name"]);
        form.required_text(&at("description"), &option["description"], 1..=100);
        check_localized(form, &at("name_localizations"), &option["name_localizations"], true);
        check_localized(form, &at("description_localizations"), &option["description_localizations"], false);
        if !names.insert(option["name"].as_str().unwrap_or_default()) {
            let message = "Option with that name already exists";
            form.refuse(&at("name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message);
        }
        match (option["type"].as_u64(), depth) {
            (Some(2), Depth::Command) => check_options(form, &at("options"), &option["options"], Depth::Group),
            (Some(1), Depth::Command | Depth::Group) => {
                check_options(form, &at("options"), &option["options"], Depth::Subcommand);
            }
            (Some(3..=11), Depth::Command | Depth::Subcommand) => {
                let required = option["required"].as_bool() == Some(true);
                if required && optional_seen {
                    let message = "Required options must be placed before non-required options";
                    form.refuse(&format!("{path}.{index}"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
                }
                optional_seen |= !required;
                check_parameter(form, &format!("{path}.{index}"), option);
            }
            _ => form.refuse(&at("type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Invalid option type here"),
        }
    }
}

/// Choices, bounds and autocomplete, each of which only some types have.
fn check_parameter(form: &mut Form, path: &str, option: &Value) {
    let at = |key: &str| format!("{path}.{key}");
    let kind = option["type"].as_u64().unwrap_or_default();
    let choices = form.list(&at("choices"), &option["choices"], 0..=25);
    let autocomplete = option["autocomplete"].as_bool() == Some(true);
    if autocomplete && (!choices.is_empty() || !matches!(kind, 3 | 4 | 10)) {
        let message = "Autocomplete is for strings and numbers without choices";
        form.refuse(&at("autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", message);
    }
    if !choices.is_empty() && !matches!(kind, 3 | 4 | 10) {
        form.refuse(&at("choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This type has no choices");
    }
    let mut names = BTreeSet::new();
    for (index, choice) in choices.iter().enumerate() {
        let at = |key: &str| format!("{path}.choices.{index}.{key}");
        form.required_text(&at("name"), &choice["name"], 1..=100);
        check_localized(form, &at("name_localizations"), &choice["name_localizations"], false);
        let fits = match kind {
            3 => choice["value"].as_str().is_some_and(|text| text.chars().count() <= 100),
            4 => choice["value"].is_i64() || choice["value"].is_u64(),
            _ => choice["value"].is_number(),
        };
        if !fits {
            form.refuse(&at("value"), "APPLICATION_COMMAND_OPTIONS_CHOICE_VALUE_INVALID", "The value does not fit");
        }
        if !names.insert(choice["name"].as_str().unwrap_or_default()) {
            let message = "Choice with that name already exists";
            form.refuse(&at("name"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", message);
        }
    }
    for (key, range, kinds) in [("min_length", 0..=6000, [3, 3]), ("max_length", 1..=6000, [3, 3])] {
        form.integer(&at(key), &option[key], range);
        only_for(form, &at(key), &option[key], kind, &kinds);
    }
    only_for(form, &at("min_value"), &option["min_value"], kind, &[4, 10]);
    only_for(form, &at("max_value"), &option["max_value"], kind, &[4, 10]);
    let channel_types =
        if option["channel_types"] == Value::Array(Vec::new()) { &Value::Null } else { &option["channel_types"] };
    only_for(form, &at("channel_types"), channel_types, kind, &[7]);
}

fn only_for(form: &mut Form, path: &str, value: &Value, kind: u64, kinds: &[u64]) {
    if !value.is_null() && !kinds.contains(&kind) {
        form.refuse(path, "APPLICATION_COMMAND_OPTIONS_FIELD_INVALID", "This type of option has no such field");
    }
}

/// «Application Command Naming»: `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, in lower case where there is one.
fn check_name(form: &mut Form, path: &str, value: &Value) {
    form.required_text(path, value, 1..=32);
    let Some(name) = value.as_str().filter(|name| !name.is_empty()) else { return };
    let of_script = |c: char| matches!(c, '\u{0900}'..='\u{097F}' | '\u{0E00}'..='\u{0E7F}');
    let allowed = |c: char| matches!(c, '-' | '_' | '\'') || c.is_alphanumeric() || of_script(c);
    if !name.chars().all(allowed) || name.to_lowercase() != name {
        form.refuse(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
}

fn check_localized(form: &mut Form, path: &str, value: &Value, is_name: bool) {
    let Some(map) = value.as_object() else { return };
    for (locale, text) in map {
        let at = format!("{path}.{locale}");
        if !LOCALES.contains(&locale.as_str()) {
            form.refuse(&at, "LOCALE_INVALID", "Locale is invalid");
        } else if is_name {
            check_name(form, &at, text);
        } else {
            form.required_text(&at, text, 1..=100);
        }
    }
}

/// The characters of every name, description and value below a command.
fn characters(value: &Value) -> usize {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| match (key.as_str(), inner) {
                ("name" | "description" | "value", Value::String(text)) => text.chars().count(),
                (_, inner) => characters(inner),
            })
            .sum(),
        Value::Array(list) => list.iter().map(characters).sum(),
        _ => 0,
    }
}
