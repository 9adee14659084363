//! What a question asks of the forecast: figure, filters, days and level, read from its slots. Reads no facts.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::domain::{
    Arg, Bucket, Coverage, DateRange, Filter, Horizon, HorizonUnit, Level, MeasurePlan, Metric, Phrase, Question,
    TableName,
};
use crate::engines::EngineError;

/// How values of steps become the value of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// They add up.
    Sum,
    /// Their mean is taken.
    Mean,
}

/// A question, read.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) metric: Metric,
    pub(super) table: TableName,
    pub(super) fold: Fold,
    pub(super) filters: Vec<Filter>,
    pub(super) level: Level,
    /// The last day of the data that is over.
    pub(super) last: Date,
    /// The first day of the data.
    pub(super) first: Date,
    /// The days that are asked about.
    pub(super) range: DateRange,
    /// The same in words, such as "the next 4 weeks".
    pub(super) when: Phrase,
    /// How many days the data ends before today.
    pub(super) stale_days: usize,
    /// Whether the days were said.
    pub(super) said_range: bool,
    /// Whether the figure was said.
    pub(super) said_metric: bool,
}

/// The filters that the recognised names make.
pub(super) fn filters_of(question: &Question) -> Vec<Filter> {
    let named =
        question.slots.names.iter().filter(|(dimension, names)| !names.is_empty() && dimension.bucket().is_none());
    named.map(|(dimension, names)| Filter { dimension: *dimension, values: names.clone() }).collect()
}

/// The plan of the history in steps.
pub(super) fn plan(question: &Question, bucket: Bucket) -> MeasurePlan {
    let metric = question.slots.metric().unwrap_or(Metric::Revenue);
    MeasurePlan::total(metric, None).per(bucket).filtered(&filters_of(question))
}

/// The plan in words, for evidence.
pub(super) fn plan_of(ask: &Ask, bucket: Bucket) -> Phrase {
    Phrase::new("forecast.method_plan").with("what", ask.subject()).with("step", bucket).with("table", ask.table.name())
}

impl Ask {
    /// Reads the slots.
    pub(super) fn read(question: &Question, coverage: &Coverage) -> Result<Self, EngineError> {
        let slots = &question.slots;
        let metric = slots.metric().unwrap_or(Metric::Revenue);
        let table = metric.table();
        let days = coverage.of(table).and_then(|coverage| coverage.days).ok_or(EngineError::NoData(table))?;
        // Today is not over yet: what it has so far would look like a fall.
        let last = days.last().min(question.today.saturating_sub(1.day()));
        let origin = last.saturating_add(1.day());
        let default = Horizon::Ahead { count: 4, unit: HorizonUnit::Week };
        let said = match (&slots.horizon, &slots.date_range) {
            (Some(horizon), _) => Some(horizon.value),
            (None, Some(range)) => Some(Horizon::Range(range.value)),
            (None, None) => None,
        };
        let horizon = said.unwrap_or(default);
        let range = horizon.resolve(origin);
        let over = match horizon {
            Horizon::Range(range) => range.end() <= origin.max(question.today),
            Horizon::Ahead { .. } => false,
        };
        if over {
            return Err(EngineError::Unsupported(Phrase::new("forecast.past").with("range", range).with("last", last)));
        }
        let when = match horizon {
            Horizon::Range(range) => Phrase::new("forecast.in_range").with("range", range),
            Horizon::Ahead { count, unit } => {
                let key = match unit {
                    HorizonUnit::Day => "forecast.next_days",
                    HorizonUnit::Week => "forecast.next_weeks",
                    HorizonUnit::Month => "forecast.next_months",
                    HorizonUnit::Quarter => "forecast.next_quarters",
                    HorizonUnit::Year => "forecast.next_years",
                };
                Phrase::new(key).count("count", count.max(1) as usize)
            }
        };
        Ok(Self {
            metric,
            table,
            // An order lies on one day, so orders of days add up; distinct customers do not.
            fold: if metric.is_additive() || metric == Metric::Orders { Fold::Sum } else { Fold::Mean },
            filters: filters_of(question),
            level: slots.level.unwrap_or(Level::DEFAULT),
            last,
            first: days.start(),
            range,
            when,
            stale_days: DateRange::new(origin, question.today)
                .map_or(0, |gap| usize::try_from(gap.days()).unwrap_or(0)),
            said_range: said.is_some(),
            said_metric: slots.metric().is_some(),
        })
    }

    /// The first day to be forecast.
    pub(super) fn origin(&self) -> Date {
        self.last.saturating_add(1.day())
    }

    /// Whether a forecast below zero says nothing: sales less returns may be negative on a day, but are not foreseen so.
    pub(super) fn non_negative(&self) -> bool {
        !matches!(self.metric, Metric::Margin | Metric::Sentiment)
    }

    /// The steps that suit how far ahead is asked, best first; the others stand by for short or sparse data.
    pub(super) fn buckets(&self) -> [Bucket; 3] {
        match DateRange::new(self.origin(), self.range.end()).map_or(1, DateRange::days) {
            ..=31 => [Bucket::Day, Bucket::Week, Bucket::Month],
            32..=182 => [Bucket::Week, Bucket::Month, Bucket::Day],
            _ => [Bucket::Month, Bucket::Week, Bucket::Day],
        }
    }

    /// What is forecast, in words: the figure, and whose.
    pub(super) fn subject(&self) -> Phrase {
        let names: Vec<Arg> = self.filters.iter().flat_map(|f| f.values.iter().map(|v| Arg::Text(v.clone()))).collect();
        if names.is_empty() {
            Phrase::new("forecast.subject").with("metric", self.metric)
        } else {
            Phrase::new("forecast.subject_of").with("metric", self.metric).with("names", Arg::List(names))
        }
    }
}
