//! anomaly_check: which days were not as they should have been, how far out, and which member drove them.

use jiff::ToSpan;

use super::daily::{Daily, median};
use super::figures::label;
use super::metric::{dimensions_of, is_ratio};
use super::residuals::{FEWEST_DAYS, Residuals, Run, residuals, runs};
use super::scope::Scope;
use super::wording::{self, within};
use crate::domain::{
    Action, Answer, Arg, Bucket, Chart, ChartKind, Coverage, DateRange, Dimension, Facts, Intent, LinePoint, Marker,
    MeasurePlan, Metric, Phrase, Question, Slots, Table, TableName,
};
use crate::engines::EngineError;

/// What is looked at where no figure is named.
const WATCHED: [Metric; 9] = [
    Metric::Revenue,
    Metric::Orders,
    Metric::Returns,
    Metric::Mentions,
    Metric::Sentiment,
    Metric::Rating,
    Metric::Spend,
    Metric::Conversions,
    Metric::Roas,
];
/// The days before a finding from which its members' usual values are taken.
const MEMORY_DAYS: i64 = 56;
/// More findings are in the table only.
const TOLD: usize = 4;

/// Something odd.
struct Oddity {
    metric: Metric,
    days: DateRange,
    /// Of the run: a sum, or the mean of a ratio.
    value: f64,
    expected: f64,
    /// Where it would usually have been, 19 times in 20.
    low: f64,
    high: f64,
    z: f64,
    /// The member whose own deviation is most of it.
    driver: Option<(Dimension, Arg, f64)>,
    /// Whether the same days were odd in the same direction a year earlier.
    as_a_year_ago: bool,
}

/// One scope per figure: tables end on different days.
fn scopes(question: &Question, coverage: &Coverage) -> Result<Vec<Scope>, EngineError> {
    let mut metrics = question.slots.metrics.clone();
    metrics.truncate(4);
    let is_named = !metrics.is_empty();
    if !is_named {
        let fits = |metric: &Metric| {
            question.slots.names.keys().all(|dimension| dimensions_of(*metric).contains(dimension))
                && coverage.of(metric.table()).is_some_and(|table| table.days.is_some())
        };
        metrics = WATCHED.into_iter().filter(fits).collect();
    }
    let mut scopes = Vec::new();
    let mut failed = None;
    for metric in metrics {
        let mut one = question.clone();
        one.slots.metrics = vec![metric];
        one.slots.by = Vec::new();
        match Scope::new(&one, coverage, &[]) {
            Ok(scope) => scopes.push(scope),
            Err(error) if is_named => return Err(error),
            Err(error) => failed = Some(error),
        }
    }
    match (scopes.is_empty(), failed) {
        (false, _) => Ok(scopes),
        (true, Some(error)) => Err(error),
        (true, None) => Err(EngineError::NoData(TableName::Orders)),
    }
}

/// The breakdowns in which a driver is looked for; few, as each is a series per member.
fn drivers(scope: &Scope) -> impl Iterator<Item = Dimension> {
    let is_sum = !is_ratio(scope.metric());
    let open = |dimension: &Dimension| scope.filters.iter().all(|filter| filter.dimension != *dimension);
    let wanted = [Dimension::Channel, Dimension::Region, Dimension::Category, Dimension::Source];
    let known = dimensions_of(scope.metric());
    wanted
        .into_iter()
        .filter(move |dimension| is_sum && known.contains(dimension))
        .filter(open)
        .collect::<Vec<_>>()
        .into_iter()
}

/// The days from which drivers are told.
fn memory(scope: &Scope) -> DateRange {
    let start = scope.range.start().saturating_sub((MEMORY_DAYS + 7).days());
    DateRange::new(start, scope.range.end()).ok().and_then(|days| days.intersect(scope.data)).unwrap_or(scope.range)
}

fn daily_plan(scope: &Scope) -> MeasurePlan {
    scope.total(scope.metric(), scope.history()).per(Bucket::Day)
}

fn driver_plan(scope: &Scope, dimension: Dimension) -> MeasurePlan {
    scope.total(scope.metric(), memory(scope)).per(Bucket::Day).by(dimension)
}

pub(super) fn plans(question: &Question, coverage: &Coverage) -> Result<Vec<MeasurePlan>, EngineError> {
    let mut plans = Vec::new();
    for scope in scopes(question, coverage)? {
        plans.push(daily_plan(&scope));
        // A long look back is about when, not about who: a series per member would be long as well.
        if scope.range.days() <= 100 {
            plans.extend(drivers(&scope).map(|dimension| driver_plan(&scope, dimension)));
        }
    }
    Ok(plans)
}

