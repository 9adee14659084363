//! The figures of a message: how many, which level, target, budget, threshold, price and change.

use crate::domain::{Format, Intent, Level, Metric, SlotKind, Slots, Unit};
use crate::nlu::dates::{Amount, AmountKind, Kind};

use super::Reading;
use super::vocabulary::free;

const TOP: &[&str] = &[
    "top",
    "best",
    "first",
    "leading",
    "biggest",
    "largest",
    "highest",
    "strongest",
    "best selling",
    "top-",
    "top selling",
    "hottest",
    "most popular",
    "most valuable",
    "前",
    "top ",
    "头",
];
const BOTTOM: &[&str] = &[
    "worst",
    "bottom",
    "lowest",
    "weakest",
    "smallest",
    "least",
    "poorest",
    "slowest",
    "last",
    "后",
    "倒数",
    "最差的",
    "最低的",
];
const LEVELS: &[&str] = &[
    "interval",
    "confidence",
    "level",
    "band",
    "certain",
    "certainty",
    "range",
    "sure",
    "prediction",
    "probability",
    "区间",
    "置信",
    "把握",
    "水平",
];
const REACH: &[&str] = &[
    "reach", "hit", "get to", "exceed", "make", "pass", "beat", "achieve", "top", "cross", "over", "above", "at least",
    "land", "到", "达到", "超过", "完成", "突破", "实现", "达成", "过",
];
const UNDER: &[&str] = &[
    "under",
    "below",
    "less than",
    "cheaper than",
    "up to",
    "at most",
    "max",
    "maximum",
    "no more than",
    "not more than",
    "within",
    "beneath",
    "lower than",
    "<",
    "<=",
    "低于",
    "不超过",
    "少于",
    "小于",
    "便宜过",
    "跌破",
    "跌到",
    "不到",
    "至多",
    "最多",
];
const OVER: &[&str] = &[
    "over",
    "above",
    "more than",
    "exceeds",
    "exceed",
    "goes past",
    "higher than",
    "greater than",
    "at least",
    "passes",
    "hits",
    "reaches",
    ">",
    ">=",
    "高于",
    "超过",
    "大于",
    "多于",
    "超出",
    "突破",
    "达到",
];
const LESS: &[&str] = &[
    "cut",
    "cutting",
    "lower",
    "lowered",
    "lowering",
    "reduce",
    "reducing",
    "reduced",
    "decrease",
    "less",
    "drop",
    "minus",
    "fewer",
    "off",
    "slash",
    "trim",
    "discount",
    "down",
    "shrink",
    "take away",
    "降低",
    "降价",
    "减少",
    "下调",
    "削减",
    "砍",
    "降",
    "减",
    "便宜",
    "缩减",
    "少",
];

