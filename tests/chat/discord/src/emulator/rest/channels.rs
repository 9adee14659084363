//! Channels: who may see and use them, the channel object and typing.

use super::super::ids::ChannelId;
use super::super::world::{Action, Channel, Permissions, State, permissions};
use super::answer::Answer;
use super::dispatch::Call;
use super::refusal::Refusal;

/// The channel that a path names, if the bot can see it, with what the bot may do there.
pub(super) fn reach(state: &State, call: &Call) -> Result<(Channel, Permissions), Refusal> {
    let id: ChannelId = call.params.id("channel")?;
    let channel = state.channels.get(&id).ok_or(Refusal::UnknownChannel)?;
    let held = state.permissions_in(state.bot(), channel);
    if !held.contains(permissions::VIEW_CHANNEL) {
        return Err(Refusal::MissingAccess);
    }
    Ok((channel.clone(), held))
}

pub(super) fn require(held: Permissions, wanted: Permissions) -> Result<(), Refusal> {
    if held.contains(wanted) { Ok(()) } else { Err(Refusal::MissingPermissions) }
}

/// The permission that sending needs, which threads have of their own.
pub(super) fn sending(channel: &Channel) -> Permissions {
    if channel.is_thread() { permissions::SEND_MESSAGES_IN_THREADS } else { permissions::SEND_MESSAGES }
}

pub(super) fn show(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, _) = reach(state, call)?;
    Ok(Answer::Json(state.channel_json(&channel)))
}

pub(super) fn typing(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let (channel, held) = reach(state, call)?;
    require(held, sending(&channel))?;
    state.deliver(Action::Typing(channel.id));
    Ok(Answer::Empty)
}
