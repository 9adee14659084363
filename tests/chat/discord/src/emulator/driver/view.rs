//! Reading the emulated world. Nothing changes here.

use super::super::ids::{ChannelId, GuildId, InteractionId, MessageId, UserId};
use super::super::world::{ChannelKind, Delivery, GatewayLog, Interaction, Message, RequestRecord, State, Violation};

/// The state at one moment.
#[derive(Debug)]
pub struct View<'a>(pub(super) &'a State);

impl View<'_> {
    /// The messages of a channel that exist, oldest first.
    #[must_use]
    pub fn messages(&self, channel: ChannelId) -> Vec<Message> {
        self.0.messages_in(channel).cloned().collect()
    }

    /// The bot's messages of a channel that exist and say something, oldest first.
    #[must_use]
    pub fn posted(&self, channel: ChannelId) -> Vec<Message> {
        let bot = self.0.bot();
        self.0.messages_in(channel).filter(|message| message.author == bot && !message.loading).cloned().collect()
    }

    /// A message, deleted or not.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<Message> {
        self.0.messages.get(&id).cloned()
    }

    /// An interaction with its answers.
    #[must_use]
    pub fn interaction(&self, id: InteractionId) -> Option<Interaction> {
        self.0.interactions.get(&id).cloned()
    }

    /// The interaction's original message, once it says something.
    #[must_use]
    pub fn original(&self, id: InteractionId) -> Option<Message> {
        let original = self.0.interactions.get(&id)?.original()?;
        self.0.messages.get(&original).filter(|message| !message.loading && !message.deleted).cloned()
    }

    /// The conversation of the bot with a user, if it is open.
    #[must_use]
    pub fn direct(&self, with: UserId) -> Option<ChannelId> {
        let open = self.0.channels.values().find(|channel| channel.kind == ChannelKind::Direct { with });
        open.map(|channel| channel.id)
    }

    /// The threads of a channel with their names, oldest first.
    #[must_use]
    pub fn threads(&self, channel: ChannelId) -> Vec<(ChannelId, String)> {
        let threads = self.0.channels.values().filter(|thread| thread.kind.parent() == Some(channel));
        threads.map(|thread| (thread.id, thread.name.clone())).collect()
    }

    /// The names of the registered commands: the global ones, or those of a guild.
    #[must_use]
    pub fn commands(&self, guild: Option<GuildId>) -> Vec<String> {
        self.0.commands.iter().filter(|one| one.guild == guild).map(|one| one.name.clone()).collect()
    }

    /// A registered command as the API gives it.
    #[must_use]
    pub fn command(&self, guild: Option<GuildId>, name: &str) -> Option<serde_json::Value> {
        self.0.commands.iter().find(|one| one.guild == guild && one.name == name).map(|one| one.body.clone())
    }

    /// How many sessions are connected.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.0.live().len()
    }

    /// What the bot made visible, in order.
    #[must_use]
    pub fn deliveries(&self) -> &[Delivery] {
        &self.0.deliveries
    }

    /// What the client broke, in order.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.0.violations
    }

    /// What the client asked for, in order.
    #[must_use]
    pub fn requests(&self) -> &[RequestRecord] {
        &self.0.requests
    }

    /// What happened on the gateway, counted.
    #[must_use]
    pub fn gateway_log(&self) -> &GatewayLog {
        &self.0.gateway_log
    }
}
