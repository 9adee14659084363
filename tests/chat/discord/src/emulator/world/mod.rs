//! The emulated platform's state and its records. No sockets, and no rules about bodies.

mod channels;
mod interactions;
mod messages;
mod people;
mod permission;
mod records;
mod state;
mod wire;

pub(crate) use channels::{Channel, ChannelKind, Overwrite};
pub use interactions::{Choice, Interaction, InteractionKind, Modal, Response};
pub(crate) use interactions::{CommandRecord, FRESH, VALID};
pub(crate) use messages::flags;
pub use messages::{
    Component, Embed, EmbedAuthor, EmbedField, EmbedFooter, EmbedMedia, File, Message, Row, SelectOption,
};
pub(crate) use people::{Guild, Member, Role, User};
pub use permission::{Permissions, permissions};
pub use records::{Action, Delivery, GatewayLog, RequestRecord, Rule, Violation};
pub(crate) use state::{Shared, State};
pub(crate) use wire::only;
