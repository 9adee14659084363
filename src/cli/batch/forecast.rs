//! `herald batch forecast`: forecasts many series of one file. Reads, calls, prints; computes no forecast.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use rayon::prelude::*;

use crate::cli::files;
use crate::engines::forecast::{Forecast, Model, Params, forecast};

/// Forecasts many series: CSV of series, time and value in, CSV of forecasts with intervals out. Series with 3 to 7
/// values get the naive forecast; shorter ones are named on standard error.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file, CSV or TSV, `.gz` too; `-` for standard input.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// How many steps ahead.
    #[arg(long)]
    horizon: usize,
    /// Steps in a season; by default what the dates suggest (12 for months, 7 for days …), 1 for plain steps.
    #[arg(long)]
    season: Option<usize>,
    /// Levels of the intervals in percent, from 50 to 99.
    #[arg(long, value_delimiter = ',', default_value = "80,95")]
    level: Vec<f64>,
    /// The column that names the series; a file without it is one series.
    #[arg(long, default_value = "series_id")]
    id_column: String,
    /// The column of dates, times or whole numbers; `timestamp`, else `step`, where it is not named.
    #[arg(long)]
    time_column: Option<String>,
    /// The column of values; empty, NA and NaN are missing values.
    #[arg(long, default_value = "value")]
    value_column: String,
    /// Models to take part: seasonal_naive, ets, damped, theta, optimised_theta, dynamic_theta, arima, calendar.
    #[arg(long, value_delimiter = ',')]
    models: Vec<Model>,
}

/// One value of a series.
struct Point {
    at: Time,
    text: String,
    value: f64,
    line: u64,
}

/// When.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Time {
    Step(i64),
    Moment(DateTime),
}

/// The distance of two neighbouring steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spacing {
    Steps(i64),
    Seconds(i64),
    /// Months, on the same day or always on the last.
    Months {
        count: i64,
        last_day: bool,
    },
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people; also when a series could not be forecast, after the others were written.
pub(super) fn run(args: &Args) -> Result<()> {
    let params = Params::new(args.horizon, args.season.unwrap_or(1))?.models(&args.models);
    for level in &args.level {
        if !(50.0..=99.0).contains(level) {
            bail!("--level must lie in 50 to 99, found {level}");
        }
    }
    let series = read(args)?;
    let results: Vec<Done<'_>> =
        series.par_iter().map(|(id, points)| Done { id, result: one(args, &params, points) }).collect();
    let mut failed = 0;
    match write(args, &results, &mut failed) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
        other => other?,
    }
    if failed > 0 {
        bail!("{failed} of {} series could not be forecast", series.len());
    }
    Ok(())
}

/// What came of one series: the names of its steps and the forecast.
struct Done<'a> {
    id: &'a str,
    result: Result<(Vec<String>, Forecast)>,
}

