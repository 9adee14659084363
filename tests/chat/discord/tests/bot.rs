//! A serenity client whose events a test reads one by one, and a small world for it. No assertions.

use std::sync::Arc;
use std::time::Duration;

use discord_emulator::emulator::{ChannelId, Clock, Emulator, GuildId, Options, RateLimits, UserId};
use serenity::all::{
    ActivityData, ClientBuilder, Context, EventHandler, GatewayIntents, GuildChannel, GuildMemberUpdateEvent, Http,
    HttpBuilder, Interaction, Member, Message, MessageUpdateEvent, Ready, ResumedEvent, ShardManager,
};
use serenity::async_trait;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// What the client saw.
#[derive(Debug)]
pub(crate) enum Seen {
    Ready(Box<Ready>),
    Resumed,
    CacheReady(usize),
    Message(Box<Message>),
    Edited,
    Deleted,
    Thread(Box<GuildChannel>),
    Interaction(Box<Interaction>),
    Member,
}

struct Handler(UnboundedSender<Seen>);

#[async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: Ready) {
        let _ = self.0.send(Seen::Ready(Box::new(ready)));
    }

    async fn resume(&self, _: Context, _: ResumedEvent) {
        let _ = self.0.send(Seen::Resumed);
    }

    async fn cache_ready(&self, _: Context, guilds: Vec<serenity::all::GuildId>) {
        let _ = self.0.send(Seen::CacheReady(guilds.len()));
    }

    async fn message(&self, _: Context, message: Message) {
        let _ = self.0.send(Seen::Message(Box::new(message)));
    }

    async fn message_update(&self, _: Context, _: Option<Message>, _: Option<Message>, _: MessageUpdateEvent) {
        let _ = self.0.send(Seen::Edited);
    }

    async fn message_delete(
        &self,
        _: Context,
        _: serenity::all::ChannelId,
        _: serenity::all::MessageId,
        _: Option<serenity::all::GuildId>,
    ) {
        let _ = self.0.send(Seen::Deleted);
    }

    async fn thread_create(&self, _: Context, thread: GuildChannel) {
        let _ = self.0.send(Seen::Thread(Box::new(thread)));
    }

    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        let _ = self.0.send(Seen::Interaction(Box::new(interaction)));
    }

    async fn guild_member_addition(&self, _: Context, _: Member) {
        let _ = self.0.send(Seen::Member);
    }

    async fn guild_member_update(&self, _: Context, _: Option<Member>, _: Option<Member>, _: GuildMemberUpdateEvent) {
        let _ = self.0.send(Seen::Member);
    }
}

/// A running serenity client.
pub(crate) struct Bot {
    pub(crate) http: Arc<Http>,
    pub(crate) manager: Arc<ShardManager>,
    pub(crate) task: tokio::task::JoinHandle<Result<(), serenity::Error>>,
    seen: UnboundedReceiver<Seen>,
}

impl Bot {
    pub(crate) async fn start(emulator: &Emulator, intents: GatewayIntents) -> Self {
        Self::start_with(emulator, &emulator.token(), intents).await
    }

    pub(crate) async fn start_with(emulator: &Emulator, token: &str, intents: GatewayIntents) -> Self {
        let (sender, seen) = unbounded_channel();
        let builder = ClientBuilder::new_with_http(http(emulator, token), intents);
        let builder = builder.event_handler(Handler(sender)).activity(ActivityData::watching("the shop"));
        let mut client = builder.await.unwrap();
        let (http, manager) = (client.http.clone(), client.shard_manager.clone());
        let task = tokio::spawn(async move { client.start().await });
        Self { http, manager, task, seen }
    }

    /// The next event that `pick` takes; others are dropped.
    pub(crate) async fn next<T>(&mut self, pick: impl Fn(Seen) -> Option<T>) -> T {
        loop {
            let seen = timeout(Duration::from_secs(20), self.seen.recv()).await.expect("an event in time").unwrap();
            if let Some(found) = pick(seen) {
                return found;
            }
        }
    }

    pub(crate) async fn message(&mut self) -> Message {
        self.next(|seen| if let Seen::Message(message) = seen { Some(*message) } else { None }).await
    }

    pub(crate) async fn interaction(&mut self) -> Interaction {
        self.next(|seen| if let Seen::Interaction(used) = seen { Some(*used) } else { None }).await
    }

    pub(crate) async fn resumed(&mut self) {
        self.next(|seen| matches!(seen, Seen::Resumed).then_some(())).await;
    }
}

/// A REST client that talks to the emulator as the documentation of serenity's proxy setting says.
pub(crate) fn http(emulator: &Emulator, token: &str) -> Http {
    HttpBuilder::new(token).proxy(emulator.rest_url()).ratelimiter_disabled(true).build()
}

/// An emulator with one guild, one channel and one person.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) guild: GuildId,
    pub(crate) channel: ChannelId,
    pub(crate) ann: UserId,
}

impl World {
    pub(crate) async fn start(options: Options) -> Self {
        let emulator = Emulator::start(options).await.unwrap();
        let ann = emulator.add_user("ann");
        let guild = emulator.add_guild("Northwind", ann);
        let channel = emulator.add_channel(guild, "general");
        Self { emulator, guild, channel, ann }
    }

    /// A manual clock and limits that no test reaches.
    pub(crate) async fn quiet() -> Self {
        Self::start(quiet()).await
    }

    pub(crate) fn there(&self) -> serenity::all::ChannelId {
        self.channel.get().into()
    }

    pub(crate) async fn bot(&self) -> Bot {
        let mut bot = Bot::start(&self.emulator, intents()).await;
        bot.next(|seen| if let Seen::CacheReady(count) = seen { Some(count) } else { None }).await;
        bot
    }
}

pub(crate) fn quiet() -> Options {
    Options { clock: Clock::manual(), rate_limits: RateLimits::generous(), ..Options::default() }
}

pub(crate) fn intents() -> GatewayIntents {
    GatewayIntents::GUILDS
        | GatewayIntents::GUILD_MESSAGES
        | GatewayIntents::DIRECT_MESSAGES
        | GatewayIntents::MESSAGE_CONTENT
}

/// The JSON error code of a refused request.
pub(crate) fn code(error: serenity::Error) -> isize {
    match error {
        serenity::Error::Http(serenity::http::HttpError::UnsuccessfulRequest(response)) => response.error.code,
        other => panic!("not a refusal: {other:?}"),
    }
}

/// The paths of a form's errors.
pub(crate) fn paths(error: serenity::Error) -> Vec<String> {
    match error {
        serenity::Error::Http(serenity::http::HttpError::UnsuccessfulRequest(response)) => {
            assert_eq!(response.error.code, 50_035, "{:?}", response.error);
            response.error.errors.into_iter().map(|error| error.path).collect()
        }
        other => panic!("not a refusal: {other:?}"),
    }
}
