//! metric_explain: why a figure moved. Splits the change by every breakdown, so that the parts sum to it, and names the
//! members that moved more than their share. Says where a figure moved; claims no cause.

use super::daily::Daily;
use super::decompose::{Breakdown, ratios, sums};
use super::factors::factors;
use super::figures::{self, Figure, label};
use super::metric::{is_ratio, is_relative, limits, moved, reasons_of};
use super::residuals::{residuals, runs};
use super::scope::Scope;
use super::usual::{Usual, usual};
use super::wording::{self, within};
use crate::domain::{
    Action, Answer, Arg, Bucket, Chart, ChartKind, Coverage, DateRange, Dimension, Facts, Intent, LinePoint, Marker,
    MeasurePlan, Metric, Phrase, Question, Slots, Table, Unit,
};
use crate::engines::EngineError;

/// A dimension whose members surprise less than this shows no more than noise.
const LEAST_SURPRISE: f64 = 1e-4;
/// A second dimension that surprises less than this share of the first tells nothing more.
const SECOND: f64 = 0.25;
/// Findings beyond this many stay in a table.
const TOLD: usize = 2;
/// A change below this share of the figure is none.
const NO_CHANGE: f64 = 0.005;

fn scope(question: &Question, coverage: &Coverage) -> Result<(Scope, DateRange), EngineError> {
    let scope = Scope::new(question, coverage, &[Metric::Revenue])?;
    let baseline = scope.baseline().ok_or_else(|| {
        let wanted = scope.named_baseline().unwrap_or_else(|| scope.range.previous());
        EngineError::Unsupported(Phrase::new("metrics.outside_data").with("range", wanted).with("data", scope.data))
    })?;
    Ok((scope, baseline))
}

/// Breakdowns that could hold a reason: those the question does not narrow to one member.
fn dimensions(scope: &Scope) -> Vec<Dimension> {
    let is_open = |dimension: &Dimension| {
        scope.filters.iter().all(|filter| filter.dimension != *dimension || filter.values.len() > 1)
    };
    reasons_of(scope.metric()).filter(is_open).collect()
}

/// The same step a year earlier, where there is data for it.
fn season(scope: &Scope, baseline: DateRange) -> Option<(DateRange, DateRange)> {
    Some((scope.year_before()?, scope.covered(baseline.year_before())?))
}

pub(super) fn plans(question: &Question, coverage: &Coverage) -> Result<Vec<MeasurePlan>, EngineError> {
    let (scope, baseline) = scope(question, coverage)?;
    let metric = scope.metric();
    let mut plans = vec![scope.total(metric, scope.history()).per(Bucket::Day)];
    for range in [scope.range, baseline] {
        plans.push(scope.total(metric, range));
        plans.extend(dimensions(&scope).into_iter().map(|dimension| scope.total(metric, range).by(dimension)));
        if metric == Metric::Revenue {
            plans.push(scope.total(Metric::Orders, range));
            plans.push(scope.total(Metric::Revenue, range).by(Dimension::Product));
            plans.push(scope.total(Metric::Units, range).by(Dimension::Product));
        }
    }
    if let Some((now, before)) = season(&scope, baseline) {
        plans.extend([now, before].map(|range| scope.total(metric, range)));
    }
    Ok(plans)
}

