//! The encoder: rust-bert's BERT on a torch thread of its own, behind a bounded queue.
