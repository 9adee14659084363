//! Dates, periods, horizons and numbers in English and Chinese. A grammar over a chart; sees no clock but the one it is
//! given, and knows nothing of metrics and names.

mod written;
mod numerals;
mod calendar;
mod moment;
mod chart;
mod making;
mod english;
mod chinese;
mod amounts;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use jiff::Zoned;
use jiff::civil::{Date, DateTime, Weekday};

use crate::domain::{DateRange, Horizon, HorizonUnit};

pub use amounts::{Amount, AmountKind, find_amounts};
pub use moment::{Kind, Open, TimeUnit};
pub(crate) use written::{Written, normal};

use chart::{Entry, Grammar, Ground, Node};

/// Which way an ambiguous expression leans: reports mean the past, forecasts the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// The last time that it was so.
    Past,
    /// The next time that it will be so.
    Future,
}

/// How 5/3 is read where both readings are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// 5 March.
    DayFirst,
    /// May 3rd.
    MonthFirst,
}

/// What expressions are read against.
#[derive(Debug, Clone, Copy)]
pub struct DateContext<'a> {
    /// Now, in the company's time zone.
    pub now: &'a Zoned,
    /// The company's first day of the week.
    pub week_start: Weekday,
    /// Past or future.
    pub lean: Lean,
    /// The order of day and month.
    pub order: DateOrder,
}

/// An expression that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its first character, counted in characters.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
    /// The same two places in bytes.
    pub bytes: (usize, usize),
    /// The words, as written.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// The finest unit that was named.
    pub unit: TimeUnit,
    /// The days it means; `None` for times of day, lengths, what comes again and again, and days that do not exist.
    pub range: Option<DateRange>,
    /// The ends as they were named: the start, and for "from A to B" the start of B.
    pub named: Option<(DateTime, DateTime)>,
    /// Whether both ends were named.
    pub open: Open,
    /// Seconds from midnight, for times of day.
    pub clock: Option<(i64, Option<i64>)>,
    /// How many seconds, for lengths.
    pub seconds: Option<f64>,
    /// A length in whole units, or the days up to an end that lies ahead.
    pub horizon: Option<Horizon>,
    /// Counted from now, such as "two months ago".
    pub rolling: bool,
}

/// Texts are read up to this many characters: no question is longer, and a pasted page must not block the rest.
const LONGEST: usize = 1200;

fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| {
        Grammar::new(&[
            english::NAMES,
            english::DATES,
            english::RELATIVE,
            english::LENGTHS,
            english::RANGES,
            english::CLOCKS,
            english::SETS,
            chinese::NAMES,
            chinese::DATES,
            chinese::RELATIVE,
            chinese::LENGTHS,
            chinese::RANGES,
            chinese::CLOCKS,
            chinese::SETS,
        ])
    })
}

/// Finds dates, periods, times and lengths in a text, in order; none overlaps another.
#[must_use]
pub fn find(text: &str, context: &DateContext<'_>) -> Vec<Found> {
    let written = Written::new(text, LONGEST);
    let ground = Ground {
        now: context.now.datetime(),
        today: context.now.date(),
        week_start: context.week_start,
        order: context.order,
    };
    let entries = chart::parse(&written, &ground, grammar());
    let mut candidates: Vec<&Entry> = entries.iter().filter(|entry| stands_alone(entry, &written)).collect();
    // The longest reading wins, then the one of the more particular kind, then the rule written first.
    candidates.sort_by_key(|entry| {
        let length = entry.end - entry.start;
        (std::cmp::Reverse(length), rank(&entry.node), entry.start, entry.rule)
    });
    let mut chosen: Vec<&Entry> = Vec::new();
    for entry in candidates {
        if chosen.iter().all(|other| entry.end <= other.start || other.end <= entry.start) {
            chosen.push(entry);
        }
    }
    chosen.sort_by_key(|entry| entry.start);
    chosen.into_iter().filter_map(|entry| found(text, &written, entry, context)).collect()
}

fn rank(node: &Node) -> u8 {
    match node {
        Node::Set => 0,
        Node::When(when) if when.at == [None, None] => 3,
        Node::When(_) => 1,
        Node::Length(_) => 2,
        _ => 4,
    }
}

/// Words after which "may" is a month.
const BEFORE_MONTH: &[&str] = &[
    "in", "of", "for", "during", "since", "this", "last", "next", "until", "by", "vs", "versus", "than", "to", "from",
    "and",
];

