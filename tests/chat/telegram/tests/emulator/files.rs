//! Files that people upload and the bot downloads.

use std::time::Duration;

use telegram_emulator::emulator::Breach;
use teloxide::net::Download;
use teloxide::prelude::*;
use teloxide::types::{FileId, UpdateKind};

use super::{bot, breaches, emulator, words};

#[tokio::test]
async fn a_file_is_downloaded_while_its_link_lasts() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let bot = bot(&emulator);
    emulator.sends_document(chat, ann, "sales.csv", b"a,b\n1,2\n");
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else { panic!("{updates:?}") };
    let document = message.document().unwrap();
    assert_eq!(document.mime_type.as_ref().unwrap().as_ref(), "text/csv");
    let file = bot.get_file(document.file.id.clone()).await.unwrap();
    let mut bytes = Vec::new();
    bot.download_file(&file.path, &mut bytes).await.unwrap();
    assert_eq!(bytes, b"a,b\n1,2\n");
    emulator.clock().advance(Duration::from_secs(2 * 60 * 60));
    assert!(bot.download_file(&file.path, &mut bytes).await.is_err());
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn bots_cannot_download_big_files() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let bot = bot(&emulator);
    emulator.sends_huge_document(chat, ann, "years.csv", (20 << 20) + 1);
    let updates = bot.get_updates().await.unwrap();
    let UpdateKind::Message(message) = &updates[0].kind else { panic!("{updates:?}") };
    let id = message.document().unwrap().file.id.clone();
    assert_eq!(words(bot.get_file(id).await), "Bad Request: file is too big");
    assert_eq!(words(bot.get_file(FileId("nonsense".to_owned())).await), "Bad Request: invalid file_id");
    assert_eq!(breaches(&emulator), [Breach::Limit, Breach::Request]);
}
