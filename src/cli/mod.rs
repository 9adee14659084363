//! The command line: one file per subcommand. Reads arguments, calls, prints; computes nothing.

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

use indicatif::{ProgressBar, ProgressStyle};
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Starts logging to standard error, as configured.
pub fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_filter).unwrap_or_else(|error| {
        eprintln!("herald: log.filter cannot be read ({error}); logging warnings");
        EnvFilter::new("warn")
    });
    // A second call (in tests) finds a logger already there, which is as good.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// A progress bar on standard error; nothing where that is no terminal.
fn progress(total: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(total as u64).with_message(what);
    match ProgressStyle::with_template("{msg:10} [{bar:30}] {pos}/{len} {eta}") {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}
