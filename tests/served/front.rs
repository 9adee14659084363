//! One person's side of a platform: says something, reads what comes back.

use std::sync::Arc;

use discord_emulator::emulator as discord;
use herald::chat::Chat;
use herald::domain::{ConversationId, Platform, UserId};
use telegram_emulator::emulator as telegram;

/// Stands for a picture that cannot be read here.
pub(super) const PICTURE: &str = "[picture]";

/// A person with a private chat.
pub(super) struct Person {
    pub(super) account: UserId,
    pub(super) conversation: ConversationId,
    place: Place,
}

enum Place {
    Discord { user: discord::UserId, channel: discord::ChannelId },
    Telegram { user: telegram::UserId, chat: telegram::ChatId },
}

/// An emulated platform.
pub(super) enum Front {
    Discord(discord::Emulator, discord::GuildId),
    Telegram(telegram::Emulator),
}

impl Front {
    pub(super) async fn discord() -> Self {
        let options = discord::Options {
            clock: discord::Clock::real(),
            rate_limits: discord::RateLimits::generous(),
            patience: super::PATIENCE,
            ..discord::Options::default()
        };
        let emulator = discord::Emulator::start(options).await.unwrap();
        let owner = emulator.add_user("owner");
        // A bot may write to those with whom it shares a server.
        let guild = emulator.add_guild("Northwind", owner);
        Front::Discord(emulator, guild)
    }

    pub(super) async fn telegram() -> Self {
        Self::telegram_with(telegram::Options { patience: super::PATIENCE, ..telegram::Options::default() }).await
    }

    pub(super) async fn telegram_with(options: telegram::Options) -> Self {
        Front::Telegram(telegram::Emulator::start(options).await.unwrap())
    }

    /// The adapter that talks to it.
    pub(super) fn chat(&self) -> Arc<dyn Chat> {
        match self {
            Front::Discord(emulator, _) => super::discord(&emulator.rest_url(), &emulator.token()),
            Front::Telegram(emulator) => super::telegram(&emulator.url(), emulator.token()),
        }
    }

    /// Waits until Herald listens.
    pub(super) async fn listens(&self) {
        match self {
            Front::Discord(emulator, _) => emulator.connected().await.unwrap(),
            Front::Telegram(emulator) => emulator.listening().await.unwrap(),
        }
    }

    pub(super) fn person(&self, name: &str) -> Person {
        match self {
            Front::Discord(emulator, guild) => {
                // Discord's names are short.
                let name: String = name.chars().filter(char::is_ascii_alphanumeric).take(30).collect();
                let user = emulator.add_user(&name);
                emulator.add_member(*guild, user);
                let channel = emulator.open_dm(user);
                Person {
                    account: UserId { platform: Platform::Discord, id: user.get().to_string() },
                    conversation: ConversationId(format!("discord:dm:{}", channel.get())),
                    place: Place::Discord { user, channel },
                }
            }
            Front::Telegram(emulator) => {
                let user = emulator.user(name);
                let chat = emulator.private_chat(user);
                // A bot may write to those who have started it.
                Person {
                    account: UserId { platform: Platform::Telegram, id: user.0.to_string() },
                    conversation: ConversationId(format!("telegram:{}", chat.0)),
                    place: Place::Telegram { user, chat },
                }
            }
        }
    }

    pub(super) fn say(&self, person: &Person, text: &str) {
        match (self, &person.place) {
            (Front::Discord(emulator, _), Place::Discord { user, channel }) => {
                emulator.user_says(*channel, *user, text).unwrap();
            }
            (Front::Telegram(emulator), Place::Telegram { user, chat }) => {
                emulator.says(*chat, *user, text);
            }
            _ => panic!("a person of another platform"),
        }
    }

    /// Presses the button of the latest message that has one with this label.
    pub(super) fn press(&self, person: &Person, label: &str) {
        match (self, &person.place) {
            (Front::Discord(emulator, _), Place::Discord { user, channel }) => {
                let messages = emulator.messages(*channel);
                let found =
                    messages.iter().rev().find_map(|message| Some((message.id, message.labelled(label)?.clone())));
                let (id, button) = found.unwrap_or_else(|| panic!("no button says {label:?}"));
                emulator.press(id, button.custom_id.as_deref().unwrap(), *user).unwrap();
            }
            (Front::Telegram(emulator), Place::Telegram { user, chat }) => {
                let posted = emulator.posted(*chat);
                let has = |message: &&telegram::Message| buttons(message).iter().any(|button| button == label);
                let message = posted.iter().rev().find(has).unwrap_or_else(|| panic!("no button says {label:?}"));
                emulator.presses(*chat, message.id, label, *user);
            }
            _ => panic!("a person of another platform"),
        }
    }

