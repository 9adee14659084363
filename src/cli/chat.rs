//! `herald chat`: a conversation at the terminal.

use anyhow::Result;

use crate::app::{self, App};
use crate::chat::console::{Console, ConsoleOptions};
use crate::config::Config;
use crate::domain::{Language, Platform, Role, UserId};

/// Opens the console.
#[derive(Debug, Default, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// When Herald cannot start.
pub fn run(_args: &Args, config: &Config) -> Result<()> {
    super::demo::fill_if_empty(config)?;
    let app = std::sync::Arc::new(App::build(config)?);
    let user = match (config.console_role, &config.console_customer) {
        (Role::Customer, Some(customer)) => format!("customer-{customer}"),
        (role, _) => role.name().to_owned(),
    };
    app.seat(&UserId { platform: Platform::Console, id: user.clone() }, config)?;
    let mut console = Console::new(ConsoleOptions {
        charts: app::chart_folder(&config.data),
        history: Some(config.data.join("console_history")),
        user,
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let greeting = app.assistant.greeting(Language::English);
        console.greet(&greeting).await?;
        while let Some(message) = console.next().await {
            let message = message?;
            let answering = std::sync::Arc::clone(&app);
            let reply = console
                .while_thinking(tokio::task::spawn_blocking(move || answering.assistant.reply(&message)))
                .await?;
            if let Some(reply) = reply {
                console.show(&reply)?;
            }
        }
        Ok(())
    })
}