pub(super) fn read(reading: &mut Reading<'_>, slots: &mut Slots) {
    let dates: Vec<(usize, usize)> =
        reading.dates.iter().filter(|date| date.kind != Kind::Duration).map(|date| (date.start, date.end)).collect();
    let names: Vec<(usize, usize)> = reading.names.iter().map(|name| (name.start, name.end)).collect();
    let lengths: Vec<(usize, usize)> =
        reading.dates.iter().filter(|date| date.kind == Kind::Duration).map(|date| (date.start, date.end)).collect();
    let open: Vec<Amount> = reading
        .amounts
        .iter()
        .filter(|amount| {
            free(amount.start, amount.end, &dates)
                && free(amount.start, amount.end, &names)
                && free(amount.start, amount.end, &lengths)
        })
        .cloned()
        .collect();
    let mut used: Vec<(usize, usize)> = Vec::new();
    if reading.wants(SlotKind::TopN) {
        top_n(reading, &open, slots, &mut used);
    }
    if reading.wants(SlotKind::Level) {
        level(reading, &open, slots, &mut used);
    }
    let rest: Vec<&Amount> = open
        .iter()
        .filter(|amount| free(amount.start, amount.end, &used) && amount.kind != AmountKind::Ordinal)
        .collect();
    if reading.wants(SlotKind::Target) {
        slots.target = pick(reading, &rest, REACH).map(|amount| in_unit(amount, slots.metric()));
    }
    if reading.wants(SlotKind::Amount) {
        let money = rest.iter().find(|amount| amount.kind == AmountKind::Money);
        let most = rest
            .iter()
            .filter(|amount| amount.kind == AmountKind::Number && amount.value >= 10.0)
            .max_by(|a, b| a.value.total_cmp(&b.value));
        slots.amount = money.or(most).map(|amount| amount.value).filter(|value| *value > 0.0);
    }
    if reading.wants(SlotKind::Threshold) {
        slots.threshold = pick(reading, &rest, UNDER)
            .or_else(|| pick(reading, &rest, OVER))
            .map(|amount| in_unit(amount, slots.metric()));
    }
    if reading.wants(SlotKind::PriceLimit) {
        let money = rest.iter().find(|amount| amount.kind == AmountKind::Money).copied();
        slots.price_limit =
            near(reading, &rest, UNDER).or(money).map(|amount| amount.value).filter(|value| *value > 0.0);
    }
    if reading.wants(SlotKind::Change) {
        slots.change = change(reading, &rest);
    }
    reading.taken.extend(used);
    if slots.format.is_none() && reading.intent == Intent::ShowAs && slots.top_n.is_some() {
        slots.format = Some(Format::Table);
    }
}

/// A percentage as a share where the figure is one; everything else as it is written.
fn in_unit(amount: &Amount, metric: Option<Metric>) -> f64 {
    let share = amount.kind == AmountKind::Percentage && metric.is_none_or(|metric| metric.unit() != Unit::Number);
    if share { amount.value / 100.0 } else { amount.value }
}

