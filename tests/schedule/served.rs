//! What is due goes out through the runtime, and what a kill left behind goes out at the next start.

use std::sync::Arc;

use herald::chat::Chat;
use herald::chat::collecting::Collecting;
use herald::domain::{Content, Delivery, Destination, Platform, Role};
use herald::runtime::{Runtime, Settings};
use herald::schedule::Schedule;
use herald::storage;

use super::world::{World, team};

/// A digest in the team's channel that is due now.
fn due() -> World {
    let world = World::simple("2026-05-01T12:00:00Z", "Europe/London");
    world.role("1", Role::Marketer);
    let text = Content::Text("every Monday 9am send a digest with revenue here".to_owned());
    world.say("1", Some(Role::Marketer), text);
    world.clock.set("2026-05-04T08:00:00Z");
    world
}

/// Serves until the chat has so many deliveries. The facts block while they are read, so the world is made outside.
fn served(world: &World, count: usize) -> Vec<Delivery> {
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    threads.block_on(serve(world, count))
}

async fn serve(world: &World, count: usize) -> Vec<Delivery> {
    let chat = Arc::new(Collecting::new(Platform::Discord));
    let chats: Vec<Arc<dyn Chat>> = vec![Arc::clone(&chat) as Arc<dyn Chat>];
    let schedule = Arc::new(Schedule::new(
        Arc::clone(&world.assistant),
        Arc::clone(&world.store),
        Arc::clone(&world.clock) as Arc<dyn herald::domain::Clock>,
    ));
    let runtime = Runtime::new(chats, Arc::clone(&world.assistant), Arc::clone(&world.store), Settings::default());
    let waiting = Arc::clone(&chat);
    let stop = async move {
        waiting.delivered(count).await;
    };
    runtime.with_schedule(schedule).serve(stop).await.unwrap();
    chat.deliveries()
}

#[test]
fn what_is_due_is_delivered_once() {
    let world = due();
    let delivered = served(&world, 1);
    assert_eq!(delivered.len(), 1);
    assert_eq!(delivered[0].to, Destination::Place(team()));
    assert!(delivered[0].reply.words().contains("Your digest of Mon 4 May 2026, 09:00"));
    assert!(storage::all::<Delivery>(&*world.store).unwrap().is_empty());
    assert!(world.schedule.due().unwrap().is_empty());
}

#[test]
fn what_was_kept_before_a_kill_is_delivered_at_the_next_start() {
    let world = due();
    // The process ends here: the delivery is in the store, and nobody took it.
    assert_eq!(world.schedule.due().unwrap().len(), 1);
    let delivered = served(&world, 1);
    assert_eq!(delivered.len(), 1);
    assert!(storage::all::<Delivery>(&*world.store).unwrap().is_empty());
}
