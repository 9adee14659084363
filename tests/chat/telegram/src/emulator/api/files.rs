//! `getFile`. The download itself is in the server.

use std::time::Duration;

use serde_json::json;

use super::super::refusal::Refusal;
use super::super::state::file::FileId;
use super::{Answer, Call};

/// Bots download at most 20 MB (core.telegram.org/bots/api#getfile).
const MAX_DOWNLOAD_BYTES: u64 = 20 << 20;
/// A link works for at least an hour (the same page).
const LINK: Duration = Duration::from_secs(60 * 60);

/// Prepares a file for download.
pub(super) fn get_file(call: &mut Call<'_>) -> Answer {
    let id = call.params.text("file_id");
    if id.is_empty() {
        return Err(Refusal::bad("file_id not specified"));
    }
    let file = call.world.files.get_mut(&FileId(id.to_owned())).ok_or_else(|| Refusal::bad("invalid file_id"))?;
    if file.size > MAX_DOWNLOAD_BYTES {
        return Err(Refusal::limit("file is too big"));
    }
    file.link_until = Some(call.now + LINK);
    let file_json = json!({
        "file_id": file.id.0, "file_unique_id": file.unique_id(), "file_size": file.size, "file_path": file.path(),
    });
    Ok(file_json.into())
}