pub(super) fn answer(question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let (scope, baseline) = scope(question, &facts.coverage)?;
    let metric = scope.metric();
    let total = |range| figures::total(facts, &scope.total(metric, range));
    let now = total(scope.range)?.ok_or(EngineError::NothingMatches(scope.table))?;
    let before = total(baseline)?.ok_or(EngineError::NothingMatches(scope.table))?;
    let change = now.value - before.value;
    let history = scope.history();
    let daily = Daily::new(facts.measure(&scope.total(metric, history).per(Bucket::Day))?, history);
    let usual = usual(&daily, scope.range, baseline);

    let mut breakdowns = Vec::new();
    for dimension in dimensions(&scope) {
        let frame = |range| facts.measure(&scope.total(metric, range).by(dimension));
        let members = figures::members(frame(scope.range)?, Some(frame(baseline)?));
        breakdowns.extend(if is_ratio(metric) {
            ratios(dimension, &members, now, before)
        } else {
            sums(dimension, &members, now.value, before.value)
        });
    }
    breakdowns.sort_by(|left, right| right.surprise.total_cmp(&left.surprise));

    let lead = breakdowns.first().filter(|first| first.surprise >= LEAST_SURPRISE && !first.leading.is_empty());
    let mut answer = Answer::new(within(headline(&scope, baseline, now, before, usual, lead), &scope));
    let is_flat = is_flat(metric, now, before);
    if !is_flat {
        let best = breakdowns.first().map_or(0.0, |first| first.surprise);
        let tells = |one: &&Breakdown| one.surprise >= LEAST_SURPRISE.max(SECOND * best);
        for (at, breakdown) in breakdowns.iter().filter(tells).take(2).enumerate() {
            leaders(&mut answer, metric, breakdown, change, 8.0 - at as f64);
        }
        if is_ratio(metric) {
            mix(&mut answer, metric, breakdowns.first(), change);
        }
    }
    if metric == Metric::Revenue {
        factors(&mut answer, &scope, baseline, facts, now, before)?;
    }
    if let Some((year_now, year_before)) = season(&scope, baseline)
        && let (Some(year_now), Some(year_before)) = (total(year_now)?, total(year_before)?)
        && let Some(step) = moved(metric, year_now.value, year_before.value)
    {
        answer.find(Phrase::new("metrics.find.season").with("change", step), 5.0);
    }
    let markers = odd_days(&mut answer, &scope, baseline, &daily, change);
    let others = beyond_the_first(&mut answer);
    answer.trust.push(wording::compared(usual));
    answer.trust.push(wording::rests_on(&scope, &facts.coverage, now.rows + before.rows));
    answer.caveats.push(Phrase::new("metrics.caveat.no_cause"));
    answer.caveats.extend(scope.caveats_compared());
    answer.assumptions.extend(scope.assumptions.clone());
    answer.assumptions.extend(
        scope.named_baseline().is_none().then(|| Phrase::new("metrics.assume.baseline").with("before", baseline)),
    );
    for breakdown in &breakdowns {
        answer.tables.push(table(metric, breakdown, change));
    }
    answer.tables.extend(others);
    answer.charts.extend(breakdowns.first().map(|first| bars(metric, first)));
    answer.charts.extend(line(&scope, baseline, &daily, markers));
    answer.evidence = wording::evidence(&scope, facts, &[scope.range, baseline]);
    answer.evidence.method.push(Phrase::new(if is_ratio(metric) {
        "metrics.method.rates"
    } else {
        "metrics.method.sums"
    }));
    answer.evidence.method.push(Phrase::new("metrics.method.usual"));
    answer.actions.extend(actions(&scope, baseline, lead));
    Ok(answer)
}

fn is_flat(metric: Metric, now: Figure, before: Figure) -> bool {
    let size = if is_relative(metric) { before.value.abs() } else { 1.0 };
    (now.value - before.value).abs() <= NO_CHANGE * size
}

fn headline(
    scope: &Scope,
    baseline: DateRange,
    now: Figure,
    before: Figure,
    usual: Option<Usual>,
    lead: Option<&Breakdown>,
) -> Phrase {
    let metric = scope.metric();
    let change = now.value - before.value;
    let is_flat = is_flat(metric, now, before);
    let is_usual = usual.is_some_and(|usual| !usual.is_beyond());
    let key = match lead {
        _ if is_flat => "metrics.moved_not",
        _ if is_usual => "metrics.moved_usual",
        Some(_) => "metrics.moved_by",
        None => "metrics.moved",
    };
    let mut phrase = Phrase::new(key)
        .with("metric", metric)
        .figure("value", now.value, metric.unit())
        .with("change", Arg::Change(change, metric.unit()))
        .with("range", scope.range)
        .with("before", baseline);
    if let Some(growth) = moved(metric, now.value, before.value).filter(|_| is_relative(metric)) {
        phrase = phrase.with("growth", growth);
    }
    if let Some((breakdown, part)) = lead.and_then(|lead| Some((lead, lead.parts.get(*lead.leading.first()?)?))) {
        phrase = phrase
            .with("name", label(&part.names))
            .with("dimension", breakdown.dimension)
            .with("part", Arg::Change(part.change, metric.unit()));
    }
    phrase
}

