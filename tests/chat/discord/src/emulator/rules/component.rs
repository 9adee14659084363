//! The rules of message components («Component Reference»). Components V2 are refused: they are not emulated.

use std::collections::BTreeSet;

use serde_json::Value;

use super::form::Form;

/// Checks the rows of a message: five rows, each with five buttons or one select menu, and no custom id twice.
pub(super) fn check_components(form: &mut Form, components: &Value) {
    let mut custom_ids = BTreeSet::new();
    for (row, value) in form.list("components", components, 0..=5).iter().enumerate() {
        let path = format!("components.{row}");
        if value["type"].as_u64() != Some(1) {
            form.not_one_of(&format!("{path}.type"), "1,");
            continue;
        }
        let inside = form.list(&format!("{path}.components"), &value["components"], 1..=5);
        if value["components"].is_null() {
            form.required(&format!("{path}.components"));
        }
        let selects = inside.iter().filter(|one| one["type"].as_u64().is_some_and(|kind| kind != 2)).count();
        if selects > 0 && inside.len() > 1 {
            let message = "The specified component type is invalid in combination or exceeds the maximum width of 5";
            form.refuse(&path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message);
        }
        for (index, component) in inside.iter().enumerate() {
            check_component(form, &format!("{path}.components.{index}"), component);
            if let Some(custom_id) = component["custom_id"].as_str()
                && !custom_ids.insert(custom_id.to_owned())
            {
                let at = format!("{path}.components.{index}.custom_id");
                form.refuse(&at, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
            }
        }
    }
}

fn check_component(form: &mut Form, path: &str, component: &Value) {
    match component["type"].as_u64() {
        Some(2) => check_button(form, path, component),
        Some(3 | 5..=8) => check_select(form, path, component),
        _ => form.not_one_of(&format!("{path}.type"), "2, 3, 5, 6, 7, 8"),
    }
}

fn check_button(form: &mut Form, path: &str, button: &Value) {
    let at = |key: &str| format!("{path}.{key}");
    form.text(&at("label"), &button["label"], 0..=80);
    if button["label"].as_str().is_none_or(str::is_empty) && button["emoji"].is_null() {
        form.refuse(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji");
    }
    match button["style"].as_u64() {
        Some(1..=4) => {
            form.required_text(&at("custom_id"), &button["custom_id"], 1..=100);
            if !button["url"].is_null() {
                form.refuse(&at("url"), "BUTTON_COMPONENT_URL_NOT_ALLOWED", "Only link buttons have a url");
            }
        }
        Some(5) => {
            form.required_text(&at("url"), &button["url"], 1..=512);
            if !button["custom_id"].is_null() {
                let message = "A custom id and url cannot both be specified";
                form.refuse(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message);
            }
        }
        _ => form.not_one_of(&at("style"), "1, 2, 3, 4, 5"),
    }
}

fn check_select(form: &mut Form, path: &str, select: &Value) {
    let at = |key: &str| format!("{path}.{key}");
    form.required_text(&at("custom_id"), &select["custom_id"], 1..=100);
    form.text(&at("placeholder"), &select["placeholder"], 0..=150);
    let least = form.integer(&at("min_values"), &select["min_values"], 0..=25).unwrap_or(1);
    let most = form.integer(&at("max_values"), &select["max_values"], 1..=25).unwrap_or(1);
    if least > most {
        form.refuse(&at("min_values"), "NUMBER_TYPE_MAX", "min_values exceeds max_values");
    }
    if select["type"].as_u64() != Some(3) {
        return;
    }
    let options = form.list(&at("options"), &select["options"], 1..=25);
    if select["options"].is_null() {
        form.required(&at("options"));
    }
    let count = i64::try_from(options.len()).unwrap_or(i64::MAX);
    if most > count && !options.is_empty() {
        form.refuse(&at("max_values"), "NUMBER_TYPE_MAX", "max_values exceeds the number of options");
    }
    let mut values = BTreeSet::new();
    let mut defaults = 0;
    for (index, option) in options.iter().enumerate() {
        let at = |key: &str| format!("{path}.options.{index}.{key}");
        form.required_text(&at("label"), &option["label"], 1..=100);
        form.required_text(&at("value"), &option["value"], 1..=100);
        form.text(&at("description"), &option["description"], 0..=100);
        defaults += i64::from(option["default"].as_bool() == Some(true));
        if !values.insert(option["value"].as_str().unwrap_or_default()) {
            let message = "The specified option value is already used";
            form.refuse(&at("value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
        }
    }
    if defaults > most {
        let message = "More options are selected by default than max_values allows";
        form.refuse(&at("options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", message);
    }
}
