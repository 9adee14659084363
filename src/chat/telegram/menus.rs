//! The lists of commands that Telegram shows: one for everybody, a short one for groups, and one for each person whose role
//! sees more. Only what differs is set.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use teloxide::payloads::{DeleteMyCommandsSetters as _, GetMyCommandsSetters as _, SetMyCommandsSetters as _};
use teloxide::requests::Requester as _;
use teloxide::types::{BotCommand, BotCommandScope, ChatId, Recipient};

use super::client::Client;
use super::failure::Failure;
use super::polling::backoff;
use crate::chat::{CommandSpec, Does, commands};
use crate::domain::{Command, Platform, Role};

/// So often is tried to set a list.
const ATTEMPTS: u32 = 5;
/// The languages that lists are written in: English for everybody, Chinese for those who use it.
const LANGUAGES: [Option<&str>; 2] = [None, Some("zh")];

/// What was set in private chats since the start.
#[derive(Debug, Default)]
pub(super) struct Menus {
    set: Mutex<HashMap<i64, Role>>,
}

impl Menus {
    /// Sets what everybody sees.
    pub(super) async fn general(&self, client: &Client) {
        let all = commands(Platform::Telegram);
        let everybody: Vec<&CommandSpec> = all.iter().filter(|command| command.least == Role::Customer).collect();
        let groups: Vec<&CommandSpec> =
            everybody.iter().copied().filter(|command| belongs_in_groups(command)).collect();
        for (scope, list) in [(BotCommandScope::Default, everybody), (BotCommandScope::AllGroupChats, groups)] {
            set(client, &scope, &list).await;
        }
    }

    /// Sets what one person sees in private, where their role is not what it was.
    pub(super) async fn personal(&self, client: &Client, chat: i64, role: Role) {
        let before = {
            let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
            set.insert(chat, role)
        };
        if before == Some(role) || (before.is_none() && role == Role::Customer) {
            return;
        }
        let all = commands(Platform::Telegram);
        let list: Vec<&CommandSpec> = match role {
            // They see what everybody sees.
            Role::Customer => Vec::new(),
            Role::Marketer | Role::Analyst | Role::Owner => {
                all.iter().filter(|command| command.least <= role).collect()
            }
        };
        set(client, &BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(chat)) }, &list).await;
    }
}

/// Groups see what anybody may ask there.
fn belongs_in_groups(command: &CommandSpec) -> bool {
    match command.does {
        Does::Ask | Does::Intent(_) => true,
        Does::Command(does) => matches!(does, Command::Help | Command::Privacy),
    }
}

/// Sets a list in all languages; an empty one is taken away.
async fn set(client: &Client, scope: &BotCommandScope, list: &[&CommandSpec]) {
    for language in LANGUAGES {
        let list: Vec<BotCommand> = list
            .iter()
            .map(|command| {
                let text = if language.is_some() { &command.chinese } else { &command.english };
                BotCommand::new(&command.name, text)
            })
            .collect();
        let mut failures = 0;
        while let Err(failure) = set_one(client, scope, language, &list).await {
            failures += 1;
            if failures == ATTEMPTS || matches!(failure, Failure::Refused { .. }) {
                tracing::warn!(%failure, "a list of commands cannot be set");
                return;
            }
            let wait = if let Failure::Later(wait) = failure { wait } else { backoff(failures) };
            tokio::time::sleep(wait).await;
        }
    }
}

async fn set_one(
    client: &Client,
    scope: &BotCommandScope,
    language: Option<&str>,
    list: &[BotCommand],
) -> Result<(), Failure> {
    let bot = client.bot();
    let language = language.unwrap_or_default();
    let there = bot.get_my_commands().scope(scope.clone()).language_code(language).await?;
    if there == list {
        return Ok(());
    }
    if list.is_empty() {
        bot.delete_my_commands().scope(scope.clone()).language_code(language).await?;
    } else {
        bot.set_my_commands(list.to_vec()).scope(scope.clone()).language_code(language).await?;
    }
    Ok(())
}
