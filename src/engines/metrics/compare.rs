//! metric_compare: a figure against another period; `versus` sets members against each other. Says whether the difference
//! is more than usual.

use super::daily::Daily;
use super::figures::{self, Member};
use super::metric::{dimensions_of, is_ratio, is_relative, moved};
use super::report;
use super::scope::Scope;
use super::usual::usual;
use super::versus;
use super::wording::{self, within};
use crate::domain::{
    Answer, Arg, Bucket, Chart, ChartKind, Coverage, DateRange, Dimension, Facts, Frame, Intent, MeasurePlan, Metric,
    Phrase, Question, Table,
};
use crate::engines::EngineError;

/// What is compared with what.
enum Sides {
    /// The period with another one.
    Periods(DateRange),
    /// Members of a dimension with each other.
    Members(Dimension),
}

fn scope(question: &Question, coverage: &Coverage) -> Result<(Scope, Sides), EngineError> {
    let mut question = question.clone();
    let named = question.slots.names.iter().find(|(_, names)| names.len() >= 2).map(|(dimension, _)| *dimension);
    if let (Some(dimension), None) = (named, &question.slots.baseline) {
        question.slots.by = vec![dimension];
        return Ok((Scope::new(&question, coverage, &[Metric::Revenue])?, Sides::Members(dimension)));
    }
    let scope = Scope::new(&question, coverage, &[Metric::Revenue])?;
    let baseline = scope.baseline().ok_or_else(|| {
        let wanted = scope.named_baseline().unwrap_or_else(|| scope.range.previous());
        EngineError::Unsupported(Phrase::new("metrics.outside_data").with("range", wanted).with("data", scope.data))
    })?;
    Ok((scope, Sides::Periods(baseline)))
}

pub(super) fn plans(question: &Question, coverage: &Coverage) -> Result<Vec<MeasurePlan>, EngineError> {
    let (scope, sides) = scope(question, coverage)?;
    let mut plans = report::of_scope(&scope);
    match sides {
        Sides::Periods(baseline) => {
            for metric in &scope.metrics {
                plans.push(scope.total(*metric, baseline));
                plans.push(scope.total(*metric, scope.history()).per(Bucket::Day));
            }
            if let Some(dimension) = shown_by(&scope) {
                for metric in told_by(&scope) {
                    let ranges = [scope.range, baseline];
                    plans.extend(ranges.map(|range| member_plan(&scope, *metric, dimension, range)));
                }
            }
        }
        Sides::Members(_) => plans.push(scope.members(scope.metric(), scope.range).per(versus::bucket(&scope))),
    }
    Ok(plans)
}

/// The breakdown that the table shows: what was asked for, or the first that is not narrowed.
fn shown_by(scope: &Scope) -> Option<Dimension> {
    let free = |dimension: &&Dimension| scope.filters.iter().all(|filter| filter.dimension != **dimension);
    scope.by.first().or_else(|| dimensions_of(scope.metric()).iter().find(free)).copied()
}

/// The figures whose members are told: all where a breakdown was asked for, otherwise the first.
fn told_by(scope: &Scope) -> &[Metric] {
    let told = if scope.by.is_empty() { 1 } else { scope.metrics.len() };
    &scope.metrics[..told.min(scope.metrics.len())]
}

fn member_plan(scope: &Scope, metric: Metric, dimension: Dimension, range: DateRange) -> MeasurePlan {
    let plan = scope.total(metric, range).by(dimension);
    if scope.is_mean_weekday(metric) { plan.per(Bucket::Day) } else { plan }
}

