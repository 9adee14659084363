//! What a message asks for, given what was said before it: offers taken, corrections, follow-ups, doubts. Pure.

use crate::domain::{Conversation, Dimension, Format, Intent, Language, Offer, Resolved, Slots, Turn, Utterance};

/// One question to an engine, before it is permitted and completed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub(super) intent: Intent,
    pub(super) slots: Slots,
}

/// What to do about a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// Ask engines, in this order.
    Ask(Vec<Asked>),
    /// Say how the last answer came about.
    Explain,
    /// Show the last answer another way.
    Show(Format),
    /// Offer the likeliest readings.
    Doubt(Vec<Asked>),
    /// Ask which of several names is meant.
    WhichName { asked: Box<Asked>, dimension: Dimension, words: Resolved<Vec<String>> },
}

/// The offer of the last reply that this text takes: by its words or by its number.
pub(super) fn taken<'a>(text: &str, last: Option<&'a Turn>) -> Option<&'a Offer> {
    let offers = &last?.offers;
    let text = text.trim();
    let number = text.trim_start_matches(['[', '#']).trim_end_matches([']', '.', ')']);
    if let Ok(number) = number.parse::<usize>() {
        return number.checked_sub(1).and_then(|at| offers.get(at));
    }
    offers.iter().find(|offer| offer.sends.to_lowercase() == text.to_lowercase())
}

/// What to do about an understood message.
pub(super) fn next(utterance: &Utterance, conversation: &Conversation) -> Step {
    let intent = utterance.intent();
    let slots = &utterance.slots;
    let asked = |intent, slots| Asked { intent, slots };

    // A waiting question takes a short message that fills it, unless that message is clearly another question.
    if let Some(pending) = conversation.last().and_then(|turn| turn.pending.as_ref()) {
        let another =
            utterance.sure && intent != pending.intent && intent != Intent::OutOfScope && words(utterance) > 4;
        if !slots.is_empty() && !another {
            return one(asked(pending.intent, slots.clone().over(&pending.slots)));
        }
    }
    if let Some((question, _)) = conversation.last_answered() {
        let same = || one(asked(question.intent, replace(slots, &question.slots)));
        if utterance.correction && !slots.is_empty() {
            return same();
        }
        if utterance.follow_up && !intent.continues() {
            // "and what do they complain about?" changes the question and keeps what it is about.
            if utterance.sure
                && utterance.confidence().value() > 0.85
                && words(utterance) > 5
                && intent != question.intent
            {
                return one(asked(intent, about(slots, &question.slots)));
            }
            if !slots.is_empty() {
                return same();
            }
        }
    }
    if !utterance.sure {
        // Between a figure and a comparison of figures the slots decide: a comparison names what to compare with.
        let figure = matches!(intent, Intent::MetricReport | Intent::MetricCompare);
        if figure && !slots.metrics.is_empty() && slots.baseline.is_none() && slots.ambiguous.is_empty() {
            return one(asked(Intent::MetricReport, slots.clone()));
        }
        let readings: Vec<_> = utterance
            .ranking
            .iter()
            .filter(|ranked| ranked.intent != Intent::OutOfScope)
            .take(2)
            .map(|ranked| asked(ranked.intent, slots.clone()))
            .collect();
        return if intent == Intent::OutOfScope && utterance.confidence().value() >= 0.5 {
            one(asked(intent, slots.clone()))
        } else {
            Step::Doubt(readings)
        };
    }
    match intent {
        Intent::ExplainAnswer => Step::Explain,
        Intent::ShowAs => Step::Show(slots.format.unwrap_or(Format::Table)),
        _ if utterance.parts.len() > 1 => {
            Step::Ask(utterance.parts.iter().map(|(intent, part)| asked(*intent, shared(part, slots))).collect())
        }
        _ => one(asked(intent, slots.clone())),
    }
}

fn one(asked: Asked) -> Step {
    if let Some((dimension, words)) = asked.slots.ambiguous.first().cloned() {
        return Step::WhichName { asked: Box::new(asked), dimension, words };
    }
    Step::Ask(vec![asked])
}

/// The slots of a follow-up: what it says replaces the same slot. A new period makes the old comparison stale, and a
/// product named anew ends an older category.
fn replace(new: &Slots, earlier: &Slots) -> Slots {
    let mut earlier = earlier.clone();
    if new.date_range.is_some() && new.baseline.is_none() {
        earlier.baseline = None;
    }
    if !new.names_of(Dimension::Product).is_empty() {
        earlier.names.remove(&Dimension::Category);
    }
    if !new.names_of(Dimension::Category).is_empty() {
        earlier.names.remove(&Dimension::Product);
    }
    // "and for the north?" after "by region" asks for the north, not for all regions again.
    earlier.by.retain(|dimension| new.names_of(*dimension).is_empty());
    new.clone().over(&earlier)
}

/// What a new question keeps of the one before it: the names and the period, not the figures asked for.
fn about(new: &Slots, earlier: &Slots) -> Slots {
    let kept = Slots { names: earlier.names.clone(), date_range: earlier.date_range.clone(), ..Slots::default() };
    replace(new, &kept)
}

/// The slots of one part of a message: what the whole message says about names and periods holds for each part.
fn shared(part: &Slots, whole: &Slots) -> Slots {
    about(part, whole)
}

/// How long a message is: words, or for Chinese pairs of characters.
fn words(utterance: &Utterance) -> usize {
    match utterance.language {
        Language::English => utterance.text.split_whitespace().count(),
        Language::Chinese => utterance.text.chars().count() / 2,
    }
}
