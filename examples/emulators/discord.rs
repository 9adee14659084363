//! Discord's side of the terminal: a server with two channels, and the people in it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use discord_emulator::emulator::{
    Action, ChannelId, Component, Emulator, GuildId, Message, MessageId, OptionValue, Options, Response, RoleId,
    UserId, permissions,
};

use crate::shown::{Button, News};

/// How long a form may take to open; Discord itself waits three seconds.
const FORM: Duration = Duration::from_secs(4);

pub(crate) struct Discord {
    emulator: Emulator,
    guild: GuildId,
    marketing: RoleId,
    people: BTreeMap<String, UserId>,
    channels: BTreeMap<String, ChannelId>,
    deliveries: usize,
    violations: usize,
}

impl Discord {
    /// A server with an open channel and one for the marketing team.
    pub(crate) async fn start() -> Result<Self> {
        let emulator = Emulator::start(Options::default()).await?;
        let olga = emulator.add_user("olga");
        let guild = emulator.add_guild("Fernhill", olga);
        let marketing = emulator.add_role(guild, "Marketing", permissions::EVERYONE);
        let open = emulator.add_channel(guild, "general");
        let closed = emulator.add_channel(guild, "marketing");
        emulator.deny_everyone(closed, permissions::VIEW_CHANNEL);
        emulator.allow_role(closed, marketing, permissions::VIEW_CHANNEL);
        emulator.allow(closed, emulator.bot(), permissions::VIEW_CHANNEL);
        let mut discord = Self {
            emulator,
            guild,
            marketing,
            people: BTreeMap::from([("olga".to_owned(), olga)]),
            channels: BTreeMap::from([("general".to_owned(), open), ("marketing".to_owned(), closed)]),
            deliveries: 0,
            violations: 0,
        };
        let max = discord.person("max");
        discord.emulator.give_role(discord.guild, max, discord.marketing);
        Ok(discord)
    }

    pub(crate) fn url(&self) -> String {
        self.emulator.rest_url()
    }

    pub(crate) fn token(&self) -> String {
        self.emulator.token()
    }

    /// The account of the owner.
    pub(crate) fn owner(&self) -> u64 {
        self.people.get("olga").map_or(0, |olga| olga.get())
    }

    /// The channel in which customers are answered.
    pub(crate) fn desk(&self) -> u64 {
        self.channels.get("marketing").map_or(0, |channel| channel.get())
    }

    fn person(&mut self, name: &str) -> UserId {
        let (emulator, guild) = (&self.emulator, self.guild);
        *self.people.entry(name.to_owned()).or_insert_with(|| {
            let user = emulator.add_user(name);
            emulator.add_member(guild, user);
            user
        })
    }

    /// Whether a place is there.
    pub(crate) fn knows(&self, place: &str) -> Result<()> {
        match place.split_once('#') {
            None if place == "discord" => Ok(()),
            Some(("discord", name)) if self.channels.contains_key(name) => Ok(()),
            _ => anyhow::bail!("there is no such place; these are: discord, telegram, telegram#team, {}", self.names()),
        }
    }

    fn names(&self) -> String {
        self.channels.keys().map(|name| format!("discord#{name}")).collect::<Vec<_>>().join(", ")
    }

    fn channel(&self, place: &str, user: UserId) -> Result<ChannelId> {
        match place.split_once('#') {
            None => Ok(self.emulator.open_dm(user)),
            Some((_, name)) => self.channels.get(name).copied().context("there is no such channel"),
        }
    }

    pub(crate) fn say(&mut self, place: &str, person: &str, line: &str) -> Result<()> {
        let user = self.person(person);
        let channel = self.channel(place, user)?;
        if let Some(command) = line.strip_prefix('/') {
            let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
            let options = self.options(name, rest)?;
            let given: Vec<(&str, OptionValue)> =
                options.iter().map(|(name, value)| (name.as_str(), OptionValue::Text(value.clone()))).collect();
            self.emulator.slash(channel, user, name, &given)?;
        } else {
            let mention = format!("<@{}>", self.emulator.bot());
            self.emulator.user_says(channel, user, &line.replace("@herald", &mention).replace("@Herald", &mention))?;
        }
        Ok(())
    }

    /// The options of a command: `name: value name: value`; without names all of it is the first.
    fn options(&self, command: &str, text: &str) -> Result<Vec<(String, String)>> {
        let registered = self.emulator.view(|view| view.command(None, command));
        let registered = registered.with_context(|| {
            let names = self.emulator.view(|view| view.commands(None));
            format!("Herald has no such command; these are: /{}", names.join(", /"))
        })?;
        let options = registered["options"].as_array().cloned().unwrap_or_default();
        let names: Vec<&str> = options.iter().filter_map(|option| option["name"].as_str()).collect();
        let mut given: Vec<(String, String)> = Vec::new();
        for word in text.split_whitespace() {
            match word.strip_suffix(':').filter(|name| names.contains(name)) {
                Some(name) => given.push((name.to_owned(), String::new())),
                None => match given.last_mut() {
                    Some((_, value)) => *value = format!("{value} {word}").trim().to_owned(),
                    None => {
                        let first = names.first().context("this command has no options")?;
                        given.push(((*first).to_owned(), word.to_owned()));
                    }
                },
            }
        }
        Ok(given)
    }

