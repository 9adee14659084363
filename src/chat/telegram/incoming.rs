//! From Telegram's updates to messages: who wrote, where, to whom, and what it holds. Sends nothing.

use jiff::Timestamp;
use teloxide::types::{
    CallbackQuery, Chat as TelegramChat, MaybeInaccessibleMessage, Me, Message as Posted, MessageEntity,
    MessageEntityKind, MessageEntityRef, Update, UpdateKind, User,
};

use super::form::{Forms, Prompt};
use super::route::{Press, Route, message_id, press_id};
use crate::chat::{CommandSpec, commands};
use crate::domain::{Command, Content, FileAt, Language, Message, MessageId, Place, Platform, SentFile, UserId};

/// What an update is to Herald.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Box<Message>),
    /// A button was pressed that asks for words first.
    Ask(Box<Ask>),
    /// A button was pressed that means nothing any more; the press is to be confirmed all the same.
    Stale(String),
    /// Nothing.
    Nothing,
}

/// Words that are to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ask {
    /// Where, with the press to confirm.
    pub(super) route: Route,
    /// The offer they are for.
    pub(super) prompt: Prompt,
    /// What is asked.
    pub(super) title: String,
    /// What stands there to begin with.
    pub(super) value: String,
    /// Who is asked, where others read along.
    pub(super) person: Option<(u64, String)>,
}

/// Reads updates as this bot.
#[derive(Debug)]
pub(super) struct Reader {
    me: Me,
    commands: Vec<CommandSpec>,
}

/// A command as it was typed.
struct Typed<'a> {
    name: &'a str,
    bot: Option<&'a str>,
    words: &'a str,
}

impl Reader {
    pub(super) fn new(me: Me) -> Self {
        Self { me, commands: commands(Platform::Telegram) }
    }

    /// What an update is; `now` is when it came.
    pub(super) fn read(&self, update: Update, now: Timestamp) -> Incoming {
        match update.kind {
            UpdateKind::Message(posted) => {
                self.message(&posted).map_or(Incoming::Nothing, |message| Incoming::Message(Box::new(message)))
            }
            UpdateKind::CallbackQuery(query) => press(&query, now),
            // Other kinds were not asked for; what was edited was answered as it stood.
            _ => Incoming::Nothing,
        }
    }

    fn message(&self, posted: &Posted) -> Option<Message> {
        let from = posted.from.as_ref().filter(|from| !from.is_bot)?;
        // What is written in the name of a channel or a group has no person behind it.
        if posted.chat.is_channel() || posted.sender_chat.is_some() {
            return None;
        }
        let content = self.content(posted)?;
        let thread = posted.thread_id.filter(|_| posted.is_topic_message).map(|thread| thread.0.0);
        let route = Route { chat: posted.chat.id.0, thread, message: Some(posted.id.0), ..Route::default() };
        let at = Timestamp::from_second(posted.date.timestamp()).unwrap_or(Timestamp::UNIX_EPOCH);
        Some(written(from, &posted.chat, route, message_id(posted.chat.id.0, posted.id.0), content, at))
    }

    fn content(&self, posted: &Posted) -> Option<Content> {
        let own = posted.reply_to_message().filter(|replied| self.wrote(replied));
        let entities = |posted: &Posted| -> Vec<MessageEntity> { posted.entities().unwrap_or_default().to_vec() };
        if let (Some(prompt), Some(text)) = (own.and_then(|own| Prompt::find(&entities(own))), posted.text()) {
            let turn = MessageId(prompt.turn);
            return Some(Content::Choice { turn, offer: prompt.offer, written: Some(text.trim().to_owned()) });
        }
        let words = match posted.document() {
            Some(_) => posted.caption().unwrap_or_default(),
            None => posted.text()?,
        };
        let marks = posted.parse_entities().or_else(|| posted.parse_caption_entities()).unwrap_or_default();
        let command = typed(words);
        let words = if posted.chat.is_private() {
            words.to_owned()
        } else {
            self.addressed(words, &marks, command.as_ref(), own.is_some())?
        };
        let content = self.read_words(&words);
        Some(match (posted.document(), content) {
            (None, content) => content,
            (Some(document), content) => {
                let name = document.file_name.clone().unwrap_or_else(|| "file".to_owned());
                let at = FileAt::Platform(document.file.id.0.clone());
                let file = SentFile { name, bytes: u64::from(document.file.size), at };
                // "/import" beside a file asks for what a file means anyway.
                let text = match content {
                    Content::Command { words, .. } => words,
                    Content::Text(text) | Content::Asked { text, .. } => text,
                    Content::Choice { .. } | Content::File { .. } => words,
                };
                Content::File { file, text }
            }
        })
    }

    /// Whether a message is the bot's own. That a topic was opened is no message of anybody's.
    fn wrote(&self, posted: &Posted) -> bool {
        posted.forum_topic_created().is_none() && posted.from.as_ref().is_some_and(|from| from.id == self.me.id)
    }

