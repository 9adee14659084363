//! Who people are: accounts, persons and roles, alone and where others read along.

use std::collections::BTreeMap;

use crate::domain::{Branch, Identity, Message, Place, PlaceId, Platform, Profile, Role, UserId};
use crate::storage::{self, StoreError};

use super::Assistant;

/// What the configuration says of people.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// Accounts that are owners whatever else is said.
    pub owners: Vec<UserId>,
    /// The role of people on a platform who have none yet; the customer's where a platform is not named.
    pub roles: BTreeMap<Platform, Role>,
    /// What everybody may see in a place of a platform that cannot tell who reads along; the customer's where it is not
    /// named.
    pub viewers: BTreeMap<Platform, Role>,
    /// The customer that whoever sits at the terminal is.
    pub console_customer: Option<String>,
}

/// The setting that holds the role an owner gave a place.
fn setting(place: &PlaceId) -> String {
    format!("place:{place}")
}

impl Assistant {
    /// The person behind an account, kept from the first message on.
    pub(super) fn profile(&self, message: &Message) -> Result<Profile, StoreError> {
        let account = &message.from;
        let identity: Option<Identity> = storage::find(&*self.store, &account.profile().0)?;
        let id = identity.map_or_else(|| account.profile(), |identity| identity.profile);
        let before = self.store.profile(&id)?;
        let people = &self.settings.people;
        let role = people.roles.get(&account.platform).copied().unwrap_or(Role::Customer);
        let mut profile = before.clone().unwrap_or_else(|| {
            let customer = people.console_customer.clone().filter(|_| account.platform == Platform::Console);
            Profile { customer, ..Profile::new(id, role) }
        });
        if people.owners.contains(account) {
            profile.role = Role::Owner;
        } else if !profile.role_given && account.platform != Platform::Console && profile.id == account.profile() {
            profile.role = message.granted.unwrap_or(role);
        }
        if message.name.is_some() {
            profile.name.clone_from(&message.name);
        }
        if before.as_ref() != Some(&profile) {
            self.store.put_profile(&profile)?;
        }
        Ok(profile)
    }

    /// The role of an account, without a word from it; the platform's usual one where it is not known or the store fails.
    #[must_use]
    pub fn role_of(&self, account: &UserId) -> Role {
        let people = &self.settings.people;
        if people.owners.contains(account) {
            return Role::Owner;
        }
        let usual = people.roles.get(&account.platform).copied().unwrap_or(Role::Customer);
        let identity = storage::find::<Identity>(&*self.store, &account.profile().0);
        let id = identity.map(|found| found.map_or_else(|| account.profile(), |identity| identity.profile));
        let profile = id.and_then(|id| self.store.profile(&id));
        profile.ok().flatten().map_or(usual, |profile| profile.role)
    }

    /// The role that counts in a place: where others read along, the least privileged of them decides.
    pub(super) fn role_here(
        &self,
        profile: &Profile,
        place: &Place,
        branch: Option<&Branch>,
    ) -> Result<Role, StoreError> {
        let Place::Shared { id, viewers } = place else { return Ok(profile.role) };
        // As an owner said of the thread or of the channel it hangs on, or else as the platform can tell.
        let mut given = self.given_viewers(id)?;
        if let (None, Some(branch)) = (given, branch) {
            given = self.given_viewers(&branch.place)?;
        }
        let usual = || self.settings.people.viewers.get(&id.platform).copied().unwrap_or(Role::Customer);
        Ok(profile.role.min(given.or(*viewers).unwrap_or_else(usual)))
    }

    /// What everybody in a place may see, where an owner said so.
    fn given_viewers(&self, place: &PlaceId) -> Result<Option<Role>, StoreError> {
        let given = self.store.setting(&setting(place))?;
        Ok(given.and_then(|value| serde_json::from_value(value).ok()))
    }

    /// Says what everybody in a place may see.
    pub(super) fn set_viewers(&self, place: &PlaceId, role: Role) -> Result<(), StoreError> {
        self.store.put_setting(&setting(place), Some(&serde_json::Value::from(role.name())))
    }
}