pub(super) fn answer(question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let (scope, sides) = scope(question, &facts.coverage)?;
    let mut answer = match sides {
        Sides::Periods(baseline) => periods(&scope, baseline, facts)?,
        Sides::Members(dimension) => versus::between(question, &scope, dimension, facts)?,
    };
    answer.assumptions.extend(scope.assumptions.clone());
    answer.caveats.extend(scope.caveats_compared());
    let days: Vec<DateRange> = [Some(scope.range), scope.baseline()].into_iter().flatten().collect();
    answer.evidence = wording::evidence(&scope, facts, &days);
    answer.evidence.method.push(Phrase::new(match sides {
        Sides::Periods(_) => "metrics.method.usual",
        Sides::Members(_) => "metrics.method.sign_test",
    }));
    answer.actions.truncate(4);
    Ok(answer)
}

/// A period against another.
fn periods(scope: &Scope, baseline: DateRange, facts: &Facts) -> Result<Answer, EngineError> {
    let mut rows = Vec::new();
    let mut parts = Vec::new();
    let mut first = None;
    for metric in &scope.metrics {
        let now = figures::total(facts, &scope.total(*metric, scope.range))?;
        let before = figures::total(facts, &scope.total(*metric, baseline))?;
        let (Some(now), Some(before)) = (now, before) else { continue };
        let daily =
            Daily::new(facts.measure(&scope.total(*metric, scope.history()).per(Bucket::Day))?, scope.history());
        let usual = usual(&daily, scope.range, baseline);
        let growth = moved(*metric, now.value, before.value).unwrap_or_else(|| Phrase::new("metrics.cell.new").into());
        rows.push(vec![
            Arg::Metric(*metric),
            Arg::Figure(before.value, metric.unit()),
            Arg::Figure(now.value, metric.unit()),
            Arg::Change(now.value - before.value, metric.unit()),
            growth.clone(),
        ]);
        let part = Phrase::new("metrics.part_against")
            .with("metric", *metric)
            .figure("value", now.value, metric.unit())
            .figure("before_value", before.value, metric.unit())
            .with("growth", growth.clone());
        parts.push(Arg::from(part));
        if first.is_none() {
            first = Some((*metric, now, before, growth, usual));
        }
    }
    let (told, now, before, growth, usual) = first.ok_or(EngineError::NothingMatches(scope.table))?;
    let headline = if parts.len() > 1 {
        Phrase::new("metrics.against_each").with("figures", Arg::List(parts))
    } else {
        Phrase::new("metrics.against")
            .with("metric", told)
            .figure("value", now.value, told.unit())
            .with("change", Arg::Change(now.value - before.value, told.unit()))
            .figure("before_value", before.value, told.unit())
    };
    let headline = if is_relative(told) { headline.with("growth", growth) } else { headline };
    let headline = headline.with("range", scope.range).with("before", baseline);
    let mut answer = Answer::new(within(headline, scope));
    if scope.range.days() != baseline.days() && told.is_additive() {
        let (a, b) = (now.value / scope.range.days() as f64, before.value / baseline.days() as f64);
        if let Some(change) = moved(told, a, b) {
            answer
                .find(Phrase::new("metrics.find.per_day").figure("value", a, told.unit()).with("change", change), 4.0);
        }
    }
    answer.trust.push(wording::compared(usual));
    answer.trust.push(wording::rests_on(scope, &facts.coverage, now.rows + before.rows));
    let columns = [
        "metrics.column.metric",
        "metrics.column.before",
        "metrics.column.now",
        "metrics.column.difference",
        "metrics.column.change",
    ];
    let title = Phrase::new("metrics.table.compared").with("range", scope.range).with("before", baseline);
    let overview = Table { title, columns: columns.map(Phrase::new).to_vec(), rows };
    let mut bars: Vec<(Arg, f64)> = vec![(Arg::Range(baseline), before.value), (Arg::Range(scope.range), now.value)];
    let mut title = Phrase::new("metrics.table.compared_metric").with("metric", told);
    for (at, metric) in told_by(scope).iter().enumerate() {
        let Some(dimension) = shown_by(scope) else { break };
        let frame = |range| -> Result<Frame, EngineError> {
            let frame = facts.measure(&member_plan(scope, *metric, dimension, range))?;
            Ok(if scope.is_mean_weekday(*metric) { figures::mean_weekdays(frame, range) } else { frame.clone() })
        };
        let mut members = figures::members(&frame(scope.range)?, Some(&frame(baseline)?));
        members.sort_by(|left, right| right.change().abs().total_cmp(&left.change().abs()));
        if members.len() < 2 {
            continue;
        }
        movers(&mut answer, scope, *metric, &members, 3.0 - 0.1 * at as f64);
        answer.tables.push(by_dimension(scope, *metric, baseline, dimension, &members));
        if at == 0 && !is_ratio(*metric) {
            bars = members.iter().take(10).map(|member| (member.label(), member.change())).collect();
            title = Phrase::new("metrics.table.changes").with("metric", *metric).with("dimension", dimension);
        }
    }
    answer.tables.insert(0, overview);
    answer.charts.push(Chart { title: within(title, scope), unit: told.unit(), kind: ChartKind::Bars { bars } });
    answer.actions.push(wording::why(told, scope.range, Some(baseline)));
    let longer = DateRange::last_days(scope.range.last(), 90);
    if scope.assumed_range && scope.covered(longer.previous()).is_some() {
        answer.actions.push(wording::over(Intent::MetricCompare, told, longer));
    }
    if let Some(year) = scope.year_before().filter(|year| *year != baseline) {
        answer.actions.push(wording::against(told, scope.range, year));
    }
    answer.actions.extend(other_dimension(scope).map(|dimension| wording::by(told, dimension)));
    Ok(answer)
}

