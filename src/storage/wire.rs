//! Values as they lie on disk and in exports: types of their own, versioned and with a checksum. No database here.
//!
//! A value on disk is its version (1 byte), the first 8 bytes of the SHA-256 of the rest, and JSON. To change a type:
//! raise its `VERSION`, and add to its `UPGRADES` the step that turns the JSON of the version before into the new one.
//! Values are upgraded as they are read. Fields that a type does not know are ignored, missing ones take defaults.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::documents::Record;
use super::keys::Sequence;
use crate::domain::{
    Answer, Language, MessageId, Offer, Pending, Profile, ProfileId, Question, Reply, Role, Topic, Turn, Utterance,
};

/// Turns the JSON of one version into that of the next.
pub(super) type Upgrade = fn(Value) -> Result<Value, String>;

/// A type that lies on disk.
pub(super) trait Wire: Serialize + DeserializeOwned {
    /// The steps from version 1 up to the present one; one less than the version.
    const UPGRADES: &'static [Upgrade];

    /// The version that is written.
    fn version() -> u8 {
        u8::try_from(Self::UPGRADES.len() + 1).unwrap_or(u8::MAX)
    }
}

/// Why bytes are no value.
#[derive(Debug, thiserror::Error, PartialEq)]
pub(super) enum WireError {
    /// Other bytes than were written.
    #[error("a value fails its checksum")]
    Checksum,
    /// Written by a newer program.
    #[error("a value has version {0}, newer than this herald reads")]
    Newer(u8),
    /// What the bytes say is no such value.
    #[error("a value cannot be read: {0}")]
    Unreadable(String),
}

const CHECKSUM: usize = 8;

fn checksum(version: u8, json: &[u8]) -> [u8; CHECKSUM] {
    let mut hash = Sha256::new();
    hash.update([version]);
    hash.update(json);
    let digest = hash.finalize();
    std::array::from_fn(|at| digest[at])
}

/// The bytes of a value.
pub(super) fn encode<W: Wire>(value: &W) -> Result<Vec<u8>, WireError> {
    let json = serde_json::to_vec(value).map_err(|error| WireError::Unreadable(error.to_string()))?;
    let version = W::version();
    let mut bytes = Vec::with_capacity(json.len() + 1 + CHECKSUM);
    bytes.push(version);
    bytes.extend_from_slice(&checksum(version, &json));
    bytes.extend_from_slice(&json);
    Ok(bytes)
}

/// The value of some bytes, upgraded where they are older.
pub(super) fn decode<W: Wire>(bytes: &[u8]) -> Result<W, WireError> {
    let (version, json) = verify(bytes)?;
    if version == W::version() {
        return serde_json::from_slice(json).map_err(|error| WireError::Unreadable(error.to_string()));
    }
    let value = serde_json::from_slice(json).map_err(|error| WireError::Unreadable(error.to_string()))?;
    from_json(version, value)
}

/// A value from the JSON of any version up to the present one.
pub(super) fn from_json<W: Wire>(version: u8, mut value: Value) -> Result<W, WireError> {
    if version > W::version() {
        return Err(WireError::Newer(version));
    }
    let done = usize::from(version).checked_sub(1).ok_or_else(|| WireError::Unreadable("version 0".to_owned()))?;
    for upgrade in W::UPGRADES.iter().skip(done) {
        value = upgrade(value).map_err(WireError::Unreadable)?;
    }
    serde_json::from_value(value).map_err(|error| WireError::Unreadable(error.to_string()))
}

/// Whether the bytes are those that were written; their version and JSON.
pub(super) fn verify(bytes: &[u8]) -> Result<(u8, &[u8]), WireError> {
    let (&version, rest) = bytes.split_first().ok_or(WireError::Checksum)?;
    let (sum, json) = rest.split_at_checked(CHECKSUM).ok_or(WireError::Checksum)?;
    if sum == checksum(version, json) { Ok((version, json)) } else { Err(WireError::Checksum) }
}

/// A profile on disk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ProfileWire {
    id: String,
    role: Role,
    #[serde(default)]
    role_given: bool,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    muted: Vec<Topic>,
    #[serde(default)]
    customer: Option<String>,
    #[serde(default)]
    language: Option<Language>,
}

impl Wire for ProfileWire {
    const UPGRADES: &'static [Upgrade] = &[];
}

impl From<&Profile> for ProfileWire {
    fn from(profile: &Profile) -> Self {
        let Profile { id, role, role_given, name, muted, customer, language } = profile.clone();
        Self { id: id.0, role, role_given, name, muted, customer, language }
    }
}

impl From<ProfileWire> for Profile {
    fn from(wire: ProfileWire) -> Self {
        let ProfileWire { id, role, role_given, name, muted, customer, language } = wire;
        Self { id: ProfileId(id), role, role_given, name, muted, customer, language }
    }
}

/// A turn on disk. What engines were asked and answered stays JSON until it is wanted: an answer that a later program
/// no longer understands is left out, and does not take the turn with it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TurnWire {
    message: String,
    #[serde(default)]
    from: Option<String>,
    at: Timestamp,
    utterance: Utterance,
    #[serde(default)]
    answered: Vec<Value>,
    #[serde(default)]
    pending: Option<Pending>,
    #[serde(default)]
    offers: Vec<Offer>,
    reply: Reply,
}

impl Wire for TurnWire {
    const UPGRADES: &'static [Upgrade] = &[];
}

