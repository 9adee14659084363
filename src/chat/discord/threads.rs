//! Threads for conversations that grow long in a channel: when one is begun, and how. What is said in one is read like
//! everything else.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use serenity::all::Permissions;
use tokio::time::Instant;

use super::rest::{Call, RestError};
use super::route::Route;
use super::text::shortened;
use super::{Shared, lock};
use crate::domain::{Content, Message, Place};

/// From so many messages on an exchange is long.
const LONG: u32 = 3;
/// After so long without a word an exchange is over.
const OVER: Duration = Duration::from_secs(15 * 60);
/// So many exchanges are remembered before those that are over are forgotten.
const REMEMBERED: usize = 1_000;
/// «Start Thread from Message»: a name has 1 to 100 characters.
const NAME: usize = 100;
/// A thread in which nobody writes for so many minutes is put away; writing brings it back.
const PUT_AWAY_MINUTES: u32 = 1_440;

/// When a conversation goes on in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Threads {
    /// Once it has become long.
    #[default]
    Long,
    /// Never.
    Never,
    /// From the first mention on.
    Always,
}

/// How much each person has said to the bot in each channel of late.
#[derive(Debug, Default)]
pub(super) struct Exchanges {
    said: HashMap<(u64, String), (u32, Instant)>,
    /// Channels in which threads cannot be begun, as was said already.
    refused: HashSet<u64>,
}

impl Exchanges {
    /// Counts a message, and says whether its answer begins a thread; then the count begins anew.
    fn is_long(&mut self, channel: u64, person: &str, now: Instant) -> bool {
        if self.said.len() > REMEMBERED {
            self.said.retain(|_, (_, last)| now.duration_since(*last) < OVER);
        }
        let (count, last) = self.said.entry((channel, person.to_owned())).or_insert((0, now));
        *count = if now.duration_since(*last) < OVER { *count + 1 } else { 1 };
        *last = now;
        let is_long = *count >= LONG;
        if is_long {
            *count = 0;
        }
        is_long
    }
}

impl Shared {
    /// The same message; where its answer begins a thread, with that in the way back, so that it holds after a restart.
    pub(super) fn branching(&self, mut message: Message) -> Message {
        let Some(Route::Message { channel, id, .. }) = Route::read(&message.reply_to) else { return message };
        if message.place == Place::Private || lock(&self.guilds).is_thread(channel) {
            return message;
        }
        let begins = match self.threads {
            Threads::Never => false,
            Threads::Always => true,
            Threads::Long => lock(&self.exchanges).is_long(channel, &message.from.id, Instant::now()),
        };
        if begins && self.may_begin_threads(channel) {
            message.reply_to = Route::Message { channel, id, thread: Some(name(&message)) }.address();
        }
        message
    }

    fn may_begin_threads(&self, channel: u64) -> bool {
        let needed = Permissions::CREATE_PUBLIC_THREADS | Permissions::SEND_MESSAGES_IN_THREADS;
        let may = self.own_permissions(channel).is_some_and(|held| held.contains(needed));
        if !may && lock(&self.exchanges).refused.insert(channel) {
            tracing::warn!(
                channel,
                "long conversations stay in this channel: for threads the bot needs Create Public Threads and Send \
                 Messages in Threads; discord.threads = \"never\" says that none are wanted"
            );
        }
        may
    }

    /// The thread of a message, begun where there is none; `None` where there can be none.
    pub(super) async fn thread(&self, channel: u64, message: u64, name: &str) -> Result<Option<u64>, RestError> {
        // A thread has the number of the message that it was made of.
        if lock(&self.guilds).is_thread(message) {
            return Ok(Some(message));
        }
        let ids = [channel.to_string(), message.to_string()];
        let call = Call::new(Method::POST, "channels/{}/messages/{}/threads", &[&ids[0], &ids[1]]);
        let body = json!({ "name": name, "auto_archive_duration": PUT_AWAY_MINUTES });
        match self.rest.call(call.json(body)).await {
            Ok(_) => Ok(Some(message)),
            // Begun by the attempt before, or by somebody else.
            Err(RestError::Refused { code: 160_004, .. }) => Ok(Some(message)),
            Err(error @ RestError::Refused { .. }) => {
                tracing::warn!(%error, channel, "a thread could not be begun; the answer stays in the channel");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// What a thread is called: what was asked, in one line.
fn name(message: &Message) -> String {
    let said = match &message.content {
        Content::File { file, text } if text.trim().is_empty() => file.name.as_str(),
        _ => message.text(),
    };
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    match shortened(&line, NAME) {
        line if line.is_empty() => "…".to_owned(),
        line => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_third_message_of_one_person_in_one_channel_makes_it_long() {
        let (mut exchanges, now) = (Exchanges::default(), Instant::now());
        let mut say = |channel, person: &str, minutes: u64| {
            exchanges.is_long(channel, person, now + Duration::from_secs(60 * minutes))
        };
        assert_eq!([say(1, "ann", 0), say(1, "bob", 0), say(2, "ann", 1), say(1, "ann", 1)], [false; 4]);
        assert!(say(1, "ann", 2), "the third");
        assert_eq!([say(1, "ann", 3), say(1, "ann", 4)], [false; 2], "a new exchange after the thread");
        assert!(!say(1, "bob", 10) && !say(1, "bob", 40), "one that was over begins anew");
    }
}
