//! What a question about figures narrows itself to and nobody knows: "sales from tiktok". Such words are never dropped in
//! silence; the answer says that it is not narrowed to them.

use crate::domain::{Intent, SlotKind, Slots};

use super::Reading;
use super::names::{is_common, tokens};
use super::vocabulary::{free, vocabulary};

/// Words that lead to what a figure is narrowed to.
const LEADS: &[&str] = &["for", "of", "from", "in", "on", "at", "via", "through"];
/// Words between those and the name.
const ARTICLES: &[&str] = &["the", "our", "this", "that", "all"];
/// Words after which somebody is spoken of, not a part of the figures: "for my boss".
const PERSONAL: &[&str] = &["my", "a", "an", "me", "us", "you", "them", "him", "her", "it", "your", "their"];
/// Words that take a name away: "without the marketplace".
const AWAY: &[&str] = &["without", "excluding", "except", "minus"];
/// Words that end a name, besides those that are common anyway and lead to something else.
const ENDS: &[&str] =
    &["by", "per", "since", "last", "next", "vs", "versus", "against", "compared", "and", "or", "with", "is", "are"];
/// Money and counting, which narrow nothing.
const NO_NAMES: &[&str] = &["euro", "euros", "eur", "dollar", "dollars", "usd", "pounds", "gbp", "percent", "detail"];
const MOST_WORDS: usize = 4;

/// Reads them into the slot of brands, which figures say they are not narrowed to.
pub(super) fn read(reading: &Reading<'_>, slots: &mut Slots) {
    let figures = matches!(
        reading.intent,
        Intent::MetricReport
            | Intent::MetricCompare
            | Intent::MetricExplain
            | Intent::ForecastMetric
            | Intent::ForecastTarget
    );
    if !figures || slots.words.contains_key(&SlotKind::Brand) {
        return;
    }
    let tokens = tokens(&reading.w);
    let metrics = vocabulary().metrics.find(&reading.w, &[]);
    let dates: Vec<(usize, usize)> = reading.dates.iter().map(|date| (date.start, date.end)).collect();
    let amounts: Vec<(usize, usize)> = reading.amounts.iter().map(|amount| (amount.start, amount.end)).collect();
    let measured: Vec<(usize, usize)> = metrics.iter().map(|hit| (hit.start, hit.end)).collect();
    let is_free = |start: usize, end: usize| {
        [&reading.taken, &dates, &amounts, &measured].iter().all(|spans| free(start, end, spans))
    };
    for (at, (lead, ..)) in tokens.iter().enumerate() {
        if !LEADS.contains(&lead.as_str()) {
            continue;
        }
        let mut next = at + 1;
        while tokens.get(next).is_some_and(|token| ARTICLES.contains(&token.0.as_str())) {
            next += 1;
        }
        if tokens.get(next).is_some_and(|token| PERSONAL.contains(&token.0.as_str())) {
            continue;
        }
        let mut end = next;
        while let Some(token) = tokens.get(end).filter(|_| end - next < MOST_WORDS) {
            let apart = end > next && reading.w.slice(tokens[end - 1].2, token.1).contains(['.', ',', ';', '?', '!']);
            let word = token.0.as_str();
            let ends = ENDS.contains(&word) || LEADS.contains(&word);
            let named = vocabulary().dimensions.at(&reading.w, token.1).is_some();
            if apart || ends || named || !is_free(token.1, token.2) {
                break;
            }
            end += 1;
        }
        let name = &tokens[next.min(tokens.len())..end.min(tokens.len())];
        // A name that goes over into something known is a part of that.
        let named: Vec<(usize, usize)> = reading.names.iter().map(|name| (name.start, name.end)).collect();
        let goes_on = tokens.get(end).is_some_and(|token| {
            !name.is_empty() && !free(token.1, token.2, &named) && token.1 - tokens[end - 1].2 <= 1
        });
        let is_name = name.iter().any(|(word, ..)| {
            word.chars().count() >= 3
                && word.chars().all(char::is_alphabetic)
                && !is_common(word)
                && !NO_NAMES.contains(&word.as_str())
        });
        if is_name && !goes_on {
            let words = reading.original(name[0].1, name[name.len() - 1].2);
            slots.words.insert(SlotKind::Brand, words);
            return;
        }
    }
}

/// Where the words begin that take away what stands at a place, if any do.
pub(super) fn taken_away_from(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let whole = reading.before(at, 20);
    let before = whole.trim_end().trim_end_matches(" the");
    let word = AWAY.iter().find(|word| before.ends_with(**word))?;
    let lead = before.len() - word.len();
    Some(at - whole[lead..].chars().count())
}
