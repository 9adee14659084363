//! What breaks: limits, servers, connections. Nothing is lost, nothing is said twice.

use std::time::Duration;

use herald::chat::{Chat, ChatError};
use herald::domain::{Delivery, Destination, Platform, Reply, UserId};
use telegram_emulator::emulator::{ChatId, Fault};

use super::{answer, delivery, emulator, listen, next, picture, telegram};

fn to(chat: ChatId, turn: &str, reply: Reply) -> Delivery {
    delivery(turn, Destination::Person(UserId { platform: Platform::Telegram, id: chat.0.to_string() }), reply)
}

#[tokio::test]
async fn one_chat_waits_while_another_goes_on() {
    let emulator = emulator().await;
    let (ann, bob) = (emulator.private_chat(emulator.user("Ann")), emulator.private_chat(emulator.user("Bob")));
    let telegram = telegram(&emulator);
    emulator.faults().inject_in("sendMessage", Fault::TooManyRequests { retry_after: 1 }, 1);
    let first = to(ann, "a", Reply::text("one"));
    let told = telegram.deliver(&first).await.unwrap_err();
    assert!(matches!(told, ChatError::Later { after, .. } if after == Duration::from_secs(1)), "{told}");
    telegram.deliver(&to(bob, "b", Reply::text("two"))).await.unwrap();
    assert!(emulator.posted(ann).is_empty());
    // Tried too early, it waits by itself.
    telegram.deliver(&first).await.unwrap();
    assert_eq!(emulator.posted(ann)[0].text(), "one");
    emulator.faults().inject_in("sendMessage", Fault::TooManyRequests { retry_after: 3_000 }, 1);
    let long = to(ann, "c", Reply::text("three"));
    telegram.deliver(&long).await.unwrap_err();
    let told = telegram.deliver(&long).await.unwrap_err();
    assert!(matches!(told, ChatError::Later { after, .. } if after > Duration::from_secs(2_900)), "{told}");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_failing_server_did_nothing_and_is_tried_again() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let telegram = telegram(&emulator);
    for status in [500, 502] {
        emulator.faults().inject_in("sendMessage", Fault::ServerError(status), 1);
        let failed = telegram.deliver(&to(chat, "a", Reply::text("one"))).await.unwrap_err();
        assert!(matches!(failed, ChatError::Unreachable { .. }), "{failed}");
    }
    telegram.deliver(&to(chat, "a", Reply::text("one"))).await.unwrap();
    assert_eq!(emulator.posted(chat).len(), 1);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_broken_connection_leaves_doubt_and_nothing_is_said_twice() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let telegram = telegram(&emulator);
    for (fault, posted) in [(Fault::CutAnswer, 1), (Fault::CutRequest, 1)] {
        emulator.faults().inject_in("sendMessage", fault, 1);
        let message = to(chat, "a", Reply::text("one"));
        let doubt = telegram.deliver(&message).await.unwrap_err();
        assert!(matches!(doubt, ChatError::Uncertain { .. }), "{doubt}");
        assert!(!telegram.is_repeatable(&message));
        assert_eq!(emulator.posted(chat).len(), posted);
        let said = std::error::Error::source(&doubt).map(|source| format!("{doubt} {source:?}")).unwrap();
        assert!(!said.contains(emulator.token()), "{said}");
    }
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn parts_that_arrived_are_not_sent_again() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let telegram = telegram(&emulator);
    emulator.faults().inject_in("sendMessage", Fault::ServerError(503), 2);
    let lines = vec!["**9**".to_owned(), "why ".repeat(400)];
    let long = to(chat, "a", Reply { lines, attachments: vec![picture(640, 400)], ..Reply::default() });
    for _ in 0..2 {
        let failed = telegram.deliver(&long).await.unwrap_err();
        assert!(matches!(failed, ChatError::Unreachable { .. }), "{failed}");
        assert_eq!(emulator.posted(chat).len(), 1);
    }
    // The next run of the program goes on behind what is there.
    let left = Delivery { parts_taken: telegram.parts_taken(&long), ..long.clone() };
    assert_eq!(left.parts_taken, 1);
    let restarted = super::telegram(&emulator);
    restarted.deliver(&left).await.unwrap();
    let posted = emulator.posted(chat);
    assert_eq!(posted.len(), 2);
    assert!(posted[0].file().is_some() && posted[1].text().starts_with("why"));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_comes_back() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let receiving = telegram(&emulator);
    let waiting = listen(&receiving);
    emulator.listening().await.unwrap();
    emulator.faults().refuse_connections();
    emulator.wait_for(|state| (state.waiting_polls() == 0).then_some(())).await.unwrap();
    let sending = telegram(&emulator);
    let failed = sending.deliver(&to(chat, "a", Reply::text("one"))).await.unwrap_err();
    assert!(matches!(failed, ChatError::Unreachable { .. }), "{failed}");
    let asked = emulator.says(chat, ann, "are you there?");
    emulator.faults().accept_connections();
    let message = waiting.await.unwrap().unwrap().unwrap();
    receiving.deliver(&answer(&message, Reply::text("still here"))).await.unwrap();
    assert_eq!(emulator.answer(chat, asked).await.unwrap().text(), "still here");
    sending.deliver(&to(chat, "a", Reply::text("one"))).await.unwrap();
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn receiving_goes_on_after_everything_that_breaks() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    emulator.faults().inject_in("getMe", Fault::CutRequest, 1);
    emulator.faults().inject_in("getUpdates", Fault::ServerError(502), 1);
    emulator.faults().inject_in("getUpdates", Fault::CutAnswer, 1);
    emulator.faults().inject_in("getUpdates", Fault::TooManyRequests { retry_after: 1 }, 1);
    emulator.says(chat, ann, "one");
    let telegram = telegram(&emulator);
    assert_eq!(next(&telegram).await.text(), "one");
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_change_that_was_made_counts_as_made() {
    let emulator = emulator().await;
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let telegram = telegram(&emulator);
    emulator.says(chat, ann, "how many?");
    let message = next(&telegram).await;
    let reply = Reply { buttons: vec![herald::domain::Button::new("Undo")], ..Reply::text("9") };
    telegram.deliver(&answer(&message, reply)).await.unwrap();
    let posted = emulator.posted(chat)[0].clone();
    emulator.presses(chat, posted.id, "Undo", ann);
    let choice = next(&telegram).await;
    let change = answer(&choice, Reply { replaces: true, ..Reply::text("undone") });
    emulator.faults().inject_in("editMessageText", Fault::CutAnswer, 1);
    let doubt = telegram.deliver(&change).await.unwrap_err();
    assert!(matches!(doubt, ChatError::Uncertain { .. }), "{doubt}");
    assert!(telegram.is_repeatable(&change));
    telegram.deliver(&change).await.unwrap();
    assert_eq!(emulator.posted(chat)[0].text(), "undone");
    // That the second attempt changed nothing is what the emulator notes.
    let details: Vec<_> = emulator.violations().into_iter().map(|violation| violation.breach).collect();
    assert_eq!(details, [telegram_emulator::emulator::Breach::NotModified]);
}
