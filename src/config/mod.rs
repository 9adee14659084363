//! One configuration: the embedded defaults, then a file, then the environment, then flags. Checked once; nothing else
//! reads the environment.

mod chat;
mod schedule;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::Value;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::domain::{Level, Role, UserId};

pub use chat::{ChatConfig, Connection, DiscordConfig, TelegramConfig, Threads, Webhook};
use chat::{ChatKeys, DiscordKeys, PeopleKeys, TelegramKeys};
pub use schedule::ScheduledConfig;
use schedule::ScheduledKeys;

/// More threads than any machine this is made for has cores; each takes memory of its own.
const MOST_THREADS: usize = 256;

const DEFAULTS: &str = include_str!("default.toml");

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was named is not there.
    #[error("the configuration file {0} is not there")]
    NoFile(PathBuf),
    /// A value has the wrong shape, or a key is unknown.
    #[error("the configuration cannot be read")]
    Invalid(#[source] Box<figment::Error>),
    /// A value has the right shape and makes no sense.
    #[error("{key} cannot be {found:?}: {reason}")]
    Value {
        /// Which key.
        key: &'static str,
        /// What was given.
        found: String,
        /// Why not, and what would do.
        reason: String,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    company: CompanyKeys,
    paths: PathKeys,
    store: StoreKeys,
    compute: ComputeKeys,
    console: ConsoleKeys,
    people: PeopleKeys,
    discord: DiscordKeys,
    telegram: TelegramKeys,
    chat: ChatKeys,
    answers: AnswerKeys,
    log: LogKeys,
    #[serde(default)]
    digest: Vec<ScheduledKeys>,
    #[serde(default)]
    alert: Vec<ScheduledKeys>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CompanyKeys {
    name: String,
    currency: String,
    time_zone: String,
    week_start: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PathKeys {
    data: PathBuf,
    models: PathBuf,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreKeys {
    url: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ComputeKeys {
    device: String,
    dtype: String,
    threads: usize,
    queue: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsoleKeys {
    role: String,
    customer: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerKeys {
    level: f64,
    max_lines: usize,
    memory_turns: usize,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LogKeys {
    filter: String,
}

/// Flags that win over everything.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The configuration file.
    pub file: Option<PathBuf>,
    /// The data folder.
    pub data: Option<PathBuf>,
    /// The device.
    pub device: Option<String>,
    /// The role of the person at the terminal.
    pub role: Option<Role>,
}

/// The configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The company's name.
    pub company: String,
    /// The currency's ISO 4217 code.
    pub currency: String,
    /// The time zone that days begin and end in.
    pub time_zone: TimeZone,
    /// The first day of the week.
    pub week_start: Weekday,
    /// What Herald keeps.
    pub data: PathBuf,
    /// Whether nobody named another folder for it.
    pub data_is_default: bool,
    /// The weights.
    pub models: PathBuf,
    /// The store, with its path made absolute.
    pub store_url: String,
    /// The device, as asked for.
    pub device: String,
    /// The number type, as asked for.
    pub dtype: String,
    /// Threads of the tensor library; 0 is one per core.
    pub threads: usize,
    /// Messages that may wait for the encoder.
    pub queue: usize,
    /// Who the person at the terminal is.
    pub console_role: Role,
    /// The customer this person is.
    pub console_customer: Option<String>,
    /// Accounts that are owners whatever else is said.
    pub owners: Vec<UserId>,
    /// Discord, where it is served.
    pub discord: Option<DiscordConfig>,
    /// Telegram, where it is served.
    pub telegram: Option<TelegramConfig>,
    /// How messages are taken.
    pub chat: ChatConfig,
    /// Digests and alerts.
    pub scheduled: Vec<ScheduledConfig>,
    /// The level of intervals.
    pub level: Level,
    /// Lines of a reply.
    pub max_lines: usize,
    /// Turns remembered.
    pub memory_turns: usize,
    /// What is logged.
    pub log_filter: String,
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// When the named file is missing, a key is unknown, or a value makes no sense.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigError> {
        let home = std::env::var_os("HERALD_HOME").map_or_else(|| PathBuf::from("."), PathBuf::from);
        let file = match &overrides.file {
            Some(file) if file.is_file() => Some(file.clone()),
            Some(file) => return Err(ConfigError::NoFile(file.clone())),
            None => Some(home.join("herald.toml")).filter(|file| file.is_file()),
        };
        let base = file.as_deref().and_then(Path::parent).map_or(home, Path::to_path_buf);
        let mut figment = Figment::new().merge(Toml::string(DEFAULTS));
        if let Some(file) = &file {
            figment = figment.merge(Toml::file_exact(file));
        }
        // HERALD_HOME and HERALD_CACHE are no keys: only names with a section count.
        let environment = Env::prefixed("HERALD_").filter(|key| key.as_str().contains("__")).split("__");
        // A text stays a text where it looks like a number.
        let texts: Vec<_> = environment
            .iter()
            .filter(|(key, _)| matches!(figment.find_value(key.as_str()), Ok(Value::String(..))))
            .collect();
        figment = figment.merge(environment);
        for (key, text) in texts {
            figment = figment.merge(Serialized::default(key.as_str(), text));
        }
        if let Some(data) = &overrides.data {
            let data = std::path::absolute(data).unwrap_or_else(|_| data.clone());
            figment = figment.merge(Serialized::default("paths.data", data));
        }
        if let Some(device) = &overrides.device {
            figment = figment.merge(Serialized::default("compute.device", device));
        }
        if let Some(role) = overrides.role {
            figment = figment.merge(Serialized::default("console.role", role.name()));
        }
        let file: File = figment.extract().map_err(|error| ConfigError::Invalid(Box::new(error)))?;
        let is_default =
            Figment::from(Toml::string(DEFAULTS)).extract_inner("paths.data").ok() == Some(file.paths.data.clone());
        Ok(Self { data_is_default: is_default, ..check(file, &base)? })
    }
}

fn check(file: File, base: &Path) -> Result<Config, ConfigError> {
    let invalid =
        |key, found: &str, reason: &str| ConfigError::Value { key, found: found.to_owned(), reason: reason.to_owned() };
    let time_zone = match file.company.time_zone.as_str() {
        "system" => TimeZone::system(),
        name => TimeZone::get(name).map_err(|error| invalid("company.time_zone", name, &error.to_string()))?,
    };
    let week_start = match file.company.week_start.to_lowercase().as_str() {
        "monday" => Weekday::Monday,
        "sunday" => Weekday::Sunday,
        other => return Err(invalid("company.week_start", other, "use monday or sunday")),
    };
    let currency = file.company.currency.to_uppercase();
    if currency.len() != 3 || !currency.chars().all(|c| c.is_ascii_uppercase()) {
        return Err(invalid("company.currency", &currency, "use a code of three letters, such as EUR"));
    }
    let device = file.compute.device;
    if !(device == "auto" || device == "cpu" || device.strip_prefix("cuda:").is_some_and(|n| n.parse::<u32>().is_ok()))
    {
        return Err(invalid("compute.device", &device, "use auto, cpu, or cuda:0"));
    }
    let dtype = file.compute.dtype;
    if !["auto", "float32", "bfloat16"].contains(&dtype.as_str()) {
        return Err(invalid("compute.dtype", &dtype, "use auto, float32 or bfloat16"));
    }
    if file.compute.threads > MOST_THREADS {
        let reason = format!("use 0 for one per core, or up to {MOST_THREADS}");
        return Err(invalid("compute.threads", &file.compute.threads.to_string(), &reason));
    }
    let console_role =
        file.console.role.parse().map_err(|reason: String| invalid("console.role", &file.console.role, &reason))?;
    let level = Level::new(file.answers.level)
        .map_err(|error| invalid("answers.level", &file.answers.level.to_string(), &error.to_string()))?;
    let data = base.join(file.paths.data);
    let store_url = match file.store.url.strip_prefix("sled:") {
        Some(path) => format!("sled:{}", data.join(path).display()),
        None => file.store.url,
    };
    let owners = file.people.owners.iter().map(|text| chat::account(text)).collect::<Result<_, _>>()?;
    let discord = chat::discord(file.discord, base)?;
    let telegram = chat::telegram(file.telegram, base)?;
    let chat = chat::chat(file.chat)?;
    let scheduled = schedule::scheduled(&file.digest, &file.alert)?;
    Ok(Config {
        scheduled,
        owners,
        discord,
        telegram,
        chat,
        company: file.company.name,
        currency,
        time_zone,
        week_start,
        models: base.join(file.paths.models),
        data,
        data_is_default: false,
        store_url,
        device,
        dtype,
        threads: file.compute.threads,
        queue: file.compute.queue.max(1),
        console_role,
        console_customer: Some(file.console.customer).filter(|customer| !customer.is_empty()),
        level,
        max_lines: file.answers.max_lines.max(2),
        memory_turns: file.answers.memory_turns.max(1),
        log_filter: file.log.filter,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(text: &str) -> (tempfile::TempDir, Overrides) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("herald.toml");
        std::fs::write(&file, text).unwrap();
        let overrides = Overrides { file: Some(file), ..Overrides::default() };
        (folder, overrides)
    }

    #[test]
    fn a_file_changes_what_it_names_and_paths_start_beside_it() {
        let (folder, overrides) = write("[company]\ncurrency = \"usd\"\n[paths]\ndata = \"elsewhere\"\n");
        let config = Config::load(&overrides).unwrap();
        assert_eq!(config.currency, "USD");
        assert_eq!(config.data, folder.path().join("elsewhere"));
        assert_eq!(config.store_url, format!("sled:{}", folder.path().join("elsewhere/store").display()));
        assert_eq!(config.week_start, Weekday::Monday);
    }

    #[test]
    fn flags_win_over_the_file() {
        let (_folder, mut overrides) = write("[console]\nrole = \"marketer\"\n");
        assert_eq!(Config::load(&overrides).unwrap().console_role, Role::Marketer);
        overrides.role = Some(Role::Customer);
        assert_eq!(Config::load(&overrides).unwrap().console_role, Role::Customer);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("[company]\nweek_start = \"friday\"", "company.week_start"),
            ("[company]\ntime_zone = \"Mars/Olympus\"", "company.time_zone"),
            ("[compute]\ndevice = \"gpu\"", "compute.device"),
            ("[compute]\nthreads = 999999", "compute.threads"),
            ("[answers]\nlevel = 120", "answers.level"),
            ("[company]\ncolour = \"red\"", "colour"),
            ("[console]\nrole = \"king\"", "console.role"),
        ] {
            let (_folder, overrides) = write(text);
            let error = Config::load(&overrides).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            let told = format!("{error}: {source}");
            assert!(told.contains(part), "{text}: {told}");
            assert!(source.is_empty() || !error.to_string().contains(&source), "said twice: {told}");
        }
        let missing = Overrides { file: Some("nowhere.toml".into()), ..Overrides::default() };
        assert!(matches!(Config::load(&missing), Err(ConfigError::NoFile(_))));
    }
}
