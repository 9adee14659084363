//! metric_report by members: who has most, who has least, who moved. The table that other answers show as well.

use super::figures::{self, Member, adds_up, rank};
use super::metric::moved;
use super::report::{blank, column, past, series_plan, steps};
use super::scope::Scope;
use super::wording::{self, within};
use crate::domain::{
    Answer, Arg, Chart, ChartKind, Dimension, Facts, Frame, LinePoint, Metric, Phrase, Question, Table,
};
use crate::engines::EngineError;

/// A table shows at most so many members; the others are one row.
const MOST_ROWS: usize = 50;
/// Bars that can be read on a phone.
const BARS: usize = 10;
/// Rows and columns of a grid that can be read on a phone.
const GRID: usize = 10;
/// Lines that can be told apart.
const LINES: usize = 5;

/// A figure by the members of a dimension, the largest (or smallest) first.
pub(super) fn by_members(scope: &Scope, question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let metric = scope.metric();
    let members = ranked(scope, facts, metric, question.slots.bottom)?;
    let whole = figures::total(facts, &scope.total(metric, scope.range))?;
    let whole = whole.ok_or(EngineError::NothingMatches(scope.table))?.over(scope.divisor(metric, scope.range));
    let first = members.iter().find(|member| member.now.is_some()).ok_or(EngineError::NothingMatches(scope.table))?;
    let is_mean = scope.is_mean_weekday(metric);
    let whole = if is_mean { whole.over(scope.range.days() as f64) } else { whole };
    let is_sum = !is_mean && adds_up(&members, whole.value, metric) && whole.value > 0.0;
    let dimension = scope.by.first().copied().unwrap_or(Dimension::Product);
    let key = match (question.slots.bottom, is_sum) {
        (false, _) if is_mean => "metrics.most_day",
        (true, _) if is_mean => "metrics.least_day",
        (false, true) => "metrics.most_of",
        (false, false) => "metrics.most",
        (true, _) => "metrics.least",
    };
    let mut headline = Phrase::new(key)
        .with("metric", scope.named(metric))
        .with("dimension", dimension)
        .with("name", first.label())
        .figure("value", first.value(), metric.unit())
        .figure("whole", whole.value, metric.unit())
        .with("range", scope.range);
    if is_sum {
        headline = headline.with("share", Arg::Share(first.value() / whole.value));
    }
    let mut answer = Answer::new(within(headline, scope));
    let unnamed = members.iter().filter(|member| member.is_unnamed() && !first.is_unnamed());
    let unnamed: f64 = unnamed.map(Member::value).sum();
    if is_sum && unnamed > 0.0 {
        let text = Phrase::new("metrics.find.unnamed")
            .with("dimension", dimension)
            .figure("value", unnamed, metric.unit())
            .with("share", Arg::Share(unnamed / whole.value));
        answer.find(text, 4.0);
    }
    if is_sum && members.len() > 4 && !question.slots.bottom {
        let top: f64 = members.iter().take(3).map(Member::value).sum();
        let text = Phrase::new("metrics.find.top")
            .with("share", Arg::Share(top / whole.value))
            .count("members", members.len());
        answer.find(text, 1.0);
    }
    if scope.baseline().is_some() {
        movers(&mut answer, metric, &members, scope);
    }
    answer.tables.push(members_table(scope, facts, &members, whole.value, is_sum)?);
    let shown = question.slots.top_n.map_or(BARS, |top| usize::try_from(top).unwrap_or(BARS)).clamp(1, 30);
    answer.charts.push(Chart {
        title: within(members_title(scope, metric), scope),
        unit: metric.unit(),
        kind: ChartKind::Bars {
            bars: members
                .iter()
                .filter(|member| member.now.is_some() && (first.is_unnamed() || !member.is_unnamed()))
                .take(shown)
                .map(|member| (member.label(), member.value()))
                .collect(),
        },
    });
    answer.charts.splice(0..0, grid(scope, metric, &members));
    if scope.bucket.is_some() {
        let chart = lines_by_member(scope, question, facts.measure(&series_plan(scope, metric))?, &members);
        answer.charts.splice(0..0, chart);
    }
    for other in scope.metrics.iter().skip(1) {
        leader(&mut answer, scope, facts, *other, question.slots.bottom)?;
    }
    answer.trust.push(wording::rests_on(scope, &facts.coverage, whole.rows));
    answer.actions.extend(scope.baseline().map(|before| wording::why(metric, scope.range, Some(before))));
    let other = super::metric::dimensions_of(metric).iter().find(|other| !scope.by.contains(other));
    answer.actions.extend(other.map(|dimension| wording::by(metric, *dimension)));
    answer.actions.push(wording::anomalies(metric, scope.range));
    Ok(answer)
}

