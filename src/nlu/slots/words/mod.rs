//! Slots that are read from words: breakdowns, aspects, feelings, formats, tables, customers, and those that stay words.

mod breakdowns;
mod patterns;

use crate::domain::{Dimension, Intent, SlotKind, Slots};
use crate::nlu::dates::Kind;
use crate::nlu::slots::Reading;
use crate::nlu::slots::names::NameIndex;
use crate::nlu::slots::vocabulary::{free, vocabulary};
use regex::Regex;
use std::sync::OnceLock;

pub(crate) use breakdowns::breakdowns;
use patterns::patterns;

/// Whether the word "customer" stands right before a place.
pub(crate) fn customer_before(reading: &Reading<'_>, at: usize) -> bool {
    let before = reading.before(at, 16);
    let before = before.trim_end_matches(['#', ' ', ':', '№']).trim_end();
    [
        "customer",
        "client",
        "buyer",
        "shopper",
        "user",
        "customer no",
        "customer id",
        "customer number",
        "account",
        "客户",
        "顾客",
        "用户",
        "会员",
        "customers",
        "member",
    ]
    .iter()
    .any(|word| before.ends_with(word))
}

/// Customers' ids that the index did not find: "customer 12345", "C-0042".
pub(crate) fn customer_ids(reading: &mut Reading<'_>, index: &NameIndex, slots: &mut Slots) {
    static ID: OnceLock<Regex> = OnceLock::new();
    if !reading.wants(SlotKind::Customer) || slots.names.contains_key(&Dimension::Customer) {
        return;
    }
    let pattern = ID.get_or_init(|| {
        Regex::new(r"(?i)(?:customer|client|buyer|shopper|user|account|member|客户|顾客|用户|会员)(?: ?(?:no\.?|id|number|nr\.?|编号))?[ #:№]*([a-z]{0,4}[-_]?[0-9]{2,12}[a-z0-9-]*)|\b([a-z]{1,4}-[0-9]{2,12})\b|(?:^|\s)#([0-9]{3,12})\b|\b([0-9]{4,12})\b")
            .expect("the pattern is fixed and tested")
    });
    let found = pattern.captures(reading.text).and_then(|found| (1..=4).find_map(|group| found.get(group)));
    let Some(id) = found else { return };
    let start = reading.w.bytes.partition_point(|byte| *byte < id.start());
    let end = reading.w.bytes.partition_point(|byte| *byte < id.end());
    let bare = id.as_str().bytes().all(|b| b.is_ascii_digit()) && !customer_before(reading, start);
    let year = id.as_str().len() == 4 && reading.dates.iter().any(|date| date.start <= start && end <= date.end);
    if bare && (year || index.knows(Dimension::Customer) && index.exact(Dimension::Customer, id.as_str()).is_none()) {
        return;
    }
    match index.exact(Dimension::Customer, id.as_str()) {
        Some(name) => slots.names.entry(Dimension::Customer).or_default().push(name.to_owned()),
        None if index.knows(Dimension::Customer) => {
            slots.words.insert(SlotKind::Customer, id.as_str().to_owned());
        }
        None => slots.names.entry(Dimension::Customer).or_default().push(id.as_str().to_owned()),
    }
    reading.taken.push((start, end));
    let span = (start, end);
    reading.dates.retain(|date| date.end <= span.0 || span.1 <= date.start);
    reading.amounts.retain(|amount| amount.end <= span.0 || span.1 <= amount.start);
}

/// Quoted words, which are content and name nothing.
pub(crate) fn quotes(reading: &Reading<'_>) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut open: Option<usize> = None;
    for i in 0..reading.w.len() {
        match (reading.w.at(i), open) {
            ('"' | '“' | '”' | '「' | '」', Some(start)) => {
                all.push((start, i + 1));
                open = None;
            }
            ('"' | '“' | '「', None) => open = Some(i),
            _ => {}
        }
    }
    if matches!(reading.intent, Intent::CampaignCreate) { all } else { Vec::new() }
}

