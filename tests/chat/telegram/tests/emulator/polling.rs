//! getMe, getUpdates and teloxide's dispatcher on them.

use std::time::Duration;

use telegram_emulator::emulator::{Breach, Disorder, Fault};
use teloxide::dispatching::UpdateFilterExt;
use teloxide::error_handlers::IgnoringErrorHandler;
use teloxide::prelude::*;
use teloxide::types::{AllowedUpdate, UpdateKind};
use teloxide::update_listeners::Polling;
use teloxide::{ApiError, RequestError};

use super::{bot, breaches, emulator, words};

#[tokio::test]
async fn the_dispatcher_echoes_and_confirms() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let handler = Update::filter_message().endpoint(|bot: Bot, message: Message| async move {
        bot.send_message(message.chat.id, message.text().unwrap_or("?")).await?;
        Ok::<(), RequestError>(())
    });
    let listener = Polling::builder(bot.clone()).timeout(Duration::from_secs(5)).delete_webhook().await.build();
    let mut dispatcher = Dispatcher::builder(bot, handler).build();
    let stop = dispatcher.shutdown_token();
    let errors = LoggingErrorHandler::new();
    let run = tokio::spawn(async move { dispatcher.dispatch_with_listener(listener, errors).await });
    let asked = emulator.says(chat, ann, "hello");
    let answer = emulator.answer(chat, asked).await.unwrap();
    assert_eq!(answer.text(), "hello");
    stop.shutdown().unwrap().await;
    run.await.unwrap();
    // Stopping asks once more with an offset, which confirms what was handled.
    assert_eq!(emulator.look(|state| state.pending_updates()), 0);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn the_dispatcher_gives_up_when_its_first_get_me_fails() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    emulator.faults().inject_in("getMe", Fault::CutRequest, 1);
    let handler = Update::filter_message().endpoint(|_: Message| async move { Ok::<(), RequestError>(()) });
    let listener = Polling::builder(bot.clone()).build();
    let mut dispatcher = Dispatcher::builder(bot, handler).build();
    let run = dispatcher.try_dispatch_with_listener(listener, LoggingErrorHandler::new()).await;
    assert!(matches!(run, Err(RequestError::Network(_))), "{run:?}");
}

#[tokio::test]
async fn polling_goes_on_after_a_closed_port() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    // Left alone, teloxide waits 1, 2, 4 … 64 seconds between tries.
    let at_once = |_: u32| Duration::from_millis(10);
    let listener = Polling::builder(bot.clone()).timeout(Duration::from_secs(5)).backoff_strategy(at_once).build();
    let handler = Update::filter_message().endpoint(|bot: Bot, message: Message| async move {
        bot.send_message(message.chat.id, "still here").await?;
        Ok::<(), RequestError>(())
    });
    let mut dispatcher = Dispatcher::builder(bot, handler).build();
    let stop = dispatcher.shutdown_token();
    let ignore = IgnoringErrorHandler::new();
    let run = tokio::spawn(async move { dispatcher.dispatch_with_listener(listener, ignore).await });
    emulator.listening().await.unwrap();
    emulator.faults().refuse_connections();
    emulator.wait_for(|state| (state.waiting_polls() == 0).then_some(())).await.unwrap();
    let asked = emulator.says(chat, ann, "are you there?");
    emulator.faults().accept_connections();
    assert_eq!(emulator.answer(chat, asked).await.unwrap().text(), "still here");
    stop.shutdown().unwrap().await;
    run.await.unwrap();
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn updates_stay_until_a_higher_offset_confirms_them() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    for text in ["one", "two", "three"] {
        emulator.says(chat, ann, text);
    }
    let all = bot.get_updates().await.unwrap();
    assert_eq!(all.len(), 3);
    let again = bot.get_updates().limit(2).await.unwrap();
    assert_eq!(again.iter().map(|update| update.id).collect::<Vec<_>>(), [all[0].id, all[1].id]);
    let rest = bot.get_updates().offset(all[2].id.0 as i32).await.unwrap();
    assert_eq!(rest.iter().map(|update| update.id).collect::<Vec<_>>(), [all[2].id]);
    let last = bot.get_updates().offset(-1).await.unwrap();
    assert_eq!(last[0].id, all[2].id);
    emulator.clock().advance(Duration::from_secs(24 * 60 * 60 + 1));
    assert_eq!(bot.get_updates().await.unwrap().len(), 0);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn a_long_poll_wakes_when_something_comes() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    let poll = tokio::spawn({
        let bot = bot.clone();
        async move { bot.get_updates().timeout(30).await }
    });
    emulator.wait_for(|state| (state.waiting_polls() == 1).then_some(())).await.unwrap();
    emulator.says(chat, ann, "now");
    let updates = poll.await.unwrap().unwrap();
    assert!(matches!(&updates[0].kind, UpdateKind::Message(message) if message.text() == Some("now")));
}

#[tokio::test]
async fn a_second_poll_ends_the_first() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let first = tokio::spawn({
        let bot = bot.clone();
        async move { bot.get_updates().timeout(30).await }
    });
    emulator.wait_for(|state| (state.waiting_polls() == 1).then_some(())).await.unwrap();
    bot.get_updates().await.unwrap();
    let refused = first.await.unwrap().unwrap_err();
    assert!(matches!(refused, RequestError::Api(ApiError::TerminatedByOtherGetUpdates)), "{refused:?}");
    assert_eq!(breaches(&emulator), [Breach::Conflict]);
}

#[tokio::test]
async fn only_wanted_kinds_are_queued() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    bot.get_updates().allowed_updates([AllowedUpdate::EditedMessage]).await.unwrap();
    let said = emulator.says(chat, ann, "unseen");
    emulator.edits(chat, said, "seen");
    let updates = bot.get_updates().await.unwrap();
    assert_eq!(updates.len(), 1);
    assert!(matches!(&updates[0].kind, UpdateKind::EditedMessage(message) if message.text() == Some("seen")));
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn updates_can_come_twice_and_out_of_order() {
    let emulator = emulator().await;
    let bot = bot(&emulator);
    let ann = emulator.user("Ann");
    let chat = emulator.private_chat(ann);
    emulator.disorder(Disorder { duplicates: true, reordering: true });
    for text in ["one", "two", "three"] {
        emulator.says(chat, ann, text);
    }
    let updates = bot.get_updates().await.unwrap();
    let texts: Vec<&str> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::Message(message) => message.text().unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, ["two", "two", "one", "one", "three", "three"]);
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized() {
    let emulator = emulator().await;
    let stranger = Bot::new("1:wrong").set_api_url(emulator.url().parse().unwrap());
    let refused = stranger.get_me().await.unwrap_err();
    // A well-formed token that is not the bot's.
    assert!(matches!(refused, RequestError::Api(ApiError::InvalidToken)), "{refused:?}");
    assert_eq!(
        words(Bot::new("nonsense").set_api_url(emulator.url().parse().unwrap()).get_me().await),
        "Invalid bot token"
    );
    assert_eq!(breaches(&emulator), [Breach::Token, Breach::Token]);
    let me = bot(&emulator).get_me().await.unwrap();
    assert_eq!(me.username(), "herald_test_bot");
    assert!(!me.can_read_all_group_messages);
}
