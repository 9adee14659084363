//! When something is to come: days, a time of day and a zone, out of a whole message.

use jiff::Zoned;
use jiff::civil::Time;

use super::clean::clean;
use super::clocks::{self, Clock};
use super::cuts::{Cuts, pattern};
use super::{chinese, english, zones};
use crate::domain::{Pattern, Recurrence};

/// The time of day where nobody says one.
const USUAL: Time = Time::constant(9, 0, 0, 0);
/// How far from its days a time of day stands at most, in bytes.
const NEAR: usize = 16;

/// What a text says of when; the company's zone where it names none.
#[must_use]
pub fn recurrence(text: &str, now: &Zoned) -> Option<Recurrence> {
    read(&clean(text), now).map(|(recurrence, _)| recurrence)
}

/// The same for a text that is clean, with the stretches that said it.
pub(super) fn read(text: &str, now: &Zoned) -> Option<(Recurrence, Cuts)> {
    // Oftener than daily is nothing that is told in a chat.
    if pattern!(r"(?i)\b(?:hourly|every (?:\d+ |few |couple of )?(?:hours?|minutes?))\b|每个?小时|每分钟")
        .is_match(text)
    {
        return None;
    }
    let today = now.date();
    let (days, start, end) = english::days(text, today).or_else(|| chinese::days(text, today))?;
    let mut cuts = Cuts::default();
    cuts.add(start, end);
    let clock = near(text, start, end).or_else(|| bare(text, end)).or_else(|| led(text));
    let part = clocks::part_of_day(&text[start..]).map(|part| Clock {
        start: part.start + start,
        end: part.end + start,
        ..part
    });
    let time = match (clock, part) {
        (Some(clock), part) => {
            cuts.add(clock.start, clock.end);
            // "every evening at 7".
            let is_late = part.is_some_and(|part| part.time.hour() >= 15 && part.start < end + NEAR);
            let marked = pattern!(r"(?i)[ap]\.?m|[:点时]").is_match(&text[clock.start..clock.end]);
            match (is_late && !marked, clock.time.hour()) {
                (true, hour @ 1..=11) => clock.time.with().hour(hour + 12).build().unwrap_or(clock.time),
                _ => clock.time,
            }
        }
        (None, Some(part)) if part.start <= end + NEAR => part.time,
        (None, _) => USUAL,
    };
    if let Some(part) = part.filter(|part| part.start <= end + NEAR) {
        cuts.add(part.start, part.end);
    }
    let mut zone = now.time_zone().iana_name().unwrap_or("UTC").to_owned();
    if let Some((name, start, end)) = zones::find(text, clock.map(|clock| clock.end)) {
        cuts.add(start, end);
        zone = name;
    }
    // A day that is over today is meant for tomorrow.
    let recurrence = Recurrence { pattern: days, time, zone };
    if matches!(days, Pattern::Once(_)) && recurrence.next_after(now.timestamp()).is_none() {
        return None;
    }
    Some((recurrence, cuts))
}

/// A time of day right before or behind the days.
fn near(text: &str, start: usize, end: usize) -> Option<Clock> {
    let shifted = |clock: Clock, by: usize| Clock { start: clock.start + by, end: clock.end + by, ..clock };
    let behind = clocks::first(&text[end..]).map(|clock| shifted(clock, end)).filter(|clock| clock.start <= end + NEAR);
    let inside = || clocks::first(&text[start..end]).map(|clock| shifted(clock, start));
    let before = || clocks::first(&text[..start]).filter(|clock| clock.end + NEAR >= start);
    behind.or_else(inside).or_else(before)
}

/// "every Mon and Thu 9": a number right behind the days.
fn bare(text: &str, end: usize) -> Option<Clock> {
    let found = pattern!(r"^\s*,?\s*(\d{1,2})(?:\s*$|\s*[,;:]|\s+[a-z])").captures(&text[end..])?;
    let number = found.get(1)?;
    let hour: i8 = number.as_str().parse().ok()?;
    let unit = pattern!(r"(?i)^\s*(?:%|best|worst|top|products|orders|units|customers|weeks|days|months)");
    if unit.is_match(&text[end + number.end()..]) {
        return None;
    }
    Some(Clock { time: Time::new(hour, 0, 0, 0).ok()?, start: end + number.start(), end: end + number.end() })
}

/// A time of day anywhere, where a word or a mark shows that it is one.
fn led(text: &str) -> Option<Clock> {
    clocks::first(text)
}
