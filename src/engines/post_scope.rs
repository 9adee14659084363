//! Which posts a question is about: the period, how far back they are needed, the names they are narrowed to. For every
//! engine that reads posts.

use jiff::civil::Date;

use crate::domain::{Coverage, DateRange, Dimension, Filter, PostFilter, Question, TableName};

/// The period where nobody says one.
const USUAL_DAYS: i64 = 28;

/// The period asked about: what was said, or the last four weeks there are.
pub(super) fn period(question: &Question, coverage: &Coverage) -> DateRange {
    let last = coverage.last_day(TableName::Posts).unwrap_or(question.today);
    question.slots.date_range.as_ref().map_or_else(|| DateRange::last_days(last, USUAL_DAYS), |said| said.value)
}

/// The posts from `start` to the end of `period`, narrowed to the names that the question says.
pub(super) fn filter(question: &Question, period: DateRange, start: Date) -> PostFilter {
    let filters = [Dimension::Product, Dimension::Category, Dimension::Source]
        .into_iter()
        .filter(|dimension| !question.slots.names_of(*dimension).is_empty())
        .map(|dimension| Filter { dimension, values: question.slots.names_of(dimension).to_vec() })
        .collect();
    PostFilter { range: Some(DateRange::new(start, period.end()).unwrap_or(period)), filters }
}
