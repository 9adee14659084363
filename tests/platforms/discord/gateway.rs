//! The connection: cut, resumed, refused, stuck, ended.

use std::time::Duration;

use discord_emulator::emulator::{Endpoint, Filter, Options, Rule};
use herald::chat::{Chat as _, ChatError};

use super::{World, adapter, quiet, soon};

impl World {
    /// Something is said and heard, so that whatever happened before was heard as well.
    pub(crate) async fn seen(&self) {
        let bot = self.emulator.bot();
        self.emulator.user_says(self.channel, self.ann, &format!("<@{bot}> still there?")).unwrap();
        assert_eq!(self.hear().await.text(), "still there?");
    }

    fn log(&self) -> discord_emulator::emulator::GatewayLog {
        self.emulator.view(|view| view.gateway_log().clone())
    }
}

#[tokio::test]
async fn a_cut_connection_is_resumed_and_nothing_is_lost() {
    let world = World::connected().await;
    world.emulator.gateway().cut();
    world.emulator.wait_for(|view| (view.sessions() == 0).then_some(())).await.unwrap();
    world.seen().await;
    assert_eq!((world.log().identifies, world.log().resumes), (1, 1));
    world.emulator.gateway().reconnect();
    world.emulator.wait_for(|view| (view.gateway_log().resumes == 2).then_some(())).await.unwrap();
    world.seen().await;
    world.is_fine();
}

#[tokio::test]
async fn a_session_that_is_gone_is_begun_anew() {
    let world = World::connected().await;
    world.emulator.gateway().invalidate(false);
    world.emulator.wait_for(|view| (view.gateway_log().identifies == 2).then_some(())).await.unwrap();
    world.seen().await;
    world.is_fine();
}

#[tokio::test]
async fn a_connection_that_only_looks_alive_is_left() {
    let options = Options { heartbeat_interval: Duration::from_millis(700), ..quiet() };
    let world = World::with(options, false).await;
    world.emulator.gateway().stop_acks();
    world.emulator.wait_for(|view| (view.gateway_log().identifies >= 2).then_some(())).await.unwrap();
    world.emulator.gateway().resume_acks();
    world.emulator.wait_for(|view| (view.sessions() == 1).then_some(())).await.unwrap();
    world.seen().await;
    world.is_fine();
}

#[tokio::test]
async fn a_client_that_goes_round_in_a_circle_is_started_again() {
    for code in [Some(4011), None] {
        let world = World::connected().await;
        match code {
            Some(code) => world.emulator.gateway().close(code),
            None => world.emulator.gateway().close_without_code(),
        }
        world.emulator.wait_for(|view| (view.gateway_log().identifies == 2).then_some(())).await.unwrap();
        world.seen().await;
        world.is_fine();
    }
}

#[tokio::test]
async fn more_shards_are_opened_where_discord_wants_them() {
    let world = World::with(Options { shards: 2, ..quiet() }, false).await;
    world.emulator.wait_for(|view| (view.sessions() == 2).then_some(())).await.unwrap();
    world.seen().await;
    world.is_fine();
}

#[tokio::test]
async fn a_token_that_was_revoked_is_told_once() {
    let world = World::connected().await;
    world.emulator.gateway().close(4004);
    let told = soon(world.chat.next()).await.unwrap().unwrap_err();
    assert!(matches!(&told, ChatError::Misconfigured { reason, .. } if reason.contains("token")), "{told:?}");
    assert!(soon(world.chat.next()).await.is_none());
}

#[tokio::test]
async fn an_intent_that_is_not_switched_on_is_told_once() {
    let world = World::unconnected(Options { privileged_intents: 0, ..quiet() }, true).await;
    let told = soon(world.chat.next()).await.unwrap().unwrap_err();
    assert!(matches!(&told, ChatError::Misconfigured { reason, .. } if reason.contains("message_content")), "{told:?}");
    assert!(soon(world.chat.next()).await.is_none());
    let broken = world.emulator.violations();
    assert!(matches!(broken[..], [ref one] if matches!(one.rule, Rule::Closed { code: 4014, .. })), "{broken:?}");
}

#[tokio::test]
async fn an_api_that_fails_at_first_is_asked_again() {
    let world = World::unconnected(quiet(), false).await;
    world.emulator.faults().server_error(Filter::Only(Endpoint::GetGatewayBot), 503, 1);
    // Serenity's own question: were it believed, it would go to Discord itself.
    world.emulator.faults().server_error(Filter::Only(Endpoint::GetGateway), 503, 5);
    world.ready().await;
    world.is_fine();
}

#[tokio::test]
async fn a_network_that_comes_back_is_used_again() {
    let world = World::unconnected(quiet(), false).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let emulator = world.emulator.rest_url().trim_start_matches("http://").to_owned();
    let refused = tokio::spawn(async move {
        drop(listener.accept().await.unwrap());
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = tokio::net::TcpStream::connect(&emulator).await.unwrap();
            tokio::spawn(async move {
                // Either side may end it at any time.
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    let chat = adapter(&format!("http://{address}"), &world.emulator.token(), false);
    let world = World { chat, ..world };
    world.ready().await;
    world.seen().await;
    world.is_fine();
    refused.abort();
}

#[tokio::test]
async fn after_the_end_nothing_is_heard_and_replies_still_go_out() {
    let world = World::connected().await;
    world.emulator.user_says(world.channel, world.ann, &format!("<@{}> hi", world.emulator.bot())).unwrap();
    let message = world.receive().await;
    world.chat.stop_receiving().await;
    assert!(soon(world.chat.next()).await.is_none());
    world.answer(&message, herald::domain::Reply::text("the last word")).await.unwrap();
    soon(world.chat.close()).await;
    world.emulator.wait_for(|view| (view.sessions() == 0).then_some(())).await.unwrap();
    assert_eq!(world.log().client_closes, [1000]);
    assert_eq!(world.emulator.messages(world.channel).last().unwrap().content, "the last word");
    world.is_fine();
}