/// Whether something read is an expression of its own: no part of a longer word, and no word that only may mean a time.
fn stands_alone(entry: &Entry, w: &Written) -> bool {
    let (before, after) = (w.before(entry.start), w.at(entry.end));
    let (first, last) = (w.at(entry.start), w.before(entry.end));
    let joins = |a: char, b: char| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric();
    if joins(before, first) || joins(last, after) {
        return false;
    }
    // Decimals, ratios and addresses: 6.45, 4:3, 192.168.1.1.
    let digit_mark = |mark: char| matches!(mark, '.' | ':' | '-' | '/');
    if first.is_ascii_digit()
        && (matches!(before, '$' | '€' | '£' | '¥' | '%')
            || digit_mark(before) && entry.start >= 2 && w.at(entry.start - 2).is_ascii_digit())
    {
        return false;
    }
    if last.is_ascii_digit()
        && (after == '%' || (matches!(after, '.' | ',' | ':' | '-' | '/') && w.at(entry.end + 1).is_ascii_digit()))
    {
        return false;
    }
    if first.is_ascii_digit() && before == ',' && entry.start >= 2 && w.at(entry.start - 2).is_ascii_digit() {
        return false;
    }
    match &entry.node {
        Node::When(when) => {
            if when.latent {
                let next = w.skip(entry.end);
                let compared =
                    ["vs", "versus", "compared", "against", "or"].iter().any(|word| w.literal(next, word).is_some());
                return compared || before_words(entry, w, BEFORE_MONTH);
            }
            let f = when.fields;
            let bare_weekday =
                f.weekday.is_some() && f.day.is_none() && f.month.is_none() && entry.end - entry.start <= 3;
            let word = w.slice(entry.start, entry.end);
            // "up-to-date" is no period, and "this may take long" is no May.
            if word == "to-date" || word == "this may" && w.at(w.skip(entry.end)).is_ascii_alphabetic() {
                return false;
            }
            if bare_weekday && matches!(word.as_str(), "sun" | "sat" | "wed" | "mon" | "fri") {
                return word != "sun" && word != "sat" && word != "wed"
                    || before_words(entry, w, &["on", "this", "last", "next", "by", "until", "since"]);
            }
            if word == "mar" {
                return before_words(entry, w, &["in", "of", "for", "since", "until", "by", "to", "from"]);
            }
            true
        }
        Node::Clock(clock) => !clock.latent,
        Node::Set => true,
        Node::Length(length) => length.count != 0.0 || length.seconds() > 0.0,
        _ => false,
    }
}

fn before_words(entry: &Entry, w: &Written, words: &[&str]) -> bool {
    let mut end = entry.start;
    while end > 0 && w.at(end - 1).is_whitespace() {
        end -= 1;
    }
    let mut start = end;
    while start > 0 && w.at(start - 1).is_ascii_alphabetic() {
        start -= 1;
    }
    words.contains(&w.slice(start, end).as_str())
}

fn found(text: &str, w: &Written, entry: &Entry, context: &DateContext<'_>) -> Option<Found> {
    let mut end = entry.end;
    while end > entry.start
        && (w.at(end - 1) == '.' && !w.slice(entry.start, end).ends_with("m.")
            || w.at(end - 1).is_whitespace()
            || w.at(end - 1) == ',')
    {
        end -= 1;
    }
    let bytes = (*w.bytes.get(entry.start)?, *w.bytes.get(end)?);
    let mut found = Found {
        start: entry.start,
        end,
        bytes,
        text: text.get(bytes.0..bytes.1)?.to_owned(),
        kind: Kind::Set,
        unit: TimeUnit::Day,
        range: None,
        named: None,
        open: Open::No,
        clock: None,
        seconds: None,
        horizon: None,
        rolling: false,
    };
    match entry.node {
        Node::Set => {}
        Node::Clock(clock) => {
            found.kind = if clock.end.is_some() || clock.open != Open::No { Kind::TimeRange } else { Kind::Time };
            found.clock = Some((clock.start, clock.end));
            found.open = clock.open;
        }
        Node::Length(length) => {
            found.kind = Kind::Duration;
            found.seconds = Some(length.seconds());
            found.unit = length.unit;
            found.horizon = horizon_of(length.count, length.unit);
        }
        Node::When(when) => {
            found.kind = when.kind;
            found.unit = when.unit;
            found.open = when.open;
            found.rolling = when.rolling;
            let lean = match context.lean {
                Lean::Past => when.at[0].zip(when.named[0]),
                Lean::Future => when.at[1].zip(when.named[1]),
            };
            if let Some((at, named)) = lean {
                found.named = Some((named.start, named.end));
                found.range = whole_days(at.start, at.end);
                let today = context.now.date();
                found.horizon = found.range.filter(|range| range.end() > today).map(Horizon::Range);
            }
        }
        _ => return None,
    }
    Some(found)
}

/// The days that a stretch touches.
fn whole_days(start: DateTime, end: DateTime) -> Option<DateRange> {
    let midnight = end.time() == jiff::civil::Time::midnight();
    let last: Date = if midnight { end.date() } else { end.date().tomorrow().ok()? };
    DateRange::new(start.date(), last).ok()
}

/// A number of units as a horizon, where it is a whole one.
fn horizon_of(count: f64, unit: TimeUnit) -> Option<Horizon> {
    let (count, unit) = match unit {
        TimeUnit::Day | TimeUnit::Workday => (count, HorizonUnit::Day),
        TimeUnit::Week => (count, HorizonUnit::Week),
        TimeUnit::Fortnight => (count * 2.0, HorizonUnit::Week),
        TimeUnit::Month => (count, HorizonUnit::Month),
        TimeUnit::Quarter => (count, HorizonUnit::Quarter),
        TimeUnit::Half => (count * 2.0, HorizonUnit::Quarter),
        TimeUnit::Year => (count, HorizonUnit::Year),
        TimeUnit::Decade => (count * 10.0, HorizonUnit::Year),
        TimeUnit::Second | TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Weekend => return None,
    };
    let (count, unit) = match (count, unit) {
        (count, HorizonUnit::Year) if count.fract() != 0.0 => (count * 12.0, HorizonUnit::Month),
        (count, HorizonUnit::Month) if count.fract() != 0.0 => ((count * 30.0).round(), HorizonUnit::Day),
        other => other,
    };
    ((1.0..=5000.0).contains(&count) && count.fract() == 0.0).then_some(Horizon::Ahead { count: count as u32, unit })
}

/// A length in words as a horizon: "8 weeks", "next two months", "未来两个月".
#[must_use]
pub fn horizon_in(text: &str, context: &DateContext<'_>) -> Option<Horizon> {
    find(text, context).into_iter().find_map(|found| found.horizon)
}
