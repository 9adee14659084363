//! Members against each other over the same days, and whether one being ahead is more than chance.

use super::compare::other_dimension;
use super::figures::Member;
use super::metric::{is_ratio, limits, moved};
use super::scope::Scope;
use super::wording;
use crate::domain::{
    Answer, Arg, Bucket, Chart, ChartKind, DateRange, Dimension, Facts, Intent, LinePoint, Metric, Phrase, Question,
    Unit,
};
use crate::engines::EngineError;

/// More members than this are in the table only.
const TOLD: usize = 5;

/// The steps in which members are compared.
pub(super) fn bucket(scope: &Scope) -> Bucket {
    if scope.range.days() >= 42 { Bucket::Week } else { Bucket::Day }
}

/// Members against each other, over the same days.
pub(super) fn between(
    question: &Question,
    scope: &Scope,
    dimension: Dimension,
    facts: &Facts,
) -> Result<Answer, EngineError> {
    let metric = scope.metric();
    let members = super::members::ranked(scope, facts, metric, false)?;
    let [first, second, ..] = &members[..] else { return Err(EngineError::NothingMatches(scope.table)) };
    let (now, other) = first.now.zip(second.now).ok_or(EngineError::NothingMatches(scope.table))?;
    let mut headline = Phrase::new("metrics.versus")
        .with("name", first.label())
        .figure("value", now.value, metric.unit())
        .with("other", second.label())
        .figure("other_value", other.value, metric.unit());
    if let Some(growth) = moved(metric, now.value, other.value) {
        headline = headline.with("growth", growth);
    }
    if asked_members(scope, dimension).len() > 2 {
        let figures = each(scope, dimension, metric, &members);
        headline = Phrase::new("metrics.versus_all").with("figures", figures);
    }
    let mut answer = Answer::new(headline.with("metric", metric).with("range", scope.range));
    let frame = facts.measure(&scope.members(metric, scope.range).per(bucket(scope)))?;
    let value_of = |names: &[String], day| {
        let row = frame.rows.iter().find(|row| row.period == Some(day) && row.keys == names)?;
        row.value.is_finite().then_some(row.value)
    };
    let mut days: Vec<_> = frame.rows.iter().filter_map(|row| row.period).collect();
    days.sort_unstable();
    days.dedup();
    let zero = (!is_ratio(metric)).then_some(0.0);
    let pairs = days.iter().filter_map(|day| {
        let (left, right) = (value_of(&first.names, *day).or(zero)?, value_of(&second.names, *day).or(zero)?);
        (left != right).then_some(left > right)
    });
    let (won, lost) = pairs.fold((0, 0), |(won, lost), wins| if wins { (won + 1, lost) } else { (won, lost + 1) });
    answer.trust.push(ahead(scope, first, won, won + lost));
    answer.trust.push(wording::rests_on(
        scope,
        &facts.coverage,
        members.iter().filter_map(|member| member.now).map(|figure| figure.rows).sum(),
    ));
    for member in members.iter().take(TOLD) {
        if let (Some(_), Some(before)) = (member.before, scope.baseline()) {
            let text = Phrase::new("metrics.find.own_change")
                .with("name", member.label())
                .with("growth", member.moved(metric))
                .with("before", before);
            answer.find(text, 2.0);
        }
    }
    for metric in scope.metrics.iter().skip(1) {
        let others = super::members::ranked(scope, facts, *metric, false)?;
        if asked_members(scope, dimension).len() > 2 {
            let figures = each(scope, dimension, *metric, &others);
            answer
                .find(Phrase::new("metrics.find.versus_all_too").with("metric", *metric).with("figures", figures), 5.0);
            continue;
        }
        let of = |names: &[String]| others.iter().find(|member| member.names == names).and_then(|member| member.now);
        if let (Some(value), Some(other)) = (of(&first.names), of(&second.names)) {
            let text = Phrase::new("metrics.find.versus_too")
                .with("metric", *metric)
                .with("name", first.label())
                .figure("value", value.value, metric.unit())
                .with("other", second.label())
                .figure("other_value", other.value, metric.unit());
            answer.find(text, 5.0);
        }
    }
    let whole: f64 = members.iter().map(Member::value).sum();
    let is_sum = metric.is_additive() && whole > 0.0;
    answer.tables.push(super::members::members_table(scope, facts, &members, whole, is_sum)?);
    let lines = members.iter().take(5).map(|member| {
        let points = days.iter().filter_map(|day| {
            let value = value_of(&member.names, *day).or(zero)?;
            Some(LinePoint { at: *day, value, interval: None })
        });
        (member.label(), points.collect())
    });
    let title = super::members::members_title(scope, metric);
    let bars = members.iter().take(10).map(|member| (member.label(), member.value())).collect();
    answer.charts.push(Chart { title: title.clone(), unit: metric.unit(), kind: ChartKind::Bars { bars } });
    if days.len() >= 2 {
        let lines = lines.collect();
        let kind = past(question, scope, &days, lines);
        answer.charts.push(Chart { title, unit: metric.unit(), kind });
    }
    if scope.assumed_range {
        let year = DateRange::last_days(scope.range.last(), 365);
        answer.actions.extend(scope.covered(year).map(|year| wording::over(Intent::MetricCompare, metric, year)));
    }
    answer.actions.extend(other_dimension(scope).map(|other| wording::by(metric, other)));
    answer.actions.push(wording::anomalies(metric, scope.range));
    Ok(answer)
}