/// The members of the breakdown, ranked.
pub(super) fn ranked(scope: &Scope, facts: &Facts, metric: Metric, bottom: bool) -> Result<Vec<Member>, EngineError> {
    let frame = |range| -> Result<Frame, EngineError> {
        let frame = facts.measure(&scope.members_plan(metric, range))?;
        Ok(if scope.is_mean_weekday(metric) { figures::mean_weekdays(frame, range) } else { frame.clone() })
    };
    let now = frame(scope.range)?;
    let before = scope.baseline().map(frame).transpose()?;
    let divisor = |range| scope.divisor(metric, range);
    let (days, days_before) = (divisor(scope.range), scope.baseline().map_or(1.0, divisor));
    let members = figures::members(&now, before.as_ref());
    let mut members: Vec<Member> = members.into_iter().map(|member| member.per_day(days, days_before)).collect();
    rank(&mut members, metric, bottom);
    Ok(members)
}

/// Who leads in another figure that was asked for as well.
fn leader(answer: &mut Answer, scope: &Scope, facts: &Facts, metric: Metric, bottom: bool) -> Result<(), EngineError> {
    let members = ranked(scope, facts, metric, bottom)?;
    let Some(first) = members.iter().find(|member| member.now.is_some()) else { return Ok(()) };
    let key = if bottom { "metrics.find.least_too" } else { "metrics.find.most_too" };
    let text = Phrase::new(key).with("metric", scope.named(metric)).with("name", first.label()).figure(
        "value",
        first.value(),
        metric.unit(),
    );
    answer.find(text, 5.0);
    let bars = members.iter().filter(|member| member.now.is_some() && !member.is_unnamed()).take(BARS);
    let bars = bars.map(|member| (member.label(), member.value())).collect();
    let title = within(members_title(scope, metric), scope);
    answer.charts.push(Chart { title, unit: metric.unit(), kind: ChartKind::Bars { bars } });
    Ok(())
}

/// The members that gained and lost most.
fn movers(answer: &mut Answer, metric: Metric, members: &[Member], scope: &Scope) {
    let both =
        || members.iter().filter(|member| member.now.is_some() && member.before.is_some() && !member.is_unnamed());
    let riser = both().max_by(|left, right| left.change().total_cmp(&right.change()));
    let faller = both().min_by(|left, right| left.change().total_cmp(&right.change()));
    let mut say = |key: &'static str, member: &Member, weight: f64| {
        let text = Phrase::new(key)
            .with("name", member.label())
            .with("change", Arg::Change(member.change(), metric.unit()))
            .with("growth", member.moved(metric))
            .with("before", scope.baseline().unwrap_or(scope.range));
        let is_one_of_several = scope.metrics.len() > 1;
        answer.find(if is_one_of_several { text.with("metric", metric) } else { text }, weight);
    };
    if let Some(riser) = riser.filter(|member| member.change() > 0.0) {
        say("metrics.find.riser", riser, 3.0);
    }
    if let Some(faller) = faller.filter(|member| member.change() < 0.0) {
        say("metrics.find.faller", faller, 3.0);
    }
}

/// Two breakdowns as a grid of shades, the largest members first: bars of pairs hide which of the two matters.
fn grid(scope: &Scope, metric: Metric, members: &[Member]) -> Option<Chart> {
    let ranked = |side: usize| -> Vec<String> {
        let mut sums: Vec<(String, f64)> = Vec::new();
        for member in members.iter().filter(|member| member.now.is_some() && !member.is_unnamed()) {
            let name = member.names.get(side).cloned().unwrap_or_default();
            match sums.iter_mut().find(|(other, _)| *other == name) {
                Some((_, sum)) => *sum += member.value(),
                None => sums.push((name, member.value())),
            }
        }
        sums.sort_by(|left, right| right.1.total_cmp(&left.1));
        sums.into_iter().take(GRID).map(|(name, _)| name).collect()
    };
    let (rows, columns) = (ranked(0), ranked(1));
    if scope.by.len() != 2 || rows.len() < 2 || columns.len() < 2 {
        return None;
    }
    let value = |row: &String, column: &String| {
        let is_cell = |member: &&Member| member.names.first() == Some(row) && member.names.get(1) == Some(column);
        members.iter().find(is_cell).and_then(|member| member.now).map(|figure| figure.value)
    };
    let values = rows.iter().map(|row| columns.iter().map(|column| value(row, column)).collect()).collect();
    let names = |all: Vec<String>| all.into_iter().map(Arg::Text).collect();
    let title = within(members_title(scope, metric), scope);
    let kind = ChartKind::HeatMap { rows: names(rows), columns: names(columns), values };
    Some(Chart { title, unit: metric.unit(), kind })
}

