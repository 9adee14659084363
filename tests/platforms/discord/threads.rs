//! Long conversations go on in a thread that Herald begins.

use discord_emulator::emulator::permissions;
use herald::chat::Chat as _;
use herald::chat::discord::Threads;
use herald::domain::{Branch, ConversationId, MessageId, PlaceId, Platform, Reply};

use super::{World, answer, soon};

/// Somebody mentions Herald, which answers with the same words.
async fn ask(world: &World, text: &str) -> MessageId {
    let mention = format!("<@{}> {text}", world.emulator.bot());
    world.emulator.user_says(world.channel, world.ann, &mention).unwrap();
    let message = world.hear().await;
    world.answer(&message, Reply::text(text)).await.unwrap();
    message.id
}

#[tokio::test]
async fn the_third_answer_begins_a_thread_and_nothing_there_needs_a_mention() {
    let world = World::threaded(Threads::Long, true).await;
    ask(&world, "one").await;
    ask(&world, "two").await;
    assert_eq!(world.emulator.view(|view| view.threads(world.channel)), []);
    let third = ask(&world, "revenue last month\nby region").await;
    let (thread, name) = world.emulator.view(|view| view.threads(world.channel)).remove(0);
    assert_eq!(name, "revenue last month by region");
    let posted = world.emulator.view(|view| view.posted(thread));
    assert_eq!((posted.len(), posted[0].reply_to), (1, None));
    assert_eq!(world.emulator.view(|view| view.posted(world.channel)).len(), 2, "the channel stays readable");
    world.emulator.user_says(thread, world.ann, "and for the north?").unwrap();
    let message = world.hear().await;
    assert_eq!(message.text(), "and for the north?");
    assert_eq!(message.conversation, ConversationId(format!("discord:{thread}")));
    let place = PlaceId { platform: Platform::Discord, id: world.channel.to_string() };
    let conversation = ConversationId(format!("discord:{}", world.channel));
    assert_eq!(message.branch, Some(Branch { place, conversation, turn: third }));
    world.answer(&message, Reply::text("€5")).await.unwrap();
    assert_eq!(world.emulator.view(|view| view.posted(thread)).len(), 2);
    ask(&world, "something else").await;
    assert_eq!(
        world.emulator.view(|view| view.threads(world.channel)).len(),
        1,
        "a new exchange begins in the channel"
    );
    world.is_fine();
}

#[tokio::test]
async fn an_answer_that_is_sent_again_finds_its_thread() {
    let world = World::threaded(Threads::Always, false).await;
    let mention = format!("<@{}> {}", world.emulator.bot(), "very ".repeat(60));
    world.emulator.user_says(world.channel, world.ann, &mention).unwrap();
    let message = world.hear().await;
    let delivery = answer(&message, Reply::text("€5"));
    soon(world.chat.deliver(&delivery)).await.unwrap();
    // After a restart nothing is known of the thread but what Discord says.
    let world = world.restarted().await;
    soon(world.chat.deliver(&delivery)).await.unwrap();
    let threads = world.emulator.view(|view| view.threads(world.channel));
    assert_eq!(threads.len(), 1);
    assert!(threads[0].1.chars().count() <= 100, "{}", threads[0].1);
    assert_eq!(world.emulator.view(|view| view.posted(threads[0].0)).len(), 1, "known by its nonce");
    world.is_fine();
}

#[tokio::test]
async fn without_the_permission_all_stays_in_the_channel() {
    let world = World::threaded(Threads::Always, false).await;
    world.emulator.deny(world.channel, world.emulator.bot(), permissions::CREATE_PUBLIC_THREADS);
    ask(&world, "one").await;
    ask(&world, "two").await;
    assert_eq!(world.emulator.view(|view| view.threads(world.channel)), []);
    assert_eq!(world.emulator.view(|view| view.posted(world.channel)).len(), 2);
    world.is_fine();
}

#[tokio::test]
async fn a_message_that_is_gone_is_answered_in_the_channel() {
    let world = World::threaded(Threads::Always, false).await;
    let said = world.emulator.user_says(world.channel, world.ann, &format!("<@{}> one", world.emulator.bot())).unwrap();
    let message = world.hear().await;
    world.emulator.delete_message(said);
    world.answer(&message, Reply::text("€5")).await.unwrap();
    assert_eq!(world.emulator.view(|view| view.posted(world.channel)).len(), 1);
}
