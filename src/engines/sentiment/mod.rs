//! How people feel, over time, with quotes.
