//! The models by name, and what each of them returns. Fits nothing itself.

use super::{arima, calendar, ets, growth, naive, theta};

/// A model that can forecast a series on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Model {
    /// The last season again: the baseline.
    SeasonalNaive,
    /// Exponential smoothing, its form chosen by AICc.
    Ets,
    /// Exponential smoothing with a damped trend.
    Damped,
    /// The standard Theta method.
    Theta,
    /// Theta with an estimated θ.
    OptimisedTheta,
    /// Theta with an estimated θ whose line follows the data.
    DynamicTheta,
    /// Seasonal ARIMA, its orders chosen by AICc.
    Arima,
    /// Weekday and yearly season by regression, then exponential smoothing.
    Calendar,
    /// The last quarter, carried on by its growth on the year before.
    Growth,
}

impl Model {
    /// Every model.
    pub const ALL: &'static [Model] = &[
        Model::SeasonalNaive,
        Model::Ets,
        Model::Damped,
        Model::Theta,
        Model::OptimisedTheta,
        Model::DynamicTheta,
        Model::Arima,
        Model::Calendar,
        Model::Growth,
    ];

    /// The name used on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Model::SeasonalNaive => "seasonal_naive",
            Model::Ets => "ets",
            Model::Damped => "damped",
            Model::Theta => "theta",
            Model::OptimisedTheta => "optimised_theta",
            Model::DynamicTheta => "dynamic_theta",
            Model::Arima => "arima",
            Model::Calendar => "calendar",
            Model::Growth => "growth",
        }
    }
}

impl std::str::FromStr for Model {
    type Err = String;
    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|model| model.name() == name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|model| model.name()).collect();
            format!("no model is called {name:?}; there are {}", names.join(", "))
        })
    }
}

/// What a model says of the steps to come.
#[derive(Debug, Clone)]
pub(super) struct Prediction {
    /// One value per step.
    pub(super) mean: Vec<f64>,
    /// The standard deviation of each step's error, as far as the model knows.
    pub(super) spread: Vec<f64>,
    /// The model with the form it took.
    pub(super) label: String,
}

/// The form a model took on an early stretch of a series, to be kept while later stretches are fitted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Ets(ets::Form),
    Arima(arima::Order),
}

/// Fits a model and forecasts. `None` where it does not suit the series.
pub(super) fn predict(
    model: Model,
    y: &[f64],
    period: usize,
    long: Option<f64>,
    horizon: usize,
    form: Option<Form>,
) -> Option<(Prediction, Option<Form>)> {
    let sound = |prediction: &Prediction| {
        // A forecast far outside anything seen is a model that ran away.
        let top = y.iter().fold(0.0_f64, |top, v| top.max(v.abs()));
        prediction.mean.len() == horizon
            && prediction.mean.iter().all(|v| v.is_finite() && v.abs() <= 50.0 * top + 1e-9)
            && prediction.spread.iter().all(|v| v.is_finite() && *v >= 0.0)
    };
    let plain = |prediction: Option<Prediction>| Some((prediction?, None));
    let result = match model {
        Model::SeasonalNaive => plain(naive::seasonal(y, period, horizon)),
        Model::Ets => {
            let form = match form {
                Some(Form::Ets(form)) => Some(form),
                _ => None,
            };
            let (prediction, form) = ets::predict(y, period, horizon, form)?;
            Some((prediction, Some(Form::Ets(form))))
        }
        Model::Damped => {
            let form = match form {
                Some(Form::Ets(form)) => Some(form),
                _ => None,
            };
            let (prediction, form) = ets::predict_damped(y, period, horizon, form)?;
            Some((prediction, Some(Form::Ets(form))))
        }
        Model::Theta => plain(theta::predict(y, period, horizon, theta::Variant::Standard)),
        Model::OptimisedTheta => plain(theta::predict(y, period, horizon, theta::Variant::Optimised)),
        Model::DynamicTheta => plain(theta::predict(y, period, horizon, theta::Variant::Dynamic)),
        Model::Arima => {
            let order = match form {
                Some(Form::Arima(order)) => Some(order),
                _ => None,
            };
            let (prediction, order) = arima::predict(y, period, horizon, order)?;
            Some((prediction, Some(Form::Arima(order))))
        }
        Model::Calendar => plain(calendar::predict(y, period, long?, horizon)),
        Model::Growth => plain(growth::predict(y, long?, horizon)),
    };
    result.filter(|(prediction, _)| sound(prediction))
}
