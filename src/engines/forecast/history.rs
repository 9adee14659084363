//! The history of a figure in equal steps of time: made from a frame, cut to whole steps, gaps filled. Fits nothing.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::ask::{Ask, Fold};
use super::combine::Forecast;
use crate::domain::{Bucket, DateRange, Frame, FrameRow, Metric};

/// A figure by whole steps, without a gap, oldest first.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub(super) bucket: Bucket,
    pub(super) starts: Vec<Date>,
    /// Not-a-number where a ratio has no value.
    pub(super) values: Vec<f64>,
    /// The upper and the lower part of each value; the value and 1 where it is no ratio.
    parts: Vec<(f64, f64)>,
    /// Rows of facts behind it.
    pub(super) rows: u64,
}

/// The least number of steps that is forecast from.
pub(super) const LEAST: usize = 24;

impl History {
    /// Takes the rows of a frame, the unfinished step at either end left out.
    pub(super) fn of(frame: &Frame, bucket: Bucket, ask: &Ask, week_start: Weekday) -> Self {
        let mut history = Self { bucket, starts: Vec::new(), values: Vec::new(), parts: Vec::new(), rows: 0 };
        let dated = || frame.rows.iter().filter_map(|row| row.period.map(|period| (period, row)));
        let Some(first) = dated().map(|(period, _)| period).min() else { return history };
        // Weeks start where the frame's weeks start; the company's first day is what both go by.
        let mut start = bucket.floor(first, if bucket == Bucket::Week { first.weekday() } else { week_start });
        if start < ask.first {
            start = bucket.next(start);
        }
        let known: std::collections::BTreeMap<Date, &FrameRow> = dated().collect();
        let empty = match ask.fold {
            Fold::Sum => 0.0,
            Fold::Mean if ask.metric == Metric::Customers => 0.0,
            Fold::Mean => f64::NAN,
        };
        while days_of(bucket, start).last() <= ask.last && history.starts.len() < 20_000 {
            let row = known.get(&start);
            history.values.push(row.map_or(empty, |row| row.value));
            history.parts.push(row.map_or((0.0, 0.0), |row| (row.numerator, row.denominator)));
            history.starts.push(start);
            start = bucket.next(start);
        }
        history.rows = dated().map(|(_, row)| row.rows).sum();
        history
    }

    /// The first day after the history.
    pub(super) fn end(&self) -> Option<Date> {
        self.starts.last().map(|start| self.bucket.next(*start))
    }

    /// The share of steps at which nothing happened.
    pub(super) fn sparse(&self) -> f64 {
        let empty = self.values.iter().filter(|v| !v.is_finite() || **v == 0.0).count();
        empty as f64 / self.values.len().max(1) as f64
    }

    /// The steps from the end of the history to the last day asked about.
    pub(super) fn steps_until(&self, end: Date) -> Vec<Date> {
        let mut steps = Vec::new();
        let Some(mut start) = self.end() else { return steps };
        while start < end && steps.len() < 1000 {
            steps.push(start);
            start = self.bucket.next(start);
        }
        steps
    }

    /// The figure of some days of the past: steps that only touch the days count by their share. `None` where the
    /// history does not cover them.
    pub(super) fn figure(&self, range: DateRange, fold: Fold) -> Option<f64> {
        let (first, end) = (*self.starts.first()?, self.end()?);
        if range.start() < first || range.end() > end {
            return None;
        }
        let shares = shares(self.bucket, &self.starts, range);
        if fold == Fold::Sum {
            return Some(folded(&shares, &self.values, fold));
        }
        let (upper, lower) = shares
            .iter()
            .zip(&self.parts)
            .fold((0.0, 0.0), |(upper, lower), (share, part)| (upper + share * part.0, lower + share * part.1));
        (lower > 0.0).then(|| upper / lower)
    }
}

/// The days of a step.
pub(super) fn days_of(bucket: Bucket, start: Date) -> DateRange {
    DateRange::new(start, bucket.next(start)).unwrap_or_else(|_| DateRange::day(start))
}

