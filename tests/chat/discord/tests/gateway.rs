//! The gateway's life: identify, resume, invalid sessions, cuts, zombies and close codes, as serenity meets them.

use std::time::Duration;

use discord_emulator::emulator::{GatewayLog, Options, Rule};
use serenity::all::GatewayIntents;

use crate::bot::{Bot, Seen, World, intents, quiet};

fn log(world: &World) -> GatewayLog {
    world.emulator.view(|view| view.gateway_log().clone())
}

#[tokio::test]
async fn ready_names_the_bot_and_its_guild() {
    let world = World::quiet().await;
    let mut bot = Bot::start(&world.emulator, intents()).await;
    let ready = bot.next(|seen| if let Seen::Ready(ready) = seen { Some(ready) } else { None }).await;
    assert_eq!((ready.user.name.as_str(), ready.guilds.len(), ready.version), ("Herald", 1, 10));
    let guilds = bot.next(|seen| if let Seen::CacheReady(count) = seen { Some(count) } else { None }).await;
    assert_eq!(guilds, 1);
    assert_eq!(log(&world).identifies, 1);
    bot.manager.shutdown_all().await;
    world.emulator.wait_for(|view| (view.sessions() == 0).then_some(())).await.unwrap();
    assert_eq!(log(&world).client_closes, [1000]);
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn a_cut_connection_is_resumed_and_missed_events_come_again() {
    let world = World::quiet().await;
    let mut bot = world.bot().await;
    world.emulator.gateway().cut();
    world.emulator.wait_for(|view| (view.sessions() == 0).then_some(())).await.unwrap();
    world.emulator.user_says(world.channel, world.ann, "while you were away").unwrap();
    assert_eq!(bot.message().await.content, "while you were away");
    bot.resumed().await;
    let log = log(&world);
    assert_eq!((log.connections, log.identifies, log.resumes), (2, 1, 1));
    assert_eq!(log.resume_connections, 0, "serenity 0.12 does not use resume_gateway_url");
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn close_frames_and_reconnect_requests_are_resumed_too() {
    let world = World::quiet().await;
    let mut bot = world.bot().await;
    world.emulator.gateway().reconnect();
    bot.resumed().await;
    world.emulator.gateway().close(4000);
    bot.resumed().await;
    world.emulator.gateway().invalidate(true);
    bot.resumed().await;
    world.emulator.user_says(world.channel, world.ann, "still there?").unwrap();
    assert_eq!(bot.message().await.content, "still there?");
    assert_eq!((log(&world).identifies, log(&world).resumes), (1, 3));
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn an_invalid_session_is_identified_anew() {
    let world = World::quiet().await;
    let mut bot = world.bot().await;
    world.emulator.gateway().invalidate(false);
    bot.next(|seen| matches!(seen, Seen::Ready(_)).then_some(())).await;
    world.emulator.gateway().expire_sessions();
    world.emulator.gateway().cut();
    bot.next(|seen| matches!(seen, Seen::Ready(_)).then_some(())).await;
    let log = log(&world);
    assert_eq!((log.identifies, log.refused_resumes), (3, 1));
}

#[tokio::test]
async fn heartbeats_are_counted_and_can_be_asked_for() {
    let world = World::start(Options { heartbeat_interval: Duration::from_millis(300), ..quiet() }).await;
    let _bot = world.bot().await;
    world.emulator.wait_for(|view| (view.gateway_log().heartbeats >= 2).then_some(())).await.unwrap();
    let before = log(&world).heartbeats;
    world.emulator.gateway().request_heartbeat();
    world.emulator.wait_for(|view| (view.gateway_log().heartbeats > before).then_some(())).await.unwrap();
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn a_zombie_is_left() {
    let world = World::start(Options { heartbeat_interval: Duration::from_millis(300), ..quiet() }).await;
    let mut bot = world.bot().await;
    world.emulator.gateway().stop_acks();
    // Serenity restarts the shard without a close frame, after some seconds: it identifies anew, and events of the
    // meantime are lost.
    bot.next(|seen| matches!(seen, Seen::Ready(_)).then_some(())).await;
    world.emulator.gateway().resume_acks();
    assert_eq!((log(&world).client_closes, log(&world).identifies, log(&world).resumes), (vec![], 2, 0));
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn wrong_tokens_and_intents_end_the_client() {
    let world = World::quiet().await;
    let bot = Bot::start(&world.emulator, intents() | GatewayIntents::GUILD_MEMBERS).await;
    bot.task.await.unwrap().unwrap_err();
    let closed = |view: &discord_emulator::emulator::View<'_>, wanted: u16| {
        view.violations().iter().any(|one| matches!(one.rule, Rule::Closed { code, .. } if code == wanted))
    };
    assert!(world.emulator.view(|view| closed(view, 4014)));
    let wrong = Bot::start_with(&world.emulator, "wrong", intents()).await;
    wrong.task.await.unwrap().unwrap_err();
    assert!(world.emulator.view(|view| closed(view, 4004)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_without_a_code_is_survived() {
    let world = World::start(Options { heartbeat_interval: Duration::from_millis(300), ..quiet() }).await;
    let mut bot = world.bot().await;
    world.emulator.gateway().close_without_code();
    // Serenity 0.12 takes the closed stream for a silent one until its next heartbeat fails, and then starts anew.
    bot.next(|seen| matches!(seen, Seen::Ready(_)).then_some(())).await;
    assert_eq!((log(&world).identifies, log(&world).resumes), (2, 0));
}
