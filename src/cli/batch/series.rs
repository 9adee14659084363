//! The steps of a series: what time stands beside each value, how far the steps lie apart, and which come next.

use std::path::Path;

use anyhow::{Result, bail};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time as Clock, Weekday};
use jiff::tz::Offset;

const DAY: i64 = 86_400;

/// One value of a series.
#[derive(Debug)]
pub(super) struct Point {
    pub(super) at: Time,
    /// How far its clock was ahead of UTC, where that was written.
    pub(super) offset: Option<Offset>,
    pub(super) text: String,
    pub(super) value: f64,
    pub(super) line: u64,
}

/// When.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Time {
    Step(i64),
    Moment(DateTime),
}

/// The distance of two neighbouring steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spacing {
    Steps(i64),
    Seconds(i64),
    /// Monday to Friday.
    BusinessDays,
    /// Months, each with the same day of it.
    Months {
        count: i64,
        day: MonthDay,
    },
}

/// A day that every month has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MonthDay {
    /// This one, or the last of a shorter month.
    Numbered(i8),
    Last,
    LastBusinessDay,
}

/// Reads a time and the offset that it names.
pub(super) fn parse_time(text: &str) -> Option<(Time, Option<Offset>)> {
    if let Ok(step) = text.parse::<i64>() {
        return Some((Time::Step(step), None));
    }
    let (text, offset) = match text.find([':', 'T', 't']) {
        Some(_) => split_offset(text)?,
        None => (text, None),
    };
    if let Ok(moment) = text.parse::<DateTime>() {
        return Some((Time::Moment(moment), offset));
    }
    // A month alone, such as 2024-05.
    let date: Date = text.parse().ok().or_else(|| format!("{text}-01").parse().ok())?;
    Some((Time::Moment(date.to_datetime(Clock::midnight())), offset))
}

/// Takes Z, +02:00, +0200 or +02 off the end of a moment; `None` where an offset cannot be.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(text) = text.strip_suffix(['Z', 'z']) {
        return Some((text, Some(Offset::UTC)));
    }
    // The dashes of the date come before its clock.
    let clock = text.find(['T', 't', ' '])?;
    let Some(sign) = text[clock..].rfind(['+', '-']).map(|at| at + clock) else { return Some((text, None)) };
    let digits: String = text[sign + 1..].chars().filter(|letter| *letter != ':').collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !(digits.len() == 2 || digits.len() == 4) {
        return None;
    }
    let (hours, minutes) = (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().unwrap_or(0));
    let seconds = (hours * 60 + minutes) * 60 * if text[sign..].starts_with('-') { -1 } else { 1 };
    Some((text[..sign].trim_end(), Some(Offset::from_seconds(seconds).ok()?)))
}

/// Puts steps of less than a day that name offsets on the clock of the last one: an hour is an hour where clocks change.
/// Days stay as they were written.
pub(super) fn on_one_clock(points: &mut [Point]) {
    let moments: Option<Vec<(DateTime, Offset)>> = points
        .iter()
        .map(|point| match (point.at, point.offset) {
            (Time::Moment(moment), Some(offset)) => Some((moment, offset)),
            _ => None,
        })
        .collect();
    let Some(moments) = moments else { return };
    let latest = moments.iter().max_by_key(|(moment, _)| *moment);
    let Some(&(_, to)) = latest.filter(|_| moments.iter().any(|(_, offset)| *offset != moments[0].1)) else { return };
    if moments.iter().all(|(moment, _)| moment.time() == moments[0].0.time()) {
        return;
    }
    for (point, (moment, from)) in points.iter_mut().zip(moments) {
        if let Ok(moved) = moment.checked_add(i64::from(to.seconds() - from.seconds()).seconds()) {
            point.at = Time::Moment(moved);
            point.offset = Some(to);
        }
    }
}

fn months(moment: DateTime) -> i64 {
    i64::from(moment.year()) * 12 + i64::from(moment.month()) - 1
}

fn seconds(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_secs()
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// How many business days a day lies after some Monday long ago.
fn business_days(moment: DateTime) -> i64 {
    let days = seconds(Date::constant(1, 1, 1).to_datetime(Clock::midnight()), moment).div_euclid(DAY);
    // The first of January of the year 1 was a Monday.
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(4)
}

fn last_business_day(date: Date) -> Date {
    let last = date.last_of_month();
    let back = match last.weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        _ => 0,
    };
    last.saturating_sub(back.days())
}

impl MonthDay {
    /// The day of the month that this date lies in.
    fn of(self, date: Date) -> Date {
        let last = date.last_of_month();
        match self {
            MonthDay::Numbered(day) => Date::new(date.year(), date.month(), day.min(last.day())).unwrap_or(last),
            MonthDay::Last => last,
            MonthDay::LastBusinessDay => last_business_day(date),
        }
    }
}

