//! Files that people and the bot uploaded. No size limits: those depend on the method.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

/// Identifies a file: `file_id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(
    /// The text of the id.
    pub String,
);

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its id.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its type.
    pub mime: String,
    /// Its bytes; empty where only the size is pretended.
    pub bytes: Vec<u8>,
    /// Its size, which may be pretended.
    pub size: u64,
    /// Width and height of a picture.
    pub pixels: Option<(u32, u32)>,
    /// Until when a link to it works.
    pub(crate) link_until: Option<Duration>,
}

/// All files.
#[derive(Debug, Default)]
pub(crate) struct Files {
    all: BTreeMap<FileId, StoredFile>,
}

impl Files {
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>, size: Option<u64>, photo: bool) -> FileId {
        let letter = if photo { "AgAC" } else { "BQAC" };
        let id = FileId(format!("{letter}AgIAAxkB{:06}", self.all.len() + 1));
        let pixels = photo.then(|| pixels(&bytes).unwrap_or((1, 1)));
        let size = size.unwrap_or(bytes.len() as u64);
        let (name, mime) = (name.to_owned(), mime(name).to_owned());
        self.all.insert(id.clone(), StoredFile { id: id.clone(), name, mime, bytes, size, pixels, link_until: None });
        id
    }

    pub(crate) fn get(&self, id: &FileId) -> Option<&StoredFile> {
        self.all.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &FileId) -> Option<&mut StoredFile> {
        self.all.get_mut(id)
    }

    /// The file behind the path that `getFile` gave out.
    pub(crate) fn by_path(&self, path: &str) -> Option<&StoredFile> {
        self.all.values().find(|file| file.path() == path)
    }
}

impl StoredFile {
    /// `file_path`, which begins with the kind as api.telegram.org's does.
    pub(crate) fn path(&self) -> String {
        let folder = if self.pixels.is_some() { "photos" } else { "documents" };
        let extension = self.name.rsplit_once('.').map_or("bin", |(_, extension)| extension);
        format!("{folder}/file_{}.{extension}", self.id.0.trim_start_matches(|c: char| !c.is_ascii_digit()))
    }

    pub(crate) fn unique_id(&self) -> String {
        format!("AQAD{}", &self.id.0[self.id.0.len() - 6..])
    }

    pub(crate) fn document_json(&self) -> Value {
        json!({
            "file_id": self.id.0, "file_unique_id": self.unique_id(), "file_name": self.name,
            "mime_type": self.mime, "file_size": self.size,
        })
    }

    /// The sizes of a picture; the emulator scales nothing and lists the original alone.
    pub(crate) fn photo_json(&self) -> Value {
        let (width, height) = self.pixels.unwrap_or((1, 1));
        json!([{
            "file_id": self.id.0, "file_unique_id": self.unique_id(), "file_size": self.size,
            "width": width, "height": height,
        }])
    }
}

/// Width and height of a PNG, JPEG, GIF or WebP; none for bytes that are no picture.
pub(crate) fn pixels(bytes: &[u8]) -> Option<(u32, u32)> {
    let be32 = |at: usize| bytes.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
    let be16 = |at: usize| bytes.get(at..at + 2).map(|b| u32::from(u16::from_be_bytes([b[0], b[1]])));
    let le16 = |at: usize| bytes.get(at..at + 2).map(|b| u32::from(u16::from_le_bytes([b[0], b[1]])));
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((be32(16)?, be32(20)?));
    }
    if bytes.starts_with(b"GIF8") {
        return Some((le16(6)?, le16(8)?));
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some((1, 1));
    }
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    // A JPEG is a chain of segments; the size stands in the start-of-frame one.
    let mut at = 2;
    loop {
        let marker = *bytes.get(at + 1)?;
        if (0xc0..=0xcf).contains(&marker) && ![0xc4, 0xc8, 0xcc].contains(&marker) {
            return Some((be16(at + 7)?, be16(at + 5)?));
        }
        at += 2 + be16(at + 2)? as usize;
    }
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("csv") => "text/csv",
        Some("txt") => "text/plain",
        Some("json") => "application/json",
        Some("pdf") => "application/pdf",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("zip") => "application/zip",
        Some("gz") => "application/gzip",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}
