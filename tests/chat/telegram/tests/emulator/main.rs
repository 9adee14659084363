//! Drives the emulator with the real teloxide client over loopback. The emulator's own rules are checked here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod polling;
mod webhook;
mod text;
mod sending;
mod editing;
mod buttons;
mod files;
mod groups;
mod commands;
mod limits;
mod faults;

use telegram_emulator::emulator::{Breach, Emulator, Options};
use teloxide::prelude::*;
use teloxide::{ApiError, RequestError};

/// An emulator with Telegram's own settings.
async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.unwrap()
}

/// A client of that emulator.
fn bot(emulator: &Emulator) -> Bot {
    Bot::new(emulator.token()).set_api_url(emulator.url().parse().unwrap())
}

/// The words of a refusal, whichever of teloxide's variants holds them.
fn words<T: std::fmt::Debug>(result: Result<T, RequestError>) -> String {
    match result.unwrap_err() {
        RequestError::Api(ApiError::Unknown(words)) => words,
        RequestError::Api(known) => known.to_string(),
        other => format!("{other:?}"),
    }
}

/// The kinds of rules broken so far.
fn breaches(emulator: &Emulator) -> Vec<Breach> {
    emulator.violations().into_iter().map(|violation| violation.breach).collect()
}

/// The smallest PNG header that tells a size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0]);
    bytes
}
