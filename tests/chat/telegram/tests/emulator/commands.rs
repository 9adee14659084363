//! Command lists, menu buttons, and methods that are not there.

use telegram_emulator::emulator::{Breach, MenuButton, Scope};
use teloxide::prelude::*;
use teloxide::types::{BotCommand, BotCommandScope, Recipient};

use super::{bot, breaches, emulator, words};

#[tokio::test]
async fn lists_have_a_scope_and_a_language() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let list = |text: &str| [BotCommand::new("help", text)];
    bot.set_my_commands(list("Shows what I can do")).await.unwrap();
    bot.set_my_commands(list("Показывает, что я умею")).language_code("ru").await.unwrap();
    let private = BotCommandScope::AllPrivateChats;
    bot.set_my_commands(list("In private")).scope(private.clone()).await.unwrap();
    let got = bot.get_my_commands().language_code("ru").await.unwrap();
    assert_eq!(got[0].description, "Показывает, что я умею");
    bot.delete_my_commands().scope(private.clone()).await.unwrap();
    assert!(bot.get_my_commands().scope(private).await.unwrap().is_empty());
    assert_eq!(emulator.look(|state| state.commands(Scope::Default, "")[0].name.clone()), "help");
    let chat = emulator.private_chat(emulator.user("Ann"));
    let scope = BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(chat.0)) };
    bot.set_my_commands(list("Just here")).scope(scope).await.unwrap();
    assert_eq!(emulator.look(|state| state.commands(Scope::Chat(chat), "").len()), 1);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn names_and_descriptions_are_checked() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let set = |name: &str, text: &str| bot.set_my_commands([BotCommand::new(name, text)]);
    assert_eq!(words(set("Help", "text").await), "Bad Request: BOT_COMMAND_INVALID");
    assert_eq!(words(set("re-port", "text").await), "Bad Request: BOT_COMMAND_INVALID");
    assert_eq!(words(set(&"x".repeat(33), "text").await), "Bad Request: command length must not exceed 32");
    assert_eq!(words(set("help", "").await), "Bad Request: command description must be non-empty");
    let long = words(set("help", &"x".repeat(257)).await);
    assert_eq!(long, "Bad Request: command description length must not exceed 256");
    let language = words(set("help", "text").language_code("english").await);
    assert_eq!(language, "Bad Request: invalid language code specified");
}

#[tokio::test]
async fn the_menu_button() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let chat = emulator.private_chat(emulator.user("Ann"));
    let button = teloxide::types::MenuButton::Commands;
    bot.set_chat_menu_button().chat_id(ChatId(chat.0)).menu_button(button).await.unwrap();
    assert_eq!(emulator.look(|state| state.menu_button(Some(chat)).cloned()), Some(MenuButton::Commands));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn methods_that_are_not_there() {
    let emulator = emulator().await;
    let url = format!("{}/bot{}/sendMesage", emulator.url(), emulator.token());
    let answer = reqwest::Client::new().post(url).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(answer.text().await.unwrap().contains("method not found"));
    assert_eq!(breaches(&emulator), [Breach::Method]);
}

#[tokio::test]
async fn parameters_come_as_json_form_or_query() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let url = format!("{}/bot{}/sendMessage", emulator.url(), emulator.token());
    let client = reqwest::Client::new();
    let json = format!("{{\"chat_id\": {}, \"text\": \"json\"}}", chat.0);
    let answer = client.post(&url).header("content-type", "application/json").body(json).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let form = format!("chat_id={}&text=a+form%21", chat.0);
    let kind = "application/x-www-form-urlencoded";
    client.post(&url).header("content-type", kind).body(form).send().await.unwrap();
    client.get(format!("{url}?chat_id={}&text=query", chat.0)).send().await.unwrap();
    let texts: Vec<String> = emulator.posted(chat).iter().map(|message| message.text().to_owned()).collect();
    assert_eq!(texts, ["json", "a form!", "query"]);
}
