//! Days and moments as files write them. Which of day and month comes first is a property of a column, found over all
//! of its rows.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

use crate::facts::days::{date_of, moment_of, second_number};

/// Which comes first in 3/4/2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOrder {
    /// The 3rd of April.
    DayFirst,
    /// March 4th.
    MonthFirst,
}

/// Reads a moment on the wall clock.
///
/// A text without a zone means the company's wall clock and is taken as it is. One that names an offset is turned into
/// the company's time zone where `zone` is given, and is otherwise taken as written too.
#[must_use]
pub(super) fn parse(text: &str, order: DayOrder, zone: Option<&TimeZone>) -> Option<DateTime> {
    let text = text.trim();
    if let Some(at) = epoch(text) {
        return Some(match zone {
            Some(zone) => in_zone(at, 0, zone),
            None => at,
        });
    }
    let (date, rest) = date_part(text, order)?;
    let (time, offset) = time_part(rest)?;
    let at = date.to_datetime(time);
    Some(match (offset, zone) {
        (Some(offset), Some(zone)) => in_zone(at, offset, zone),
        _ => at,
    })
}

/// Reads a spreadsheet's number of days since 1899-12-30.
#[must_use]
pub(super) fn parse_serial(text: &str) -> Option<DateTime> {
    let serial: f64 = text.trim().parse().ok().filter(|serial| (20_000.0..80_000.0).contains(serial))?;
    Some(moment_of(((serial - 25_569.0) * 86_400.0).round() as i64))
}

fn in_zone(at: DateTime, offset_seconds: i32, zone: &TimeZone) -> DateTime {
    Offset::from_seconds(offset_seconds)
        .and_then(|offset| offset.to_timestamp(at))
        .map_or(at, |instant| zone.to_datetime(instant))
}

/// Seconds or milliseconds since 1970 in UTC, from 2000 to 2100.
fn epoch(text: &str) -> Option<DateTime> {
    if !matches!(text.len(), 10 | 13) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    let second = if text.len() == 13 { number / 1_000 } else { number };
    (946_684_800..4_102_444_800).contains(&second).then(|| moment_of(second))
}

/// Takes digits off the start.
fn digits(text: &str) -> Option<(i32, usize, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 || length > 8 {
        return None;
    }
    Some((text[..length].parse().ok()?, length, &text[length..]))
}

/// Takes letters off the start.
fn word(text: &str) -> (&str, &str) {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    text.split_at(length)
}

fn month_of(name: &str) -> Option<i32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start: String = name.chars().take(3).collect::<String>().to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == start)?;
    i32::try_from(at + 1).ok()
}

fn separated(text: &str) -> &str {
    text.trim_start_matches(['/', '-', '.', ' ', ',', '年', '月'])
}

fn full_year(year: i32, length: usize) -> Option<i32> {
    match length {
        4 => Some(year),
        // POSIX: 69 to 99 mean the last century.
        2 => Some(if year < 69 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (1900..2200).contains(&date.year()).then_some(date)
}

/// The date a text starts with, and what follows it.
fn date_part(text: &str, order: DayOrder) -> Option<(Date, &str)> {
    if text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        let (name, rest) = word(text);
        return match month_of(name) {
            // Jan 5, 2010
            Some(month) => {
                let (day, _, rest) = digits(separated(rest))?;
                let (year, length, rest) = digits(separated(rest.trim_start_matches(['s', 't', 'n', 'd', 'r', 'h'])))?;
                Some((date(full_year(year, length)?, month, day)?, rest))
            }
            // Tue, 5 Jan 2010
            None if ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                .contains(&name.get(..3)?.to_ascii_lowercase().as_str()) =>
            {
                let rest = separated(rest);
                if word(rest).0.is_empty() || month_of(word(rest).0).is_some() { date_part(rest, order) } else { None }
            }
            None => None,
        };
    }
    let (first, length, rest) = digits(text)?;
    match length {
        // 20250304
        8 => Some((date(first / 10_000, first / 100 % 100, first % 100)?, rest)),
        // 2025-03-04, 2025/3/4, 2025年3月4日
        4 => {
            let (month, rest) = month_part(separated(rest))?;
            let (day, _, rest) = digits(separated(rest))?;
            Some((date(first, month, day)?, rest.trim_start_matches('日')))
        }
        1 | 2 => {
            let rest = separated(rest);
            // 5 Jan 2010
            if rest.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
                let (month, rest) = month_part(rest)?;
                let (year, length, rest) = digits(separated(rest))?;
                return Some((date(full_year(year, length)?, month, first)?, rest));
            }
            let (second, _, rest) = digits(rest)?;
            let (year, length, rest) = digits(separated(rest))?;
            let (day, month) = match order {
                DayOrder::DayFirst => (first, second),
                DayOrder::MonthFirst => (second, first),
            };
            Some((date(full_year(year, length)?, month, day)?, rest))
        }
        _ => None,
    }
}

