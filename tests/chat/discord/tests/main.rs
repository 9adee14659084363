//! Drives the emulator with the real serenity client over the loopback interface. The emulator is in `src/emulator`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bot;
mod commands;
mod faults;
mod framework;
mod gateway;
mod interactions;
mod messages;
mod raw;
mod wire;
