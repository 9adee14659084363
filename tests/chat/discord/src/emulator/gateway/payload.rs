//! What a client may send on the gateway and how it is closed when it may not. Identify and Resume are in `identify`.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::ids::{GuildId, UserId};
use super::super::world::{Rule, State};
use super::intents;
use super::session::Frame;

/// The largest payload of a client: 4096 bytes («Sending Events»).
const PAYLOAD_BYTES: usize = 4096;
/// A client may send 120 payloads in 60 s on one connection («Rate Limiting» of the gateway).
const PAYLOADS: usize = 120;
const PAYLOAD_WINDOW: Duration = Duration::from_secs(60);

/// The documentation's «Gateway Close Event Codes».
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseCode {
    UnknownOpcode,
    Decode,
    NotAuthenticated,
    AuthenticationFailed,
    AlreadyAuthenticated,
    InvalidSequence,
    RateLimited,
    SessionTimedOut,
    InvalidShard,
    ShardingRequired,
    InvalidVersion,
    InvalidIntents,
    DisallowedIntents,
    /// A code that a test asked for.
    Chosen(u16),
}

impl CloseCode {
    pub(crate) fn number(self) -> u16 {
        match self {
            Self::UnknownOpcode => 4001,
            Self::Decode => 4002,
            Self::NotAuthenticated => 4003,
            Self::AuthenticationFailed => 4004,
            Self::AlreadyAuthenticated => 4005,
            Self::InvalidSequence => 4007,
            Self::RateLimited => 4008,
            Self::SessionTimedOut => 4009,
            Self::InvalidShard => 4010,
            Self::ShardingRequired => 4011,
            Self::InvalidVersion => 4012,
            Self::InvalidIntents => 4013,
            Self::DisallowedIntents => 4014,
            Self::Chosen(code) => code,
        }
    }
}

impl State {
    /// Closes a connection because the client broke a rule.
    pub(crate) fn refuse(&mut self, connection: u64, code: CloseCode, reason: &str) {
        self.violate(Rule::Closed { code: code.number(), reason: reason.to_owned() });
        self.send(connection, Frame::Close(code, reason.to_owned()));
    }

    /// Takes one text frame of a client.
    pub(crate) fn receive(&mut self, connection: u64, text: &str) {
        if text.len() > PAYLOAD_BYTES {
            return self.refuse(connection, CloseCode::Decode, "the payload exceeds 4096 bytes");
        }
        let now = self.now();
        let Some(state) = self.connections.get_mut(&connection).filter(|state| !state.closing) else { return };
        state.sent.push_back(now);
        while state.sent.front().is_some_and(|at| now.saturating_sub(*at) >= PAYLOAD_WINDOW) {
            state.sent.pop_front();
        }
        if state.sent.len() > PAYLOADS {
            return self.refuse(connection, CloseCode::RateLimited, "more than 120 payloads in 60 s");
        }
        let session = state.session.clone();
        let Ok(payload) = serde_json::from_str::<Value>(text) else {
            return self.refuse(connection, CloseCode::Decode, "the payload is not JSON");
        };
        let (Some(op), Some(data)) = (payload["op"].as_u64(), payload.get("d")) else {
            return self.refuse(connection, CloseCode::Decode, "the payload lacks `op` or `d`");
        };
        match (op, session) {
            (1, session) => self.heartbeat(connection, session.as_deref(), data),
            (2, None) => self.identify(connection, data),
            (2, Some(_)) => self.refuse(connection, CloseCode::AlreadyAuthenticated, "a second Identify"),
            (6, None) => self.resume(connection, data),
            (6, Some(_)) => self.refuse(connection, CloseCode::AlreadyAuthenticated, "Resume in a session"),
            (3 | 4 | 8 | 31, None) => self.refuse(connection, CloseCode::NotAuthenticated, "no Identify yet"),
            (3, Some(_)) => self.presence(connection, data),
            (4, Some(_)) => self.violate(Rule::NotEmulated { what: "voice state updates".to_owned() }),
            (8, Some(session)) => self.request_members(connection, &session, data),
            (31, Some(_)) => self.violate(Rule::NotEmulated { what: "soundboard sounds".to_owned() }),
            _ => self.refuse(connection, CloseCode::UnknownOpcode, "no such opcode for clients"),
        }
    }

