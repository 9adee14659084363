//! What can be asked of Herald itself, besides questions.

use serde::{Deserialize, Serialize};

/// A command. What stands behind it is read where it is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Hello; also what brings messages back after [`Command::Stop`].
    Start,
    /// No more messages that were not asked for.
    Stop,
    /// What can be asked.
    Help,
    /// Which messages a person wants, and in which language.
    Preferences,
    /// What is kept about a person, and why.
    Privacy,
    /// A copy of what is kept about a person.
    MyData,
    /// Forget a person.
    ForgetMe,
    /// A one-time code, or with one: this account is the same person.
    Link,
    /// Gives a person or a place a role.
    Role,
    /// Scheduled digests: make, list, preview, pause, resume, change, delete.
    Digest,
    /// Watches on figures; likewise.
    Alert,
    /// How to bring data in.
    Import,
    /// A human, please.
    Human,
}
