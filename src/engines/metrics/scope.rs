//! Reads a question: which figures, of which days, of which part, against what; and what was assumed on the way.

use jiff::ToSpan;

use super::metric::{dimensions_of, is_ratio};
use crate::domain::{
    Arg, Bucket, Coverage, DateRange, Dimension, Filter, MeasurePlan, Metric, Phrase, Question, Resolved, SlotKind,
    TableName,
};
use crate::engines::EngineError;

/// The days of a report where nobody named any.
const DEFAULT_DAYS: i64 = 30;
/// More figures at once make no short answer.
const MOST_METRICS: usize = 4;
/// More breakdowns at once make no readable table.
const MOST_DIMENSIONS: usize = 2;

/// What is to be measured.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) metrics: Vec<Metric>,
    /// The days that are measured: those asked about, as far as there is data.
    pub(super) range: DateRange,
    /// The days that were asked about.
    asked: DateRange,
    /// The days there is data for.
    pub(super) data: DateRange,
    pub(super) table: TableName,
    pub(super) filters: Vec<Filter>,
    pub(super) by: Vec<Dimension>,
    /// Steps of time that were asked for.
    pub(super) bucket: Option<Bucket>,
    baseline: Option<DateRange>,
    pub(super) assumptions: Vec<Phrase>,
    pub(super) caveats: Vec<Phrase>,
    /// Whether nobody named the days.
    pub(super) assumed_range: bool,
    /// Whether the days are those of this year so far.
    is_year_to_date: bool,
    /// Whether sums are told as the mean of a day.
    pub(super) per_day: bool,
}

