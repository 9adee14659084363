//! Every phrase an answer uses stands in `metrics.toml` and can be filled with the arguments it is given.

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior, Value};

use crate::domain::{Answer, Arg, ChartKind, Phrase, Table};

const FILE: &str = include_str!("../../../../prompts/replies/en/metrics.toml");

/// All phrases of an answer, filled in; arguments are written as plainly as can be.
pub(super) fn said(answer: &Answer) -> Vec<String> {
    let words = words();
    let mut phrases: Vec<&Phrase> = vec![&answer.headline];
    phrases.extend(answer.findings.iter().map(|finding| &finding.text));
    for list in [&answer.trust, &answer.assumptions, &answer.caveats, &answer.evidence.method] {
        phrases.extend(list);
    }
    let tables: Vec<&Table> = answer.tables.iter().chain(&answer.evidence.rows).collect();
    for table in &tables {
        phrases.push(&table.title);
        phrases.extend(&table.columns);
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len(), "a row of {:?} has another number of cells", table.title.key);
            row.iter().for_each(|cell| drop(write(cell, &words)));
        }
    }
    for chart in &answer.charts {
        phrases.push(&chart.title);
        match &chart.kind {
            ChartKind::Lines { lines, markers } => {
                lines.iter().for_each(|(name, _)| drop(write(name, &words)));
                phrases.extend(markers.iter().map(|marker| &marker.label));
            }
            ChartKind::Past { lines, usual, markers, .. } => {
                lines.iter().chain(usual).for_each(|(name, _)| drop(write(name, &words)));
                phrases.extend(markers.iter().map(|marker| &marker.label));
            }
            ChartKind::Bars { bars } => bars.iter().for_each(|(name, _)| drop(write(name, &words))),
            ChartKind::StackedBars { .. } | ChartKind::HeatMap { .. } => {}
        }
    }
    let mut lines: Vec<String> = phrases.into_iter().map(|phrase| fill(phrase, &words)).collect();
    for action in &answer.actions {
        lines.push(format!("[{}]", fill(&action.label, &words)));
        let ask = Phrase { key: format!("{}_ask", action.label.key).into(), args: action.label.args.clone() };
        fill(&ask, &words);
    }
    lines
}

/// The templates.
fn words() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let file: toml::Table = FILE.parse().unwrap();
    for (name, value) in file {
        match value {
            toml::Value::String(text) => environment.add_template_owned(format!("metrics.{name}"), text).unwrap(),
            toml::Value::Table(table) => {
                for (inner, value) in table {
                    let text = value.as_str().unwrap().to_owned();
                    environment.add_template_owned(format!("metrics.{name}.{inner}"), text).unwrap();
                }
            }
            other => panic!("{name} is no phrase: {other}"),
        }
    }
    environment
}

fn fill(phrase: &Phrase, words: &Environment<'static>) -> String {
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    for (name, arg) in &phrase.args {
        values.insert(name.clone().into_owned(), write(arg, words).into());
        if let Arg::Range(_) = arg {
            values.insert(format!("{name}_in"), format!("in {}", write(arg, words)).into());
        }
        if let Some(raw) = raw(arg) {
            values.insert(format!("{name}_raw"), raw.into());
            values.insert(format!("{name}_abs"), format!("{:.2}", raw.abs()).into());
        }
    }
    let template = words.get_template(&phrase.key).unwrap_or_else(|_| panic!("there is no phrase {}", phrase.key));
    template.render(values).unwrap_or_else(|error| panic!("{} cannot be filled: {error}", phrase.key))
}

fn raw(arg: &Arg) -> Option<f64> {
    match arg {
        Arg::Figure(value, _) | Arg::Change(value, _) | Arg::Share(value) | Arg::Growth(value) | Arg::Number(value) => {
            Some(*value)
        }
        Arg::Count(value) => Some(*value as f64),
        _ => None,
    }
}

fn write(arg: &Arg, words: &Environment<'static>) -> String {
    if let Some(value) = raw(arg) {
        assert!(value.is_finite(), "{arg:?} is no figure");
    }
    match arg {
        Arg::Text(text) => text.clone(),
        Arg::Figure(value, _) | Arg::Number(value) => format!("{value:.2}"),
        Arg::Change(value, _) => format!("{value:+.2}"),
        Arg::Share(value) => format!("{:.0} %", 100.0 * value),
        Arg::Growth(value) => format!("{:+.0} %", 100.0 * value),
        Arg::Count(value) => value.to_string(),
        Arg::Date(day) => day.to_string(),
        Arg::Range(range) => format!("{}..{}", range.start(), range.last()),
        Arg::Metric(metric) => metric.name().to_owned(),
        Arg::Dimension(dimension) => dimension.name().to_owned(),
        Arg::Bucket(bucket) => format!("{bucket:?}").to_lowercase(),
        Arg::Intent(intent) => intent.name().to_owned(),
        Arg::List(items) => items.iter().map(|item| write(item, words)).collect::<Vec<_>>().join(", "),
        Arg::Phrase(phrase) => fill(phrase, words),
    }
}

#[test]
fn every_metric_says_what_it_is() {
    let words = words();
    for metric in crate::domain::Metric::ALL {
        fill(&Phrase::new(crate::engines::metrics::metric::definition(*metric)), &words);
    }
}
