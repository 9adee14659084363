//! The methods of the Bot API, one file for each group, and the table that names them. No HTTP.
//!
//! Each function takes a [`Call`] and answers as Telegram does (core.telegram.org/bots/api#available-methods).

mod access;
mod markup;
mod updates;
mod send;
mod media;
mod copy;
mod edit;
mod callback;
mod files;
mod commands;
mod chats;

use std::time::Duration;

use serde_json::{Value, json};
pub(super) use updates::get_updates;

use super::options::Options;
use super::params::Params;
use super::refusal::Refusal;
use super::state::World;
use super::state::chat::ChatId;
use super::state::message::MessageId;

/// A request on its way through a method.
pub(super) struct Call<'a> {
    pub(super) world: &'a mut World,
    pub(super) params: &'a Params,
    pub(super) options: &'a Options,
    pub(super) now: Duration,
}

/// An answer with `ok: true`.
#[derive(Debug)]
pub(super) struct Success {
    pub(super) result: Value,
    pub(super) description: Option<&'static str>,
}

/// What a method answers.
pub(super) type Answer = Result<Success, Refusal>;

impl From<Value> for Success {
    fn from(result: Value) -> Self {
        Self { result, description: None }
    }
}

impl Call<'_> {
    fn message(&self, chat: ChatId, id: MessageId) -> Answer {
        Ok(self.world.message_json(chat, id).into())
    }

    fn done() -> Answer {
        Ok(json!(true).into())
    }
}

/// Methods of Telegram that the emulator lacks; any other unknown name is the client's mistake.
const NOT_EMULATED: [&str; 48] = [
    "logout",
    "close",
    "sendaudio",
    "sendvideo",
    "sendanimation",
    "sendvoice",
    "sendvideonote",
    "sendpaidmedia",
    "sendlocation",
    "sendvenue",
    "sendcontact",
    "sendpoll",
    "sendchecklist",
    "senddice",
    "sendsticker",
    "sendinvoice",
    "sendgame",
    "setmessagereaction",
    "getuserprofilephotos",
    "forwardmessages",
    "copymessages",
    "banchatmember",
    "unbanchatmember",
    "restrictchatmember",
    "promotechatmember",
    "setchatpermissions",
    "exportchatinvitelink",
    "createchatinvitelink",
    "editchatinvitelink",
    "revokechatinvitelink",
    "setchatphoto",
    "deletechatphoto",
    "setchattitle",
    "setchatdescription",
    "pinchatmessage",
    "unpinchatmessage",
    "unpinallchatmessages",
    "editforumtopic",
    "closeforumtopic",
    "reopenforumtopic",
    "deleteforumtopic",
    "setmyname",
    "getmyname",
    "setmydescription",
    "getmydescription",
    "setmyshortdescription",
    "getmyshortdescription",
    "editmessagemedia",
];

/// Performs the method that `call` names; `getUpdates` waits and is elsewhere.
pub(super) fn dispatch(call: &mut Call<'_>) -> Answer {
    match call.params.method.as_str() {
        "getme" => Ok(call.world.me_json().into()),
        "setwebhook" => updates::set_webhook(call),
        "deletewebhook" => updates::delete_webhook(call),
        "getwebhookinfo" => updates::get_webhook_info(call),
        "sendmessage" => send::send_message(call),
        "sendchataction" => send::send_chat_action(call),
        "sendphoto" => media::send_photo(call),
        "senddocument" => media::send_document(call),
        "sendmediagroup" => media::send_media_group(call),
        "copymessage" => copy::copy_message(call),
        "forwardmessage" => copy::forward_message(call),
        "editmessagetext" => edit::edit_text(call),
        "editmessagecaption" => edit::edit_caption(call),
        "editmessagereplymarkup" => edit::edit_reply_markup(call),
        "deletemessage" => edit::delete_message(call),
        "deletemessages" => edit::delete_messages(call),
        "answercallbackquery" => callback::answer_callback_query(call),
        "getfile" => files::get_file(call),
        "setmycommands" => commands::set_my_commands(call),
        "getmycommands" => commands::get_my_commands(call),
        "deletemycommands" => commands::delete_my_commands(call),
        "setchatmenubutton" => commands::set_chat_menu_button(call),
        "getchatmenubutton" => commands::get_chat_menu_button(call),
        "getchat" => chats::get_chat(call),
        "getchatmember" => chats::get_chat_member(call),
        "getchatadministrators" => chats::get_chat_administrators(call),
        "getchatmembercount" => chats::get_chat_member_count(call),
        "leavechat" => chats::leave_chat(call),
        "createforumtopic" => chats::create_forum_topic(call),
        other if NOT_EMULATED.contains(&other) => Err(Refusal::not_emulated(other)),
        _ => Err(Refusal::no_method()),
    }
}
