//! How far a forecast is to be trusted: what its backtests missed, and which days they cover. Fits nothing.

use super::ask::Ask;
use super::history::{Outlook, folded};
use super::yearly::Shape;
use crate::domain::{Answer, Arg, DateRange, Phrase, Table};

/// Says how far to trust it.
pub(super) fn trust(answer: &mut Answer, ask: &Ask, outlook: &Outlook) {
    if let Some((missed, naive)) = outlook.missed() {
        let mut phrase = Phrase::new("forecast.trust_missed")
            .count("tests", outlook.forecast.backtests.len())
            .with("covered", covered(outlook))
            .with("missed", Arg::Share(missed))
            .with("naive", Arg::Share(naive));
        if let Some(held) = outlook.forecast.held(ask.level.share()) {
            phrase.key = "forecast.trust".into();
            phrase = phrase.with("level", Arg::Share(ask.level.share())).with("held", Arg::Share(held));
        }
        answer.trust.push(phrase);
    }
    if let Some(years) = untested(ask, outlook) {
        answer.trust.push(Phrase::new("forecast.season_untested").count("years", years));
    }
    let history = &outlook.history;
    let phrase = Phrase::new("forecast.rows")
        .count("rows", usize::try_from(history.rows).unwrap_or(usize::MAX))
        .with("last", outlook.last_day().unwrap_or(ask.last))
        .count("steps", history.values.len())
        .with("step", history.bucket);
    answer.trust.push(phrase);
}

/// In how many years the season asked about was seen, where none of the backtests reaches into it.
fn untested(ask: &Ask, outlook: &Outlook) -> Option<usize> {
    let shape = outlook.forecast.shape.as_ref().filter(|shape: &&Shape| shape.has_year())?;
    let tests = stretches(outlook);
    let mut season = ask.range;
    for _ in 0..shape.years {
        season = season.year_before();
        if tests.iter().any(|(range, _)| range.intersect(season).is_some()) {
            return None;
        }
    }
    // What was just before tells of what comes just after; further ahead it does not.
    let near = DateRange::last_days(ask.last, ask.range.days());
    let next = near.end() >= ask.range.start();
    (!next).then_some(shape.years)
}

/// The days of each backtest, and which it is, latest first.
fn stretches(outlook: &Outlook) -> Vec<(DateRange, usize)> {
    let history = &outlook.history;
    let stretch = |at: usize| {
        let test = &outlook.forecast.backtests[at];
        let start = *history.starts.get(test.origin)?;
        let last = *history.starts.get(test.origin + test.actual.len().checked_sub(1)?)?;
        Some((DateRange::new(start, history.bucket.next(last)).ok()?, at))
    };
    (0..outlook.forecast.backtests.len()).filter_map(stretch).collect()
}

/// The days that the backtests cover together, earliest first.
pub(super) fn covered(outlook: &Outlook) -> Arg {
    let mut ranges: Vec<DateRange> = stretches(outlook).into_iter().map(|(range, _)| range).collect();
    ranges.sort_by_key(|range| range.start());
    let mut joined: Vec<DateRange> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start() <= last.end() => {
                *last = DateRange::new(last.start(), last.end().max(range.end())).unwrap_or(*last);
            }
            Some(_) | None => joined.push(range),
        }
    }
    Arg::List(joined.into_iter().map(Arg::Range).collect())
}

/// What earlier forecasts would have said, beside what came.
pub(super) fn backtests(ask: &Ask, outlook: &Outlook) -> Option<Table> {
    let unit = ask.metric.unit();
    let rows: Vec<Vec<Arg>> = stretches(outlook)
        .into_iter()
        .map(|(range, at)| {
            let test = &outlook.forecast.backtests[at];
            let whole = vec![1.0; test.actual.len()];
            let figure = |values: &[f64]| Arg::Figure(folded(&whole, values, ask.fold), unit);
            vec![Arg::Range(range), figure(&test.actual), figure(&test.forecast), figure(&test.naive)]
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        title: Phrase::new("forecast.tests").with("what", ask.subject()),
        columns: ["forecast.column_when", "forecast.column_came", "forecast.column_said", "forecast.column_naive"]
            .map(Phrase::new)
            .to_vec(),
        rows,
    })
}
