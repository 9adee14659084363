//! Fits the models, backtests them from rolling origins, and combines them. Intervals are the business of `conformal`.

use rayon::prelude::*;

use super::conformal::Calibration;
use super::error::ForecastError;
use super::ground::Ground;
use super::model::{Form, Model, Prediction};
use super::naive;
use super::params::{Params, fill_gaps};
use super::yearly::Shape;

/// One backtest: what would have been forecast from an earlier day, beside what came.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    /// How many values were known.
    pub origin: usize,
    /// What came.
    pub actual: Vec<f64>,
    /// What the combination would have said, its weights taken from the other backtests.
    pub forecast: Vec<f64>,
    /// What the baseline would have said.
    pub naive: Vec<f64>,
    /// The standard deviations that the models claimed.
    pub spread: Vec<f64>,
}

/// A forecast with all that is known about how good it is.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// One value per step.
    pub mean: Vec<f64>,
    /// The models that took part, by name and form, with their weights, heaviest first.
    pub members: Vec<(Model, String, f64)>,
    /// Each model's own forecast, in the order of `members`.
    pub each: Vec<Vec<f64>>,
    /// The baseline's forecast.
    pub naive: Vec<f64>,
    /// The backtests, latest origin first.
    pub backtests: Vec<Backtest>,
    /// How many missing values were filled.
    pub filled: usize,
    /// Whether nothing below 0 is forecast: no value of the series was negative, or none may be.
    pub non_negative: bool,
    /// The shape of the year and of the week that was taken off for the models, from the first value of the series on.
    pub(super) shape: Option<Shape>,
    pub(super) spread: Vec<f64>,
    /// The standard deviation of the error that all steps share; empty where none is known.
    pub(super) shared: Vec<f64>,
    pub(super) calibration: Calibration,
    pub(super) seed: u64,
}

/// Forecasts a series of equal steps. Deterministic.
///
/// # Errors
/// When there are fewer than 3 values, or too many are missing.
pub fn forecast(values: &[f64], params: &Params) -> Result<Forecast, ForecastError> {
    let (filled, missing) = fill_gaps(values)?;
    let non_negative = params.non_negative || filled.iter().all(|v| *v >= 0.0);
    let scale = filled.iter().fold(0.0_f64, |top, v| top.max(v.abs()));
    let constant = filled.iter().all(|v| *v == filled[0]);
    // Models work near 1, whatever the unit, so that no tolerance depends on it.
    let scale = if scale > 0.0 { scale } else { 1.0 };
    let y: Vec<f64> = filled.iter().map(|v| v / scale).collect();
    let models = if constant || y.len() < Params::LEAST { vec![Model::SeasonalNaive] } else { params.chosen(y.len()) };
    let (season, long, horizon) = (params.season, params.long(), params.horizon);

    let origins = origins(y.len(), params);
    // Each origin has a shape of its own, learned from what was known then.
    let mut grounds: Vec<Ground> =
        origins.iter().chain([&y.len()]).map(|known| Ground::of(&y[..*known], season, long, non_negative)).collect();
    // The form of a model is chosen at the earliest origin and kept at the later ones, so that no backtest has seen
    // what it is tested on; the forecast itself chooses again from everything.
    let forms: Vec<Option<Form>> = if origins.is_empty() {
        vec![None; models.len()]
    } else {
        let first = &grounds[origins.len() - 1];
        models.par_iter().map(|model| first.predict(*model, 1, None).and_then(|(_, form)| form)).collect()
    };
    let jobs: Vec<(usize, usize)> =
        (0..=origins.len()).flat_map(|at| (0..models.len()).map(move |model| (at, model))).collect();
    let mut fitted: Vec<Option<Prediction>> = jobs
        .par_iter()
        .map(|(at, model)| {
            let (form, ahead) = match origins.get(*at) {
                Some(origin) => (forms[*model], horizon.min(y.len() - origin)),
                None => (None, horizon),
            };
            grounds[*at].predict(models[*model], ahead, form).map(|(prediction, _)| prediction)
        })
        .collect();
    let last = fitted.split_off(origins.len() * models.len());
    let usable: Vec<usize> = (0..models.len())
        .filter(|model| {
            last[*model].is_some()
                && origins.iter().enumerate().all(|(at, _)| fitted[at * models.len() + model].is_some())
        })
        .collect();
    if usable.is_empty() {
        return fall_back(values, params, &models);
    }
    let tests: Vec<Vec<&Prediction>> = (0..origins.len())
        .map(|at| usable.iter().filter_map(|model| fitted[at * models.len() + model].as_ref()).collect())
        .collect();
    let errors: Vec<Vec<f64>> = tests
        .iter()
        .zip(&origins)
        .map(|(tests, origin)| tests.iter().map(|t| miss(&t.mean, &y[*origin..])).collect())
        .collect();

    let mut backtests = Vec::with_capacity(origins.len());
    for (at, origin) in origins.iter().enumerate() {
        let others: Vec<&Vec<f64>> = errors.iter().enumerate().filter(|(k, _)| *k != at).map(|(_, e)| e).collect();
        let (mean, spread) = blend(&tests[at], &weights(&others, usable.len()));
        let ahead = mean.len();
        let baseline = naive::seasonal(&y[..*origin], season, ahead).map_or_else(|| mean.clone(), |naive| naive.mean);
        backtests.push(Backtest {
            origin: *origin,
            actual: y[*origin..*origin + ahead].to_vec(),
            forecast: mean,
            naive: baseline,
            spread,
        });
    }
    let final_weights = weights(&errors.iter().collect::<Vec<_>>(), usable.len());
    let members: Vec<&Prediction> = usable.iter().filter_map(|model| last[*model].as_ref()).collect();
    let (mean, spread) = blend(&members, &final_weights);
    let calibration = Calibration::of(&backtests, y.len());
    let back = |values: Vec<f64>| -> Vec<f64> {
        values.into_iter().map(|v| if non_negative { (v * scale).max(0.0) } else { v * scale }).collect()
    };
    let baseline = naive::seasonal(&y, season, horizon).map_or_else(|| mean.clone(), |naive| naive.mean);
    let shape = grounds.pop().and_then(|ground| ground.shape);
    let shared = shape.as_ref().map_or_else(Vec::new, |shape| {
        mean.iter().enumerate().map(|(h, mean)| shape.doubt(h + 1) * mean.abs() * scale).collect()
    });
    let mut order: Vec<usize> = (0..usable.len()).collect();
    order.sort_by(|a, b| final_weights[*b].total_cmp(&final_weights[*a]));
    Ok(Forecast {
        mean: back(mean),
        members: order.iter().map(|i| (models[usable[*i]], members[*i].label.clone(), final_weights[*i])).collect(),
        each: order.iter().map(|i| back(members[*i].mean.clone())).collect(),
        naive: back(baseline),
        backtests: backtests
            .into_iter()
            .map(|test| Backtest {
                origin: test.origin,
                actual: back(test.actual),
                forecast: back(test.forecast),
                naive: back(test.naive),
                spread: test.spread.into_iter().map(|v| v * scale).collect(),
            })
            .collect(),
        filled: missing,
        non_negative,
        shape,
        spread: spread.into_iter().map(|v| v * scale).collect(),
        shared,
        calibration,
        seed: params.seed,
    })
}

