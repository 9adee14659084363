//! Reading about chats and members, leaving, forum topics.

use serde_json::{Value, json};

use super::super::refusal::Refusal;
use super::super::state::Draft;
use super::super::state::chat::{ChatKind, Membership};
use super::super::state::message::{Content, Service};
use super::super::state::user::UserId;
use super::access::{self, Access};
use super::{Answer, Call};

/// Characters of a topic's name (core.telegram.org/bots/api#createforumtopic).
const MAX_TOPIC_NAME: usize = 128;

/// Describes a chat.
pub(super) fn get_chat(call: &mut Call<'_>) -> Answer {
    let id = access::chat(call, "chat_id", Access::Read)?;
    let chat = call.world.chats.get(&id).ok_or_else(|| Refusal::bad("chat not found"))?;
    let mut value = call.world.chat_json(chat);
    value["accent_color_id"] = json!(0);
    value["max_reaction_count"] = json!(11);
    let gifts = json!({
        "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
        "gifts_from_channels": false,
    });
    value["accepted_gift_types"] = gifts;
    if chat.kind != ChatKind::Private {
        let rights = [
            "can_send_messages",
            "can_send_audios",
            "can_send_documents",
            "can_send_photos",
            "can_send_videos",
            "can_send_video_notes",
            "can_send_voice_notes",
            "can_send_polls",
            "can_send_other_messages",
            "can_add_web_page_previews",
            "can_change_info",
            "can_invite_users",
            "can_pin_messages",
            "can_manage_topics",
        ];
        let permissions: serde_json::Map<String, Value> =
            rights.iter().map(|right| ((*right).to_owned(), json!(true))).collect();
        value["permissions"] = Value::Object(permissions);
    }
    Ok(value.into())
}

/// Describes a member.
pub(super) fn get_chat_member(call: &mut Call<'_>) -> Answer {
    let user = call.params.integer("user_id").filter(|user| *user > 0).map(UserId);
    let user = user.ok_or_else(|| Refusal::bad("invalid user_id specified"))?;
    let access = if user == call.world.bot { Access::Read } else { Access::ReadMembers };
    let id = access::chat(call, "chat_id", access)?;
    if !call.world.users.contains_key(&user) {
        return Err(Refusal::bad("user not found"));
    }
    let chat = call.world.chats.get(&id).ok_or_else(|| Refusal::bad("chat not found"))?;
    let membership = match chat.kind {
        ChatKind::Private => Membership::Member,
        ChatKind::Group | ChatKind::Supergroup => chat.membership(user),
    };
    Ok(call.world.member_json(user, membership).into())
}

/// Lists the administrators of a group.
pub(super) fn get_chat_administrators(call: &mut Call<'_>) -> Answer {
    let id = access::chat(call, "chat_id", Access::ReadMembers)?;
    let chat = call.world.chats.get(&id).ok_or_else(|| Refusal::bad("chat not found"))?;
    if chat.kind == ChatKind::Private {
        return Err(Refusal::bad("there are no administrators in the private chat"));
    }
    // Other bots are left out (core.telegram.org/bots/api#getchatadministrators).
    let list: Value = chat
        .members
        .iter()
        .filter(|(_, membership)| membership.is_admin())
        .map(|(user, membership)| call.world.member_json(*user, *membership))
        .collect();
    Ok(list.into())
}

/// Counts the members.
pub(super) fn get_chat_member_count(call: &mut Call<'_>) -> Answer {
    let id = access::chat(call, "chat_id", Access::ReadMembers)?;
    let chat = call.world.chats.get(&id).ok_or_else(|| Refusal::bad("chat not found"))?;
    let count = match chat.kind {
        ChatKind::Private => 2,
        ChatKind::Group | ChatKind::Supergroup => chat.members.values().filter(|member| member.is_in()).count(),
    };
    Ok(json!(count).into())
}

/// Leaves a group.
pub(super) fn leave_chat(call: &mut Call<'_>) -> Answer {
    let id = access::chat(call, "chat_id", Access::Read)?;
    let bot = call.world.bot;
    let chat = call.world.chats.get_mut(&id).ok_or_else(|| Refusal::bad("chat not found"))?;
    if chat.kind == ChatKind::Private {
        return Err(Refusal::bad("chat member status can't be changed in private chats"));
    }
    chat.members.insert(bot, Membership::Left);
    Call::done()
}

/// Makes a topic in a forum.
pub(super) fn create_forum_topic(call: &mut Call<'_>) -> Answer {
    let name = call.params.text("name").trim().to_owned();
    let id = access::chat(call, "chat_id", Access::Write)?;
    let bot = call.world.bot;
    let chat = call.world.chats.get(&id).ok_or_else(|| Refusal::bad("chat not found"))?;
    if chat.topics.is_none() {
        return Err(Refusal::bad("the chat is not a forum"));
    }
    if !chat.membership(bot).is_admin() {
        return Err(Refusal::bad("not enough rights to create a topic"));
    }
    if name.is_empty() {
        return Err(Refusal::bad("topic name must be non-empty"));
    }
    if name.chars().count() > MAX_TOPIC_NAME {
        return Err(Refusal::limit("TOPIC_TITLE_TOO_LONG"));
    }
    let content = Content::Service(Service::TopicCreated(name.clone()));
    let posted = call.world.post(Draft::new(id, bot, content), call.now);
    let thread = posted.ok_or_else(|| Refusal::bad("chat not found"))?.0;
    if let Some(topics) = call.world.chats.get_mut(&id).and_then(|chat| chat.topics.as_mut()) {
        topics.insert(thread, name.clone());
    }
    Ok(json!({ "message_thread_id": thread, "name": name, "icon_color": 7_322_096 }).into())
}
