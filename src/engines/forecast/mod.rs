//! The figure to come, and the chance of a target. Pure: no storage, no clock.
//!
//! A series is forecast by [`forecast`]: several models, rolling backtests, a combination and conformal intervals. The
//! engine [`Forecasting`] puts questions to it.

mod error;
mod params;
mod season;
mod optimize;
mod naive;
mod theta;
mod ets;
mod arima;
mod calendar;
mod yearly;
mod growth;
mod model;
mod ground;
mod combine;
mod conformal;
pub mod accuracy;
mod ask;
mod history;
mod against;
mod trust;
mod figure;
mod target;
mod engine;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod engine_tests;

pub use combine::{Backtest, Forecast, forecast};
pub use engine::Forecasting;
pub use error::ForecastError;
pub use model::Model;
pub use naive::naive2;
pub use params::{Params, fill_gaps};