pub(super) fn answer(question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let scopes = scopes(question, &facts.coverage)?;
    let mut oddities: Vec<Oddity> = Vec::new();
    let mut checked: Vec<(&Scope, Daily, Residuals)> = Vec::new();
    let mut left_out = Vec::new();
    let mut longest = 0;
    for scope in &scopes {
        let daily = Daily::new(facts.measure(&daily_plan(scope))?, scope.history());
        longest = longest.max(daily.len());
        match residuals(&daily) {
            Some(residuals) => checked.push((scope, daily, residuals)),
            None => left_out.push(Arg::Metric(scope.metric())),
        }
    }
    if checked.is_empty() {
        if longest < FEWEST_DAYS {
            return Err(EngineError::TooShort { what: "a check for anomalies", needs: FEWEST_DAYS, found: longest });
        }
        let phrase = Phrase::new("metrics.too_sparse").with("metrics", Arg::List(left_out));
        return Err(EngineError::Unsupported(phrase));
    }
    for (scope, daily, residuals) in &checked {
        oddities.extend(found(scope, daily, residuals, facts)?);
    }
    oddities.sort_by(|left, right| right.z.abs().total_cmp(&left.z.abs()));

    let (first, ..) = &checked[0];
    let range = first.range;
    let metrics: Vec<Arg> = checked.iter().map(|(scope, ..)| Arg::Metric(scope.metric())).collect();
    let headline = match oddities.first() {
        None => Phrase::new("metrics.anomalies_none"),
        Some(oddity) => told(Phrase::new("metrics.anomalies"), oddity).count("count", oddities.len()),
    };
    let headline = headline.with("checked", range).with("metrics", Arg::List(metrics.clone()));
    let mut answer = Answer::new(within(headline, first));
    for (at, oddity) in oddities.iter().take(TOLD).enumerate() {
        if at > 0 {
            answer.find(told(Phrase::new("metrics.find.oddity"), oddity), 9.0 - at as f64);
        }
        if let Some((dimension, name, share)) = &oddity.driver {
            let text = Phrase::new("metrics.find.driver")
                .with("metric", oddity.metric)
                .with("range", oddity.days)
                .with("name", name.clone())
                .with("dimension", *dimension)
                .with("share", Arg::Share(*share));
            answer.find(text, 8.9 - at as f64);
        }
        if oddity.as_a_year_ago {
            let text =
                Phrase::new("metrics.find.as_a_year_ago").with("metric", oddity.metric).with("range", oddity.days);
            answer.find(text, 8.8 - at as f64);
        }
    }
    let days = checked.iter().map(|(_, daily, _)| daily.len()).max().unwrap_or(0);
    answer.trust.push(Phrase::new("metrics.trust.detector").count("days", days).with("day", first.data.last()));
    if !left_out.is_empty() {
        answer.caveats.push(Phrase::new("metrics.caveat.left_out").with("metrics", Arg::List(left_out)));
    }
    answer.caveats.extend(first.caveats.clone());
    answer.assumptions.extend(first.assumptions.clone());
    if question.slots.metrics.is_empty() {
        answer.assumptions.push(Phrase::new("metrics.assume.watched").with("metrics", Arg::List(metrics)));
    }
    answer.tables.push(table(&oddities, range));
    let shown = oddities.first().map_or(first.metric(), |oddity| oddity.metric);
    if let Some((scope, daily, residuals)) = checked.iter().find(|(scope, ..)| scope.metric() == shown) {
        answer.charts.extend(chart(scope, daily, residuals, &oddities));
    }
    let mut all = (*first).clone();
    all.metrics = checked.iter().map(|(scope, ..)| scope.metric()).collect();
    answer.evidence = wording::evidence(&all, facts, &[first.history()]);
    // What was looked at and found in order needs no definition.
    let is_odd = |metric: Metric| oddities.iter().any(|oddity| oddity.metric == metric);
    let calm = all.metrics.iter().filter(|metric| !is_odd(**metric)).map(|metric| super::metric::definition(*metric));
    let calm: Vec<&str> = calm.collect();
    answer.evidence.method.retain(|phrase| !calm.contains(&phrase.key.as_ref()));
    answer.evidence.method.push(Phrase::new("metrics.method.residuals"));
    answer.evidence.rows = Some(table(&oddities, range)).filter(|table| !table.rows.is_empty());
    answer.actions = actions(first, oddities.first());
    Ok(answer)
}