/// A breakdown that the answer does not show yet.
pub(super) fn other_dimension(scope: &Scope) -> Option<Dimension> {
    let shown = shown_by(scope);
    let is_new =
        |other: &&Dimension| Some(**other) != shown && scope.filters.iter().all(|filter| filter.dimension != **other);
    dimensions_of(scope.metric()).iter().find(is_new).copied()
}

/// Who moved most, one either way.
fn movers(answer: &mut Answer, scope: &Scope, metric: Metric, members: &[Member], weight: f64) {
    let all: f64 = members.iter().map(|member| member.change().abs()).sum();
    for (key, up) in [("metrics.find.gained", true), ("metrics.find.lost", false)] {
        let is_far = |change: f64| if up { change > 0.05 * all } else { change < -0.05 * all };
        let stays = |member: &&Member| member.now.is_some() && member.before.is_some() && !member.is_unnamed();
        let member = members.iter().filter(stays).find(|member| is_far(member.change()));
        if let Some(member) = member {
            let text = Phrase::new(key)
                .with("name", member.label())
                .with("change", Arg::Change(member.change(), metric.unit()))
                .with("growth", member.moved(metric));
            let is_one_of_several = told_by(scope).len() > 1;
            answer.find(if is_one_of_several { text.with("metric", metric) } else { text }, weight);
        }
    }
}

fn by_dimension(scope: &Scope, metric: Metric, baseline: DateRange, dimension: Dimension, members: &[Member]) -> Table {
    let unit = metric.unit();
    let rows = members.iter().take(50).map(|member| {
        vec![
            member.label(),
            Arg::Figure(member.value_before(), unit),
            Arg::Figure(member.value(), unit),
            Arg::Change(member.change(), unit),
            member.moved(metric),
        ]
    });
    let columns = ["metrics.column.before", "metrics.column.now", "metrics.column.difference", "metrics.column.change"];
    let mut headings = vec![Phrase::new("metrics.column.dimension").with("dimension", dimension)];
    headings.extend(columns.map(Phrase::new));
    let title = Phrase::new("metrics.table.compared_by")
        .with("metric", metric)
        .with("dimension", dimension)
        .with("range", scope.range)
        .with("before", baseline);
    Table { title, columns: headings, rows: rows.collect() }
}