pub(super) fn members_title(scope: &Scope, metric: Metric) -> Phrase {
    let by = scope.by.iter().map(|dimension| Arg::Dimension(*dimension)).collect();
    Phrase::new("metrics.table.members")
        .with("metric", scope.named(metric))
        .with("by", Arg::List(by))
        .with("range", scope.range)
}

/// One row per member, one column per figure; what it was before stands beside the first.
pub(super) fn members_table(
    scope: &Scope,
    facts: &Facts,
    members: &[Member],
    whole: f64,
    is_sum: bool,
) -> Result<Table, EngineError> {
    let metric = scope.metric();
    let mut columns: Vec<Phrase> = Vec::new();
    let by = scope.by.iter().map(|dimension| Arg::Dimension(*dimension)).collect();
    columns.push(Phrase::new("metrics.column.dimension").with("dimension", Arg::List(by)));
    columns.push(Phrase::new("metrics.column.metric_named").with("metric", scope.named(metric)));
    if is_sum {
        columns.push(Phrase::new("metrics.column.share"));
    }
    if scope.baseline().is_some() {
        columns.extend([column("before"), column("change")]);
    }
    let mut others = Vec::new();
    for other in scope.metrics.iter().skip(1) {
        columns.push(Phrase::new("metrics.column.metric_named").with("metric", scope.named(*other)));
        others.push((*other, ranked(scope, facts, *other, false)?));
    }
    let unit = metric.unit();
    let mut rows = Vec::new();
    for member in members.iter().take(MOST_ROWS) {
        let mut row = vec![member.label(), Arg::Figure(member.value(), unit)];
        if is_sum {
            row.push(Arg::Share(member.value() / whole));
        }
        if scope.baseline().is_some() {
            row.push(Arg::Figure(member.value_before(), unit));
            row.push(member.moved(metric));
        }
        for (other, found) in &others {
            let same = found.iter().find(|found| found.names == member.names);
            row.push(same.map_or_else(blank, |found| Arg::Figure(found.value(), other.unit())));
        }
        rows.push(row);
    }
    if is_sum && members.len() > MOST_ROWS {
        let rest = &members[MOST_ROWS..];
        let (now, before): (f64, f64) =
            (rest.iter().map(Member::value).sum(), rest.iter().map(Member::value_before).sum());
        let mut row = vec![Phrase::new("metrics.cell.others").count("members", rest.len()).into()];
        row.extend([Arg::Figure(now, unit), Arg::Share(now / whole)]);
        if scope.baseline().is_some() {
            row.push(Arg::Figure(before, unit));
            row.push(moved(metric, now, before).unwrap_or_else(blank));
        }
        row.extend(others.iter().map(|_| blank()));
        rows.push(row);
    }
    Ok(Table { title: within(members_title(scope, metric), scope), columns, rows })
}

/// One line for each of the first members.
fn lines_by_member(scope: &Scope, question: &Question, frame: &Frame, members: &[Member]) -> Option<Chart> {
    let mut lines = Vec::new();
    for member in members.iter().filter(|member| member.now.is_some()).take(LINES) {
        let rows = frame.rows.iter().filter(|row| row.keys == member.names).cloned().collect();
        let own = Frame { plan: frame.plan.clone(), rows };
        let points: Vec<LinePoint> = steps(scope, question, &own)
            .iter()
            .map(|step| LinePoint { at: step.at, value: step.value, interval: None })
            .collect();
        if points.len() >= 2 {
            lines.push((member.label(), points));
        }
    }
    (!lines.is_empty()).then(|| Chart {
        title: within(members_title(scope, scope.metric()), scope),
        unit: scope.metric().unit(),
        kind: past(scope, question, scope.metric(), lines),
    })
}