/// The odd runs of a figure within the period.
fn found(scope: &Scope, daily: &Daily, residuals: &Residuals, facts: &Facts) -> Result<Vec<Oddity>, EngineError> {
    let first = daily.place(scope.range.start()).unwrap_or(0);
    let all = runs(daily, residuals, 0..daily.len());
    let mut oddities = Vec::new();
    for run in all.iter().filter(|run| run.last >= first) {
        let days = run_days(daily, run);
        let places = run.first..=run.last;
        let count = places.clone().count() as f64;
        // A ratio of several days is the mean of its days; a sum is their sum.
        let divisor = if is_ratio(scope.metric()) { count } else { 1.0 };
        let value = places.clone().map(|at| daily.value(at).unwrap_or(residuals.expected[at])).sum::<f64>() / divisor;
        let expected = residuals.expected[places.clone()].iter().sum::<f64>() / divisor;
        let sigma = residuals.sigma[places].iter().map(|sigma| sigma * sigma).sum::<f64>().sqrt() / divisor;
        let (low, high) = (expected - 1.96 * sigma, expected + 1.96 * sigma);
        let bounded = !matches!(scope.metric(), Metric::Sentiment | Metric::Margin | Metric::Revenue | Metric::Units);
        let year_ago = days.year_before();
        oddities.push(Oddity {
            metric: scope.metric(),
            days,
            value,
            expected,
            low: if bounded { low.max(0.0) } else { low },
            high,
            z: run.z,
            driver: driver(scope, facts, days, value - expected)?,
            as_a_year_ago: all.iter().any(|other| {
                let same =
                    DateRange::new(year_ago.start().saturating_sub(4.days()), year_ago.end().saturating_add(4.days()));
                let near = same.ok().and_then(|same| same.intersect(run_days(daily, other)));
                other.z.signum() == run.z.signum() && near.is_some()
            }),
        });
    }
    Ok(oddities)
}

fn run_days(daily: &Daily, run: &Run) -> DateRange {
    DateRange::last_days(daily.day(run.last), i64::try_from(run.last - run.first + 1).unwrap_or(1))
}

/// The member whose deviation from its own same weekdays before is at least half of the whole deviation, and more than
/// its share of the figure would be.
fn driver(
    scope: &Scope,
    facts: &Facts,
    days: DateRange,
    deviation: f64,
) -> Result<Option<(Dimension, Arg, f64)>, EngineError> {
    let mut best: Option<(Dimension, Arg, f64, f64)> = None;
    if scope.range.days() > 100 || deviation == 0.0 {
        return Ok(None);
    }
    let before = DateRange::last_days(days.start().saturating_sub(1.day()), MEMORY_DAYS);
    for dimension in drivers(scope) {
        let frame = facts.measure(&driver_plan(scope, dimension))?;
        let mut names: Vec<&[String]> = frame.rows.iter().map(|row| row.keys.as_slice()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            continue;
        }
        let mut usual_of = Vec::new();
        for name in &names {
            let rows: Vec<_> = frame.rows.iter().filter(|row| row.keys == *name).collect();
            let value = |day| rows.iter().find(|row| row.period == Some(day)).map_or(0.0, |row| row.value);
            let (mut now, mut usual) = (0.0, 0.0);
            for day in days_of(days) {
                now += value(day);
                let same: Vec<f64> = (1..=11)
                    .map(|weeks| day.saturating_sub((7 * weeks).days()))
                    .filter(|day| before.contains(*day) && scope.data.contains(*day))
                    .map(value)
                    .collect();
                usual += median(&same);
            }
            usual_of.push((*name, now, usual));
        }
        let whole: f64 = usual_of.iter().map(|(_, _, usual)| usual).sum();
        for (name, now, usual) in usual_of {
            let share = (now - usual) / deviation;
            let weight = if whole > 0.0 { usual / whole } else { 0.0 };
            let excess = share - weight;
            if share >= 0.5 && excess >= 0.2 && best.as_ref().is_none_or(|best| excess > best.3) {
                best = Some((dimension, label(name), share.min(1.0), excess));
            }
        }
    }
    Ok(best.map(|(dimension, name, share, _)| (dimension, name, share)))
}

