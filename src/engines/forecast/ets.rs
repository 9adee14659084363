//! Exponential smoothing in state-space form with automatic choice (Hyndman, Koehler, Snyder & Grose 2002; Hyndman,
//! Koehler, Ord & Snyder 2008). Multiplicative trends are left out: they run away.

use super::calendar::solve;
use super::model::Prediction;
use super::optimize::{bounded, minimise, unbounded};
use super::season::{Indices, Mode, is_seasonal};

/// How errors enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Error {
    Additive,
    Multiplicative,
}

/// The trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trend {
    None,
    Additive,
    Damped,
}

/// One of the forms of exponential smoothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) error: Error,
    pub(super) trend: Trend,
    pub(super) season: Option<Mode>,
}

impl Form {
    /// The usual short name, such as `ETS(M,Ad,M)`.
    pub(super) fn label(self) -> String {
        let error = if self.error == Error::Additive { "A" } else { "M" };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Additive => "A",
            Trend::Damped => "Ad",
        };
        let season = match self.season {
            None => "N",
            Some(Mode::Additive) => "A",
            Some(Mode::Multiplicative) => "M",
        };
        format!("ETS({error},{trend},{season})")
    }

    /// The sensible forms: multiplicative parts only for positive series, additive errors never with a multiplicative
    /// season (their variance is infinite).
    pub(super) fn sensible(seasonal: bool, positive: bool) -> Vec<Form> {
        let mut forms = Vec::new();
        for error in [Error::Additive, Error::Multiplicative] {
            for season in [None, Some(Mode::Additive), Some(Mode::Multiplicative)] {
                for trend in [Trend::None, Trend::Additive, Trend::Damped] {
                    let needs_positive = error == Error::Multiplicative || season == Some(Mode::Multiplicative);
                    let infinite = error == Error::Additive && season == Some(Mode::Multiplicative);
                    if (positive || !needs_positive) && (seasonal || season.is_none()) && !infinite {
                        forms.push(Form { error, trend, season });
                    }
                }
            }
        }
        forms
    }
}

/// A fitted form.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub(super) form: Form,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) gamma: f64,
    pub(super) phi: f64,
    pub(super) level: f64,
    pub(super) slope: f64,
    /// The season as it stands at the end, by `t % period`.
    pub(super) season: Vec<f64>,
    /// The one-step error's standard deviation; relative where errors are multiplicative.
    pub(super) sigma: f64,
    pub(super) aicc: f64,
    /// The sum of squared one-step errors, relative where errors are multiplicative.
    #[cfg(test)]
    pub(super) sse: f64,
    length: usize,
}

struct Parameters {
    alpha: f64,
    beta: f64,
    gamma: f64,
    phi: f64,
    level: f64,
    slope: f64,
}

/// The best sensible form by AICc (Burnham & Anderson 2002), or one given form.
pub(super) fn fit(y: &[f64], period: usize, form: Option<Form>) -> Option<Fit> {
    let n = y.len();
    let positive = y.iter().all(|v| *v > 0.0);
    let seasonal = (2..=24).contains(&period) && n >= 2 * period + 3;
    let forms = match form {
        Some(form) => vec![form],
        None => Form::sensible(seasonal, positive),
    };
    forms
        .into_iter()
        .filter_map(|form| fit_form(y, period, form))
        .filter(|fit| form.is_some() || fit.aicc.is_finite())
        .min_by(|a, b| a.aicc.total_cmp(&b.aicc))
}

/// Fits and forecasts.
pub(super) fn predict(y: &[f64], period: usize, horizon: usize, form: Option<Form>) -> Option<(Prediction, Form)> {
    let fit = fit(y, period, form)?;
    Some((fit.forecast(horizon), fit.form))
}

/// Fits the damped trend, with a season where the test of the season finds one, and forecasts.
pub(super) fn predict_damped(
    y: &[f64],
    period: usize,
    horizon: usize,
    form: Option<Form>,
) -> Option<(Prediction, Form)> {
    let positive = y.iter().all(|v| *v > 0.0);
    let form = form.unwrap_or_else(|| {
        let season = is_seasonal(y, period).then_some(if positive { Mode::Multiplicative } else { Mode::Additive });
        let multiplicative = season == Some(Mode::Multiplicative);
        let error = if multiplicative { Error::Multiplicative } else { Error::Additive };
        Form { error, trend: Trend::Damped, season }
    });
    predict(y, period, horizon, Some(form))
}

