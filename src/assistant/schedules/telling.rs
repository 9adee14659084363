//! Digests and alerts in words: what, when, where, the next times, and the buttons below.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

use crate::domain::{
    Arg, Button, ButtonStyle, Condition, Destination, Form, MonthDay, Offer, Pattern, Pause, Phrase, Place, Recurrence,
    ScheduleAction, Slots, Span, Standing, Watch,
};

use super::super::{Assistant, Hearing, Outcome};
use super::item::Item;
use super::making::quoted;
use super::managing::{kind_phrase, of};

/// How many of the next times are told.
const NEXT: usize = 3;

impl Assistant {
    /// One of them at length, with everything that can be done with it.
    pub(super) fn described(&self, headline: Phrase, number: usize, item: &Item, hearing: &Hearing<'_>) -> Outcome {
        let language = hearing.language;
        let errand = item.errand();
        let headline = headline
            .with("kind", kind_phrase(item.kind()))
            .count("number", number)
            .with("id", errand.id.as_str())
            .with("when", self.when(&errand.recurrence, hearing))
            .with("where", whereto(item, hearing));
        let mut lines = vec![
            headline,
            Phrase::new(of(item.kind(), "schedule.asks", "schedule.watches")).with("what", self.what(item)),
        ];
        match (errand.standing, item) {
            (Standing::Paused { why }, _) => lines.push(why_paused(why)),
            (Standing::Active, Item::Digest(_)) => {
                let times = errand.recurrence.coming(hearing.now.timestamp(), NEXT);
                let times = times.iter().map(|at| Arg::from(self.moment(*at, &errand.recurrence.zone))).collect();
                lines.push(Phrase::new("schedule.next").with("times", Arg::List(times)));
            }
            (Standing::Active, Item::Alert(alert)) => {
                lines.push(Phrase::new("schedule.once_each"));
                if let Ok(Ok(Some(now))) = self.latest(alert, hearing) {
                    lines.push(now);
                }
            }
        }
        let mut outcome = Outcome::default();
        outcome.reply.lines = lines
            .iter()
            .flat_map(|line| {
                let words = self.words(line, language);
                words.lines().map(str::to_owned).collect::<Vec<_>>()
            })
            .collect();
        self.buttons(&mut outcome, item, hearing);
        outcome
    }

    /// What can be done with one of them.
    pub(super) fn buttons(&self, outcome: &mut Outcome, item: &Item, hearing: &Hearing<'_>) {
        let language = hearing.language;
        let pause = match item.errand().standing {
            Standing::Active => ("schedule.pause_button", ScheduleAction::Pause),
            Standing::Paused { .. } => ("schedule.resume_button", ScheduleAction::Resume),
        };
        let now = (of(item.kind(), "schedule.preview_button", "schedule.current_button"), ScheduleAction::Preview);
        let all = [
            (now, ButtonStyle::Primary),
            (("schedule.change_button", ScheduleAction::Change), ButtonStyle::Plain),
            (pause, ButtonStyle::Plain),
            (("schedule.delete_button", ScheduleAction::Delete), ButtonStyle::Danger),
        ];
        for ((key, action), style) in all {
            if item.errand().is_configured && action != ScheduleAction::Preview {
                continue;
            }
            let label = self.words(&Phrase::new(key), language);
            let form = (action == ScheduleAction::Change).then(|| Form {
                title: self.words(&Phrase::new("schedule.change_form"), language),
                value: item.errand().said.clone(),
            });
            outcome.reply.buttons.push(Button { style, form, ..Button::new(label.clone()) });
            let act = Some(item.act(action));
            outcome.offers.push(Offer { sends: label, intent: item.kind().intent(), slots: Slots::default(), act });
        }
    }

    /// One of them in one line.
    pub(super) fn entry(&self, number: usize, item: &Item, hearing: &Hearing<'_>) -> Phrase {
        let errand = item.errand();
        let phrase = Phrase::new(of(item.kind(), "schedule.entry_digest", "schedule.entry_alert"))
            .count("number", number)
            .with("what", self.what(item))
            .with("when", self.when(&errand.recurrence, hearing))
            .with("where", whereto(item, hearing))
            .with("id", errand.id.as_str());
        match errand.standing {
            Standing::Active => phrase,
            Standing::Paused { why } => phrase.with("paused", why_paused(why)),
        }
    }

    /// What it tells.
    pub(super) fn what(&self, item: &Item) -> Phrase {
        match item {
            Item::Digest(digest) => {
                let unusual = || Arg::from(Phrase::new("schedule.anything_unusual"));
                let mut parts = match quoted(&digest.questions) {
                    Arg::List(parts) => parts,
                    other => vec![other],
                };
                parts.extend(digest.unusual.then(unusual));
                Phrase::new("schedule.content").with("parts", Arg::List(parts))
            }
            Item::Alert(alert) => self.watch_phrase(&alert.watch),
        }
    }

