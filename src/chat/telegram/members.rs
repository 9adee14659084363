//! Who may write where.

use teloxide::requests::Requester as _;
use teloxide::types::{ChatId, ChatMemberKind, UserId as TelegramUser};

use super::client::Client;
use super::failure::Failure;
use super::files::unread;
use super::route::chat_and_thread;
use super::sending::Sender;
use crate::chat::ChatError;
use crate::domain::{PlaceId, UserId};

/// Whether a person and the bot may both write in a place.
///
/// # Errors
/// When Telegram cannot be asked.
pub(super) async fn may_post(
    client: &Client,
    sender: &Sender,
    user: &UserId,
    place: &PlaceId,
) -> Result<bool, ChatError> {
    let (Some(route), Ok(person)) = (chat_and_thread(&place.id), user.id.parse::<u64>()) else { return Ok(false) };
    let chat = sender.chat(route.chat);
    if chat > 0 {
        // A private chat has the id of its person.
        return Ok(u64::try_from(chat) == Ok(person));
    }
    Ok(may_write(client, chat, person).await? && may_write(client, chat, client.id()).await?)
}

async fn may_write(client: &Client, chat: i64, user: u64) -> Result<bool, ChatError> {
    match client.bot().get_chat_member(ChatId(chat), TelegramUser(user)).await.map_err(Failure::from) {
        Ok(member) => Ok(match member.kind {
            ChatMemberKind::Owner(_) | ChatMemberKind::Administrator(_) | ChatMemberKind::Member(_) => true,
            ChatMemberKind::Restricted(restricted) => restricted.is_member && restricted.can_send_messages,
            ChatMemberKind::Left | ChatMemberKind::Banned(_) => false,
        }),
        // Nobody whom the bot can see there.
        Err(Failure::Refused { code: 400 | 403, .. }) => Ok(false),
        Err(failure) => Err(unread(failure)),
    }
}
