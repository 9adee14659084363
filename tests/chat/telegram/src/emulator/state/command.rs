//! The command lists and menu buttons that the bot has set. No checks: those are in `api/`.

use std::collections::BTreeMap;

use super::chat::ChatId;
use super::user::UserId;

/// A command in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name, without the slash.
    pub name: String,
    /// Its description.
    pub description: String,
}

/// Where a list of commands counts (core.telegram.org/bots/api#botcommandscope).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere without a narrower list.
    Default,
    /// In private chats.
    AllPrivateChats,
    /// In groups.
    AllGroupChats,
    /// For administrators of groups.
    AllChatAdministrators,
    /// In one chat.
    Chat(
        /// The chat.
        ChatId,
    ),
    /// For administrators of one group.
    ChatAdministrators(
        /// The group.
        ChatId,
    ),
    /// For one person in one group.
    ChatMember(
        /// The group.
        ChatId,
        /// The person.
        UserId,
    ),
}

/// What the button beside the input field does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuButton {
    /// Whatever is the default.
    Default,
    /// Opens the list of commands.
    Commands,
    /// Opens a Web App.
    WebApp {
        /// Label.
        text: String,
        /// Address.
        url: String,
    },
}

/// Everything set.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    /// By scope and language; the empty language counts where no other fits.
    pub(crate) lists: BTreeMap<(Scope, String), Vec<Command>>,
    /// By private chat; none is the default of all.
    pub(crate) buttons: BTreeMap<Option<ChatId>, MenuButton>,
}
