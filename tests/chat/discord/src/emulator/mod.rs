//! An emulator of Discord's REST API v10 and gateway v10 on the loopback interface. No Discord client is here.
//!
//! A real client talks to it over sockets; a test drives the people's side through [`Emulator`] and reads back what
//! was posted. It answers as the platform's documentation says (<https://docs.discord.com/developers>), with its JSON
//! error codes and close codes, and records every rule that the client broke in [`Emulator::violations`].
//!
//! ```ignore
//! let emulator = Emulator::start(Options { clock: Clock::manual(), ..Options::default() }).await?;
//! let ann = emulator.add_user("ann");
//! let guild = emulator.add_guild("Northwind", ann);
//! let channel = emulator.add_channel(guild, "general");
//! // … start the bot with `emulator.rest_url()` as its proxy, without a rate limiter, and `emulator.token()` …
//! emulator.connected().await?;
//! let asked = emulator.slash(channel, ann, "ask", &[("question", "how was last week?".into())])?;
//! let answer = emulator.wait_for(|view| view.original(asked)).await?;
//! let more = answer.labelled("More").and_then(|button| button.custom_id.clone()).expect("a button");
//! emulator.press(answer.id, &more, ann)?;
//! assert_eq!(emulator.violations(), []);
//! ```
//!
//! Reading order: `ids`, `clock`, `options` and `error` are the vocabulary; `world` is the state; `rules` are the
//! checks of bodies; `gateway` and `rest` are the two protocols; `driver` is the test's side.

mod clock;
mod driver;
mod error;
mod gateway;
mod ids;
mod options;
mod rest;
mod rules;
mod world;

pub use clock::Clock;
pub use driver::{Emulator, Faults, Filter, Gateway, OptionValue, View};
pub use error::EmulatorError;
pub use gateway::intents;
pub use ids::{ApplicationId, AttachmentId, ChannelId, CommandId, GuildId, InteractionId, MessageId, RoleId, UserId};
pub use options::{Options, RateLimits};
pub use rest::{Cut, Endpoint};
pub use world::{
    Action, Choice, Component, Delivery, Embed, EmbedAuthor, EmbedField, EmbedFooter, EmbedMedia, File, GatewayLog,
    Interaction, InteractionKind, Message, Modal, Permissions, RequestRecord, Response, Row, Rule, SelectOption,
    Violation, permissions,
};
