//! `herald run`: serves every configured platform until it is asked to end; with none configured, opens the console.

use std::future::Future;
use std::io::IsTerminal as _;

use anyhow::{Context as _, Result};

use crate::app::{self, App};
use crate::config::Config;

/// Serves.
#[derive(Debug, Default, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// When Herald cannot start, or no platform can be used any more.
pub fn run(_args: &Args, config: &Config) -> Result<()> {
    if config.discord.is_none() && config.telegram.is_none() {
        if std::io::stdin().is_terminal() {
            eprintln!("note: no platform is configured (docs/discord.md, docs/telegram.md); this is the console");
        }
        return super::chat::run(&super::chat::Args::default(), config);
    }
    super::demo::fill_if_empty(config)?;
    let app = App::build(config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let chats = app::platforms(&app, config)?;
        let names: Vec<&str> = chats.iter().map(|chat| chat.platform().title()).collect();
        eprintln!("herald: serving {}; Ctrl-C ends it in good order", names.join(" and "));
        app::serve(&app, config, chats, asked_to_end()?).await
    })?;
    eprintln!("herald: ended; nothing was lost");
    // Threads that still compute are not waited for: what they were asked is in the store.
    runtime.shutdown_background();
    Ok(())
}

/// Ready when the program is asked to end: Ctrl-C, or what a service manager sends. The second time it ends at once.
fn asked_to_end() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("signals cannot be waited for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("signals cannot be waited for")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        eprintln!("herald: ending; once more to end at once");
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            std::process::exit(130);
        });
    })
}
