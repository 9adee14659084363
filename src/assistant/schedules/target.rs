//! Where something is to go, and who reads along there.

use crate::domain::{ConversationId, Destination, Errand, Identity, Phrase, Place, PlaceId, Profile, Role, UserId};
use crate::nlu::schedule::To;
use crate::storage::{self, StoreError};

use super::super::{Assistant, Hearing};

/// A destination with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub(super) destination: Destination,
    pub(super) conversation: ConversationId,
    pub(super) place: Place,
    /// The account that it is made from there.
    pub(super) account: UserId,
}

impl Target {
    pub(super) fn of(errand: &Errand) -> Self {
        Self {
            destination: errand.destination.clone(),
            conversation: errand.conversation.clone(),
            place: errand.place.clone(),
            account: errand.creator.clone(),
        }
    }
}

impl Assistant {
    /// Where it is to go, or why it cannot go there.
    pub(super) fn target(&self, to: Option<&To>, hearing: &Hearing<'_>) -> Result<Result<Target, Phrase>, StoreError> {
        let message = hearing.message;
        let account = message.from.clone();
        let here = || match &message.place {
            Place::Private => Target {
                destination: Destination::Person(account.clone()),
                conversation: message.conversation.clone(),
                place: Place::Private,
                account: account.clone(),
            },
            Place::Shared { id, .. } => Target {
                destination: Destination::Place(id.clone()),
                conversation: message.conversation.clone(),
                place: message.place.clone(),
                account: account.clone(),
            },
        };
        let place = match to {
            None | Some(To::Here) => return self.fitting(here(), hearing),
            Some(To::Me) if !hearing.is_shared() => return self.fitting(here(), hearing),
            Some(To::Me) => {
                let conversation = ConversationId(format!("{}:person:{}", account.platform.name(), account.id));
                let destination = Destination::Person(account.clone());
                return self.fitting(Target { destination, conversation, place: Place::Private, account }, hearing);
            }
            Some(To::Named(name)) => {
                return Ok(Err(Phrase::new("schedule.name_the_place").with("name", name.as_str())));
            }
            Some(To::Channel(id)) => PlaceId { platform: account.platform, id: id.clone() },
            Some(To::Place(place)) => place.clone(),
        };
        if matches!(&message.place, Place::Shared { id, .. } if *id == place) {
            return self.fitting(here(), hearing);
        }
        let Some(account) = self.account_on(&place, hearing)? else {
            return Ok(Err(Phrase::new("schedule.no_account_there").with("place", place.to_string())));
        };
        match self.may_post(&account, &place) {
            Some(true) => {
                let target = Target {
                    destination: Destination::Place(place.clone()),
                    conversation: ConversationId(place.to_string()),
                    place: Place::Shared { id: place, viewers: None },
                    account,
                };
                self.fitting(target, hearing)
            }
            Some(false) => Ok(Err(Phrase::new("schedule.no_right_there").with("place", place.to_string()))),
            None => Ok(Err(Phrase::new("schedule.right_unknown").with("place", place.to_string()))),
        }
    }

    /// A target whose viewers may see figures at all.
    fn fitting(&self, target: Target, hearing: &Hearing<'_>) -> Result<Result<Target, Phrase>, StoreError> {
        let role = self.role_at(&target.place, hearing)?;
        Ok(if role < Role::Marketer { Err(Phrase::new("schedule.viewers_may_not")) } else { Ok(target) })
    }

    /// What may be shown of this person's in a place.
    pub(super) fn role_at(&self, place: &Place, hearing: &Hearing<'_>) -> Result<Role, StoreError> {
        let own = Profile { role: hearing.own_role, ..hearing.profile.clone() };
        self.role_here(&own, place, None)
    }

    /// The writer's account on a place's platform.
    fn account_on(&self, place: &PlaceId, hearing: &Hearing<'_>) -> Result<Option<UserId>, StoreError> {
        let from = &hearing.message.from;
        if from.platform == place.platform {
            return Ok(Some(from.clone()));
        }
        let linked = storage::all::<Identity>(&*self.store)?.into_iter();
        let mut accounts =
            linked.filter(|identity| identity.profile == hearing.profile.id).map(|identity| identity.account);
        if let Some(account) = accounts.find(|account| account.platform == place.platform) {
            return Ok(Some(account));
        }
        // The profile itself is called after the account it began with.
        let first = hearing.profile.id.0.split_once(':');
        Ok(first
            .filter(|(platform, _)| *platform == place.platform.name())
            .map(|(_, id)| UserId { platform: place.platform, id: id.to_owned() }))
    }
}
