//! What goes out: words, pictures, files, places, people.

use herald::chat::{Chat, ChatError};
use herald::domain::{Attachment, Button, Destination, PlaceId, Platform, Reply, UserId};
use telegram_emulator::emulator::{Breach, ChatId, Content, Emulator, EntityKind, Limits, Options, Privacy};

use super::{delivery, emulator, picture, table, telegram};

fn person(chat: ChatId) -> Destination {
    Destination::Person(UserId { platform: Platform::Telegram, id: chat.0.to_string() })
}

fn place(id: String) -> PlaceId {
    PlaceId { platform: Platform::Telegram, id }
}

#[tokio::test]
async fn hostile_words_are_words() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let telegram = telegram(&emulator);
    let hostile = "<b>&lt;</pre> \"tg://user?id=1\" <a href='x'>_*`[ **bold <i>** attach://x";
    telegram.deliver(&delivery("t", person(chat), Reply::text(hostile))).await.unwrap();
    let posted = emulator.posted(chat)[0].clone();
    assert_eq!(posted.text(), hostile.replace("**", ""));
    let formatted = posted.formatted().unwrap();
    assert_eq!(formatted.parts(&EntityKind::Bold), ["bold <i>"]);
    assert!(
        !formatted.entities.iter().any(|entity| matches!(entity.kind, EntityKind::TextLink(_) | EntityKind::Pre(_)))
    );
    let reply = Reply { attachments: vec![picture(640, 400)], ..Reply::text("attach://chart & <b>") };
    telegram.deliver(&delivery("u", person(chat), reply)).await.unwrap();
    assert_eq!(emulator.posted(chat)[1].text(), "attach://chart & <b>");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn long_words_arrive_whole_with_buttons_below_the_last() {
    let emulator = Emulator::start(Options { limits: Limits::none(), ..Options::default() }).await.unwrap();
    let chat = emulator.private_chat(emulator.user("Ann"));
    let telegram = telegram(&emulator);
    let lines: Vec<String> = (0..400).map(|line| format!("**{line}** 茶 & 👨‍👩‍👧 in the north and the south")).collect();
    let whole = lines.join("\n").replace("**", "");
    let reply = Reply { lines, buttons: vec![Button::new("More")], ..Reply::default() };
    telegram.deliver(&delivery("t", person(chat), reply)).await.unwrap();
    let posted = emulator.posted(chat);
    assert!(posted.len() > 3);
    let texts: Vec<&str> = posted.iter().map(|message| message.text()).collect();
    assert_eq!(texts.join("\n"), whole);
    let buttons: Vec<bool> = posted.iter().map(|message| message.inline_keyboard().is_some()).collect();
    assert_eq!(buttons.iter().rposition(|has| !has), Some(posted.len() - 2));
    assert!(buttons[posted.len() - 1]);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn pictures_carry_words_and_figures_come_as_files() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let telegram = telegram(&emulator);
    let reply = Reply { attachments: vec![picture(640, 400), table()], ..Reply::text("**9** pots") };
    telegram.deliver(&delivery("t", person(chat), reply)).await.unwrap();
    let long = vec!["**9** pots".to_owned(), "why ".repeat(400)];
    let reply = Reply { lines: long, attachments: vec![picture(640, 400)], ..Reply::default() };
    telegram.deliver(&delivery("u", person(chat), reply)).await.unwrap();
    let posted = emulator.posted(chat);
    let kinds: Vec<(&str, &str)> = posted
        .iter()
        .map(|message| match &message.content {
            Content::Photo { .. } => ("photo", message.text()),
            Content::Document { .. } => ("file", message.text()),
            Content::Text(_) => ("text", &message.text()[..3]),
            Content::Service(_) => ("service", ""),
        })
        .collect();
    assert_eq!(kinds, [("photo", "9 pots"), ("file", ""), ("photo", "9 pots"), ("text", "why")]);
    let file = emulator.file(posted[1].file().unwrap()).unwrap();
    assert_eq!((file.name.as_str(), file.bytes.as_slice()), ("figures.csv", &b"a,b\n1,2\n"[..]));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_picture_that_is_not_taken_comes_as_a_file() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let telegram = telegram(&emulator);
    let reply =
        Reply { attachments: vec![picture(9_000, 100)], buttons: vec![Button::new("More")], ..Reply::text("9 pots") };
    telegram.deliver(&delivery("t", person(chat), reply)).await.unwrap();
    let posted = emulator.posted(chat);
    assert_eq!(posted[0].text(), "9 pots");
    assert!(matches!(posted[1].content, Content::Document { .. }));
    assert!(posted[1].inline_keyboard().is_some());
    let breaches: Vec<Breach> = emulator.violations().into_iter().map(|violation| violation.breach).collect();
    assert_eq!(breaches, [Breach::Limit]);
}

