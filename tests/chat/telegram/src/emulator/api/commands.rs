//! Command lists and menu buttons.
//!
//! Rules after core.telegram.org/bots/api#botcommand (names of 1 to 32 of `a-z0-9_`, descriptions of 1 to 256
//! characters; older editions of the page said 3 to 256) and BotCommand.cpp of tdlib/td.

use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::super::state::chat::ChatId;
use super::super::state::command::{Command, MenuButton, Scope};
use super::super::state::user::UserId;
use super::access::{self, Access};
use super::{Answer, Call};

const MAX_NAME: usize = 32;
const MAX_DESCRIPTION: usize = 256;
/// Commands in a list (core.telegram.org/bots/api#setmycommands).
const MAX_COMMANDS: usize = 100;

/// Sets a list.
pub(super) fn set_my_commands(call: &mut Call<'_>) -> Answer {
    let list = call.params.json("commands", "can't parse commands JSON object")?;
    let Some(Value::Array(list)) = list else {
        return Err(Refusal::bad("expected an Array of BotCommand"));
    };
    let key = key(call)?;
    let commands: Vec<Command> = list.iter().map(command).collect::<Result<_, _>>()?;
    if commands.len() > MAX_COMMANDS {
        return Err(Refusal::limit("BOT_COMMANDS_TOO_MUCH"));
    }
    if commands.is_empty() {
        call.world.commands.lists.remove(&key);
    } else {
        call.world.commands.lists.insert(key, commands);
    }
    Call::done()
}

/// Reads a list; it does not fall back to a wider one.
pub(super) fn get_my_commands(call: &mut Call<'_>) -> Answer {
    let key = key(call)?;
    let list = call.world.commands.lists.get(&key).into_iter().flatten();
    let list: Value =
        list.map(|command| json!({ "command": command.name, "description": command.description })).collect();
    Ok(list.into())
}

/// Deletes a list.
pub(super) fn delete_my_commands(call: &mut Call<'_>) -> Answer {
    let key = key(call)?;
    call.world.commands.lists.remove(&key);
    Call::done()
}

fn command(value: &Value) -> Result<Command, Refusal> {
    let field = |name: &str| {
        let text = value.get(name).and_then(Value::as_str);
        text.map(str::trim).ok_or_else(|| Refusal::bad(format!("can't parse BotCommand: Can't find field \"{name}\"")))
    };
    let (name, description) = (field("command")?, field("description")?);
    let name = name.strip_prefix('/').unwrap_or(name);
    if name.is_empty() {
        return Err(Refusal::bad("command must be non-empty"));
    }
    if name.chars().count() > MAX_NAME {
        return Err(Refusal::limit(format!("command length must not exceed {MAX_NAME}")));
    }
    if description.is_empty() {
        return Err(Refusal::bad("command description must be non-empty"));
    }
    if description.chars().count() > MAX_DESCRIPTION {
        return Err(Refusal::limit(format!("command description length must not exceed {MAX_DESCRIPTION}")));
    }
    if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        return Err(Refusal::bad("BOT_COMMAND_INVALID"));
    }
    Ok(Command { name: name.to_owned(), description: description.to_owned() })
}

fn key(call: &Call<'_>) -> Result<(Scope, String), Refusal> {
    let language = call.params.text("language_code").to_owned();
    // Two lower-case letters, or none (validate_bot_language_code of tdlib/td).
    if !(language.is_empty() || language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase())) {
        return Err(Refusal::bad("invalid language code specified"));
    }
    Ok((scope(call)?, language))
}

fn scope(call: &Call<'_>) -> Result<Scope, Refusal> {
    let scope = call.params.json("scope", "can't parse BotCommandScope JSON object")?;
    let Some(scope) = scope else { return Ok(Scope::Default) };
    let chat = || -> Result<ChatId, Refusal> {
        let id = match scope.get("chat_id") {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return Err(Refusal::bad("can't parse BotCommandScope: Can't find field \"chat_id\"")),
        };
        access::find(call.world, &id, Access::ReadMembers)
    };
    match scope.get("type").and_then(Value::as_str) {
        Some("default") => Ok(Scope::Default),
        Some("all_private_chats") => Ok(Scope::AllPrivateChats),
        Some("all_group_chats") => Ok(Scope::AllGroupChats),
        Some("all_chat_administrators") => Ok(Scope::AllChatAdministrators),
        Some("chat") => Ok(Scope::Chat(chat()?)),
        Some("chat_administrators") => Ok(Scope::ChatAdministrators(chat()?)),
        Some("chat_member") => {
            let user = scope.get("user_id").and_then(Value::as_i64);
            let user = user.ok_or_else(|| Refusal::bad("can't parse BotCommandScope: Can't find field \"user_id\""))?;
            Ok(Scope::ChatMember(chat()?, UserId(user)))
        }
        _ => Err(Refusal::bad("can't parse BotCommandScope: Unsupported type specified")),
    }
}

/// Sets the button beside the input field of one private chat, or of all.
pub(super) fn set_chat_menu_button(call: &mut Call<'_>) -> Answer {
    let chat = private_chat(call)?;
    let button = call.params.json("menu_button", "can't parse menu button JSON object")?;
    let field = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let button = match &button {
        None => MenuButton::Default,
        Some(value) => match value.get("type").and_then(Value::as_str) {
            Some("default") => MenuButton::Default,
            Some("commands") => MenuButton::Commands,
            Some("web_app") => {
                let missing = || Refusal::bad("can't parse menu button: Can't find field \"web_app\"");
                let text = field(value, "text").ok_or_else(missing)?;
                let url = value.get("web_app").and_then(|app| field(app, "url")).ok_or_else(missing)?;
                if !url.starts_with("https://") {
                    return Err(Refusal::bad("menu button Web App URL is invalid: Only HTTPS links are allowed"));
                }
                MenuButton::WebApp { text, url }
            }
            _ => return Err(Refusal::bad("can't parse menu button: Unsupported type specified")),
        },
    };
    call.world.commands.buttons.insert(chat, button);
    Call::done()
}

/// Reads that button.
pub(super) fn get_chat_menu_button(call: &mut Call<'_>) -> Answer {
    let chat = private_chat(call)?;
    let buttons = &call.world.commands.buttons;
    let button = match buttons.get(&chat).or_else(|| buttons.get(&None)) {
        None | Some(MenuButton::Default) => json!({ "type": "default" }),
        Some(MenuButton::Commands) => json!({ "type": "commands" }),
        Some(MenuButton::WebApp { text, url }) => json!({ "type": "web_app", "text": text, "web_app": { "url": url } }),
    };
    Ok(button.into())
}

fn private_chat(call: &Call<'_>) -> Result<Option<ChatId>, Refusal> {
    if !call.params.has("chat_id") {
        return Ok(None);
    }
    let chat = access::chat(call, "chat_id", Access::Read)?;
    if chat.0 > 0 { Ok(Some(chat)) } else { Err(Refusal::bad("invalid user_id specified")) }
}
