//! Sending: texts with their options, pictures, files, albums, copies; who cannot be written to.

use telegram_emulator::emulator::{Breach, Content, Emulator, Limits, Options, Privacy};
use teloxide::prelude::*;
use teloxide::types::{
    ChatAction, InputFile, InputMedia, InputMediaDocument, InputMediaPhoto, LinkPreviewOptions, ParseMode,
    ReplyParameters,
};
use teloxide::{ApiError, RequestError};

use super::{bot, breaches, emulator, png, words};

#[tokio::test]
async fn a_text_with_its_options() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let asked = emulator.says(chat, ann, "how are sales?");
    let bot = bot(&emulator);
    let reply = ReplyParameters::new(teloxide::types::MessageId(asked.0 as i32));
    let preview = LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    };
    let sent = bot
        .send_message(ChatId(chat.0), "fine, see https://example.com")
        .reply_parameters(reply)
        .link_preview_options(preview)
        .disable_notification(true)
        .await
        .unwrap();
    assert_eq!(sent.reply_to_message().unwrap().text(), Some("how are sales?"));
    bot.send_chat_action(ChatId(chat.0), ChatAction::Typing).await.unwrap();
    let posted = &emulator.posted(chat)[0];
    assert_eq!(posted.reply_to, Some(asked));
    assert!(posted.preview.disabled && posted.silent);
    assert_eq!(emulator.actions()[0].action, "typing");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn replies_to_what_is_not_there() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let bot = bot(&emulator);
    let to_nothing = ReplyParameters::new(teloxide::types::MessageId(999));
    let refused = words(bot.send_message(ChatId(chat.0), "x").reply_parameters(to_nothing.clone()).await);
    assert_eq!(refused, "Bad Request: message to be replied not found");
    let lenient = to_nothing.allow_sending_without_reply();
    bot.send_message(ChatId(chat.0), "x").reply_parameters(lenient).await.unwrap();
    assert_eq!(breaches(&emulator), [Breach::Request]);
}

#[tokio::test]
async fn people_who_cannot_be_written_to() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let (ann, bob, cid, dan) = (emulator.user("Ann"), emulator.user("Bob"), emulator.user("Cid"), emulator.user("Dan"));
    for user in [ann, bob] {
        emulator.private_chat(user);
    }
    emulator.blocks_bot(ann);
    emulator.deactivates(bob);
    let to = |id: i64| bot.send_message(ChatId(id), "hi");
    assert!(matches!(to(ann.0).await.unwrap_err(), RequestError::Api(ApiError::BotBlocked)));
    assert!(matches!(to(bob.0).await.unwrap_err(), RequestError::Api(ApiError::UserDeactivated)));
    assert_eq!(words(to(cid.0).await), "Forbidden: bot can't initiate conversation with a user");
    assert_eq!(emulator.violations(), []);
    assert!(matches!(to(4242).await.unwrap_err(), RequestError::Api(ApiError::ChatNotFound)));
    assert_eq!(breaches(&emulator), [Breach::Request]);
    let _ = dan;
}

#[tokio::test]
async fn pictures_are_checked() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let bot = bot(&emulator);
    let send = |bytes: Vec<u8>| bot.send_photo(ChatId(chat.0), InputFile::memory(bytes).file_name("chart.png"));
    let sent = send(png(640, 480)).caption("<b>Sales</b>").parse_mode(ParseMode::Html).await.unwrap();
    assert_eq!(sent.photo().unwrap()[0].width, 640);
    assert_eq!(sent.caption(), Some("Sales"));
    let posted = emulator.posted(chat).remove(0);
    assert_eq!(emulator.file(posted.file().unwrap()).unwrap().bytes, png(640, 480));
    let again = InputFile::file_id(sent.photo().unwrap()[0].file.id.clone());
    bot.send_photo(ChatId(chat.0), again).await.unwrap();
    let no_picture = send(b"not a picture".to_vec()).await.unwrap_err();
    assert!(matches!(no_picture, RequestError::Api(ApiError::ImageProcessFailed)), "{no_picture:?}");
    assert_eq!(words(send(png(9000, 2000)).await), "Bad Request: PHOTO_INVALID_DIMENSIONS");
    assert_eq!(words(send(png(2100, 100)).await), "Bad Request: PHOTO_INVALID_DIMENSIONS");
    let mut huge = png(640, 480);
    huge.resize((10 << 20) + 1, 0);
    assert!(words(send(huge).await).contains("is too big for a photo"));
    let caption = send(png(1, 1)).caption("x".repeat(1025)).await;
    assert_eq!(words(caption), "Bad Request: message caption is too long");
}