impl Fit {
    /// Forecasts `horizon` steps.
    pub(super) fn forecast(&self, horizon: usize) -> Prediction {
        let mut mean = Vec::with_capacity(horizon);
        let mut spread = Vec::with_capacity(horizon);
        let (mut damp, mut power, mut sum) = (0.0, 1.0, 0.0);
        let period = self.season.len().max(1);
        for h in 1..=horizon {
            power *= self.phi;
            damp += power;
            let trended = match self.form.trend {
                Trend::None => self.level,
                Trend::Additive | Trend::Damped => self.level + damp * self.slope,
            };
            let index = self.season.get((self.length + h - 1) % period).copied();
            let (value, scale) = match (self.form.season, index) {
                (Some(Mode::Additive), Some(index)) => (trended + index, 1.0),
                (Some(Mode::Multiplicative), Some(index)) => (trended * index, index),
                _ => (trended, 1.0),
            };
            mean.push(value);
            // Hyndman et al. 2008, table 6.1, exact for additive forms and the first-order approximation of the others.
            let one = match (self.form.error, self.form.season) {
                (Error::Additive, _) => self.sigma,
                (Error::Multiplicative, Some(Mode::Multiplicative)) => self.sigma * trended.abs() * scale.abs(),
                (Error::Multiplicative, _) => self.sigma * value.abs(),
            };
            spread.push(one * (1.0_f64 + sum).sqrt());
            let c = self.alpha
                + if self.form.trend == Trend::None { 0.0 } else { self.beta * damp / self.phi.max(1e-9) }
                + if self.form.season.is_some() && h % period == 0 { self.gamma } else { 0.0 };
            sum += c * c;
        }
        Prediction { mean, spread, label: self.form.label() }
    }
}

fn fit_form(y: &[f64], period: usize, form: Form) -> Option<Fit> {
    let n = y.len();
    let season = match form.season {
        None => Vec::new(),
        Some(mode) => start_season(y, period, mode)?.values,
    };
    let trended = form.trend != Trend::None;
    let damped = form.trend == Trend::Damped;
    let seasonal = !season.is_empty();
    let estimated = 1 + usize::from(trended) + usize::from(damped) + usize::from(seasonal);
    let states = 1 + usize::from(trended) + season.len().saturating_sub(1);
    let k = (estimated + states + 1) as f64;
    if n < 4 || (n as f64) <= k + 1.0 {
        return None;
    }
    let adjusted = match form.season {
        Some(mode) => Indices { mode, values: season.clone() }.remove(y),
        None => y.to_vec(),
    };
    let (level, slope) = start_line(&adjusted[..n.min(10.max(period.min(n)))], trended);
    let size = y.iter().map(|v| v.abs()).sum::<f64>() / n as f64 + 1e-12;

    let read = |x: &[f64]| {
        let alpha = bounded(x[0], 1e-4, 0.9999);
        let mut next = 1;
        let mut take = || {
            next += 1;
            x[next - 1]
        };
        let level = take() * size;
        let (beta, slope) = if trended { (alpha * bounded(take(), 1e-4, 0.9999), take() * size) } else { (0.0, 0.0) };
        let phi = if damped { bounded(take(), 0.8, 0.98) } else { 1.0 };
        let gamma = if seasonal { (1.0 - alpha) * bounded(take(), 1e-4, 0.9999) } else { 0.0 };
        Parameters { alpha, beta, gamma, phi, level, slope }
    };
    let mut start = vec![unbounded(0.5, 0.0, 1.0), level / size];
    let mut step = vec![0.8, 0.05];
    if trended {
        start.extend([unbounded(0.1, 0.0, 1.0), slope / size]);
        step.extend([0.8, 0.01]);
    }
    if damped {
        start.push(unbounded(0.96, 0.8, 0.98));
        step.push(-0.8);
    }
    if seasonal {
        start.push(unbounded(0.01, 0.0, 1.0));
        step.push(0.8);
    }
    let search = |season: &[f64], start: &[f64], step: &[f64], evaluations: usize| {
        let mut workspace = season.to_vec();
        minimise(
            |x| {
                workspace.copy_from_slice(season);
                run(y, form, &read(x), &mut workspace, |_| ()).map_or(f64::MAX, |end| end.criterion)
            },
            start,
            step,
            evaluations,
            1e-7,
        )
    };
    let mut season = season;
    if let Some(mode) = form.season
        && let Some(better) = improved(y, form, &read(&start), &season, mode, f64::MAX)
    {
        season = better;
    }
    let mut minimum = search(&season, &start, &step, 90 * start.len());
    if let Some(mode) = form.season {
        // The indices at the start are states to be estimated too: a Newton step for them, then the rest again.
        for _ in 0..2 {
            let Some(better) = improved(y, form, &read(&minimum.at), &season, mode, minimum.value) else { break };
            season = better;
            let near: Vec<f64> = step.iter().map(|step| 0.3 * step).collect();
            minimum = search(&season, &minimum.at, &near, 40 * start.len());
        }
    }
    let par = read(&minimum.at);
    let mut last = season;
    let end = run(y, form, &par, &mut last, |_| ())?;
    let aicc = end.criterion + 2.0 * k + 2.0 * k * (k + 1.0) / (n as f64 - k - 1.0);
    Some(Fit {
        form,
        alpha: par.alpha,
        beta: par.beta,
        gamma: par.gamma,
        phi: par.phi,
        level: end.level,
        slope: end.slope,
        season: last,
        sigma: (end.sse / (n as f64 - estimated as f64 - 1.0).max(1.0)).sqrt(),
        aicc,
        #[cfg(test)]
        sse: end.sse,
        length: n,
    })
}

