//! The right to post in a place, which only a platform can tell.

use std::sync::Arc;

use crate::domain::{PlaceId, UserId};

use super::super::Assistant;

/// Tells who may post where. Asked on threads that may wait.
pub trait Posting: Send + Sync {
    /// Whether both this person and Herald may write in a place; `None` where the platform cannot tell just now.
    fn may_post(&self, user: &UserId, place: &PlaceId) -> Option<bool>;
}

impl Assistant {
    /// Says who tells the right to post. Until then nothing is sent to places other than the one where it is asked for.
    pub fn set_posting(&self, posting: Arc<dyn Posting>) {
        // A second one is ignored: the platforms are served once.
        let _ = self.posting.set(posting);
    }

    /// Whether somebody may post in a place that is not the one where they write.
    pub(super) fn may_post(&self, user: &UserId, place: &PlaceId) -> Option<bool> {
        self.posting.get().map_or(Some(false), |posting| posting.may_post(user, place))
    }

    /// Whether somebody lost the right to post in a place. Where nobody can tell, nobody did.
    pub(super) fn lost_right(&self, user: &UserId, place: &PlaceId) -> bool {
        let told = self.posting.get().and_then(|posting| posting.may_post(user, place));
        user.platform == place.platform && told == Some(false)
    }
}