/// The models asked for do not suit the series: the baseline speaks.
fn fall_back(values: &[f64], params: &Params, tried: &[Model]) -> Result<Forecast, ForecastError> {
    if tried == [Model::SeasonalNaive] {
        return Err(ForecastError::NothingFits);
    }
    forecast(values, &params.clone().models(&[Model::SeasonalNaive]))
}

/// The numbers of values known at the backtests, latest first. Whole horizons where the series is long enough, else
/// shorter ones.
fn origins(n: usize, params: &Params) -> Vec<usize> {
    let least = (2 * params.season + 3).max(7).min(n);
    // A model with a long season needs its one and a half seasons in the backtests too.
    let least = match params.long() {
        Some(long) if n as f64 >= 1.5 * long => least.max((1.5 * long).ceil() as usize),
        _ => least,
    };
    let h = params.horizon;
    let stride = (h / 2).max(1);
    let mut origins: Vec<usize> =
        (0..params.origins).filter_map(|k| n.checked_sub(h + k * stride).filter(|origin| *origin >= least)).collect();
    let mut ahead = h / 2;
    while origins.len() < params.origins.min(3) && ahead >= 1 {
        if n >= ahead + least && !origins.contains(&(n - ahead)) {
            origins.push(n - ahead);
        }
        ahead /= 2;
    }
    if let Some(long) = params.long() {
        // The days asked about have their own place in the year: it is tested a year back, and two, where history allows.
        let back = (1..=2).filter_map(|years| n.checked_sub((f64::from(years) * long).round() as usize));
        origins.extend(back.filter(|origin| *origin >= least));
    }
    origins.sort_unstable_by(|a, b| b.cmp(a));
    origins.dedup();
    origins
}

/// The mean absolute error.
fn miss(forecast: &[f64], actual: &[f64]) -> f64 {
    let errors = forecast.iter().zip(actual).map(|(f, a)| (f - a).abs());
    errors.sum::<f64>() / forecast.len().max(1) as f64
}

/// Weights that add up to 1. Few backtests say little: with four of them half of the weight is shared out equally, which
/// is hard to beat (Clemen 1989), the other half goes by the inverse square of the errors (Bates & Granger 1969).
fn weights(errors: &[&Vec<f64>], models: usize) -> Vec<f64> {
    let equal = 1.0 / models.max(1) as f64;
    let mut mean = vec![0.0; models];
    for errors in errors {
        let typical = errors.iter().sum::<f64>() / models as f64 + 1e-12;
        for (sum, error) in mean.iter_mut().zip(errors.iter()) {
            *sum += error / typical / errors.len() as f64;
        }
    }
    let inverse: Vec<f64> = mean.iter().map(|error| (error + 0.05).powi(-2)).collect();
    let total: f64 = inverse.iter().sum();
    if errors.is_empty() || !total.is_finite() {
        return vec![equal; models];
    }
    let told = errors.len() as f64 / (errors.len() as f64 + 4.0);
    inverse.iter().map(|w| (1.0 - told) * equal + told * w / total).collect()
}

/// The weighted mean of forecasts and of their spreads.
fn blend(members: &[&Prediction], weights: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let horizon = members.first().map_or(0, |member| member.mean.len());
    let sum = |pick: fn(&Prediction) -> &Vec<f64>| {
        (0..horizon).map(|h| members.iter().zip(weights).map(|(m, w)| w * pick(m)[h]).sum()).collect()
    };
    (sum(|m| &m.mean), sum(|m| &m.spread))
}
