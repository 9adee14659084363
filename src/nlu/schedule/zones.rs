//! Time zones: "9am London time", "18:00 UTC", "Europe/Paris", 北京时间.

use jiff::tz::TimeZone;

use super::cuts::pattern;

/// Names that the database does not have.
const OTHERS: &[(&str, &str)] = &[
    ("utc", "UTC"),
    ("gmt", "UTC"),
    ("cet", "Europe/Berlin"),
    ("cest", "Europe/Berlin"),
    ("bst", "Europe/London"),
    ("uk", "Europe/London"),
    ("et", "America/New_York"),
    ("est", "America/New_York"),
    ("edt", "America/New_York"),
    ("eastern", "America/New_York"),
    ("ct", "America/Chicago"),
    ("central", "America/Chicago"),
    ("mountain", "America/Denver"),
    ("pt", "America/Los_Angeles"),
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("pacific", "America/Los_Angeles"),
    ("beijing", "Asia/Shanghai"),
    ("china", "Asia/Shanghai"),
    ("北京", "Asia/Shanghai"),
    ("中国", "Asia/Shanghai"),
    ("上海", "Asia/Shanghai"),
    ("香港", "Asia/Hong_Kong"),
    ("东京", "Asia/Tokyo"),
    ("伦敦", "Europe/London"),
    ("巴黎", "Europe/Paris"),
    ("柏林", "Europe/Berlin"),
    ("纽约", "America/New_York"),
    ("洛杉矶", "America/Los_Angeles"),
    ("悉尼", "Australia/Sydney"),
];

/// The zone that a text names, and where; `clock_end` is where its time of day ends.
pub(super) fn find(text: &str, clock_end: Option<usize>) -> Option<(String, usize, usize)> {
    if let Some(found) = pattern!(r"\b[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?\b").find(text)
        && let Ok(zone) = TimeZone::get(found.as_str())
    {
        let name = zone.iana_name().unwrap_or(found.as_str()).to_owned();
        return Some((name, found.start(), found.end()));
    }
    // An abbreviation right behind the time.
    if let Some(end) = clock_end
        && let Some(found) =
            pattern!(r"(?i)^\s*\(?(utc|gmt|cest|cet|bst|est|edt|pst|pdt|et|pt|ct)\b\)?").captures(&text[end..])
    {
        let zone = other(&found[1])?;
        return Some((zone, end, end + found[0].len()));
    }
    for found in pattern!(r"(?i)([a-z]+(?: [a-z]+){0,2}) time\b|([\p{Han}]{2,3}|utc|gmt) ?时间").captures_iter(text) {
        let whole = found.get(0)?;
        if let Some(name) = found.get(2) {
            let letters: Vec<char> = name.as_str().chars().collect();
            for from in 0..letters.len().saturating_sub(1) {
                let city: String = letters[from..].iter().collect();
                if let Some(zone) = other(&city.to_lowercase()) {
                    let start = name.end() - city.len();
                    return Some((zone, start, whole.end()));
                }
            }
            continue;
        }
        let words: Vec<&str> = found.get(1)?.as_str().split(' ').collect();
        for from in 0..words.len() {
            let city = words[from..].join(" ");
            if let Some(zone) = other(&city.to_lowercase()).or_else(|| city_zone(&city)) {
                let start = found.get(1)?.end() - city.len();
                return Some((zone, start, whole.end()));
            }
        }
    }
    None
}

fn other(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    OTHERS.iter().find(|(other, _)| *other == name).map(|(_, zone)| (*zone).to_owned())
}

/// The zone of the database whose last part is this city.
fn city_zone(city: &str) -> Option<String> {
    let wanted = city.replace(' ', "_").to_lowercase();
    jiff::tz::db().available().map(|name| name.to_string()).find(|name| {
        name.split_once('/').is_some() && name.rsplit('/').next().is_some_and(|last| last.to_lowercase() == wanted)
    })
}
