//! Sessions with their numbered events, and the connections that carry them. Parsing is in `payload`.

use std::collections::VecDeque;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::super::clock::Instant;
use super::super::world::State;
use super::payload::CloseCode;

/// What the socket's task is told to do.
#[derive(Debug)]
pub(crate) enum Frame {
    /// Send this text, compressed where the client asked for it.
    Payload { text: String, compressed: bool },
    /// Close with a close frame.
    Close(CloseCode, String),
    /// Close with a frame that has no code.
    CloseSilently,
    /// Drop the TCP connection.
    Cut,
}

/// One socket.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) frames: UnboundedSender<Frame>,
    pub(crate) session: Option<String>,
    pub(crate) compress: bool,
    /// When the client sent its latest payloads, for the limit of 120 in 60 s.
    pub(crate) sent: VecDeque<Instant>,
    pub(crate) closing: bool,
}

/// One session, which outlives its connections.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) intents: u64,
    pub(crate) shard: (u64, u64),
    pub(crate) compress: bool,
    pub(crate) sequence: u64,
    /// Every event so far, for replay.
    pub(crate) log: Vec<(u64, String)>,
    pub(crate) connection: Option<u64>,
    /// The client closed with 1000 or 1001, which gives the session up.
    pub(crate) given_up: bool,
    pub(crate) invalid: bool,
}

/// What a test has switched over on the gateway.
#[derive(Debug, Default)]
pub(crate) struct GatewaySwitches {
    pub(crate) acks_stopped: bool,
    /// How many resumes to answer with Invalid Session, and with which `d`.
    pub(crate) refuse_resumes: (u32, bool),
    pub(crate) opened: u64,
}

impl State {
    /// Puts a frame on a connection; nothing follows a close.
    pub(crate) fn send(&mut self, connection: u64, frame: Frame) {
        let Some(connection) = self.connections.get_mut(&connection) else { return };
        if connection.closing {
            return;
        }
        connection.closing = !matches!(frame, Frame::Payload { .. });
        // A socket that has just gone is not an error: its session keeps the events.
        let _ = connection.frames.send(frame);
    }

    /// Sends a payload that has no sequence number.
    pub(crate) fn send_control(&mut self, connection: u64, op: u8, data: Value) {
        let compressed = self.connections.get(&connection).is_some_and(|connection| connection.compress);
        let text = json!({ "op": op, "d": data, "s": null, "t": null }).to_string();
        self.send(connection, Frame::Payload { text, compressed });
    }

    /// Numbers an event, keeps it for replay and sends it if the session is connected.
    pub(crate) fn dispatch_to(&mut self, session_id: &str, name: &str, data: &Value) {
        let Some(session) = self.sessions.get_mut(session_id) else { return };
        session.sequence += 1;
        let text = json!({ "t": name, "s": session.sequence, "op": 0, "d": data }).to_string();
        session.log.push((session.sequence, text.clone()));
        let compressed = session.compress;
        if let Some(connection) = session.connection {
            self.send(connection, Frame::Payload { text, compressed });
        }
    }

    /// Connections that have identified, with their sessions.
    pub(crate) fn live(&self) -> Vec<u64> {
        self.sessions.values().filter_map(|session| session.connection).collect()
    }

    /// Forgets a socket. A client's 1000 or 1001 ends the session («Initiating a Disconnect»).
    pub(crate) fn forget_connection(&mut self, id: u64, client_code: Option<u16>) {
        if let Some(code) = client_code {
            self.gateway_log.client_closes.push(code);
        }
        let Some(connection) = self.connections.remove(&id) else { return };
        let Some(session) = connection.session.and_then(|session| self.sessions.get_mut(&session)) else { return };
        if session.connection == Some(id) {
            session.connection = None;
        }
        if matches!(client_code, Some(1000 | 1001)) {
            session.given_up = true;
            session.invalid = true;
        }
    }
}
