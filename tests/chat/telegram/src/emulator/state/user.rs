//! People and bots. No chats.

/// Identifies a person or a bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(
    /// The number.
    pub i64,
);

/// A person, or the bot.
#[derive(Clone, Debug)]
pub struct User {
    /// Id.
    pub id: UserId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Username without `@`.
    pub username: Option<String>,
    /// IETF language tag of the app.
    pub language: Option<String>,
    /// Whether this is a bot.
    pub is_bot: bool,
    /// What `getMe` says of privacy mode; false for people.
    pub reads_all_group_messages: bool,
    /// Whether the person has started a private chat with the bot.
    pub started: bool,
    /// Whether the person blocked the bot.
    pub blocked: bool,
    /// Whether the account is deleted.
    pub deactivated: bool,
}

impl User {
    /// A person with a first name only.
    pub(crate) fn named(id: UserId, first_name: &str) -> Self {
        Self {
            id,
            first_name: first_name.to_owned(),
            last_name: None,
            username: None,
            language: None,
            is_bot: false,
            reads_all_group_messages: false,
            started: false,
            blocked: false,
            deactivated: false,
        }
    }
}
