//! What the address behind a link becomes: a link, a person, or nothing. After LinkManager.cpp of tdlib/td.

use super::super::state::user::UserId;
use super::entity::EntityKind;

/// The entity of a link to `url`, or none where Telegram drops the link and keeps the text.
pub(super) fn link(url: &str) -> Option<EntityKind> {
    if let Some(id) = url.strip_prefix("tg://user?id=").or_else(|| url.strip_prefix("tg:user?id=")) {
        return id.parse().ok().filter(|id| *id > 0).map(|id| EntityKind::TextMention(UserId(id)));
    }
    checked(url).map(EntityKind::TextLink)
}

/// The address as Telegram keeps it: with a scheme, and with a slash after a bare host.
pub(crate) fn checked(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("http".to_owned(), url),
    };
    match scheme.as_str() {
        "http" | "https" | "ftp" => {}
        "tg" | "ton" | "tonsite" => return (!rest.is_empty()).then(|| format!("{scheme}://{rest}")),
        _ => return None,
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = &rest[..end];
    let name = host.rsplit_once('@').map_or(host, |(_, name)| name);
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    let plausible = name.contains('.') && !name.starts_with('.') && !name.ends_with('.');
    if !plausible || name.chars().any(|c| c.is_whitespace() || "<>\"'()".contains(c)) {
        return None;
    }
    let tail = &rest[end..];
    let slash = if tail.starts_with('/') { "" } else { "/" };
    Some(format!("{scheme}://{host}{slash}{tail}"))
}