    /// The condition of an alert.
    pub(super) fn watch_phrase(&self, watch: &Watch) -> Phrase {
        let unit = watch.metric.unit();
        let names: Vec<Arg> = watch.slots.names.values().flatten().map(|name| Arg::from(name.as_str())).collect();
        let phrase = match watch.condition {
            Condition::Below(value) => Phrase::new("schedule.condition.below").figure("value", value, unit),
            Condition::Above(value) => Phrase::new("schedule.condition.above").figure("value", value, unit),
            Condition::FallsBy(share) => Phrase::new("schedule.condition.falls").with("share", Arg::Share(share)),
            Condition::RisesBy(share) => Phrase::new("schedule.condition.rises").with("share", Arg::Share(share)),
        };
        let span = match watch.span {
            Span::Day => Phrase::new("schedule.span.day"),
            Span::Week => Phrase::new("schedule.span.week"),
        };
        let phrase = phrase.with("metric", watch.metric).with("span", span);
        if names.is_empty() { phrase } else { phrase.with("names", Arg::List(names)) }
    }

    /// On which days and at what time; the zone where it is not the company's.
    pub(super) fn when(&self, recurrence: &Recurrence, hearing: &Hearing<'_>) -> Phrase {
        let phrase = match recurrence.pattern {
            Pattern::Daily => Phrase::new("schedule.when.daily"),
            Pattern::Weekly { on, every, .. } => {
                let days = on.days().into_iter().map(|day| Arg::from(weekday(day))).collect();
                Phrase::new("schedule.when.weekly")
                    .with("days", Arg::List(days))
                    .with("every", Arg::Count(i64::from(every)))
            }
            Pattern::Monthly { on, every } => {
                let day = match on {
                    MonthDay::Day(day) => Phrase::new("schedule.when.day").with("day", Arg::Count(i64::from(day))),
                    MonthDay::Last => Phrase::new("schedule.when.last_day"),
                    MonthDay::Weekday { nth, day } => {
                        let day = Weekday::from_monday_one_offset(day).unwrap_or(Weekday::Monday);
                        Phrase::new("schedule.when.nth")
                            .with("nth", Arg::Count(i64::from(nth)))
                            .with("day", weekday(day))
                    }
                };
                Phrase::new("schedule.when.monthly").with("day", day).with("every", Arg::Count(i64::from(every)))
            }
            Pattern::Once(date) => Phrase::new("schedule.when.once").with("date", date),
        };
        let phrase = phrase.with("time", recurrence.time.strftime("%H:%M").to_string());
        let is_own = hearing.now.time_zone().iana_name() == Some(recurrence.zone.as_str());
        if is_own { phrase } else { phrase.with("zone", recurrence.zone.as_str()) }
    }

    /// A moment, as the clocks of a zone tell it.
    pub(super) fn moment(&self, at: Timestamp, zone: &str) -> Phrase {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let local = zone.to_datetime(at);
        Phrase::new("schedule.moment")
            .with("day", weekday(local.date().weekday()))
            .with("date", local.date())
            .with("time", local.strftime("%H:%M").to_string())
    }
}

fn why_paused(why: Pause) -> Phrase {
    Phrase::new(match why {
        Pause::Asked => "schedule.why.asked",
        Pause::Refused => "schedule.why.refused",
        Pause::Forbidden => "schedule.why.forbidden",
    })
}

/// Where it goes, seen from where it is told.
pub(super) fn whereto(item: &Item, hearing: &Hearing<'_>) -> Phrase {
    match &item.errand().destination {
        Destination::Person(user) if *user == hearing.message.from => Phrase::new("schedule.to.you"),
        Destination::Person(_) | Destination::Answer(_) => Phrase::new("schedule.to.person"),
        Destination::Place(place) => match &hearing.message.place {
            Place::Shared { id, .. } if id == place => Phrase::new("schedule.to.here"),
            Place::Shared { .. } | Place::Private => Phrase::new("schedule.to.place").with("place", place.to_string()),
        },
    }
}

fn weekday(day: Weekday) -> Phrase {
    Phrase::new(match day {
        Weekday::Monday => "schedule.weekday.monday",
        Weekday::Tuesday => "schedule.weekday.tuesday",
        Weekday::Wednesday => "schedule.weekday.wednesday",
        Weekday::Thursday => "schedule.weekday.thursday",
        Weekday::Friday => "schedule.weekday.friday",
        Weekday::Saturday => "schedule.weekday.saturday",
        Weekday::Sunday => "schedule.weekday.sunday",
    })
}
