//! What people write: messages, replies, files, edits, deletions, reactions. Commands are in `usage`.

use axum::body::Bytes;
use serde_json::json;

use super::super::error::EmulatorError;
use super::super::gateway::{Event, intents};
use super::super::ids::{ChannelId, MessageId, UserId};
use super::super::rest::{Posting, Upload};
use super::super::rules::{Draft, Reply};
use super::super::world::{State, permissions};
use super::Emulator;

impl Emulator {
    /// A person writes a message. A mention is written as Discord writes it: `<@id>`.
    ///
    /// # Errors
    ///
    /// Fails if there is no such channel or the person cannot write there.
    pub fn user_says(&self, channel: ChannelId, user: UserId, text: &str) -> Result<MessageId, EmulatorError> {
        let draft = Draft { content: Some(text.to_owned()), ..Draft::default() };
        self.shared.change(|state| write(state, channel, user, draft))
    }

    /// A person replies to a message.
    ///
    /// # Errors
    ///
    /// Fails if there is no such message or the person cannot write there.
    pub fn user_replies(&self, to: MessageId, user: UserId, text: &str) -> Result<MessageId, EmulatorError> {
        self.shared.change(|state| {
            let channel = state.messages.get(&to).ok_or(EmulatorError::NoMessage(to))?.channel;
            let reply = Some(Reply { to, channel: None, must_exist: true });
            write(state, channel, user, Draft { content: Some(text.to_owned()), reply, ..Draft::default() })
        })
    }

    /// A person uploads a file, which the emulator then serves under the attachment's URL.
    ///
    /// # Errors
    ///
    /// Fails if there is no such channel or the person cannot write there.
    pub fn upload(
        &self,
        channel: ChannelId,
        user: UserId,
        text: &str,
        filename: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<MessageId, EmulatorError> {
        let upload = Upload {
            index: 0,
            filename: filename.to_owned(),
            content_type: Some(media_type(filename).to_owned()),
            description: None,
            bytes: bytes.into(),
        };
        let draft = Draft { content: Some(text.to_owned()), uploads: vec![upload], ..Draft::default() };
        self.shared.change(|state| write(state, channel, user, draft))
    }

    /// A person edits a message of theirs.
    ///
    /// # Errors
    ///
    /// Fails if there is no such message of that person.
    pub fn user_edits(&self, message: MessageId, text: &str) -> Result<(), EmulatorError> {
        let draft = Draft { content: Some(text.to_owned()), ..Draft::default() };
        self.shared.change(|state| state.revise(message, draft)).map_err(|_| EmulatorError::NoMessage(message))
    }

    /// A message is deleted by someone who may.
    pub fn delete_message(&self, message: MessageId) {
        self.shared.change(|state| state.remove(message));
    }

    /// A person reacts to a message with a Unicode emoji.
    ///
    /// # Errors
    ///
    /// Fails if there is no such message.
    pub fn user_reacts(&self, id: MessageId, user: UserId, emoji: &str) -> Result<(), EmulatorError> {
        self.shared.change(|state| {
            let message = state.messages.get_mut(&id).ok_or(EmulatorError::NoMessage(id))?;
            message.reactions.push((emoji.to_owned(), user));
            let (channel, author) = (message.channel, message.author);
            let guild = state.guild_of(channel).map(|guild| guild.id);
            let mut data = json!({
                "user_id": user.to_string(), "channel_id": channel.to_string(), "message_id": id.to_string(),
                "message_author_id": author.to_string(), "emoji": { "id": null, "name": emoji }, "burst": false,
                "burst_colors": [], "type": 0,
            });
            let mut intent = intents::DIRECT_MESSAGE_REACTIONS;
            if let Some(guild) = guild.and_then(|id| state.guilds.get(&id)) {
                intent = intents::GUILD_MESSAGE_REACTIONS;
                data["guild_id"] = json!(guild.id.to_string());
                if let Some(member) = guild.members.get(&user) {
                    data["member"] = state.member_json(user, member, true);
                }
            }
            state.dispatch(&Event { name: "MESSAGE_REACTION_ADD", data, guild, intent, sealed: false });
            Ok(())
        })
    }
}

fn write(state: &mut State, channel: ChannelId, user: UserId, draft: Draft) -> Result<MessageId, EmulatorError> {
    let place = state.channels.get(&channel).ok_or(EmulatorError::NoChannel(channel))?;
    if !state.permissions_in(user, place).contains(permissions::SEND_MESSAGES) {
        return Err(EmulatorError::Invisible(user));
    }
    let posting = Posting { channel, author: user, ephemeral_to: None, interaction: None, loading: false };
    state.post(draft, posting).map_err(|_| EmulatorError::Invisible(user))
}

/// The media type that Discord's client would give for a name.
pub(super) fn media_type(filename: &str) -> &'static str {
    match filename.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
        Some("csv") => "text/csv; charset=utf-8",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("pdf") => "application/pdf",
        Some("zip") => "application/zip",
        Some("gz") => "application/gzip",
        _ => "application/octet-stream",
    }
}
