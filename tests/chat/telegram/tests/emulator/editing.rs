//! Editing and deleting.

use std::time::Duration;

use telegram_emulator::emulator::{Breach, Privacy};
use teloxide::prelude::*;
use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, InputFile, MessageId};
use teloxide::{ApiError, RequestError};

use super::{bot, breaches, emulator, png, words};

#[tokio::test]
async fn an_edit_keeps_the_past_and_drops_the_keyboard() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let bot = bot(&emulator);
    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("More", "more")]]);
    let sent = bot.send_message(ChatId(chat.0), "one").reply_markup(keyboard).await.unwrap();
    bot.edit_message_text(ChatId(chat.0), sent.id, "two").await.unwrap();
    let posted = &emulator.posted(chat)[0];
    assert_eq!(posted.text(), "two");
    assert_eq!(posted.markup, None);
    assert_eq!(posted.revisions.len(), 1);
    assert!(posted.revisions[0].markup.is_some());
    let same = bot.edit_message_text(ChatId(chat.0), sent.id, "two").await.unwrap_err();
    assert!(matches!(same, RequestError::Api(ApiError::MessageNotModified)), "{same:?}");
    let long = bot.edit_message_text(ChatId(chat.0), sent.id, "x".repeat(4097)).await.unwrap_err();
    assert!(matches!(long, RequestError::Api(ApiError::EditedMessageIsTooLong)), "{long:?}");
    assert_eq!(breaches(&emulator), [Breach::NotModified, Breach::Limit]);
}

#[tokio::test]
async fn what_cannot_be_edited() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let said = emulator.says(chat, ann, "mine");
    let bot = bot(&emulator);
    let edit = |id: i64| bot.edit_message_text(ChatId(chat.0), MessageId(id as i32), "yours");
    assert!(matches!(edit(said.0).await.unwrap_err(), RequestError::Api(ApiError::MessageCantBeEdited)));
    assert!(matches!(edit(999).await.unwrap_err(), RequestError::Api(ApiError::MessageToEditNotFound)));
    let photo = bot.send_photo(ChatId(chat.0), InputFile::memory(png(2, 2))).caption("old").await.unwrap();
    assert_eq!(words(edit(i64::from(photo.id.0)).await), "Bad Request: there is no text in the message to edit");
    bot.edit_message_caption(ChatId(chat.0), photo.id).caption("new").await.unwrap();
    let posted = emulator.posted(chat);
    assert_eq!(posted[0].text(), "new");
    emulator.deletes(chat, posted[0].id);
    let broken = breaches(&emulator).len();
    let gone = bot.edit_message_caption(ChatId(chat.0), photo.id).caption("newer").await.unwrap_err();
    assert!(matches!(gone, RequestError::Api(ApiError::MessageToEditNotFound)), "{gone:?}");
    // That a person deleted the message is not the bot's fault.
    assert_eq!(breaches(&emulator).len(), broken);
}

#[tokio::test]
async fn deleting() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let group = emulator.group("Team", Privacy::Off);
    emulator.joins(group, ann);
    let said = emulator.says(group, ann, "hello");
    let bot = bot(&emulator);
    let own = bot.send_message(ChatId(group.0), "bye").await.unwrap();
    bot.delete_message(ChatId(group.0), own.id).await.unwrap();
    assert!(emulator.posted(group).is_empty());
    let gone = bot.delete_message(ChatId(group.0), own.id).await.unwrap_err();
    assert!(matches!(gone, RequestError::Api(ApiError::MessageToDeleteNotFound)));
    let other = bot.delete_message(ChatId(group.0), MessageId(said.0 as i32)).await.unwrap_err();
    assert!(matches!(other, RequestError::Api(ApiError::MessageCantBeDeleted)));
    let own = bot.send_message(ChatId(group.0), "old").await.unwrap();
    emulator.clock().advance(Duration::from_secs(49 * 60 * 60));
    let old = words(bot.delete_message(ChatId(group.0), own.id).await);
    assert_eq!(old, "Bad Request: message can't be deleted for everyone");
}
