//! metric_report: a figure of a period, whole and by steps of time, against what it was before. By members: `members`.

use super::figures::{self, Figure};
use super::members;
use super::metric::{limits, moved};
use super::scope::Scope;
use super::wording::{self, within};
use crate::domain::{
    Answer, Arg, Bucket, Chart, ChartKind, Coverage, DateRange, Facts, Frame, Intent, LinePoint, MeasurePlan, Metric,
    Phrase, Question, Table,
};
use crate::engines::EngineError;

pub(super) fn plans(question: &Question, coverage: &Coverage) -> Result<Vec<MeasurePlan>, EngineError> {
    Ok(of_scope(&Scope::new(question, coverage, &[Metric::Revenue])?))
}

/// The plans of a report.
pub(super) fn of_scope(scope: &Scope) -> Vec<MeasurePlan> {
    let mut plans = Vec::new();
    for metric in &scope.metrics {
        let periods = [Some(scope.range), scope.baseline(), scope.year_before()];
        plans.extend(periods.into_iter().flatten().map(|range| scope.total(*metric, range)));
        if scope.by.is_empty() || scope.bucket.is_some() {
            plans.push(series_plan(scope, *metric));
        }
        if !scope.by.is_empty() {
            plans.push(scope.members_plan(*metric, scope.range));
            plans.extend(scope.baseline().map(|range| scope.members_plan(*metric, range)));
        }
    }
    plans
}

fn bucket(scope: &Scope) -> Bucket {
    scope.bucket.unwrap_or_else(|| scope.suitable_bucket())
}

pub(super) fn series_plan(scope: &Scope, metric: Metric) -> MeasurePlan {
    scope.members(metric, scope.range).per(bucket(scope))
}

pub(super) fn answer(question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let scope = Scope::new(question, &facts.coverage, &[Metric::Revenue])?;
    let mut answer = if scope.by.is_empty() {
        whole(&scope, question, facts)?
    } else {
        members::by_members(&scope, question, facts)?
    };
    finish(&mut answer, &scope, facts);
    Ok(answer)
}

/// Assumptions, caveats and evidence, which every report has.
pub(super) fn finish(answer: &mut Answer, scope: &Scope, facts: &Facts) {
    answer.assumptions.extend(scope.assumptions.clone());
    answer.caveats.extend(scope.caveats_compared());
    let days: Vec<_> = [Some(scope.range), scope.baseline(), scope.year_before()].into_iter().flatten().collect();
    answer.evidence = wording::evidence(scope, facts, &days);
    if scope.assumed_range {
        let year = crate::domain::DateRange::last_days(scope.range.last(), 365);
        answer
            .actions
            .extend(scope.covered(year).map(|year| wording::over(Intent::MetricReport, scope.metric(), year)));
    }
    answer.actions.truncate(4);
}