/// The members that brought most of the change.
fn leaders(answer: &mut Answer, metric: Metric, breakdown: &Breakdown, change: f64, weight: f64) {
    let parts = breakdown.leading.iter().filter_map(|at| breakdown.parts.get(*at)).take(2);
    for (at, part) in parts.enumerate() {
        let key = if is_ratio(metric) { "metrics.find.leads_ratio" } else { "metrics.find.leads" };
        let text = Phrase::new(key)
            .with("name", label(&part.names))
            .with("dimension", breakdown.dimension)
            .with("part", Arg::Change(part.change, metric.unit()))
            .with("of_change", Arg::Share(part.change / change))
            .with("of_whole", Arg::Share(part.share))
            .figure("before_value", part.before, metric.unit())
            .figure("value", part.now, metric.unit());
        answer.find(text, weight - 0.4 * at as f64);
    }
}

/// How much of a ratio's change comes from the members' weights.
fn mix(answer: &mut Answer, metric: Metric, breakdown: Option<&Breakdown>, change: f64) {
    let Some(breakdown) = breakdown else { return };
    let (mix, rate) = breakdown.mix_and_rate();
    // What would be written as nothing is not worth a word.
    if mix.abs() < 0.1 * change.abs() || (metric.unit() == Unit::Number && mix.abs() < 0.005) {
        return;
    }
    let text = Phrase::new("metrics.find.mix")
        .with("mix", Arg::Change(mix, metric.unit()))
        .with("rate", Arg::Change(rate, metric.unit()))
        .with("dimension", breakdown.dimension);
    answer.find(text, 6.0);
}

/// Two findings can be read on a phone; the others go to a table.
fn beyond_the_first(answer: &mut Answer) -> Option<Table> {
    answer.findings.sort_by(|left, right| right.weight.total_cmp(&left.weight));
    let others = answer.findings.split_off(TOLD.min(answer.findings.len()));
    (!others.is_empty()).then(|| Table {
        title: Phrase::new("metrics.table.others"),
        columns: vec![Phrase::new("metrics.column.also")],
        rows: others.into_iter().map(|finding| vec![finding.text.into()]).collect(),
    })
}

/// The days that were odd in themselves and in the direction of the move: high ones now or low ones before where the
/// figure rose, the other way round where it fell.
fn odd_days(answer: &mut Answer, scope: &Scope, baseline: DateRange, daily: &Daily, change: f64) -> Vec<Marker> {
    let metric = scope.metric();
    let Some(residuals) = residuals(daily) else { return Vec::new() };
    let mut markers = Vec::new();
    let mut found = runs(daily, &residuals, 0..daily.len());
    found.retain(|run| {
        let day = daily.day(run.first);
        let pulls = run.z * change;
        (scope.range.contains(day) && pulls > 0.0) || (baseline.contains(day) && pulls < 0.0)
    });
    found.sort_by(|left, right| right.z.abs().total_cmp(&left.z.abs()));
    for (at, run) in found.iter().take(3).enumerate() {
        let range = DateRange::last_days(daily.day(run.last), i64::try_from(run.last - run.first + 1).unwrap_or(1));
        markers.push(Marker { at: range.start(), label: Phrase::new("metrics.cell.unusual") });
        if at < 2 {
            let days = (run.last - run.first + 1) as f64;
            let value = (run.first..=run.last).filter_map(|day| daily.value(day)).sum::<f64>() / days;
            let expected = residuals.expected[run.first..=run.last].iter().sum::<f64>() / days;
            let key = if run.first == run.last { "metrics.find.odd_day" } else { "metrics.find.odd_days" };
            let text = Phrase::new(key).with("range", range).figure("value", value, metric.unit()).figure(
                "expected",
                expected,
                metric.unit(),
            );
            answer.find(text, 4.0 - 0.1 * at as f64);
        }
    }
    markers
}

