//! metric_compare: a figure against another period, or one member against another. Says whether the difference is more
//! than usual.

use super::daily::Daily;
use super::figures::{self, Member};
use super::metric::{dimensions_of, is_ratio, moved};
use super::report;
use super::scope::Scope;
use super::usual::usual;
use super::wording::{self, within};
use crate::domain::{
    Answer, Arg, Bucket, Chart, ChartKind, Coverage, DateRange, Dimension, Facts, Intent, LinePoint, MeasurePlan,
    Metric, Phrase, Question, Table, Unit,
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

/// The steps in which members are compared.
fn bucket(scope: &Scope) -> Bucket {
    if scope.range.days() >= 42 { Bucket::Week } else { Bucket::Day }
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
            let members = shown_by(&scope);
            plans.extend(members.iter().flat_map(|dimension| {
                [scope.range, baseline].map(|range| scope.total(scope.metric(), range).by(*dimension))
            }));
        }
        Sides::Members(_) => plans.push(scope.members(scope.metric(), scope.range).per(bucket(&scope))),
    }
    Ok(plans)
}

/// The breakdown that the table shows: what was asked for, or the first that is not narrowed.
fn shown_by(scope: &Scope) -> Option<Dimension> {
    let free = |dimension: &&Dimension| scope.filters.iter().all(|filter| filter.dimension != **dimension);
    scope.by.first().or_else(|| dimensions_of(scope.metric()).iter().find(free)).copied()
}

pub(super) fn answer(question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let (scope, sides) = scope(question, &facts.coverage)?;
    let mut answer = match sides {
        Sides::Periods(baseline) => periods(&scope, baseline, facts)?,
        Sides::Members(dimension) => between(&scope, dimension, facts)?,
    };
    answer.assumptions.extend(scope.assumptions.clone());
    answer.caveats.extend(scope.caveats.clone());
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
    let metric = scope.metric();
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
            .with("growth", growth)
            .figure("before_value", before.value, told.unit())
    };
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
    if let Some(dimension) = shown_by(scope) {
        let frame = |range| facts.measure(&scope.total(metric, range).by(dimension));
        let mut members = figures::members(frame(scope.range)?, Some(frame(baseline)?));
        members.sort_by(|left, right| right.change().abs().total_cmp(&left.change().abs()));
        if members.len() >= 2 {
            movers(&mut answer, metric, &members);
            answer.tables.push(by_dimension(scope, baseline, dimension, &members));
            let by_member = !is_ratio(metric);
            if by_member {
                bars = members.iter().take(10).map(|member| (member.label(), member.change())).collect();
                title = Phrase::new("metrics.table.changes").with("metric", metric).with("dimension", dimension);
            }
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
    answer.actions.extend(shown_by(scope).map(|dimension| wording::by(told, dimension)));
    Ok(answer)
}

/// Who moved most, one either way.
fn movers(answer: &mut Answer, metric: Metric, members: &[Member]) {
    let all: f64 = members.iter().map(|member| member.change().abs()).sum();
    for (key, up) in [("metrics.find.gained", true), ("metrics.find.lost", false)] {
        let is_far = |change: f64| if up { change > 0.05 * all } else { change < -0.05 * all };
        let stays = |member: &&Member| member.now.is_some() && member.before.is_some();
        let member = members.iter().filter(stays).find(|member| is_far(member.change()));
        if let Some(member) = member {
            let text = Phrase::new(key)
                .with("name", member.label())
                .with("change", Arg::Change(member.change(), metric.unit()))
                .with("growth", member.moved(metric));
            answer.find(text, 3.0);
        }
    }
}

fn by_dimension(scope: &Scope, baseline: DateRange, dimension: Dimension, members: &[Member]) -> Table {
    let metric = scope.metric();
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
    let title = Phrase::new("metrics.table.compared").with("range", scope.range).with("before", baseline);
    Table { title, columns: headings, rows: rows.collect() }
}

/// Members against each other, over the same days.
fn between(scope: &Scope, dimension: Dimension, facts: &Facts) -> Result<Answer, EngineError> {
    let metric = scope.metric();
    let members = super::members::ranked(scope, facts, metric, false)?;
    let [first, second, ..] = &members[..] else { return Err(EngineError::NothingMatches(scope.table)) };
    let (now, other) = first.now.zip(second.now).ok_or(EngineError::NothingMatches(scope.table))?;
    let mut headline = Phrase::new("metrics.versus")
        .with("metric", metric)
        .with("name", first.label())
        .figure("value", now.value, metric.unit())
        .with("other", second.label())
        .figure("other_value", other.value, metric.unit())
        .with("range", scope.range);
    if let Some(growth) = moved(metric, now.value, other.value) {
        headline = headline.with("growth", growth);
    }
    let mut answer = Answer::new(headline);
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
    for member in members.iter().take(2) {
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
        let kind = ChartKind::Lines { lines: lines.collect(), markers: Vec::new() };
        answer.charts.push(Chart { title, unit: metric.unit(), kind });
    }
    if scope.assumed_range {
        let year = DateRange::last_days(scope.range.last(), 365);
        answer.actions.extend(scope.covered(year).map(|year| wording::over(Intent::MetricCompare, metric, year)));
    }
    answer.actions.push(wording::by(metric, dimension));
    answer.actions.push(wording::anomalies(metric, scope.range));
    Ok(answer)
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
