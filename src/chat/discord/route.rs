//! How a message of Discord is found again: the way back to it, and the ids of its buttons. Both outlive a restart.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{Address, MessageId, Platform};

/// How long an interaction can be answered: 15 minutes, less what a request takes on its way.
/// Source: Discord's reference, «Receiving and Responding to Interactions», Interaction Callback.
const ANSWERABLE: SignedDuration = SignedDuration::from_secs(14 * 60 + 45);

/// The longest id of a component, in characters.
const CUSTOM_ID: usize = 100;

/// The way back to what somebody wrote or pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Route {
    /// To a message.
    Message {
        /// Its channel.
        channel: u64,
        /// The message.
        id: u64,
        /// The name of the thread that the answer begins.
        thread: Option<String>,
    },
    /// To a command, a button or a form.
    Interaction(Interaction),
}

/// A command that was given, a button that was pressed or a form that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Interaction {
    /// Its id.
    pub(super) id: u64,
    /// The bot's application.
    pub(super) application: u64,
    /// What allows answering it.
    pub(super) token: String,
    /// Where it happened.
    pub(super) channel: u64,
    /// The message that carried the button.
    pub(super) source: Option<u64>,
    /// When it was received.
    pub(super) received: Timestamp,
}

impl Interaction {
    /// Whether Discord no longer takes an answer to it.
    pub(super) fn has_expired(&self, now: Timestamp) -> bool {
        now.duration_since(self.received) > ANSWERABLE
    }
}

impl Route {
    /// As an address. A route of numbers and text always becomes JSON.
    pub(super) fn address(&self) -> Address {
        Address { platform: Platform::Discord, route: serde_json::to_string(self).unwrap_or_default() }
    }

    /// Reads an address; `None` where this adapter did not write it.
    pub(super) fn read(address: &Address) -> Option<Self> {
        serde_json::from_str(&address.route).ok()
    }
}

/// What a component stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pressed {
    /// A button: an offer of a turn.
    Offer {
        /// The turn.
        turn: MessageId,
        /// Which of its offers.
        offer: usize,
        /// Whether something is to be written first.
        asks: bool,
    },
    /// A menu over the offers of a turn; the entry's value is the offer.
    Menu(MessageId),
}

impl Pressed {
    /// The component's id; `None` where the turn's own id is longer than a message's may be.
    pub(super) fn custom_id(&self) -> Option<String> {
        let id = match self {
            Pressed::Offer { turn, offer, asks: false } => format!("{offer}:{}", turn.0),
            Pressed::Offer { turn, offer, asks: true } => format!("{offer}?{}", turn.0),
            Pressed::Menu(turn) => format!("*:{}", turn.0),
        };
        Some(id).filter(|id| id.len() <= CUSTOM_ID)
    }

    /// Reads a component's id.
    pub(super) fn read(custom_id: &str) -> Option<Self> {
        let (offer, rest) = custom_id.split_at_checked(custom_id.find([':', '?'])?)?;
        let turn = MessageId(rest.get(1..)?.to_owned());
        match (offer, rest.starts_with('?')) {
            ("*", false) => Some(Pressed::Menu(turn)),
            (offer, asks) => Some(Pressed::Offer { turn, offer: offer.parse().ok()?, asks }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_buttons_are_read_as_they_were_written() {
        let turn = MessageId("again:discord:1234567890123456789".to_owned());
        for pressed in [
            Pressed::Offer { turn: turn.clone(), offer: 0, asks: false },
            Pressed::Offer { turn: turn.clone(), offer: 24, asks: true },
            Pressed::Menu(turn),
        ] {
            assert_eq!(Pressed::read(&pressed.custom_id().unwrap()), Some(pressed));
        }
        for other in ["", "7", ":x", "x:y", "?"] {
            assert_eq!(Pressed::read(other), None, "{other}");
        }
        assert_eq!(Pressed::Menu(MessageId("x".repeat(99))).custom_id(), None);
    }

    #[test]
    fn routes_are_read_as_they_were_written() {
        let interaction = Interaction {
            id: 1,
            application: 2,
            token: "t".to_owned(),
            channel: 3,
            source: Some(4),
            received: Timestamp::UNIX_EPOCH,
        };
        for route in [
            Route::Message { channel: 1, id: 2, thread: Some("t".to_owned()) },
            Route::Interaction(interaction.clone()),
        ] {
            assert_eq!(Route::read(&route.address()), Some(route));
        }
        assert!(!interaction.has_expired(Timestamp::from_second(14 * 60).unwrap()));
        assert!(interaction.has_expired(Timestamp::from_second(15 * 60).unwrap()));
        assert_eq!(Route::read(&Address { platform: Platform::Discord, route: "x".to_owned() }), None);
    }
}
