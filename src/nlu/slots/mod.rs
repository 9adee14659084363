//! Slots: what a message says besides what it asks. Reads dates, amounts, names and words; asks nothing and runs nothing.

mod vocabulary;
mod names;
mod wanted;
mod periods;
mod figures;
mod words;
mod unknown;
mod follow_up;
#[cfg(test)]
mod tests;

use crate::domain::{Dimension, Intent, Metric, Resolved, SlotKind, Slots};
use crate::nlu::Context;
use crate::nlu::dates::{Amount, DateContext, DateOrder, Found, Kind, Lean, Written, find, find_amounts};
use crate::nlu::intents::gloss;

pub use follow_up::{is_correction, is_follow_up};
pub use names::{NameHit, NameIndex};
pub use periods::{Back, points_back};

use vocabulary::{Hit, free, vocabulary};

/// Texts are read up to this many characters.
const LONGEST: usize = 1200;

/// A message while its slots are being read.
struct Reading<'a> {
    intent: Intent,
    wants: &'static [SlotKind],
    w: Written,
    text: &'a str,
    dates: Vec<Found>,
    amounts: Vec<Amount>,
    names: Vec<NameHit>,
    /// Stretches that are read already.
    taken: Vec<(usize, usize)>,
}

impl Reading<'_> {
    fn wants(&self, kind: SlotKind) -> bool {
        self.wants.contains(&kind)
    }

    /// The words before a place, normalised, at most so many characters.
    fn before(&self, at: usize, most: usize) -> String {
        self.w.slice(at.saturating_sub(most), at)
    }

    fn after(&self, at: usize, most: usize) -> String {
        self.w.slice(at, at + most)
    }

    /// The original words of a stretch.
    fn original(&self, start: usize, end: usize) -> String {
        let bytes = &self.w.bytes;
        match (bytes.get(start), bytes.get(end)) {
            (Some(start), Some(end)) => self.text.get(*start..*end).unwrap_or_default().trim().to_owned(),
            _ => String::new(),
        }
    }
}

/// Reads the slots of a message whose intent is known. Words that fit several names about equally well come back as
/// ambiguous, never guessed.
#[must_use]
pub fn extract(text: &str, intent: Intent, context: &Context<'_>) -> Slots {
    let wants = wanted::slots_of(intent);
    let w = Written::new(text, LONGEST);
    let lean = if intent.looks_ahead() { Lean::Future } else { Lean::Past };
    let index = NameIndex::of(context.catalog);
    // "P-005" is a product, not five days.
    let masked = index.without_codes(text);
    let dates = find(
        &masked,
        &DateContext { now: context.now, week_start: context.week_start, lean, order: DateOrder::DayFirst },
    );
    let amounts = find_amounts(&masked);
    let mut reading = Reading { intent, wants, w, text, dates, amounts, names: Vec::new(), taken: Vec::new() };
    let mut slots = Slots::default();
    read_names(&mut reading, &index, &mut slots);
    keep_dates(&mut reading);
    let by = words::breakdowns(&mut reading, &mut slots);
    read_metrics(&mut reading, &mut slots, &by);
    periods::read(&reading, context, &mut slots);
    figures::read(&mut reading, &mut slots);
    words::read(&mut reading, &mut slots);
    unknown::read(&reading, &mut slots);
    slots
}

fn read_names(reading: &mut Reading<'_>, index: &NameIndex, slots: &mut Slots) {
    let customers = reading.wants(SlotKind::Customer);
    let special = |dimension: Dimension| match dimension {
        Dimension::Placement => Some(SlotKind::Placement),
        Dimension::Variant => Some(SlotKind::Variant),
        Dimension::Device => Some(SlotKind::Device),
        Dimension::Source => Some(SlotKind::Source),
        _ => None,
    };
    let quoted = words::quotes(reading);
    let hits = index.find(&reading.w, &quoted, &|_| true);
    for hit in hits {
        // Figures cannot leave a part out; they say so instead of showing that part.
        if let Some(start) = unknown::taken_away_from(reading, hit.start) {
            reading.taken.push((hit.start, hit.end));
            slots.words.insert(SlotKind::Brand, reading.original(start, hit.end));
            continue;
        }
        let asked = special(hit.dimension).is_none_or(|kind| reading.wants.contains(&kind));
        let customer = hit.dimension == Dimension::Customer;
        // A customer's id that is a bare number needs the word "customer", or an intent that is about one.
        let written = reading.w.slice(hit.start, hit.end);
        let hinted = words::customer_before(reading, hit.start);
        let plain_word = written.chars().all(char::is_alphabetic);
        if customer && !(hinted || customers && (!plain_word || hit.whole)) || !asked && !hit.whole {
            continue;
        }
        // "Black Friday" is a day unless the company has a campaign of exactly this name and the question is about campaigns.
        let dated = reading.dates.iter().any(|date| date.start < hit.end && hit.start < date.end);
        let after = reading.after(hit.end, 12);
        let about_campaigns = hit.dimension == Dimension::Campaign
            && (matches!(
                reading.intent,
                Intent::AdPerformance | Intent::CampaignCreate | Intent::CampaignManage | Intent::ExperimentReadout
            ) || ["campaign", "promo", "活动", "mailing"].iter().any(|word| after.contains(word)));
        // Campaigns are named in everyday words ("reach", "spring"): a part of such a name is not taken for it.
        if hit.dimension == Dimension::Campaign && !hit.whole && !about_campaigns {
            continue;
        }
        if dated
            && !(hit.whole
                && (about_campaigns
                    || reading.dates.iter().all(|date| {
                        date.end <= hit.start || hit.end <= date.start || date.end - date.start < hit.end - hit.start
                    })))
        {
            continue;
        }
        // A word that names a figure is a figure, unless it is the whole of a name that is longer than it.
        if !hit.whole && vocabulary().metrics.at(&reading.w, hit.start).is_some_and(|metric| metric.end >= hit.end) {
            continue;
        }
        reading.taken.push((hit.start, hit.end));
        reading.names.push(hit.clone());
        if let [name] = hit.names.as_slice() {
            let list = slots.names.entry(hit.dimension).or_default();
            if !list.contains(name) {
                list.push(name.clone());
            }
        } else {
            let words = reading.original(hit.start, hit.end);
            slots.ambiguous.push((hit.dimension, Resolved::new(words, hit.names.clone())));
        }
    }
    words::customer_ids(reading, index, slots);
    let found = [Dimension::Product, Dimension::Category].iter().any(|kind| slots.names.contains_key(kind));
    if !found && reading.w.slice(0, reading.w.len()).chars().any(crate::nlu::language::is_han) {
        read_glossed_names(reading, index, slots);
    }
}

