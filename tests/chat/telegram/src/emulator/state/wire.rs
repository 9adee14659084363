//! The JSON of users, chats and messages, after core.telegram.org/bots/api#available-types. Only what is emulated.

use serde_json::{Value, json};

use super::World;
use super::chat::{Chat, ChatId, ChatKind, Membership};
use super::message::{Content, Message, MessageId, Service};
use super::user::{User, UserId};

impl World {
    pub(crate) fn user_json(&self, id: UserId) -> Value {
        let Some(user) = self.users.get(&id) else {
            return json!({ "id": id.0, "is_bot": false, "first_name": "" });
        };
        let mut value = json!({ "id": user.id.0, "is_bot": user.is_bot, "first_name": user.first_name });
        let optional =
            [("last_name", &user.last_name), ("username", &user.username), ("language_code", &user.language)];
        for (name, field) in optional {
            if let Some(field) = field {
                value[name] = json!(field);
            }
        }
        value
    }

    /// What `getMe` answers.
    pub(crate) fn me_json(&self) -> Value {
        let mut value = self.user_json(self.bot);
        value["can_join_groups"] = json!(true);
        let reads_all = self.users.get(&self.bot).is_some_and(|bot: &User| bot.reads_all_group_messages);
        value["can_read_all_group_messages"] = json!(reads_all);
        for absent in ["supports_inline_queries", "can_connect_to_business", "has_main_web_app"] {
            value[absent] = json!(false);
        }
        value
    }

    pub(crate) fn chat_json(&self, chat: &Chat) -> Value {
        match chat.kind {
            ChatKind::Private => {
                let mut value = self.user_json(UserId(chat.id.0));
                if let Some(object) = value.as_object_mut() {
                    object.remove("is_bot");
                    object.remove("language_code");
                }
                value["type"] = json!("private");
                value
            }
            ChatKind::Group => json!({ "id": chat.id.0, "title": chat.title, "type": "group" }),
            ChatKind::Supergroup => {
                let mut value = json!({ "id": chat.id.0, "title": chat.title, "type": "supergroup" });
                if chat.topics.is_some() {
                    value["is_forum"] = json!(true);
                }
                value
            }
        }
    }

    /// A member as `getChatMember` describes it. Administrators have every right.
    pub(crate) fn member_json(&self, user: UserId, membership: Membership) -> Value {
        let mut value = json!({ "status": membership.status(), "user": self.user_json(user) });
        let rights = [
            "can_manage_chat",
            "can_delete_messages",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
            "can_pin_messages",
            "can_manage_topics",
            "can_manage_direct_messages",
        ];
        match membership {
            Membership::Creator => value["is_anonymous"] = json!(false),
            Membership::Administrator => {
                value["is_anonymous"] = json!(false);
                value["can_be_edited"] = json!(false);
                for right in rights {
                    value[right] = json!(true);
                }
            }
            Membership::Kicked => value["until_date"] = json!(0),
            Membership::Member | Membership::Left => {}
        }
        value
    }

    pub(crate) fn message_json(&self, chat: ChatId, id: MessageId) -> Value {
        let message = self.chats.get(&chat).and_then(|chat| chat.messages.get(&id));
        message.map_or(Value::Null, |message| self.render(message, true))
    }

    fn render(&self, message: &Message, with_reply: bool) -> Value {
        let chat = self.chats.get(&message.chat).map_or(Value::Null, |chat| self.chat_json(chat));
        let mut value = json!({
            "message_id": message.id.0, "from": self.user_json(message.from), "chat": chat,
            "date": message.at.as_secs(),
        });
        self.render_content(message, &mut value);
        if let Some(markup) = message.markup.as_ref().and_then(|markup| markup.json()) {
            value["reply_markup"] = markup;
        }
        if let Some(last) = message.revisions.last() {
            value["edit_date"] = json!(last.until.as_secs());
        }
        if let Some(thread) = message.thread {
            value["message_thread_id"] = json!(thread);
            value["is_topic_message"] = json!(true);
        }
        if let Some(album) = &message.album {
            value["media_group_id"] = json!(album);
        }
        if message.protected {
            value["has_protected_content"] = json!(true);
        }
        if let Some((from_chat, from_id)) = message.forwarded_from
            && let Some(origin) = self.chats.get(&from_chat).and_then(|chat| chat.messages.get(&from_id))
        {
            let sender = self.user_json(origin.from);
            value["forward_origin"] = json!({ "type": "user", "date": origin.at.as_secs(), "sender_user": sender });
        }
        let replied = message.reply_to.filter(|_| with_reply);
        // A message that is gone by now is left out, as in Telegram; a reply within a reply is never shown.
        if let Some(replied) = replied.and_then(|id| self.message(message.chat, id)) {
            value["reply_to_message"] = self.render(replied, false);
        }
        if let Some(quote) = &message.quote {
            value["quote"] = json!({ "text": quote, "position": 0, "is_manual": true });
        }
        value
    }

    fn render_content(&self, message: &Message, value: &mut Value) {
        let entities = |field: &str, entities: Value, value: &mut Value| {
            if entities.as_array().is_some_and(|all| !all.is_empty()) {
                value[field] = entities;
            }
        };
        match &message.content {
            Content::Text(text) => {
                value["text"] = json!(text.text);
                entities("entities", text.entities_json(), value);
                if message.preview.disabled {
                    value["link_preview_options"] = json!({ "is_disabled": true });
                }
            }
            Content::Photo { file, caption } | Content::Document { file, caption } => {
                if let Some(file) = self.files.get(file) {
                    if matches!(message.content, Content::Photo { .. }) {
                        value["photo"] = file.photo_json();
                    } else {
                        value["document"] = file.document_json();
                    }
                }
                if !caption.text.is_empty() {
                    value["caption"] = json!(caption.text);
                    entities("caption_entities", caption.entities_json(), value);
                }
            }
            Content::Service(service) => match service {
                Service::Joined(user) => value["new_chat_members"] = json!([self.user_json(*user)]),
                Service::Left(user) => value["left_chat_member"] = self.user_json(*user),
                Service::MigratedTo(chat) => value["migrate_to_chat_id"] = json!(chat.0),
                Service::MigratedFrom(chat) => value["migrate_from_chat_id"] = json!(chat.0),
                Service::TopicCreated(name) => {
                    value["forum_topic_created"] = json!({ "name": name, "icon_color": 7_322_096 });
                }
            },
        }
    }
}