/// A figure, or several, without members.
fn whole(scope: &Scope, question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let mut stated = Vec::new();
    let mut rows = Vec::new();
    let mut read = 0;
    for metric in &scope.metrics {
        let now = figures::total(facts, &scope.total(*metric, scope.range))?;
        let Some(now) = now else { continue };
        let now = now.over(scope.divisor(*metric, scope.range));
        let earlier = |range: Option<DateRange>| -> Result<Option<Figure>, EngineError> {
            let Some(range) = range else { return Ok(None) };
            let figure = figures::total(facts, &scope.total(*metric, range))?;
            Ok(figure.map(|figure| figure.over(scope.divisor(*metric, range))))
        };
        let (before, year) = (earlier(scope.baseline())?, earlier(scope.year_before())?);
        read = read.max(now.rows);
        let unit = metric.unit();
        let cell = |figure: Option<Figure>| figure.map_or_else(blank, |figure| Arg::Figure(figure.value, unit));
        let change = |figure: Option<Figure>| {
            figure.and_then(|figure| moved(*metric, now.value, figure.value)).unwrap_or_else(blank)
        };
        rows.push(vec![
            scope.named(*metric),
            Arg::Figure(now.value, unit),
            cell(before),
            change(before),
            cell(year),
            change(year),
        ]);
        stated.push((*metric, now, before, year));
    }
    let Some((metric, now, before, year)) = stated.first().copied() else {
        return Err(EngineError::NothingMatches(scope.table));
    };
    let headline = if let [_] = stated[..] {
        let phrase =
            Phrase::new("metrics.total").with("metric", scope.named(metric)).figure("value", now.value, metric.unit());
        with_change(phrase.with("range", scope.range), scope, metric, now, before)
    } else {
        let each = stated.iter().map(|(metric, now, before, _)| {
            let phrase = Phrase::new("metrics.part").with("metric", scope.named(*metric)).figure(
                "value",
                now.value,
                metric.unit(),
            );
            Arg::from(with_change(phrase, scope, *metric, *now, *before))
        });
        Phrase::new("metrics.totals").with("range", scope.range).with("figures", Arg::List(each.collect()))
    };
    let mut answer = Answer::new(within(headline, scope));
    if let [_] = stated[..] {
        answer.findings.extend(year_finding(scope, metric, now, year));
        answer.findings.extend(per_day(scope, metric, now, before));
    }
    let columns = ["metric", "now", "before", "change", "year", "year_change"];
    let title = Phrase::new("metrics.table.totals").with("range", scope.range);
    let overview = Table { title, columns: columns.map(column).to_vec(), rows };
    for (at, (metric, ..)) in stated.iter().enumerate() {
        let frame = facts.measure(&series_plan(scope, *metric))?;
        let steps = steps(scope, question, frame);
        if at == 0 && metric.is_additive() {
            extremes(&mut answer, scope, *metric, &steps);
        }
        answer.charts.extend(line(scope, question, *metric, &steps));
        answer.tables.push(series_table(scope, *metric, &steps));
    }
    let place = usize::from(stated.len() == 1).min(answer.tables.len());
    answer.tables.insert(place, overview);
    answer.trust.push(wording::rests_on(scope, &facts.coverage, read));
    let free = super::metric::dimensions_of(metric)
        .iter()
        .find(|dimension| scope.filters.iter().all(|filter| filter.dimension != **dimension));
    answer.actions.extend(scope.baseline().map(|before| wording::why(metric, scope.range, Some(before))));
    answer.actions.extend(free.map(|dimension| wording::by(metric, *dimension)));
    answer.actions.push(wording::forecast(metric));
    Ok(answer)
}

pub(super) fn blank() -> Arg {
    Phrase::new("metrics.cell.blank").into()
}

pub(super) fn column(name: &'static str) -> Phrase {
    Phrase::new(match name {
        "metric" => "metrics.column.metric",
        "now" => "metrics.column.now",
        "before" => "metrics.column.before",
        "change" => "metrics.column.change",
        "year" => "metrics.column.year",
        _ => "metrics.column.year_change",
    })
}

fn with_change(phrase: Phrase, scope: &Scope, metric: Metric, now: Figure, before: Option<Figure>) -> Phrase {
    let change = before.and_then(|before| moved(metric, now.value, before.value));
    match (change, scope.baseline()) {
        (Some(change), Some(before)) => phrase.with("change", change).with("before", before),
        _ => phrase,
    }
}

fn year_finding(scope: &Scope, metric: Metric, now: Figure, year: Option<Figure>) -> Option<crate::domain::Finding> {
    let (year, range) = (year?, scope.year_before().filter(|year| scope.baseline() != Some(*year))?);
    let text = Phrase::new("metrics.find.year")
        .figure("value", year.value, metric.unit())
        .with("range", range)
        .with("change", moved(metric, now.value, year.value)?);
    Some(crate::domain::Finding { text, weight: 2.0 })
}

/// Months are not equally long; a sum is then also compared by the day.
fn per_day(scope: &Scope, metric: Metric, now: Figure, before: Option<Figure>) -> Option<crate::domain::Finding> {
    let (before, range) = (before?, scope.baseline()?);
    if range.days() == scope.range.days() || !metric.is_additive() || scope.is_per_day(metric) {
        return None;
    }
    let (now, before) = (now.value / scope.range.days() as f64, before.value / range.days() as f64);
    let text = Phrase::new("metrics.find.per_day")
        .figure("value", now, metric.unit())
        .with("change", moved(metric, now, before)?);
    Some(crate::domain::Finding { text, weight: 1.5 })
}

/// A step of time: its first day, its value, whether the period covers it whole.
pub(super) struct Step {
    pub(super) at: jiff::civil::Date,
    pub(super) value: f64,
    pub(super) is_whole: bool,
}