fn days_of(range: DateRange) -> impl Iterator<Item = jiff::civil::Date> {
    (0..range.days()).map(move |day| range.start().saturating_add(day.days()))
}

fn told(phrase: Phrase, oddity: &Oddity) -> Phrase {
    let unit = oddity.metric.unit();
    phrase
        .with("metric", oddity.metric)
        .with("range", oddity.days)
        .figure("value", oddity.value, unit)
        .figure("low", oddity.low, unit)
        .figure("high", oddity.high, unit)
        .with("difference", Arg::Change(oddity.value - oddity.expected, unit))
}

fn table(oddities: &[Oddity], range: DateRange) -> Table {
    let columns = ["metric", "days", "found", "expected", "low", "high", "sigmas", "driver"].map(|name| {
        Phrase::new(match name {
            "metric" => "metrics.column.metric",
            "days" => "metrics.column.days",
            "found" => "metrics.column.found",
            "expected" => "metrics.column.expected",
            "low" => "metrics.column.low",
            "high" => "metrics.column.high",
            "sigmas" => "metrics.column.sigmas",
            _ => "metrics.column.driver",
        })
    });
    let rows = oddities.iter().map(|oddity| {
        let unit = oddity.metric.unit();
        vec![
            Arg::Metric(oddity.metric),
            Arg::Range(oddity.days),
            Arg::Figure(oddity.value, unit),
            Arg::Figure(oddity.expected, unit),
            Arg::Figure(oddity.low, unit),
            Arg::Figure(oddity.high, unit),
            Arg::Number((oddity.z * 10.0).round() / 10.0),
            oddity.driver.as_ref().map_or_else(|| Phrase::new("metrics.cell.blank").into(), |driver| driver.1.clone()),
        ]
    });
    let title = Phrase::new("metrics.table.anomalies").with("range", range);
    Table { title, columns: columns.to_vec(), rows: rows.collect() }
}

/// What was, over what was to be expected.
fn chart(scope: &Scope, daily: &Daily, residuals: &Residuals, oddities: &[Oddity]) -> Option<Chart> {
    let from = scope.range.start().saturating_sub(if scope.range.days() < 45 { 30.days() } else { 0.days() });
    let places: Vec<usize> = (0..daily.len()).filter(|at| daily.day(*at) >= from).collect();
    let actual: Vec<LinePoint> = places
        .iter()
        .filter_map(|at| Some(LinePoint { at: daily.day(*at), value: daily.value(*at)?, interval: None }))
        .collect();
    let band = |at: usize| 1.96 * residuals.sigma[at];
    let expected = places.iter().map(|at| LinePoint {
        at: daily.day(*at),
        value: residuals.expected[*at],
        interval: Some((residuals.expected[*at] - band(*at), residuals.expected[*at] + band(*at))),
    });
    let markers = oddities.iter().filter(|oddity| oddity.metric == scope.metric()).take(6);
    let markers =
        markers.map(|oddity| Marker { at: oddity.days.start(), label: Phrase::new("metrics.cell.unusual") }).collect();
    (actual.len() >= 2).then(|| Chart {
        title: Phrase::new("metrics.table.expected").with("metric", scope.metric()),
        unit: scope.metric().unit(),
        kind: ChartKind::Lines {
            lines: vec![
                (Arg::Metric(scope.metric()), actual),
                (Phrase::new("metrics.cell.expected").into(), expected.collect()),
            ],
            markers,
        },
    })
}

fn actions(scope: &Scope, first: Option<&Oddity>) -> Vec<Action> {
    let mut actions = Vec::new();
    if let Some(oddity) = first {
        let same_weekdays = DateRange::last_days(
            oddity.days.last().saturating_sub((7 * ((oddity.days.days() + 6) / 7)).days()),
            oddity.days.days(),
        );
        actions.push(wording::why(oddity.metric, oddity.days, Some(same_weekdays)));
    }
    let metric = first.map_or(scope.metric(), |oddity| oddity.metric);
    for days in [90, 365] {
        let range = DateRange::last_days(scope.range.last(), days);
        if scope.range.days() < days {
            actions.extend(scope.covered(range).map(|range| wording::over(Intent::AnomalyCheck, metric, range)));
        }
    }
    let slots = Slots { metrics: vec![metric], ..Slots::default() };
    let label = Phrase::new("metrics.action.alert").with("metric", metric);
    actions.push(Action { label, intent: Intent::AlertCreate, slots });
    actions.truncate(4);
    actions
}
