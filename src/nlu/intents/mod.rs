//! What a message asks for: the taught examples, the head that ranks intents, and the cutting of a message into parts.
//! The head is fitted in `training`.

pub mod prompts;
pub mod ngrams;
pub mod linear;
mod head;
mod split;

pub use head::{HeadCard, IntentHead};
pub use split::split;
