//! Making people and groups, and who is in them. No messages but the service ones.

use serde_json::{Value, json};

use super::super::state::chat::{Chat, ChatId, ChatKind, Membership, Privacy};
use super::super::state::message::{Content, Service};
use super::super::state::user::{User, UserId};
use super::super::state::{Draft, World};
use super::emulator::Emulator;

impl Emulator {
    /// A new person, who has not met the bot.
    pub fn user(&self, first_name: &str) -> UserId {
        self.user_with(first_name, |_| {})
    }

    /// A new person with more to them than a first name.
    pub fn user_with(&self, first_name: &str, dress: impl FnOnce(&mut User)) -> UserId {
        self.shared.with(|world| {
            let mut user = User::named(world.next_user_id(), first_name);
            let id = user.id;
            dress(&mut user);
            user.id = id;
            world.users.insert(id, user);
            id
        })
    }

    /// The private chat with `user`, who has started the bot.
    pub fn private_chat(&self, user: UserId) -> ChatId {
        self.shared.with(|world| {
            if let Some(user) = world.users.get_mut(&user) {
                user.started = true;
            }
            let chat = ChatId(user.0);
            let fresh = || Chat::new(chat, ChatKind::Private, None, Privacy::Off);
            world.chats.entry(chat).or_insert_with(fresh);
            chat
        })
    }

    /// A supergroup in which the bot is an ordinary member. Nothing is told to the bot: it was added long ago.
    pub fn group(&self, title: &str, privacy: Privacy) -> ChatId {
        self.found(title, privacy, ChatKind::Supergroup, false)
    }

    /// A basic group in which the bot is an ordinary member.
    pub fn basic_group(&self, title: &str, privacy: Privacy) -> ChatId {
        self.found(title, privacy, ChatKind::Group, false)
    }

    /// A supergroup with topics in which the bot is an ordinary member.
    pub fn forum(&self, title: &str, privacy: Privacy) -> ChatId {
        self.found(title, privacy, ChatKind::Supergroup, true)
    }

    fn found(&self, title: &str, privacy: Privacy, kind: ChatKind, forum: bool) -> ChatId {
        self.shared.with(|world| {
            let id = world.next_group_id(kind == ChatKind::Supergroup);
            let mut chat = Chat::new(id, kind, Some(title.to_owned()), privacy);
            chat.members.insert(world.bot, Membership::Member);
            chat.topics = forum.then(Default::default);
            world.chats.insert(id, chat);
            id
        })
    }

    /// Makes a topic of a forum; its id is its thread.
    pub fn topic(&self, forum: ChatId, maker: UserId, name: &str) -> i64 {
        let created = Content::Service(Service::TopicCreated(name.to_owned()));
        let thread = self.deliver(Draft::new(forum, maker, created)).0;
        self.shared.with(|world| {
            if let Some(topics) = world.chats.get_mut(&forum).and_then(|chat| chat.topics.as_mut()) {
                topics.insert(thread, name.to_owned());
            }
        });
        thread
    }

    /// `user` joins a group.
    pub fn joins(&self, chat: ChatId, user: UserId) {
        self.becomes(chat, user, Membership::Member);
        self.deliver(Draft::new(chat, user, Content::Service(Service::Joined(user))));
    }

    /// `user` leaves a group.
    pub fn leaves(&self, chat: ChatId, user: UserId) {
        self.becomes(chat, user, Membership::Left);
        self.deliver(Draft::new(chat, user, Content::Service(Service::Left(user))));
    }

    /// Changes what `user`, or the bot, is in a group, and sends the bot the update of that.
    pub fn becomes(&self, chat: ChatId, user: UserId, membership: Membership) {
        let now = self.clock().now();
        self.shared.with(|world| {
            let Some(place) = world.chats.get_mut(&chat) else { return };
            let before = place.members.insert(user, membership).unwrap_or(Membership::Left);
            let actor = place.members.keys().copied().find(|member| *member != user).unwrap_or(user);
            let update = member_update(world, chat, actor, user, before, membership);
            let kind = if user == world.bot { "my_chat_member" } else { "chat_member" };
            world.queue.push(kind, chat.0, update(now.as_secs()), now);
        });
    }

    /// The person blocks the bot.
    pub fn blocks_bot(&self, user: UserId) {
        self.block(user, true);
    }

    /// The person lets the bot in again.
    pub fn unblocks_bot(&self, user: UserId) {
        self.block(user, false);
    }

    fn block(&self, user: UserId, blocked: bool) {
        let chat = self.private_chat(user);
        let now = self.clock().now();
        self.shared.with(|world| {
            if let Some(person) = world.users.get_mut(&user) {
                person.blocked = blocked;
            }
            let (in_it, out) = (Membership::Member, Membership::Kicked);
            let (before, after) = if blocked { (in_it, out) } else { (out, in_it) };
            let update = member_update(world, chat, user, world.bot, before, after)(now.as_secs());
            world.queue.push("my_chat_member", chat.0, update, now);
        });
    }

    /// The account is deleted.
    pub fn deactivates(&self, user: UserId) {
        self.shared.with(|world| {
            if let Some(person) = world.users.get_mut(&user) {
                person.deactivated = true;
            }
        });
    }

    /// A basic group becomes a supergroup: both tell the bot, and the old id answers with `migrate_to_chat_id`.
    pub fn migrates(&self, group: ChatId) -> ChatId {
        let (to, founder) = self.shared.with(|world| {
            let to = world.next_group_id(true);
            let bot = world.bot;
            let Some(old) = world.chats.get_mut(&group) else { return (to, bot) };
            let mut new = Chat::new(to, ChatKind::Supergroup, old.title.clone(), old.privacy);
            new.members = old.members.clone();
            let founder = old.members.keys().copied().find(|member| *member != bot).unwrap_or(bot);
            world.chats.insert(to, new);
            (to, founder)
        });
        self.deliver(Draft::new(group, founder, Content::Service(Service::MigratedTo(to))));
        self.deliver(Draft::new(to, founder, Content::Service(Service::MigratedFrom(group))));
        self.shared.with(|world| {
            if let Some(old) = world.chats.get_mut(&group) {
                old.migrated_to = Some(to);
            }
        });
        to
    }
}

/// The payload of `chat_member` and `my_chat_member`, once its date is known.
fn member_update(
    world: &World,
    chat: ChatId,
    actor: UserId,
    user: UserId,
    before: Membership,
    after: Membership,
) -> impl Fn(u64) -> Value + use<> {
    let chat = world.chats.get(&chat).map_or(Value::Null, |chat| world.chat_json(chat));
    let (from, old, new) = (world.user_json(actor), world.member_json(user, before), world.member_json(user, after));
    move |date| json!({ "chat": chat, "from": from, "date": date, "old_chat_member": old, "new_chat_member": new })
}
