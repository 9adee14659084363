//! What a message asks for: the taught examples, how a message is read, the head that ranks intents, and the cutting of a message into parts.
//! The head is fitted in `training`.

pub mod prompts;
mod ngrams;
mod gloss;
pub mod linear;
mod head;
mod split;

pub use gloss::gloss;
pub use head::{HeadCard, IntentHead};
pub use split::split;