impl TurnWire {
    /// Whose turn it is.
    pub(super) fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// Its message.
    pub(super) fn message(&self) -> MessageId {
        MessageId(self.message.clone())
    }
}

impl TryFrom<&Turn> for TurnWire {
    type Error = WireError;
    fn try_from(turn: &Turn) -> Result<Self, WireError> {
        let Turn { message, from, at, utterance, answered, pending, offers, reply } = turn.clone();
        let answered = answered
            .into_iter()
            .map(serde_json::to_value)
            .collect::<Result<_, _>>()
            .map_err(|error| WireError::Unreadable(error.to_string()))?;
        Ok(Self { message: message.0, from: from.map(|id| id.0), at, utterance, answered, pending, offers, reply })
    }
}

impl From<TurnWire> for Turn {
    fn from(wire: TurnWire) -> Self {
        let TurnWire { message, from, at, utterance, answered, pending, offers, reply } = wire;
        // JSON has no infinite figures and no "not a number"; an answer that held one cannot be read back either.
        let answered: Vec<(Question, Answer)> =
            answered.into_iter().filter_map(|pair| serde_json::from_value(pair).ok()).collect();
        Self { message: MessageId(message), from: from.map(ProfileId), at, utterance, answered, pending, offers, reply }
    }
}

/// What is known of a conversation without its turns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HeadWire {
    /// The sequence of the turn to come.
    pub(super) next: Sequence,
    /// How many turns there are.
    pub(super) turns: u64,
}

impl Wire for HeadWire {
    const UPGRADES: &'static [Upgrade] = &[];
}

/// Where the turn of a seen message lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SeenWire {
    pub(super) conversation: String,
    pub(super) sequence: Sequence,
}

impl Wire for SeenWire {
    const UPGRADES: &'static [Upgrade] = &[];
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SettingWire {
    pub(super) value: Value,
}

impl Wire for SettingWire {
    const UPGRADES: &'static [Upgrade] = &[];
}

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct DocumentWire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<String>,
    pub(super) value: Value,
}

impl Wire for DocumentWire {
    const UPGRADES: &'static [Upgrade] = &[];
}

impl DocumentWire {
    pub(super) fn new(record: Record) -> Self {
        Self { owner: record.owner.map(|id| id.0), value: record.value }
    }

    pub(super) fn record(self, id: String) -> Record {
        Record { id, owner: self.owner.map(ProfileId), value: self.value }
    }
}

/// What the database says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MetaWire {
    /// The version of the layout.
    pub(super) schema: u32,
    /// How many writes there were.
    pub(super) writes: u64,
    /// The hashes of all other entries, combined by exclusive or.
    pub(super) sum: u64,
}

impl Wire for MetaWire {
    const UPGRADES: &'static [Upgrade] = &[];
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A type on its third version: `name` was once called `title`, `loud` came later.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sign {
        name: String,
        loud: bool,
    }

    impl Wire for Sign {
        const UPGRADES: &'static [Upgrade] = &[
            |mut value| {
                let title = value.get("title").cloned().ok_or("no title")?;
                value["name"] = title;
                Ok(value)
            },
            |mut value| {
                value["loud"] = json!(false);
                Ok(value)
            },
        ];
    }

    #[test]
    fn older_values_are_upgraded_step_by_step() {
        let sign = Sign { name: "a".into(), loud: false };
        assert_eq!(from_json::<Sign>(1, json!({"title": "a", "colour": "red"})), Ok(sign));
        let loud = from_json::<Sign>(3, json!({"name": "b", "loud": true})).unwrap();
        assert_eq!(decode::<Sign>(&encode(&loud).unwrap()), Ok(loud));
        assert_eq!(from_json::<Sign>(4, json!({})), Err(WireError::Newer(4)));
        assert!(matches!(from_json::<Sign>(0, json!({})), Err(WireError::Unreadable(_))));
    }

    #[test]
    fn a_profile_of_the_first_version_stays_readable() {
        let stored = json!({"id": "console:ann", "role": "analyst", "shoe_size": 38});
        let profile = Profile::from(from_json::<ProfileWire>(1, stored).unwrap());
        assert_eq!(profile.id.0, "console:ann");
        assert_eq!(profile.role, Role::Analyst);
    }

    #[test]
    fn a_turn_of_the_first_version_stays_readable_without_an_answer_it_cannot_read() {
        let stored = json!({
            "message": "console:1", "at": "2025-11-14T09:00:00Z",
            "utterance": {"text": "hi", "language": "en", "intents": ["greet"],
                "ranking": [{"intent": "greet", "confidence": 0.9}], "sure": true, "slots": {}},
            "answered": [[{"intent": "an_intent_of_the_past"}, {}]],
            "pending": null, "reply": {"lines": ["Hello."], "attachments": [], "buttons": []}
        });
        let turn = Turn::from(from_json::<TurnWire>(1, stored).unwrap());
        assert_eq!(turn.reply.lines, ["Hello."]);
        assert!(turn.answered.is_empty() && turn.from.is_none());
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let bytes = encode(&HeadWire { next: 7, turns: 3 }).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert_eq!(decode::<HeadWire>(&changed), Err(WireError::Checksum));
        }
        for end in 0..bytes.len() {
            assert_eq!(decode::<HeadWire>(&bytes[..end]), Err(WireError::Checksum));
        }
    }
}
