//! The first answer to an interaction («Interaction Callback»): once, within 3 s, of a type that fits. Later answers
//! are in `webhooks`.

use serde_json::json;

use super::super::ids::InteractionId;
use super::super::rules::{Draft, Form, Purpose, check_choices, check_message, check_modal};
use super::super::world::{FRESH, Interaction, InteractionKind, Response, State, flags};
use super::answer::Answer;
use super::dispatch::Call;
use super::posting::Posting;
use super::refusal::Refusal;

pub(super) fn respond(state: &mut State, call: &Call) -> Result<Answer, Refusal> {
    let id: InteractionId = call.params.id("interaction")?;
    let token = call.params.text("token");
    let used = state.interactions.get(&id).filter(|used| used.token == token).cloned();
    let used = used.ok_or(Refusal::UnknownInteraction)?;
    if used.response.is_some() {
        return Err(Refusal::AlreadyAcknowledged);
    }
    if state.now().saturating_sub(used.at) > FRESH {
        return Err(Refusal::UnknownInteraction);
    }
    let response = answer(state, call, &used)?;
    if let Some(used) = state.interactions.get_mut(&id) {
        used.response = Some(response);
    }
    if matches!(call.query("with_response"), Some("true" | "True" | "1")) {
        let used = state.interactions.get(&id).cloned().unwrap_or(used);
        return Ok(Answer::Json(state.callback_json(&used)));
    }
    Ok(Answer::Empty)
}

/// Which types of answer an interaction takes («Interaction Callback Type» and its notes).
fn fits(kind: u64, used: &Interaction) -> bool {
    match used.kind {
        InteractionKind::Command { .. } => matches!(kind, 4 | 5 | 9),
        InteractionKind::Component { .. } => matches!(kind, 4..=7 | 9),
        InteractionKind::Autocomplete { .. } => kind == 8,
        InteractionKind::ModalSubmit { .. } => matches!(kind, 4 | 5) || matches!(kind, 6 | 7) && used.source.is_some(),
    }
}

fn answer(state: &mut State, call: &Call, used: &Interaction) -> Result<Response, Refusal> {
    let body = &call.body.json;
    let kind = body["type"].as_u64().unwrap_or_default();
    if !fits(kind, used) {
        return Err(Form::one("type", "INTERACTION_RESPONSE_TYPE_INVALID", "This type of answer does not fit here"));
    }
    let data = &body["data"];
    match kind {
        4 => {
            let draft = drafted(state, call, Purpose::Answer)?;
            Ok(Response::Message(state.post(draft.clone(), posting(state, used, &draft, false))?))
        }
        5 => {
            let bits = data["flags"].as_u64().unwrap_or(0);
            if bits & !flags::EPHEMERAL != 0 {
                return Err(Form::one("data.flags", "MESSAGE_FLAGS_INVALID", "Only EPHEMERAL can be set here"));
            }
            let draft = Draft { flags: bits, ..Draft::default() };
            Ok(Response::Deferred(state.post(draft.clone(), posting(state, used, &draft, true))?))
        }
        6 => Ok(Response::DeferredUpdate),
        7 => {
            let source = used.source.ok_or(Refusal::UnknownMessage)?;
            let draft = drafted(state, call, Purpose::Edit)?;
            state.revise(source, draft)?;
            Ok(Response::Update(source))
        }
        8 => check_choices(data).map(Response::Choices),
        _ => check_modal(data).map(Response::Modal),
    }
}

/// The message in `data`, with its errors below that key.
fn drafted(state: &State, call: &Call, purpose: Purpose) -> Result<Draft, Refusal> {
    let data = &call.body.json["data"];
    if data.is_null() {
        return Err(Form::one("data", "BASE_TYPE_REQUIRED", "This field is required"));
    }
    check_message(data, &call.body, purpose, state.options.file_limit_bytes).map_err(|refusal| match refusal {
        Refusal::InvalidForm(errors) => Refusal::InvalidForm(json!({ "data": errors })),
        other => other,
    })
}

/// Answers are the bot's, in the interaction's channel, and ephemeral if their flag says so.
pub(super) fn posting(state: &State, used: &Interaction, draft: &Draft, loading: bool) -> Posting {
    let ephemeral = draft.flags & flags::EPHEMERAL != 0;
    Posting {
        channel: used.channel,
        author: state.bot(),
        ephemeral_to: ephemeral.then_some(used.user),
        interaction: Some(used.id),
        loading,
    }
}
