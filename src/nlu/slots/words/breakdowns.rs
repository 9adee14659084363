//! What to break a figure down by.

use super::*;
use crate::nlu::slots::vocabulary::Hit;

/// Words in front of a dimension that break a figure down by it.
pub(crate) const BY: &[&str] = &[
    "by",
    "per",
    "for_each",
    "for_every",
    "each",
    "every",
    "across",
    "split_by",
    "broken_down_by",
    "grouped_by",
    "which",
    "wich",
    "whch",
    "whitch",
    "what",
    "among",
    "by_the",
    "all_the",
    "all",
    "in_each",
    "of_each",
    "between_the",
    "different",
    "按",
    "按照",
    "分",
    "各",
    "各个",
    "每个",
    "每",
    "哪个",
    "哪些",
    "哪一个",
    "不同",
    "哪款",
    "哪种",
    "分各",
];

/// Steps of time as one word.
pub(crate) const STEPS: &[(&str, Dimension)] = &[
    ("daily", Dimension::Day),
    ("day_by_day", Dimension::Day),
    ("weekly", Dimension::Week),
    ("week_by_week", Dimension::Week),
    ("monthly", Dimension::Month),
    ("month_by_month", Dimension::Month),
    ("每日", Dimension::Day),
    ("每天", Dimension::Day),
    ("逐日", Dimension::Day),
    ("按天", Dimension::Day),
    ("按日", Dimension::Day),
    ("每周", Dimension::Week),
    ("按周", Dimension::Week),
    ("逐周", Dimension::Week),
    ("每月", Dimension::Month),
    ("每个月", Dimension::Month),
    ("按月", Dimension::Month),
    ("逐月", Dimension::Month),
    ("by_weekday", Dimension::Weekday),
    ("by_day_of_week", Dimension::Weekday),
    ("by_day_of_the_week", Dimension::Weekday),
];

/// Reads what to break down by, and returns the stretches that said it.
pub(crate) fn breakdowns(reading: &mut Reading<'_>, slots: &mut Slots) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let wanted = reading.wants(SlotKind::By)
        || matches!(
            reading.intent,
            Intent::MetricExplain
                | Intent::ForecastMetric
                | Intent::SentimentOverview
                | Intent::SocialMonitor
                | Intent::AnomalyCheck
                | Intent::TopicOverview
                | Intent::ShowAs
        );
    if !wanted {
        return spans;
    }
    let push = |dimension: Dimension, by: &mut Vec<Dimension>| {
        if !by.contains(&dimension) {
            by.push(dimension);
        }
    };
    let names: Vec<(usize, usize)> = reading.names.iter().map(|name| (name.start, name.end)).collect();
    let mut i = 0;
    while i < reading.w.len() {
        if !free(i, i + 1, &names) {
            i += 1;
            continue;
        }
        if let Some((end, dimension)) =
            STEPS.iter().filter_map(|(word, d)| reading.w.literal(i, word).map(|end| (end, *d))).max_by_key(|hit| hit.0)
        {
            push(dimension, &mut slots.by);
            spans.push((i, end));
            i = end;
            continue;
        }
        let lead =
            BY.iter().filter_map(|word| reading.w.literal(i, word).map(|end| (end, *word))).max_by_key(|hit| hit.0);
        if let Some((end, lead)) = lead {
            let mut at = reading.w.skip(end);
            let mut any = false;
            while let Some(hit) = vocabulary().dimensions.at(&reading.w, at).or_else(|| misspelt(reading, at)) {
                // "which day" asks for a day; "what product" for a product; "per order" is no breakdown.
                let loose = matches!(
                    lead,
                    "which"
                        | "wich"
                        | "whch"
                        | "whitch"
                        | "what"
                        | "all"
                        | "哪个"
                        | "哪些"
                        | "among"
                        | "all_the"
                        | "every"
                        | "each"
                        | "分"
                );
                let of_whom = loose && hit.value == Dimension::Customer && !reading.wants(SlotKind::Customer);
                let all_days = lead == "all" && hit.value.bucket().is_some();
                if of_whom || all_days || !free(hit.start, hit.end, &names) {
                    break;
                }
                push(hit.value, &mut slots.by);
                any = true;
                at = reading.w.skip(hit.end);
                let joined = ["and_by", "and", "&", ",", "和", "与", "by", "、", "及"]
                    .iter()
                    .filter_map(|word| reading.w.literal(at, word))
                    .max();
                match joined {
                    Some(next) => at = reading.w.skip(next),
                    None => break,
                }
            }
            if any {
                spans.push((i, at));
                i = at.max(i + 1);
                continue;
            }
            i = end.max(i + 1);
            continue;
        }
        // "top 5 products", "five best channels", "卖得最好的10款".
        let word_end = reading.w.word(i);
        i = if word_end > i { word_end } else { i + 1 };
    }
    ranked(reading, slots, &mut spans);
    // "weekly" in "weekly digest" and a schedule are no steps of a figure; a date that was taken for a set is none either.
    reading.dates.retain(|date| {
        !(date.kind == Kind::Set && spans.iter().any(|span| span.0 <= date.start && date.end <= span.1))
    });
    spans
}

