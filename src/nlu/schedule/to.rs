//! Where something is to go: here, to its maker, to a channel or chat.

use super::cuts::{Cuts, pattern};
use crate::domain::{PlaceId, Platform};

/// Where something is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Where it is asked.
    Here,
    /// To whoever asks, in private.
    Me,
    /// To a channel of the platform it is asked on.
    Channel(String),
    /// To a place.
    Place(PlaceId),
    /// To a place by a name, which only the platform knows.
    Named(String),
}

/// What a text says of where to.
#[must_use]
pub fn to(text: &str) -> Option<To> {
    read(&super::clean::clean(text)).map(|(to, _)| to)
}

/// The same for a text that is clean, with the stretch that said it.
pub(super) fn read(text: &str) -> Option<(To, Cuts)> {
    let cut = |start, end| {
        let mut cuts = Cuts::default();
        cuts.add(start, end);
        cuts
    };
    let place = pattern!(
        r"(?i)(?:\b(?:in|into|to|on|at) |发到|发送到|推送到|到|在)?(?:<#(\d+)>|\b(discord|telegram):(-?\d+)\b|#([\w-]*[^\W\d][\w-]*))"
    );
    if let Some(found) = place.captures(text) {
        let whole = found.get(0)?;
        let to = if let Some(id) = found.get(1) {
            To::Channel(id.as_str().to_owned())
        } else if let (Some(platform), Some(id)) = (found.get(2), found.get(3)) {
            let platform =
                if platform.as_str().eq_ignore_ascii_case("discord") { Platform::Discord } else { Platform::Telegram };
            To::Place(PlaceId { platform, id: id.as_str().to_owned() })
        } else {
            To::Named(found.get(4)?.as_str().to_owned())
        };
        return Some((to, cut(whole.start(), whole.end())));
    }
    let me = pattern!(
        r"(?i)\b(?:(?:directly )?to me(?: directly)?(?: in private)?|for me|(?:as|by|in|via) (?:an? )?(?:dms?|direct messages?|private messages?)|privately|in private)\b|\bdm me\b|私信(?:给我|我)?|私聊(?:我)?|发给我(?:本人|自己)?"
    );
    if let Some(found) = me.find(text) {
        // "DM me" is the verb as well; the rest is read without it.
        return Some((To::Me, cut(found.start(), found.end())));
    }
    let here = pattern!(
        r"(?i)\b(?:(?:in|into|to) )?(?:(?:this|the same) (?:channel|group|chat|thread|room|place)|(?:in )?here)\b|在?(?:这里|这儿|本频道|本群|这个频道|这个群|群里|此处)(?:里|内)?"
    );
    here.find(text).map(|found| (To::Here, cut(found.start(), found.end())))
}