/// Every step of the period; those without rows are 0 where that is what they mean.
pub(super) fn steps(scope: &Scope, question: &Question, frame: &Frame) -> Vec<Step> {
    let bucket = bucket(scope);
    let mut steps = Vec::new();
    let mut at = bucket.floor(scope.range.start(), question.week_start);
    while at < scope.range.end() && steps.len() < 5_000 {
        let next = bucket.next(at);
        let is_whole = at >= scope.range.start() && next <= scope.range.end();
        let row = frame.rows.iter().find(|row| row.period == Some(at)).filter(|row| row.value.is_finite());
        match row {
            Some(row) => steps.push(Step { at, value: row.value, is_whole }),
            None if !super::metric::is_ratio(frame.plan.metric) => steps.push(Step { at, value: 0.0, is_whole }),
            None => {}
        }
        if next <= at {
            break;
        }
        at = next;
    }
    steps
}

/// The best and the worst step.
fn extremes(answer: &mut Answer, scope: &Scope, metric: Metric, steps: &[Step]) {
    let whole: Vec<&Step> = steps.iter().filter(|step| step.is_whole).collect();
    let best = whole.iter().max_by(|left, right| left.value.total_cmp(&right.value));
    let worst = whole.iter().min_by(|left, right| left.value.total_cmp(&right.value));
    if let (Some(best), Some(worst), 3..) = (best, worst, whole.len()) {
        let text = Phrase::new("metrics.find.extremes")
            .with("bucket", bucket(scope))
            .with("best", step_name(scope, best.at))
            .figure("high", best.value, metric.unit())
            .with("worst", step_name(scope, worst.at))
            .figure("low", worst.value, metric.unit());
        answer.find(text, 1.0);
    }
}

/// A step of time as people call it.
fn step_name(scope: &Scope, at: jiff::civil::Date) -> Arg {
    match bucket(scope) {
        Bucket::Day => Arg::Date(at),
        Bucket::Week => Phrase::new("metrics.cell.week_of").with("day", at).into(),
        Bucket::Month => DateRange::new(at, Bucket::Month.next(at)).map_or(Arg::Date(at), Arg::Range),
    }
}

/// Lines of steps, those at both ends that the period cuts among them.
pub(super) fn past(scope: &Scope, question: &Question, metric: Metric, lines: Vec<(Arg, Vec<LinePoint>)>) -> ChartKind {
    let bucket = bucket(scope);
    let ends = [scope.range.start(), scope.range.last()].map(|day| bucket.floor(day, question.week_start));
    let is_cut = |at: &jiff::civil::Date| *at < scope.range.start() || bucket.next(*at) > scope.range.end();
    let partial = ends.into_iter().filter(is_cut).collect();
    ChartKind::Past { lines, usual: None, partial, limits: limits(metric), markers: Vec::new() }
}

fn line(scope: &Scope, question: &Question, metric: Metric, steps: &[Step]) -> Option<Chart> {
    let points: Vec<LinePoint> =
        steps.iter().map(|step| LinePoint { at: step.at, value: step.value, interval: None }).collect();
    (points.len() >= 2).then(|| Chart {
        title: within(series_title(scope, metric), scope),
        unit: metric.unit(),
        kind: past(scope, question, metric, vec![(Arg::Metric(metric), points)]),
    })
}

fn series_title(scope: &Scope, metric: Metric) -> Phrase {
    Phrase::new("metrics.table.series").with("metric", metric).with("bucket", bucket(scope)).with("range", scope.range)
}

fn series_table(scope: &Scope, metric: Metric, steps: &[Step]) -> Table {
    let mut columns = vec![
        Phrase::new("metrics.column.bucket").with("bucket", bucket(scope)),
        Phrase::new("metrics.column.metric_named").with("metric", metric),
    ];
    let is_cut = steps.iter().any(|step| !step.is_whole);
    if is_cut {
        columns.push(Phrase::new("metrics.column.covered"));
    }
    let row = |step: &Step| {
        let mut row = vec![Arg::Date(step.at), Arg::Figure(step.value, metric.unit())];
        row.extend(is_cut.then(|| covered(scope, step)));
        row
    };
    Table { title: within(series_title(scope, metric), scope), columns, rows: steps.iter().map(row).collect() }
}

/// How many of its days a step holds.
fn covered(scope: &Scope, step: &Step) -> Arg {
    let all = DateRange::new(step.at, bucket(scope).next(step.at)).ok();
    let held = all.and_then(|all| Some((all.intersect(scope.range)?.days(), all.days())));
    let (days, of) = held.unwrap_or((0, 0));
    let key = if step.is_whole { "metrics.cell.whole" } else { "metrics.cell.covered" };
    Phrase::new(key).with("days", Arg::Count(days)).with("of", Arg::Count(of)).into()
}
