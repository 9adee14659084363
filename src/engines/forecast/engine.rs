//! The forecasting engine: which facts it needs, which steps of time suit them, and what it remembers of its fits. The
//! answers' sentences are chosen in `figure` and `target`.

use std::sync::{Arc, Mutex};

use super::ask::{Ask, plan};
use super::combine::forecast;
use super::error::ForecastError;
use super::history::{History, LEAST, Outlook};
use super::params::Params;
use super::{figure, target};
use crate::domain::{Answer, Bucket, Coverage, Facts, Intent, MeasurePlan, Need, Phrase, Question, Role};
use crate::engines::{Engine, EngineError};

/// Forecasts figures and the chance of targets.
#[derive(Default)]
pub struct Forecasting {
    fits: Mutex<Vec<(Key, Arc<Outlook>)>>,
}

/// What a fit depends on: the plan, the data's version, and how many steps ahead it goes.
#[derive(Debug, Clone, PartialEq)]
struct Key {
    plan: MeasurePlan,
    version: u64,
    first: jiff::civil::Date,
    last: jiff::civil::Date,
    steps: usize,
}

/// Whether the data carry a forecast as far as was asked.
enum Reach {
    Within(Arc<Outlook>),
    /// No: there are only so many days.
    Beyond(usize),
}

/// How many fits are remembered.
const REMEMBERED: usize = 24;

impl Engine for Forecasting {
    fn name(&self) -> &'static str {
        "forecast"
    }

    fn intents(&self) -> &'static [Intent] {
        &[Intent::ForecastMetric, Intent::ForecastTarget]
    }

    fn needs(&self, question: &Question, coverage: &Coverage) -> Vec<Need> {
        // Which steps suit is known once the figure's volume is: all of them are loaded, each a few hundred rows.
        match Ask::read(question, coverage) {
            Ok(ask) => ask.buckets().map(|bucket| Need::Measure(plan(question, bucket))).to_vec(),
            Err(_) => Vec::new(),
        }
    }

    fn answer(&self, question: &Question, facts: &Facts) -> Result<Answer, EngineError> {
        if question.role == Role::Customer {
            return Err(EngineError::Forbidden);
        }
        if question.intent == Intent::ForecastTarget {
            target::check(question)?;
        }
        let ask = Ask::read(question, &facts.coverage)?;
        let outlook = match self.outlook(&ask, question, facts)? {
            Reach::Within(outlook) => outlook,
            Reach::Beyond(days) => return Ok(figure::too_far(&ask, days)),
        };
        if question.intent == Intent::ForecastTarget {
            target::answer(question, &ask, &outlook)
        } else {
            figure::answer(&ask, &outlook)
        }
    }
}

impl Forecasting {
    fn outlook(&self, ask: &Ask, question: &Question, facts: &Facts) -> Result<Reach, EngineError> {
        let mut histories = Vec::new();
        for bucket in ask.buckets() {
            let plan = plan(question, bucket);
            let frame = facts.measure(&plan)?;
            histories.push((plan, History::of(frame, bucket, ask, question.week_start)));
        }
        if histories.iter().all(|(_, history)| history.rows == 0) {
            return Err(EngineError::NothingMatches(ask.table));
        }
        let days = histories.iter().map(|(_, history)| history).find(|history| history.bucket == Bucket::Day).cloned();
        // All three steps are loaded, days among them.
        let Some(days) = days else { return Err(EngineError::NothingMatches(ask.table)) };
        let usable = |history: &History| {
            history.values.len() >= LEAST && history.steps_until(ask.range.end()).len() <= history.values.len()
        };
        let fine = histories.iter().position(|(_, history)| usable(history) && history.sparse() <= 0.3);
        let any = || {
            // Nothing but sparse or short histories: the least sparse of those that are long enough.
            let mut places: Vec<usize> = (0..histories.len()).filter(|at| usable(&histories[*at].1)).collect();
            places.sort_by(|a, b| histories[*a].1.sparse().total_cmp(&histories[*b].1.sparse()));
            places.first().copied()
        };
        let Some(place) = fine.or_else(any) else {
            let days = days.values.len();
            return if days >= LEAST {
                Ok(Reach::Beyond(days))
            } else {
                let short = Phrase::new("forecast.too_short").count("needs", LEAST).count("found", days);
                Err(EngineError::Unsupported(short))
            };
        };
        let (plan, history) = histories.swap_remove(place);
        let steps = history.steps_until(ask.range.end());
        let key = Key { plan, version: facts.coverage.version, first: ask.first, last: ask.last, steps: steps.len() };
        if let Some(outlook) = self.remembered(&key) {
            return Ok(Reach::Within(outlook));
        }
        let (season, long) = match history.bucket {
            Bucket::Day => (7, Some(365.25)),
            Bucket::Week => (1, Some(365.25 / 7.0)),
            // Two years are too few for a model to learn twelve months from, but not for their shape.
            Bucket::Month if history.values.len() < 36 => (1, Some(12.0)),
            Bucket::Month => (12, None),
        };
        let failed = |error: ForecastError| match error {
            ForecastError::TooShort { needs, found } => {
                EngineError::TooShort { what: Phrase::new("forecast.forecast"), needs, found }
            }
            ForecastError::TooManyMissing { missing, total } => EngineError::TooShort {
                what: Phrase::new("forecast.without_gaps"),
                needs: total - total / 5,
                found: total - missing,
            },
            error @ (ForecastError::OutOfRange { .. } | ForecastError::NothingFits) => {
                EngineError::Failed { what: "the forecast", source: Box::new(error) }
            }
        };
        let params = Params::new(steps.len().max(1), season).map_err(failed)?;
        let params = params.long_season(long).origins(6).non_negative(ask.non_negative());
        let fitted = forecast(&history.values, &params).map_err(failed)?;
        let outlook = Arc::new(Outlook { history, days, steps, forecast: fitted });
        self.remember(key, &outlook);
        Ok(Reach::Within(outlook))
    }

    fn remembered(&self, key: &Key) -> Option<Arc<Outlook>> {
        let mut fits = self.fits.lock().ok()?;
        let at = fits.iter().position(|(known, _)| known == key)?;
        let entry = fits.remove(at);
        let outlook = Arc::clone(&entry.1);
        fits.push(entry);
        Some(outlook)
    }

    fn remember(&self, key: Key, outlook: &Arc<Outlook>) {
        if let Ok(mut fits) = self.fits.lock() {
            if fits.len() >= REMEMBERED {
                fits.remove(0);
            }
            fits.push((key, Arc::clone(outlook)));
        }
    }
}
