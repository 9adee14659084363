//! The sentiment head on the encoder.
