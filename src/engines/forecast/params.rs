//! What is to be forecast and how: parameters that are checked once, and the series that is checked with them.

use super::error::ForecastError;
use super::model::Model;

/// How a series is forecast. Everything is in bounds once it exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    pub(super) horizon: usize,
    pub(super) season: usize,
    pub(super) long_season: Option<f64>,
    pub(super) models: Vec<Model>,
    pub(super) origins: usize,
    pub(super) seed: u64,
    pub(super) non_negative: bool,
}

impl Params {
    /// The least number of values that more than a naive forecast is made from.
    pub const LEAST: usize = 8;

    /// A forecast of `horizon` steps (1 to 1,000) of a series with `season` steps in a season (1 for none, up to 400).
    ///
    /// # Errors
    /// When a number is out of bounds.
    pub fn new(horizon: usize, season: usize) -> Result<Self, ForecastError> {
        if !(1..=1000).contains(&horizon) {
            return Err(ForecastError::OutOfRange { what: "horizon", bounds: "1 to 1000", found: horizon as f64 });
        }
        if !(1..=400).contains(&season) {
            return Err(ForecastError::OutOfRange { what: "season", bounds: "1 to 400", found: season as f64 });
        }
        Ok(Self { horizon, season, long_season: None, models: Vec::new(), origins: 4, seed: 1, non_negative: false })
    }

    /// With a second, longer season of so many steps, such as 365.25 days beside a week.
    #[must_use]
    pub fn long_season(mut self, steps: Option<f64>) -> Self {
        self.long_season = steps.filter(|steps| steps.is_finite() && *steps > 2.0);
        self
    }

    /// With these models only; an empty list lets Herald choose.
    #[must_use]
    pub fn models(mut self, models: &[Model]) -> Self {
        self.models = models.to_vec();
        self
    }

    /// With so many rolling backtests at most (0 to 20).
    #[must_use]
    pub fn origins(mut self, origins: usize) -> Self {
        self.origins = origins.min(20);
        self
    }

    /// With the seed of the simulated paths.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Never below 0, even where single values were, as sales less returns may be on a day.
    #[must_use]
    pub fn non_negative(mut self, non_negative: bool) -> Self {
        self.non_negative = non_negative;
        self
    }

    /// The season that only the calendar model can follow: one that is too long for indices of its own.
    pub(super) fn long(&self) -> Option<f64> {
        self.long_season.or_else(|| (self.season > 24).then_some(self.season as f64))
    }

    /// The models that are worth their time on a series of `n` values.
    pub(super) fn chosen(&self, n: usize) -> Vec<Model> {
        if !self.models.is_empty() {
            return self.models.clone();
        }
        if self.long().is_some_and(|long| n as f64 >= 1.5 * long) {
            // Growth knows no weekday.
            let last = if self.season == 1 { Model::Growth } else { Model::Damped };
            return vec![Model::Calendar, Model::DynamicTheta, Model::Ets, last];
        }
        let mut models = vec![Model::Ets, Model::Damped, Model::Theta, Model::DynamicTheta];
        if n <= 400 {
            models.push(Model::Arima);
        }
        models
    }
}

/// Fills gaps (values that are not finite) by a line between their neighbours. Returns the series and how many were
/// filled.
///
/// # Errors
/// When fewer than 3 values are there, or more than a fifth is missing.
pub fn fill_gaps(values: &[f64]) -> Result<(Vec<f64>, usize), ForecastError> {
    let known: Vec<usize> = (0..values.len()).filter(|t| values[*t].is_finite()).collect();
    let missing = values.len() - known.len();
    if known.len() < 3 {
        return Err(ForecastError::TooShort { needs: 3, found: known.len() });
    }
    if missing * 5 > values.len() {
        return Err(ForecastError::TooManyMissing { missing, total: values.len() });
    }
    let mut filled = values.to_vec();
    for (t, value) in filled.iter_mut().enumerate() {
        if value.is_finite() {
            continue;
        }
        let after = known.partition_point(|k| *k < t);
        let (left, right) = (after.checked_sub(1).map(|at| known[at]), known.get(after).copied());
        *value = match (left, right) {
            (Some(left), Some(right)) => {
                let share = (t - left) as f64 / (right - left) as f64;
                values[left] * (1.0 - share) + values[right] * share
            }
            (Some(near), None) | (None, Some(near)) => values[near],
            (None, None) => 0.0,
        };
    }
    Ok((filled, missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_by_a_line_where_they_are_few() {
        let (filled, missing) = fill_gaps(&[1.0, f64::NAN, 3.0, 4.0, 5.0, f64::INFINITY, 5.0, 5.0, 5.0, 5.0]).unwrap();
        assert_eq!((filled[1], filled[5], missing), (2.0, 5.0, 2));
        assert_eq!(fill_gaps(&[f64::NAN; 9]), Err(ForecastError::TooShort { needs: 3, found: 0 }));
        let holes = [1.0, f64::NAN, 2.0, f64::NAN, 3.0];
        assert_eq!(fill_gaps(&holes), Err(ForecastError::TooManyMissing { missing: 2, total: 5 }));
    }
}