/// Names that a Chinese message says in Chinese and the company writes in English.
fn read_glossed_names(reading: &Reading<'_>, index: &NameIndex, slots: &mut Slots) {
    let glossed = Written::new(&gloss(reading.text), LONGEST);
    for hit in index.find(&glossed, &[], &|dimension| {
        matches!(dimension, Dimension::Product | Dimension::Category | Dimension::Region)
    }) {
        if let [name] = hit.names.as_slice() {
            let list = slots.names.entry(hit.dimension).or_default();
            if !list.contains(name) {
                list.push(name.clone());
            }
        }
    }
}

/// Dates that are part of a name are not dates.
fn keep_dates(reading: &mut Reading<'_>) {
    let taken = reading.taken.clone();
    reading.dates.retain(|date| free(date.start, date.end, &taken));
    // A bare year in front of something counted, or behind a currency, is a number.
    let texts: Vec<bool> = reading.dates.iter().map(|date| counted(reading, date)).collect();
    let mut keep = texts.iter();
    reading.dates.retain(|_| keep.next().is_none_or(|counted| !counted));
    for date in &reading.dates {
        if date.kind != Kind::Duration {
            reading.taken.push((date.start, date.end));
        }
    }
}

fn counted(reading: &Reading<'_>, date: &Found) -> bool {
    let bare = date.text.len() == 4 && date.text.bytes().all(|b| b.is_ascii_digit());
    if !bare {
        return false;
    }
    let next = reading.after(date.end, 12);
    let next = next.trim_start();
    [
        "orders",
        "units",
        "customers",
        "euro",
        "dollar",
        "usd",
        "eur",
        "people",
        "pieces",
        "items",
        "件",
        "单",
        "个",
        "元",
        "人",
        "块",
    ]
    .iter()
    .any(|word| next.starts_with(word))
        || reading.before(date.start, 8).trim_end().ends_with("customer")
        || reading.before(date.start, 4).trim_end().ends_with("客户")
}

fn read_metrics(reading: &mut Reading<'_>, slots: &mut Slots, by: &[(usize, usize)]) {
    let customer_intents = matches!(
        reading.intent,
        Intent::AdPerformance | Intent::AlertCreate | Intent::AlertManage | Intent::WhatIf | Intent::AdPlacement
    );
    if !reading.wants(SlotKind::Metric) {
        return;
    }
    let mut taken = reading.taken.clone();
    taken.extend_from_slice(by);
    let hits: Vec<Hit<Metric>> = vocabulary().metrics.find(&reading.w, &taken);
    let several = hits.len() > 1;
    // "not revenue, margin": the first of them is what is not wanted.
    let unwanted = |hit: &Hit<Metric>| {
        let before = reading.before(hit.start, 16);
        let before = before.trim_end();
        ["not", "not the", "instead of", "rather than", "不是", "不要", "而不是"]
            .iter()
            .any(|word| before.ends_with(word))
    };
    let hits: Vec<Hit<Metric>> = hits.into_iter().filter(|hit| !(several && unwanted(hit))).collect();
    for hit in hits {
        let metric = in_context(hit.value, reading, &hit);
        // "customers" beside another figure says of whom, not what; so does a vague word.
        let weak = matches!(metric, Metric::Customers) && several
            || matches!(metric, Metric::Spend) && reading.intent == Intent::WhatIf && several
            || matches!(metric, Metric::Returns)
                && customer_intents
                && several
                && reading.w.slice(hit.start, hit.end) == "returns";
        if !weak && !slots.metrics.contains(&metric) {
            slots.metrics.push(metric);
        }
        if !weak {
            reading.taken.push((hit.start, hit.end));
        }
    }
}

/// A word's metric where it may mean several.
fn in_context(metric: Metric, reading: &Reading<'_>, hit: &Hit<Metric>) -> Metric {
    let word = reading.w.slice(hit.start, hit.end);
    let ads = matches!(reading.intent, Intent::AdPerformance | Intent::AdPlacement | Intent::AdBudget);
    match (metric, word.as_str()) {
        (Metric::Orders, "purchases" | "orders" | "transactions") if ads => Metric::Conversions,
        (Metric::Returns, "returns") if ads => Metric::Roas,
        (Metric::Units, "views") => Metric::Impressions,
        _ => metric,
    }
}