    pub(crate) fn file(&mut self, place: &str, person: &str, words: &str, name: &str, bytes: Vec<u8>) -> Result<()> {
        let user = self.person(person);
        let channel = self.channel(place, user)?;
        let mention = format!("<@{}>", self.emulator.bot());
        self.emulator.upload(channel, user, &words.replace("@herald", &mention), name, bytes)?;
        Ok(())
    }

    /// Presses a button or chooses an entry; fills in the form that opens, where there are words for it.
    pub(crate) async fn press(
        &mut self,
        message: MessageId,
        custom_id: &str,
        value: Option<&str>,
        person: &str,
        words: &str,
    ) -> Result<()> {
        let user = self.person(person);
        let pressed = match value {
            Some(value) => self.emulator.select(message, custom_id, user, &[value])?,
            None => self.emulator.press(message, custom_id, user)?,
        };
        if words.is_empty() {
            return Ok(());
        }
        let modal = self.emulator.wait_up_to(FORM, |view| match view.interaction(pressed)?.response? {
            Response::Modal(modal) => Some(modal),
            _ => None,
        });
        let modal = modal.await.context("no form was opened")?;
        let mut inputs = modal.components.iter().flat_map(|row| &row.components);
        let input =
            inputs.next().and_then(|input| input.custom_id.clone()).context("the form has nothing to fill in")?;
        self.emulator.submit_modal(pressed, &[(&input, words)])?;
        Ok(())
    }

    /// What Herald did since the last time, and which rules it broke.
    pub(crate) fn news(&mut self) -> Vec<News> {
        let known: Vec<ChannelId> = self.channels.values().copied().collect();
        for (thread, name) in known.iter().flat_map(|channel| self.emulator.view(|view| view.threads(*channel))) {
            self.channels.insert(name, thread);
        }
        let new = self.emulator.view(|view| view.deliveries().get(self.deliveries..).unwrap_or_default().to_vec());
        self.deliveries += new.len();
        let mut news = Vec::new();
        for delivery in new {
            match delivery.action {
                Action::Posted(message) if !message.loading => news.push(self.shown(&message, "")),
                Action::Edited(message) if message.edits <= 1 => news.push(self.shown(&message, "")),
                Action::Edited(message) => news.push(self.shown(&message, " (changed)")),
                Action::Posted(_) | Action::Deleted(_) | Action::Typing(_) => {}
            }
        }
        let broken = self.emulator.violations();
        for violation in broken.get(self.violations..).unwrap_or_default() {
            let head = "Discord: a rule was broken".to_owned();
            news.push(News { head, text: format!("{:?}", violation.rule), files: Vec::new(), buttons: Vec::new() });
        }
        self.violations = broken.len();
        news
    }

    fn shown(&self, message: &Message, what: &str) -> News {
        let name = self.channels.iter().find(|(_, channel)| **channel == message.channel);
        let whom = || self.people.iter().find(|(_, user)| self.emulator.open_dm(**user) == message.channel);
        let place = match name {
            Some((name, _)) => format!("discord#{name}"),
            None => whom().map_or("discord".to_owned(), |(person, _)| format!("discord, {person} alone")),
        };
        let mut text = vec![message.content.clone()];
        for embed in &message.embeds {
            text.extend(embed.title.clone());
            text.extend(embed.description.clone());
            text.extend(embed.fields.iter().map(|field| format!("{}: {}", field.name, field.value)));
            text.extend(embed.footer.as_ref().map(|footer| footer.text.clone()));
        }
        text.retain(|part| !part.is_empty());
        News {
            head: format!("{place}{what}"),
            text: text.join("\n"),
            files: message.files.iter().map(|file| (file.filename.clone(), file.bytes.to_vec())).collect(),
            buttons: message.all_components().flat_map(|component| buttons(message.id, component)).collect(),
        }
    }
}

fn buttons(message: MessageId, component: &Component) -> Vec<(String, Button)> {
    let Some(custom_id) = component.custom_id.clone() else { return Vec::new() };
    if component.is_button() {
        let label = component.label.clone().unwrap_or_default();
        return vec![(label, Button::Discord { message, custom_id, value: None })];
    }
    let entry = |option: &discord_emulator::emulator::SelectOption| {
        let value = Some(option.value.clone());
        (option.label.clone(), Button::Discord { message, custom_id: custom_id.clone(), value })
    };
    component.options.iter().map(entry).collect()
}
