//! What people do in chats: they write, reply, press, upload, edit, delete. And what of it the bot gets to see.

use serde_json::json;

use super::super::state::action::CallbackId;
use super::super::state::chat::{ChatId, ChatKind, Privacy};
use super::super::state::file::pixels;
use super::super::state::keyboard::{ButtonAction, ReplyMarkup};
use super::super::state::message::{Content, Message, MessageId};
use super::super::state::user::UserId;
use super::super::state::{Draft, World};
use super::super::text::detect;
use super::super::text::entity::{EntityKind, FormattedText};
use super::emulator::Emulator;

impl Emulator {
    /// `user` writes `text`.
    pub fn says(&self, chat: ChatId, user: UserId, text: &str) -> MessageId {
        self.deliver(Draft::new(chat, user, Content::Text(plain(text))))
    }

    /// `user` answers a message.
    pub fn replies(&self, chat: ChatId, user: UserId, to: MessageId, text: &str) -> MessageId {
        self.deliver(Draft { reply_to: Some(to), ..Draft::new(chat, user, Content::Text(plain(text))) })
    }

    /// `user` writes in a topic of a forum.
    pub fn says_in_topic(&self, chat: ChatId, thread: i64, user: UserId, text: &str) -> MessageId {
        self.deliver(Draft { thread: Some(thread), ..Draft::new(chat, user, Content::Text(plain(text))) })
    }

    /// `user` opens the private chat and presses "Start".
    pub fn starts(&self, user: UserId) -> MessageId {
        let chat = self.private_chat(user);
        self.says(chat, user, "/start")
    }

    /// `user` uploads a file.
    pub fn sends_document(&self, chat: ChatId, user: UserId, name: &str, bytes: &[u8]) -> MessageId {
        let file = self.shared.with(|world| world.files.add(name, bytes.to_vec(), None, false));
        self.deliver(Draft::new(chat, user, Content::Document { file, caption: FormattedText::default() }))
    }

    /// `user` uploads a file that only pretends to be `size` bytes long, for what is too big to download.
    pub fn sends_huge_document(&self, chat: ChatId, user: UserId, name: &str, size: u64) -> MessageId {
        let file = self.shared.with(|world| world.files.add(name, Vec::new(), Some(size), false));
        self.deliver(Draft::new(chat, user, Content::Document { file, caption: FormattedText::default() }))
    }

    /// `user` uploads a picture.
    ///
    /// # Panics
    /// The bytes are no PNG, JPEG, GIF or WebP.
    #[track_caller]
    pub fn sends_photo(&self, chat: ChatId, user: UserId, bytes: &[u8], caption: &str) -> MessageId {
        assert!(pixels(bytes).is_some(), "these bytes are no picture");
        let file = self.shared.with(|world| world.files.add("photo.jpg", bytes.to_vec(), None, true));
        self.deliver(Draft::new(chat, user, Content::Photo { file, caption: plain(caption) }))
    }

    /// `user` presses the button whose label or data is `button`.
    ///
    /// # Panics
    /// The message stands no longer or has no such button, or the button opens an address.
    #[track_caller]
    pub fn presses(&self, chat: ChatId, message: MessageId, button: &str, user: UserId) -> CallbackId {
        let now = self.clock().now();
        let pressed = self.shared.with(|world| {
            let Some(shown) = world.message(chat, message) else { return Err("the message is gone".to_owned()) };
            let buttons: Vec<_> = shown.inline_keyboard().unwrap_or_default().concat();
            let labels: Vec<&str> = buttons.iter().map(|button| button.text.as_str()).collect();
            let named = |known: &&super::super::Button| {
                known.text == button || known.action == ButtonAction::Callback(button.to_owned())
            };
            let found = buttons.iter().find(named).ok_or_else(|| format!("no button {button:?} in {labels:?}"))?;
            let ButtonAction::Callback(data) = &found.action else {
                return Err(format!("button {button:?} sends the bot nothing"));
            };
            let id = world.callbacks.press(now, chat, message, user);
            let query = json!({
                "id": id.0, "from": world.user_json(user), "message": world.message_json(chat, message),
                "chat_instance": format!("{}", 7_000_000_000_000_i64 + chat.0), "data": data,
            });
            world.queue.push("callback_query", chat.0, query, now);
            Ok(id)
        });
        match pressed {
            Ok(id) => id,
            Err(why) => panic!("{why}"),
        }
    }

