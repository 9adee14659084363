//! Replies on their way out: the answer to an interaction, a reply to a message, a message to a person or a place, each
//! part once. Decides nothing about what is said.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use serenity::all::Permissions;
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::render::{Draft, Looks, drafts};
use super::rest::{Call, PLATFORM, RestError};
use super::route::{Interaction, Route};
use super::{Shared, lock};
use crate::chat::{ChatError, Stage};
use crate::domain::{Delivery, Destination, Message, Progress, UserId};

/// How long Discord knows a nonce again: «the past few minutes», with a margin.
const NONCE: SignedDuration = SignedDuration::from_mins(4);
/// After this long an interaction that was received is forgotten.
const OPEN: Duration = Duration::from_secs(20 * 60);

const CALLBACK: &str = "interactions/{}/{}/callback";
const ORIGINAL: &str = "webhooks/{}/{}/messages/@original";

/// An interaction that was received since the start.
#[derive(Debug)]
pub(super) struct Opened {
    at: Instant,
    /// Whether Discord was told to wait for the answer; false where it was too late.
    deferral: OnceCell<bool>,
    /// The delivery that is its answer; what comes after stands below.
    answer: std::sync::Mutex<Option<String>>,
}

/// Where a delivery goes.
enum Target {
    Interaction(Interaction),
    Channel { channel: u64, reply_to: Option<u64> },
}

impl Shared {
    /// Remembers that an interaction waits for its answer.
    pub(super) fn open(&self, id: u64) {
        let now = Instant::now();
        let mut open = lock(&self.open);
        open.retain(|_: &u64, opened: &mut Arc<Opened>| now - opened.at < OPEN);
        open.insert(id, Arc::new(Opened { at: now, deferral: OnceCell::new(), answer: std::sync::Mutex::default() }));
    }

    pub(super) async fn show(&self, message: &Message, stage: Stage) -> Result<(), ChatError> {
        match (Route::read(&message.reply_to).ok_or_else(unknown_route)?, stage) {
            (Route::Interaction(interaction), Stage::Received) => {
                self.deferred(&interaction).await?;
                Ok(())
            }
            // Discord shows by itself that the bot is thinking, and wants nothing for a message.
            (Route::Interaction(_), Stage::Working) | (Route::Message { .. }, Stage::Received) => Ok(()),
            (Route::Message { channel, .. }, Stage::Working) => {
                if self.may_write(channel) {
                    let channel = channel.to_string();
                    self.rest.call(Call::new(Method::POST, "channels/{}/typing", &[&channel])).await?;
                }
                Ok(())
            }
        }
    }

    /// Tells Discord that the answer comes later, once; false where it is too late for an answer.
    async fn deferred(&self, interaction: &Interaction) -> Result<bool, RestError> {
        let opened = lock(&self.open).get(&interaction.id).cloned();
        // One from before the last start was told then.
        let Some(opened) = opened else { return Ok(true) };
        let defer = || async {
            match self.respond(interaction.id, &interaction.token, json!({ "type": 5 })).await {
                Ok(_) | Err(RestError::Uncertain(_)) => Ok(true),
                Err(error) if error.is_answered_already() => Ok(true),
                Err(error) if error.is_gone() => Ok(false),
                Err(error) => Err(error),
            }
        };
        opened.deferral.get_or_try_init(defer).await.copied()
    }

    /// The first answer to an interaction.
    pub(super) async fn respond(&self, id: u64, token: &str, body: Value) -> Result<Value, RestError> {
        self.rest.call(Call::new(Method::POST, CALLBACK, &[&id.to_string(), token]).json(body)).await
    }

    pub(super) async fn send(&self, delivery: &Delivery) -> Result<(), ChatError> {
        self.remember_forms(delivery);
        match self.target(delivery).await? {
            Target::Interaction(interaction) => self.answer(&interaction, delivery).await,
            Target::Channel { channel, reply_to } => self.post(channel, reply_to, delivery).await,
        }
    }

    async fn target(&self, delivery: &Delivery) -> Result<Target, ChatError> {
        let channel = |channel| Target::Channel { channel, reply_to: None };
        Ok(match &delivery.to {
            Destination::Answer(address) => match Route::read(address).ok_or_else(unknown_route)? {
                Route::Message { channel, id, thread: None } => Target::Channel { channel, reply_to: Some(id) },
                Route::Message { channel, id, thread: Some(name) } => match self.thread(channel, id, &name).await? {
                    // In the thread the message stands above.
                    Some(thread) => Target::Channel { channel: thread, reply_to: None },
                    None => Target::Channel { channel, reply_to: Some(id) },
                },
                Route::Interaction(interaction) => Target::Interaction(interaction),
            },
            Destination::Place(place) => channel(place.id.parse().map_err(|_| refused("there is no such channel"))?),
            Destination::Person(user) => channel(self.direct(user).await?),
        })
    }

