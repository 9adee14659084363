//! `herald evaluate dates`: measures dates and numbers on a public set. Reads, compares, prints.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::nlu::dates::{Amount, AmountKind, DateContext, DateOrder, Found, Kind, Lean, Open, find, find_amounts};

/// Measures dates and numbers on a public set.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of the public data.
    #[arg(long)]
    data: PathBuf,
    /// Prints what was missed, for this language and type (such as `English/daterange`), or what was found where there is
    /// nothing (`English/nothing`).
    #[arg(long)]
    missed: Option<String>,
}

#[derive(Deserialize)]
struct Case {
    lang: String,
    model: String,
    input: String,
    reference: Option<String>,
    results: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    text: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    resolution: Option<serde_json::Value>,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args) -> Result<()> {
    let path = args.data.join("nlu/dates_numbers/dev.jsonl");
    let file = std::fs::File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut scores: BTreeMap<(String, String), [u32; 4]> = BTreeMap::new();
    let mut out = io::stdout().lock();
    let mut quiet = [0_u32; 2];
    for (at, line) in BufReader::new(file).lines().enumerate() {
        let place = || format!("{}, line {}", path.display(), at + 1);
        let case: Case = serde_json::from_str(&line.with_context(place)?).with_context(place)?;
        let supported = matches!(
            case.model.as_str(),
            "DateTimeModel" | "NumberModel" | "OrdinalModel" | "PercentModel" | "CurrencyModel"
        );
        if !supported {
            continue;
        }
        let ours = read(&case);
        if case.results.is_empty() {
            quiet[1] += 1;
            quiet[0] += u32::from(ours[0].is_empty());
            if !ours[0].is_empty() && args.missed.as_deref() == Some(format!("{}/nothing", case.lang).as_str()) {
                let got: Vec<String> = ours[0].iter().map(|o| format!("[{}] {} {}", o.text, o.kind, o.value)).collect();
                put(&mut out, &format!("{} | {}", case.input, got.join("; ")))?;
            }
        }
        let plain = naive(&case.input);
        let mut types: BTreeMap<String, Vec<&Expected>> = BTreeMap::new();
        for expected in &case.results {
            let Some(kind) = expected.kind.as_deref() else { continue };
            types.entry(kind.trim_start_matches("datetimeV2.").to_owned()).or_default().push(expected);
        }
        for (kind, all) in types {
            let hits: Vec<(bool, bool)> = all.iter().map(|expected| compare(expected, &ours)).collect();
            let score = scores.entry((case.lang.clone(), kind.clone())).or_default();
            let value = hits.iter().all(|hit| hit.0);
            score[0] += 1;
            score[1] += u32::from(value);
            score[2] += u32::from(hits.iter().all(|hit| hit.0 && hit.1));
            score[3] += u32::from(all.iter().all(|expected| naive_hit(expected, &plain)));
            if !value && args.missed.as_deref() == Some(format!("{}/{kind}", case.lang).as_str()) {
                let wanted: Vec<String> =
                    all.iter().map(|e| format!("[{}] {}", e.text, values(e).join(" / "))).collect();
                let got: Vec<String> = ours
                    .iter()
                    .map(|o| {
                        o.iter().map(|o| format!("[{}] {} {}", o.text, o.kind, o.value)).collect::<Vec<_>>().join("; ")
                    })
                    .collect();
                put(
                    &mut out,
                    &format!(
                        "{} | {}\n   want {}\n   past {}\n   next {}",
                        case.reference.as_deref().unwrap_or(""),
                        case.input,
                        wanted.join("; "),
                        got[0],
                        got[1]
                    ),
                )?;
            }
        }
    }
    if args.missed.is_some() {
        return Ok(());
    }
    put(&mut out, "Share of inputs all of whose expected results of a type were found.")?;
    put(
        &mut out,
        "value: the resolved value is right under both leans (past values first, future values last); span: the words too.",
    )?;
    put(
        &mut out,
        "Microsoft gives the end of \"from A to B\" as the first day of B; it is compared with the first day of B, which Herald keeps beside the range that includes B.",
    )?;
    put(&mut out, "naive: ISO dates and runs of digits.\n")?;
    put(
        &mut out,
        &format!("{:<10}{:<20}{:>7}{:>9}{:>9}{:>9}", "language", "type", "inputs", "value", "span", "naive"),
    )?;
    for language in ["English", "Chinese"] {
        let mut total = [0; 4];
        for ((_, kind), score) in scores.iter().filter(|((lang, _), _)| lang == language) {
            row(&mut out, language, kind, score)?;
            if WANTED.contains(&kind.as_str()) {
                for (sum, part) in total.iter_mut().zip(score) {
                    *sum += part;
                }
            }
        }
        row(&mut out, language, "(types Herald uses)", &total)?;
    }
    put(&mut out, &format!("\nInputs that hold nothing, where nothing was found: {} of {}", quiet[0], quiet[1]))
}