    /// The words of a message in a group, without the bot's name, where they are meant for the bot.
    fn addressed(
        &self,
        words: &str,
        marks: &[MessageEntityRef<'_>],
        command: Option<&Typed<'_>>,
        replies: bool,
    ) -> Option<String> {
        if let Some(command) = command {
            return match command.bot {
                Some(bot) if self.is_name(bot) => Some(words.to_owned()),
                Some(_) => None,
                // Without a name it is for whichever bot knows it.
                None => self.command(command.name).map(|_| words.to_owned()),
            };
        }
        let mention = marks.iter().find(|mark| match mark.kind() {
            MessageEntityKind::Mention => mark.text().strip_prefix('@').is_some_and(|name| self.is_name(name)),
            MessageEntityKind::TextMention { user } => user.id == self.me.id,
            _ => false,
        });
        match mention {
            Some(mention) => {
                let (before, after) = (&words[..mention.start()], &words[mention.end()..]);
                let after = after.trim_start_matches([',', ':', '，', '：', ' ']);
                Some(format!("{} {after}", before.trim_end()).trim().to_owned())
            }
            None => replies.then(|| words.to_owned()),
        }
    }

    fn is_name(&self, name: &str) -> bool {
        self.me.user.username.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    fn command(&self, name: &str) -> Option<&CommandSpec> {
        self.commands.iter().find(|command| command.name.eq_ignore_ascii_case(name))
    }

    fn read_words(&self, words: &str) -> Content {
        if words.is_empty() {
            // Whoever only calls wants to know what can be asked.
            return Content::Command { command: Command::Help, words: String::new() };
        }
        match typed(words).and_then(|typed| Some((self.command(typed.name)?, typed))) {
            Some((command, typed)) => command.with_words(typed.words),
            None => Content::Text(words.to_owned()),
        }
    }
}

fn press(query: &CallbackQuery, now: Timestamp) -> Incoming {
    let id = query.id.0.clone();
    let known = query.data.as_deref().and_then(Press::read).zip(query.message.as_ref());
    let Some((press, carrier)) = known else { return Incoming::Stale(id) };
    let (chat, regular) = match carrier {
        MaybeInaccessibleMessage::Regular(posted) => (&posted.chat, Some(&**posted)),
        MaybeInaccessibleMessage::Inaccessible(posted) => (&posted.chat, None),
    };
    let thread = regular.filter(|posted| posted.is_topic_message).and_then(|posted| posted.thread_id);
    let route = Route {
        chat: chat.id.0,
        thread: thread.map(|thread| thread.0.0),
        message: regular.map(|posted| posted.id.0),
        callback: Some(id.clone()),
        captioned: regular.is_some_and(|posted| posted.text().is_none()),
    };
    if press.has_form {
        let entities = regular.and_then(|posted| posted.entities().or_else(|| posted.caption_entities()));
        let Some(forms) = Forms::find(entities.unwrap_or_default()) else { return Incoming::Stale(id) };
        let Some((title, value)) = forms.get(press.offer) else { return Incoming::Stale(id) };
        let person = (!chat.is_private()).then(|| (query.from.id.0, query.from.full_name()));
        let prompt = Prompt { turn: press.turn, offer: press.offer };
        let (title, value) = (title.to_owned(), value.to_owned());
        return Incoming::Ask(Box::new(Ask { route, prompt, title, value, person }));
    }
    let content = Content::Choice { turn: MessageId(press.turn), offer: press.offer, written: None };
    Incoming::Message(Box::new(written(&query.from, chat, route, press_id(&id), content, now)))
}

fn written(from: &User, chat: &TelegramChat, route: Route, id: MessageId, content: Content, at: Timestamp) -> Message {
    let name = from.full_name().trim().to_owned();
    let place = if chat.is_private() { Place::Private } else { Place::Shared { id: route.place_id(), viewers: None } };
    let code = from.language_code.as_deref().unwrap_or_default().to_ascii_lowercase();
    let language = match code.get(..2) {
        Some("zh") => Some(Language::Chinese),
        Some("en") => Some(Language::English),
        _ => None,
    };
    Message {
        id,
        from: UserId { platform: Platform::Telegram, id: from.id.0.to_string() },
        name: Some(name).filter(|name| !name.is_empty()).or_else(|| from.mention()),
        granted: None,
        conversation: route.conversation(),
        branch: None,
        place,
        at,
        content,
        language,
        reply_to: route.address(),
    }
}

/// The command that words begin with.
fn typed(words: &str) -> Option<Typed<'_>> {
    let rest = words.strip_prefix('/')?;
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '@')).unwrap_or(rest.len());
    let (head, words) = rest.split_at(end);
    let (name, bot) = match head.split_once('@') {
        Some((name, bot)) => (name, Some(bot)),
        None => (head, None),
    };
    (!name.is_empty()).then_some(Typed { name, bot, words: words.trim() })
}
