//! Telegram's side of the terminal: private chats and one group.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use telegram_emulator::emulator::{
    ButtonAction, ChatId, Content, Emulator, Message, MessageId, Options, Privacy, ReplyMarkup, UserId,
};

use crate::shown::{Button, News};

pub(crate) struct Telegram {
    emulator: Emulator,
    people: BTreeMap<String, UserId>,
    team: ChatId,
    /// What was shown of each message.
    shown: HashMap<(ChatId, MessageId), String>,
    violations: usize,
}

impl Telegram {
    /// Private chats as they are needed, and a group.
    pub(crate) async fn start() -> Result<Self> {
        let emulator = Emulator::start(Options::default()).await?;
        let team = emulator.group("Team", Privacy::On);
        let mut telegram = Self { emulator, people: BTreeMap::new(), team, shown: HashMap::new(), violations: 0 };
        for name in ["olga", "max"] {
            telegram.person(name);
        }
        Ok(telegram)
    }

    pub(crate) fn url(&self) -> String {
        self.emulator.url()
    }

    pub(crate) fn token(&self) -> &str {
        self.emulator.token()
    }

    /// The account of the owner.
    pub(crate) fn owner(&self) -> i64 {
        self.people.get("olga").map_or(0, |olga| olga.0)
    }

    fn person(&mut self, name: &str) -> UserId {
        let (emulator, team) = (&self.emulator, self.team);
        *self.people.entry(name.to_owned()).or_insert_with(|| {
            let user = emulator.user(name);
            emulator.joins(team, user);
            user
        })
    }

    /// Whether a place is there.
    pub(crate) fn knows(&self, place: &str) -> Result<()> {
        match place {
            "telegram" | "telegram#team" => Ok(()),
            _ => bail!("there is no such place; on Telegram these are: telegram, telegram#team"),
        }
    }

    fn chat(&self, place: &str, user: UserId) -> ChatId {
        if place == "telegram" { self.emulator.private_chat(user) } else { self.team }
    }

    pub(crate) fn say(&mut self, place: &str, person: &str, line: &str) -> Result<()> {
        let user = self.person(person);
        let chat = self.chat(place, user);
        let asked = self.emulator.look(|state| {
            let last = state.posted(chat).last().copied();
            last.filter(|last| matches!(last.markup, Some(ReplyMarkup::ForceReply { .. }))).map(|last| last.id)
        });
        match asked {
            Some(asked) => self.emulator.replies(chat, user, asked, line),
            None => self.emulator.says(chat, user, &line.replace("@herald", "@herald_test_bot")),
        };
        Ok(())
    }

    pub(crate) fn file(&mut self, place: &str, person: &str, name: &str, bytes: &[u8]) -> Result<()> {
        let user = self.person(person);
        let chat = self.chat(place, user);
        self.emulator.sends_document(chat, user, name, bytes);
        Ok(())
    }

    /// Presses a button; the words answer what it asks.
    pub(crate) async fn press(
        &mut self,
        chat: ChatId,
        message: MessageId,
        data: &str,
        person: &str,
        words: &str,
    ) -> Result<()> {
        let user = self.person(person);
        let stands = |keyboard: &[Vec<telegram_emulator::emulator::Button>]| {
            keyboard.iter().flatten().any(|button| button.action == ButtonAction::Callback(data.to_owned()))
        };
        let is_there = self
            .emulator
            .look(|state| state.message(chat, message).and_then(Message::inline_keyboard).is_some_and(stands));
        if !is_there {
            bail!("that button is gone");
        }
        let before = self.emulator.posted(chat).last().map_or(MessageId(0), |last| last.id);
        self.emulator.presses(chat, message, data, user);
        if words.is_empty() {
            return Ok(());
        }
        let asked = self.emulator.wait_within(Duration::from_secs(5), |state| {
            let last = state.posted(chat).last().copied().filter(|last| last.id > before)?;
            matches!(last.markup, Some(ReplyMarkup::ForceReply { .. })).then_some(last.id)
        });
        let asked = asked.await.context("nothing was asked")?;
        self.emulator.replies(chat, user, asked, words);
        Ok(())
    }

    /// What Herald did since the last time, and which rules it broke.
    pub(crate) fn news(&mut self) -> Vec<News> {
        let mut places = vec![("telegram#team".to_owned(), self.team)];
        places.extend(self.people.iter().map(|(name, user)| (format!("telegram, {name} alone"), ChatId(user.0))));
        let mut news = Vec::new();
        for (place, chat) in places {
            for message in self.emulator.posted(chat) {
                let text = words(&message);
                let state = format!("{text}\n{:?}", message.markup);
                let before = self.shown.insert((chat, message.id), state.clone());
                if before.as_ref() != Some(&state) && message.deleted.is_none() {
                    let changed = if before.is_some() { " (changed)" } else { "" };
                    news.push(self.news_of(&message, format!("{place}{changed}"), text, before.is_none()));
                }
            }
        }
        let broken = self.emulator.violations();
        for violation in broken.get(self.violations..).unwrap_or_default() {
            let head = "Telegram: a rule was broken".to_owned();
            news.push(News { head, text: format!("{violation:?}"), files: Vec::new(), buttons: Vec::new() });
        }
        self.violations = broken.len();
        news
    }

    fn news_of(&self, message: &Message, head: String, text: String, is_new: bool) -> News {
        let file = match &message.content {
            Content::Photo { file, .. } | Content::Document { file, .. } if is_new => self.emulator.file(file),
            _ => None,
        };
        let keyboard = message.inline_keyboard().unwrap_or_default();
        let buttons = keyboard.iter().flatten().filter_map(|button| match &button.action {
            ButtonAction::Callback(data) => {
                let data = data.clone();
                Some((button.text.clone(), Button::Telegram { chat: message.chat, message: message.id, data }))
            }
            _ => None,
        });
        News {
            head,
            text,
            files: file.map(|file| (file.name, file.bytes)).into_iter().collect(),
            buttons: buttons.collect(),
        }
    }
}

fn words(message: &Message) -> String {
    match &message.content {
        Content::Text(text) => text.text.clone(),
        Content::Photo { caption, .. } | Content::Document { caption, .. } => caption.text.clone(),
        Content::Service(_) => String::new(),
    }
}