/// The types that slots use.
const WANTED: &[&str] = &["date", "daterange", "duration", "number", "percentage", "currency", "ordinal"];

fn put(out: &mut impl Write, line: &str) -> Result<()> {
    match writeln!(out, "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn row(out: &mut impl Write, language: &str, kind: &str, score: &[u32; 4]) -> Result<()> {
    let share = |n: u32| if score[0] == 0 { 0.0 } else { 100.0 * f64::from(n) / f64::from(score[0]) };
    put(
        out,
        &format!(
            "{language:<10}{kind:<20}{:>7}{:>8.1}%{:>8.1}%{:>8.1}%",
            score[0],
            share(score[1]),
            share(score[2]),
            share(score[3])
        ),
    )
}

/// One reading in the words of the public set.
struct Reading {
    text: String,
    kind: &'static str,
    value: String,
}

/// What is found, leaning to the past and to the future.
fn read(case: &Case) -> [Vec<Reading>; 2] {
    let text: Vec<char> = case.input.chars().collect();
    if case.model != "DateTimeModel" {
        let read = || {
            find_amounts(&case.input)
                .into_iter()
                .flat_map(|amount| amounts(&amount, &case.model))
                .map(|(start, end, kind, value)| Reading { text: text[start..end].iter().collect(), kind, value })
                .collect()
        };
        return [read(), read()];
    }
    let now: DateTime =
        case.reference.as_deref().and_then(|at| at.parse().ok()).unwrap_or(DateTime::constant(2019, 1, 1, 0, 0, 0, 0));
    let Ok(now) = now.to_zoned(TimeZone::UTC) else { return [Vec::new(), Vec::new()] };
    let order = if case.lang == "Chinese" { DateOrder::DayFirst } else { DateOrder::MonthFirst };
    let read = |lean| {
        let context = DateContext { now: &now, week_start: Weekday::Monday, lean, order };
        find(&case.input, &context)
            .into_iter()
            .map(|found| Reading { kind: kind_name(found.kind), value: value_of(&found), text: found.text })
            .collect()
    };
    [read(Lean::Past), read(Lean::Future)]
}

fn amounts(amount: &Amount, model: &str) -> Vec<(usize, usize, &'static str, String)> {
    let value = format!("{}", amount.value);
    match (amount.kind, model) {
        (AmountKind::Ordinal, "OrdinalModel") => vec![(amount.start, amount.end, "ordinal", value)],
        (AmountKind::Percentage, "PercentModel") => vec![(amount.start, amount.end, "percentage", value)],
        (AmountKind::Money, "CurrencyModel") => {
            vec![(amount.start, amount.end, "currency", format!("{value} {}", amount.currency.unwrap_or("")))]
        }
        // The number model wants the number inside money and percentages too.
        (AmountKind::Number | AmountKind::Money | AmountKind::Percentage, "NumberModel") => {
            vec![(amount.start, amount.end, "number", value)]
        }
        _ => Vec::new(),
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Date => "date",
        Kind::DateRange => "daterange",
        Kind::Time => "time",
        Kind::TimeRange => "timerange",
        Kind::DateTime => "datetime",
        Kind::DateTimeRange => "datetimerange",
        Kind::Duration => "duration",
        Kind::Set => "set",
    }
}

fn value_of(found: &Found) -> String {
    let day = |at: DateTime| at.date().to_string();
    let moment = |at: DateTime| format!("{} {}", at.date(), at.time());
    let ends = |start: String, end: String| match found.open {
        Open::No => format!("{start}..{end}"),
        Open::Before | Open::Until => format!("..{end}"),
        Open::After | Open::Since => format!("{start}.."),
    };
    let clock = |seconds: i64| format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    match found.kind {
        Kind::Set => "not resolved".to_owned(),
        Kind::Duration => format!("{}", found.seconds.unwrap_or(0.0)),
        Kind::Time => found.clock.map_or_else(String::new, |(start, _)| clock(start)),
        Kind::TimeRange => found.clock.map_or_else(String::new, |(start, end)| match found.open {
            Open::No => ends(clock(start), clock(end.unwrap_or(start))),
            _ => ends(clock(start), clock(start)),
        }),
        Kind::Date => found.named.map_or_else(|| "not resolved".to_owned(), |(start, _)| day(start)),
        Kind::DateRange => {
            found.named.map_or_else(|| "not resolved".to_owned(), |(start, end)| ends(day(start), day(end)))
        }
        Kind::DateTime => found.named.map_or_else(String::new, |(start, _)| moment(start)),
        Kind::DateTimeRange => found.named.map_or_else(String::new, |(start, end)| match found.open {
            Open::Before => ends(moment(start), moment(start)),
            _ => ends(moment(start), moment(end)),
        }),
    }
}

/// The values that the public set lists, in its order.
fn values(expected: &Expected) -> Vec<String> {
    let Some(resolution) = &expected.resolution else { return Vec::new() };
    let text = |value: &serde_json::Value, key: &str| value.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    if let Some(list) = resolution.get("values").and_then(|list| list.as_array()) {
        return list
            .iter()
            .map(|value| {
                text(value, "value").unwrap_or_else(|| {
                    format!("{}..{}", text(value, "start").unwrap_or_default(), text(value, "end").unwrap_or_default())
                })
            })
            .collect();
    }
    let value = text(resolution, "value").unwrap_or_else(|| "null".to_owned());
    let code = text(resolution, "isoCurrency").or_else(|| text(resolution, "unit"));
    vec![match code {
        Some(code) => format!("{value} {code}"),
        None => value,
    }]
}

fn same(ours: &str, wanted: &str) -> bool {
    let (a, b) = (ours.trim_end_matches('%'), wanted.trim_end_matches('%'));
    if let (Some((a, au)), Some((b, bu))) = (a.split_once(' '), b.split_once(' '))
        && let (Ok(a), Ok(b)) = (a.parse::<f64>(), b.parse::<f64>())
    {
        return close(a, b)
            && (au == bu
                || au.len() == 3 && au.chars().all(char::is_uppercase) && bu.len() > 3
                || bu.len() == 3 && au.len() != 3);
    }
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => close(a, b),
        _ => a == b,
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9_f64.max(b.abs() * 1e-9)
}

/// Whether the value is right under both leans, and whether the words are too.
fn compare(expected: &Expected, ours: &[Vec<Reading>; 2]) -> (bool, bool) {
    let kind = expected.kind.as_deref().unwrap_or("").trim_start_matches("datetimeV2.");
    let wanted = values(expected);
    let text = clean(&expected.text);
    let pick = |lean: usize| -> Vec<&Reading> {
        ours[lean]
            .iter()
            .filter(|r| r.kind == kind && (clean(&r.text).contains(&text) || text.contains(&clean(&r.text))))
            .collect()
    };
    // A season or a fiscal year is left open by the public set and resolved by Herald: any value is accepted there.
    let unresolved = wanted.iter().any(|value| value == "not resolved") && kind != "set";
    let hit = |lean: usize| -> Vec<(usize, &Reading)> {
        pick(lean)
            .into_iter()
            .filter_map(|r| {
                if unresolved {
                    return Some((0, r));
                }
                let at = if lean == 0 {
                    wanted.iter().position(|v| same(&r.value, v))
                } else {
                    wanted.iter().rposition(|v| same(&r.value, v))
                };
                at.map(|at| (at, r))
            })
            .collect()
    };
    let (past, future) = (hit(0), hit(1));
    let two_views = wanted.len() == 2 && wanted[0] != wanted[1] && !matches!(kind, "time" | "timerange");
    let dated = two_views && wanted[0].get(..10) != wanted[1].get(..10);
    let value = past.iter().any(|(p, _)| future.iter().any(|(f, _)| !dated || p < f));
    let span = past.iter().any(|(_, r)| clean(&r.text) == text);
    (value, span)
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(crate::nlu::dates::normal).collect()
}

/// ISO dates and runs of digits: what anyone writes first.
fn naive(input: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut run = String::new();
    for c in input.chars().chain([' ']) {
        if c.is_ascii_digit() || (!run.is_empty() && matches!(c, '.' | '-')) {
            run.push(c);
        } else if !run.is_empty() {
            found.push(run.trim_end_matches(['.', '-']).to_owned());
            run.clear();
        }
    }
    found
}

fn naive_hit(expected: &Expected, plain: &[String]) -> bool {
    values(expected).iter().any(|value| plain.iter().any(|found| same(found, value.split(' ').next().unwrap_or(value))))
}