/// The members that were asked for.
fn asked_members(scope: &Scope, dimension: Dimension) -> &[String] {
    let asked = scope.filters.iter().find(|filter| filter.dimension == dimension);
    asked.map_or(&[], |filter| filter.values.as_slice())
}

/// What each member that was asked for has, the first of them in order; those without any are named as well.
fn each(scope: &Scope, dimension: Dimension, metric: Metric, members: &[Member]) -> Arg {
    let figure = |member: &Member| {
        let value = member.now?.value;
        Some(Phrase::new("metrics.cell.has").with("name", member.label()).figure("value", value, metric.unit()))
    };
    let mut told: Vec<Phrase> = members.iter().filter_map(figure).collect();
    let has_none = |name: &&String| !members.iter().any(|member| member.now.is_some() && member.names.contains(name));
    let none = asked_members(scope, dimension).iter().filter(has_none);
    told.extend(none.map(|name| Phrase::new("metrics.cell.has_none").with("name", name.as_str())));
    let left = told.len().saturating_sub(TOLD);
    told.truncate(TOLD);
    told.extend((left > 0).then(|| Phrase::new("metrics.cell.others").count("members", left)));
    Arg::List(told.into_iter().map(Arg::from).collect())
}

/// Lines of members; a step that the period cuts is marked.
fn past(
    question: &Question,
    scope: &Scope,
    steps: &[jiff::civil::Date],
    lines: Vec<(Arg, Vec<LinePoint>)>,
) -> ChartKind {
    let bucket = bucket(scope);
    let is_cut = |at: &&jiff::civil::Date| {
        bucket.floor(**at, question.week_start) < scope.range.start() || bucket.next(**at) > scope.range.end()
    };
    let partial = steps.iter().filter(is_cut).copied().collect();
    ChartKind::Past { lines, usual: None, partial, limits: limits(scope.metric()), markers: Vec::new() }
}

/// How often one was ahead of the other, and whether that can be chance (the sign test; Arbuthnot 1710).
fn ahead(scope: &Scope, first: &Member, won: u32, of: u32) -> Phrase {
    let key = if of >= 6 && sign_test(won, of) < 0.05 { "metrics.trust.ahead" } else { "metrics.trust.not_ahead" };
    Phrase::new(key)
        .with("name", first.label())
        .with("won", Arg::Figure(f64::from(won), Unit::Count))
        .with("of", Arg::Figure(f64::from(of), Unit::Count))
        .with("bucket", bucket(scope))
}

/// The chance of a split at least as uneven if both were equal.
fn sign_test(won: u32, of: u32) -> f64 {
    let fewer = won.min(of - won);
    let mut term = 0.5_f64.powi(i32::try_from(of.min(1_000)).unwrap_or(1_000));
    let mut tail = term;
    for at in 0..fewer {
        term *= f64::from(of - at) / f64::from(at + 1);
        tail += term;
    }
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::sign_test;

    #[test]
    fn the_sign_test_agrees_with_the_binomial_distribution() {
        // scipy.stats.binomtest(9, 12).pvalue and binomtest(1, 10).pvalue.
        assert!((sign_test(9, 12) - 0.145_996_093_75).abs() < 1e-12);
        assert!((sign_test(1, 10) - 0.021_484_375).abs() < 1e-12);
        assert_eq!(sign_test(5, 10), 1.0);
        assert_eq!(sign_test(0, 0), 1.0);
    }
}
