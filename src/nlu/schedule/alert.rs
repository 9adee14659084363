//! An alert out of a message: the condition, the days of the figure, where to. Figures and names are slots.

use super::clean::clean;
use super::cuts::pattern;
use super::to::{self, To};
use crate::domain::{Condition, Metric, Span, Unit};
use crate::nlu::dates::{Amount, AmountKind, find_amounts};

/// What a message says of an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertWords {
    /// When to speak up.
    pub condition: Option<Condition>,
    /// Of which days.
    pub span: Span,
    /// Where it goes.
    pub to: Option<To>,
}

/// Reads a message that asks for an alert on a figure.
#[must_use]
pub fn alert(text: &str, metric: Option<Metric>) -> AlertWords {
    let text = clean(text);
    let to = to::read(&text);
    // The number of a channel is no threshold.
    let words = to.as_ref().map_or_else(|| text.clone(), |(_, cuts)| cuts.rest(&text));
    AlertWords { condition: condition(&words, metric), span: span(&words), to: to.map(|(to, _)| to) }
}

fn span(text: &str) -> Span {
    let weekly = pattern!(
        r"(?i)\b(?:weekly|per week|a week|each week|every week|in a week|week's|the week|week on week)\b|每周|每星期|一周|周(?:销售|订单|收入|营收|环比)"
    );
    if weekly.is_match(text) { Span::Week } else { Span::Day }
}

fn condition(text: &str, metric: Option<Metric>) -> Option<Condition> {
    let change = pattern!(
        r"(?i)(?:(falls?|fell|drops?|dropped|declines?|decreases?|dips?|plunges?|slumps?|goes down|go down|is down|down)|(rises?|rose|grows?|increases?|jumps?|climbs?|spikes?|goes up|go up|is up|up))(?: by)?(?: more than| at least| over)? (\d+(?:\.\d+)?) ?(?:%|percent)|(?:(下降|下跌|下滑|跌|减少|降低|跌幅|降幅)|(上升|上涨|增长|增加|涨|涨幅|增幅))(?:超过|达到|了|大于)?\s*(?:百分之)?(\d+(?:\.\d+)?)\s*%?"
    );
    for found in change.captures_iter(text) {
        let number = found.get(3).or_else(|| found.get(6));
        let is_share = found.get(3).is_some() || found[0].contains('%') || found[0].contains("百分之");
        let Some(share) =
            number.and_then(|number| number.as_str().parse::<f64>().ok()).filter(|share| *share > 0.0 && is_share)
        else {
            continue;
        };
        let falls = found.get(1).is_some() || found.get(4).is_some();
        return Some(if falls { Condition::FallsBy(share / 100.0) } else { Condition::RisesBy(share / 100.0) });
    }
    let amounts = find_amounts(text);
    let below = pattern!(
        r"(?i)\b(?:below|under|beneath|less than|fewer than|lower than|smaller than|(?:drops?|falls?|goes down|sinks?|dips?) to)\b|<|低于|少于|小于|跌破|不足|不到|降到|跌到"
    );
    let above = pattern!(
        r"(?i)\b(?:above|over|more than|greater than|higher than|exceeds?|exceeding|hits?|reach(?:es)?|pass(?:es)?|tops?|crosses|at)\b|>|高于|超过|大于|多于|突破|达到|涨到"
    );
    let behind = |at: usize| {
        let characters = text[..at].chars().count();
        amounts.iter().find(|amount| amount.start >= characters && amount.kind != AmountKind::Ordinal)
    };
    let first =
        |pattern: &regex::Regex| pattern.find_iter(text).find_map(|word| Some((word.start(), behind(word.end())?)));
    let value = |amount: &Amount| in_unit(amount, metric);
    match (first(below), first(above)) {
        (Some((low, amount)), Some((high, _))) if low <= high => Some(Condition::Below(value(amount))),
        (Some((_, amount)), None) => Some(Condition::Below(value(amount))),
        (_, Some((_, amount))) => Some(Condition::Above(value(amount))),
        (None, None) => behind_amount(text, &amounts, metric),
    }
}

/// 3000元以下 says it behind the amount.
fn behind_amount(text: &str, amounts: &[Amount], metric: Option<Metric>) -> Option<Condition> {
    for amount in amounts {
        let rest: String = text.chars().skip(amount.end).take(4).collect();
        let rest = rest.trim_start_matches(['元', '块', '单', '个', '件', ' ']);
        if rest.starts_with("以下") || rest.starts_with("or less") {
            return Some(Condition::Below(in_unit(amount, metric)));
        }
        if rest.starts_with("以上") || rest.starts_with("or mo") {
            return Some(Condition::Above(in_unit(amount, metric)));
        }
    }
    None
}

/// A percentage as a share where the figure is one; everything else as it is written.
fn in_unit(amount: &Amount, metric: Option<Metric>) -> f64 {
    let is_share = amount.kind == AmountKind::Percentage && metric.is_none_or(|metric| metric.unit() != Unit::Number);
    if is_share { amount.value / 100.0 } else { amount.value }
}
