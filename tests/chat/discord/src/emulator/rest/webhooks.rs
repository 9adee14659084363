//! Later answers to an interaction: its original message and follow-ups, for 15 minutes. The first is in
//! `interactions`.

use super::super::ids::{ApplicationId, MessageId};
use super::super::rules::{Purpose, check_message};
use super::super::world::{Interaction, Response, Rule, State, VALID};
use super::answer::Answer;
use super::dispatch::Call;
use super::interactions::posting;
use super::messages::json;
use super::refusal::Refusal;

/// The interaction of a token. There is no webhook before the first answer, nor without one.
fn reach(state: &State, call: &Call) -> Result<Interaction, Refusal> {
    let application: ApplicationId = call.params.id("application")?;
    let token = call.params.text("token");
    let used = state.interactions.values().find(|used| used.token == token);
    let used = used.filter(|_| application == state.options.application).ok_or(Refusal::UnknownWebhook)?;
    if state.now().saturating_sub(used.at) > VALID {
        return Err(Refusal::InvalidWebhookToken);
    }
    if matches!(used.response, None | Some(Response::Choices(_))) {
        return Err(Refusal::UnknownWebhook);
    }
    Ok(used.clone())
}

/// The message that a path names: `@original` or a follow-up.
fn target(state: &State, call: &Call, used: &Interaction) -> Result<MessageId, Refusal> {
    let named = call.params.text("target");
    let id = if named == "@original" {
        used.original()
    } else {
        let id: MessageId = call.params.id("target")?;
        (used.follow_ups.contains(&id) || used.original() == Some(id)).then_some(id)
    };
    let there = |id: &MessageId| state.messages.get(id).is_some_and(|message| !message.deleted);
    id.filter(there).ok_or(Refusal::UnknownMessage)
}

pub(super) fn follow_up(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let used = reach(state, call)?;
    let limit = state.options.file_limit_bytes;
    let draft = check_message(&call.body.json, &call.body, Purpose::Answer, limit)?;
    // «Create Followup Message»: right after a deferral, this edits the original and ignores the ephemeral flag.
    let waiting = used.original().filter(|id| state.messages.get(id).is_some_and(|message| message.loading));
    if let Some(original) = waiting {
        state.violate(Rule::FollowUpInsteadOfEdit);
        state.revise(original, draft)?;
        return Ok(Answer::Json(json(state, original)));
    }
    let id = state.post(draft.clone(), posting(state, &used, &draft, false))?;
    if let Some(used) = state.interactions.get_mut(&used.id) {
        used.follow_ups.push(id);
    }
    Ok(Answer::Json(json(state, id)))
}

pub(super) fn show(state: &State, call: &Call) -> Result<Answer, Refusal> {
    let used = reach(state, call)?;
    let id = target(state, call, &used)?;
    Ok(Answer::Json(json(state, id)))
}

pub(super) fn edit(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let used = reach(state, call)?;
    let id = target(state, call, &used)?;
    let limit = state.options.file_limit_bytes;
    let draft = check_message(&call.body.json, &call.body, Purpose::Edit, limit)?;
    state.revise(id, draft)?;
    Ok(Answer::Json(json(state, id)))
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let used = reach(state, call)?;
    let id = target(state, call, &used)?;
    state.remove(id);
    Ok(Answer::Empty)
}
