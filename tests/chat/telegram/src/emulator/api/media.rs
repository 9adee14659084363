//! `sendPhoto`, `sendDocument` and `sendMediaGroup`. No downloads: an address of the web is refused.

use serde_json::Value;

use super::super::refusal::{Breach, Refusal};
use super::super::state::Draft;
use super::super::state::file::{FileId, pixels};
use super::super::state::message::Content;
use super::access;
use super::send::{self, Target};
use super::{Answer, Call, markup};

/// Pictures are at most 10 MB (core.telegram.org/bots/api#sendphoto).
const MAX_PHOTO_BYTES: usize = 10 << 20;
/// Width and height of a picture together, and the one as a multiple of the other (the same page).
const MAX_SIDES: u32 = 10_000;
const MAX_RATIO: u32 = 20;
/// Items of an album (core.telegram.org/bots/api#sendmediagroup).
const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Photo,
    Document,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Photo => "photo",
            Kind::Document => "document",
        }
    }
}

/// A file that passed its checks and is not stored yet, or that is stored already.
enum Input {
    New { name: String, bytes: Vec<u8> },
    Known(FileId),
}

/// Sends a picture.
pub(super) fn send_photo(call: &mut Call<'_>) -> Answer {
    single(call, Kind::Photo)
}

/// Sends a file.
pub(super) fn send_document(call: &mut Call<'_>) -> Answer {
    single(call, Kind::Document)
}

fn single(call: &mut Call<'_>, kind: Kind) -> Answer {
    let input = input(call, kind, kind.name(), call.params.text(kind.name()))?
        .ok_or_else(|| Refusal::bad(format!("there is no {} in the request", kind.name())))?;
    let caption = markup::caption(call, "message caption is too long")?;
    let target = Target::read(call)?;
    access::admit(call, target.chat, 1)?;
    let file = store(call, input, kind);
    let draft = target.draft(call, content(kind, file, caption));
    send::post(call, draft)
}

fn content(kind: Kind, file: FileId, caption: super::super::FormattedText) -> Content {
    match kind {
        Kind::Photo => Content::Photo { file, caption },
        Kind::Document => Content::Document { file, caption },
    }
}

fn input(call: &Call<'_>, kind: Kind, field: &str, value: &str) -> Result<Option<Input>, Refusal> {
    if let Some(upload) = call.params.upload(field, value) {
        check(kind, &upload.bytes)?;
        return Ok(Some(Input::New { name: upload.name.clone(), bytes: upload.bytes.clone() }));
    }
    if value.is_empty() {
        return Ok(None);
    }
    if value.starts_with("http://") || value.starts_with("https://") {
        return Err(Refusal::bad("failed to get HTTP URL content"));
    }
    let known = call.world.files.get(&FileId(value.to_owned()));
    let known = known.ok_or_else(|| Refusal::bad("wrong file identifier/HTTP URL specified"))?;
    match (kind, known.pixels.is_some()) {
        (Kind::Photo, false) => Err(Refusal::bad("can't use file of type Document as Photo")),
        (Kind::Document, true) => Err(Refusal::bad("can't use file of type Photo as Document")),
        (Kind::Photo, true) | (Kind::Document, false) => Ok(Some(Input::Known(known.id.clone()))),
    }
}

fn check(kind: Kind, bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::bad("file must be non-empty"));
    }
    match kind {
        Kind::Document => Ok(()),
        Kind::Photo if bytes.len() > MAX_PHOTO_BYTES => Err(Refusal::limit(format!(
            "file of size {} bytes is too big for a photo; the maximum size is {MAX_PHOTO_BYTES} bytes",
            bytes.len()
        ))),
        Kind::Photo => {
            let (width, height) = pixels(bytes).ok_or_else(|| Refusal::bad("IMAGE_PROCESS_FAILED"))?;
            let (short, long) = (width.min(height), width.max(height));
            let fits = short > 0 && width.saturating_add(height) <= MAX_SIDES && long / short <= MAX_RATIO;
            if fits { Ok(()) } else { Err(Refusal::limit("PHOTO_INVALID_DIMENSIONS")) }
        }
    }
}

fn store(call: &mut Call<'_>, input: Input, kind: Kind) -> FileId {
    match input {
        Input::New { name, bytes } => call.world.files.add(&name, bytes, None, kind == Kind::Photo),
        Input::Known(id) => id,
    }
}

/// Sends an album.
pub(super) fn send_media_group(call: &mut Call<'_>) -> Answer {
    let media = call.params.json("media", "can't parse media JSON object")?;
    let Some(Value::Array(items)) = media else {
        return Err(Refusal::bad("expected an Array of InputMedia"));
    };
    if items.is_empty() {
        return Err(Refusal::limit("group send must include 2-10 items"));
    }
    if items.len() > *ALBUM.end() {
        return Err(Refusal::limit("too many messages to send as an album"));
    }
    if items.len() < *ALBUM.start() {
        // Telegram lets a single item pass, against its own documentation.
        let detail = "sendMediaGroup documents 2 to 10 items".to_owned();
        call.world.note(call.now, &call.params.method, Breach::Undocumented, detail);
    }
    let mut album = Vec::new();
    for item in &items {
        let field = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = match field("type") {
            "photo" => Kind::Photo,
            "document" => Kind::Document,
            other => return Err(Refusal::not_emulated(&format!("albums of {other}"))),
        };
        let wrong = |why: &str| Refusal::bad(format!("can't parse InputMedia: {why}"));
        let input = input(call, kind, "", field("media"))?.ok_or_else(|| wrong("media not found"))?;
        album.push((kind, input, markup::item_caption(item)?));
    }
    if album.iter().any(|(kind, ..)| *kind != album[0].0) {
        return Err(Refusal::bad("document can't be mixed with other media types"));
    }
    let target = Target::read(call)?;
    access::admit(call, target.chat, album.len())?;
    let id = format!("{}", 13_000_000_000_000_000_u64 + call.world.requests.len() as u64);
    let mut posted = Vec::new();
    for (kind, input, caption) in album {
        let file = store(call, input, kind);
        let draft = Draft { album: Some(id.clone()), ..target.draft(call, content(kind, file, caption)) };
        posted.push(send::post(call, draft)?.result);
    }
    Ok(Value::Array(posted).into())
}
