//! What the configuration says of platforms and of people on them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use crate::domain::{PlaceId, Platform, Role, UserId};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleKeys {
    pub(super) owners: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DiscordKeys {
    token: String,
    members: String,
    roles: BTreeMap<String, String>,
    message_content: bool,
    threads: Threads,
    api: String,
    root_certificate: PathBuf,
    addresses: BTreeMap<String, String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TelegramKeys {
    token: String,
    members: String,
    groups: String,
    api: String,
    webhook: String,
    webhook_listen: String,
    webhook_secret: String,
    root_certificate: PathBuf,
    addresses: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChatKeys {
    workers: usize,
    queue: usize,
    per_minute: u32,
    upload_limit_mb: u64,
    desk: String,
}

// Tokens are not shown where keys are.
impl std::fmt::Debug for DiscordKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DiscordKeys").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TelegramKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TelegramKeys").finish_non_exhaustive()
    }
}

/// How a platform is reached.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    /// The address of its API, where it is not the platform's own.
    pub api: Option<String>,
    /// A root certificate that is trusted besides the public ones.
    pub root_certificate: Option<PathBuf>,
    /// Where hosts are found.
    pub addresses: Vec<(String, SocketAddr)>,
}

/// When a conversation in a channel goes on in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Threads {
    /// Once it has become long.
    Long,
    /// Never.
    Never,
    /// From the first mention on.
    Always,
}

/// How Discord is served.
#[derive(Debug, Clone)]
pub struct DiscordConfig {
    /// The bot's token.
    pub token: SecretString,
    /// What members are whom no role says more about.
    pub members: Role,
    /// What roles of servers are to Herald, by name or id.
    pub roles: BTreeMap<String, Role>,
    /// Whether the message-content intent is switched on.
    pub message_content: bool,
    /// When conversations go on in threads.
    pub threads: Threads,
    /// How it is reached.
    pub connection: Connection,
}

/// Where updates of Telegram come in.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The address that Telegram is told.
    pub url: String,
    /// Where Herald waits.
    pub listen: SocketAddr,
    /// What only the two know.
    pub secret: SecretString,
}

/// How Telegram is served.
#[derive(Debug, Clone)]
pub struct TelegramConfig {
    /// The bot's token.
    pub token: SecretString,
    /// What people are in private who have no role yet.
    pub members: Role,
    /// What everybody in a group may see.
    pub groups: Role,
    /// The webhook; updates are asked for where there is none.
    pub webhook: Option<Webhook>,
    /// How it is reached.
    pub connection: Connection,
}

/// How messages are taken.
#[derive(Debug, Clone)]
pub struct ChatConfig {
    /// How many are worked on at once.
    pub workers: usize,
    /// How many may wait.
    pub queue: usize,
    /// How many a minute are taken from one person.
    pub per_minute: u32,
    /// The largest file that is taken, in bytes.
    pub upload_limit: u64,
    /// Where customers who ask for a person are answered.
    pub desk: Option<PlaceId>,
}

fn invalid(key: &'static str, found: &str, reason: &str) -> ConfigError {
    ConfigError::Value { key, found: found.to_owned(), reason: reason.to_owned() }
}

fn role(key: &'static str, name: &str) -> Result<Role, ConfigError> {
    name.parse().map_err(|reason: String| invalid(key, name, &reason))
}

fn split(text: &str) -> Option<(Platform, &str)> {
    let (name, id) = text.split_once(':')?;
    let platform = [Platform::Discord, Platform::Telegram].into_iter().find(|platform| platform.name() == name)?;
    Some((platform, id.trim())).filter(|(_, id)| !id.is_empty())
}

