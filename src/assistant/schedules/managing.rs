//! What is done with digests and alerts that are there: listed, previewed, paused, resumed, changed, deleted.

use std::error::Error;

use crate::domain::{Alert, Destination, Digest, Pause, Phrase, Place, Role, ScheduleAction, Slots, Standing};
use crate::nlu::schedule::{Manage, Verb, manage};

use super::super::commands::replacing;
use super::super::{Assistant, Hearing, Outcome};
use super::item::{Item, Kind};

/// More entries than this are not given buttons.
const MOST_BUTTONS: usize = 5;

impl Assistant {
    /// Those that a person may see here: their own, an owner's all; where others read along only those that go there.
    pub(super) fn visible(&self, kind: Kind, hearing: &Hearing<'_>) -> Result<Vec<Item>, crate::storage::StoreError> {
        let mut items = self.items_of(kind)?;
        items.retain(|item| {
            let is_here = match &hearing.message.place {
                Place::Private => true,
                Place::Shared { id, .. } => item.errand().destination == Destination::Place(id.clone()),
            };
            is_here && may_manage(item, hearing)
        });
        Ok(items)
    }

    /// A wish about those that are there.
    pub(super) fn manage(&self, kind: Kind, text: &str, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        let wish = manage(text);
        let items = self.visible(kind, hearing)?;
        if items.is_empty() {
            return Ok(
                self.phrase_outcome(&Phrase::new(of(kind, "schedule.none_digest", "schedule.none_alert")), language)
            );
        }
        let action = match wish.verb {
            Some(Verb::Preview) => ScheduleAction::Preview,
            Some(Verb::Pause) => ScheduleAction::Pause,
            Some(Verb::Resume) => ScheduleAction::Resume,
            Some(Verb::Delete) => ScheduleAction::Delete,
            Some(Verb::Change) => ScheduleAction::Change,
            None if wish.number.is_some() || wish.id.is_some() => ScheduleAction::Show,
            None | Some(Verb::List) => return Ok(self.list(kind, &items, hearing)),
        };
        if wish.all && wish.number.is_none() && matches!(action, ScheduleAction::Pause | ScheduleAction::Resume) {
            let mut outcome = Outcome::default();
            for item in items {
                outcome.add(self.act_on(item, action, None, hearing)?);
            }
            outcome.reply.buttons.clear();
            outcome.offers.clear();
            return Ok(outcome);
        }
        match picked(&items, &wish) {
            Some(item) if action == ScheduleAction::Change => self.change_by_words(item.clone(), &wish, hearing),
            Some(item) => self.act_on(item.clone(), action, None, hearing),
            None => {
                let phrase = Phrase::new("schedule.which").with("kind", kind_phrase(kind));
                let mut outcome = self.phrase_outcome(&phrase, language);
                outcome.add(self.list(kind, &items, hearing));
                Ok(outcome)
            }
        }
    }

    /// All of them, with a button each.
    fn list(&self, kind: Kind, items: &[Item], hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        let mut outcome = Outcome::default();
        let title = Phrase::new(of(kind, "schedule.digests", "schedule.alerts")).count("count", items.len());
        outcome.reply.lines.push(self.words(&title, language));
        for (at, item) in items.iter().enumerate() {
            outcome.reply.lines.push(self.words(&self.entry(at + 1, item, hearing), language));
        }
        for (at, item) in items.iter().enumerate().take(MOST_BUTTONS) {
            let label = Phrase::new("schedule.entry_button").with("kind", kind_phrase(kind)).count("number", at + 1);
            let act = item.act(ScheduleAction::Show);
            self.offer_act(&mut outcome, &label, crate::domain::ButtonStyle::Plain, kind.intent(), act, language);
        }
        outcome
    }