/// The spacing of a series: its smallest distance; in months where every date is the same day of one, in business days
/// where none lies on a weekend though some weekend lies between them.
pub(super) fn spacing(points: &[Point]) -> Result<Spacing> {
    let steps: Vec<i64> = points.iter().filter_map(|p| if let Time::Step(s) = p.at { Some(s) } else { None }).collect();
    let smallest = |distances: Vec<i64>| distances.into_iter().filter(|d| *d > 0).min();
    if !steps.is_empty() {
        return Ok(Spacing::Steps(
            smallest(steps.windows(2).map(|w| w[1].saturating_sub(w[0])).collect()).unwrap_or(1),
        ));
    }
    let moments: Vec<DateTime> =
        points.iter().filter_map(|p| if let Time::Moment(m) = p.at { Some(m) } else { None }).collect();
    let Some(first) = moments.first() else { bail!("an empty series") };
    let apart = smallest(moments.windows(2).map(|w| seconds(w[0], w[1])).collect()).unwrap_or(DAY);
    if apart >= 25 * DAY {
        let largest = moments.iter().map(|moment| moment.day()).max().unwrap_or(first.day());
        // Where every day is the last, 30 and 31 are no numbers of days.
        let days = [MonthDay::Last, MonthDay::Numbered(largest), MonthDay::LastBusinessDay];
        let is_one_day = moments.iter().all(|moment| moment.day() == first.day());
        let fits = |day: MonthDay| moments.iter().all(|moment| day.of(moment.date()) == moment.date());
        let day = if is_one_day { Some(MonthDay::Numbered(largest)) } else { days.into_iter().find(|day| fits(*day)) };
        // "The 30th, in February the 28th": each in a month of its own, and no fixed number of days apart.
        let ahead: Vec<i64> = moments.windows(2).map(|w| months(w[1]) - months(w[0])).collect();
        let is_near = moments.iter().all(|moment| largest - moment.day() <= 3) && ahead.iter().all(|ahead| *ahead > 0);
        let is_even = moments.windows(2).all(|w| seconds(w[0], w[1]) % apart == 0);
        let day = day.or_else(|| (is_near && !is_even).then_some(MonthDay::Numbered(largest)));
        if let Some(day) = day {
            return Ok(Spacing::Months { count: smallest(ahead).unwrap_or(1), day });
        }
    }
    let is_at_work = moments.iter().all(|moment| !is_weekend(moment.date()) && moment.time() == first.time());
    let weekends = moments.windows(2).any(|w| seconds(w[0], w[1]) == 3 * DAY && w[1].weekday() == Weekday::Monday);
    if apart == DAY && is_at_work && weekends {
        return Ok(Spacing::BusinessDays);
    }
    Ok(Spacing::Seconds(apart.max(1)))
}

/// The steps in a season that a spacing suggests.
pub(super) fn season_of(spacing: Spacing) -> usize {
    match spacing {
        Spacing::Months { count: 1, .. } => 12,
        Spacing::Months { count: 3, .. } => 4,
        Spacing::Seconds(604_800) => 52,
        Spacing::Seconds(DAY) => 7,
        Spacing::Seconds(3_600) => 24,
        Spacing::BusinessDays => 5,
        Spacing::Months { .. } | Spacing::Seconds(_) | Spacing::Steps(_) => 1,
    }
}

/// The steps of a week and of a year, for days.
pub(super) fn long_season_of(spacing: Spacing) -> Option<(usize, f64)> {
    match spacing {
        Spacing::Seconds(DAY) => Some((7, 365.25)),
        Spacing::BusinessDays => Some((5, 365.25 * 5.0 / 7.0)),
        Spacing::Seconds(_) | Spacing::Steps(_) | Spacing::Months { .. } => None,
    }
}

/// The values at every step, not-a-number where one is missing.
pub(super) fn regular(points: &[Point], spacing: Spacing, file: &Path) -> Result<Vec<f64>> {
    let Some(first) = points.first() else { bail!("an empty series") };
    let mut values: Vec<f64> = Vec::with_capacity(points.len());
    for point in points {
        let (distance, unit) = match (first.at, point.at, spacing) {
            (Time::Step(from), Time::Step(to), Spacing::Steps(unit)) => (to.saturating_sub(from), unit),
            (Time::Moment(from), Time::Moment(to), Spacing::Seconds(unit)) => (seconds(from, to), unit),
            (Time::Moment(from), Time::Moment(to), Spacing::BusinessDays) => {
                (business_days(to) - business_days(from), 1)
            }
            (Time::Moment(from), Time::Moment(to), Spacing::Months { count, .. }) => (months(to) - months(from), count),
            _ => bail!("dates and numbers are mixed"),
        };
        if distance % unit != 0 {
            bail!(
                "{}, line {}: {:?} does not fit the spacing of the steps before it",
                file.display(),
                point.line,
                point.text
            );
        }
        let place = usize::try_from(distance / unit).unwrap_or(usize::MAX);
        if place > 5 * points.len() + 10 {
            bail!(
                "{}, line {}: more than four of five steps before {:?} are missing",
                file.display(),
                point.line,
                point.text
            );
        }
        values.resize(place, f64::NAN);
        values.push(point.value);
    }
    Ok(values)
}

