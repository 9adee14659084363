//! Ways to chats and messages, and the ids that Herald knows them by. Pure.

use serde::{Deserialize, Serialize};

use super::NAME;
use crate::chat::ChatError;
use crate::domain::{Address, ConversationId, Destination, MessageId, PlaceId, Platform};

/// The way to a chat, and to a message in it that is answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Route {
    /// The chat; below zero for groups.
    pub(super) chat: i64,
    /// The topic of a forum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) thread: Option<i32>,
    /// The message that is answered, or whose button was pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<i32>,
    /// The press of a button that waits to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) callback: Option<String>,
    /// Whether that message is a picture or file, whose words are its caption.
    #[serde(default)]
    pub(super) captioned: bool,
}

impl Route {
    /// The way that a destination names.
    ///
    /// # Errors
    /// When it is none of Telegram's.
    pub(super) fn of(destination: &Destination) -> Result<Self, ChatError> {
        let found = match destination {
            Destination::Answer(address) => Self::read(address),
            Destination::Person(user) => user.id.parse().ok().map(|chat| Self { chat, ..Self::default() }),
            Destination::Place(place) => chat_and_thread(&place.id),
        };
        found.ok_or_else(|| ChatError::Refused { platform: NAME, reason: "the destination is no chat".to_owned() })
    }

    /// The way that an address names.
    pub(super) fn read(address: &Address) -> Option<Self> {
        serde_json::from_str(&address.route).ok()
    }

    /// The way as an address.
    pub(super) fn address(&self) -> Address {
        let route = serde_json::to_string(self).expect("numbers and text are always written");
        Address { platform: Platform::Telegram, route }
    }

    /// The chat, and its topic where it has one, as it is written in ids.
    fn place(&self) -> String {
        match self.thread {
            Some(thread) => format!("{}:{thread}", self.chat),
            None => self.chat.to_string(),
        }
    }

    /// The place, for what a group reads.
    pub(super) fn place_id(&self) -> PlaceId {
        PlaceId { platform: Platform::Telegram, id: self.place() }
    }

    /// The conversation.
    pub(super) fn conversation(&self) -> ConversationId {
        ConversationId(format!("telegram:{}", self.place()))
    }
}

/// The chat and the topic that a place's id names.
pub(super) fn chat_and_thread(id: &str) -> Option<Route> {
    let (chat, thread) = match id.split_once(':') {
        Some((chat, thread)) => (chat, Some(thread.parse().ok()?)),
        None => (id, None),
    };
    Some(Route { chat: chat.parse().ok()?, thread, ..Route::default() })
}

/// The id of a message.
pub(super) fn message_id(chat: i64, message: i32) -> MessageId {
    MessageId(format!("telegram:{chat}:{message}"))
}

/// The id of a press of a button.
pub(super) fn press_id(callback: &str) -> MessageId {
    MessageId(format!("telegram:cb:{callback}"))
}

/// What a button says when it is pressed. It names the turn, so that it works after a restart, and fits in the 64 bytes
/// that Telegram keeps, since ids of messages have at most 56.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Press {
    pub(super) turn: String,
    pub(super) offer: usize,
    /// Whether it asks for words first.
    pub(super) has_form: bool,
}

impl Press {
    pub(super) fn data(&self) -> String {
        format!("{}|{}{}", self.turn, self.offer, if self.has_form { "f" } else { "" })
    }

    pub(super) fn read(data: &str) -> Option<Self> {
        let (turn, offer) = data.rsplit_once('|')?;
        let (offer, has_form) = match offer.strip_suffix('f') {
            Some(offer) => (offer, true),
            None => (offer, false),
        };
        Some(Self { turn: turn.to_owned(), offer: offer.parse().ok()?, has_form })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserId;

    #[test]
    fn ways_are_found_again() {
        let route = Route { chat: -1_001_234, thread: Some(17), message: Some(4), callback: None, captioned: true };
        assert_eq!(Route::of(&Destination::Answer(route.address())).unwrap(), route);
        assert_eq!(route.conversation().0, "telegram:-1001234:17");
        let place = Route::of(&Destination::Place(route.place_id())).unwrap();
        assert_eq!((place.chat, place.thread), (-1_001_234, Some(17)));
        let person = UserId { platform: Platform::Telegram, id: "42".to_owned() };
        assert_eq!(Route::of(&Destination::Person(person)).unwrap().chat, 42);
        let nowhere = PlaceId { platform: Platform::Telegram, id: "general".to_owned() };
        assert!(matches!(Route::of(&Destination::Place(nowhere)), Err(ChatError::Refused { .. })));
    }

    #[test]
    fn a_press_fits_and_is_read_again() {
        let longest = Press { turn: "x|".repeat(28), offer: 99, has_form: true };
        assert!(longest.data().len() <= 64);
        assert_eq!(Press::read(&longest.data()), Some(longest));
        assert_eq!(Press::read("more"), None);
        assert!(message_id(i64::MIN, i32::MAX).0.len() <= 56);
        assert!(press_id(&u64::MAX.to_string()).0.len() <= 56);
    }
}
