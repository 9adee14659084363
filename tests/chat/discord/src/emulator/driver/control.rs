//! Faults and switches that a test throws, on the gateway and on REST.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::gateway::{CloseCode, Frame};
use super::super::rest::{Cut, Endpoint, Fault};
use super::super::world::{Shared, State};

/// The gateway's switches.
#[derive(Clone, Debug)]
pub struct Gateway(pub(super) Arc<Shared>);

impl Gateway {
    /// Stops acknowledging heartbeats: the connection looks dead to the client.
    pub fn stop_acks(&self) {
        self.0.change(|state| state.switches.acks_stopped = true);
    }

    /// Acknowledges heartbeats again.
    pub fn resume_acks(&self) {
        self.0.change(|state| state.switches.acks_stopped = false);
    }

    /// Asks every connected client for a heartbeat at once (opcode 1).
    pub fn request_heartbeat(&self) {
        self.control(1, &Value::Null);
    }

    /// Asks every connected client to reconnect (opcode 7).
    pub fn reconnect(&self) {
        self.control(7, &Value::Null);
    }

    /// Tells every connected client that its session is invalid (opcode 9). Only a resumable one can be resumed.
    pub fn invalidate(&self, resumable: bool) {
        self.control(9, &json!(resumable));
        if !resumable {
            self.expire_sessions();
        }
    }

    /// Forgets every session, as Discord does some minutes after a disconnect: resuming gets Invalid Session.
    pub fn expire_sessions(&self) {
        self.0.change(|state| {
            for session in state.sessions.values_mut() {
                session.invalid = true;
            }
        });
    }

    /// Answers the next resumes with Invalid Session and this `d`.
    pub fn refuse_resumes(&self, times: u32, resumable: bool) {
        self.0.change(|state| state.switches.refuse_resumes = (times, resumable));
    }

    /// Drops every TCP connection without a word.
    pub fn cut(&self) {
        self.frames(|| Frame::Cut);
    }

    /// Closes every connection with a close code.
    pub fn close(&self, code: u16) {
        self.frames(|| Frame::Close(CloseCode::Chosen(code), "closed by the test".to_owned()));
    }

    /// Closes every connection with a close frame that has no code.
    pub fn close_without_code(&self) {
        self.frames(|| Frame::CloseSilently);
    }

    fn control(&self, op: u8, data: &Value) {
        self.0.change(|state| {
            for connection in state.live() {
                state.send_control(connection, op, data.clone());
            }
        });
    }

    fn frames(&self, frame: impl Fn() -> Frame) {
        self.0.change(|state: &mut State| {
            let connections: Vec<u64> = state.connections.keys().copied().collect();
            for connection in connections {
                state.send(connection, frame());
            }
        });
    }
}

/// Which requests a fault is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Every request.
    All,
    /// Requests to one endpoint.
    Only(Endpoint),
}

impl Filter {
    fn only(self) -> Option<Endpoint> {
        match self {
            Self::All => None,
            Self::Only(endpoint) => Some(endpoint),
        }
    }
}

/// The faults of REST to come. They happen in the order in which they were asked for.
#[derive(Clone, Debug)]
pub struct Faults(pub(super) Arc<Shared>);

impl Faults {
    /// Answers the next requests with 429; the client must leave the route alone for `retry_after` of the clock.
    pub fn rate_limit(&self, filter: Filter, retry_after: Duration, times: u32) {
        self.add(filter, Fault::RateLimit { retry_after, global: false }, times);
    }

    /// Answers the next requests with a global 429.
    pub fn global_rate_limit(&self, retry_after: Duration, times: u32) {
        self.add(Filter::All, Fault::RateLimit { retry_after, global: true }, times);
    }

    /// Answers the next requests with a 5xx status, without carrying them out.
    pub fn server_error(&self, filter: Filter, status: u16, times: u32) {
        self.add(filter, Fault::ServerError(status), times);
    }

    /// Cuts the connection in the middle of the answers to the next requests.
    pub fn cut(&self, filter: Filter, cut: Cut, times: u32) {
        self.add(filter, Fault::Cut(cut), times);
    }

    /// Makes requests take longer, in real time, until [`Self::clear`].
    pub fn latency(&self, filter: Filter, by: Duration) {
        self.0.change(|state| state.faults.slow(filter.only(), by));
    }

    /// Forgets every fault and latency.
    pub fn clear(&self) {
        self.0.change(|state| state.faults.clear());
    }

    fn add(&self, filter: Filter, fault: Fault, times: u32) {
        self.0.change(|state| state.faults.add(filter.only(), fault, times));
    }
}
