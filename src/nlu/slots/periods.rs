//! The periods of a message: what is asked about, what it is compared with, how far ahead.

use jiff::civil::Date;

use crate::domain::{DateRange, Horizon, HorizonUnit, Intent, Resolved, SlotKind, Slots};
use crate::nlu::Context;
use crate::nlu::dates::{Found, Kind, Open, TimeUnit};

use super::Reading;

/// Words between a figure and what it is set against.
const AGAINST: &[&str] = &[
    "vs",
    "vs.",
    "versus",
    "against",
    "compared to",
    "compared with",
    "compare to",
    "compare with",
    "comparing to",
    "relative to",
    "than",
    "than in",
    "over",
    "from",
    "v",
    "to the",
    "with the",
    "than the",
    "against the",
    "on",
    "vs the",
    "compared to the",
    "compared with the",
    "on the",
    "than that of",
    "than it was",
    "than it was in",
    "than they were",
    "与",
    "和",
    "跟",
    "比",
    "同",
    "对比",
    "相比",
    "较",
    "比较",
    "相对于",
    "相较",
];

/// Words that the calendar reads as a day and people mean no day by.
const NO_PERIOD: &[&str] =
    &["now", "right now", "currently", "at the moment", "recently", "lately", "最近", "近期", "近来", "现在", "目前"];

/// Words that mean the same period a year before.
const YEAR_BEFORE: &[&str] = &[
    "year over year",
    "year-over-year",
    "year on year",
    "year-on-year",
    "yoy",
    "y/y",
    "same period last year",
    "same time last year",
    "same month last year",
    "same week last year",
    "same quarter last year",
    "same day last year",
    "a year earlier",
    "a year ago",
    "previous year",
    "prior year",
    "the year before",
    "last year's",
    "同比",
    "去年同期",
    "上年同期",
    "去年同月",
    "去年同一时期",
];

/// Words that mean the period just before.
const PERIOD_BEFORE: &[&str] = &[
    "month over month",
    "month-over-month",
    "month on month",
    "mom",
    "week over week",
    "week-over-week",
    "week on week",
    "wow",
    "quarter over quarter",
    "quarter on quarter",
    "qoq",
    "previous period",
    "prior period",
    "period before",
    "preceding period",
    "the month before",
    "the week before",
    "the quarter before",
    "the day before",
    "previous month",
    "previous week",
    "previous quarter",
    "prior month",
    "prior week",
    "prior quarter",
    "环比",
    "上期",
    "上一期",
    "前一个月",
    "前一周",
    "上一周期",
    "前一季度",
];

/// Which way words point back from a period that was spoken of before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// The period just before it.
    Period,
    /// The same days a year earlier.
    Year,
}

/// Whether a message points back from the period of the turn before: "and the week before", "vs last year".
#[must_use]
pub fn points_back(text: &str) -> Option<Back> {
    let w = super::Written::new(text, 200);
    let text = w.slice(0, w.len());
    let says = |words: &[&str]| words.iter().any(|word| holds(&text, word));
    if says(YEAR_BEFORE) || says(&["last year", "去年"]) {
        return Some(Back::Year);
    }
    (says(PERIOD_BEFORE) || says(&["month before that", "week before that"])).then_some(Back::Period)
}

