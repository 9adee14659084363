//! Understands messages: language, intents, slots. Only this folder, `training` and the engines know torch, and no
//! tensor leaves them.

mod error;
pub mod encoder;
pub mod language;
pub mod tags;
pub mod dates;
pub mod slots;
pub mod intents;
pub mod schedule;
pub mod sentiment;
pub mod relabel;
pub mod aspects;
mod understander;

use jiff::Zoned;
use jiff::civil::Weekday;

use crate::domain::{Catalog, Utterance};

pub use error::NluError;
pub use understander::Understander;

/// What a message is understood against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Now, in the company's time zone.
    pub now: &'a Zoned,
    /// The company's first day of the week.
    pub week_start: Weekday,
    /// The company's names.
    pub catalog: &'a Catalog,
}

/// Understands messages.
pub trait Understand: Send + Sync {
    /// Reads one message.
    ///
    /// # Errors
    /// When the encoder is gone or overloaded; never because of what the message says.
    fn understand(&self, text: &str, context: &Context<'_>) -> Result<Utterance, NluError>;
}