/// The step `h` steps after the last, written as the last is.
pub(super) fn after(last: &Point, spacing: Spacing, h: i64) -> Result<String> {
    let moment = match (last.at, spacing) {
        (Time::Step(step), Spacing::Steps(unit)) => return Ok(step.saturating_add(unit.saturating_mul(h)).to_string()),
        (Time::Moment(moment), Spacing::Seconds(unit)) => moment.checked_add((unit * h).seconds())?,
        (Time::Moment(moment), Spacing::BusinessDays) => {
            let weekday = i64::from(moment.weekday().to_monday_zero_offset());
            let ahead = weekday + h;
            moment.checked_add((ahead.div_euclid(5) * 7 + ahead.rem_euclid(5) - weekday).days())?
        }
        (Time::Moment(moment), Spacing::Months { count, day }) => {
            let first = moment.first_of_month().checked_add((count * h).months())?;
            day.of(first.date()).to_datetime(moment.time())
        }
        _ => bail!("dates and numbers are mixed"),
    };
    if !last.text.contains(':') {
        return Ok(moment.date().to_string());
    }
    let offset = match last.offset {
        Some(_) if last.text.ends_with(['Z', 'z']) => "Z".to_owned(),
        Some(offset) => {
            let minutes = offset.seconds() / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        }
        None => String::new(),
    };
    Ok(format!("{moment}{offset}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(texts: &[&str]) -> Vec<Point> {
        let point = |(line, text): (usize, &&str)| {
            let (at, offset) = parse_time(text).expect("a time");
            Point { at, offset, text: (*text).to_owned(), value: line as f64, line: line as u64 }
        };
        let mut points: Vec<_> = texts.iter().enumerate().map(point).collect();
        on_one_clock(&mut points);
        points
    }

    #[test]
    fn steps_go_on_as_they_came() {
        let check = |texts: &[&str], next: &str, season: usize| {
            let points = points(texts);
            let spacing = spacing(&points).unwrap();
            let last = points.last().unwrap();
            assert_eq!(after(last, spacing, 1).unwrap(), next);
            assert_eq!(season_of(spacing), season);
            let values = regular(&points, spacing, Path::new("f")).unwrap();
            assert_eq!(values.iter().filter(|value| !value.is_nan()).count(), texts.len());
        };
        check(&["1", "2", "3"], "4", 1);
        check(&["10", "20", "40"], "50", 1);
        check(&["2024-01-31", "2024-02-29", "2024-03-31"], "2024-04-30", 12);
        check(&["2020-01-30", "2020-02-28", "2020-03-30"], "2020-04-30", 12);
        check(&["2023-01-30", "2023-02-28", "2023-03-30"], "2023-04-30", 12);
        check(&["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-28"], "2023-05-31", 12);
        check(&["2024-01", "2024-02"], "2024-03-01", 12);
        check(&["2023-01-01", "2023-04-01", "2023-07-01"], "2023-10-01", 4);
        check(&["2023-03-31", "2023-06-30", "2023-09-30"], "2023-12-31", 4);
        check(&["2024-02-27", "2024-02-28"], "2024-02-29", 7);
        check(&["2024-01-01", "2024-01-08"], "2024-01-15", 52);
        // A Friday, a holiday on the Wednesday after it, and on to the next Monday.
        check(&["2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09", "2024-01-11", "2024-01-12"], "2024-01-15", 5);
        check(&["2024-01-01T00:00:00+02:00", "2024-01-01T01:00:00+02:00"], "2024-01-01T02:00:00+02:00", 24);
        check(&["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"], "2024-01-01T02:00:00Z", 24);
        check(&["2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00"], "2024-03-31T04:00:00+02:00", 24);
        check(
            &["2024-03-30T00:00+01:00", "2024-03-31T00:00+01:00", "2024-04-01T00:00+02:00"],
            "2024-04-02T00:00:00+02:00",
            7,
        );
    }

    #[test]
    fn gaps_become_missing_values_and_odd_steps_are_refused() {
        let with_gap = points(&["2024-01-01", "2024-01-02", "2024-01-04"]);
        let values = regular(&with_gap, spacing(&with_gap).unwrap(), Path::new("f")).unwrap();
        assert_eq!(values.len(), 4);
        assert!(values[2].is_nan());
        let odd = points(&["0", "10", "25"]);
        assert!(regular(&odd, spacing(&odd).unwrap(), Path::new("f")).unwrap_err().to_string().contains("line 2"));
    }

    #[test]
    fn a_clock_that_is_none_is_refused() {
        for text in ["2024-01-01T00:00+2", "2024-01-01T00:00+99:00", "yesterday", "2024-13-01", "2024-01-01T25:00"] {
            assert!(parse_time(text).is_none(), "{text}");
        }
    }
}
