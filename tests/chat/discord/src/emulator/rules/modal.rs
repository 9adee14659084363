//! The rules of modals and of autocomplete choices («Interaction Callback Data Structure»).

use serde_json::Value;

use super::super::rest::Refusal;
use super::super::world::{Choice, Modal};
use super::form::Form;

/// Checks a modal: a title of 45 characters and one to five rows, each with one text input.
pub(crate) fn check_modal(data: &Value) -> Result<Modal, Refusal> {
    let mut form = Form::default();
    form.required_text("data.custom_id", &data["custom_id"], 1..=100);
    form.required_text("data.title", &data["title"], 1..=45);
    let rows = form.list("data.components", &data["components"], 1..=5);
    if data["components"].is_null() {
        form.required("data.components");
    }
    let mut custom_ids = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let path = format!("data.components.{index}");
        if row["type"].as_u64() != Some(1) {
            form.not_one_of(&format!("{path}.type"), "1,");
            continue;
        }
        for (place, input) in form.list(&format!("{path}.components"), &row["components"], 1..=1).iter().enumerate() {
            check_input(&mut form, &format!("{path}.components.{place}"), input);
            let custom_id = input["custom_id"].as_str().unwrap_or_default();
            if custom_ids.contains(&custom_id) {
                let at = format!("{path}.components.{place}.custom_id");
                form.refuse(&at, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
            }
            custom_ids.push(custom_id);
        }
    }
    form.finish()?;
    serde_json::from_value(data.clone()).map_err(|error| Form::one("data", "MODEL_TYPE_CONVERT", error.to_string()))
}

/// A text input («Text Input Structure»).
fn check_input(form: &mut Form, path: &str, input: &Value) {
    let at = |key: &str| format!("{path}.{key}");
    if input["type"].as_u64() != Some(4) {
        return form.not_one_of(&at("type"), "4,");
    }
    form.required_text(&at("custom_id"), &input["custom_id"], 1..=100);
    form.required_text(&at("label"), &input["label"], 1..=45);
    if !matches!(input["style"].as_u64(), Some(1 | 2)) {
        form.not_one_of(&at("style"), "1, 2");
    }
    form.text(&at("placeholder"), &input["placeholder"], 0..=100);
    form.text(&at("value"), &input["value"], 0..=4000);
    let least = form.integer(&at("min_length"), &input["min_length"], 0..=4000).unwrap_or(0);
    let most = form.integer(&at("max_length"), &input["max_length"], 1..=4000).unwrap_or(4000);
    if least > most {
        form.refuse(&at("min_length"), "NUMBER_TYPE_MAX", "min_length exceeds max_length");
    }
}

/// Checks the suggestions of an autocomplete answer: 25, with names of 1 to 100 characters.
pub(crate) fn check_choices(data: &Value) -> Result<Vec<Choice>, Refusal> {
    let mut form = Form::default();
    if data["choices"].is_null() {
        form.required("data.choices");
    }
    for (index, choice) in form.list("data.choices", &data["choices"], 0..=25).iter().enumerate() {
        form.required_text(&format!("data.choices.{index}.name"), &choice["name"], 1..=100);
        let at = format!("data.choices.{index}.value");
        match &choice["value"] {
            Value::String(_) => form.text(&at, &choice["value"], 0..=100),
            Value::Number(_) => {}
            _ => form.required(&at),
        }
    }
    form.finish()?;
    serde_json::from_value(data["choices"].clone())
        .map_err(|error| Form::one("data.choices", "MODEL_TYPE_CONVERT", error.to_string()))
}
