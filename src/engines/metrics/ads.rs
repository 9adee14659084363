//! ad_performance: what ads cost and brought, by channel unless something else was asked for.

use super::figures::{self, Figure, Member};
use super::members::{members_table, members_title, ranked};
use super::metric::{is_ratio, moved};
use super::report;
use super::scope::Scope;
use super::wording::{self, within};
use crate::domain::{
    Answer, Chart, ChartKind, Coverage, Dimension, Facts, MeasurePlan, Metric, Phrase, Question, TableName,
};
use crate::engines::EngineError;

/// What every answer about ads tells.
const ALWAYS: [Metric; 3] = [Metric::Spend, Metric::Conversions, Metric::Roas];
/// A member with less of the denominator than this is not called best or worst.
const LEAST_WEIGHT: f64 = 0.02;

/// The figures that are told, the one by which members are judged first.
fn scope(question: &Question, coverage: &Coverage) -> Result<Scope, EngineError> {
    let mut question = question.clone();
    let mut metrics: Vec<Metric> =
        question.slots.metrics.iter().copied().filter(|metric| metric.table() == TableName::AdResults).collect();
    if metrics.is_empty() {
        metrics.push(Metric::Roas);
    }
    for metric in ALWAYS {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    question.slots.metrics = metrics;
    if question.slots.by.iter().all(|by| by.bucket().is_some()) {
        // Naming one channel asks what is inside it.
        let inside = [Dimension::Channel, Dimension::Campaign, Dimension::Placement, Dimension::Device];
        let one = |dimension: &Dimension| question.slots.names_of(*dimension).len() == 1;
        let by = inside.into_iter().find(|dimension| !one(dimension)).unwrap_or(Dimension::Channel);
        question.slots.by.insert(0, by);
    }
    Scope::new(&question, coverage, &ALWAYS)
}

pub(super) fn plans(question: &Question, coverage: &Coverage) -> Result<Vec<MeasurePlan>, EngineError> {
    Ok(report::of_scope(&scope(question, coverage)?))
}

pub(super) fn answer(question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let scope = scope(question, &facts.coverage)?;
    let metric = scope.metric();
    let whole = |metric: Metric| figures::total(facts, &scope.total(metric, scope.range));
    let spend = whole(Metric::Spend)?.ok_or(EngineError::NothingMatches(TableName::AdResults))?;
    let (conversions, roas) = (whole(Metric::Conversions)?, whole(Metric::Roas)?);
    let value = |figure: Option<Figure>| figure.map_or(0.0, |figure| figure.value);
    let mut headline = Phrase::new("metrics.ads")
        .figure("spend", spend.value, metric_unit(Metric::Spend))
        .figure("conversions", value(conversions), metric_unit(Metric::Conversions))
        .figure("roas", value(roas), metric_unit(Metric::Roas))
        .with("range", scope.range);
    let before = scope.baseline().map(|range| figures::total(facts, &scope.total(Metric::Roas, range))).transpose()?;
    if let (Some(now), Some(Some(before)), Some(range)) = (roas, before, scope.baseline())
        && let Some(change) = moved(Metric::Roas, now.value, before.value)
    {
        headline = headline.with("change", change).with("before", range);
    }
    let mut answer = Answer::new(within(headline, &scope));
    let members = ranked(&scope, facts, metric, question.slots.bottom)?;
    best_and_worst(&mut answer, metric, &members);
    let own = whole(metric)?.map_or(0.0, |figure| figure.value);
    let adds_up = figures::adds_up(&members, own, metric) && own > 0.0;
    answer.tables.push(members_table(&scope, facts, &members, own, adds_up)?);
    answer.charts.push(Chart {
        title: members_title(&scope, metric),
        unit: metric.unit(),
        kind: ChartKind::Bars {
            bars: members
                .iter()
                .filter(|member| member.now.is_some())
                .take(10)
                .map(|member| (member.label(), member.value()))
                .collect(),
        },
    });
    answer.trust.push(wording::rests_on(&scope, &facts.coverage, spend.rows));
    answer.caveats.push(Phrase::new("metrics.caveat.attributed"));
    answer.actions.extend(scope.baseline().map(|before| wording::why(metric, scope.range, Some(before))));
    let others = [Dimension::Campaign, Dimension::Placement, Dimension::Device];
    let other = others.into_iter().find(|dimension| !scope.by.contains(dimension));
    answer.actions.extend(other.map(|dimension| wording::by(metric, dimension)));
    report::finish(&mut answer, &scope, facts);
    Ok(answer)
}

fn metric_unit(metric: Metric) -> crate::domain::Unit {
    metric.unit()
}

/// The best and the worst member that has enough weight to be judged.
fn best_and_worst(answer: &mut Answer, metric: Metric, members: &[Member]) {
    let whole: f64 = members.iter().filter_map(|member| member.now).map(|figure| figure.denominator).sum();
    let heavy: Vec<&Member> = members
        .iter()
        .filter(|member| member.now.is_some_and(|now| !is_ratio(metric) || now.denominator >= LEAST_WEIGHT * whole))
        .collect();
    let highest = heavy.iter().max_by(|left, right| left.value().total_cmp(&right.value()));
    let lowest = heavy.iter().min_by(|left, right| left.value().total_cmp(&right.value()));
    let (Some(highest), Some(lowest)) = (highest, lowest) else { return };
    if highest.names == lowest.names {
        return;
    }
    let (best, worst) = if metric == Metric::Cpa { (lowest, highest) } else { (highest, lowest) };
    let key = if is_ratio(metric) { "metrics.find.best" } else { "metrics.find.highest" };
    let text = Phrase::new(key)
        .with("metric", metric)
        .with("best", best.label())
        .figure("best_value", best.value(), metric.unit())
        .with("worst", worst.label())
        .figure("worst_value", worst.value(), metric.unit());
    answer.find(text, 3.0);
}
