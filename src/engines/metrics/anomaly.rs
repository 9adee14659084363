//! anomaly_check: which days were not as they should have been, whose level changed for good, and who drove it.

use jiff::ToSpan;

use super::daily::Daily;
use super::figures::label;
use super::lasting;
use super::metric::{dimensions_of, is_ratio, limits};
use super::oddities::{self, LONGEST_FOR_MEMBERS, Oddity, is_never_negative};
use super::residuals::{FEWEST_DAYS, Residuals, residuals};
use super::scope::Scope;
use super::wording::{self, within};
use crate::domain::{
    Action, Answer, Arg, Bucket, Chart, ChartKind, Coverage, DateRange, Facts, Intent, LinePoint, Marker, MeasurePlan,
    Metric, Phrase, Question, Slots, Table, TableName,
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
/// A member's change of this share of the whole bends what is expected of the whole.
const BENDS: f64 = 0.25;
/// More findings are in the table only.
const TOLD: usize = 4;

/// A figure that was checked.
struct Checked<'a> {
    scope: &'a Scope,
    daily: Daily,
    residuals: Option<Residuals>,
}

/// One scope per figure: tables end on different days.
fn scopes(question: &Question, coverage: &Coverage) -> Result<Vec<Scope>, EngineError> {
    let mut metrics = question.slots.metrics.clone();
    metrics.truncate(4);
    let is_named = !metrics.is_empty();
    if !is_named {
        let by = question.slots.by.iter().filter(|by| by.bucket().is_none());
        let asked: Vec<_> = question.slots.names.keys().chain(by).collect();
        let fits = |metric: &Metric| {
            asked.iter().all(|dimension| dimensions_of(*metric).contains(dimension))
                && coverage.of(metric.table()).is_some_and(|table| table.days.is_some())
        };
        metrics = WATCHED.into_iter().filter(fits).collect();
    }
    let mut scopes = Vec::new();
    let mut failed = None;
    for metric in metrics {
        let mut one = question.clone();
        one.slots.metrics = vec![metric];
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

fn daily_plan(scope: &Scope) -> MeasurePlan {
    scope.total(scope.metric(), scope.history()).per(Bucket::Day)
}

pub(super) fn plans(question: &Question, coverage: &Coverage) -> Result<Vec<MeasurePlan>, EngineError> {
    let mut plans = Vec::new();
    for scope in scopes(question, coverage)? {
        plans.push(daily_plan(&scope));
        if scope.range.days() <= LONGEST_FOR_MEMBERS {
            plans.extend(oddities::drivers(&scope).into_iter().map(|one| oddities::driver_plan(&scope, one)));
            plans.extend(lasting::breakdowns(&scope).iter().map(|dimensions| lasting::plan(&scope, dimensions)));
        }
    }
    Ok(plans)
}

pub(super) fn answer(question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
    let scopes = scopes(question, &facts.coverage)?;
    let mut checked: Vec<Checked<'_>> = Vec::new();
    let mut left_out = Vec::new();
    let mut longest = 0;
    let mut found: Vec<Oddity> = Vec::new();
    for scope in &scopes {
        let daily = Daily::new(facts.measure(&daily_plan(scope))?, scope.history());
        longest = longest.max(daily.len());
        let residuals = residuals(&daily);
        let lasting = lasting::changes(scope, &daily, facts)?;
        if residuals.is_none() && lasting.is_empty() {
            left_out.push(Arg::Metric(scope.metric()));
            continue;
        }
        if let Some(residuals) = &residuals {
            let days = oddities::odd_days(scope, &daily, residuals, facts)?;
            // Against a level that fell for good, its old usual days look high.
            let contradicts = |day: &Oddity, change: &Oddity| {
                let bends = change.of.is_empty() || change.size >= BENDS * change.days.days() as f64;
                bends && change.is_up() != day.is_up() && change.days.intersect(day.days).is_some()
            };
            found.extend(days.into_iter().filter(|day| !lasting.iter().any(|change| contradicts(day, change))));
        }
        found.extend(lasting);
        checked.push(Checked { scope, daily, residuals });
    }
    if checked.is_empty() {
        if longest < FEWEST_DAYS {
            let what = Phrase::new("metrics.check");
            return Err(EngineError::TooShort { what, needs: FEWEST_DAYS, found: longest });
        }
        let phrase = Phrase::new("metrics.too_sparse").with("metrics", Arg::List(left_out));
        return Err(EngineError::Unsupported(phrase));
    }
    let found = told_once(found);
    let first = checked[0].scope;
    let mut answer = Answer::new(within(headline(first, &checked, &found), first));
    findings(&mut answer, &found);
    let days = checked.iter().map(|one| one.daily.len()).max().unwrap_or(0);
    answer.trust.push(Phrase::new("metrics.trust.detector").count("days", days).with("day", first.data.last()));
    if checked.iter().any(|one| !is_ratio(one.scope.metric())) {
        answer.trust.push(Phrase::new("metrics.trust.lasting"));
    }
    if !left_out.is_empty() {
        answer.caveats.push(Phrase::new("metrics.caveat.left_out").with("metrics", Arg::List(left_out)));
    }
    let whole_only = checked.iter().filter(|one| !one.scope.by.is_empty() && lasting::breakdowns(one.scope).is_empty());
    let whole_only: Vec<Arg> = whole_only.map(|one| Arg::Metric(one.scope.metric())).collect();
    if !whole_only.is_empty() {
        answer.caveats.push(Phrase::new("metrics.caveat.whole_only").with("metrics", Arg::List(whole_only)));
    }
    answer.caveats.extend(first.caveats.clone());
    answer.assumptions.extend(first.assumptions.clone());
    if !found.is_empty() {
        answer.tables.push(table(&found, first.range));
        answer.evidence.rows = Some(table(&found, first.range));
    }
    let shown = found.first().map_or(first.metric(), |oddity| oddity.metric);
    let shown_by = checked.iter().find(|one| one.scope.metric() == shown);
    if let Some(checked) = shown_by {
        answer.charts.extend(match found.first().filter(|one| one.is_lasting()) {
            Some(change) => level_chart(checked, change, facts)?,
            None => chart(checked, &found),
        });
    }
    let mut all = first.clone();
    all.metrics = checked.iter().map(|one| one.scope.metric()).collect();
    let rows = answer.evidence.rows.take();
    answer.evidence = wording::evidence(&all, facts, &[first.history()]);
    answer.evidence.rows = rows;
    // What was looked at and found in order needs no definition.
    let is_odd = |metric: Metric| found.iter().any(|oddity| oddity.metric == metric);
    let calm = all.metrics.iter().filter(|metric| !is_odd(**metric)).map(|metric| super::metric::definition(*metric));
    let calm: Vec<&str> = calm.collect();
    answer.evidence.method.retain(|phrase| !calm.contains(&phrase.key.as_ref()));
    answer.evidence.method.push(Phrase::new("metrics.method.residuals"));
    answer.evidence.method.push(Phrase::new("metrics.method.shifts"));
    answer.actions = actions(first, found.first());
    Ok(answer)
}

/// The most important first. What several figures of a table say of the same member, such as its revenue and its
/// orders, is one thing.
fn told_once(found: Vec<Oddity>) -> Vec<Oddity> {
    let mut told: Vec<Oddity> = Vec::new();
    for oddity in found {
        let again = |other: &&mut Oddity| {
            let same = other.of == oddity.of && other.metric.table() == oddity.metric.table();
            same && other.is_lasting() && oddity.is_lasting()
        };
        match told.iter_mut().find(again) {
            // The figure that is watched first tells it.
            Some(first) => first.size = first.size.max(oddity.size),
            None => told.push(oddity),
        }
    }
    // Of things that matter about equally, the figure that is watched first is told first.
    let place = |metric: Metric| WATCHED.iter().position(|watched| *watched == metric).unwrap_or(0);
    let weight = |one: &Oddity| one.weight() / (1.0 + 0.5 * place(one.metric) as f64);
    told.sort_by(|left, right| weight(right).total_cmp(&weight(left)));
    told
}

fn headline(first: &Scope, checked: &[Checked<'_>], found: &[Oddity]) -> Phrase {
    let metrics = checked.iter().map(|one| Arg::Metric(one.scope.metric())).collect();
    let phrase = match found.first() {
        None => Phrase::new("metrics.anomalies_none"),
        Some(oddity) if oddity.is_lasting() => told(Phrase::new("metrics.changed"), oddity).count("count", found.len()),
        Some(oddity) => told(Phrase::new("metrics.anomalies"), oddity).count("count", found.len()),
    };
    phrase.with("checked", first.range).with("metrics", Arg::List(metrics))
}

fn findings(answer: &mut Answer, found: &[Oddity]) {
    for (at, oddity) in found.iter().take(TOLD).enumerate() {
        if at > 0 {
            let key = if oddity.is_lasting() { "metrics.find.changed" } else { "metrics.find.oddity" };
            answer.find(told(Phrase::new(key), oddity), 9.0 - at as f64);
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
}

fn told(phrase: Phrase, oddity: &Oddity) -> Phrase {
    let unit = oddity.metric.unit();
    let mut phrase = phrase
        .with("metric", oddity.metric)
        .with("range", oddity.days)
        .figure("value", oddity.value, unit)
        .figure("expected", oddity.expected, unit)
        .with("difference", Arg::Change(oddity.value - oddity.expected, unit));
    if let Some((low, high)) = oddity.usual {
        phrase = phrase.figure("low", low, unit).figure("high", high, unit);
    }
    if oddity.expected.abs() > f64::EPSILON {
        phrase = phrase.with("growth", Arg::Growth((oddity.value - oddity.expected) / oddity.expected.abs()));
    }
    if oddity.of.is_empty() { phrase } else { phrase.with("of", whose(oddity)) }
}

fn whose(oddity: &Oddity) -> Arg {
    label(&oddity.of.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>())
}

fn table(oddities: &[Oddity], range: DateRange) -> Table {
    let columns = [
        "metrics.column.metric",
        "metrics.column.of",
        "metrics.column.days",
        "metrics.column.found",
        "metrics.column.expected",
        "metrics.column.low",
        "metrics.column.high",
        "metrics.column.sigmas",
        "metrics.column.driver",
    ];
    let blank = || Arg::from(Phrase::new("metrics.cell.blank"));
    let rows = oddities.iter().map(|oddity| {
        let unit = oddity.metric.unit();
        let usual = |of: fn((f64, f64)) -> f64| oddity.usual.map_or_else(blank, |usual| Arg::Figure(of(usual), unit));
        let what = match oddity.is_lasting() {
            true => Phrase::new("metrics.cell.a_day").with("metric", oddity.metric).into(),
            false => Arg::Metric(oddity.metric),
        };
        vec![
            what,
            if oddity.of.is_empty() { Phrase::new("metrics.cell.all").into() } else { whose(oddity) },
            Arg::Range(oddity.days),
            Arg::Figure(oddity.value, unit),
            Arg::Figure(oddity.expected, unit),
            usual(|usual| usual.0),
            usual(|usual| usual.1),
            Arg::Number((oddity.z * 10.0).round() / 10.0),
            oddity.driver.as_ref().map_or_else(blank, |driver| driver.1.clone()),
        ]
    });
    let title = Phrase::new("metrics.table.anomalies").with("range", range);
    Table { title, columns: columns.map(Phrase::new).to_vec(), rows: rows.collect() }
}

/// What was, over what was to be expected.
fn chart(checked: &Checked<'_>, oddities: &[Oddity]) -> Option<Chart> {
    let Checked { scope, daily, residuals } = checked;
    let residuals = residuals.as_ref()?;
    let metric = scope.metric();
    let from = scope.range.start().saturating_sub(if scope.range.days() < 45 { 30.days() } else { 0.days() });
    let places: Vec<usize> = (0..daily.len()).filter(|at| daily.day(*at) >= from).collect();
    let actual: Vec<LinePoint> = places
        .iter()
        .filter_map(|at| Some(LinePoint { at: daily.day(*at), value: daily.value(*at)?, interval: None }))
        .collect();
    let least = if is_never_negative(metric) { 0.0 } else { f64::NEG_INFINITY };
    let usual = places.iter().map(|at| {
        let (expected, reach) = (residuals.expected[*at], 1.96 * residuals.sigma[*at]);
        let interval = Some(((expected - reach).max(least), expected + reach));
        LinePoint { at: daily.day(*at), value: expected.max(least), interval }
    });
    let own = oddities.iter().filter(|oddity| oddity.metric == metric && oddity.of.is_empty()).take(6);
    let markers = own.map(|oddity| Marker { at: oddity.days.start(), label: Phrase::new("metrics.cell.unusual") });
    (actual.len() >= 2).then(|| Chart {
        title: Phrase::new("metrics.table.expected").with("metric", metric),
        unit: metric.unit(),
        kind: ChartKind::Past {
            lines: vec![(Arg::Metric(metric), actual)],
            usual: Some((Phrase::new("metrics.cell.expected").into(), usual.collect())),
            partial: Vec::new(),
            limits: limits(metric),
            markers: markers.collect(),
        },
    })
}

/// Whoever changed, day by day since before the change.
fn level_chart(checked: &Checked<'_>, change: &Oddity, facts: &Facts) -> Result<Option<Chart>, EngineError> {
    let Checked { scope, daily, .. } = checked;
    let names: Vec<String> = change.of.iter().map(|(_, name)| name.clone()).collect();
    let dimensions: Vec<_> = change.of.iter().map(|(dimension, _)| *dimension).collect();
    let mut own = facts.measure(&lasting::plan(scope, &dimensions))?.clone();
    own.rows.retain(|row| row.keys == names);
    let own = Daily::new(&own, scope.history());
    let from = change.days.start().saturating_sub(90.days());
    let points: Vec<LinePoint> = (0..own.len())
        .filter(|at| own.day(*at) >= from)
        .filter_map(|at| Some(LinePoint { at: daily.day(at), value: own.value(at)?, interval: None }))
        .collect();
    let metric = scope.metric();
    let title = Phrase::new("metrics.table.level").with("metric", metric);
    Ok((points.len() >= 2).then(|| Chart {
        title: if names.is_empty() { title } else { title.with("of", label(&names)) },
        unit: metric.unit(),
        kind: ChartKind::Past {
            lines: vec![(Arg::Metric(metric), points)],
            usual: None,
            partial: Vec::new(),
            limits: limits(metric),
            markers: vec![Marker { at: change.days.start(), label: Phrase::new("metrics.cell.since") }],
        },
    }))
}

fn actions(scope: &Scope, first: Option<&Oddity>) -> Vec<Action> {
    let mut actions = Vec::new();
    if let Some(oddity) = first {
        let same_weekdays = DateRange::last_days(
            oddity.days.last().saturating_sub((7 * ((oddity.days.days() + 6) / 7)).days()),
            oddity.days.days(),
        );
        let mut why = wording::why(oddity.metric, oddity.days, Some(same_weekdays));
        why.slots.names = oddity.of.iter().map(|(dimension, name)| (*dimension, vec![name.clone()])).collect();
        actions.push(why);
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