pub(super) fn read(reading: &Reading<'_>, context: &Context<'_>, slots: &mut Slots) {
    let text = reading.w.slice(0, reading.w.len());
    let today = context.now.date();
    let mut periods: Vec<(&Found, DateRange, bool)> = Vec::new();
    for found in &reading.dates {
        // "now by region" and "最近" name no day.
        if NO_PERIOD.contains(&found.text.trim().to_lowercase().as_str()) {
            continue;
        }
        let Some(range) = period_of(found, today, context) else { continue };
        periods.push((found, range, is_against(reading, found)));
    }
    if reading.wants(SlotKind::Horizon) {
        slots.horizon = horizon(reading, &periods, today);
    }
    let dated = reading.wants(SlotKind::DateRange);
    let compared = reading.wants(SlotKind::Baseline);
    let year_before = YEAR_BEFORE.iter().find(|word| holds(&text, word));
    let period_before = PERIOD_BEFORE.iter().find(|word| holds(&text, word));
    let base_said = |word: &Option<&&str>, found: &Found| {
        word.is_some_and(|word| {
            word.contains(found.text.to_lowercase().as_str()) || found.text.to_lowercase().contains(*word)
        })
    };
    let plain: Vec<&(&Found, DateRange, bool)> = periods
        .iter()
        .filter(|(found, _, against)| {
            !(compared && (*against || base_said(&year_before, found) || base_said(&period_before, found)))
        })
        .collect();
    let against: Vec<&(&Found, DateRange, bool)> = periods
        .iter()
        .filter(|(found, _, against)| {
            compared && *against && !base_said(&year_before, found) && !base_said(&period_before, found)
        })
        .collect();
    let mut main = plain.first().map(|(found, range, _)| ((*found).clone(), *range));
    if main.is_none() && !compared {
        main = periods.first().map(|(found, range, _)| ((*found).clone(), *range));
    }
    if compared {
        let mut base: Option<(String, DateRange)> =
            against.first().map(|(found, range, _)| (found.text.clone(), *range));
        // Two periods without a word between them that tells: the later one is asked about.
        if base.is_none() && plain.len() >= 2 && reading.intent == Intent::MetricCompare {
            let (first, second) = (plain[0], plain[1]);
            let (late, early) = if first.1.start() >= second.1.start() { (first, second) } else { (second, first) };
            main = Some((late.0.clone(), late.1));
            base = Some((early.0.text.clone(), early.1));
        }
        if let Some((found, range)) = &main {
            if let Some((words, given)) = &base {
                let whole_year = given.days() >= 365 && range.days() < 365;
                if whole_year && (words.to_lowercase().contains("last year") || words.contains("去年")) {
                    base = Some((words.clone(), range.year_before()));
                } else if given == range || given.start() == range.start() {
                    base = Some((words.clone(), range.previous()));
                }
            } else if let Some(words) = year_before.filter(|_| !found.text.to_lowercase().contains("year before")) {
                base = Some(((*words).to_owned(), range.year_before()));
            } else if let Some(words) = period_before.filter(|words| !found.text.to_lowercase().contains(*words)) {
                base = Some(((*words).to_owned(), range.previous()));
            }
        } else if base.is_none()
            && let Some(words) = year_before.or(period_before)
        {
            slots.words.insert(SlotKind::Baseline, (*words).to_owned());
        }
        // A figure is set against an earlier one, whichever was named first.
        if let (Some((found, range)), Some((words, given))) = (&mut main, &mut base)
            && reading.intent == Intent::MetricCompare
            && given.start() > range.start()
        {
            std::mem::swap(range, given);
            std::mem::swap(&mut found.text, words);
        }
        slots.baseline = base.map(|(words, range)| Resolved::new(words, range));
    }
    if dated {
        slots.date_range = main.map(|(found, range)| Resolved::new(found.text, range));
    }
}

fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let ascii = word.is_ascii();
        !ascii
            || (!before.is_some_and(|c| c.is_ascii_alphanumeric()) && !after.is_some_and(|c| c.is_ascii_alphanumeric()))
    })
}

fn is_against(reading: &Reading<'_>, found: &Found) -> bool {
    let before = reading.before(found.start, 24);
    let before = before.trim_end();
    // "from March to May" and "over the last 30 days" name one period.
    let word_ends = |word: &str| {
        before.strip_suffix(word).is_some_and(|rest| {
            !word.is_ascii() || !rest.chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric())
        })
    };
    let soft = ["from", "over", "on", "on the", "to the", "with the", "v", "和", "同", "与", "跟"];
    AGAINST.iter().any(|word| {
        word_ends(word)
            && (!soft.contains(word) || {
                let earlier = reading.dates.iter().any(|other| other.end <= found.start && other.range.is_some());
                let moved = ["up", "down", "increase", "decrease", "drop", "growth", "change", "compare", "比"]
                    .iter()
                    .any(|verb| reading.before(found.start, 60).contains(verb));
                earlier && (moved || !matches!(*word, "from" | "over" | "on" | "on the"))
            })
    })
}

