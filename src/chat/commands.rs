//! The commands that platforms list: one table for all of them, and what a command with its options asks.

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::domain::{Command, Content, Intent, Platform, Role, SlotKind};

static PROMPTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/prompts/commands");

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// Any words.
    Text,
    /// A file.
    File,
    /// One of Herald's roles.
    Role,
    /// A person, or "here".
    PlaceOrAccount,
    /// A name of this kind; the platform asks to complete it.
    Name(SlotKind),
}

/// What a command does with its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// They are read as any message.
    Ask,
    /// They are read for this intent.
    Intent(Intent),
    /// They go to a command about Herald itself.
    Command(Command),
}

/// An option of a command.
#[derive(Debug, Clone)]
pub struct CommandOption {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub kind: OptionKind,
    /// Whether it has to be given.
    pub required: bool,
    /// What it is for, in English.
    pub english: String,
    /// The same in Chinese.
    pub chinese: String,
}

/// A command.
#[derive(Debug, Clone)]
pub struct CommandSpec {
    /// Its name.
    pub name: String,
    /// The platforms that list it.
    pub on: Vec<Platform>,
    /// The role from which on it is listed.
    pub least: Role,
    /// What it does with its words.
    pub does: Does,
    /// How its options become words.
    words: Vec<String>,
    /// What it is for, in English.
    pub english: String,
    /// The same in Chinese.
    pub chinese: String,
    /// Its options, required ones first.
    pub options: Vec<CommandOption>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    command: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    on: Vec<Platform>,
    least: Role,
    #[serde(default)]
    ask: bool,
    intent: Option<String>,
    does: Option<Command>,
    words: Vec<String>,
    en: String,
    zh: String,
    #[serde(default)]
    option: Vec<OptionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionEntry {
    name: String,
    kind: String,
    #[serde(default)]
    required: bool,
    en: String,
    zh: String,
}

/// The commands that a platform lists, in the order of the table.
///
/// # Panics
/// When the table inside the program cannot be read, which a test rules out.
#[must_use]
pub fn commands(platform: Platform) -> Vec<CommandSpec> {
    let all = read().expect("a test reads the table that is inside the program");
    all.into_iter().filter(|command| command.on.contains(&platform)).collect()
}

fn read() -> Result<Vec<CommandSpec>, String> {
    let text = PROMPTS.get_file("commands.toml").and_then(include_dir::File::contents_utf8).ok_or("no table")?;
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    file.command.into_iter().map(spec).collect()
}

fn spec(entry: Entry) -> Result<CommandSpec, String> {
    let does = match (entry.ask, &entry.intent, entry.does) {
        (true, None, None) => Does::Ask,
        (false, Some(intent), None) => Does::Intent(Intent::parse(intent).map_err(|error| error.to_string())?),
        (false, None, Some(command)) => Does::Command(command),
        _ => return Err(format!("{} needs one of ask, intent and does", entry.name)),
    };
    let options = entry
        .option
        .into_iter()
        .map(|option| {
            let kind = match option.kind.as_str() {
                "text" => OptionKind::Text,
                "file" => OptionKind::File,
                "role" => OptionKind::Role,
                "place_or_account" => OptionKind::PlaceOrAccount,
                slot => OptionKind::Name(SlotKind::parse(slot).ok_or_else(|| format!("no kind is called {slot:?}"))?),
            };
            Ok(CommandOption {
                name: option.name,
                kind,
                required: option.required,
                english: option.en,
                chinese: option.zh,
            })
        })
        .collect::<Result<_, String>>()?;
    Ok(CommandSpec {
        name: entry.name,
        on: entry.on,
        least: entry.least,
        does,
        words: entry.words,
        english: entry.en,
        chinese: entry.zh,
        options,
    })
}

impl CommandSpec {
    /// What the command asks with these options, by name.
    #[must_use]
    pub fn with_options(&self, given: &[(String, String)]) -> Content {
        let mut words = Vec::new();
        for part in &self.words {
            let filled = match part.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
                None => Some(part.clone()),
                Some((before, (name, after))) => given
                    .iter()
                    .find(|(option, value)| option == name && !value.trim().is_empty())
                    .map(|(_, value)| format!("{before}{}{after}", value.trim())),
            };
            words.extend(filled);
        }
        self.with_words(&words.join(" "))
    }

    /// What the command asks with these words behind it.
    #[must_use]
    pub fn with_words(&self, words: &str) -> Content {
        let text = words.trim().to_owned();
        match self.does {
            Does::Ask => Content::Text(text),
            Does::Intent(intent) => Content::Asked { intent, text },
            Does::Command(command) => Content::Command { command, words: text },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_keeps_the_platforms_limits() {
        let all = read().unwrap();
        for command in &all {
            let fits = |name: &str| {
                (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
            };
            assert!(fits(&command.name), "{}", command.name);
            assert!(command.options.len() <= 25);
            let texts = command.options.iter().flat_map(|option| [&option.english, &option.chinese]);
            for text in texts.chain([&command.english, &command.chinese]) {
                assert!((1..=100).contains(&text.chars().count()), "{text}");
            }
            assert!(command.options.iter().all(|option| fits(&option.name)));
            // Discord wants required options first.
            assert!(command.options.is_sorted_by_key(|option| !option.required), "{}", command.name);
            for part in &command.words {
                if let Some((_, rest)) = part.split_once('{') {
                    let (name, _) = rest.split_once('}').unwrap();
                    assert!(command.options.iter().any(|option| option.name == name), "{}: {part}", command.name);
                }
            }
        }
        for platform in [Platform::Discord, Platform::Telegram] {
            let mut names: Vec<_> = commands(platform).into_iter().map(|command| command.name).collect();
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count);
            assert!(count >= 10);
        }
    }

    #[test]
    fn options_become_words() {
        let commands = commands(Platform::Discord);
        let of = |name: &str| commands.iter().find(|command| command.name == name).unwrap();
        let given = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        assert_eq!(
            of("forecast").with_options(&given(&[("horizon", "8 weeks"), ("metric", "revenue"), ("product", " ")])),
            Content::Asked { intent: Intent::ForecastMetric, text: "revenue for the next 8 weeks".to_owned() }
        );
        assert_eq!(of("ask").with_options(&given(&[("question", "hi")])), Content::Text("hi".to_owned()));
        assert_eq!(
            of("role").with_options(&given(&[("who", "<@1>"), ("role", "analyst")])),
            Content::Command { command: Command::Role, words: "<@1> analyst".to_owned() }
        );
    }
}
