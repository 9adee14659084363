//! A series as the models see it: the shape of the year taken off, and put back on what they say. What has all but
//! stopped is held where it stands.

use super::model::{Form, Model, Prediction, predict};
use super::naive::root_mean_square;
use super::yearly::Shape;

/// The known part of a series without its shape.
pub(super) struct Ground {
    y: Vec<f64>,
    season: usize,
    long: Option<f64>,
    non_negative: bool,
    stopped: Option<Stopped>,
    pub(super) shape: Option<Shape>,
}

/// Where a series stands that has all but stopped.
struct Stopped {
    level: f64,
    /// The size of its last values.
    size: f64,
}

impl Ground {
    /// Takes the shape off a series, where there is one.
    pub(super) fn of(y: &[f64], season: usize, long: Option<f64>, non_negative: bool) -> Self {
        let shape = long.and_then(|long| Shape::of(y, season, long));
        let season = if shape.as_ref().is_some_and(Shape::has_week) { 1 } else { season };
        let y = shape.as_ref().map_or_else(|| y.to_vec(), |shape| shape.remove(y));
        let stopped = long.filter(|_| non_negative).and_then(|long| Stopped::of(&y, long));
        Self { y, season, long, non_negative, stopped, shape }
    }

    /// Fits a model and forecasts, the shape put back.
    pub(super) fn predict(
        &self,
        model: Model,
        horizon: usize,
        form: Option<Form>,
    ) -> Option<(Prediction, Option<Form>)> {
        let fit = |form| predict(model, &self.y, self.season, self.long, horizon, form);
        // A form that multiplies does not survive the first value of zero: the model then chooses again.
        let (mut prediction, form) = fit(form).or_else(|| form.and_then(|_| fit(None)))?;
        if self.non_negative {
            prediction.mean.iter_mut().for_each(|value| *value = value.max(0.0));
        }
        if let Some(stopped) = &self.stopped {
            stopped.hold(&mut prediction);
        }
        if let Some(shape) = &self.shape {
            for h in 0..horizon {
                let factor = shape.at(self.y.len() + h);
                prediction.mean[h] *= factor;
                prediction.spread[h] = (factor * prediction.spread[h]).hypot(shape.doubt(h + 1) * prediction.mean[h]);
            }
        }
        Some((prediction, form))
    }
}

impl Stopped {
    /// A series has all but stopped when its last two weeks, or as few steps as say something, are below a tenth of its
    /// last year.
    fn of(y: &[f64], long: f64) -> Option<Self> {
        let n = y.len();
        let window = ((long / 26.0).round() as usize).clamp(3, 14);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        if n < 4 * window {
            return None;
        }
        let year = mean(&y[n.saturating_sub(long.round() as usize)..]);
        let level = mean(&y[n - window..]).max(0.0);
        let size = root_mean_square(y[n - 2 * window..].iter().copied());
        (level < 0.1 * year).then_some(Self { level, size })
    }

    /// Models remember what the series was, and would have it come back: the mean of what they say is held at the level.
    fn hold(&self, prediction: &mut Prediction) {
        let mean = prediction.mean.iter().sum::<f64>() / prediction.mean.len().max(1) as f64;
        let share = if mean > self.level { self.level / mean } else { 1.0 };
        prediction.mean.iter_mut().for_each(|value| *value *= share);
        prediction.spread.iter_mut().for_each(|spread| *spread = spread.min(self.size));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_stopped_does_not_come_back() {
        // A shop that sold 100 a day, more on Saturdays, and has closed but for a last sale.
        let y: Vec<f64> = (0..500)
            .map(|t| {
                if t == 495 {
                    20.0
                } else if t >= 480 {
                    0.0
                } else if t % 7 == 5 {
                    160.0
                } else {
                    90.0
                }
            })
            .collect();
        let ground = Ground::of(&y, 7, Some(365.25), true);
        for model in [Model::Ets, Model::Damped, Model::DynamicTheta, Model::Calendar] {
            let Some((said, _)) = ground.predict(model, 28, None) else { continue };
            assert!(said.mean.iter().all(|v| (0.0..5.0).contains(v)), "{}: {:?}", said.label, said.mean);
        }
    }

    #[test]
    fn a_form_that_multiplies_gives_way_where_values_reach_zero() {
        let mut y: Vec<f64> = (0..120).map(|t| 50.0 + 10.0 * f64::from(t % 7)).collect();
        let (_, form) = Ground::of(&y, 7, None, true).predict(Model::Ets, 1, None).expect("positive");
        y.extend([0.0; 7]);
        assert!(Ground::of(&y, 7, None, true).predict(Model::Ets, 7, form).is_some());
    }
}
