//! The documented rules about request bodies, checked on the JSON as it came. Nothing here changes the world.

mod command;
mod component;
mod embed;
mod form;
mod message;
mod modal;

pub(crate) use command::check_command;
pub(crate) use form::Form;
pub(crate) use message::{AllowedMentions, Draft, Purpose, Reply, check_message};
pub(crate) use modal::{check_choices, check_modal};