fn table(metric: Metric, breakdown: &Breakdown, change: f64) -> Table {
    let unit = metric.unit();
    let mut parts: Vec<_> = breakdown.parts.iter().collect();
    parts.sort_by(|left, right| right.change.abs().total_cmp(&left.change.abs()));
    let rows = parts.iter().take(50).map(|part| {
        let of_change = if change.abs() > f64::EPSILON { part.change / change } else { 0.0 };
        vec![
            label(&part.names),
            Arg::Figure(part.before, unit),
            Arg::Figure(part.now, unit),
            Arg::Change(part.change, unit),
            Arg::Share(of_change),
            Arg::Share(part.share),
        ]
    });
    let columns = [
        "metrics.column.before",
        "metrics.column.now",
        "metrics.column.part_of_change",
        "metrics.column.of_change",
        "metrics.column.of_whole",
    ];
    let mut headings = vec![Phrase::new("metrics.column.dimension").with("dimension", breakdown.dimension)];
    headings.extend(columns.map(Phrase::new));
    let title = Phrase::new("metrics.table.parts").with("metric", metric).with("dimension", breakdown.dimension);
    Table { title, columns: headings, rows: rows.collect() }
}

fn bars(metric: Metric, breakdown: &Breakdown) -> Chart {
    let mut parts: Vec<_> = breakdown.parts.iter().collect();
    parts.sort_by(|left, right| right.change.abs().total_cmp(&left.change.abs()));
    Chart {
        title: Phrase::new("metrics.table.parts").with("metric", metric).with("dimension", breakdown.dimension),
        unit: metric.unit(),
        kind: ChartKind::Bars { bars: parts.iter().take(10).map(|part| (label(&part.names), part.change)).collect() },
    }
}

/// Both periods day by day.
fn line(scope: &Scope, baseline: DateRange, daily: &Daily, markers: Vec<Marker>) -> Option<Chart> {
    let days = DateRange::new(baseline.start().min(scope.range.start()), scope.range.end()).ok()?;
    let shown = days.days() <= 400;
    let points: Vec<LinePoint> = (0..daily.len())
        .filter(|at| shown && days.contains(daily.day(*at)))
        .filter_map(|at| Some(LinePoint { at: daily.day(at), value: daily.value(at)?, interval: None }))
        .collect();
    (points.len() >= 2).then(|| Chart {
        title: Phrase::new("metrics.table.series")
            .with("metric", scope.metric())
            .with("bucket", Bucket::Day)
            .with("range", days),
        unit: scope.metric().unit(),
        kind: ChartKind::Past {
            lines: vec![(Arg::Metric(scope.metric()), points)],
            usual: None,
            partial: Vec::new(),
            limits: limits(scope.metric()),
            markers,
        },
    })
}

fn actions(scope: &Scope, baseline: DateRange, lead: Option<&Breakdown>) -> Vec<Action> {
    let metric = scope.metric();
    let mut actions = Vec::new();
    let part = lead.and_then(|lead| Some((lead.dimension, lead.parts.get(*lead.leading.first()?)?)));
    if let Some((dimension, part)) = part.filter(|(_, part)| part.names.iter().all(|name| name != "(none)")) {
        let slots = Slots { names: [(dimension, part.names.clone())].into(), ..Slots::default() };
        let name = Phrase::new("metrics.action.inside").with("metric", metric).with("name", label(&part.names));
        actions.push(Action { label: name, intent: Intent::MetricExplain, slots });
    }
    if let Some(year) = scope.year_before().filter(|year| *year != baseline) {
        let against = wording::against(metric, scope.range, year);
        actions.push(Action { intent: Intent::MetricCompare, ..against });
    }
    let longer = DateRange::last_days(scope.range.last(), 90);
    if scope.assumed_range && scope.covered(longer.previous()).is_some() {
        actions.push(wording::over(Intent::MetricExplain, metric, longer));
    }
    actions.push(wording::anomalies(metric, scope.range));
    actions.push(wording::forecast(metric));
    actions.truncate(4);
    actions
}
