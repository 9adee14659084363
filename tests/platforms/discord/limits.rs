//! Limits, failures and a network that is away, as the outbox is told of them.

use std::time::Duration;

use discord_emulator::emulator::{Endpoint, Filter, Options, RateLimits};
use herald::chat::{Chat as _, ChatError};
use herald::domain::{Destination, MessageId, PlaceId, Platform, Reply};

use super::{World, adapter, delivery, quiet, soon};

impl World {
    async fn post(&self, id: &str) -> Result<(), ChatError> {
        let place = PlaceId { platform: Platform::Discord, id: self.channel.to_string() };
        let to = Destination::Place(place);
        soon(self.chat.deliver(&delivery(id, to, &MessageId("discord:7".to_owned()), Reply::text(id)))).await
    }
}

#[tokio::test]
async fn announced_limits_are_kept() {
    let limits = RateLimits { per_route: 2, window: Duration::from_millis(300), global_per_second: 50 };
    let options = Options { rate_limits: limits, clock: discord_emulator::emulator::Clock::real(), ..quiet() };
    let world = World::with(options, false).await;
    let ids: Vec<String> = (0..7).map(|number| format!("d{number}")).collect();
    for sent in futures::future::join_all(ids.iter().map(|id| world.post(id))).await {
        sent.unwrap();
    }
    assert_eq!(world.emulator.messages(world.channel).len(), 7);
    world.is_fine();
}

#[tokio::test]
async fn a_short_wait_is_waited_for_and_a_long_one_is_told() {
    let options = Options { clock: discord_emulator::emulator::Clock::real(), ..quiet() };
    let world = World::with(options, false).await;
    let (faults, create) = (world.emulator.faults(), Filter::Only(Endpoint::CreateMessage));
    faults.rate_limit(create, Duration::from_millis(100), 2);
    world.post("a").await.unwrap();
    faults.global_rate_limit(Duration::from_millis(100), 1);
    world.post("b").await.unwrap();
    faults.rate_limit(create, Duration::from_secs(30), 1);
    let told = world.post("c").await.unwrap_err();
    assert!(matches!(told, ChatError::Later { after, .. } if after > Duration::from_secs(29)), "{told:?}");
    let told = world.post("c").await.unwrap_err();
    assert!(matches!(told, ChatError::Later { .. }), "the route is left alone: {told:?}");
    assert_eq!(world.emulator.messages(world.channel).len(), 2);
    world.is_fine();
}

#[tokio::test]
async fn failures_are_told_apart() {
    let world = World::connected().await;
    world.emulator.faults().server_error(Filter::Only(Endpoint::CreateMessage), 502, 1);
    assert!(matches!(world.post("a").await, Err(ChatError::Unreachable { .. })));
    world.post("a").await.unwrap();
    world.is_fine();
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let away = World { chat: adapter(&closed, "token", false), ..world };
    assert!(matches!(away.post("b").await, Err(ChatError::Unreachable { .. })));
    let wrong = World { chat: adapter(&away.emulator.rest_url(), "wrong", false), ..away };
    let told = wrong.post("c").await.unwrap_err();
    assert!(
        matches!(&told, ChatError::Misconfigured { reason, .. } if reason.contains("developer portal")),
        "{told:?}"
    );
    let told = soon(wrong.chat.next()).await.unwrap().unwrap_err();
    assert!(matches!(told, ChatError::Misconfigured { .. }), "{told:?}");
    assert!(soon(wrong.chat.next()).await.is_none());
}
