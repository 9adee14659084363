//! The side that a test holds: starting, playing people, looking at what the bot did. No rules of Telegram.

pub(crate) mod emulator;
pub(crate) mod view;
mod people;
mod places;
