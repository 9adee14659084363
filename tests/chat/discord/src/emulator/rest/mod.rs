//! The REST API: routes, refusals, rate limits, faults and one file for each group of endpoints. No sockets of the
//! gateway are here.

mod account;
mod answer;
mod body;
mod channels;
mod commands;
mod dispatch;
mod fault;
mod guilds;
mod interactions;
mod messages;
mod posting;
mod rate;
mod refusal;
mod route;
mod server;
mod threads;
mod webhooks;

pub(crate) use body::{Body, Upload};
pub use fault::Cut;
pub(crate) use fault::{Fault, FaultPlan};
pub(crate) use posting::Posting;
pub(crate) use rate::Buckets;
pub(crate) use refusal::Refusal;
pub use route::Endpoint;
pub(crate) use server::router;
