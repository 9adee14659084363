//! Buttons: pressed after a restart, asking for words, changing what stands there.

use herald::chat::{Chat, Stage};
use herald::domain::{Button, Content, Form, MessageId, Reply};
use telegram_emulator::emulator::{Privacy, ReplyMarkup};

use super::{answer, emulator, next, picture, telegram};

fn offering() -> Reply {
    let form = Form { title: "When & how often?".to_owned(), value: "every Monday <9am>".to_owned() };
    let buttons = vec![Button::new("By region"), Button { form: Some(form), ..Button::new("Change") }];
    Reply { buttons, ..Reply::text("9 pots") }
}

#[tokio::test]
async fn a_button_works_after_a_restart_and_is_taken_away() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let before = telegram(&emulator);
    let asked = emulator.says(chat, ann, "how many?");
    let message = next(&before).await;
    before.deliver(&answer(&message, offering())).await.unwrap();
    before.stop_receiving().await;
    assert!(before.next().await.is_none());
    let posted = emulator.answer(chat, asked).await.unwrap();
    let after = telegram(&emulator);
    emulator.presses(chat, posted.id, "By region", ann);
    let choice = next(&after).await;
    assert_eq!(choice.content, Content::Choice { turn: message.id, offer: 0, written: None });
    assert_eq!(choice.conversation, message.conversation);
    after.acknowledge(&choice, Stage::Received).await.unwrap();
    // Telegram may tell of a press twice; it hears of it once.
    after.acknowledge(&choice, Stage::Received).await.unwrap();
    assert_eq!(emulator.look(|state| state.unanswered().len()), 0);
    let delivery = answer(&choice, Reply { replaces: true, ..Reply::text("4 north, 5 south") });
    assert!(after.is_repeatable(&delivery));
    after.deliver(&delivery).await.unwrap();
    let changed = emulator.posted(chat);
    assert_eq!(changed.len(), 1);
    assert_eq!((changed[0].text(), &changed[0].markup), ("4 north, 5 south", &None));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_caption_is_changed_in_place_and_a_deleted_message_is_said_anew() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let telegram = telegram(&emulator);
    emulator.says(chat, ann, "how many?");
    let message = next(&telegram).await;
    let reply = Reply { attachments: vec![picture(640, 400)], ..offering() };
    telegram.deliver(&answer(&message, reply)).await.unwrap();
    let posted = emulator.posted(chat)[0].clone();
    emulator.presses(chat, posted.id, "By region", ann);
    let choice = next(&telegram).await;
    let replacing = Reply { replaces: true, buttons: vec![Button::new("Undo")], ..Reply::text("done") };
    telegram.deliver(&answer(&choice, replacing.clone())).await.unwrap();
    let changed = emulator.posted(chat)[0].clone();
    assert_eq!(changed.text(), "done");
    assert!(changed.file().is_some());
    emulator.presses(chat, posted.id, "Undo", ann);
    let choice = next(&telegram).await;
    emulator.deletes(chat, posted.id);
    telegram.deliver(&answer(&choice, replacing)).await.unwrap();
    let said = emulator.posted(chat);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].text(), "done");
    assert!(said[0].inline_keyboard().is_some());
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_button_that_wants_words_asks_for_them_across_restarts() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let before = telegram(&emulator);
    let asked = emulator.says(chat, ann, "a digest");
    let message = next(&before).await;
    before.deliver(&answer(&message, offering())).await.unwrap();
    let posted = emulator.answer(chat, asked).await.unwrap();
    assert_eq!(posted.text().trim_start_matches('\u{200b}'), "9 pots");
    before.stop_receiving().await;
    assert!(before.next().await.is_none());

    let asking = telegram(&emulator);
    emulator.presses(chat, posted.id, "Change", ann);
    let waiting = super::listen(&asking);
    let prompt = emulator.answer(chat, posted.id).await.unwrap();
    let Some(ReplyMarkup::ForceReply { placeholder }) = &prompt.markup else { panic!("{:?}", prompt.markup) };
    assert_eq!(placeholder.as_deref(), Some("When & how often?"));
    assert_eq!(prompt.text().trim_start_matches('\u{200b}'), "When & how often?\nevery Monday <9am>");
    emulator.wait_for(|state| state.unanswered().is_empty().then_some(())).await.unwrap();
    asking.stop_receiving().await;
    assert!(waiting.await.unwrap().is_none());
    asking.close().await;

    let after = telegram(&emulator);
    emulator.replies(chat, ann, prompt.id, "every Friday 5pm");
    let choice = next(&after).await;
    let written = Some("every Friday 5pm".to_owned());
    assert_eq!(choice.content, Content::Choice { turn: message.id, offer: 1, written });
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn in_a_group_only_whoever_pressed_is_asked() {
    let emulator = emulator().await;
    let (ann, bob) = (emulator.user("Ann"), emulator.user("Bob"));
    let group = emulator.group("Team", Privacy::On);
    emulator.joins(group, ann);
    emulator.joins(group, bob);
    let telegram = telegram(&emulator);
    let asked = emulator.says(group, ann, "@herald_test_bot a digest");
    let message = next(&telegram).await;
    telegram.deliver(&answer(&message, offering())).await.unwrap();
    let posted = emulator.answer(group, asked).await.unwrap();
    emulator.presses(group, posted.id, "Change", bob);
    let waiting = super::listen(&telegram);
    let prompt = emulator.answer(group, posted.id).await.unwrap();
    assert!(prompt.text().contains("Bob\n"), "{}", prompt.text());
    emulator.replies(group, bob, prompt.id, "daily");
    let choice = waiting.await.unwrap().unwrap().unwrap();
    assert_eq!(choice.from.id, bob.0.to_string());
    let written = Some("daily".to_owned());
    assert_eq!(choice.content, Content::Choice { turn: message.id, offer: 1, written });
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn the_longest_turn_fits_a_button() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let telegram = telegram(&emulator);
    let to = herald::domain::Destination::Person(herald::domain::UserId {
        platform: herald::domain::Platform::Telegram,
        id: ann.0.to_string(),
    });
    let turn = format!("clock:{}", "x".repeat(50));
    telegram.deliver(&super::delivery(&turn, to, offering())).await.unwrap();
    let posted = emulator.posted(chat)[0].clone();
    emulator.presses(chat, posted.id, "By region", ann);
    let choice = next(&telegram).await;
    assert_eq!(choice.content, Content::Choice { turn: MessageId(turn), offer: 0, written: None });
    assert_eq!(emulator.violations(), []);
}