/// The days a found expression means for a report: "two months ago" is that month.
fn period_of(found: &Found, today: Date, context: &Context<'_>) -> Option<DateRange> {
    if !matches!(found.kind, Kind::Date | Kind::DateRange | Kind::DateTime | Kind::DateTimeRange) {
        return None;
    }
    let range = found.range?;
    // "by the end of the year", seen as what is to come, starts with the year.
    if matches!(found.open, Open::Before | Open::Until) && range.last() > today {
        let first = match found.unit {
            TimeUnit::Year => today.first_of_year(),
            TimeUnit::Month => today.first_of_month(),
            TimeUnit::Quarter => {
                jiff::civil::Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).unwrap_or(today)
            }
            _ => today,
        };
        return DateRange::new(first, range.end()).ok();
    }
    if found.kind == Kind::Date && found.rolling && found.unit > TimeUnit::Day && range.start() < today {
        let first = range.start();
        let start = match found.unit {
            TimeUnit::Month => first.first_of_month(),
            TimeUnit::Year => first.first_of_year(),
            TimeUnit::Week => crate::domain::Bucket::Week.floor(first, context.week_start),
            _ => first,
        };
        let end = match found.unit {
            TimeUnit::Month => crate::domain::Bucket::Month.next(start),
            TimeUnit::Year => first.last_of_year().tomorrow().ok()?,
            TimeUnit::Week => crate::domain::Bucket::Week.next(start),
            _ => return Some(range),
        };
        return DateRange::new(start, end).ok();
    }
    Some(range)
}

/// How far ahead: a number of units where one was said, otherwise the days of the period.
fn horizon(reading: &Reading<'_>, periods: &[(&Found, DateRange, bool)], today: Date) -> Option<Resolved<Horizon>> {
    for (found, range, _) in periods {
        if range.end() <= today {
            continue;
        }
        if found.rolling
            && let Some(ahead) = counted(found, *range)
        {
            return Some(Resolved::new(found.text.clone(), ahead));
        }
        if found.kind == Kind::Date && found.rolling {
            let days = u32::try_from(today.until(range.start()).ok()?.get_days()).ok().filter(|days| *days > 0)?;
            return Some(Resolved::new(found.text.clone(), Horizon::Ahead { count: days, unit: HorizonUnit::Day }));
        }
        let until = matches!(found.open, Open::Before | Open::Until);
        let range = if until { DateRange::new(today, range.end()).unwrap_or(*range) } else { *range };
        return Some(Resolved::new(found.text.clone(), Horizon::Range(range)));
    }
    reading.dates.iter().find_map(|found| {
        (found.kind == Kind::Duration).then_some(found.horizon?).map(|ahead| Resolved::new(found.text.clone(), ahead))
    })
}

/// "the next 8 weeks" as eight weeks.
fn counted(found: &Found, range: DateRange) -> Option<Horizon> {
    let (start, end) = (range.start(), range.end());
    let months = i64::from(end.year() - start.year()) * 12 + i64::from(end.month() - start.month());
    let (count, unit) = match found.unit {
        TimeUnit::Day if found.kind == Kind::DateRange => (range.days(), HorizonUnit::Day),
        TimeUnit::Week => (range.days() / 7, HorizonUnit::Week),
        TimeUnit::Fortnight => (range.days() / 7, HorizonUnit::Week),
        TimeUnit::Month => (months, HorizonUnit::Month),
        TimeUnit::Quarter => (months / 3, HorizonUnit::Quarter),
        TimeUnit::Year => (months / 12, HorizonUnit::Year),
        _ => return None,
    };
    (found.kind == Kind::DateRange && count > 0).then_some(Horizon::Ahead { count: u32::try_from(count).ok()?, unit })
}
