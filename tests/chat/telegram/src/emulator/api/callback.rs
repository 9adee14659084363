//! `answerCallbackQuery`.

use super::super::refusal::Refusal;
use super::super::state::action::{CallbackAnswer, CallbackId};
use super::{Answer, Call};

/// Characters of the notice (core.telegram.org/bots/api#answercallbackquery).
const MAX_TEXT: usize = 200;

/// Answers a pressed button, once and in time.
pub(super) fn answer_callback_query(call: &mut Call<'_>) -> Answer {
    let text = call.params.text("text");
    if text.chars().count() > MAX_TEXT {
        return Err(Refusal::limit("MESSAGE_TOO_LONG"));
    }
    let id = CallbackId(call.params.text("callback_query_id").to_owned());
    let Some(pressed) = call.world.callbacks.all.get_mut(&id) else {
        return Err(Refusal::late_answer(false));
    };
    if pressed.answered || call.now.saturating_sub(pressed.at) > call.options.callback_lifetime {
        return Err(Refusal::late_answer(true));
    }
    pressed.answered = true;
    let text = (!text.is_empty()).then(|| text.to_owned());
    call.world.answers.push(CallbackAnswer { id, at: call.now, text, alert: call.params.flag("show_alert") });
    Call::done()
}
