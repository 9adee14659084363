//! The right to post, asked of the platforms that are served.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::assistant::Posting;
use crate::chat::Chat;
use crate::domain::{PlaceId, Platform, UserId};

struct Platforms {
    chats: HashMap<Platform, Arc<dyn Chat>>,
    handle: Handle,
}

/// Asks the platforms who may post where. Must be called inside a tokio runtime; what it returns is asked on threads that
/// may wait.
#[must_use]
pub fn posting(chats: &[Arc<dyn Chat>]) -> Arc<dyn Posting> {
    let chats = chats.iter().map(|chat| (chat.platform(), Arc::clone(chat))).collect();
    Arc::new(Platforms { chats, handle: Handle::current() })
}

impl Posting for Platforms {
    fn may_post(&self, user: &UserId, place: &PlaceId) -> Option<bool> {
        let Some(chat) = self.chats.get(&place.platform) else { return Some(false) };
        match self.handle.block_on(chat.may_post(user, place)) {
            Ok(may) => Some(may),
            Err(error) => {
                tracing::warn!(%error, %place, "nobody can tell who may post there");
                None
            }
        }
    }
}