    pub(super) fn sends_file(&self, person: &Person, name: &str, bytes: &[u8]) {
        match (self, &person.place) {
            (Front::Discord(emulator, _), Place::Discord { user, channel }) => {
                emulator.upload(*channel, *user, "", name, bytes.to_vec()).unwrap();
            }
            (Front::Telegram(emulator), Place::Telegram { user, chat }) => {
                emulator.sends_document(*chat, *user, name, bytes);
            }
            _ => panic!("a person of another platform"),
        }
    }

    /// All that Herald shows this person now, message by message: words, what files show, buttons.
    pub(super) fn shown(&self, person: &Person) -> Vec<String> {
        match (self, &person.place) {
            (Front::Discord(emulator, _), Place::Discord { user, channel }) => {
                let messages = emulator.messages(*channel);
                let own = messages.iter().filter(|message| message.author != *user && !message.deleted);
                own.filter(|message| !message.loading).map(of_discord).collect()
            }
            (Front::Telegram(emulator), Place::Telegram { chat, .. }) => {
                emulator.posted(*chat).iter().filter(|message| message.deleted.is_none()).map(of_telegram).collect()
            }
            _ => panic!("a person of another platform"),
        }
    }

    /// The emulator, where it is Discord's.
    pub(super) fn as_discord(&self) -> &discord::Emulator {
        match self {
            Front::Discord(emulator, _) => emulator,
            Front::Telegram(_) => panic!("this is Telegram"),
        }
    }

    /// The emulator, where it is Telegram's.
    pub(super) fn as_telegram(&self) -> &telegram::Emulator {
        match self {
            Front::Telegram(emulator) => emulator,
            Front::Discord(..) => panic!("this is Discord"),
        }
    }

    /// What was broken of the platform's rules.
    pub(super) fn violations(&self) -> Vec<String> {
        match self {
            Front::Discord(emulator, _) => emulator.violations().iter().map(|one| format!("{one:?}")).collect(),
            Front::Telegram(emulator) => emulator.violations().iter().map(|one| format!("{one:?}")).collect(),
        }
    }
}

fn of_discord(message: &discord::Message) -> String {
    let mut parts = vec![message.content.clone()];
    for embed in &message.embeds {
        parts.extend(embed.title.clone());
        parts.extend(embed.description.clone());
    }
    parts.extend(message.files.iter().filter_map(|file| file.description.clone()));
    for component in message.all_components() {
        parts.extend(component.label.clone());
        parts.extend(component.options.iter().map(|option| option.label.clone()));
    }
    unmarked(&parts.join("\n"))
}

/// Markdown as it is seen.
fn unmarked(text: &str) -> String {
    let mut seen = String::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, signs.peek()) {
            ('\\', Some(next)) if next.is_ascii_punctuation() => {
                seen.push(*next);
                signs.next();
            }
            ('*', Some('*')) => {
                signs.next();
            }
            _ => seen.push(sign),
        }
    }
    seen
}

fn of_telegram(message: &telegram::Message) -> String {
    let words = match &message.content {
        telegram::Content::Text(text) => text.text.clone(),
        telegram::Content::Photo { caption, .. } | telegram::Content::Document { caption, .. } => caption.text.clone(),
        telegram::Content::Service(_) => String::new(),
    };
    let picture = matches!(message.content, telegram::Content::Photo { .. }).then(|| PICTURE.to_owned());
    std::iter::once(words).chain(picture).chain(buttons(message)).collect::<Vec<_>>().join("\n")
}

/// The labels of a message's buttons.
pub(super) fn buttons(message: &telegram::Message) -> Vec<String> {
    match &message.markup {
        Some(telegram::ReplyMarkup::Inline(rows)) => rows.iter().flatten().map(|button| button.text.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The channel in which somebody talks on Discord.
pub(super) fn channel(person: &Person) -> discord::ChannelId {
    match person.place {
        Place::Discord { channel, .. } => channel,
        Place::Telegram { .. } => panic!("a person of another platform"),
    }
}

/// The chat in which somebody talks on Telegram.
pub(super) fn chat(person: &Person) -> telegram::ChatId {
    match person.place {
        Place::Telegram { chat, .. } => chat,
        Place::Discord { .. } => panic!("a person of another platform"),
    }
}
