//! What people write and press on Discord, as messages of Herald. Asks nothing of anybody.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serenity::all::{
    ActionRowComponent, ChannelId, CommandInteraction, ComponentInteraction, ComponentInteractionDataKind, GuildId,
    InteractionContext, Member, MessageType, ModalInteraction, ResolvedValue, User,
};

use super::guilds::Guilds;
use super::route::{Interaction, Pressed, Route};
use crate::chat::{CommandSpec, Directory};
use crate::domain::{
    Branch, Command, Content, ConversationId, FileAt, Language, Message, MessageId, Place, PlaceId, Platform, Role,
    SentFile, UserId,
};

/// What reading needs to know.
pub(super) struct Reader<'a> {
    /// The bot.
    pub(super) me: u64,
    /// The commands that are listed.
    pub(super) commands: &'a [CommandSpec],
    /// What roles of servers are to Herald.
    pub(super) roles: &'a BTreeMap<String, Role>,
    /// What members are whom no role says more about.
    pub(super) members: Role,
    /// Whether what is said to nobody in particular can be read.
    pub(super) message_content: bool,
    /// The servers.
    pub(super) guilds: &'a Guilds,
    /// The people.
    pub(super) directory: &'a dyn Directory,
    /// The time.
    pub(super) now: Timestamp,
}

/// Who did something, and where.
struct Scene<'a> {
    id: u64,
    user: &'a User,
    member: Option<(&'a [serenity::all::RoleId], Option<&'a str>)>,
    guild: Option<GuildId>,
    channel: ChannelId,
    /// Whether nobody else reads along.
    private: bool,
}

