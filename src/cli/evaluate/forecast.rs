//! `herald evaluate forecast`: measures forecasts on the M3 series (Makridakis & Hibon 2000), whose futures no model
//! has seen, beside what was published.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use serde::Deserialize;

use crate::cli::files;
use crate::engines::forecast::accuracy::{coverage, mase, mean, smape};
use crate::engines::forecast::{Forecast, Model, Params, forecast, naive2};

/// Measures forecasts on the M3 series.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder of public data; `forecast/m3_data.json.gz` is read from it.
    #[arg(long)]
    data: PathBuf,
    /// Only so many series, spread evenly over the file.
    #[arg(long)]
    limit: Option<usize>,
}

/// A series as it is in the file.
#[derive(Debug, Deserialize)]
struct Series {
    period: [String; 1],
    x: Vec<f64>,
    xx: Vec<f64>,
}

impl Series {
    fn season(&self) -> usize {
        match self.period[0].as_str() {
            "MONTHLY" => 12,
            "QUARTERLY" => 4,
            _ => 1,
        }
    }
}

const GROUPS: [&str; 4] = ["YEARLY", "QUARTERLY", "MONTHLY", "OTHER"];

/// What one series says of every method.
struct Scored {
    group: usize,
    /// By method: sMAPE and MASE.
    errors: BTreeMap<String, (f64, Option<f64>)>,
    /// Whether the truth lay in the intervals for 80 and 95 %, and how wide the 80 % ones were against naive ones.
    held: [f64; 2],
    width: Option<f64>,
    /// Models that did not suit the series.
    missing: Vec<&'static str>,
}

/// Runs the command.
///
/// # Errors
/// With the place and the reason, for people.
pub(super) fn run(args: &Args) -> Result<()> {
    let path = args.data.join("forecast/m3_data.json.gz");
    let all: serde_json::Map<String, serde_json::Value> =
        serde_json::from_reader(files::open(&path)?).with_context(|| path.display().to_string())?;
    let total = all.len();
    let every = args.limit.map_or(1, |limit| total.div_ceil(limit.max(1)).max(1));
    let series: Vec<Series> = all
        .into_iter()
        .step_by(every)
        .map(|(id, value)| serde_json::from_value(value).with_context(|| format!("{}, series {id}", path.display())))
        .collect::<Result<_>>()?;
    writeln!(io::stderr().lock(), "forecasting {} of {total} series …", series.len())?;
    let start = Instant::now();
    let scored: Vec<Scored> = series.par_iter().map(score).collect::<Result<_>>()?;
    let seconds = start.elapsed().as_secs_f64();
    match report(&scored, &args.data, every == 1, seconds) {
        Err(error) if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) => {
            Ok(())
        }
        other => other,
    }
}

fn score(series: &Series) -> Result<Scored> {
    let Some(group) = GROUPS.iter().position(|group| *group == series.period[0]) else {
        bail!("an unknown period {:?}", series.period[0]);
    };
    let season = series.season();
    // Only `x` goes in: the models and their weights are chosen without a look at `xx`.
    let params = Params::new(series.xx.len(), season)?;
    let chosen: Forecast = forecast(&series.x, &params)?;
    let naive = forecast(&series.x, &params.clone().models(&[Model::SeasonalNaive]))?;
    let of = |forecast: &[f64]| (smape(&series.xx, forecast), mase(&series.xx, forecast, &series.x, season));
    let mut errors = BTreeMap::new();
    let mut missing = Vec::new();
    for model in SINGLE {
        match chosen.members.iter().position(|(member, ..)| member == model) {
            Some(at) => errors.insert(model.name().to_owned(), of(&chosen.each[at])),
            None => {
                missing.push(model.name());
                errors.insert(model.name().to_owned(), of(&chosen.naive))
            }
        };
    }
    errors.insert("combination".to_owned(), of(&chosen.mean));
    errors.insert("seasonal naive".to_owned(), of(&chosen.naive));
    errors.insert("naive 2".to_owned(), of(&naive2(&series.x, season, series.xx.len())));
    let held = [0.8, 0.95].map(|level| coverage(&series.xx, &chosen.interval(level)));
    let width = |forecast: &Forecast| mean(forecast.interval(0.8).iter().map(|(low, high)| high - low));
    let (ours, theirs) = (width(&chosen), width(&naive));
    Ok(Scored { group, errors, held, width: (theirs > 0.0).then(|| ours / theirs), missing })
}