#[tokio::test]
async fn an_attachment_without_bytes_is_shown_as_words() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let telegram = telegram(&emulator);
    let lost = Attachment { bytes: Vec::new(), ..picture(1, 1) };
    let reply = Reply { attachments: vec![lost], ..Reply::text("9 pots") };
    telegram.deliver(&delivery("t", person(chat), reply)).await.unwrap();
    let posted = emulator.posted(chat)[0].clone();
    assert_eq!(posted.text(), "9 pots\n▁▃▅ <chart>");
    assert_eq!(posted.formatted().unwrap().parts(&EntityKind::Pre(None)), ["▁▃▅ <chart>"]);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn places_and_topics_are_reached_and_those_who_blocked_it_are_not() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let forum = emulator.forum("Team", Privacy::On);
    emulator.joins(forum, ann);
    let topic = emulator.topic(forum, ann, "Tea");
    let telegram = telegram(&emulator);
    let to = Destination::Place(place(format!("{}:{topic}", forum.0)));
    telegram.deliver(&delivery("t", to, Reply::text("a digest"))).await.unwrap();
    assert_eq!(emulator.posted(forum)[0].thread, Some(topic));
    emulator.blocks_bot(ann);
    let refused = telegram.deliver(&delivery("u", person(chat), Reply::text("hello"))).await.unwrap_err();
    assert!(matches!(&refused, ChatError::Refused { reason, .. } if reason.contains("blocked")), "{refused}");
    let stranger = ChatId(emulator.user("Zoe").0);
    let refused = telegram.deliver(&delivery("v", person(stranger), Reply::text("hello"))).await.unwrap_err();
    assert!(matches!(refused, ChatError::Refused { .. }), "{refused}");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_group_that_moved_is_found() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let group = emulator.basic_group("Team", Privacy::On);
    emulator.joins(group, ann);
    let moved = emulator.migrates(group);
    let telegram = telegram(&emulator);
    let to = Destination::Place(place(group.0.to_string()));
    telegram.deliver(&delivery("t", to.clone(), Reply::text("one"))).await.unwrap();
    telegram.deliver(&delivery("u", to, Reply::text("two"))).await.unwrap();
    let texts: Vec<String> = emulator.posted(moved).iter().map(|message| message.text().to_owned()).collect();
    assert_eq!(texts, ["one", "two"]);
    let requests = emulator.look(|state| state.requests().len());
    assert_eq!(requests, 3, "the old id is asked once");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn who_may_post_is_asked_of_telegram() {
    let emulator = emulator().await;
    let (ann, bob) = (emulator.user("Ann"), emulator.user("Bob"));
    let group = emulator.group("Team", Privacy::On);
    emulator.joins(group, ann);
    let telegram = telegram(&emulator);
    let account = |id: i64| UserId { platform: Platform::Telegram, id: id.to_string() };
    let there = place(group.0.to_string());
    assert!(telegram.may_post(&account(ann.0), &there).await.unwrap());
    assert!(!telegram.may_post(&account(bob.0), &there).await.unwrap());
    assert!(telegram.may_post(&account(ann.0), &place(ann.0.to_string())).await.unwrap());
    assert!(!telegram.may_post(&account(bob.0), &place(ann.0.to_string())).await.unwrap());
    emulator.becomes(group, emulator.bot(), telegram_emulator::emulator::Membership::Kicked);
    assert!(!telegram.may_post(&account(ann.0), &there).await.unwrap());
    assert_eq!(emulator.violations(), []);
}
