//! Makes an alert of words, or changes one.

use std::error::Error;

use jiff::civil::Time;

use crate::domain::{Alert, Condition, Intent, Pattern, Phrase, Recurrence, SlotKind, Slots, Trigger, Watch};
use crate::nlu::schedule::alert;
use crate::nlu::{Context, dates, slots};

use super::super::dialogue::Asked;
use super::super::{Assistant, Hearing, Outcome};
use super::item::{Item, Kind};
use super::target::Target;

/// When figures are looked at: the day before is over, and usually imported.
const CHECKED_AT: Time = Time::constant(8, 0, 0, 0);

impl Assistant {
    /// Makes an alert, or gives an old one what the words say anew. `given` is what was settled before by a button.
    pub(super) fn make_alert(
        &self,
        text: &str,
        given: &Slots,
        hearing: &Hearing<'_>,
        old: Option<Alert>,
    ) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        let catalog = self.warehouse.catalog()?;
        let context = Context { now: &hearing.now, week_start: self.settings.week_start, catalog: &catalog };
        let mut said = slots::extract(text, Intent::AlertCreate, &context);
        said.ambiguous.retain(|(dimension, _)| !given.names.contains_key(dimension));
        if let Some((dimension, words)) = said.ambiguous.first().cloned() {
            let mut slots = Slots { names: said.names.clone(), ..given.clone() };
            slots.words.insert(super::carried(Intent::AlertCreate), text.to_owned());
            let asked = Asked { intent: Intent::AlertCreate, slots };
            return Ok(self.which_name(&asked, dimension, &words, language));
        }
        let before = old.as_ref().map(|old| &old.watch);
        let Some(metric) = said.metric().or(given.metric()).or(before.map(|watch| watch.metric)) else {
            let phrase = Phrase::new("schedule.want_metric");
            return Ok(self.wanting(Intent::AlertCreate, SlotKind::Metric, text, &phrase, hearing));
        };
        let words = alert(text, Some(metric));
        let Some(condition) = words.condition.or_else(|| before.map(|watch| moved(watch.condition, text))) else {
            let phrase = Phrase::new("schedule.want_threshold").with("metric", metric);
            let mut outcome = self.wanting(Intent::AlertCreate, SlotKind::Threshold, text, &phrase, hearing);
            if let Some(pending) = &mut outcome.pending {
                pending.slots.metrics = vec![metric];
                pending.slots.names = said.names;
            }
            return Ok(outcome);
        };
        let target = match (&words.to, &old) {
            (None, Some(old)) => Ok(Target::of(&old.errand)),
            (to, _) => self.target(to.as_ref(), hearing)?,
        };
        let target = match target {
            Ok(target) => target,
            Err(phrase) => return Ok(self.phrase_outcome(&phrase, language)),
        };
        let mut names = match before {
            Some(watch) if said.names.is_empty() => watch.slots.names.clone(),
            _ => said.names,
        };
        names.extend(given.names.clone());
        let slots = Slots { metrics: vec![metric], names, ..Slots::default() };
        let watch = Watch { metric, slots, condition, span: words.span, margin: Watch::MARGIN };
        let zone = hearing.now.time_zone().iana_name().unwrap_or("UTC").to_owned();
        let recurrence = Recurrence { pattern: Pattern::Daily, time: CHECKED_AT, zone };
        let said = if old.is_some() { self.words(&self.watch_phrase(&watch), language) } else { text.to_owned() };
        let errand = self.errand(Kind::Alert, said, recurrence, target, hearing, old.map(|old| old.errand))?;
        let alert = Alert { errand, watch, trigger: Trigger::Armed, checked: None };
        // A figure that cannot be read now is none that can be watched.
        if let Err(phrase) = self.latest(&alert, hearing)? {
            return Ok(self.phrase_outcome(&phrase, language));
        }
        self.settle(Item::Alert(alert), hearing)
    }
}

/// A condition with the only number of a text as its threshold.
fn moved(condition: Condition, text: &str) -> Condition {
    let Some(value) = dates::find_amounts(text).first().map(|amount| amount.value) else { return condition };
    match condition {
        Condition::Below(_) => Condition::Below(value),
        Condition::Above(_) => Condition::Above(value),
        Condition::FallsBy(_) => Condition::FallsBy(value / 100.0),
        Condition::RisesBy(_) => Condition::RisesBy(value / 100.0),
    }
}

/// Words that wanted a threshold, with it: "tell me when revenue drops", "3k".
pub(super) fn with_threshold(said: &str, text: &str) -> String {
    let both = format!("{said} {text}");
    if alert(&both, None).condition.is_some() {
        return both;
    }
    let lower = said.to_lowercase();
    let falls = ["drop", "fall", "declin", "decreas", "down", "low", "under", "dip", "降", "跌", "低", "少"];
    let by = if text.contains('%') { "by" } else { "to" };
    if falls.iter().any(|word| lower.contains(word)) {
        format!("{said}: falls {by} {text}")
    } else if by == "by" {
        format!("{said}: rises by {text}")
    } else {
        format!("{said} above {text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_alone_goes_the_way_the_figure_was_said_to() {
        for (said, text, expect) in [
            ("tell me when revenue drops", "3k", Condition::Below(3_000.0)),
            ("watch orders", "above 100", Condition::Above(100.0)),
            ("watch orders", "100", Condition::Above(100.0)),
            ("tell me when revenue drops", "20%", Condition::FallsBy(0.2)),
            ("销售额跌了告诉我", "3000", Condition::Below(3_000.0)),
        ] {
            assert_eq!(alert(&with_threshold(said, text), None).condition, Some(expect), "{said} {text}");
        }
    }
}
