//! Keyboards and pressed buttons.

use std::time::Duration;

use telegram_emulator::emulator::{Breach, ReplyMarkup};
use teloxide::prelude::*;
use teloxide::types::{
    CallbackQueryId, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, KeyboardMarkup, UpdateKind,
};
use teloxide::{ApiError, RequestError};

use super::{bot, breaches, emulator, words};

fn rows(count: usize, width: usize) -> InlineKeyboardMarkup {
    let button = |n: usize| InlineKeyboardButton::callback(format!("b{n}"), format!("d{n}"));
    InlineKeyboardMarkup::new(
        (0..count).map(|row| (0..width).map(move |n| button(row * width + n)).collect::<Vec<_>>()),
    )
}

#[tokio::test]
async fn a_press_is_answered_once_and_in_time() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let bot = bot(&emulator);
    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("Show chart", "chart:7")]]);
    bot.send_message(ChatId(chat.0), "Sales").reply_markup(keyboard).await.unwrap();
    let message = emulator.posted(chat)[0].id;
    emulator.presses(chat, message, "Show chart", ann);
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!(query.data.as_deref(), Some("chart:7"));
    assert_eq!(query.message.as_ref().unwrap().id().0 as i64, message.0);
    bot.answer_callback_query(query.id.clone()).text("Here it is").await.unwrap();
    let answer = emulator.look(|state| state.answers()[0].clone());
    assert_eq!(answer.text.as_deref(), Some("Here it is"));
    let twice = bot.answer_callback_query(query.id.clone()).await;
    // teloxide knows this text with a lower-case "id" and so does not recognise it.
    assert!(matches!(twice, Err(RequestError::Api(ApiError::Unknown(_)))), "{twice:?}");
    assert_eq!(words(twice), "Bad Request: query is too old and response timeout expired or query ID is invalid");
    let late = emulator.presses(chat, message, "chart:7", ann);
    assert_eq!(emulator.look(|state| state.unanswered().len()), 1);
    emulator.clock().advance(Duration::from_secs(16));
    assert!(words(bot.answer_callback_query(CallbackQueryId(late.0)).await).contains("query is too old"));
    assert_eq!(breaches(&emulator), [Breach::LateAnswer, Breach::LateAnswer]);
}

#[tokio::test]
async fn keyboards_are_checked() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let bot = bot(&emulator);
    let send = |keyboard: InlineKeyboardMarkup| bot.send_message(ChatId(chat.0), "x").reply_markup(keyboard);
    let data = |data: String| InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("x", data)]]);
    send(data("x".repeat(64))).await.unwrap();
    let long = send(data("ы".repeat(33))).await.unwrap_err();
    assert!(matches!(long, RequestError::Api(ApiError::ButtonDataInvalid)), "{long:?}");
    let none = send(data(String::new())).await.unwrap_err();
    assert!(matches!(none, RequestError::Api(ApiError::TextButtonsAreUnallowed)), "{none:?}");
    let url = InlineKeyboardButton::url("x", "http://localhost:3000/".parse().unwrap());
    assert_eq!(
        words(send(InlineKeyboardMarkup::new([[url]])).await),
        "Bad Request: inline keyboard button URL 'http://localhost:3000/' is invalid: Wrong HTTP URL"
    );
    send(rows(12, 8)).await.unwrap();
    assert_eq!(words(send(rows(1, 9)).await), "Bad Request: reply markup is too long");
    assert_eq!(words(send(rows(13, 8)).await), "Bad Request: reply markup is too long");
    assert_eq!(emulator.posted(chat)[1].inline_keyboard().unwrap().len(), 12);
}

#[tokio::test]
async fn keyboards_of_ready_answers() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let bot = bot(&emulator);
    let keyboard = KeyboardMarkup::new([[KeyboardButton::new("Yes"), KeyboardButton::new("No")]]).one_time_keyboard();
    bot.send_message(ChatId(chat.0), "Sure?").reply_markup(keyboard).await.unwrap();
    emulator.taps(chat, ann, "Yes");
    let updates = bot.get_updates().await.unwrap();
    assert!(matches!(&updates[0].kind, UpdateKind::Message(message) if message.text() == Some("Yes")));
    bot.send_message(ChatId(chat.0), "Why?").reply_markup(ForceReply::new()).await.unwrap();
    assert!(matches!(emulator.posted(chat)[1].markup, Some(ReplyMarkup::ForceReply { .. })));
    assert_eq!(emulator.violations(), []);
}
