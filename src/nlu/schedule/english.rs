//! On which days, in English.

use jiff::civil::{Date, Weekday};

use super::clocks::number;
use super::cuts::pattern;
use crate::domain::{MonthDay, Pattern, Weekdays};

const DAY: &str =
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?";

/// A pattern with the place of its words.
pub(super) type Hit = (Pattern, usize, usize);

/// The days a text names; `today` is the day that "every other" counts from.
pub(super) fn days(text: &str, today: Date) -> Option<Hit> {
    month(text).or_else(|| weeks(text, today)).or_else(|| named_days(text, today)).or_else(|| plain(text, today))
}

fn hit(found: &regex::Captures<'_>, pattern: Pattern) -> Option<Hit> {
    let whole = found.get(0)?;
    Some((pattern, whole.start(), whole.end()))
}

fn monthly(on: MonthDay, period: Option<&str>) -> Pattern {
    let every = if period.is_some_and(|period| period.to_lowercase().contains("quarter")) { 3 } else { 1 };
    Pattern::Monthly { on, every }
}

fn month(text: &str) -> Option<Hit> {
    let nth = pattern!(
        r"(?i)\b(?:on |every |each )?(?:the )?(first|1st|second|2nd|third|3rd|fourth|4th|last) (mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s? (?:of|in) (?:each|every|the|a) (month|quarter)\b"
    );
    if let Some(found) = nth.captures(text) {
        let nth = if found[1].eq_ignore_ascii_case("last") { -1 } else { i8::try_from(number(&found[1])?).ok()? };
        let day = weekday(&found[2])?.to_monday_one_offset();
        return hit(&found, monthly(MonthDay::Weekday { nth, day }, Some(&found[3])));
    }
    let last = pattern!(
        r"(?i)\b(?:on )?(?:the )?last day of (?:each |every |the |a )?(month|quarter)\b|\b(?:(?:monthly|every month|each month),? )?on the last day\b|\b(?:at )?(?:each |every |the )?(?:month[- ]end|end of (?:each|every|the) month)\b"
    );
    if let Some(found) = last.captures(text) {
        let period = found.get(1).map(|period| period.as_str().to_owned());
        return hit(&found, monthly(MonthDay::Last, period.as_deref()));
    }
    let day = pattern!(
        r"(?i)\b(?:on )?(?:the )?(\d{1,2}(?:st|nd|rd|th)?|first|second|third|fourth)(?: day)? (?:of|in) (?:each|every|the|a) (month|quarter)\b|\b(?:monthly|every month|each month),? (?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)\b|\b(?:on )?the (\d{1,2})(?:st|nd|rd|th),? (?:monthly|every month|each month)\b"
    );
    if let Some(found) = day.captures(text) {
        let said = found.get(1).or_else(|| found.get(3)).or_else(|| found.get(4))?;
        let day = number(said.as_str()).filter(|day| (1..=31).contains(day))?;
        let period = found.get(2).map(|period| period.as_str().to_owned());
        return hit(&found, monthly(MonthDay::Day(i8::try_from(day).ok()?), period.as_deref()));
    }
    // "a monthly report on the 15th" says the two apart.
    if pattern!(r"(?i)\b(?:monthly|every month|each month)\b").is_match(text)
        && let Some(found) = pattern!(r"(?i)\bon the (\d{1,2})(?:st|nd|rd|th)\b").captures(text)
    {
        let day = number(&found[1]).filter(|day| (1..=31).contains(day))?;
        return hit(&found, monthly(MonthDay::Day(i8::try_from(day).ok()?), None));
    }
    None
}

/// "every other Friday", "every two weeks on Monday", "fortnightly".
fn weeks(text: &str, today: Date) -> Option<Hit> {
    let found = pattern!(
        r"(?i)\b(?:every|each) (other|second|2nd|two|2|three|3|third|four|4|fourth) (?:weeks?\b(?:,? (?:on )?(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\b)?|(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\b)|\b(?:fortnightly|bi-?weekly|every fortnight)\b(?:,? (?:on )?(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\b)?"
    )
    .captures(text)?;
    let every = match found.get(1).map(|word| word.as_str().to_lowercase()) {
        None => 2,
        Some(word) if word == "other" => 2,
        Some(word) => u8::try_from(number(&word)?).ok()?,
    };
    let day = (2..=4).find_map(|at| found.get(at)).and_then(|day| weekday(day.as_str())).unwrap_or(Weekday::Monday);
    hit(&found, Pattern::Weekly { on: Weekdays::of(&[day])?, every, anchor: first_of(day, today) })
}

