//! The command line: one file per subcommand. Reads arguments, calls, prints; computes nothing.

mod arguments;
mod classifying;
mod tagging;
pub mod run;
pub mod ask;
pub mod chat;
pub mod demo;
pub mod batch;
pub mod train;
pub mod evaluate;
pub mod files;
pub mod import;
pub mod data;
pub mod store;

use std::io;

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::domain::Role;

pub use arguments::Usage;

/// Starts logging to standard error, as configured.
pub fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_filter).unwrap_or_else(|error| {
        eprintln!("herald: log.filter cannot be read ({error}); logging warnings");
        EnvFilter::new("warn")
    });
    // A second call (in tests) finds a logger already there, which is as good.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Whether an error is only that whoever reads the output stopped reading, such as `head`.
#[must_use]
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = match (cause.downcast_ref::<io::Error>(), cause.downcast_ref::<csv::Error>()) {
            (Some(error), _) => Some(error.kind()),
            (_, Some(error)) => match error.kind() {
                csv::ErrorKind::Io(error) => Some(error.kind()),
                _ => None,
            },
            _ => cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind),
        };
        kind == Some(io::ErrorKind::BrokenPipe)
    })
}

/// Refuses what takes more than the role of the person at the terminal.
fn require(config: &Config, least: Role) -> Result<()> {
    if config.console_role < least {
        bail!("this takes the role {}; yours is {}", least.name(), config.console_role.name());
    }
    Ok(())
}

/// A progress bar on standard error; nothing where that is no terminal.
fn progress(total: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total as u64).with_message(what);
    match ProgressStyle::with_template("{msg:10} [{bar:30}] {pos}/{len} {eta}") {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}
