//! What the answers share: evidence, trust, actions. Words themselves stand in `prompts/replies/en/metrics.toml`.

use super::metric::definition;
use super::scope::{Scope, dated};
use super::usual::Usual;
use crate::domain::{
    Action, Arg, Coverage, DateRange, Dimension, Evidence, Facts, Filter, Intent, Metric, Phrase, Slots, TableName,
};

/// Where the figures come from and how they were made.
pub(super) fn evidence(scope: &Scope, facts: &Facts, days: &[DateRange]) -> Evidence {
    let mut method: Vec<Phrase> = scope.metrics.iter().map(|metric| Phrase::new(definition(*metric))).collect();
    method.extend(scope.filters.iter().map(narrowed));
    let mut tables: Vec<TableName> = scope.metrics.iter().map(|metric| metric.table()).collect();
    tables.sort_unstable();
    tables.dedup();
    let mut sources = Vec::new();
    for table in tables {
        for range in days {
            let covered = facts.coverage.of(table).and_then(|table| table.days);
            let read = (table, rows_of(facts, table, *range), covered.and_then(|days| range.intersect(days)));
            if read.1 > 0 && !sources.contains(&read) {
                sources.push(read);
            }
        }
    }
    Evidence { sources, method, model: None, rows: None }
}

/// How many rows of a table the figures of a period rest on: those of the figure that counts most of them.
fn rows_of(facts: &Facts, table: TableName, range: DateRange) -> u64 {
    let of = facts.frames.iter().filter(|frame| {
        frame.plan.metric.table() == table && frame.plan.range == Some(range) && frame.plan.by.is_empty()
    });
    of.map(|frame| frame.rows.iter().map(|row| row.rows).sum()).max().unwrap_or(0)
}

fn narrowed(filter: &Filter) -> Phrase {
    let names = filter.values.iter().map(|value| Arg::Text(value.clone())).collect();
    Phrase::new("metrics.method.narrowed").with("dimension", filter.dimension).with("names", Arg::List(names))
}

/// How many rows a figure rests on, and up to which day there are any.
pub(super) fn rests_on(scope: &Scope, coverage: &Coverage, rows: u64) -> Phrase {
    let last = coverage.last_day(scope.table).unwrap_or(scope.range.last());
    Phrase::new("metrics.trust.rows").with("rows", count(rows)).with("day", last)
}

/// How a change compares with earlier ones.
pub(super) fn compared(usual: Option<Usual>) -> Phrase {
    match usual {
        None => Phrase::new("metrics.trust.no_history"),
        Some(usual) => Phrase::new(if usual.is_beyond() { "metrics.trust.unusual" } else { "metrics.trust.usual" })
            .count("comparisons", usual.comparisons)
            .count("as_large", usual.as_large),
    }
}

/// What the question was narrowed to, for headlines: "Tea, Online". Nothing where it was not.
pub(super) fn narrowing(scope: &Scope) -> Option<Arg> {
    let names: Vec<Arg> =
        scope.filters.iter().flat_map(|filter| &filter.values).map(|value| Arg::Text(value.clone())).collect();
    (!names.is_empty()).then_some(Arg::List(names))
}

/// Adds what the question was narrowed to, where it was.
pub(super) fn within(phrase: Phrase, scope: &Scope) -> Phrase {
    match narrowing(scope) {
        Some(names) => phrase.with("within", names),
        None => phrase,
    }
}

pub(super) fn count(rows: u64) -> Arg {
    Arg::Count(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// "By channel".
pub(super) fn by(metric: Metric, dimension: Dimension) -> Action {
    let slots = Slots { metrics: vec![metric], by: vec![dimension], ..Slots::default() };
    let label = Phrase::new("metrics.action.by").with("metric", metric).with("dimension", dimension);
    Action { label, intent: Intent::MetricReport, slots }
}

/// "Why?"
pub(super) fn why(metric: Metric, range: DateRange, baseline: Option<DateRange>) -> Action {
    let slots = Slots {
        metrics: vec![metric],
        date_range: Some(dated(range)),
        baseline: baseline.map(dated),
        ..Slots::default()
    };
    let label = Phrase::new("metrics.action.explain").with("metric", metric).with("range", range);
    Action { label, intent: Intent::MetricExplain, slots }
}

/// The same question about other days: how an assumed period is changed.
pub(super) fn over(intent: Intent, metric: Metric, range: DateRange) -> Action {
    let label = match intent {
        Intent::AnomalyCheck => Phrase::new("metrics.action.over_anomalies"),
        Intent::MetricExplain => Phrase::new("metrics.action.over_explain"),
        Intent::MetricCompare => Phrase::new("metrics.action.over_compare"),
        _ => Phrase::new("metrics.action.over"),
    };
    let label = label.with("metric", metric).with("range", range);
    Action { label, intent, slots: Slots { date_range: Some(dated(range)), ..Slots::default() } }
}

/// "What is unusual?"
pub(super) fn anomalies(metric: Metric, range: DateRange) -> Action {
    let slots = Slots { metrics: vec![metric], date_range: Some(dated(range)), ..Slots::default() };
    let label = Phrase::new("metrics.action.anomalies").with("metric", metric).with("range", range);
    Action { label, intent: Intent::AnomalyCheck, slots }
}

/// "What comes next?"
pub(super) fn forecast(metric: Metric) -> Action {
    let slots = Slots { metrics: vec![metric], ..Slots::default() };
    Action {
        label: Phrase::new("metrics.action.forecast").with("metric", metric),
        intent: Intent::ForecastMetric,
        slots,
    }
}

/// A comparison with other days.
pub(super) fn against(metric: Metric, range: DateRange, baseline: DateRange) -> Action {
    let slots = Slots {
        metrics: vec![metric],
        date_range: Some(dated(range)),
        baseline: Some(dated(baseline)),
        ..Slots::default()
    };
    let label =
        Phrase::new("metrics.action.against").with("metric", metric).with("range", range).with("before", baseline);
    Action { label, intent: Intent::MetricCompare, slots }
}