/// Reads the slots of words.
pub(crate) fn read(reading: &mut Reading<'_>, slots: &mut Slots) {
    let words = vocabulary();
    let names: Vec<(usize, usize)> = reading.names.iter().map(|name| (name.start, name.end)).collect();
    if reading.wants(SlotKind::Aspect) {
        let hits = words.aspects.find(&reading.w, &names);
        // "Price, delivery and quality" asks for the list of all of them; quotes are of the first.
        let several = hits.iter().any(|hit| hit.value != hits[0].value);
        let listed = several && reading.intent == Intent::SentimentAspects;
        slots.aspect = hits.first().filter(|_| !listed).map(|hit| hit.value);
    }
    if reading.wants(SlotKind::Sentiment) {
        slots.sentiment = words.sentiments.find(&reading.w, &names).first().map(|hit| hit.value);
    }
    if reading.wants(SlotKind::Format) || format_asked(reading) {
        let hits = words.formats.find(&reading.w, &names);
        slots.format = hits.iter().find(|hit| hit.exact).or(hits.first()).map(|hit| hit.value);
    }
    derived(reading, slots);
    let text = reading.w.slice(0, reading.w.len());
    let cheaper =
        ["cheaper", "less expensive", "lower price", "lower priced", "更便宜", "便宜点", "便宜一点", "便宜些"];
    if reading.wants(SlotKind::PriceLimit)
        && slots.price_limit.is_none()
        && cheaper.iter().any(|word| text.contains(word))
    {
        slots.words.insert(SlotKind::PriceLimit, "cheaper".to_owned());
    }
    if reading.wants(SlotKind::Table) {
        slots.table = words.tables.find(&reading.w, &names).first().map(|hit| hit.value);
    }
    if reading.wants(SlotKind::Schedule)
        && let Some(set) = reading.dates.iter().find(|date| date.kind == Kind::Set)
    {
        // "every Monday at 9" is said in one breath; "weekly, on Mondays at 8" in two.
        let later = reading
            .dates
            .iter()
            .filter(|date| date.start >= set.start && date.start <= set.end + 6 && date.kind != Kind::Duration)
            .map(|date| date.end)
            .max();
        let schedule = reading.original(set.start, later.unwrap_or(set.end));
        slots.words.insert(SlotKind::Schedule, schedule);
    }
    if reading.wants(SlotKind::Delay)
        && let Some(delay) = reading.dates.iter().find(|date| date.kind == Kind::Duration || date.rolling)
    {
        slots.words.insert(SlotKind::Delay, delay.text.clone());
    }
    for (kind, pattern) in patterns() {
        if !reading.wants(*kind) || slots.words.contains_key(kind) {
            continue;
        }
        // A name of the company's own is kept as a name, not as words.
        let named = match kind {
            SlotKind::Placement => slots.names.contains_key(&Dimension::Placement),
            SlotKind::Device => slots.names.contains_key(&Dimension::Device),
            SlotKind::Variant => slots.names.contains_key(&Dimension::Variant),
            SlotKind::Campaign => slots.names.contains_key(&Dimension::Campaign),
            SlotKind::Digest => reading.intent != Intent::DigestManage,
            SlotKind::Alert => reading.intent != Intent::AlertManage,
            SlotKind::Brand => slots.names.contains_key(&Dimension::Product),
            _ => false,
        };
        if named {
            continue;
        }
        if let Some(found) =
            pattern.captures(reading.text).and_then(|all| (1..all.len()).find_map(|group| all.get(group)))
        {
            let value = found.as_str().trim();
            let start = reading.w.bytes.partition_point(|byte| *byte < found.start());
            if matches!(kind, SlotKind::Placement | SlotKind::Topic) && !free(start, start + 1, &names) {
                continue;
            }
            if !value.is_empty() {
                slots.words.insert(*kind, value.to_owned());
            }
        }
    }
}

/// Figures of figures: "per day", which engines can do, and those that they have to refuse by name.
fn derived(reading: &Reading<'_>, slots: &mut Slots) {
    static PER_DAY: OnceLock<Regex> = OnceLock::new();
    static OTHERS: OnceLock<Regex> = OnceLock::new();
    let figures = matches!(
        reading.intent,
        Intent::MetricReport | Intent::MetricCompare | Intent::MetricExplain | Intent::AnomalyCheck
    );
    if !figures {
        return;
    }
    let text = reading.w.slice(0, reading.w.len());
    let per_day = PER_DAY.get_or_init(|| {
        Regex::new(
            r"\b(?:average|mean|avg|typical)\b.*\bper day\b|\b(?:daily average|a day on average)\b|日均|平均每天",
        )
        .expect("the pattern is fixed and tested")
    });
    let others = OTHERS.get_or_init(|| {
        Regex::new(
            r"\b(?:(?:return|refund|cancellation)s? rate|(?:gross |profit )?margin ?(?:%|percent(?:age)?|rate|in percent)|(?:units|items|pieces|lines) per (?:order|basket|customer)|(?:revenue|sales|orders|margin|profit) per (?:customer|head|buyer|client|visitor|visit))|退货率|退款率|毛利率|利润率|人均(?:销售额|消费|订单)|件单比",
        )
        .expect("the pattern is fixed and tested")
    });
    if per_day.is_match(&text) {
        slots.words.insert(SlotKind::Method, "per_day".to_owned());
    } else if let Some(found) = others.find(&text) {
        slots.words.insert(SlotKind::Method, found.as_str().to_owned());
    }
}

/// Any question may ask for its answer as a file or chart, in so many words.
fn format_asked(reading: &Reading<'_>) -> bool {
    static ASKED: OnceLock<Regex> = OnceLock::new();
    let pattern = ASKED.get_or_init(|| {
        Regex::new(r"\b(?:as|in|into) (?:an? )?(?:bar |line |pie )?(?:chart|graph|plot|table|csv|excel|spreadsheet|json|file)\b|\b(?:chart|plot|graph) (?:of|the|it)\b|导出|画(?:成|个|张)?图|(?:柱状|折线|饼)图|用表格|做成表")
            .expect("the pattern is fixed and tested")
    });
    pattern.is_match(&reading.w.slice(0, reading.w.len()))
}
