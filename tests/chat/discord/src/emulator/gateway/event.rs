//! Dispatch events: who gets one, and what of a message each session may read. Sequence numbers are in `session`.

use serde_json::{Value, json};

use super::super::ids::{ChannelId, GuildId};
use super::super::world::{Message, State, permissions};
use super::intents;

/// An event on its way to the sessions.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) data: Value,
    /// The guild decides the shard; direct conversations go to the first.
    pub(crate) guild: Option<GuildId>,
    /// The intent that a session must have; 0 for events that every session gets.
    pub(crate) intent: u64,
    /// Whether the message's text needs the MESSAGE_CONTENT intent.
    pub(crate) sealed: bool,
}

impl State {
    /// Sends an event to each session that has asked for it.
    pub(crate) fn dispatch(&mut self, event: &Event) {
        let ids: Vec<String> = self.sessions.keys().cloned().collect();
        for id in ids {
            let Some(session) = self.sessions.get(&id) else { continue };
            let (shard, count) = session.shard;
            let of_shard = event.guild.map_or(0, |guild| (guild.get() >> 22) % count.max(1));
            let wanted = event.intent == 0 || session.intents & event.intent != 0;
            if session.invalid || of_shard != shard || !wanted {
                continue;
            }
            if event.sealed && session.intents & intents::MESSAGE_CONTENT == 0 {
                self.dispatch_to(&id, event.name, &emptied(&event.data));
            } else {
                self.dispatch_to(&id, event.name, &event.data);
            }
        }
    }

    /// Announces a new or edited message.
    pub(crate) fn announce(&mut self, name: &'static str, message: &Message) {
        if self.is_hidden(message) {
            return;
        }
        let guild = self.channels.get(&message.channel).and_then(|channel| channel.guild);
        // «Message Content Intent»: the app's own messages, direct ones and mentions of the app are always readable.
        let open = guild.is_none() || message.author == self.bot() || message.mentions.contains(&self.bot());
        let data = self.message_event_json(message);
        self.dispatch(&Event { name, data, guild, intent: message_intent(guild), sealed: !open });
    }

    /// Announces that a message is gone.
    pub(crate) fn announce_deletion(&mut self, message: &Message) {
        if self.is_hidden(message) {
            return;
        }
        let guild = self.channels.get(&message.channel).and_then(|channel| channel.guild);
        let mut data = json!({ "id": message.id.to_string(), "channel_id": message.channel.to_string() });
        if let Some(guild) = guild {
            data["guild_id"] = json!(guild.to_string());
        }
        self.dispatch(&Event { name: "MESSAGE_DELETE", data, guild, intent: message_intent(guild), sealed: false });
    }

    /// Ephemeral messages are announced to nobody, and others not to a bot that cannot see their channel.
    fn is_hidden(&self, message: &Message) -> bool {
        let held = self.channels.get(&message.channel).map(|channel| self.permissions_in(self.bot(), channel));
        message.ephemeral_to.is_some() || !held.is_some_and(|held| held.contains(permissions::VIEW_CHANNEL))
    }

    /// Announces a channel or thread under one of the GUILDS events.
    pub(crate) fn announce_channel(&mut self, name: &'static str, id: ChannelId) {
        let Some(channel) = self.channels.get(&id) else { return };
        let (data, guild) = (self.channel_json(channel), channel.guild);
        self.dispatch(&Event { name, data, guild, intent: intents::GUILDS, sealed: false });
    }
}

fn message_intent(guild: Option<GuildId>) -> u64 {
    if guild.is_some() { intents::GUILD_MESSAGES } else { intents::DIRECT_MESSAGES }
}

/// A message with what the MESSAGE_CONTENT intent covers taken out: content, embeds, attachments and components.
fn emptied(message: &Value) -> Value {
    let mut message = message.clone();
    message["content"] = json!("");
    for list in ["embeds", "attachments", "components"] {
        message[list] = json!([]);
    }
    message
}