/// How much of each step lies in the range, from 0 to 1.
pub(super) fn shares(bucket: Bucket, starts: &[Date], range: DateRange) -> Vec<f64> {
    let share = |start: &Date| {
        let days = days_of(bucket, *start);
        days.intersect(range).map_or(0.0, |common| common.days() as f64 / days.days() as f64)
    };
    starts.iter().map(share).collect()
}

/// The figure of several steps; values that are missing are left out of a mean.
pub(super) fn folded(shares: &[f64], values: &[f64], fold: Fold) -> f64 {
    let pairs = || shares.iter().zip(values).filter(|(_, v)| v.is_finite());
    let sum: f64 = pairs().map(|(w, v)| w * v).sum();
    match fold {
        Fold::Sum => sum,
        Fold::Mean => {
            let weight: f64 = pairs().map(|(w, _)| w).sum();
            if weight > 0.0 { sum / weight } else { 0.0 }
        }
    }
}

/// A fitted history: what an answer is made of.
#[derive(Debug)]
pub(super) struct Outlook {
    pub(super) history: History,
    /// The same by day, to measure the past with.
    pub(super) days: History,
    /// The first days of the steps to come.
    pub(super) steps: Vec<Date>,
    pub(super) forecast: Forecast,
}

/// The figure of the days asked about.
#[derive(Debug)]
pub(super) struct Total {
    pub(super) expected: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// What is known already of these days.
    pub(super) known: f64,
    /// Simulated figures, ascending.
    pub(super) simulated: Vec<f64>,
}

impl Outlook {
    /// How much of each step to come is asked about: of a step that has begun, only the days that are not over.
    pub(super) fn shares(&self, ask: &Ask) -> Vec<f64> {
        let start = ask.range.start().max(ask.origin());
        DateRange::new(start, ask.range.end())
            .map_or_else(|_| vec![0.0; self.steps.len()], |rest| shares(self.history.bucket, &self.steps, rest))
    }

    /// The figure of the days asked about, with an interval from simulated paths, so that errors that go together are
    /// not taken for ones that cancel out. Days that are over count by what came.
    pub(super) fn total(&self, ask: &Ask) -> Total {
        let over = DateRange::new(ask.range.start(), ask.range.end().min(ask.origin())).ok();
        let known = match ask.fold {
            Fold::Sum => over.and_then(|over| self.days.figure(over, ask.fold)).unwrap_or(0.0),
            Fold::Mean => 0.0,
        };
        let past: Vec<f64> = match ask.fold {
            Fold::Sum => Vec::new(),
            Fold::Mean => shares(self.history.bucket, &self.history.starts, ask.range),
        };
        let mut weights = past.clone();
        weights.extend(self.shares(ask));
        let mut values = self.history.values[..past.len()].to_vec();
        let length = values.len();
        let mut figure = |path: &[f64]| {
            values.truncate(length);
            values.extend_from_slice(path);
            known + folded(&weights, &values, ask.fold)
        };
        let expected = figure(&self.forecast.mean);
        let mut simulated: Vec<f64> = self.forecast.paths(2000).iter().map(|path| figure(path)).collect();
        simulated.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * (simulated.len().saturating_sub(1)) as f64).round() as usize;
            simulated.get(place).copied().unwrap_or(expected)
        };
        let tail = (1.0 - ask.level.share()) / 2.0;
        let (low, high) = (at(tail).min(expected), at(1.0 - tail).max(expected));
        Total { expected, low, high, known, simulated }
    }

    /// The mean relative miss of the figure over each backtest's whole stretch: Herald's and the baseline's.
    pub(super) fn missed(&self) -> Option<(f64, f64)> {
        let miss = |pick: fn(&super::combine::Backtest) -> &Vec<f64>| {
            let mut sum = (0.0, 0.0);
            for test in &self.forecast.backtests {
                let actual: f64 = test.actual.iter().sum();
                let said: f64 = pick(test).iter().sum();
                sum.0 += (said - actual).abs();
                sum.1 += actual.abs();
            }
            (sum.1 > 0.0).then(|| sum.0 / sum.1)
        };
        Some((miss(|t| &t.forecast)?, miss(|t| &t.naive)?))
    }

    /// The last day of the history.
    pub(super) fn last_day(&self) -> Option<Date> {
        self.history.end().map(|end| end.saturating_sub(1.day()))
    }
}
