//! `herald batch forecast`: forecasts many series of one file. Reads, calls, prints; computes no forecast.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;

use super::series::{Point, after, long_season_of, on_one_clock, parse_time, regular, season_of, spacing};
use crate::cli::files::Rows;
use crate::cli::{Usage, arguments};
use crate::engines::forecast::{Forecast, Model, Params, forecast};

/// Forecasts many series: CSV of series, time and value in, CSV of forecasts with intervals out. Series with 3 to 7
/// values get the naive forecast; shorter ones are named on standard error.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file, CSV, TSV or JSON Lines, `.gz` too; `-` for standard input.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// How many steps ahead, up to 1,000.
    #[arg(long, value_parser = arguments::horizon)]
    horizon: usize,
    /// Steps in a season; by default what the dates suggest (12 for months, 7 for days …), 1 for plain steps.
    #[arg(long, value_parser = arguments::season)]
    season: Option<usize>,
    /// Levels of the intervals in percent, from 50 to 99.
    #[arg(long, value_delimiter = ',', default_value = "80,95", value_parser = arguments::level)]
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

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people; also when a series could not be forecast, after the others were written.
pub(super) fn run(args: &Args) -> Result<()> {
    let params = Params::new(args.horizon, args.season.unwrap_or(1))?.models(&args.models);
    if let Some(twice) = args.level.iter().enumerate().find(|(at, level)| args.level[..*at].contains(level)) {
        return Err(Usage(format!("--level has {} twice", twice.1)).into());
    }
    let series = read(args)?;
    let results: Vec<Done<'_>> =
        series.par_iter().map(|(id, points)| Done { id, result: one(args, &params, points) }).collect();
    let mut failed = 0;
    write(args, &results, &mut failed)?;
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

/// Six significant digits or more: enough for any figure, without noise.
fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e6 {
        return format!("{value:.2}");
    }
    if size >= 1.0 || size == 0.0 {
        return format!("{value:.6}");
    }
    if size < 1e-12 {
        return format!("{value:.5e}");
    }
    let digits = (5.0 - size.log10().floor()).clamp(6.0, 20.0) as usize;
    format!("{value:.digits$}")
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
    if let Some((week, year)) = long_season_of(spacing)
        && args.season.is_none_or(|season| season == week)
    {
        params = params.long_season(Some(year));
    }
    let forecast = forecast(&values, &params)?;
    let last = points.last().context("an empty series")?;
    let steps = (1..=args.horizon).map(|h| after(last, spacing, h as i64));
    Ok((steps.collect::<Result<_>>()?, forecast))
}

/// Reads the file into series, each in order of time.
fn read(args: &Args) -> Result<BTreeMap<String, Vec<Point>>> {
    let name = args.file.display().to_string();
    let table = Rows::read(&args.file)?;
    let header: Vec<&str> = table.header.iter().map(|column| column.trim()).collect();
    let find = |column: &str| header.iter().position(|name| *name == column);
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
    for (row, &line) in table.rows.iter().zip(&table.lines) {
        let cell = |at: usize| row[at].trim();
        let place = |column: usize| format!("{name}, line {line}, column {:?}", header[column]);
        let (at, offset) = parse_time(cell(time))
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
        series.entry(key).or_default().push(Point { at, offset, text: cell(time).to_owned(), value, line });
    }
    if series.is_empty() {
        bail!("{name} has a header and no rows");
    }
    for (key, points) in &mut series {
        on_one_clock(points);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_six_digits_however_small() {
        for (value, text) in [
            (0.0, "0.000000"),
            (12.5, "12.500000"),
            (1_234_567.891, "1234567.89"),
            (0.012_345_678, "0.0123457"),
            (-1.234_567_8e-8, "-0.0000000123457"),
            (1.5e-20, "1.50000e-20"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
