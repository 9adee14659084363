//! The gateway: sockets, sessions, opcodes and close codes. REST is in `rest`.

mod event;
mod identify;
pub mod intents;
mod payload;
mod session;
mod socket;

pub(crate) use event::Event;
pub(crate) use payload::CloseCode;
pub(crate) use session::{Connection, Frame, GatewaySwitches, Session};
pub(crate) use socket::open;