/// An account, written `platform:id`.
pub(super) fn account(text: &str) -> Result<UserId, ConfigError> {
    let (platform, id) = split(text)
        .filter(|(_, id)| id.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or_else(|| invalid("people.owners", text, "write discord:ID or telegram:ID, with the account's number"))?;
    Ok(UserId { platform, id: id.to_owned() })
}

/// A place, written `platform:id`.
pub(super) fn place(key: &'static str, text: &str) -> Result<PlaceId, ConfigError> {
    let (platform, id) =
        split(text).ok_or_else(|| invalid(key, text, "write discord:CHANNEL or telegram:CHAT, with its number"))?;
    Ok(PlaceId { platform, id: id.to_owned() })
}

fn connection(
    keys: [&'static str; 3],
    api: &str,
    root_certificate: PathBuf,
    addresses: BTreeMap<String, String>,
    base: &Path,
) -> Result<Connection, ConfigError> {
    if !api.is_empty() && !api.starts_with("http://") && !api.starts_with("https://") {
        return Err(invalid(keys[0], api, "it begins with https:// or http://"));
    }
    let root_certificate = (!root_certificate.as_os_str().is_empty()).then(|| base.join(root_certificate));
    if let Some(path) = root_certificate.as_ref().filter(|path| !path.is_file()) {
        return Err(invalid(keys[1], &path.display().to_string(), "there is no such file"));
    }
    let addresses = addresses
        .into_iter()
        .map(|(host, at)| match at.parse() {
            Ok(at) => Ok((host, at)),
            Err(_) => Err(invalid(keys[2], &at, "write an address and a port, such as 10.0.0.7:443")),
        })
        .collect::<Result<_, _>>()?;
    Ok(Connection {
        api: Some(api.trim_end_matches('/').to_owned()).filter(|api| !api.is_empty()),
        root_certificate,
        addresses,
    })
}

pub(super) fn discord(keys: DiscordKeys, base: &Path) -> Result<Option<DiscordConfig>, ConfigError> {
    let names = ["discord.api", "discord.root_certificate", "discord.addresses"];
    let connection = connection(names, &keys.api, keys.root_certificate, keys.addresses, base)?;
    let members = role("discord.members", &keys.members)?;
    let roles = keys
        .roles
        .into_iter()
        .map(|(name, given)| Ok((name, role("discord.roles", &given)?)))
        .collect::<Result<_, ConfigError>>()?;
    let token = keys.token.trim().trim_start_matches("Bot ").to_owned();
    Ok((!token.is_empty()).then(|| DiscordConfig {
        token: SecretString::new(token),
        members,
        roles,
        message_content: keys.message_content,
        threads: keys.threads,
        connection,
    }))
}

pub(super) fn telegram(keys: TelegramKeys, base: &Path) -> Result<Option<TelegramConfig>, ConfigError> {
    let names = ["telegram.api", "telegram.root_certificate", "telegram.addresses"];
    let connection = connection(names, &keys.api, keys.root_certificate, keys.addresses, base)?;
    let members = role("telegram.members", &keys.members)?;
    let groups = role("telegram.groups", &keys.groups)?;
    let webhook = if keys.webhook.is_empty() {
        None
    } else {
        let listen = keys
            .webhook_listen
            .parse()
            .map_err(|_| invalid("telegram.webhook_listen", &keys.webhook_listen, "write an address and a port"))?;
        let secret = keys.webhook_secret;
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if secret.is_empty() || secret.len() > 256 || !secret.chars().all(fits) {
            let reason = "a webhook needs 1 to 256 characters of A-Z, a-z, 0-9, _ and -";
            return Err(invalid("telegram.webhook_secret", "…", reason));
        }
        Some(Webhook { url: keys.webhook, listen, secret: SecretString::new(secret) })
    };
    let token = keys.token.trim().to_owned();
    if !token.is_empty() && token.split_once(':').is_none_or(|(id, _)| id.parse::<u64>().is_err()) {
        return Err(invalid("telegram.token", "…", "a token looks like 123456789:AA…; copy it whole from @BotFather"));
    }
    Ok((!token.is_empty()).then(|| TelegramConfig {
        token: SecretString::new(token),
        members,
        groups,
        webhook,
        connection,
    }))
}

pub(super) fn chat(keys: ChatKeys) -> Result<ChatConfig, ConfigError> {
    let desk = match keys.desk.as_str() {
        "" => None,
        text => Some(place("chat.desk", text)?),
    };
    Ok(ChatConfig {
        workers: keys.workers.max(1),
        queue: keys.queue.max(1),
        per_minute: keys.per_minute.max(1),
        upload_limit: keys.upload_limit_mb << 20,
        desk,
    })
}
