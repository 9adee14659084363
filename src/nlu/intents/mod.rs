//! What a message asks for: the taught examples, how a message is read, the head that ranks intents, and the cutting of a
//! message into parts. Head and tuned layers are fitted in `training`.

pub mod prompts;
mod ngrams;
mod gloss;
pub mod linear;
mod head;
mod split;

use std::path::Path;

use crate::nlu::encoder::TunedLayers;

pub use gloss::gloss;
pub use head::{HeadCard, IntentHead, mix};
pub use split::split;

/// What the layers tuned for intents are asked for by.
pub const TUNED: &str = "intents";
/// Their file beside the head.
pub const LAYERS_FILE: &str = "layers.safetensors";

/// The layers tuned for intents as an encoder is told of them; none where there is no such file.
#[must_use]
pub fn tuned_layers(folder: &Path) -> Option<TunedLayers> {
    let file = folder.join(LAYERS_FILE);
    file.is_file().then_some(TunedLayers { name: TUNED, file })
}