impl Reader<'_> {
    /// A message that somebody wrote to Herald; `None` where it is not for it.
    pub(super) fn written(&self, message: &serenity::all::Message) -> Option<Message> {
        let from_a_person = !message.author.bot && !message.author.system && message.webhook_id.is_none();
        if !from_a_person || !matches!(message.kind, MessageType::Regular | MessageType::InlineReply) {
            return None;
        }
        let is_me = |user: &User| user.id.get() == self.me;
        let mentioned = message.mentions.iter().any(is_me);
        let replied = message.referenced_message.as_ref().is_some_and(|before| is_me(&before.author));
        let talking = self.message_content && self.guilds.is_joined(message.channel_id.get());
        if message.guild_id.is_some() && !(mentioned || replied || talking) {
            return None;
        }
        let text = self.without_mention(&message.content);
        let content = match message.attachments.first() {
            Some(file) => Content::File { file: sent(file), text },
            None if !text.is_empty() => Content::Text(text),
            // Called by name and asked nothing.
            None if mentioned && !message.content.is_empty() => {
                Content::Command { command: Command::Help, words: String::new() }
            }
            None => return None,
        };
        let member = message.member.as_deref();
        let scene = Scene {
            id: message.id.get(),
            user: &message.author,
            member: member.map(|member| (&member.roles[..], member.nick.as_deref())),
            guild: message.guild_id,
            channel: message.channel_id,
            private: message.guild_id.is_none(),
        };
        let route = Route::Message { channel: message.channel_id.get(), id: message.id.get(), thread: None };
        Some(self.message(&scene, content, None, &route))
    }

    /// A command that somebody gave.
    pub(super) fn commanded(&self, used: &CommandInteraction) -> Option<Message> {
        let spec = self.commands.iter().find(|spec| spec.name == used.data.name)?;
        let mut words = Vec::new();
        let mut file = None;
        for option in used.data.options() {
            match option.value {
                ResolvedValue::String(text) => words.push((option.name.to_owned(), text.to_owned())),
                ResolvedValue::Attachment(attachment) => file = Some(sent(attachment)),
                _ => {}
            }
        }
        let content = spec.with_options(&words);
        let content = match file {
            Some(file) => {
                let text = words.iter().map(|(_, text)| text.trim()).collect::<Vec<_>>().join(" ");
                Content::File { file, text }
            }
            None => content,
        };
        let scene = Scene {
            id: used.id.get(),
            user: &used.user,
            member: used.member.as_deref().map(membership),
            guild: used.guild_id,
            channel: used.channel_id,
            private: is_private(used.guild_id, used.context),
        };
        let route = self.interaction(&scene, used.application_id.get(), &used.token, None);
        Some(self.message(&scene, content, Some(&used.locale), &route))
    }

    /// A button that was pressed, or an entry that was chosen.
    pub(super) fn pressed(&self, used: &ComponentInteraction) -> Option<Message> {
        let content = match (Pressed::read(&used.data.custom_id)?, &used.data.kind) {
            (Pressed::Offer { turn, offer, .. }, _) => Content::Choice { turn, offer, written: None },
            (Pressed::Menu(turn), ComponentInteractionDataKind::StringSelect { values }) => {
                Content::Choice { turn, offer: values.first()?.parse().ok()?, written: None }
            }
            (Pressed::Menu(_), _) => return None,
        };
        let scene = Scene {
            id: used.id.get(),
            user: &used.user,
            member: used.member.as_ref().map(membership),
            guild: used.guild_id,
            channel: used.channel_id,
            private: is_private(used.guild_id, used.context),
        };
        let source = Some(used.message.id.get());
        let route = self.interaction(&scene, used.application_id.get(), &used.token, source);
        Some(self.message(&scene, content, Some(&used.locale), &route))
    }

    /// A form that was filled in.
    pub(super) fn filled_in(&self, used: &ModalInteraction) -> Option<Message> {
        let Pressed::Offer { turn, offer, .. } = Pressed::read(&used.data.custom_id)? else { return None };
        let inputs = used.data.components.iter().flat_map(|row| &row.components);
        let written = inputs.filter_map(|input| match input {
            ActionRowComponent::InputText(input) => input.value.clone(),
            _ => None,
        });
        let written = written.collect::<Vec<_>>().join("\n");
        let content = Content::Choice { turn, offer, written: Some(written) };
        let scene = Scene {
            id: used.id.get(),
            user: &used.user,
            member: used.member.as_ref().map(membership),
            guild: used.guild_id,
            channel: used.channel_id,
            private: used.guild_id.is_none(),
        };
        let source = used.message.as_ref().map(|message| message.id.get());
        let route = self.interaction(&scene, used.application_id.get(), &used.token, source);
        Some(self.message(&scene, content, Some(&used.locale), &route))
    }

    fn interaction(&self, scene: &Scene<'_>, application: u64, token: &str, source: Option<u64>) -> Route {
        Route::Interaction(Interaction {
            id: scene.id,
            application,
            token: token.to_owned(),
            channel: scene.channel.get(),
            source,
            received: self.now,
        })
    }

    fn message(&self, scene: &Scene<'_>, content: Content, locale: Option<&str>, route: &Route) -> Message {
        let channel = scene.channel.get();
        let granted = scene
            .guild
            .zip(scene.member)
            .and_then(|(guild, (roles, _))| self.guilds.granted(guild.get(), roles, self.roles));
        let nick = scene.member.and_then(|(_, nick)| nick);
        let name = nick.or(scene.user.global_name.as_deref()).unwrap_or(&scene.user.name);
        let (conversation, place) = if scene.private {
            (format!("discord:dm:{channel}"), Place::Private)
        } else {
            let of_person = |id: u64| self.directory.role(&account(id));
            let viewers = self.guilds.viewers(channel, self.me, self.roles, self.members, of_person);
            let id = PlaceId { platform: Platform::Discord, id: channel.to_string() };
            (format!("discord:{channel}"), Place::Shared { id, viewers })
        };
        let place_id = |channel: u64| PlaceId { platform: Platform::Discord, id: channel.to_string() };
        // A thread has the number of the message that it was made of.
        let branch = self.guilds.parent(channel).filter(|_| !scene.private).map(|parent| Branch {
            place: place_id(parent),
            conversation: ConversationId(format!("discord:{parent}")),
            turn: MessageId(format!("discord:{channel}")),
        });
        Message {
            id: MessageId(format!("discord:{}", scene.id)),
            from: account(scene.user.id.get()),
            name: Some(name.to_owned()),
            granted,
            conversation: ConversationId(conversation),
            branch,
            place,
            at: self.now,
            language: language(locale, &content),
            content,
            reply_to: route.address(),
        }
    }

    fn without_mention(&self, text: &str) -> String {
        let [plain, nick] = [format!("<@{}>", self.me), format!("<@!{}>", self.me)];
        let text = text.replace(&plain, " ").replace(&nick, " ");
        text.lines().map(|line| line.trim()).collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}

/// An account of Discord.
pub(super) fn account(id: u64) -> UserId {
    UserId { platform: Platform::Discord, id: id.to_string() }
}

fn membership(member: &Member) -> (&[serenity::all::RoleId], Option<&str>) {
    (&member.roles, member.nick.as_deref())
}

/// Nobody reads along in a conversation with the bot alone; a group's conversation is no server and no such one.
fn is_private(guild: Option<GuildId>, context: Option<InteractionContext>) -> bool {
    guild.is_none() && context != Some(InteractionContext::PrivateChannel)
}

fn sent(file: &serenity::all::Attachment) -> SentFile {
    SentFile { name: file.filename.clone(), bytes: u64::from(file.size), at: FileAt::Platform(file.url.clone()) }
}

/// What a client's own language says: a Chinese client wants Chinese. Others say it only where there are no words of
/// the writer's own, which tell more.
fn language(locale: Option<&str>, content: &Content) -> Option<Language> {
    let locale = locale?;
    let wordless = match content {
        Content::Text(text) | Content::Asked { text, .. } | Content::File { text, .. } => text.is_empty(),
        Content::Command { words, .. } => words.is_empty(),
        Content::Choice { written, .. } => written.is_none(),
    };
    match locale {
        "zh-CN" | "zh-TW" => Some(Language::Chinese),
        _ if locale.starts_with("en") && wordless => Some(Language::English),
        _ => None,
    }
}
