//! The beginnings of a session: Hello, Identify and Resume. Other payloads are in `payload`.

use std::collections::VecDeque;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::super::world::{Rule, State};
use super::intents;
use super::payload::CloseCode;
use super::session::{Connection, Frame, Session};

impl State {
    /// Takes a new socket and greets it. The version must be 10; `encoding`, if given, must be JSON.
    pub(crate) fn greet(&mut self, frames: UnboundedSender<Frame>, resuming: bool, query: &[(String, String)]) -> u64 {
        self.switches.opened += 1;
        let id = self.switches.opened;
        self.gateway_log.connections += 1;
        if resuming {
            self.gateway_log.resume_connections += 1;
        }
        let connection = Connection { frames, session: None, compress: false, sent: VecDeque::new(), closing: false };
        self.connections.insert(id, connection);
        let given = |key: &str| query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        if given("v") != Some("10") {
            self.refuse(id, CloseCode::InvalidVersion, "only v=10 is emulated");
        } else if given("encoding").is_some_and(|encoding| encoding != "json") || given("compress").is_some() {
            self.refuse(id, CloseCode::Decode, "only JSON without transport compression is emulated");
        }
        let interval_ms = u64::try_from(self.options.heartbeat_interval.as_millis()).unwrap_or(u64::MAX);
        self.send_control(id, 10, json!({ "heartbeat_interval": interval_ms, "_trace": ["[\"emulator\"]"] }));
        id
    }

    fn token_is_right(&self, data: &Value) -> bool {
        let token = data["token"].as_str().unwrap_or_default();
        token.strip_prefix("Bot ").unwrap_or(token) == self.options.token
    }

    pub(crate) fn identify(&mut self, connection: u64, data: &Value) {
        if !data["token"].is_string() || !data["properties"].is_object() {
            return self.refuse(connection, CloseCode::Decode, "Identify lacks `token` or `properties`");
        }
        if !self.token_is_right(data) {
            return self.refuse(connection, CloseCode::AuthenticationFailed, "the token is wrong");
        }
        let Some(asked) = data["intents"].as_u64().filter(|asked| asked & !intents::KNOWN == 0) else {
            return self.refuse(connection, CloseCode::InvalidIntents, "missing or unknown intents");
        };
        if asked & intents::PRIVILEGED & !self.options.privileged_intents != 0 {
            return self.refuse(connection, CloseCode::DisallowedIntents, "a privileged intent is not switched on");
        }
        let shard = match &data["shard"] {
            Value::Null => Some((0, 1)),
            given => given[0].as_u64().zip(given[1].as_u64()),
        };
        let Some(shard) = shard.filter(|(id, count)| id < count) else {
            return self.refuse(connection, CloseCode::InvalidShard, "the shard is not below the count");
        };
        if shard.1 < self.options.shards {
            return self.refuse(connection, CloseCode::ShardingRequired, "more shards are required");
        }
        self.gateway_log.identifies += 1;
        let session_id = format!("{:032x}", self.next_id::<u64>());
        let compress = self.options.compress && data["compress"].as_bool() == Some(true);
        let session = Session {
            intents: asked,
            shard,
            compress,
            sequence: 0,
            log: Vec::new(),
            connection: Some(connection),
            given_up: false,
            invalid: false,
        };
        self.sessions.insert(session_id.clone(), session);
        self.attach(connection, &session_id);
        self.ready(&session_id, shard, asked);
    }

    fn attach(&mut self, connection: u64, session_id: &str) {
        let compress = self.sessions.get(session_id).is_some_and(|session| session.compress);
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.session = Some(session_id.to_owned());
            connection.compress = compress;
        }
    }

    /// READY with the guilds unavailable, then each guild, which needs the GUILDS intent.
    fn ready(&mut self, session_id: &str, shard: (u64, u64), asked: u64) {
        let mine = |id: u64| (id >> 22) % shard.1 == shard.0;
        let guilds: Vec<_> = self.guilds.values().filter(|guild| mine(guild.id.get())).cloned().collect();
        let away = guilds.iter().map(|guild| json!({ "id": guild.id.to_string(), "unavailable": true }));
        let mut user = self.user_json(self.bot());
        user["verified"] = json!(true);
        user["mfa_enabled"] = json!(true);
        user["email"] = Value::Null;
        let ready = json!({
            "v": 10, "user": user, "guilds": away.collect::<Vec<_>>(), "session_id": session_id,
            "resume_gateway_url": format!("ws://{}/resume", self.origin), "shard": [shard.0, shard.1],
            "application": { "id": self.options.application.to_string(), "flags": 0 },
            "private_channels": [], "presences": [], "relationships": [], "session_type": "normal",
            "user_settings": {}, "geo_ordered_rtc_regions": [], "guild_join_requests": [], "_trace": [],
        });
        self.dispatch_to(session_id, "READY", &ready);
        if asked & intents::GUILDS != 0 {
            for guild in guilds {
                let whole = self.guild_json(&guild, true);
                self.dispatch_to(session_id, "GUILD_CREATE", &whole);
            }
        }
    }

    pub(crate) fn resume(&mut self, connection: u64, data: &Value) {
        let (Some(session_id), Some(seq)) = (data["session_id"].as_str(), data["seq"].as_u64()) else {
            return self.refuse(connection, CloseCode::Decode, "Resume lacks `session_id` or `seq`");
        };
        if !self.token_is_right(data) {
            return self.refuse(connection, CloseCode::AuthenticationFailed, "the token is wrong");
        }
        let (refusals, resumable) = self.switches.refuse_resumes;
        if refusals > 0 {
            self.switches.refuse_resumes.0 -= 1;
            self.gateway_log.refused_resumes += 1;
            return self.send_control(connection, 9, json!(resumable));
        }
        let Some(session) = self.sessions.get_mut(session_id).filter(|session| !session.invalid) else {
            if self.sessions.get(session_id).is_some_and(|session| session.given_up) {
                self.violate(Rule::ResumedAfterGoodbye);
            }
            self.gateway_log.refused_resumes += 1;
            return self.send_control(connection, 9, json!(false));
        };
        if seq > session.sequence {
            return self.refuse(connection, CloseCode::InvalidSequence, "`seq` was never sent");
        }
        // A session has one connection: the one before is gone for the client, whether or not its socket noticed.
        let before = session.connection.replace(connection);
        let missed: Vec<String> =
            session.log.iter().filter(|(number, _)| *number > seq).map(|(_, text)| text.clone()).collect();
        let compressed = session.compress;
        let session_id = session_id.to_owned();
        if let Some(before) = before {
            self.send(before, Frame::Cut);
        }
        self.gateway_log.resumes += 1;
        self.attach(connection, &session_id);
        for text in missed {
            self.send(connection, Frame::Payload { text, compressed });
        }
        self.dispatch_to(&session_id, "RESUMED", &json!({ "_trace": [] }));
    }
}
