//! What the clock does for people: digests and alerts. Pure: no clock is read here.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ConversationId, DateRange, Destination, Language, Metric, Place, ProfileId, Recurrence, Slots, UserId};

/// Why something does not go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Somebody said so.
    Asked,
    /// The platform takes nothing there any more.
    Refused,
    /// Whoever made it may no longer see it.
    Forbidden,
}

/// Whether it goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It does.
    Active,
    /// It waits.
    Paused {
        /// Why.
        why: Pause,
    },
}

/// What digests and alerts have in common: for whom, where, when, and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Errand {
    /// Its id, unique among its kind.
    pub id: String,
    /// Whose it is.
    pub owner: ProfileId,
    /// The account it was made from; the owner is told there.
    pub creator: UserId,
    /// In which language.
    pub language: Language,
    /// Where it goes.
    pub destination: Destination,
    /// The conversation that its turns belong to.
    pub conversation: ConversationId,
    /// Who reads along there.
    pub place: Place,
    /// The words it was made with.
    pub said: String,
    /// When it is due.
    pub recurrence: Recurrence,
    /// Whether it goes out.
    pub standing: Standing,
    /// When it is due next; `None` where it never is again.
    pub next_due: Option<Timestamp>,
    /// Until when somebody works on it: after that its work counts as broken off.
    #[serde(default)]
    pub lease: Option<Timestamp>,
    /// When it last went out or was looked at.
    #[serde(default)]
    pub last: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// Whether the configuration says it, so that only the configuration changes it.
    #[serde(default)]
    pub is_configured: bool,
}

impl Errand {
    /// When it is to be worked on next.
    #[must_use]
    pub fn wakes(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Active => self.next_due.map(|due| self.lease.map_or(due, |lease| due.max(lease))),
            Standing::Paused { .. } => None,
        }
    }

    /// What is due at a moment: the latest time of all that were missed.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<Timestamp> {
        self.wakes().filter(|at| *at <= now)?;
        let first = self.next_due?;
        Some(self.recurrence.last_until(first, now).unwrap_or(first))
    }

    /// The errand once it was done.
    #[must_use]
    pub fn done(self, now: Timestamp) -> Self {
        Self { next_due: self.recurrence.next_after(now), lease: None, last: Some(now), ..self }
    }

    /// The errand, going out again from a moment on.
    #[must_use]
    pub fn resumed(self, now: Timestamp) -> Self {
        Self { standing: Standing::Active, next_due: self.recurrence.next_after(now), lease: None, ..self }
    }
}

/// Questions that the clock asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// For whom, where and when.
    pub errand: Errand,
    /// What is asked, as written.
    pub questions: Vec<String>,
    /// Whether what is unusual is told as well.
    pub unusual: bool,
}

/// When a figure is worth speaking up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It is less than this.
    Below(f64),
    /// It is more than this.
    Above(f64),
    /// It fell by this share or more, against the same period before.
    FallsBy(f64),
    /// It rose by this share or more.
    RisesBy(f64),
}

/// The days of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// One day; a change is told against the same day of the week before.
    Day,
    /// One week; a change is told against the week before.
    Week,
}

/// What is watched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Which figure.
    pub metric: Metric,
    /// Of which part of the company.
    pub slots: Slots,
    /// When to speak up.
    pub condition: Condition,
    /// Of which days.
    pub span: Span,
    /// How far back beyond the threshold the figure has to go before it can set the alert off again, as a share of the
    /// threshold.
    pub margin: f64,
}

/// Whether an alert waits for its condition, or for the figure to come back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// It waits for the condition.
    Armed,
    /// It went off.
    Fired {
        /// On which days the figure crossed.
        since: DateRange,
        /// What it was then.
        value: f64,
    },
}

/// A watch on a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// For whom, where and when it is looked at.
    pub errand: Errand,
    /// What is watched.
    pub watch: Watch,
    /// Whether it went off.
    pub trigger: Trigger,
    /// The last day of the figure that was looked at last.
    #[serde(default)]
    pub checked: Option<Date>,
}

impl Watch {
    /// How far back a figure has to go where nobody says.
    pub const MARGIN: f64 = 0.02;

