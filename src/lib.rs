//! Herald, the marketing analyst that lives in a team's chat. ARCHITECTURE.md is the map.

pub mod domain;
pub mod config;
pub mod storage;
pub mod facts;
pub mod nlu;
pub mod engines;
pub mod training;
pub mod render;
pub mod assistant;
pub mod chat;
pub mod schedule;
pub mod runtime;
pub mod demo;
pub mod app;
pub mod cli;