/// One Gauss-Newton step for the indices at the start, halved until the likelihood is better. `None` where none is.
fn improved(y: &[f64], form: Form, par: &Parameters, season: &[f64], mode: Mode, criterion: f64) -> Option<Vec<f64>> {
    let (n, period) = (y.len(), season.len());
    let errors = |season: &[f64]| {
        let mut errors = Vec::with_capacity(n);
        run(y, form, par, &mut season.to_vec(), |error| errors.push(error)).map(|_| errors)
    };
    let base = errors(season)?;
    let size = season.iter().map(|s| s.abs()).sum::<f64>() / period as f64 + 1e-9;
    let nudge = 1e-4 * size;
    let mut columns = Vec::with_capacity(period);
    for place in 0..period {
        let mut moved = season.to_vec();
        moved[place] += nudge;
        columns.push(errors(&moved)?.iter().zip(&base).map(|(a, b)| (a - b) / nudge).collect::<Vec<f64>>());
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut gram = vec![0.0; period * period];
    for i in 0..period {
        for j in 0..=i {
            gram[i * period + j] = dot(&columns[i], &columns[j]);
        }
    }
    // All indices together can be traded for the level: a ridge keeps them where they are along that direction.
    let ridge = 1e-3 * (0..period).map(|i| gram[i * period + i]).sum::<f64>() / period as f64;
    for i in 0..period {
        gram[i * period + i] += ridge;
    }
    let moment: Vec<f64> = columns.iter().map(|column| -dot(column, &base)).collect();
    let step = solve(&gram, period, &moment, period)?;
    [1.0, 0.5, 0.2].into_iter().find_map(|share| {
        let moved: Vec<f64> = season.iter().zip(&step).map(|(s, d)| s + share * d).collect();
        if mode == Mode::Multiplicative && moved.iter().any(|s| *s < 0.01) {
            return None;
        }
        let end = run(y, form, par, &mut moved.clone(), |_| ())?;
        (end.criterion < criterion - 1e-3).then_some(moved)
    })
}

struct End {
    level: f64,
    slope: f64,
    sse: f64,
    /// Minus twice the log-likelihood without its constant (Hyndman et al. 2008, eq. 5.4).
    criterion: f64,
}

/// Runs the recursions; `season` is updated in place. `None` where a multiplicative form leaves the positive numbers.
/// `seen` is told every one-step error.
fn run(y: &[f64], form: Form, par: &Parameters, season: &mut [f64], mut seen: impl FnMut(f64)) -> Option<End> {
    let (mut level, mut slope) = (par.level, par.slope);
    let (mut sse, mut logs) = (0.0, 0.0);
    let period = season.len().max(1);
    let relative = form.error == Error::Multiplicative;
    let mut place = 0;
    for value in y {
        let trended = level + par.phi * slope;
        let (mu, index) = match form.season {
            None => (trended, 1.0),
            Some(Mode::Additive) => (trended + season[place], 1.0),
            Some(Mode::Multiplicative) => (trended * season[place], season[place]),
        };
        let error = value - mu;
        if relative {
            if mu <= 1e-9 {
                return None;
            }
            sse += (error / mu).powi(2);
            seen(error / mu);
            logs += mu.ln();
        } else {
            sse += error * error;
            seen(error);
        }
        // Only a multiplicative season changes what an error means for the level.
        let shock = match form.season {
            Some(Mode::Multiplicative) => {
                if index.abs() < 1e-9 || trended.abs() < 1e-9 {
                    return None;
                }
                season[place] += par.gamma * error / trended;
                error / index
            }
            Some(Mode::Additive) => {
                season[place] += par.gamma * error;
                error
            }
            None => error,
        };
        level = trended + par.alpha * shock;
        slope = par.phi * slope + par.beta * shock;
        place += 1;
        if place == period {
            place = 0;
        }
    }
    let n = y.len() as f64;
    let criterion = n * (sse.max(1e-30)).ln() + 2.0 * logs;
    (criterion.is_finite() && level.is_finite()).then_some(End { level, slope, sse, criterion })
}

/// The season at the start: from the first seasons only where there are many, so that it may change later.
fn start_season(y: &[f64], period: usize, mode: Mode) -> Option<Indices> {
    let first = y.len().min(period * if period > 12 { 6 } else { 5 });
    Indices::of(&y[..first], period, mode).or_else(|| Indices::of(y, period, mode))
}

/// Level and slope just before the first value, by least squares.
fn start_line(y: &[f64], trended: bool) -> (f64, f64) {
    let n = y.len() as f64;
    let mean = y.iter().sum::<f64>() / n;
    if !trended || y.len() < 2 {
        return (mean, 0.0);
    }
    let middle = (n + 1.0) / 2.0;
    let (up, down) = y.iter().enumerate().fold((0.0, 0.0), |(up, down), (t, v)| {
        let x = (t + 1) as f64 - middle;
        (up + x * (v - mean), down + x * x)
    });
    let slope = up / down;
    (mean - slope * middle, slope)
}
