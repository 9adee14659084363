//! The slash commands that Discord lists: out of the table of all platforms, changed only where they differ.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::rest::{Call, Rest, RestError};
use crate::chat::{CommandOption, CommandSpec, OptionKind};
use crate::domain::{Delivery, Role};

const COMMANDS: &str = "applications/{}/commands";
const COMMAND: &str = "applications/{}/commands/{}";

/// Registers commands until Discord has them; a failure is logged and tried again.
pub(super) async fn register(rest: &Rest, application: u64, specs: &[CommandSpec]) {
    let wanted: Vec<Value> = specs.iter().map(command).collect();
    let mut attempts = 0;
    loop {
        attempts += 1;
        let wait = match bring_up_to_date(rest, application, &wanted).await {
            Ok(0) => return tracing::debug!("Discord lists every command"),
            Ok(changes) => return tracing::info!(changes, "Discord lists the commands"),
            Err(RestError::Later(after)) => after,
            Err(error @ RestError::Refused { .. }) => {
                return tracing::error!(%error, "Discord does not take the commands");
            }
            Err(error) => {
                tracing::warn!(%error, attempts, "the commands cannot be registered yet");
                Delivery::backoff(attempts)
            }
        };
        tokio::time::sleep(wait.max(Duration::from_millis(50))).await;
    }
}

/// How many commands had to be made, changed or taken away.
async fn bring_up_to_date(rest: &Rest, application: u64, wanted: &[Value]) -> Result<usize, RestError> {
    let application = application.to_string();
    let listing = format!("{COMMANDS}?with_localizations=true");
    let listed = rest.call(Call::new(Method::GET, &listing, &[&application])).await?;
    let listed: Vec<Value> = listed.as_array().cloned().unwrap_or_default();
    if listed.is_empty() {
        rest.call(Call::new(Method::PUT, COMMANDS, &[&application]).json(json!(wanted))).await?;
        return Ok(wanted.len());
    }
    let mut changes = 0;
    for one in &listed {
        if !wanted.iter().any(|wanted| is_same_command(wanted, one)) {
            let id = one["id"].as_str().unwrap_or_default();
            match rest.call(Call::new(Method::DELETE, COMMAND, &[&application, id])).await {
                Err(error) if !error.is_missing() => return Err(error),
                _ => changes += 1,
            }
        }
    }
    for wanted in wanted {
        let call = match listed.iter().find(|listed| is_same_command(wanted, listed)) {
            Some(listed) if essence(listed) == essence(wanted) => continue,
            Some(listed) => {
                Call::new(Method::PATCH, COMMAND, &[&application, listed["id"].as_str().unwrap_or_default()])
            }
            None => Call::new(Method::POST, COMMANDS, &[&application]),
        };
        rest.call(call.json(wanted.clone())).await?;
        changes += 1;
    }
    Ok(changes)
}

fn is_same_command(one: &Value, other: &Value) -> bool {
    one["name"] == other["name"] && one["type"].as_u64().unwrap_or(1) == other["type"].as_u64().unwrap_or(1)
}

/// What of a command or an option Herald decides, with what Discord fills in left out.
fn essence(value: &Value) -> Value {
    let mut kept = Map::new();
    for key in ["name", "description"] {
        kept.insert(key.to_owned(), value[key].clone());
    }
    let is_nothing = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Bool(true) | Value::Number(_) | Value::String(_) => false,
    };
    for key in ["description_localizations", "required", "autocomplete", "max_length"] {
        if !is_nothing(&value[key]) {
            kept.insert(key.to_owned(), value[key].clone());
        }
    }
    kept.insert("type".to_owned(), json!(value["type"].as_u64().unwrap_or(1)));
    let list = |key: &str, of: &dyn Fn(&Value) -> Value| -> Value {
        value[key].as_array().into_iter().flatten().map(of).collect()
    };
    kept.insert("options".to_owned(), list("options", &essence));
    kept.insert(
        "choices".to_owned(),
        list("choices", &|choice| json!({ "name": choice["name"], "value": choice["value"] })),
    );
    // Two objects are the same whatever order their keys came in.
    let mut entries: Vec<(String, Value)> = kept.into_iter().collect();
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    Value::Object(entries.into_iter().collect())
}

fn command(spec: &CommandSpec) -> Value {
    json!({
        "name": spec.name,
        "type": 1,
        "description": spec.english,
        "description_localizations": { "zh-CN": spec.chinese },
        "options": spec.options.iter().map(option).collect::<Vec<_>>(),
    })
}

fn option(option: &CommandOption) -> Value {
    let mut value = json!({
        "name": option.name,
        // «Application Command Option Type»: a string, or a file.
        "type": if option.kind == OptionKind::File { 11 } else { 3 },
        "description": option.english,
        "description_localizations": { "zh-CN": option.chinese },
        "required": option.required,
    });
    match option.kind {
        OptionKind::Name(_) => value["autocomplete"] = json!(true),
        OptionKind::Role => {
            let names = Role::ALL.iter().map(|role| json!({ "name": role.name(), "value": role.name() }));
            value["choices"] = names.collect();
        }
        // Whoever is mentioned in a text comes as a mention.
        OptionKind::Text | OptionKind::PlaceOrAccount | OptionKind::File => {}
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::commands;
    use crate::domain::Platform;

    #[test]
    fn what_discord_fills_in_is_no_difference() {
        for spec in commands(Platform::Discord) {
            let wanted = command(&spec);
            let mut listed = wanted.clone();
            listed["id"] = json!("1");
            listed["version"] = json!("2");
            listed["nsfw"] = json!(false);
            for option in listed["options"].as_array_mut().unwrap() {
                option["name_localizations"] = Value::Null;
                if option["required"] == json!(false) {
                    option.as_object_mut().unwrap().remove("required");
                }
            }
            assert_eq!(essence(&wanted), essence(&listed));
            listed["description"] = json!("another");
            assert_ne!(essence(&wanted), essence(&listed));
        }
    }
}