/// The next such day from a day on: the first time that something comes every other week.
pub(super) fn first_of(day: Weekday, today: Date) -> Date {
    let ahead = i32::from(today.weekday().until(day));
    today.saturating_add(jiff::Span::new().days(ahead))
}

fn weekly(on: Weekdays, today: Date) -> Pattern {
    Pattern::Weekly { on, every: 1, anchor: today }
}

/// "every Mon and Thu", "Mondays", "Monday to Friday", "next Monday".
fn named_days(text: &str, today: Date) -> Option<Hit> {
    let list = format!(
        r"(?i)\b(?:(weekly,? (?:on )?|every week,? (?:on )?|every |each |on )|(next |this coming |this |coming ))?({DAY}(?: ?- ?| to | through | till ){DAY}|{DAY}(?:(?: ?, ?and | ?, ?| and | ?& ?| ?\+ ?| ?/ ?){DAY})*)\b"
    );
    static LIST: std::sync::OnceLock<regex::Regex> = std::sync::OnceLock::new();
    let list = LIST.get_or_init(|| regex::Regex::new(&list).expect("the pattern is fixed and tested"));
    let ranges = pattern!(r"(?i) ?- ?| to | through | till ");
    for found in list.captures_iter(text) {
        let whole = found.get(0)?;
        let before = text[..whole.start()].trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
        if ["last", "previous", "since", "past", "by", "from", "until", "against", "vs"].contains(&before.as_str()) {
            continue;
        }
        let said = found.get(3)?.as_str();
        let names: Vec<Weekday> = said.split(|c: char| !c.is_ascii_alphabetic()).filter_map(weekday).collect();
        let is_range = ranges.is_match(said);
        let days = match names[..] {
            [from, to] if is_range => {
                Weekdays::of(&from.cycle_forward().take(usize::try_from(from.until(to)).ok()? + 1).collect::<Vec<_>>())?
            }
            _ => Weekdays::of(&names)?,
        };
        let once = found.get(2).is_some() && names.len() == 1;
        let pattern = match names.first() {
            Some(day) if once => {
                let date = first_of(*day, today);
                Pattern::Once(if date == today { first_of(*day, today.tomorrow().ok()?) } else { date })
            }
            _ => weekly(days, today),
        };
        return hit(&found, pattern);
    }
    None
}

fn plain(text: &str, today: Date) -> Option<Hit> {
    for found in pattern!(r"(?i)\b(?:every |each |on )?(?:(weekdays?|work(?:ing)? ?days?|business days?)|weekends?)\b")
        .captures_iter(text)
    {
        let whole = found.get(0)?;
        let before = text[..whole.start()].trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
        if ["by", "per", "of", "against"].contains(&before.as_str()) {
            continue;
        }
        let on = if found.get(1).is_some() { Weekdays::WORKING } else { Weekdays::WEEKEND };
        return hit(&found, weekly(on, today));
    }
    if let Some(found) = pattern!(r"(?i)\b(?:every ?day|each day|daily|once a day|every (?:morning|evening|afternoon|night|noon)|each (?:morning|evening|afternoon|night)|mornings|evenings)\b").captures(text) {
        return hit(&found, Pattern::Daily);
    }
    if let Some(found) = pattern!(r"(?i)\b(?:weekly|every week|each week|once a week)\b").captures(text) {
        return hit(&found, weekly(Weekdays::of(&[Weekday::Monday])?, today));
    }
    if let Some(found) = pattern!(r"(?i)\b(?:monthly|every month|each month|once a month)\b").captures(text) {
        return hit(&found, monthly(MonthDay::Day(1), None));
    }
    if let Some(found) = pattern!(r"(?i)\b(?:quarterly|every quarter|each quarter|once a quarter)\b").captures(text) {
        return hit(&found, monthly(MonthDay::Day(1), Some("quarter")));
    }
    if let Some(found) = pattern!(r"(?i)\b(today|tonight|tomorrow|the day after tomorrow)\b").captures(text) {
        let date = match found[1].to_lowercase().as_str() {
            "today" | "tonight" => today,
            "tomorrow" => today.tomorrow().ok()?,
            _ => today.tomorrow().ok()?.tomorrow().ok()?,
        };
        return hit(&found, Pattern::Once(date));
    }
    None
}

/// A day of the week, by its name or the beginning of it.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let word = word.to_lowercase();
    Some(match word.get(..3)? {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}