    fn heartbeat(&mut self, connection: u64, session: Option<&str>, data: &Value) {
        if !data.is_null() && !data.is_u64() {
            return self.refuse(connection, CloseCode::Decode, "a heartbeat's `d` is a sequence number or null");
        }
        let last = session.and_then(|id| self.sessions.get(id)).map_or(0, |session| session.sequence);
        if let Some(sent) = data.as_u64().filter(|sent| *sent > last) {
            self.violate(Rule::WrongSequence { sent, last });
        }
        self.gateway_log.heartbeats += 1;
        if !self.switches.acks_stopped {
            self.send_control(connection, 11, Value::Null);
        }
    }

    /// Closes a connection that has been silent for too long. A client that was told that its session is invalid, or
    /// whose heartbeats are not acknowledged, is right to leave it, and need not say so.
    pub(super) fn heartbeat_missed(&mut self, connection: u64) {
        let session = self.connections.get(&connection).and_then(|state| state.session.as_ref());
        let left = session.and_then(|id| self.sessions.get(id)).is_some_and(|session| session.invalid);
        if !left && !self.switches.acks_stopped {
            self.violate(Rule::MissedHeartbeat);
        }
        self.send(connection, Frame::Close(CloseCode::SessionTimedOut, "no heartbeat came".to_owned()));
    }

    fn presence(&mut self, connection: u64, data: &Value) {
        let status = data["status"].as_str().unwrap_or_default();
        if !matches!(status, "online" | "dnd" | "idle" | "invisible" | "offline") || !data["activities"].is_array() {
            return self.refuse(connection, CloseCode::Decode, "an invalid presence");
        }
        self.gateway_log.presences += 1;
    }

    /// Answers «Request Guild Members» with one chunk; all members at once need the GUILD_MEMBERS intent.
    fn request_members(&mut self, connection: u64, session: &str, data: &Value) {
        let guild = data["guild_id"].as_str().and_then(|id| id.parse().ok()).map(GuildId);
        let Some(guild) = guild.and_then(|id| self.guilds.get(&id)) else {
            return self.refuse(connection, CloseCode::Decode, "an unknown guild_id");
        };
        let (query, wanted) = (data["query"].as_str(), data["user_ids"].as_array());
        if query.is_none() && wanted.is_none() {
            return self.refuse(connection, CloseCode::Decode, "neither query nor user_ids");
        }
        let everyone = query == Some("") && data["limit"].as_u64() == Some(0);
        let allowed = self.sessions.get(session).is_some_and(|held| held.intents & intents::GUILD_MEMBERS != 0);
        if everyone && !allowed {
            return self.refuse(connection, CloseCode::DisallowedIntents, "all members need GUILD_MEMBERS");
        }
        let fits = |id: UserId| {
            let named = |text: &str| self.users.get(&id).is_some_and(|user| user.name.starts_with(text));
            let listed = |list: &Vec<Value>| list.iter().any(|one| one.as_str() == Some(&id.to_string()));
            query.is_some_and(named) || wanted.is_some_and(listed)
        };
        let members = guild.members.iter().filter(|(id, _)| fits(**id));
        let members: Vec<Value> = members.map(|(id, member)| self.member_json(*id, member, true)).collect();
        let chunk = json!({
            "guild_id": guild.id.to_string(), "members": members, "chunk_index": 0, "chunk_count": 1,
            "not_found": [], "nonce": data["nonce"],
        });
        self.dispatch_to(session, "GUILD_MEMBERS_CHUNK", &chunk);
    }
}
