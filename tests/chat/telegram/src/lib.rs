//! Holds the emulator of the Telegram Bot API. Nothing else lives here: the folder is meant to move as it is.

pub mod emulator;