/// Whether one of the words stands right before an amount, or, in Chinese, right behind it.
fn led_by(reading: &Reading<'_>, amount: &Amount, words: &[&str]) -> bool {
    let before = reading.before(amount.start, 22);
    let before = before.trim_end();
    let after = reading.after(amount.end, 6);
    words.iter().any(|word| {
        before
            .strip_suffix(word)
            .is_some_and(|rest| !word.is_ascii() || !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
            || [" the", " a", " about", " around", " to", " of", "了", " eur", " €"]
                .iter()
                .any(|gap| before.strip_suffix(gap).is_some_and(|b| b.trim_end().ends_with(word)))
    }) || words.contains(&"低于")
        && (after.trim_start().starts_with("以下")
            || after.trim_start().starts_with("以内")
            || after.trim_start().starts_with("or less")
            || after.contains("元以下")
            || after.contains("块以"))
        || words.contains(&"高于") && (after.trim_start().starts_with("以上") || after.contains("元以上"))
}

fn near<'a>(reading: &Reading<'_>, amounts: &[&'a Amount], words: &[&str]) -> Option<&'a Amount> {
    amounts.iter().find(|amount| led_by(reading, amount, words)).copied()
}

/// The amount that one of the words leads to, otherwise the only amount.
fn pick<'a>(reading: &Reading<'_>, amounts: &[&'a Amount], words: &[&str]) -> Option<&'a Amount> {
    near(reading, amounts, words).or_else(|| match amounts {
        [one] => Some(*one),
        _ => amounts
            .iter()
            .filter(|a| a.kind != AmountKind::Percentage)
            .max_by(|a, b| a.value.total_cmp(&b.value))
            .copied(),
    })
}

fn top_n(reading: &Reading<'_>, open: &[Amount], slots: &mut Slots, used: &mut Vec<(usize, usize)>) {
    let text = reading.w.slice(0, reading.w.len());
    slots.bottom = [
        "worst",
        "bottom",
        "lowest",
        "weakest",
        "least",
        "slowest sell",
        "slow sellers",
        "poorest",
        "最差",
        "倒数",
        "最低",
        "垫底",
        "滞销",
        "最少",
    ]
    .iter()
    .any(|word| text.contains(word));
    for amount in open.iter().filter(|amount| {
        amount.kind == AmountKind::Number && amount.value.fract() == 0.0 && (1.0..=1000.0).contains(&amount.value)
    }) {
        let behind = reading.after(amount.end, 24);
        let behind = behind.trim_start();
        let leads = led_by(reading, amount, TOP)
            || led_by(reading, amount, BOTTOM)
            || reading.before(amount.start, 3).ends_with("top");
        let follows = [
            "best",
            "worst",
            "top",
            "most",
            "least",
            "lowest",
            "highest",
            "biggest",
            "largest",
            "products",
            "items",
            "customers",
            "quotes",
            "examples",
            "reviews",
            "topics",
            "slowest",
            "of them",
            "names",
            "people",
            "accounts",
            "recommendations",
            "complaints",
            "posts",
            "comments",
            "negative",
            "positive",
            "critical",
            "bad",
            "good",
            "mentions",
            "ideas",
            "influencers",
            "audiences",
            "segments",
            "similar",
            "alternatives",
            "款",
            "个",
            "条",
            "名",
            "位",
            "种",
            "大",
            "件产品",
            "strongest",
        ]
        .iter()
        .any(|word| behind.starts_with(word));
        if leads || follows {
            slots.top_n = Some(amount.value as u32);
            used.push((amount.start, amount.end));
            return;
        }
    }
}

fn level(reading: &Reading<'_>, open: &[Amount], slots: &mut Slots, used: &mut Vec<(usize, usize)>) {
    for amount in
        open.iter().filter(|amount| amount.kind == AmountKind::Percentage || amount.kind == AmountKind::Number)
    {
        let around = format!("{} {}", reading.before(amount.start, 24), reading.after(amount.end, 24));
        let meant = LEVELS.iter().any(|word| around.contains(word));
        let with = ["with", "at", "@", "以", "按", "用"]
            .iter()
            .any(|word| reading.before(amount.start, 8).trim_end().ends_with(word))
            && amount.kind == AmountKind::Percentage;
        if (meant || with)
            && let Ok(level) = Level::new(amount.value)
        {
            slots.level = Some(level);
            used.push((amount.start, amount.end));
            return;
        }
    }
}

/// A change as a signed share: "cut by a fifth" is −0.2, "double" is 1.
fn change(reading: &Reading<'_>, amounts: &[&Amount]) -> Option<f64> {
    let text = reading.w.slice(0, reading.w.len());
    let down = LESS.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            !word.is_ascii()
                || (!text[..at].ends_with(|c: char| c.is_ascii_alphabetic())
                    && !text[at + word.len()..].starts_with(|c: char| c.is_ascii_alphabetic()))
        })
    });
    let sign = if down { -1.0 } else { 1.0 };
    for amount in amounts {
        let written = reading.w.slice(amount.start, amount.end);
        // 打八折 leaves eighty percent of the price.
        if written.ends_with('折') {
            return Some(amount.value / 100.0 - 1.0);
        }
        if amount.kind == AmountKind::Percentage {
            let share = amount.value / 100.0;
            return Some(if share < 0.0 { share } else { sign * share }).filter(|share| *share >= -1.0);
        }
    }
    if let Some(part) = amounts.iter().find(|a| a.kind == AmountKind::Number && a.value > 0.0 && a.value < 1.0) {
        return Some(sign * part.value);
    }
    for (word, value) in [
        ("double", 1.0),
        ("twice", 1.0),
        ("triple", 2.0),
        ("halve", -0.5),
        ("half", -0.5),
        ("翻倍", 1.0),
        ("翻一番", 1.0),
        ("减半", -0.5),
        ("stop", -1.0),
        ("switch off", -1.0),
        ("turn off", -1.0),
        ("停掉", -1.0),
        ("关掉", -1.0),
    ] {
        if text.contains(word) {
            return Some(value);
        }
    }
    None
}
