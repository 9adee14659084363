//! Gateway payloads over a bare WebSocket, which serenity would never send, and the close codes that they earn.

use futures::{SinkExt, StreamExt};
use discord_emulator::emulator::{Clock, Options, RateLimits};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::bot::{World, quiet};

struct Wire(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Wire {
    async fn open(world: &World, path: &str) -> Self {
        let url = world.emulator.rest_url().replace("http", "ws") + path;
        Self(connect_async(url).await.unwrap().0)
    }

    async fn hello(world: &World) -> Self {
        let mut wire = Self::open(world, "/?v=10&encoding=json").await;
        assert_eq!(wire.next().await["op"], 10);
        wire
    }

    async fn identified(world: &World) -> (Self, String) {
        let mut wire = Self::hello(world).await;
        wire.send(identify(world)).await;
        let ready = wire.next().await;
        assert_eq!((&ready["t"], &ready["s"]), (&json!("READY"), &json!(1)));
        assert_eq!(wire.next().await["t"], "GUILD_CREATE");
        (wire, ready["d"]["session_id"].as_str().unwrap().to_owned())
    }

    async fn send(&mut self, payload: Value) {
        self.0.send(Message::Text(payload.to_string())).await.unwrap();
    }

    async fn next(&mut self) -> Value {
        match self.0.next().await.unwrap().unwrap() {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("not a payload: {other:?}"),
        }
    }

    /// The close code that comes in the end.
    async fn closed(mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.0.next().await.unwrap().unwrap() {
                return frame.unwrap().code.into();
            }
        }
    }
}

fn identify(world: &World) -> Value {
    json!({ "op": 2, "d": { "token": world.emulator.token(), "intents": 513, "properties": {} } })
}

fn changed(mut payload: Value, key: &str, value: Value) -> Value {
    payload["d"][key] = value;
    payload
}

#[tokio::test]
async fn broken_payloads_earn_their_close_codes() {
    let world = World::quiet().await;
    for (payload, wanted) in [
        (json!({ "op": 99, "d": null }), 4001),
        (json!("nothing"), 4002),
        (json!({ "op": 1, "d": "x" }), 4002),
        (json!({ "op": 3, "d": {} }), 4003),
        (changed(identify(&world), "token", json!("wrong")), 4004),
        (changed(identify(&world), "shard", json!([1, 1])), 4010),
        (changed(identify(&world), "intents", json!(1_u64 << 30)), 4013),
        (changed(identify(&world), "intents", json!(1 << 1)), 4014),
        (changed(identify(&world), "padding", json!("x".repeat(4096))), 4002),
    ] {
        let mut wire = Wire::hello(&world).await;
        wire.send(payload.clone()).await;
        assert_eq!(wire.closed().await, wanted, "{payload}");
    }
    let (mut wire, _) = Wire::identified(&world).await;
    wire.send(identify(&world)).await;
    assert_eq!(wire.closed().await, 4005);
    assert_eq!(Wire::open(&world, "/?v=6").await.closed().await, 4012);
    assert_eq!(world.emulator.violations().len(), 11);
}

#[tokio::test]
async fn too_many_payloads_are_rate_limited() {
    let world = World::start(Options { clock: Clock::manual(), rate_limits: RateLimits::generous(), ..quiet() }).await;
    let mut wire = Wire::hello(&world).await;
    for _ in 0..120 {
        wire.send(json!({ "op": 1, "d": null })).await;
        assert_eq!(wire.next().await["op"], 11);
    }
    world.emulator.clock().advance(std::time::Duration::from_secs(60));
    for _ in 0..120 {
        wire.send(json!({ "op": 1, "d": null })).await;
    }
    wire.send(json!({ "op": 1, "d": null })).await;
    assert_eq!(wire.closed().await, 4008);
}

#[tokio::test]
async fn a_resume_replays_what_was_missed() {
    let world = World::quiet().await;
    let (wire, session) = Wire::identified(&world).await;
    drop(wire);
    world.emulator.wait_for(|view| (view.sessions() == 0).then_some(())).await.unwrap();
    world.emulator.user_says(world.channel, world.ann, "one").unwrap();
    world.emulator.user_says(world.channel, world.ann, "two").unwrap();
    let resume =
        |seq: u64| json!({ "op": 6, "d": { "token": world.emulator.token(), "session_id": session, "seq": seq } });
    let mut wire = Wire::open(&world, "/resume?v=10&encoding=json").await;
    wire.next().await;
    wire.send(resume(3)).await;
    let (two, resumed) = (wire.next().await, wire.next().await);
    assert_eq!((&two["t"], &two["s"], &two["d"]["content"]), (&json!("MESSAGE_CREATE"), &json!(4), &json!("")));
    assert_eq!((&resumed["t"], &resumed["s"]), (&json!("RESUMED"), &json!(5)));
    let mut wire = Wire::hello(&world).await;
    wire.send(resume(99)).await;
    assert_eq!(wire.closed().await, 4007);
    world.emulator.gateway().expire_sessions();
    let mut wire = Wire::hello(&world).await;
    wire.send(resume(3)).await;
    let invalid = wire.next().await;
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
}

#[tokio::test]
async fn a_goodbye_gives_the_session_up() {
    let world = World::quiet().await;
    let (mut wire, session) = Wire::identified(&world).await;
    let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame { code: 1000.into(), reason: "".into() };
    wire.0.close(Some(frame)).await.unwrap();
    world.emulator.wait_for(|view| (view.sessions() == 0).then_some(())).await.unwrap();
    let mut wire = Wire::hello(&world).await;
    wire.send(json!({ "op": 6, "d": { "token": world.emulator.token(), "session_id": session, "seq": 1 } })).await;
    assert_eq!(wire.next().await["op"], 9);
    assert_eq!(world.emulator.violations().len(), 1);
}
