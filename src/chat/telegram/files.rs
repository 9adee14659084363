//! Fetches files that people sent. No sending.

use std::path::Path;

use futures::StreamExt as _;
use teloxide::net::Download as _;
use teloxide::requests::Requester as _;
use teloxide::types::FileId;
use tokio::io::AsyncWriteExt as _;

use super::NAME;
use super::client::Client;
use super::failure::Failure;
use crate::chat::ChatError;
use crate::domain::{FileAt, SentFile};

/// The largest file that bots can fetch (core.telegram.org/bots/api#getfile).
pub(super) const LIMIT: u64 = 20 << 20;

/// Fetches a file, and stops where it is larger than can be taken.
///
/// # Errors
/// When it cannot be had, or not be written.
pub(super) async fn fetch(client: &Client, file: &SentFile, to: &Path) -> Result<(), ChatError> {
    let FileAt::Platform(id) = &file.at else {
        let reason = "the file is not with Telegram".to_owned();
        return Err(ChatError::Refused { platform: NAME, reason });
    };
    if file.bytes > LIMIT {
        return Err(ChatError::TooLarge { bytes: file.bytes, limit: LIMIT });
    }
    let found = client.bot().get_file(FileId(id.clone())).await.map_err(|error| unread(error.into()))?;
    let written = |source| ChatError::Attachment { path: to.to_owned(), source };
    let mut target = tokio::fs::File::create(to).await.map_err(written)?;
    let mut content = client.bot().download_file_stream(&found.path);
    let mut bytes = 0;
    while let Some(chunk) = content.next().await {
        let chunk = chunk.map_err(|error| unread(Failure::network(error)))?;
        bytes += chunk.len() as u64;
        if bytes > LIMIT {
            return Err(ChatError::TooLarge { bytes, limit: LIMIT });
        }
        target.write_all(&chunk).await.map_err(written)?;
    }
    target.flush().await.map_err(written)
}

/// A failure of something that changes nothing and can be done again.
pub(super) fn unread(failure: Failure) -> ChatError {
    match failure.told() {
        ChatError::Uncertain { platform, source } => ChatError::Unreachable { platform, source },
        other => other,
    }
}
