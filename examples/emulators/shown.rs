//! What is shown of a message of either platform. Only data.

use discord_emulator::emulator as discord;
use telegram_emulator::emulator as telegram;

/// Something that Herald sent, changed or took away.
#[derive(Clone)]
pub(crate) struct News {
    /// Where, and what happened.
    pub(crate) head: String,
    /// What it says.
    pub(crate) text: String,
    /// Its files, with their names.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// Its buttons, with their labels.
    pub(crate) buttons: Vec<(String, Button)>,
}

/// A button that can be pressed, or an entry of a menu that can be chosen.
#[derive(Clone)]
pub(crate) enum Button {
    /// Of a message on Discord; entries of menus have a value.
    Discord { message: discord::MessageId, custom_id: String, value: Option<String> },
    /// Of a message on Telegram.
    Telegram { chat: telegram::ChatId, message: telegram::MessageId, data: String },
}
