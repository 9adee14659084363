//! Serves the configured platforms with the one assistant.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::chat::discord::{Discord, DiscordOptions, Threads};
use crate::chat::telegram::{Telegram, TelegramOptions, WebhookOptions};
use crate::chat::{Chat, Connection, Directory};
use crate::config::{self, Config};
use crate::runtime::{Runtime, Settings, posting};
use crate::schedule::Schedule;

use super::App;
use super::directory::CompanyDirectory;

/// The platforms that the configuration names.
///
/// # Errors
/// When what the configuration says of one cannot be used.
pub fn platforms(app: &App, config: &Config) -> Result<Vec<Arc<dyn Chat>>> {
    let directory: Arc<dyn Directory> =
        Arc::new(CompanyDirectory { warehouse: Arc::clone(&app.warehouse), assistant: Arc::clone(&app.assistant) });
    let mut chats: Vec<Arc<dyn Chat>> = Vec::new();
    if let Some(discord) = &config.discord {
        let options = DiscordOptions {
            token: discord.token.clone(),
            roles: discord.roles.clone(),
            members: discord.members,
            message_content: discord.message_content,
            threads: match discord.threads {
                config::Threads::Long => Threads::Long,
                config::Threads::Never => Threads::Never,
                config::Threads::Always => Threads::Always,
            },
            connection: connection(&discord.connection)?,
            directory: Arc::clone(&directory),
        };
        chats.push(Arc::new(Discord::new(options).context("Discord cannot be served")?));
    }
    if let Some(telegram) = &config.telegram {
        let webhook = telegram.webhook.as_ref().map(|webhook| WebhookOptions {
            url: webhook.url.clone(),
            listen: webhook.listen,
            secret: webhook.secret.clone(),
        });
        let options = TelegramOptions {
            token: telegram.token.clone(),
            webhook,
            connection: connection(&telegram.connection)?,
            directory: Arc::clone(&directory),
        };
        chats.push(Arc::new(Telegram::new(options).context("Telegram cannot be served")?));
    }
    Ok(chats)
}

/// Serves platforms until `stop` is ready.
///
/// # Errors
/// When the store fails, or no platform can be used.
pub async fn serve(
    app: &App,
    config: &Config,
    chats: Vec<Arc<dyn Chat>>,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    // The first question should not wait for the weights.
    let encoder = app.encoder.clone();
    tokio::task::spawn_blocking(move || encoder.info().map(|_| ())).await??;
    let settings = Settings {
        workers: config.chat.workers,
        queue: config.chat.queue,
        per_minute: config.chat.per_minute,
        grace: Duration::from_secs(8),
        uploads: config.data.join("uploads"),
        upload_limit: config.chat.upload_limit,
        ..Settings::default()
    };
    app.assistant.set_posting(posting(&chats));
    let schedule = Schedule::new(Arc::clone(&app.assistant), Arc::clone(&app.store), Arc::clone(&app.clock));
    let runtime = Runtime::new(chats, Arc::clone(&app.assistant), Arc::clone(&app.store), settings);
    Ok(runtime.with_schedule(Arc::new(schedule)).serve(stop).await?)
}

fn connection(from: &config::Connection) -> Result<Connection> {
    let root_certificate = match &from.root_certificate {
        None => None,
        Some(path) => Some(std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?),
    };
    Ok(Connection { api: from.api.clone(), root_certificate, addresses: from.addresses.clone() })
}