/// The models whose own scores are shown.
const SINGLE: &[Model] = &[Model::Ets, Model::Damped, Model::Theta, Model::DynamicTheta, Model::Arima];

fn report(scored: &[Scored], data: &Path, whole: bool, seconds: f64) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "M3, {} series, {seconds:.0} s: sMAPE / MASE, each series counting once", scored.len())?;
    writeln!(out)?;
    writeln!(out, "| method | yearly | quarterly | monthly | other | all |")?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    let mut methods = vec!["combination".to_owned()];
    methods.extend(SINGLE.iter().map(|model| model.name().to_owned()));
    methods.extend(["naive 2".to_owned(), "seasonal naive".to_owned()]);
    for method in &methods {
        let cell = |group: Option<usize>| {
            let chosen =
                || scored.iter().filter(|s| group.is_none_or(|g| s.group == g)).filter_map(|s| s.errors.get(method));
            format!("{:.3} / {:.3}", mean(chosen().map(|e| e.0)), mean(chosen().filter_map(|e| e.1)))
        };
        let cells: Vec<String> = (0..4).map(Some).chain([None]).map(cell).collect();
        writeln!(out, "| Herald: {method} | {} |", cells.join(" | "))?;
    }
    let published = published(data)?;
    for method in ["THETA", "ForecastPro", "NAIVE2"] {
        if let Some(cells) = published.get(method) {
            writeln!(out, "| published: {method} | {} |", cells.join(" | "))?;
        }
    }
    writeln!(out)?;
    for model in SINGLE {
        let count = scored.iter().filter(|s| s.missing.contains(&model.name())).count();
        if count > 0 {
            writeln!(out, "{} does not suit {count} series; seasonal naive stands in for it there.", model.name())?;
        }
    }
    if whole && let Some(cells) = published.get("NAIVE2") {
        let yearly = mean(scored.iter().filter(|s| s.group == 0).filter_map(|s| s.errors.get("naive 2")).map(|e| e.0));
        writeln!(
            out,
            "Same formula as the published scores: naive on the yearly series {yearly:.3}, published {} (sMAPE / MASE).",
            cells[0]
        )?;
    }
    writeln!(out)?;
    writeln!(out, "| intervals | yearly | quarterly | monthly | other | all |")?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for (at, level) in ["80 %", "95 %"].iter().enumerate() {
        let cell = |group: Option<usize>| {
            let held = scored.iter().filter(|s| group.is_none_or(|g| s.group == g)).map(|s| s.held[at]);
            format!("{:.1} %", 100.0 * mean(held))
        };
        let cells: Vec<String> = (0..4).map(Some).chain([None]).map(cell).collect();
        writeln!(out, "| held, {level} | {} |", cells.join(" | "))?;
    }
    let cell = |group: Option<usize>| {
        // The geometric mean: half and twice as wide balance.
        let widths = scored.iter().filter(|s| group.is_none_or(|g| s.group == g)).filter_map(|s| s.width);
        format!("{:.2}", mean(widths.filter(|w| *w > 0.0).map(f64::ln)).exp())
    };
    let cells: Vec<String> = (0..4).map(Some).chain([None]).map(cell).collect();
    writeln!(out, "| width against naive, 80 % | {} |", cells.join(" | "))?;
    out.flush()?;
    Ok(())
}

/// The published scores by method, in the order of the groups and all.
fn published(data: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let path = data.join("forecast/M3_published_methods_scores.csv");
    let rows = files::Rows::read(&path)?;
    let column = |name: String| rows.column(&name, &path);
    let method = column("method".to_owned())?;
    let groups = ["yearly", "quarterly", "monthly", "other", "all"];
    let places: Vec<(usize, usize)> = groups
        .iter()
        .map(|group| Ok((column(format!("{group}_sMAPE"))?, column(format!("{group}_MASE"))?)))
        .collect::<Result<_>>()?;
    let cells = |row: &Vec<String>| places.iter().map(|(s, m)| format!("{} / {}", row[*s], row[*m])).collect();
    Ok(rows.rows.iter().map(|row| (row[method].clone(), cells(row))).collect())
}
