//! Tags of words: their names, the likeliest sequence that makes sense, the stretches they mark. No model here.

mod bio;

pub use bio::{Stretch, Tags};