fn month_part(text: &str) -> Option<(i32, &str)> {
    if text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        let (name, rest) = word(text);
        return Some((month_of(name)?, rest));
    }
    let (month, _, rest) = digits(text)?;
    Some((month, rest))
}

/// The time of day a text is, with the seconds its zone lies ahead of UTC where it names one. Nothing is midnight.
fn time_part(text: &str) -> Option<(Time, Option<i32>)> {
    let text = text.trim_start_matches(['T', 't', ' ', ',']);
    if text.is_empty() {
        return Some((Time::midnight(), None));
    }
    let (hour, _, rest) = digits(text)?;
    let (minute, _, rest) = digits(rest.strip_prefix(':')?)?;
    let (second, mut rest) = match rest.strip_prefix(':') {
        Some(rest) => {
            let (second, _, rest) = digits(rest)?;
            (second, rest)
        }
        None => (0, rest),
    };
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        rest = fraction.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    let rest = rest.trim();
    let upper = rest.to_ascii_uppercase();
    let (hour, rest) = match (upper.get(..2), hour) {
        (Some("AM"), 12) => (0, &rest[2..]),
        (Some("PM"), 1..12) => (hour + 12, &rest[2..]),
        (Some("AM" | "PM"), _) => (hour, &rest[2..]),
        _ => (hour, rest),
    };
    let part = |value: i32| i8::try_from(value).ok();
    let time = Time::new(part(hour)?, part(minute)?, part(second.min(59))?, 0).ok()?;
    Some((time, zone_part(rest.trim())?))
}

/// The offset a text names: `None` where it is none at all, `Some(None)` where it is empty.
fn zone_part(text: &str) -> Option<Option<i32>> {
    match text {
        "" => return Some(None),
        "Z" | "z" | "UTC" | "GMT" => return Some(Some(0)),
        _ => {}
    }
    let text = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(text);
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (number, length, rest) = digits(text.strip_prefix(['+', '-'])?)?;
    let (hours, minutes) = match (length, rest.strip_prefix(':')) {
        (4, None) => (number / 100, number % 100),
        (1 | 2, None) if rest.is_empty() => (number, 0),
        (1 | 2, Some(rest)) => (number, digits(rest)?.0),
        _ => return None,
    };
    (hours <= 15 && minutes < 60).then_some(Some(sign * (hours * 3_600 + minutes * 60)))
}

/// What the rows of a column say about the order of day and month.
#[derive(Debug, Clone, Default)]
pub(super) struct OrderVotes {
    most_first: i32,
    most_second: i32,
    rows: u64,
    /// How often a date lies before the one of the row before, read either way: files are mostly in order.
    backward: [u64; 2],
    last: [i64; 2],
    american: bool,
    dotted: bool,
}

impl OrderVotes {
    /// Looks at one cell; only those like 3/4/2025 say anything.
    pub(super) fn look(&mut self, text: &str) {
        let text = text.trim();
        let Some((first, 1..=2, rest)) = digits(text) else { return };
        let dotted = rest.starts_with('.');
        let Some((second, 1..=2, rest)) = digits(separated(rest)) else { return };
        if !rest.starts_with(['/', '-', '.']) {
            return;
        }
        self.rows += 1;
        self.dotted |= dotted;
        self.american |= text.ends_with("AM") || text.ends_with("PM");
        self.most_first = self.most_first.max(first);
        self.most_second = self.most_second.max(second);
        for (at, order) in [DayOrder::DayFirst, DayOrder::MonthFirst].into_iter().enumerate() {
            if let Some(moment) = parse(text, order, None) {
                let now = second_number(moment);
                self.backward[at] += u64::from(now < self.last[at]);
                self.last[at] = now;
            }
        }
    }

    /// Whether there were such cells.
    pub(super) fn says_something(&self) -> bool {
        self.rows > 0
    }