impl Scope {
    /// Reads a question whose figures, where it names none, are `default`.
    pub(super) fn new(question: &Question, coverage: &Coverage, default: &[Metric]) -> Result<Self, EngineError> {
        let slots = &question.slots;
        let mut assumptions = Vec::new();
        let metrics = if slots.metrics.is_empty() {
            let metrics = known(default, coverage);
            if let [metric] = metrics[..] {
                assumptions.push(Phrase::new("metrics.assume.metric").with("metric", metric));
            }
            metrics
        } else {
            let mut metrics = slots.metrics.clone();
            metrics.truncate(MOST_METRICS);
            metrics
        };
        let first = metrics.first().copied().ok_or(EngineError::NoData(TableName::Orders))?;
        let table = first.table();
        for metric in &metrics {
            let table = metric.table();
            coverage.of(table).and_then(|table| table.days).ok_or(EngineError::NoData(table))?;
        }
        let data = coverage.of(table).and_then(|table| table.days).ok_or(EngineError::NoData(table))?;

        let mut caveats = Vec::new();
        let (asked, assumed_range) = match &slots.date_range {
            Some(range) => (range.value, false),
            None => {
                let range = default_range(data, question);
                assumptions.push(Phrase::new("metrics.assume.range").with("range", range));
                (range, true)
            }
        };
        let range = asked.intersect(data).ok_or_else(|| {
            EngineError::Unsupported(Phrase::new("metrics.outside_data").with("range", asked).with("data", data))
        })?;
        // Days before the first one of the data stay in the range: nothing was sold then, as far as anybody knows.
        let range = DateRange::new(asked.start(), range.end()).unwrap_or(range);
        if asked.start() < data.start() {
            caveats.push(Phrase::new("metrics.caveat.starts").with("day", data.start()));
        }
        if asked.end() > data.end() {
            caveats.push(Phrase::new("metrics.caveat.so_far").with("range", asked).with("day", data.last()));
        } else if range.contains(question.today) {
            caveats.push(Phrase::new("metrics.caveat.today").with("day", question.today));
        }
        for kind in [SlotKind::Segment, SlotKind::Brand] {
            if let Some(words) = slots.words.get(&kind) {
                caveats.push(Phrase::new("metrics.caveat.not_narrowed").with("words", words.as_str()));
            }
        }

        let by: Vec<Dimension> =
            slots.by.iter().copied().filter(|by| by.bucket().is_none()).take(MOST_DIMENSIONS).collect();
        let bucket = slots.by.iter().find_map(|by| by.bucket());
        let filters: Vec<Filter> = slots
            .names
            .iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(dimension, values)| Filter { dimension: *dimension, values: values.clone() })
            .collect();
        for metric in &metrics {
            let fits = |dimension: &Dimension| dimensions_of(*metric).contains(dimension);
            let steps = |filter: &&Filter| filter.dimension.bucket().is_none();
            let wanted = by.iter().chain(filters.iter().filter(steps).map(|filter| &filter.dimension));
            if let Some(dimension) = wanted.copied().find(|dimension| !fits(dimension)) {
                let phrase = Phrase::new("metrics.no_breakdown").with("metric", *metric).with("dimension", dimension);
                return Err(EngineError::Unsupported(phrase));
            }
        }
        let per_day = per_day(question)?;
        let told_whole =
            metrics.iter().filter(|metric| per_day && !(metric.is_additive() || **metric == Metric::Orders));
        let told_whole: Vec<Arg> = told_whole.map(|metric| Arg::Metric(*metric)).collect();
        if !told_whole.is_empty() {
            caveats.push(Phrase::new("metrics.caveat.no_mean").with("metrics", Arg::List(told_whole)));
        }
        let baseline = slots.baseline.as_ref().map(|baseline| baseline.value);
        Ok(Self {
            metrics,
            range,
            asked,
            data,
            table,
            filters,
            by,
            bucket,
            baseline,
            assumptions,
            caveats,
            assumed_range,
            is_year_to_date: is_year_to_date(asked, question),
            per_day,
        })
    }

    /// The first figure.
    pub(super) fn metric(&self) -> Metric {
        self.metrics.first().copied().unwrap_or(Metric::Revenue)
    }

    /// A plan for a figure over some days, narrowed as the question is.
    pub(super) fn total(&self, metric: Metric, range: DateRange) -> MeasurePlan {
        MeasurePlan::total(metric, Some(range)).filtered(&self.filters)
    }

    /// The same by every breakdown that was asked for.
    pub(super) fn members(&self, metric: Metric, range: DateRange) -> MeasurePlan {
        self.by.iter().fold(self.total(metric, range), |plan, dimension| plan.by(*dimension))
    }

    /// The plan from which the members' figures are read. By the day of the week it has days, whose mean is told.
    pub(super) fn members_plan(&self, metric: Metric, range: DateRange) -> MeasurePlan {
        let plan = self.members(metric, range);
        if self.is_mean_weekday(metric) { plan.per(Bucket::Day) } else { plan }
    }

    /// Whether a breakdown tells the mean of a day of the week.
    pub(super) fn is_mean_weekday(&self, metric: Metric) -> bool {
        self.by.contains(&Dimension::Weekday) && !is_ratio(metric)
    }

    /// By how much a figure of a period is divided: its days, where the mean of a day was asked for and is one.
    pub(super) fn divisor(&self, metric: Metric, range: DateRange) -> f64 {
        if self.is_per_day(metric) { range.days().max(1) as f64 } else { 1.0 }
    }

    /// Whether the mean of a day is told; figures that count the same thing on several days have none of use.
    pub(super) fn is_per_day(&self, metric: Metric) -> bool {
        self.per_day && (metric.is_additive() || metric == Metric::Orders) && !self.is_mean_weekday(metric)
    }

    /// The figure's name, as it is told.
    pub(super) fn named(&self, metric: Metric) -> Arg {
        if self.is_per_day(metric) || (self.is_mean_weekday(metric) && !self.by.is_empty()) {
            Phrase::new("metrics.cell.per_day").with("metric", metric).into()
        } else {
            Arg::Metric(metric)
        }
    }

    /// Whether the period that was asked about is not covered to its end.
    pub(super) fn is_partial(&self) -> bool {
        self.asked.end() > self.range.end()
    }

    /// What to compare with: what was asked for, or the period just before; of the year so far the same days a year earlier. A period that is not over is compared with
    /// as many days. `None` where the data does not reach back so far.
    pub(super) fn baseline(&self) -> Option<DateRange> {
        if self.baseline.is_none() && self.is_year_to_date {
            return self.year_before();
        }
        let whole = self.baseline.unwrap_or_else(|| self.asked.previous());
        let range = if self.is_partial() {
            let end = whole.start().saturating_add(self.range.days().days());
            DateRange::new(whole.start(), end.min(whole.end())).unwrap_or(whole)
        } else {
            whole
        };
        self.covered(range)
    }

    /// What to beware of where periods are compared.
    pub(super) fn caveats_compared(&self) -> Vec<Phrase> {
        let cut = (self.is_partial() && self.baseline().is_some()).then(|| Phrase::new("metrics.caveat.cut"));
        self.caveats.iter().cloned().chain(cut).collect()
    }

    /// Whether a baseline was asked for.
    pub(super) fn named_baseline(&self) -> Option<DateRange> {
        self.baseline
    }

    /// The same days a year earlier, where there is data for them.
    pub(super) fn year_before(&self) -> Option<DateRange> {
        self.covered(self.range.year_before())
    }

    /// The range, where there is data for all of it.
    pub(super) fn covered(&self, range: DateRange) -> Option<DateRange> {
        (range.start() >= self.data.start() && range.end() <= self.data.end()).then_some(range)
    }

    /// The days that show what is usual: two years up to the end of the period.
    pub(super) fn history(&self) -> DateRange {
        let two_years = DateRange::last_days(self.range.last(), 731);
        two_years.intersect(self.data).unwrap_or(self.range)
    }

    /// Steps of time that suit the length of the period.
    pub(super) fn suitable_bucket(&self) -> Bucket {
        match self.range.days() {
            ..=45 => Bucket::Day,
            46..=210 => Bucket::Week,
            _ => Bucket::Month,
        }
    }
}

