//! The metrics engine on a small made company, executed here row by row.

mod world;
mod words;
mod answers;
mod breakdowns;
mod odd_input;
mod detector;
mod splits;
