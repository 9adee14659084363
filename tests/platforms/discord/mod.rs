//! The Discord adapter against the strict emulator, over loopback, with serenity's own client in between.

mod gateway;
mod incoming;
mod limits;
mod outgoing;
mod registration;
mod threads;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use discord_emulator::emulator::{ChannelId, Clock, Emulator, GuildId, Options, RateLimits, UserId};
use herald::chat::discord::{Discord, DiscordOptions, Threads};
use herald::chat::{Chat, ChatError, Connection, Directory, Stage};
use herald::domain::{self, Delivery, Destination, Message, MessageId, Progress, Reply, Role, SlotKind};
use jiff::Timestamp;
use secrecy::SecretString;

/// A company whose names and people are fixed.
struct Company;

impl Directory for Company {
    fn complete(&self, kind: SlotKind, text: &str) -> Vec<String> {
        let names = match kind {
            SlotKind::Metric => vec!["revenue".to_owned(), "returns".to_owned(), "x".repeat(101)],
            _ => (0..30).map(|number| format!("name {number}")).collect(),
        };
        names.into_iter().filter(|name| name.starts_with(text)).collect()
    }

    fn role(&self, _account: &domain::UserId) -> Role {
        Role::Marketer
    }
}

/// An emulator with one server, one channel and its owner, and the adapter.
struct World {
    emulator: Emulator,
    guild: GuildId,
    channel: ChannelId,
    ann: UserId,
    chat: Discord,
}

fn quiet() -> Options {
    Options {
        clock: Clock::manual(),
        rate_limits: RateLimits::generous(),
        patience: Duration::from_secs(60),
        ..Options::default()
    }
}

fn adapter(api: &str, token: &str, message_content: bool) -> Discord {
    adapter_with(api, token, message_content, Threads::Never)
}

fn adapter_with(api: &str, token: &str, message_content: bool, threads: Threads) -> Discord {
    let roles = [("Marketing", Role::Marketer), ("Analysts", Role::Analyst)];
    let options = DiscordOptions {
        token: SecretString::new(token.to_owned()),
        roles: roles.into_iter().map(|(name, role)| (name.to_owned(), role)).collect::<BTreeMap<_, _>>(),
        members: Role::Customer,
        message_content,
        threads,
        connection: Connection { api: Some(api.to_owned()), ..Connection::default() },
        directory: Arc::new(Company),
    };
    Discord::new(options).unwrap()
}

/// What takes longer than this will not come.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("it comes in time")
}

impl World {
    /// A world that is connected, with every command listed.
    async fn connected() -> Self {
        Self::with(quiet(), false).await
    }

    async fn with(options: Options, message_content: bool) -> Self {
        let world = Self::unconnected(options, message_content).await;
        world.ready().await;
        world
    }

    /// A world that is connected, in which conversations go on in threads.
    async fn threaded(threads: Threads, message_content: bool) -> Self {
        let mut world = Self::unconnected(quiet(), message_content).await;
        let (api, token) = (world.emulator.rest_url(), world.emulator.token());
        world.chat = adapter_with(&api, &token, message_content, threads);
        world.ready().await;
        world
    }

    async fn unconnected(options: Options, message_content: bool) -> Self {
        let emulator = Emulator::start(options).await.unwrap();
        let ann = emulator.add_user("ann");
        let guild = emulator.add_guild("Northwind", ann);
        let channel = emulator.add_channel(guild, "general");
        let chat = adapter(&emulator.rest_url(), &emulator.token(), message_content);
        Self { emulator, guild, channel, ann, chat }
    }

    /// Waits until the adapter has heard of the server and has registered its commands.
    async fn ready(&self) {
        let listed = async {
            self.emulator
                .wait_for(|view| (view.sessions() > 0 && !view.commands(None).is_empty()).then_some(()))
                .await
                .unwrap();
            // What was said after the server was announced is heard after it.
            self.emulator.user_says(self.emulator.open_dm(self.ann), self.ann, "ready?").unwrap();
        };
        let (heard, ()) = soon(futures::future::join(self.chat.next(), listed)).await;
        assert_eq!(heard.unwrap().unwrap().text(), "ready?");
    }

    /// The same world with an adapter that was just started.
    async fn restarted(self) -> Self {
        self.chat.close().await;
        self.emulator.wait_for(|view| (view.sessions() == 0).then_some(())).await.unwrap();
        let chat = adapter(&self.emulator.rest_url(), &self.emulator.token(), false);
        let world = Self { chat, ..self };
        world.ready().await;
        world
    }

    async fn hear(&self) -> Message {
        soon(self.chat.next()).await.expect("a message comes").expect("it is a message")
    }

    /// Hears a message and shows that it came.
    async fn receive(&self) -> Message {
        let message = self.hear().await;
        self.chat.acknowledge(&message, Stage::Received).await.unwrap();
        message
    }

    async fn answer(&self, message: &Message, reply: Reply) -> Result<(), ChatError> {
        soon(self.chat.deliver(&answer(message, reply))).await
    }

    /// Nothing was broken.
    fn is_fine(&self) {
        assert_eq!(self.emulator.violations(), []);
    }
}

fn answer(message: &Message, reply: Reply) -> Delivery {
    delivery(&format!("{}:0", message.id.0), Destination::Answer(message.reply_to.clone()), &message.id, reply)
}

fn delivery(id: &str, to: Destination, turn: &MessageId, reply: Reply) -> Delivery {
    Delivery {
        id: id.to_owned(),
        to,
        otherwise: None,
        conversation: domain::ConversationId("discord:1".to_owned()),
        turn: turn.clone(),
        reply,
        created: Timestamp::now(),
        attempts: 0,
        parts_taken: 0,
        progress: Progress::Waiting { not_before: Timestamp::UNIX_EPOCH },
    }
}