    /// The order, and whether the rows leave no doubt.
    pub(super) fn order(&self) -> (DayOrder, bool) {
        match (self.most_first > 12, self.most_second > 12) {
            _ if self.rows == 0 => (DayOrder::DayFirst, true),
            (true, false) => (DayOrder::DayFirst, true),
            (false, true) => (DayOrder::MonthFirst, true),
            // Rows of both kinds: those that do not fit will be listed.
            (true, true) => (DayOrder::DayFirst, false),
            (false, false) if self.dotted => (DayOrder::DayFirst, false),
            (false, false) if self.american => (DayOrder::MonthFirst, false),
            (false, false) if self.backward[0] < self.backward[1] => (DayOrder::DayFirst, false),
            (false, false) if self.backward[1] < self.backward[0] => (DayOrder::MonthFirst, false),
            (false, false) => (DayOrder::DayFirst, false),
        }
    }
}

/// The day of a moment number, for tests of agreement.
#[cfg(test)]
fn day(text: &str, order: DayOrder) -> Option<String> {
    parse(text, order, None).map(|at| at.date().to_string())
}

/// A day as files may number it.
pub(super) fn is_plausible(at: DateTime) -> bool {
    at.date() >= date_of(-25_567) && at.date().year() < 2200
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn reads_what_files_write() {
        let any = |text| parse(text, DayOrder::DayFirst, None);
        assert_eq!(any("2009-12-01 07:45:00"), Some(datetime(2009, 12, 1, 7, 45, 0, 0)));
        assert_eq!(any("2009-12-01T07:45:09.123Z"), Some(datetime(2009, 12, 1, 7, 45, 9, 0)));
        assert_eq!(any("2009/12/1"), Some(datetime(2009, 12, 1, 0, 0, 0, 0)));
        assert_eq!(any("20091201"), Some(datetime(2009, 12, 1, 0, 0, 0, 0)));
        assert_eq!(any("1 Dec 2009 7:45 PM"), Some(datetime(2009, 12, 1, 19, 45, 0, 0)));
        assert_eq!(any("Dec 1, 2009"), Some(datetime(2009, 12, 1, 0, 0, 0, 0)));
        assert_eq!(any("Tue, 1 Dec 2009 07:45:00 +0100"), Some(datetime(2009, 12, 1, 7, 45, 0, 0)));
        assert_eq!(any("2009年12月1日"), Some(datetime(2009, 12, 1, 0, 0, 0, 0)));
        assert_eq!(any("1259653500"), Some(datetime(2009, 12, 1, 7, 45, 0, 0)));
        assert_eq!(any("12/30/17"), None);
        assert_eq!(any("2009-13-01"), None);
        assert_eq!(any("2009-12-01 25:00"), None);
        assert_eq!(any("yesterday"), None);
        assert_eq!(any(""), None);
        assert_eq!(any("12.5"), None);
        assert_eq!(day("12/30/17", DayOrder::MonthFirst).as_deref(), Some("2017-12-30"));
        assert_eq!(day("3.4.2025", DayOrder::DayFirst).as_deref(), Some("2025-04-03"));
        assert_eq!(parse_serial("40148.322917"), Some(datetime(2009, 12, 1, 7, 45, 0, 0)));
    }

    #[test]
    fn a_moment_without_a_zone_is_the_companys_wall_clock() {
        let berlin = TimeZone::fixed(Offset::from_seconds(7_200).unwrap());
        let with = |text| parse(text, DayOrder::DayFirst, Some(&berlin));
        assert_eq!(with("2025-07-01 23:30:00"), Some(datetime(2025, 7, 1, 23, 30, 0, 0)));
        assert_eq!(with("2025-07-01T23:30:00Z"), Some(datetime(2025, 7, 2, 1, 30, 0, 0)));
        assert_eq!(with("2025-07-01T23:30:00-05:00"), Some(datetime(2025, 7, 2, 6, 30, 0, 0)));
    }

    #[test]
    fn the_whole_column_decides() {
        let votes = |texts: &[&str]| {
            let mut votes = OrderVotes::default();
            texts.iter().for_each(|text| votes.look(text));
            votes.order()
        };
        assert_eq!(votes(&["1/2/2025", "13/2/2025"]), (DayOrder::DayFirst, true));
        assert_eq!(votes(&["1/2/2025", "2/13/2025"]), (DayOrder::MonthFirst, true));
        assert_eq!(votes(&["1/2/2025", "1/3/2025", "1/4/2025", "2/1/2025"]), (DayOrder::MonthFirst, false));
        assert_eq!(votes(&["2025-01-02"]), (DayOrder::DayFirst, true));
    }
}