pub(crate) fn misspelt(reading: &Reading<'_>, at: usize) -> Option<Hit<Dimension>> {
    let end = reading.w.word(at);
    let hits = vocabulary().dimensions.find(&reading.w, &[]);
    hits.into_iter().find(|hit| hit.start == at && hit.end == end)
}

/// A ranking names what is ranked: "top 5 products", "the products that sell worst".
pub(crate) fn ranked(reading: &Reading<'_>, slots: &mut Slots, spans: &mut Vec<(usize, usize)>) {
    static RANKED: OnceLock<Regex> = OnceLock::new();
    let pattern = RANKED.get_or_init(|| {
        Regex::new(r"\b(?:top|best|worst|bottom|leading|strongest|weakest|biggest|hottest|lowest|highest)\b[ -]*(?:\w+[ -]+){0,3}?$|(?:前|最好的|最差的|最高的|最低的|最多的|最少的|top) ?(?:[0-9一二三四五六七八九十百两]+)? ?(?:个|名|款|大|位|种)?的?$")
            .expect("the pattern is fixed and tested")
    });
    static SELLING: OnceLock<Regex> = OnceLock::new();
    let selling = SELLING.get_or_init(|| {
        Regex::new(r"^ *(?:that |which |are |is |have |has |were |was )*(?:sell(?:s|ing)?|sold|perform(?:s|ed|ing)?|doing|does|do|did)\b[^,.;?]{0,24}?\b(?:best|worst|most|least|fastest|slowest|badly|poorly)\b|^(?:卖得|卖的|销量)?(?:最好|最差|最多|最少)")
            .expect("the pattern is fixed and tested")
    });
    let mut at = 0;
    while at < reading.w.len() {
        let Some(hit) = vocabulary().dimensions.at(&reading.w, at).or_else(|| misspelt(reading, at)) else {
            let end = reading.w.word(at);
            at = if end > at { end } else { at + 1 };
            continue;
        };
        let before = reading.before(hit.start, 30);
        if (pattern.is_match(&before) || selling.is_match(&reading.after(hit.end, 60)))
            && hit.value.bucket().is_none()
            && !slots.by.contains(&hit.value)
            && free(hit.start, hit.end, spans)
        {
            slots.by.push(hit.value);
            spans.push((hit.start, hit.end));
        }
        at = hit.end.max(at + 1);
    }
    let text = reading.w.slice(0, reading.w.len());
    let sellers = [
        "best seller",
        "bestseller",
        "best-selling",
        "bestselling",
        "best selling",
        "top seller",
        "worst seller",
        "slow seller",
        "爆款",
        "畅销",
        "热销",
        "滞销",
        "卖得最好",
        "卖得最差",
    ]
    .iter()
    .any(|word| text.contains(word));
    if sellers && slots.by.is_empty() {
        slots.by.push(Dimension::Product);
    }
}
