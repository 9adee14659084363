//! Rate limits and the faults that a test asks for, as serenity without its rate limiter meets them.

use std::time::Duration;

use discord_emulator::emulator::{Clock, Cut, Endpoint, Filter, Options, Rule};
use serenity::all::HttpError;

use crate::bot::{World, code, http, quiet};

#[tokio::test]
async fn windows_are_counted_on_the_clock() {
    let world = World::start(Options { clock: Clock::manual(), ..Options::default() }).await;
    let http = http(&world.emulator, &world.emulator.token());
    let there = world.there();
    for _ in 0..5 {
        there.say(&http, "x").await.unwrap();
    }
    let serenity::Error::Http(HttpError::UnsuccessfulRequest(limited)) = there.say(&http, "x").await.unwrap_err()
    else {
        panic!()
    };
    assert_eq!(limited.status_code.as_u16(), 429);
    let other = world.emulator.add_channel(world.guild, "other");
    serenity::all::ChannelId::new(other.get()).say(&http, "another channel has its own").await.unwrap();
    there.say(&http, "too soon").await.unwrap_err();
    assert!(world.emulator.violations().iter().any(|one| matches!(one.rule, Rule::RetriedTooSoon { .. })));
    world.emulator.clock().advance(Duration::from_secs(5));
    there.say(&http, "x").await.unwrap();
}

#[tokio::test]
async fn a_storm_is_no_violation_but_ignoring_it_is() {
    let world = World::quiet().await;
    let http = http(&world.emulator, &world.emulator.token());
    world.emulator.faults().rate_limit(Filter::Only(Endpoint::CreateMessage), Duration::from_secs(2), 1);
    world.there().say(&http, "x").await.unwrap_err();
    assert_eq!(world.emulator.violations(), []);
    world.there().say(&http, "x").await.unwrap();
    assert!(matches!(world.emulator.violations()[0].rule, Rule::RetriedTooSoon { .. }));
    world.emulator.clock().advance(Duration::from_secs(2));
    world.emulator.faults().global_rate_limit(Duration::from_secs(1), 1);
    world.there().say(&http, "x").await.unwrap_err();
    world.emulator.clock().advance(Duration::from_secs(2));
    world.there().say(&http, "x").await.unwrap();
    assert_eq!(world.emulator.violations().len(), 1);
}

#[tokio::test]
async fn servers_fail_and_connections_break() {
    let world = World::quiet().await;
    let http = http(&world.emulator, &world.emulator.token());
    let (there, faults) = (world.there(), world.emulator.faults());
    faults.server_error(Filter::All, 503, 1);
    assert_eq!(code(there.say(&http, "a").await.unwrap_err()), -1, "serenity's own code for what is not JSON");
    faults.cut(Filter::All, Cut::BeforeHandling, 1);
    let broken = there.say(&http, "b").await.unwrap_err();
    assert!(matches!(broken, serenity::Error::Http(HttpError::Request(_))), "{broken:?}");
    faults.cut(Filter::All, Cut::AfterHandling, 1);
    there.say(&http, "c").await.unwrap_err();
    let texts: Vec<String> = world.emulator.messages(world.channel).into_iter().map(|one| one.content).collect();
    assert_eq!(texts, ["c"]);
    faults.latency(Filter::All, Duration::from_millis(50));
    there.say(&http, "d").await.unwrap();
    faults.clear();
    assert_eq!(world.emulator.violations(), []);
}

#[tokio::test]
async fn a_nonce_makes_a_retry_safe() {
    let world = World::start(quiet()).await;
    let http = http(&world.emulator, &world.emulator.token());
    let draft = serde_json::json!({ "content": "once", "nonce": "n1", "enforce_nonce": true });
    world.emulator.faults().cut(Filter::All, Cut::AfterHandling, 1);
    http.send_message(world.there(), vec![], &draft).await.unwrap_err();
    http.send_message(world.there(), vec![], &draft).await.unwrap();
    assert_eq!(world.emulator.messages(world.channel).len(), 1);
}
