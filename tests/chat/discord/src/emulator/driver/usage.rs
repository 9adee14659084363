//! What people use: slash commands, autocomplete, buttons, select menus, modals. How that reaches the bot is in
//! `sending`, and its answers are in `rest`.

use serde_json::{Value, json};

use super::super::error::EmulatorError;
use super::super::ids::{ChannelId, InteractionId, MessageId, RoleId, UserId};
use super::super::world::{Component, InteractionKind, Message, Response, State, permissions};
use super::Emulator;
use super::options::{Filled, OptionValue};
use super::sending::{create, invoke};

impl Emulator {
    /// A person uses a slash command; subcommands follow its name after spaces: `"report weekly"`.
    ///
    /// # Errors
    ///
    /// Fails where Discord's client would not let the person do it: no such command, a missing or wrong option.
    pub fn slash(
        &self,
        channel: ChannelId,
        user: UserId,
        command: &str,
        options: &[(&str, OptionValue)],
    ) -> Result<InteractionId, EmulatorError> {
        let kind = InteractionKind::Command { name: command.to_owned() };
        self.shared.change(|state| invoke(state, channel, user, command, options, kind, None))
    }

    /// A person is typing the option `focused` of a command; `options` holds it with what is typed so far.
    ///
    /// # Errors
    ///
    /// Fails if the command has no such option with autocomplete.
    pub fn autocomplete(
        &self,
        channel: ChannelId,
        user: UserId,
        command: &str,
        options: &[(&str, OptionValue)],
        focused: &str,
    ) -> Result<InteractionId, EmulatorError> {
        let kind = InteractionKind::Autocomplete { name: command.to_owned() };
        self.shared.change(|state| invoke(state, channel, user, command, options, kind, Some(focused)))
    }

    /// A person presses a button of a message.
    ///
    /// # Errors
    ///
    /// Fails if the person does not see the message or it has no such button that works.
    pub fn press(&self, message: MessageId, custom_id: &str, user: UserId) -> Result<InteractionId, EmulatorError> {
        self.shared.change(|state| {
            let (message, component) = usable(state, message, custom_id, user)?;
            if !component.is_button() {
                return Err(bad(custom_id, "is not a button"));
            }
            let data = json!({ "custom_id": custom_id, "component_type": 2 });
            Ok(use_component(state, &message, user, custom_id, data))
        })
    }

    /// A person selects values of a menu: values of its options, or ids for menus of users, roles and channels.
    ///
    /// # Errors
    ///
    /// Fails if the person does not see the message or its menu does not take these values.
    pub fn select(
        &self,
        message: MessageId,
        custom_id: &str,
        user: UserId,
        values: &[&str],
    ) -> Result<InteractionId, EmulatorError> {
        self.shared.change(|state| {
            let (message, component) = usable(state, message, custom_id, user)?;
            if !component.is_select() {
                return Err(bad(custom_id, "is not a select menu"));
            }
            let (least, most) = (component.min_values.unwrap_or(1), component.max_values.unwrap_or(1));
            if !(least..=most).contains(&(values.len() as u64)) {
                return Err(bad(custom_id, "takes another number of values"));
            }
            let offered = |value: &&str| component.options.iter().any(|option| option.value == **value);
            if component.kind == 3 && !values.iter().all(offered) {
                return Err(bad(custom_id, "has no such option"));
            }
            let mut filled = Filled::default();
            for id in values.iter().filter_map(|value| value.parse::<u64>().ok()) {
                let named = match component.kind {
                    5 | 7 => OptionValue::User(UserId(id)),
                    6 => OptionValue::Role(RoleId(id)),
                    8 => OptionValue::Channel(ChannelId(id)),
                    _ => continue,
                };
                filled.resolve(state, message.channel, &named);
            }
            let mut data = json!({ "custom_id": custom_id, "component_type": component.kind, "values": values });
            if component.kind != 3 {
                data["resolved"] = Value::Object(filled.resolved);
            }
            Ok(use_component(state, &message, user, custom_id, data))
        })
    }

    /// A person submits the modal that an interaction opened; inputs that are not named keep their values.
    ///
    /// # Errors
    ///
    /// Fails if the interaction opened no modal or an input would not take its value.
    pub fn submit_modal(&self, opened: InteractionId, values: &[(&str, &str)]) -> Result<InteractionId, EmulatorError> {
        self.shared.change(|state| {
            let opener = state.interactions.get(&opened).ok_or(EmulatorError::NoInteraction(opened))?.clone();
            let Some(Response::Modal(modal)) = &opener.response else {
                return Err(EmulatorError::NoInteraction(opened));
            };
            let mut rows = Vec::new();
            let inputs = modal.components.iter().flat_map(|row| &row.components);
            for input in inputs {
                let custom_id = input.custom_id.as_deref().unwrap_or_default();
                let given = values.iter().find(|(name, _)| *name == custom_id).map(|(_, value)| (*value).to_owned());
                let value = given.or_else(|| input.value.clone()).unwrap_or_default();
                let length = value.chars().count() as u64;
                if value.is_empty() && input.required != Some(false) {
                    return Err(bad(custom_id, "is required"));
                }
                let range = input.min_length.unwrap_or(0)..=input.max_length.unwrap_or(4000);
                if !value.is_empty() && !range.contains(&length) {
                    return Err(bad(custom_id, "takes another length"));
                }
                rows.push(json!({ "type": 1, "components": [{ "type": 4, "custom_id": custom_id, "value": value }] }));
            }
            if let Some((name, _)) = values.iter().find(|(name, _)| {
                !modal
                    .components
                    .iter()
                    .flat_map(|row| &row.components)
                    .any(|one| one.custom_id.as_deref() == Some(*name))
            }) {
                return Err(bad(name, "does not exist"));
            }
            let data = json!({ "custom_id": modal.custom_id, "components": rows });
            let kind = InteractionKind::ModalSubmit { custom_id: modal.custom_id.clone() };
            let source = opener.source.and_then(|id| state.messages.get(&id)).cloned();
            Ok(create(state, opener.channel, opener.user, kind, data, source.as_ref()))
        })
    }
}

fn bad(custom_id: &str, problem: &'static str) -> EmulatorError {
    EmulatorError::BadComponent { custom_id: custom_id.to_owned(), problem }
}

/// The message and component, if the person can use it.
fn usable(state: &State, id: MessageId, custom_id: &str, user: UserId) -> Result<(Message, Component), EmulatorError> {
    let message = state.messages.get(&id).filter(|message| !message.deleted).ok_or(EmulatorError::NoMessage(id))?;
    let place = state.channels.get(&message.channel).ok_or(EmulatorError::NoChannel(message.channel))?;
    let hidden = message.ephemeral_to.is_some_and(|to| to != user);
    if hidden || !state.permissions_in(user, place).contains(permissions::VIEW_CHANNEL) {
        return Err(EmulatorError::Invisible(user));
    }
    let component = message.component(custom_id).ok_or_else(|| bad(custom_id, "does not exist"))?;
    if component.disabled { Err(bad(custom_id, "is disabled")) } else { Ok((message.clone(), component.clone())) }
}

fn use_component(state: &mut State, message: &Message, user: UserId, custom_id: &str, data: Value) -> InteractionId {
    let kind = InteractionKind::Component { custom_id: custom_id.to_owned() };
    create(state, message.channel, user, kind, data, Some(message))
}
