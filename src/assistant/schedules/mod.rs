//! Digests and alerts: made, listed and changed by their people; asked by the clock on the way every question goes.

mod item;
mod posting;
mod target;
mod checking;
mod making;
mod watching;
mod managing;
mod telling;
mod asking;
mod looking;
mod configured;
mod refusing;

use std::error::Error;

use crate::domain::{Command, Intent, Pending, Phrase, Role, ScheduleAction, SlotKind, Slots, Utterance};
use crate::nlu::schedule::{Verb, manage, recurrence};
use crate::nlu::{dates, slots};

use super::dialogue::{self, Asked};
use super::{Assistant, Hearing, Outcome};

pub use asking::ClockError;
pub use configured::{Configured, ConfiguredError};
pub(super) use item::Kind;
pub use posting::Posting;

impl Assistant {
    /// What people say of digests and alerts in their own words; `None` for everything else.
    pub(super) fn scheduled(&self, asked: &Asked, hearing: &Hearing<'_>) -> Option<Outcome> {
        if hearing.own_role < Role::Marketer || hearing.is_clock() {
            return None;
        }
        // A button brings the words along that were said before it.
        let is_new = matches!(asked.intent, Intent::DigestCreate | Intent::AlertCreate);
        let said = asked.slots.words.get(&carried(asked.intent)).filter(|_| is_new);
        let text = said.map_or_else(|| hearing.message.text(), String::as_str);
        let done = match asked.intent {
            Intent::DigestCreate => self.make_digest(text, hearing, None),
            Intent::AlertCreate => self.make_alert(text, &asked.slots, hearing, None),
            Intent::DigestManage => self.manage(Kind::Digest, text, hearing),
            Intent::AlertManage => self.manage(Kind::Alert, text, hearing),
            _ => return None,
        };
        Some(
            done.unwrap_or_else(|error| Outcome {
                reply: self.broken(&*error, hearing.language),
                ..Outcome::default()
            }),
        )
    }

    /// `/digest` and `/alert`: a wish about those that are there, or a new one.
    pub(super) fn schedule_command(
        &self,
        command: Command,
        words: &str,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Box<dyn Error>> {
        let kind = if command == Command::Alert { Kind::Alert } else { Kind::Digest };
        let wish = manage(words);
        let is_wish = match wish.verb {
            None => {
                words.is_empty() || wish.id.is_some() || wish.number.is_some() && words.split_whitespace().count() == 1
            }
            // "make a digest every Monday" and "send revenue daily" are new ones.
            Some(Verb::Change) => {
                wish.leads && (wish.id.is_some() || wish.number.is_some() || wish.new.is_some() || wish.added.is_some())
            }
            Some(Verb::List | Verb::Preview | Verb::Pause | Verb::Resume | Verb::Delete) => {
                wish.leads
                    && (kind == Kind::Alert || recurrence(words, &hearing.now).is_none() || wish.number.is_some())
            }
        };
        match (is_wish, kind) {
            (true, _) => self.manage(kind, words, hearing),
            (false, Kind::Digest) => self.make_digest(words, hearing, None),
            (false, Kind::Alert) => self.make_alert(words, &Slots::default(), hearing, None),
        }
    }

    /// A pressed button of a digest or an alert.
    pub(super) fn schedule_act(
        &self,
        kind: Kind,
        id: &str,
        action: ScheduleAction,
        written: Option<&str>,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Box<dyn Error>> {
        match self.item(kind, id)? {
            Some(item) => self.act_on(item, action, written, hearing),
            None => Ok(self.phrase_outcome(&Phrase::new("schedule.gone"), hearing.language)),
        }
    }

    /// What was asked back while a digest or an alert was made: the answer completes it.
    pub(super) fn filled(
        &self,
        text: &str,
        hearing: &Hearing<'_>,
    ) -> Result<Option<(Utterance, Outcome)>, Box<dyn Error>> {
        let Some(turn) = hearing.conversation.last() else { return Ok(None) };
        let Some(pending) = &turn.pending else { return Ok(None) };
        if !matches!(pending.intent, Intent::DigestCreate | Intent::AlertCreate)
            || turn.from.as_ref() != Some(&hearing.profile.id)
            || dialogue::taken(text, Some(turn)).is_some()
        {
            return Ok(None);
        }
        // "list my digests" answers nothing that was asked back.
        if is_wish(text) {
            return Ok(None);
        }
        let said = pending.slots.words.get(&carried(pending.intent)).map_or("", String::as_str);
        let utterance = Utterance::given(text, hearing.language, pending.intent, Slots::default());
        if is_no(text) {
            return Ok(Some((utterance, self.phrase_outcome(&Phrase::new("assistant.left"), hearing.language))));
        }
        let outcome = match pending.missing {
            SlotKind::Schedule if recurrence(text, &hearing.now).is_some() => {
                self.make_digest(&format!("{text} {said}"), hearing, None)?
            }
            SlotKind::Content if recurrence(text, &hearing.now).is_some() => self.make_digest(text, hearing, None)?,
            SlotKind::Content => self.make_digest(&format!("{said}: {text}"), hearing, None)?,
            SlotKind::Threshold if !dates::find_amounts(text).is_empty() => {
                let text = watching::with_threshold(said, text);
                self.make_alert(&text, &pending.slots, hearing, None)?
            }
            SlotKind::Metric => {
                let catalog = self.warehouse.catalog()?;
                let context =
                    crate::nlu::Context { now: &hearing.now, week_start: self.settings.week_start, catalog: &catalog };
                if slots::extract(text, Intent::AlertCreate, &context).metrics.is_empty() {
                    return Ok(None);
                }
                self.make_alert(&format!("{said} {text}"), &pending.slots, hearing, None)?
            }
            _ => return Ok(None),
        };
        Ok(Some((utterance, outcome)))
    }

    /// Asks for what is missing, and keeps what was said.
    fn wanting(
        &self,
        intent: Intent,
        missing: SlotKind,
        said: &str,
        phrase: &Phrase,
        hearing: &Hearing<'_>,
    ) -> Outcome {
        let mut slots = Slots::default();
        slots.words.insert(carried(intent), said.to_owned());
        Outcome { pending: Some(Pending { intent, slots, missing }), ..self.phrase_outcome(phrase, hearing.language) }
    }
}

impl Hearing<'_> {
    /// Whether the clock asks.
    fn is_clock(&self) -> bool {
        self.message.reply_to.platform == crate::domain::Platform::Clock
    }
}

/// The slot that carries the words said before: one that is never read out of a wish for a new digest or alert.
fn carried(intent: Intent) -> SlotKind {
    if intent == Intent::AlertCreate { SlotKind::Alert } else { SlotKind::Digest }
}

/// Whether words begin with what is to be done with digests or alerts that are there.
fn is_wish(text: &str) -> bool {
    let lower = text.to_lowercase();
    let wish = manage(text);
    wish.leads && wish.verb.is_some() && ["digest", "alert", "摘要", "提醒"].iter().any(|word| lower.contains(word))
}

fn is_no(text: &str) -> bool {
    let text = text.trim().trim_end_matches(['.', '!', '。', '！']).to_lowercase();
    ["no", "nothing", "cancel", "never mind", "nevermind", "forget it", "stop", "算了", "取消", "不用了", "不要了"]
        .contains(&text.as_str())
}
