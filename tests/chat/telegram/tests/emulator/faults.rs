//! Faults on command, and what teloxide makes of them.

use std::time::{Duration, Instant};

use telegram_emulator::emulator::{Breach, Emulator, Fault, Options};
use teloxide::RequestError;
use teloxide::adaptors::throttle::Limits;
use teloxide::prelude::*;

use super::{bot, breaches, emulator};

#[tokio::test]
async fn a_storm_of_429_is_weathered_by_throttle() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    emulator.faults().inject_in("sendMessage", Fault::TooManyRequests { retry_after: 1 }, 2);
    let bot = bot(&emulator).throttle(Limits::default());
    bot.send_message(ChatId(chat.0), "at last").await.unwrap();
    let statuses: Vec<u16> = emulator.look(|state| {
        state
            .requests()
            .iter()
            .filter(|request| request.method == "sendmessage")
            .map(|request| request.status)
            .collect()
    });
    assert_eq!(statuses, [429, 429, 200]);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn throttle_leaves_edits_to_their_fate() {
    let emulator = emulator().await;
    let chat = ChatId(emulator.private_chat(emulator.user("Ann")).0);
    let bot = bot(&emulator).throttle(Limits::default());
    let sent = bot.send_message(chat, "one").await.unwrap();
    emulator.faults().inject_in("editMessageText", Fault::TooManyRequests { retry_after: 1 }, 1);
    let error = bot.edit_message_text(chat, sent.id, "two").await.unwrap_err();
    assert!(matches!(error, RequestError::RetryAfter(_)), "{error:?}");
}

#[tokio::test]
async fn throttle_makes_every_chat_wait_for_one() {
    let emulator = emulator().await;
    let (ann, bob) = (emulator.user("Ann"), emulator.user("Bob"));
    let (here, there) = (emulator.private_chat(ann), emulator.private_chat(bob));
    let bot = bot(&emulator).throttle(Limits::default());
    emulator.faults().inject_in("sendMessage", Fault::TooManyRequests { retry_after: 2 }, 1);
    let begun = Instant::now();
    let first = tokio::spawn({
        let bot = bot.clone();
        async move { bot.send_message(ChatId(here.0), "x").await }
    });
    emulator.wait_for(|state| (state.requests().len() == 1).then_some(())).await.unwrap();
    // The freeze reaches the worker of teloxide a moment after the answer does.
    while begun.elapsed() < Duration::from_millis(300) {
        tokio::task::yield_now().await;
    }
    bot.send_message(ChatId(there.0), "x").await.unwrap();
    println!("the other chat was served after {:?}", begun.elapsed());
    first.await.unwrap().unwrap();
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_client_that_does_not_wait_is_found_out() {
    let options = Options { limits: telegram_emulator::emulator::Limits::none(), ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let chat = ChatId(emulator.private_chat(emulator.user("Ann")).0);
    emulator.faults().inject(Fault::TooManyRequests { retry_after: 60 }, 1);
    let bot = bot(&emulator);
    assert!(matches!(bot.send_message(chat, "x").await.unwrap_err(), RequestError::RetryAfter(_)));
    // What was under way when the 429 went out is forgiven, so the first of these may be.
    bot.get_chat(chat).await.unwrap();
    while breaches(&emulator).is_empty() {
        bot.send_message(chat, "x").await.unwrap();
    }
    assert_eq!(breaches(&emulator), [Breach::Impatient]);
}

#[tokio::test]
async fn a_cut_answer_is_a_network_error_after_the_deed() {
    let emulator = emulator().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let bot = bot(&emulator);
    emulator.faults().inject(Fault::CutAnswer, 1);
    let error = bot.send_message(ChatId(chat.0), "twice?").await.unwrap_err();
    assert!(matches!(error, RequestError::Network(_)), "{error:?}");
    assert_eq!(emulator.posted(chat).len(), 1);
    emulator.faults().inject(Fault::CutRequest, 1);
    let error = bot.send_message(ChatId(chat.0), "never").await.unwrap_err();
    assert!(matches!(error, RequestError::Network(_)), "{error:?}");
    assert_eq!(emulator.posted(chat).len(), 1);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn latency_and_a_shut_door() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    emulator.faults().inject(Fault::Delay(Duration::from_millis(150)), 1);
    let begun = Instant::now();
    bot.get_me().await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(150));
    emulator.faults().refuse_connections();
    let error = bot.get_me().await.unwrap_err();
    assert!(matches!(error, RequestError::Network(_)), "{error:?}");
    emulator.faults().accept_connections();
    let mut tries = 0;
    while bot.get_me().await.is_err() {
        tries += 1;
        assert!(tries < 10_000, "the door stays shut");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
#[ignore = "teloxide sleeps ten seconds of real time after each 5xx"]
async fn a_server_error_makes_teloxide_wait_ten_seconds() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    emulator.faults().inject(Fault::ServerError(502), 1);
    let begun = Instant::now();
    let error = bot.get_me().await.unwrap_err();
    assert!(matches!(&error, RequestError::Api(_)), "{error:?}");
    println!("a 502 took {:?} and became {error:?}", begun.elapsed());
    assert_eq!(emulator.violations(), []);
}