fn write(args: &Args, results: &[Done<'_>], failed: &mut usize) -> io::Result<()> {
    let mut out = csv::Writer::from_writer(BufWriter::new(io::stdout().lock()));
    let mut header = vec!["series_id".to_owned(), "step".to_owned(), "mean".to_owned()];
    header.extend(args.level.iter().flat_map(|level| [format!("lo_{level}"), format!("hi_{level}")]));
    header.push("model".to_owned());
    out.write_record(&header)?;
    for Done { id, result } in results {
        match result {
            Ok((steps, forecast)) => {
                let bands: Vec<_> = args.level.iter().map(|level| forecast.interval(level / 100.0)).collect();
                let model = label(forecast);
                for (h, step) in steps.iter().enumerate() {
                    let mut row = vec![(*id).to_owned(), step.clone(), number(forecast.mean[h])];
                    row.extend(bands.iter().flat_map(|band| [number(band[h].0), number(band[h].1)]));
                    row.push(model.clone());
                    out.write_record(&row)?;
                }
            }
            Err(error) => {
                *failed += 1;
                writeln!(io::stderr().lock(), "herald: series {id:?}: {error:#}")?;
            }
        }
    }
    out.flush()
}

/// Six significant digits and more: enough for any figure, without noise.
fn number(value: f64) -> String {
    if value.abs() >= 1e6 { format!("{value:.2}") } else { format!("{value:.6}") }
}

fn label(forecast: &Forecast) -> String {
    match forecast.members.as_slice() {
        [(_, label, _)] => label.clone(),
        members => members.iter().map(|(model, ..)| model.name()).collect::<Vec<_>>().join("+"),
    }
}

fn one(args: &Args, params: &Params, points: &[Point]) -> Result<(Vec<String>, Forecast)> {
    let spacing = spacing(points)?;
    let values = regular(points, spacing, &args.file)?;
    let mut params = params.clone();
    if args.season.is_none() {
        params = Params::new(args.horizon, season_of(spacing))?.models(&args.models);
    }
    if matches!(spacing, Spacing::Seconds(86_400)) && args.season.is_none_or(|season| season == 7) {
        params = params.long_season(Some(365.25));
    }
    let forecast = forecast(&values, &params)?;
    let last = points.last().context("an empty series")?;
    let date_only = points.iter().all(|point| !point.text.contains(':'));
    let steps = (1..=args.horizon).map(|h| after(last.at, spacing, h as i64, date_only));
    Ok((steps.collect::<Result<_>>()?, forecast))
}

/// Reads the file into series, each in order of time.
fn read(args: &Args) -> Result<BTreeMap<String, Vec<Point>>> {
    let name = args.file.display().to_string();
    let tabs = name.trim_end_matches(".gz").ends_with(".tsv");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if tabs { b'\t' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(files::open(&args.file)?);
    let header: Vec<String> = reader
        .headers()
        .with_context(|| format!("{name}, line 1"))?
        .iter()
        .map(|column| column.trim_start_matches('\u{feff}').to_owned())
        .collect();
    let find = |column: &str| header.iter().position(|name| name == column);
    let need = |column: &str| match find(column) {
        Some(at) => Ok(at),
        None => bail!("{name}, line 1: no column is called {column:?}; there are {}", header.join(", ")),
    };
    let id = if args.id_column == "series_id" { find("series_id") } else { Some(need(&args.id_column)?) };
    let time = match &args.time_column {
        Some(column) => need(column)?,
        None => find("timestamp").or_else(|| find("step")).map_or_else(|| need("timestamp"), Ok)?,
    };
    let value = need(&args.value_column)?;
    let mut series: BTreeMap<String, Vec<Point>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.with_context(|| name.clone())?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let place = |column: usize| format!("{name}, line {line}, column {:?}", header[column]);
        let at = parse_time(cell(time))
            .with_context(|| format!("{}: {:?} is no date, time or whole number", place(time), cell(time)))?;
        let value = match cell(value) {
            "" | "NA" | "NaN" | "nan" | "null" => f64::NAN,
            text => text
                .parse::<f64>()
                .ok()
                .filter(|v| v.is_finite() && v.abs() < 1e300)
                .with_context(|| format!("{}: {text:?} is no number", place(value)))?,
        };
        let key = id.map_or("series", cell).to_owned();
        series.entry(key).or_default().push(Point { at, text: cell(time).to_owned(), value, line });
    }
    if series.is_empty() {
        bail!("{name} has no rows");
    }
    for (key, points) in &mut series {
        points.sort_by_key(|point| point.at);
        for pair in points.windows(2) {
            if pair[0].at == pair[1].at {
                bail!(
                    "{name}, line {}, column {:?}: {:?} is there twice for series {key:?}",
                    pair[1].line,
                    header[time],
                    pair[1].text
                );
            }
            if std::mem::discriminant(&pair[0].at) != std::mem::discriminant(&pair[1].at) {
                bail!(
                    "{name}, line {}, column {:?}: series {key:?} mixes dates and numbers",
                    pair[1].line,
                    header[time]
                );
            }
        }
    }
    Ok(series)
}

fn parse_time(text: &str) -> Option<Time> {
    if let Ok(step) = text.parse::<i64>() {
        return Some(Time::Step(step));
    }
    if let Ok(moment) = text.trim_end_matches('Z').parse::<DateTime>() {
        return Some(Time::Moment(moment));
    }
    if let Ok(date) = text.parse::<Date>() {
        return Some(Time::Moment(date.to_datetime(jiff::civil::Time::midnight())));
    }
    // A month alone, such as 2024-05.
    let date: Date = format!("{text}-01").parse().ok()?;
    Some(Time::Moment(date.to_datetime(jiff::civil::Time::midnight())))
}

fn months(moment: DateTime) -> i64 {
    i64::from(moment.year()) * 12 + i64::from(moment.month()) - 1
}

fn seconds(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_secs()
}

/// The spacing of a series: its smallest distance, in months where every date is on one day of the month or on the last.
fn spacing(points: &[Point]) -> Result<Spacing> {
    let steps: Vec<i64> = points.iter().filter_map(|p| if let Time::Step(s) = p.at { Some(s) } else { None }).collect();
    let smallest = |distances: Vec<i64>| distances.into_iter().filter(|d| *d > 0).min();
    if !steps.is_empty() {
        return Ok(Spacing::Steps(
            smallest(steps.windows(2).map(|w| w[1].saturating_sub(w[0])).collect()).unwrap_or(1),
        ));
    }
    let moments: Vec<DateTime> =
        points.iter().filter_map(|p| if let Time::Moment(m) = p.at { Some(m) } else { None }).collect();
    let Some(first) = moments.first() else { bail!("an empty series") };
    let same_day = moments.iter().all(|m| m.day() == first.day());
    let last_day = moments.iter().all(|m| m.date() == m.date().last_of_month());
    let day = 86_400;
    let apart = smallest(moments.windows(2).map(|w| seconds(w[0], w[1])).collect()).unwrap_or(day);
    if (same_day || last_day) && apart >= 28 * day {
        let count = smallest(moments.windows(2).map(|w| months(w[1]) - months(w[0])).collect()).unwrap_or(1);
        return Ok(Spacing::Months { count, last_day: last_day && !same_day });
    }
    Ok(Spacing::Seconds(apart.max(1)))
}

fn season_of(spacing: Spacing) -> usize {
    match spacing {
        Spacing::Months { count: 1, .. } => 12,
        Spacing::Months { count: 3, .. } => 4,
        Spacing::Seconds(604_800) => 52,
        Spacing::Seconds(86_400) => 7,
        Spacing::Seconds(3_600) => 24,
        Spacing::Months { .. } | Spacing::Seconds(_) | Spacing::Steps(_) => 1,
    }
}

/// The values at every step, not-a-number where one is missing.
fn regular(points: &[Point], spacing: Spacing, file: &Path) -> Result<Vec<f64>> {
    let Some(first) = points.first() else { bail!("an empty series") };
    let mut values: Vec<f64> = Vec::with_capacity(points.len());
    for point in points {
        let (distance, unit) = match (first.at, point.at, spacing) {
            (Time::Step(from), Time::Step(to), Spacing::Steps(unit)) => (to.saturating_sub(from), unit),
            (Time::Moment(from), Time::Moment(to), Spacing::Seconds(unit)) => (seconds(from, to), unit),
            (Time::Moment(from), Time::Moment(to), Spacing::Months { count, .. }) => (months(to) - months(from), count),
            _ => bail!("dates and numbers are mixed"),
        };
        if distance % unit != 0 {
            bail!(
                "{}, line {}: {:?} does not fit the spacing of the steps before it",
                file.display(),
                point.line,
                point.text
            );
        }
        let place = usize::try_from(distance / unit).unwrap_or(usize::MAX);
        if place > 5 * points.len() + 10 {
            bail!(
                "{}, line {}: more than four of five steps before {:?} are missing",
                file.display(),
                point.line,
                point.text
            );
        }
        values.resize(place, f64::NAN);
        values.push(point.value);
    }
    Ok(values)
}

/// The step `h` steps after the last.
fn after(last: Time, spacing: Spacing, h: i64, date_only: bool) -> Result<String> {
    let moment = match (last, spacing) {
        (Time::Step(step), Spacing::Steps(unit)) => return Ok(step.saturating_add(unit.saturating_mul(h)).to_string()),
        (Time::Moment(moment), Spacing::Seconds(unit)) => moment.checked_add((unit * h).seconds())?,
        (Time::Moment(moment), Spacing::Months { count, last_day }) => {
            let moved = moment.checked_add((count * h).months())?;
            if last_day { moved.date().last_of_month().to_datetime(moved.time()) } else { moved }
        }
        _ => bail!("dates and numbers are mixed"),
    };
    Ok(if date_only { moment.date().to_string() } else { moment.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(texts: &[&str]) -> Vec<Point> {
        let point = |(line, text): (usize, &&str)| Point {
            at: parse_time(text).expect("a time"),
            text: (*text).to_owned(),
            value: line as f64,
            line: line as u64,
        };
        texts.iter().enumerate().map(point).collect()
    }

    #[test]
    fn steps_go_on_as_they_came() {
        let check = |texts: &[&str], next: &str, season: usize| {
            let points = points(texts);
            let spacing = spacing(&points).unwrap();
            let last = points.last().unwrap();
            assert_eq!(after(last.at, spacing, 1, true).unwrap(), next);
            assert_eq!(season_of(spacing), season);
        };
        check(&["1", "2", "3"], "4", 1);
        check(&["10", "20", "40"], "50", 1);
        check(&["2024-01-31", "2024-02-29", "2024-03-31"], "2024-04-30", 12);
        check(&["2024-01", "2024-02"], "2024-03-01", 12);
        check(&["2023-01-01", "2023-04-01", "2023-07-01"], "2023-10-01", 4);
        check(&["2024-02-27", "2024-02-28"], "2024-02-29", 7);
        check(&["2024-01-01", "2024-01-08"], "2024-01-15", 52);
    }

    #[test]
    fn gaps_become_missing_values_and_odd_steps_are_refused() {
        let with_gap = points(&["2024-01-01", "2024-01-02", "2024-01-04"]);
        let values = regular(&with_gap, spacing(&with_gap).unwrap(), Path::new("f")).unwrap();
        assert_eq!(values.len(), 4);
        assert!(values[2].is_nan());
        let odd = points(&["0", "10", "25"]);
        assert!(regular(&odd, spacing(&odd).unwrap(), Path::new("f")).unwrap_err().to_string().contains("line 2"));
    }
}
