//! Flood limits, by the emulator's clock and with teloxide's Throttle.

use std::time::{Duration, Instant};

use telegram_emulator::emulator::{Breach, Clock, Emulator, Options, Privacy};
use teloxide::RequestError;
use teloxide::adaptors::throttle::Limits;
use teloxide::prelude::*;

use super::{bot, breaches, emulator};

async fn frozen() -> Emulator {
    Emulator::start(Options { clock: Clock::frozen(1_800_000_000), ..Options::default() }).await.unwrap()
}

fn retry_after<T: std::fmt::Debug>(result: Result<T, RequestError>) -> u32 {
    match result.unwrap_err() {
        RequestError::RetryAfter(seconds) => seconds.seconds(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_chat_takes_a_burst_and_then_one_a_second() {
    let emulator = frozen().await;
    let bot = bot(&emulator);
    let chat = ChatId(emulator.private_chat(emulator.user("Ann")).0);
    for _ in 0..5 {
        bot.send_message(chat, "x").await.unwrap();
    }
    assert_eq!(retry_after(bot.send_message(chat, "x").await), 1);
    emulator.clock().advance(Duration::from_secs(1));
    bot.send_message(chat, "x").await.unwrap();
    assert_eq!(breaches(&emulator), [Breach::Flood]);
}

#[tokio::test]
async fn a_group_takes_twenty_a_minute() {
    let emulator = frozen().await;
    let bot = bot(&emulator);
    let chat = ChatId(emulator.group("Team", Privacy::On).0);
    for _ in 0..20 {
        bot.send_message(chat, "x").await.unwrap();
        emulator.clock().advance(Duration::from_secs(1));
    }
    assert_eq!(retry_after(bot.send_message(chat, "x").await), 40);
    emulator.clock().advance(Duration::from_secs(40));
    bot.send_message(chat, "x").await.unwrap();
}

#[tokio::test]
async fn all_chats_together_take_thirty_a_second() {
    let emulator = frozen().await;
    let bot = bot(&emulator);
    let chats: Vec<ChatId> =
        (0..31).map(|n| ChatId(emulator.private_chat(emulator.user(&format!("u{n}"))).0)).collect();
    for chat in &chats[..30] {
        bot.send_message(*chat, "x").await.unwrap();
    }
    assert_eq!(retry_after(bot.send_message(chats[30], "x").await), 1);
}

#[tokio::test]
async fn throttle_and_cache_me_keep_within_the_limits() {
    let emulator = emulator().await;
    let chat = ChatId(emulator.private_chat(emulator.user("Ann")).0);
    let bot = bot(&emulator).throttle(Limits::default()).cache_me();
    let begun = Instant::now();
    for n in 0..3 {
        bot.send_message(chat, format!("{n}")).await.unwrap();
    }
    bot.get_me().await.unwrap();
    bot.get_me().await.unwrap();
    let asked = emulator.look(|state| state.requests().iter().filter(|request| request.method == "getme").count());
    assert_eq!(asked, 1);
    println!("three messages through Throttle took {:?}", begun.elapsed());
    assert_eq!(emulator.violations(), []);
}
