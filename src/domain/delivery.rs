//! A reply on its way. It is kept until a platform has taken it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, ConversationId, MessageId, PlaceId, Platform, Reply, UserId};

/// Where a reply goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// To the message it answers.
    Answer(Address),
    /// To one person, where nobody reads along.
    Person(UserId),
    /// To a place.
    Place(PlaceId),
}

impl Destination {
    /// The platform that takes it there.
    #[must_use]
    pub fn platform(&self) -> Platform {
        match self {
            Destination::Answer(address) => address.platform,
            Destination::Person(user) => user.platform,
            Destination::Place(place) => place.platform,
        }
    }
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// It waits to be sent, not before a time.
    Waiting {
        /// The time.
        not_before: Timestamp,
    },
    /// It was being sent. Found in the store after a start, this says that nobody knows whether it arrived.
    Sending {
        /// Since when.
        since: Timestamp,
    },
}

/// A reply on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "wire::DeliveryWire", into = "wire::DeliveryWire")]
pub struct Delivery {
    /// Its id: the turn's message, and a number where one message has several replies.
    pub id: String,
    /// Where it goes.
    pub to: Destination,
    /// Where it is said that it could not be delivered, for what goes to one person or to the team's desk.
    pub otherwise: Option<Address>,
    /// Whose order it keeps: deliveries of one conversation arrive one after the other.
    pub conversation: ConversationId,
    /// The turn that its buttons belong to.
    pub turn: MessageId,
    /// What is said, attachments with their bytes.
    pub reply: Reply,
    /// When it was made.
    pub created: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// How many of the messages that it takes the platform has already, where it takes several.
    pub parts_taken: usize,
    /// How far it has come.
    pub progress: Progress,
}

impl Delivery {
    /// How long to wait after so many attempts that failed: 1 s, doubled up to 5 min.
    #[must_use]
    pub fn backoff(attempts: u32) -> Duration {
        Duration::from_secs(1_u64 << attempts.saturating_sub(1).min(9)).min(Duration::from_secs(300))
    }
}

/// A delivery as it is kept: bytes as base64.
mod wire {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Serialize};

    use super::{Address, ConversationId, Delivery, Destination, MessageId, Progress, Reply, Timestamp};

    #[derive(Serialize, Deserialize)]
    pub(super) struct DeliveryWire {
        id: String,
        to: Destination,
        otherwise: Option<Address>,
        conversation: ConversationId,
        turn: MessageId,
        reply: Reply,
        files: Vec<String>,
        created: Timestamp,
        attempts: u32,
        #[serde(default)]
        parts_taken: usize,
        progress: Progress,
    }

    impl From<Delivery> for DeliveryWire {
        fn from(delivery: Delivery) -> Self {
            let Delivery { id, to, otherwise, conversation, turn, reply, created, attempts, parts_taken, progress } =
                delivery;
            let files = reply.attachments.iter().map(|file| STANDARD.encode(&file.bytes)).collect();
            Self { id, to, otherwise, conversation, turn, reply, files, created, attempts, parts_taken, progress }
        }
    }

    impl From<DeliveryWire> for Delivery {
        fn from(wire: DeliveryWire) -> Self {
            let DeliveryWire { id, to, otherwise, conversation, turn, files, created, attempts, .. } = wire;
            let DeliveryWire { mut reply, parts_taken, progress, .. } = wire;
            for (attachment, file) in reply.attachments.iter_mut().zip(files) {
                // A file that cannot be read is sent as its text.
                attachment.bytes = STANDARD.decode(file).unwrap_or_default();
            }
            Self { id, to, otherwise, conversation, turn, reply, created, attempts, parts_taken, progress }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Attachment;

    #[test]
    fn a_delivery_keeps_its_bytes() {
        let attachment = Attachment {
            name: "chart.png".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: vec![0, 159, 146, 150],
            text: "a chart".to_owned(),
        };
        let delivery = Delivery {
            id: "m:0".to_owned(),
            to: Destination::Answer(Address::TERMINAL),
            otherwise: None,
            conversation: ConversationId("c".to_owned()),
            turn: MessageId("m".to_owned()),
            reply: Reply { attachments: vec![attachment], ..Reply::text("hello") },
            created: Timestamp::UNIX_EPOCH,
            attempts: 2,
            parts_taken: 1,
            progress: Progress::Waiting { not_before: Timestamp::UNIX_EPOCH },
        };
        let json = serde_json::to_value(&delivery).unwrap();
        assert_eq!(serde_json::from_value::<Delivery>(json).unwrap(), delivery);
    }

    #[test]
    fn waits_grow_and_stay_bounded() {
        let waits: Vec<u64> = (1..=12).map(|attempts| Delivery::backoff(attempts).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    }
}