    /// `user` taps a key of the keyboard of ready answers, which writes its label.
    ///
    /// # Panics
    /// No such key is shown.
    #[track_caller]
    pub fn taps(&self, chat: ChatId, user: UserId, label: &str) -> MessageId {
        let shown = self.look(|state| {
            let last = state.posted(chat).into_iter().rev().find_map(|message| match &message.markup {
                Some(ReplyMarkup::Keyboard { rows, .. }) => Some(Some(rows.concat())),
                Some(ReplyMarkup::RemoveKeyboard) => Some(None),
                Some(ReplyMarkup::Inline(_) | ReplyMarkup::ForceReply { .. }) | None => None,
            });
            last.flatten().unwrap_or_default()
        });
        assert!(shown.iter().any(|key| key == label), "no key {label:?} in {shown:?}");
        self.says(chat, user, label)
    }

    /// The author of a message changes its text.
    ///
    /// # Panics
    /// The message stands no longer.
    #[track_caller]
    pub fn edits(&self, chat: ChatId, message: MessageId, text: &str) {
        let now = self.clock().now();
        let edited = self.shared.with(|world| {
            let Some(old) = world.message(chat, message).cloned() else { return false };
            world.revise(chat, message, Content::Text(plain(text)), old.markup, now);
            if world.message(chat, message).is_some_and(|message| sees(world, message)) {
                let json = world.message_json(chat, message);
                world.queue.push("edited_message", chat.0, json, now);
            }
            true
        });
        assert!(edited, "the message is gone");
    }

    /// Someone deletes a message. Bots are not told.
    pub fn deletes(&self, chat: ChatId, message: MessageId) {
        let now = self.clock().now();
        self.shared.with(|world| world.erase(chat, message, now));
    }

    /// Posts `draft` and tells the bot, where it gets to see it.
    #[track_caller]
    pub(super) fn deliver(&self, draft: Draft) -> MessageId {
        let now = self.clock().now();
        let (chat, user) = (draft.chat, draft.from);
        let id: Result<MessageId, &str> = self.shared.with(|world| {
            let writes = !matches!(draft.content, Content::Service(_));
            may_write(world, chat, user, writes)?;
            let id = world.post(draft, now).ok_or("there is no such chat")?;
            if world.message(chat, id).is_some_and(|message| sees(world, message)) {
                let json = world.message_json(chat, id);
                world.queue.push("message", chat.0, json, now);
            }
            Ok(id)
        });
        match id {
            Ok(id) => id,
            Err(why) => panic!("{why}"),
        }
    }
}

/// Whether a test lets someone write where they cannot.
fn may_write(world: &World, chat: ChatId, user: UserId, writes: bool) -> Result<(), &'static str> {
    let place = world.chats.get(&chat).ok_or("there is no such chat")?;
    let person = world.users.get(&user).ok_or("there is no such person")?;
    if !writes {
        return Ok(());
    }
    match place.kind {
        ChatKind::Private if chat.0 != user.0 => Err("this is someone else's private chat"),
        ChatKind::Private if person.blocked => Err("this person has blocked the bot"),
        ChatKind::Group | ChatKind::Supergroup if !place.membership(user).is_in() => {
            Err("this person is not in the group; use `joins` first")
        }
        ChatKind::Private | ChatKind::Group | ChatKind::Supergroup => Ok(()),
    }
}

/// Whether the bot is told of `message`.
///
/// In privacy mode a bot gets service messages, replies to it, commands that are not another bot's, and, in the words
/// of BotFather's /setprivacy, "messages that either start with the '/' symbol or mention the bot by username"
/// (core.telegram.org/bots/features#privacy-mode). Administrators see everything.
fn sees(world: &World, message: &Message) -> bool {
    let Some(chat) = world.chats.get(&message.chat) else { return false };
    if chat.kind == ChatKind::Private {
        return true;
    }
    let bot = chat.membership(world.bot);
    if !bot.is_in() {
        return false;
    }
    if chat.privacy == Privacy::Off || bot.is_admin() || matches!(message.content, Content::Service(_)) {
        return true;
    }
    let replied = message.reply_to.and_then(|id| world.message(message.chat, id));
    if replied.is_some_and(|replied| replied.from == world.bot) {
        return true;
    }
    let name = world.bot_username().to_ascii_lowercase();
    let Some(text) = message.formatted() else { return false };
    text.entities.iter().any(|entity| {
        let part = text.part(entity).to_ascii_lowercase();
        match entity.kind {
            EntityKind::Mention => part[1..] == name,
            EntityKind::BotCommand => {
                let meant = part.split_once('@').is_none_or(|(_, meant)| meant == name);
                meant && (entity.offset == 0 || part.contains('@'))
            }
            _ => false,
        }
    })
}

fn plain(text: &str) -> FormattedText {
    FormattedText { text: text.to_owned(), entities: detect(text, |_, _| false) }
}