    /// Does something with one of them.
    pub(super) fn act_on(
        &self,
        item: Item,
        action: ScheduleAction,
        written: Option<&str>,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        let say = |key| Ok(self.phrase_outcome(&Phrase::new(key), language));
        if !may_manage(&item, hearing) {
            return say("schedule.not_yours");
        }
        let is_fixed = item.errand().is_configured && !matches!(action, ScheduleAction::Show | ScheduleAction::Preview);
        if is_fixed {
            return say("schedule.configured");
        }
        let items = self.visible(item.kind(), hearing)?;
        let number = items.iter().position(|other| other.errand().id == item.errand().id).map_or(1, |at| at + 1);
        let kind = kind_phrase(item.kind());
        Ok(match action {
            ScheduleAction::Show => self.described(Phrase::new("schedule.shown"), number, &item, hearing),
            ScheduleAction::Preview => match &item {
                Item::Digest(digest) => self.preview(digest, hearing)?,
                Item::Alert(alert) => self.current(alert, hearing)?,
            },
            ScheduleAction::Pause => {
                let paused = item.with(|errand| crate::domain::Errand {
                    standing: Standing::Paused { why: Pause::Asked },
                    lease: None,
                    ..errand
                });
                let phrase = Phrase::new("schedule.paused").with("kind", kind).count("number", number);
                let mut outcome = replacing(self.phrase_outcome(&phrase, language));
                self.buttons(&mut outcome, &paused, hearing);
                outcome.changes.push(paused.keep()?);
                outcome
            }
            ScheduleAction::Resume => {
                let resumed = match item.with(|errand| errand.resumed(hearing.now.timestamp())) {
                    // What happened in between is no news any more.
                    Item::Alert(alert) => Item::Alert(Alert { checked: None, ..alert }),
                    digest @ Item::Digest(_) => digest,
                };
                let Some(due) = resumed.errand().next_due else { return say("schedule.never") };
                let phrase = Phrase::new("schedule.resumed")
                    .with("kind", kind)
                    .count("number", number)
                    .with("next", self.moment(due, &resumed.errand().recurrence.zone));
                let mut outcome = replacing(self.phrase_outcome(&phrase, language));
                self.buttons(&mut outcome, &resumed, hearing);
                outcome.changes.push(resumed.keep()?);
                outcome
            }
            ScheduleAction::Change => match written.map(str::trim).filter(|text| !text.is_empty()) {
                Some(text) => self.change(item, text, hearing)?,
                None => {
                    let phrase = Phrase::new("schedule.how_to_change")
                        .with("kind", kind)
                        .count("number", number)
                        .with("said", item.errand().said.as_str());
                    self.phrase_outcome(&phrase, language)
                }
            },
            ScheduleAction::Delete => {
                let phrase = Phrase::new("schedule.confirm_delete")
                    .with("kind", kind)
                    .count("number", number)
                    .with("what", self.what(&item));
                let mut outcome = self.phrase_outcome(&phrase, language);
                let style = crate::domain::ButtonStyle::Danger;
                let act = item.act(ScheduleAction::Confirm);
                self.offer_act(
                    &mut outcome,
                    &Phrase::new("schedule.yes_delete"),
                    style,
                    item.kind().intent(),
                    act,
                    language,
                );
                let no = Phrase::new("assistant.no_leave");
                let plain = crate::domain::ButtonStyle::Plain;
                self.offer_act(&mut outcome, &no, plain, item.kind().intent(), crate::domain::Act::Nothing, language);
                outcome
            }
            ScheduleAction::Confirm => {
                let phrase = Phrase::new("schedule.deleted").with("kind", kind);
                let mut outcome = replacing(self.phrase_outcome(&phrase, language));
                outcome.changes.push(item.remove());
                outcome
            }
        })
    }

    fn change(&self, item: Item, text: &str, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        match item {
            Item::Digest(digest) => self.make_digest(text, hearing, Some(digest)),
            Item::Alert(alert) => self.make_alert(text, &Slots::default(), hearing, Some(alert)),
        }
    }

    /// "change digest 2 to Tuesdays 8am", "add margin to the morning digest".
    fn change_by_words(&self, item: Item, wish: &Manage, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        let questions = match (&item, &wish.added, &wish.removed) {
            (Item::Digest(digest), Some(added), _) => {
                let mut questions = digest.questions.clone();
                let is_unusual = crate::nlu::schedule::unusual(added);
                questions.extend((!is_unusual).then(|| added.clone()));
                Some((questions, digest.unusual || is_unusual))
            }
            (Item::Digest(digest), None, Some(removed)) => {
                let removed = removed.to_lowercase();
                let mut questions = digest.questions.clone();
                questions.retain(|question| !question.to_lowercase().contains(&removed));
                Some((questions, digest.unusual && !crate::nlu::schedule::unusual(&removed)))
            }
            _ => None,
        };
        match (item, questions, &wish.new) {
            (Item::Digest(digest), Some((questions, unusual)), _) if !questions.is_empty() || unusual => {
                let said = digest.errand.said.clone();
                let changed = Digest { questions, unusual, ..digest };
                // Words without when, where and what leave these as they are, and are checked like new ones.
                self.make_digest(
                    "",
                    hearing,
                    Some(Digest { errand: crate::domain::Errand { said, ..changed.errand }, ..changed }),
                )
            }
            (item, _, Some(text)) => self.change(item, text, hearing),
            (item, _, None) => self.act_on(item, ScheduleAction::Change, None, hearing),
        }
    }
}

/// Whether somebody may do something with it.
fn may_manage(item: &Item, hearing: &Hearing<'_>) -> bool {
    hearing.own_role == Role::Owner || (hearing.own_role >= Role::Marketer && item.errand().owner == hearing.profile.id)
}

/// The one that is meant: by its id, its number, its words, or because there is only one.
fn picked<'a>(items: &'a [Item], wish: &Manage) -> Option<&'a Item> {
    if let Some(id) = &wish.id {
        return items.iter().find(|item| item.errand().id == *id);
    }
    if let Some(number) = wish.number {
        return items.get(number - 1);
    }
    if let [one] = items {
        return Some(one);
    }
    let fit = |item: &Item| {
        let said = item.errand().said.to_lowercase();
        wish.words.iter().filter(|word| said.contains(word.as_str())).count()
    };
    let best = items.iter().map(fit).max().filter(|best| *best > 0)?;
    let mut fitting = items.iter().filter(|item| fit(item) == best);
    fitting.next().filter(|_| fitting.next().is_none())
}

pub(super) fn of(kind: Kind, digest: &'static str, alert: &'static str) -> &'static str {
    match kind {
        Kind::Digest => digest,
        Kind::Alert => alert,
    }
}

pub(super) fn kind_phrase(kind: Kind) -> Phrase {
    Phrase::new(of(kind, "schedule.kind.digest", "schedule.kind.alert"))
}
