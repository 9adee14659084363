//! Three questions to try after an import, made of what its columns and days can answer.

use jiff::civil::Weekday;

use crate::domain::{Bucket, DateRange, Dimension, Intent, Metric, Phrase, Resolved, Slots, TableName};
use crate::facts::{Upload, dimensions_of};

use super::super::Assistant;
use super::Failed;

/// How many questions are offered.
const OFFERED: usize = 3;
/// From so many days on a forecast can say something.
const ENOUGH_TO_FORECAST: i64 = 120;

type Try = (Phrase, Intent, Slots);

impl Assistant {
    /// Questions that what was just imported can answer.
    pub(super) fn questions(&self, upload: &Upload) -> Result<Vec<Try>, Failed> {
        let has = |table| self.warehouse.coverage().map(|coverage| coverage.of(table).is_some());
        let plain = |key, intent| (Phrase::new(key), intent, Slots::default());
        let mut tries = match upload.table {
            TableName::Orders => {
                let mut tries = figures(upload, Metric::Revenue, 1);
                tries.extend(figures(upload, Metric::Units, 2).into_iter().skip(1));
                if upload.days.is_some_and(|days| days.days() >= ENOUGH_TO_FORECAST) {
                    tries.insert(1, plain("assistant.suggest_forecast", Intent::ForecastMetric));
                }
                tries.push(plain("uploads.ask_together", Intent::BoughtTogether));
                tries
            }
            TableName::Posts => vec![
                plain("uploads.ask_feeling", Intent::SentimentOverview),
                plain("assistant.suggest_topics", Intent::TopicOverview),
                plain("uploads.ask_quotes", Intent::ReviewExamples),
            ],
            TableName::AdResults => {
                let mut tries = figures(upload, Metric::Spend, 1);
                tries.extend(figures(upload, Metric::Clicks, 2).into_iter().skip(1));
                tries.extend(figures(upload, Metric::Roas, 1));
                tries
            }
            TableName::CampaignSends => figures(upload, Metric::Unsubscribes, 2),
            TableName::Products if has(TableName::Orders)? => {
                let by = |dimension| {
                    let slots = Slots { metrics: vec![Metric::Revenue], by: vec![dimension], ..Slots::default() };
                    let phrase =
                        Phrase::new("uploads.ask").with("metric", Metric::Revenue).with("dimension", dimension);
                    (phrase, Intent::MetricReport, slots)
                };
                vec![
                    by(Dimension::Product),
                    by(Dimension::Category),
                    plain("uploads.ask_together", Intent::BoughtTogether),
                ]
            }
            TableName::Products | TableName::Interactions => Vec::new(),
        };
        tries.truncate(OFFERED);
        for other in
            [plain("uploads.ask_data", Intent::DataStatus), plain("uploads.ask_recommend", Intent::RecommendProducts)]
        {
            if tries.len() < OFFERED && (other.1 == Intent::DataStatus || has(TableName::Orders)?) {
                tries.push(other);
            }
        }
        Ok(tries)
    }
}

/// A figure by the first dimensions that the file has columns for, in the last whole month of its days.
fn figures(upload: &Upload, metric: Metric, most: usize) -> Vec<Try> {
    let mapped = |field: &str| upload.mapping.get(field).is_some_and(|column| !column.is_empty());
    let dimensions = [
        (Dimension::Region, "region"),
        (Dimension::Channel, "channel"),
        (Dimension::Campaign, "campaign"),
        (Dimension::Category, "category"),
        (Dimension::Placement, "placement"),
        (Dimension::Product, "product_id"),
        (Dimension::Product, "product_name"),
    ];
    let fitting = dimensions
        .into_iter()
        .filter(|(dimension, field)| mapped(field) && dimensions_of(metric).contains(dimension))
        .map(|(dimension, _)| dimension);
    let mut tries: Vec<Try> = Vec::new();
    for dimension in fitting {
        let mut slots = Slots { metrics: vec![metric], by: vec![dimension], ..Slots::default() };
        let phrase = Phrase::new("uploads.ask").with("metric", metric).with("dimension", dimension);
        let phrase = match upload.days.map(last_month) {
            Some(range) => {
                let words = format!("{} – {}", range.start(), range.last());
                slots.date_range = Some(Resolved::new(words, range));
                Phrase { key: "uploads.ask_in".into(), ..phrase }.with("range", range)
            }
            None => phrase,
        };
        let is_new = tries.iter().all(|(_, _, known)| known.by != slots.by);
        if is_new && tries.len() < most {
            tries.push((phrase, Intent::MetricReport, slots));
        }
    }
    tries
}

/// The last calendar month that the days hold whole; all of them where they hold none.
fn last_month(days: DateRange) -> DateRange {
    let month = Bucket::Month.floor(days.last(), Weekday::Monday);
    let own = DateRange::new(month, Bucket::Month.next(month));
    let before =
        DateRange::new(Bucket::Month.floor(month.saturating_sub(jiff::Span::new().days(1)), Weekday::Monday), month);
    let whole = |range: &DateRange| days.start() <= range.start() && range.end() <= days.end();
    [own, before].into_iter().flatten().find(whole).unwrap_or(days)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_last_whole_month_is_asked_about() {
        let range = |from, to| DateRange::new(from, to).unwrap();
        for (days, asked) in [
            (range(date(2026, 9, 3), date(2026, 11, 12)), range(date(2026, 10, 1), date(2026, 11, 1))),
            (range(date(2026, 9, 1), date(2026, 10, 1)), range(date(2026, 9, 1), date(2026, 10, 1))),
            (range(date(2026, 9, 5), date(2026, 9, 20)), range(date(2026, 9, 5), date(2026, 9, 20))),
        ] {
            assert_eq!(last_month(days), asked);
        }
    }
}