#[tokio::test]
async fn files_and_albums() {
    let emulator = Emulator::start(Options { limits: Limits::none(), ..Options::default() }).await.unwrap();
    let chat = emulator.private_chat(emulator.user("Ann"));
    let bot = bot(&emulator);
    let file = InputFile::memory("a,b\n1,2\n").file_name("sales.csv");
    let sent = bot.send_document(ChatId(chat.0), file).caption("the numbers").await.unwrap();
    assert_eq!(sent.document().unwrap().file_name.as_deref(), Some("sales.csv"));
    let over = InputFile::memory(vec![0; (50 << 20) + 1]).file_name("big.bin");
    let refused = bot.send_document(ChatId(chat.0), over).await.unwrap_err();
    assert!(matches!(refused, RequestError::Api(ApiError::RequestEntityTooLarge)), "{refused:?}");
    let photo = |n: u32| InputMedia::Photo(InputMediaPhoto::new(InputFile::memory(png(n, n))).caption(format!("#{n}")));
    let album = bot.send_media_group(ChatId(chat.0), (1..=3).map(photo)).await.unwrap();
    assert_eq!(album.len(), 3);
    let posted = emulator.posted(chat);
    assert!(posted[1].album.is_some() && posted[1].album == posted[3].album);
    assert_eq!(
        words(bot.send_media_group(ChatId(chat.0), (1..=11).map(photo)).await),
        "Bad Request: too many messages to send as an album"
    );
    let document = InputMedia::Document(InputMediaDocument::new(InputFile::memory("x")));
    assert_eq!(
        words(bot.send_media_group(ChatId(chat.0), [photo(1), document]).await),
        "Bad Request: document can't be mixed with other media types"
    );
    bot.send_media_group(ChatId(chat.0), [photo(1)]).await.unwrap();
    assert_eq!(breaches(&emulator), [Breach::Limit, Breach::Limit, Breach::Request, Breach::Undocumented]);
}

#[tokio::test]
async fn copies_and_forwards() {
    let emulator = emulator().await;
    let (ann, bob) = (emulator.user("Ann"), emulator.user("Bob"));
    let (here, there) = (emulator.private_chat(ann), emulator.private_chat(bob));
    let said = emulator.says(here, ann, "please pass on");
    let id = teloxide::types::MessageId(said.0 as i32);
    let bot = bot(&emulator);
    bot.copy_message(ChatId(there.0), ChatId(here.0), id).await.unwrap();
    let forwarded = bot.forward_message(ChatId(there.0), ChatId(here.0), id).await.unwrap();
    assert_eq!(forwarded.forward_from_user().unwrap().first_name, "Ann");
    let posted = emulator.posted(there);
    assert!(posted.iter().all(|message| message.text() == "please pass on"));
    assert_eq!(posted[1].forwarded_from, Some((here, said)));
    let nothing = bot.forward_message(ChatId(there.0), ChatId(here.0), teloxide::types::MessageId(999)).await;
    assert!(matches!(nothing.unwrap_err(), RequestError::Api(ApiError::MessageToForwardNotFound)));
    assert_eq!(breaches(&emulator), [Breach::Request]);
}

#[tokio::test]
async fn topics_of_a_forum() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let forum = emulator.forum("Team", Privacy::Off);
    emulator.joins(forum, ann);
    let thread = emulator.topic(forum, ann, "Reports");
    let asked = emulator.says_in_topic(forum, thread, ann, "here?");
    let bot = bot(&emulator);
    let topic = teloxide::types::ThreadId(teloxide::types::MessageId(thread as i32));
    bot.send_message(ChatId(forum.0), "here").message_thread_id(topic).await.unwrap();
    assert_eq!(emulator.answer(forum, asked).await.unwrap().thread, Some(thread));
    let lost = teloxide::types::ThreadId(teloxide::types::MessageId(4242));
    let refused = words(bot.send_message(ChatId(forum.0), "here").message_thread_id(lost).await);
    assert_eq!(refused, "Bad Request: message thread not found");
    emulator.becomes(forum, emulator.bot(), telegram_emulator::emulator::Membership::Administrator);
    let made = bot.create_forum_topic(ChatId(forum.0), "Alerts").await;
    assert!(made.is_ok(), "{made:?}");
    assert!(emulator.messages(forum).iter().any(|message| matches!(message.content, Content::Service(_))));
}
