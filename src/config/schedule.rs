//! What the configuration says of digests and alerts. Their words are read where they are set up.

use serde::{Deserialize, Serialize};

use super::{ConfigError, chat};
use crate::domain::PlaceId;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduledKeys {
    words: String,
    to: String,
}

/// A digest or an alert of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduledConfig {
    /// Whether it is a watch on a figure.
    pub is_alert: bool,
    /// What it says, in the words that would be said in a chat.
    pub words: String,
    /// Where it goes.
    pub to: PlaceId,
}

pub(super) fn scheduled(
    digests: &[ScheduledKeys],
    alerts: &[ScheduledKeys],
) -> Result<Vec<ScheduledConfig>, ConfigError> {
    let digests = digests.iter().map(|keys| (false, "digest.words", "digest.to", keys));
    let alerts = alerts.iter().map(|keys| (true, "alert.words", "alert.to", keys));
    digests
        .chain(alerts)
        .map(|(is_alert, words_key, to_key, keys)| {
            let words = keys.words.trim().to_owned();
            if words.is_empty() {
                let reason = "say what, and when, as in a chat".to_owned();
                return Err(ConfigError::Value { key: words_key, found: words, reason });
            }
            let to = chat::place(to_key, &keys.to)?;
            Ok(ScheduledConfig { is_alert, words, to })
        })
        .collect()
}