    /// What a figure does to the trigger, and whether that is worth speaking up: one event is told once, until the figure
    /// was back by the margin (a Schmitt trigger; Schmitt 1938). `before` is the figure of the period before.
    #[must_use]
    pub fn step(&self, trigger: Trigger, days: DateRange, value: f64, before: Option<f64>) -> (Trigger, bool) {
        let change = before.filter(|before| before.abs() > f64::EPSILON).map(|before| (value - before) / before.abs());
        // What is compared, the threshold, and which side of it counts.
        let (figure, threshold, is_low) = match self.condition {
            Condition::Below(limit) => (Some(value), limit, true),
            Condition::Above(limit) => (Some(value), limit, false),
            Condition::FallsBy(share) => (change, -share, true),
            Condition::RisesBy(share) => (change, share, false),
        };
        let Some(figure) = figure.filter(|figure| figure.is_finite()) else { return (trigger, false) };
        let margin = threshold.abs() * self.margin;
        let (is_met, is_back) = match (self.condition, is_low) {
            (Condition::Below(_) | Condition::Above(_), true) => (figure < threshold, figure >= threshold + margin),
            (Condition::Below(_) | Condition::Above(_), false) => (figure > threshold, figure <= threshold - margin),
            (Condition::FallsBy(_) | Condition::RisesBy(_), true) => (figure <= threshold, figure > threshold + margin),
            (Condition::FallsBy(_) | Condition::RisesBy(_), false) => {
                (figure >= threshold, figure < threshold - margin)
            }
        };
        match trigger {
            Trigger::Armed if is_met => (Trigger::Fired { since: days, value }, true),
            Trigger::Fired { .. } if is_back => (Trigger::Armed, false),
            Trigger::Armed | Trigger::Fired { .. } => (trigger, false),
        }
    }
}

impl Span {
    /// The period that ends with a day: that day, or the week whose last day it is.
    #[must_use]
    pub fn ending(self, last: Date) -> DateRange {
        DateRange::last_days(last, self.days())
    }

    /// How many days.
    #[must_use]
    pub fn days(self) -> i64 {
        match self {
            Span::Day => 1,
            Span::Week => 7,
        }
    }
}

/// What can be done with a digest or an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleAction {
    /// Says what it is.
    Show,
    /// Sends it now, here, without counting.
    Preview,
    /// Says it anew.
    Change,
    /// Lets it wait.
    Pause,
    /// Lets it go out again.
    Resume,
    /// Asks whether it is to be deleted.
    Delete,
    /// Deletes it.
    Confirm,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn watch(condition: Condition) -> Watch {
        Watch { metric: Metric::Revenue, slots: Slots::default(), condition, span: Span::Day, margin: Watch::MARGIN }
    }

    /// On which of the days somebody is told.
    fn told(condition: Condition, values: &[f64]) -> Vec<usize> {
        let watch = watch(condition);
        let mut trigger = Trigger::Armed;
        let mut told = Vec::new();
        for (day, value) in values.iter().enumerate() {
            let before = day.checked_sub(1).map(|day| values[day]);
            let days = DateRange::day(date(2026, 5, 1));
            let (next, is_told) = watch.step(trigger, days, *value, before);
            trigger = next;
            told.extend(is_told.then_some(day));
        }
        told
    }

    #[test]
    fn one_event_is_told_once() {
        // 3,000 and 2 %: it is back from 3,060 on.
        let values = [3_200.0, 2_900.0, 2_800.0, 3_010.0, 2_990.0, 3_059.0, 2_950.0, 3_060.0, 2_999.0, 3_000.0];
        assert_eq!(told(Condition::Below(3_000.0), &values), [1, 8]);
        assert_eq!(told(Condition::Above(3_000.0), &[3_000.0, 3_001.0, 2_950.0, 3_100.0, 2_940.0, 3_002.0]), [1, 5]);
    }

    #[test]
    fn what_lies_exactly_on_the_line_has_not_crossed_it() {
        assert_eq!(told(Condition::Below(3_000.0), &[3_000.0; 3]), [] as [usize; 0]);
        assert_eq!(told(Condition::Above(3_000.0), &[3_000.0; 3]), [] as [usize; 0]);
    }

    #[test]
    fn changes_need_something_to_compare_with() {
        assert_eq!(told(Condition::FallsBy(0.2), &[50.0, 100.0, 80.0, 60.0, 60.0, 40.0]), [2, 5]);
        assert_eq!(told(Condition::RisesBy(0.5), &[0.0, 100.0, 150.0, 150.0, 300.0]), [2, 4]);
        assert_eq!(told(Condition::Below(1.0), &[f64::NAN, 0.0]), [1]);
    }
}