    /// The conversation with a person alone.
    async fn direct(&self, user: &UserId) -> Result<u64, ChatError> {
        if let Some(channel) = lock(&self.direct).get(&user.id) {
            return Ok(*channel);
        }
        let body = json!({ "recipient_id": user.id });
        let opened = self.rest.call(Call::new(Method::POST, "users/@me/channels", &[]).json(body)).await?;
        let channel = opened["id"].as_str().and_then(|id| id.parse().ok());
        let channel = channel.ok_or_else(|| refused("no conversation could be opened"))?;
        lock(&self.direct).insert(user.id.clone(), channel);
        Ok(channel)
    }

    /// Sends messages to a channel, those of them that it does not have yet.
    async fn post(&self, channel: u64, reply_to: Option<u64>, delivery: &Delivery) -> Result<(), ChatError> {
        let held = self.own_permissions(channel);
        let drafts = drafts(&delivery.turn, &delivery.reply, looks(held));
        let may_refer = held.is_none_or(|held| held.contains(Permissions::READ_MESSAGE_HISTORY));
        let done = self.done(delivery);
        for (part, draft) in drafts.iter().enumerate().skip(done) {
            let mut body = draft.body.clone();
            body["nonce"] = json!(nonce(&delivery.id, part));
            body["enforce_nonce"] = json!(true);
            if let Some(message) = reply_to.filter(|_| part == 0 && may_refer) {
                body["message_reference"] = json!({ "message_id": message.to_string(), "fail_if_not_exists": false });
            }
            let channel = channel.to_string();
            let call = Call::new(Method::POST, "channels/{}/messages", &[&channel]).json(body).files(&draft.files);
            self.rest.call(call).await?;
            lock(&self.progress).insert(delivery.id.clone(), part + 1);
        }
        lock(&self.guilds).join(channel);
        lock(&self.progress).remove(&delivery.id);
        Ok(())
    }

    fn done(&self, delivery: &Delivery) -> usize {
        lock(&self.progress).get(&delivery.id).copied().unwrap_or(0)
    }

    /// Answers an interaction; once that is no longer possible, in its channel.
    async fn answer(&self, interaction: &Interaction, delivery: &Delivery) -> Result<(), ChatError> {
        if interaction.has_expired(Timestamp::now()) || !self.deferred(interaction).await? {
            return self.post(interaction.channel, None, delivery).await;
        }
        let drafts = drafts(&delivery.turn, &delivery.reply, Looks::ALL);
        let is_answer = self.is_answer(interaction, delivery);
        for (part, draft) in drafts.iter().enumerate().skip(self.done(delivery)) {
            let sent = if part > 0 || !is_answer {
                self.follow_up(interaction, draft).await
            } else {
                self.first(interaction, draft, delivery.reply.replaces).await
            };
            match sent {
                Ok(()) => lock(&self.progress).insert(delivery.id.clone(), part + 1),
                Err(error) if error.is_gone() => return self.post(interaction.channel, None, delivery).await,
                Err(error) => return Err(error.into()),
            };
        }
        lock(&self.progress).remove(&delivery.id);
        Ok(())
    }

    /// Whether a delivery is, or may become, the answer itself.
    fn may_be_answer(&self, interaction: &Interaction, delivery: &Delivery) -> bool {
        let opened = lock(&self.open).get(&interaction.id).cloned();
        opened.is_none_or(|opened| lock(&opened.answer).as_ref().is_none_or(|answer| *answer == delivery.id))
    }

    fn is_answer(&self, interaction: &Interaction, delivery: &Delivery) -> bool {
        let is_answer = self.may_be_answer(interaction, delivery);
        if let Some(opened) = lock(&self.open).get(&interaction.id).filter(|_| is_answer) {
            *lock(&opened.answer) = Some(delivery.id.clone());
        }
        is_answer
    }

