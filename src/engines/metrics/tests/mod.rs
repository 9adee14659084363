//! The metrics engine on a small made company, executed here row by row.

mod world;
mod words;
mod answers;
mod odd_input;
mod detector;
mod splits;
