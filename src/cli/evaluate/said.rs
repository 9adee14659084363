//! What slots say, as plain values by the names of INTENTS: for comparing with what people wrote down by hand.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::domain::{DateRange, Horizon, HorizonUnit, SlotKind, Slots};

/// The values of slots by name.
pub(super) fn said(slots: &Slots) -> BTreeMap<&'static str, Value> {
    let mut all: BTreeMap<&'static str, Value> = BTreeMap::new();
    let mut put = |kind: SlotKind, value: Value| {
        all.insert(kind.name(), value);
    };
    for (kind, words) in &slots.words {
        put(*kind, json!(words));
    }
    if !slots.metrics.is_empty() {
        put(SlotKind::Metric, json!(slots.metrics));
    }
    if !slots.by.is_empty() {
        put(SlotKind::By, json!(slots.by));
    }
    for (dimension, names) in &slots.names {
        if let Some(kind) = SlotKind::parse(dimension.name()) {
            put(kind, json!(names));
        }
    }
    let range = |range: DateRange| json!([range.start(), range.end()]);
    if let Some(said) = &slots.date_range {
        put(SlotKind::DateRange, range(said.value));
    }
    if let Some(said) = &slots.baseline {
        put(SlotKind::Baseline, range(said.value));
    }
    if let Some(said) = &slots.horizon {
        put(SlotKind::Horizon, horizon(said.value));
    }
    let numbers = [
        (SlotKind::Level, slots.level.map(crate::domain::Level::percent)),
        (SlotKind::TopN, slots.top_n.map(f64::from)),
        (SlotKind::Target, slots.target),
        (SlotKind::Amount, slots.amount),
        (SlotKind::Threshold, slots.threshold),
        (SlotKind::PriceLimit, slots.price_limit),
        (SlotKind::Change, slots.change),
    ];
    for (kind, number) in numbers {
        if let Some(number) = number {
            put(kind, json!(number));
        }
    }
    if let Some(aspect) = slots.aspect {
        put(SlotKind::Aspect, json!(aspect.name()));
    }
    let named = [
        (SlotKind::Sentiment, slots.sentiment.map(|sentiment| json!(sentiment))),
        (SlotKind::Format, slots.format.map(|format| json!(format))),
        (SlotKind::Table, slots.table.map(|table| json!(table.name()))),
    ];
    for (kind, value) in named {
        if let Some(value) = value {
            put(kind, value);
        }
    }
    all
}

fn horizon(horizon: Horizon) -> Value {
    match horizon {
        Horizon::Ahead { count, unit: HorizonUnit::Year } => json!({"unit": "month", "count": 12 * count}),
        Horizon::Ahead { count, unit } => json!({"unit": unit, "count": count}),
        Horizon::Range(range) => json!({"until": range.last()}),
    }
}

/// Whether two values say the same: numbers nearly, lists in any order, words where one holds the other.
pub(super) fn same(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Number(wanted), Value::Number(found)) => {
            let (wanted, found) = (wanted.as_f64().unwrap_or(f64::NAN), found.as_f64().unwrap_or(f64::NAN));
            (wanted - found).abs() <= 1e-6 * wanted.abs().max(1e-6)
        }
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len() && wanted.iter().all(|one| found.iter().any(|other| same(one, other)))
        }
        // One value beside a list of them: the first counts.
        (Value::Array(list), one) | (one, Value::Array(list)) => list.len() == 1 && same(&list[0], one),
        (Value::String(wanted), Value::String(found)) => {
            let (wanted, found) = (plain(wanted), plain(found));
            wanted == found
                || (wanted.len().min(found.len()) >= 3 && (wanted.contains(&found) || found.contains(&wanted)))
        }
        (Value::Object(wanted), Value::Object(found)) => {
            let day = |object: &serde_json::Map<String, Value>| object.get("until").and_then(Value::as_str).map(plain);
            match (day(wanted), day(found)) {
                (Some(wanted), Some(found)) => wanted == found,
                _ => wanted == found,
            }
        }
        _ => wanted == found,
    }
}

fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_say_the_same_are_the_same() {
        for (wanted, found, expect) in [
            (json!(["a", "B"]), json!(["b", "A"]), true),
            (json!(["a"]), json!(["a", "b"]), false),
            (json!("every Monday"), json!("every monday at 9"), true),
            (json!("price"), json!("delivery"), false),
            (json!(-0.1), json!(-0.1), true),
            (json!(5), json!(5.0), true),
            (json!(["2026-10-01", "2026-11-01"]), json!(["2026-10-01", "2026-11-01"]), true),
            (json!({"unit": "week", "count": 8}), json!({"unit": "week", "count": 8}), true),
            (json!({"unit": "week", "count": 8}), json!({"unit": "day", "count": 8}), false),
            (json!({"until": "2026-12-31"}), json!({"until": "2026-12-31"}), true),
            (json!(["Oolong"]), json!("oolong"), true),
        ] {
            assert_eq!(same(&wanted, &found), expect, "{wanted} {found}");
        }
    }
}