    /// Puts the answer where «is thinking» stands, or in the place of the message that carried the button.
    async fn first(&self, interaction: &Interaction, draft: &Draft, replaces: bool) -> Result<(), RestError> {
        let (application, token) = (interaction.application.to_string(), interaction.token.as_str());
        if let Some(source) = interaction.source.filter(|_| replaces) {
            let (channel, source) = (interaction.channel.to_string(), source.to_string());
            let edit = Call::new(Method::PATCH, "channels/{}/messages/{}", &[&channel, &source]);
            match self.rest.call(edit.json(draft.body.clone()).files(&draft.files)).await {
                Ok(_) => {
                    let original = Call::new(Method::DELETE, ORIGINAL, &[&application, token]);
                    if let Err(error) = self.rest.call(original).await {
                        tracing::debug!(%error, "the sign of thinking could not be taken away");
                    }
                    return Ok(());
                }
                // It is gone, or out of reach: the answer stands below.
                Err(RestError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let edit = Call::new(Method::PATCH, ORIGINAL, &[&application, token]);
        self.rest.call(edit.json(draft.body.clone()).files(&draft.files)).await?;
        Ok(())
    }

    async fn follow_up(&self, interaction: &Interaction, draft: &Draft) -> Result<(), RestError> {
        let application = interaction.application.to_string();
        let call = Call::new(Method::POST, "webhooks/{}/{}", &[&application, &interaction.token]);
        self.rest.call(call.json(draft.body.clone()).files(&draft.files)).await?;
        Ok(())
    }

    /// Whether a delivery that may have arrived can be made again: an answer is changed into itself, and a message that
    /// Discord has seen some minutes ago is known by its nonce.
    pub(super) fn can_repeat(&self, delivery: &Delivery) -> bool {
        let now = Timestamp::now();
        if let Destination::Answer(address) = &delivery.to
            && let Some(Route::Interaction(interaction)) = Route::read(address)
            && !interaction.has_expired(now)
        {
            let one = drafts(&delivery.turn, &delivery.reply, Looks::ALL).len() <= 1;
            return one && self.may_be_answer(&interaction, delivery);
        }
        let first = match delivery.progress {
            Progress::Waiting { .. } => delivery.created,
            Progress::Sending { since } => since,
        };
        now.duration_since(first) < NONCE
    }

    pub(super) fn own_permissions(&self, channel: u64) -> Option<Permissions> {
        lock(&self.guilds).own_permissions(channel, self.me())
    }

    /// Whether the bot may write in a channel; in one that is not known, a conversation with one person, it may.
    fn may_write(&self, channel: u64) -> bool {
        let is_thread = lock(&self.guilds).is_thread(channel);
        self.own_permissions(channel).is_none_or(|held| held.contains(writing(is_thread)))
    }

    pub(super) async fn may_both_post(&self, user: &UserId, channel: u64) -> Result<bool, ChatError> {
        let guilds = || lock(&self.guilds);
        let Some(guild) = guilds().guild_of(channel) else { return Ok(false) };
        let (Ok(id), true) = (user.id.parse(), self.may_write(channel)) else { return Ok(false) };
        let call = Call::new(Method::GET, "guilds/{}/members/{}", &[&guild.to_string(), &user.id]);
        let member = match self.rest.call(call).await {
            Ok(member) => member,
            Err(error) if error.is_missing() => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let roles: Vec<u64> =
            member["roles"].as_array().into_iter().flatten().filter_map(|role| role.as_str()?.parse().ok()).collect();
        let held = guilds().permissions(channel, id, &roles);
        let is_thread = guilds().is_thread(channel);
        Ok(held.is_some_and(|held| held.contains(writing(is_thread))))
    }
}

fn writing(is_thread: bool) -> Permissions {
    let send = if is_thread { Permissions::SEND_MESSAGES_IN_THREADS } else { Permissions::SEND_MESSAGES };
    Permissions::VIEW_CHANNEL | send
}

fn looks(held: Option<Permissions>) -> Looks {
    held.map_or(Looks::ALL, |held| Looks {
        embeds: held.contains(Permissions::EMBED_LINKS),
        files: held.contains(Permissions::ATTACH_FILES),
    })
}

/// The same for the same part of the same delivery, in at most 25 characters.
fn nonce(delivery: &str, part: usize) -> String {
    let digest = Sha256::digest(format!("{delivery}/{part}"));
    digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn refused(reason: &str) -> ChatError {
    ChatError::Refused { platform: PLATFORM, reason: reason.to_owned() }
}

fn unknown_route() -> ChatError {
    refused("the way back to the message cannot be read")
}

pub(super) type OpenInteractions = HashMap<u64, Arc<Opened>>;