/// Whether days run from the first of January of this year, other than a month or a quarter of it does.
fn is_year_to_date(asked: DateRange, question: &Question) -> bool {
    let starts = asked.start() == question.today.first_of_year();
    starts && (asked.end().day() != 1 || asked.days() > 92)
}

/// Whether the mean of a day was asked for. Any other way of making one figure of another is none that is known here.
fn per_day(question: &Question) -> Result<bool, EngineError> {
    match question.slots.words.get(&SlotKind::Method).map(String::as_str) {
        None => Ok(false),
        Some("per_day") => Ok(true),
        Some(words) => {
            let phrase = Phrase::new("metrics.no_method").with("words", words);
            Err(EngineError::Unsupported(phrase))
        }
    }
}

/// The last days of the data; today does not count, it is not over.
fn default_range(data: DateRange, question: &Question) -> DateRange {
    let last = if data.last() >= question.today { question.today.saturating_sub(1.day()) } else { data.last() };
    let range = DateRange::last_days(last, DEFAULT_DAYS);
    range.intersect(data).unwrap_or(data)
}

/// The figures that there is data for; the first of all tables where there is none for any.
fn known(metrics: &[Metric], coverage: &Coverage) -> Vec<Metric> {
    let has = |metric: &Metric| coverage.of(metric.table()).is_some_and(|table| table.days.is_some());
    let known: Vec<Metric> = metrics.iter().copied().filter(has).collect();
    if !known.is_empty() {
        return known;
    }
    let others = [Metric::Spend, Metric::Mentions, Metric::Unsubscribes];
    others.into_iter().find(has).or(metrics.first().copied()).into_iter().collect()
}

/// A period as a slot of an action.
pub(super) fn dated(range: DateRange) -> Resolved<DateRange> {
    Resolved::new(format!("{} – {}", range.start(), range.last()), range)
}
