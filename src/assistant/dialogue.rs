//! What a message asks for, given what was said before it: offers taken, corrections, follow-ups, doubts. Pure.

use crate::domain::{
    Answer, Arg, Conversation, DateRange, Dimension, Format, Intent, Language, Offer, Question, Resolved, SlotKind,
    Slots, Turn, Utterance,
};
use crate::nlu::slots::{Back, points_back};

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
    /// A number was sent that no offer has.
    NoSuchOffer { offers: usize },
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

/// How many offers there are, where the text is a number that none of them has.
pub(super) fn no_such_offer(text: &str, last: Option<&Turn>) -> Option<usize> {
    let offers = last?.offers.len();
    let number = text.trim().trim_start_matches(['[', '#']).trim_end_matches([']', '.', ')']).parse::<usize>().ok()?;
    (offers > 0 && number < 100 && !(1..=offers).contains(&number)).then_some(offers)
}

/// From this confidence on, a message that looks like other business is taken for it.
const OTHER_BUSINESS: f64 = 0.5;

/// Whether a message is turned down as other business: out of scope, and likely so even where it is not sure.
fn is_other_business(utterance: &Utterance) -> bool {
    utterance.intent() == Intent::OutOfScope && (utterance.sure || utterance.confidence().value() >= OTHER_BUSINESS)
}

/// The readings that the last reply offered because it was not sure; none where it answered or asked for something else.
pub(super) fn doubted(last: Option<&Turn>) -> &[Offer] {
    match last {
        Some(turn)
            if turn.answered.is_empty()
                && turn.pending.is_none()
                && !turn.utterance.sure
                && !is_other_business(&turn.utterance) =>
        {
            &turn.offers
        }
        _ => &[],
    }
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
    // "and in the south?" after a doubt goes on with what was doubted, not with what was answered before.
    let doubted = doubted(conversation.last());
    let says_much = |slots: &Slots| !slots.metrics.is_empty() || !slots.names.is_empty();
    // A doubt that was itself a scrap of a follow-up is not gone on with: the answer before it is what people mean.
    let goes_on = conversation.last().is_some_and(|turn| !turn.utterance.follow_up)
        && doubted.iter().any(|offer| says_much(&offer.slots));
    if !doubted.is_empty()
        && (goes_on || conversation.last_answered().is_none())
        && (utterance.follow_up || utterance.correction)
        && !slots.is_empty()
    {
        return Step::Doubt(doubted.iter().map(|offer| asked(offer.intent, replace(slots, &offer.slots))).collect());
    }
    if let Some((question, answer)) = conversation.last_answered() {
        let same = || one(relative(slots, utterance, question, answer));
        if utterance.correction && !slots.is_empty() {
            return same();
        }
        let figures = |intent| matches!(intent, Intent::MetricReport | Intent::MetricCompare | Intent::MetricExplain);
        if utterance.follow_up
            && points_back(&utterance.text).is_some()
            && figures(question.intent)
            && (figures(intent) || !utterance.sure)
        {
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
        let readings: Vec<_> = utterance
            .ranking
            .iter()
            .filter(|ranked| ranked.intent != Intent::OutOfScope)
            .take(2)
            .map(|ranked| asked(ranked.intent, slots.clone()))
            .collect();
        return if is_other_business(utterance) { one(asked(intent, slots.clone())) } else { Step::Doubt(readings) };
    }
    if utterance.parts.len() > 1 && !intent.continues() {
        return Step::Ask(parts(&utterance.parts));
    }
    plain(intent, slots.clone())
}

/// What a question asks whose intent is certain.
pub(super) fn plain(intent: Intent, slots: Slots) -> Step {
    match intent {
        Intent::ExplainAnswer => Step::Explain,
        Intent::ShowAs => Step::Show(slots.format.unwrap_or(Format::Table)),
        _ => one(Asked { intent, slots }),
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

/// The parts of a message as questions: each keeps what the parts before it said about names and periods.
fn parts(parts: &[(Intent, Slots)]) -> Vec<Asked> {
    let mut said = Slots::default();
    let mut asked = Vec::new();
    for (intent, part) in parts {
        let slots = about(part, &said);
        said = slots.clone();
        asked.push(Asked { intent: *intent, slots });
    }
    asked
}

/// A follow-up as a question. "The week before" and "last year" are counted from the days that were answered, and what
/// sets them against something asks for a comparison.
fn relative(new: &Slots, utterance: &Utterance, question: &Question, answer: &Answer) -> Asked {
    let mut slots = replace(new, &question.slots);
    let figures = matches!(question.intent, Intent::MetricReport | Intent::MetricCompare | Intent::MetricExplain);
    let Some(range) = range_of(question, answer).filter(|_| figures) else {
        return Asked { intent: question.intent, slots };
    };
    let text = utterance.text.to_lowercase();
    let compared = ["vs", "versus", "against", "compare", "compared", "than"]
        .iter()
        .any(|word| text.split(|sign: char| !sign.is_alphanumeric()).any(|one| one == *word))
        || ["对比", "相比", "比较", "同比", "环比"].iter().any(|word| text.contains(word));
    // "Last year" beside a shorter period means that period a year before; a year that was answered has one of its own.
    let back = points_back(&utterance.text);
    let a_year_before = back == Some(Back::Year);
    if back.is_none() || (a_year_before && range.days() >= 365 && new.date_range.is_some()) {
        return Asked { intent: question.intent, slots };
    }
    let before = if a_year_before { range.year_before() } else { range.previous() };
    slots.words.remove(&SlotKind::Baseline);
    let words = utterance.text.trim().to_owned();
    let same_days = a_year_before && ["same", "同期", "同比"].iter().any(|word| text.contains(word));
    if compared || same_days {
        slots.date_range = Some(Resolved::new(format!("{} – {}", range.start(), range.last()), range));
        slots.baseline = Some(Resolved::new(words, before));
        Asked { intent: Intent::MetricCompare, slots }
    } else {
        slots.date_range = Some(Resolved::new(words, before));
        slots.baseline = None;
        Asked { intent: question.intent, slots }
    }
}

/// The days that were answered: those that were said, or those that the answer took.
fn range_of(question: &Question, answer: &Answer) -> Option<DateRange> {
    let said = question.slots.date_range.as_ref().map(|said| said.value);
    said.or_else(|| match answer.headline.args.get("range") {
        Some(Arg::Range(range)) => Some(*range),
        _ => None,
    })
}

/// How long a message is: words, or for Chinese pairs of characters.
fn words(utterance: &Utterance) -> usize {
    match utterance.language {
        Language::English => utterance.text.split_whitespace().count(),
        Language::Chinese => utterance.text.chars().count() / 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Confidence, Conversation, MessageId, Metric, Ranked, Reply};

    fn utterance(text: &str, intent: Intent, confidence: f64, slots: Slots) -> Utterance {
        Utterance {
            text: text.to_owned(),
            language: Language::English,
            intents: vec![intent],
            ranking: vec![Ranked { intent, confidence: Confidence::new(confidence).unwrap() }],
            sure: confidence > 0.7,
            slots,
            parts: Vec::new(),
            correction: false,
            follow_up: false,
        }
    }

    fn turn(utterance: Utterance, offers: Vec<Offer>) -> Turn {
        Turn {
            message: MessageId("1".to_owned()),
            from: None,
            at: jiff::Timestamp::UNIX_EPOCH,
            utterance,
            answered: Vec::new(),
            pending: None,
            offers,
            reply: Reply::default(),
        }
    }

    fn region(name: &str) -> Slots {
        Slots { names: [(Dimension::Region, vec![name.to_owned()])].into(), ..Slots::default() }
    }

    #[test]
    fn what_follows_a_doubt_changes_what_was_doubted() {
        let first = Slots { metrics: vec![Metric::Units], ..region("East") };
        let offer = |intent| Offer { sends: format!("{intent}"), intent, slots: first.clone(), act: None };
        let offers = vec![offer(Intent::MetricReport), offer(Intent::MetricExplain)];
        let doubt = turn(utterance("units, the east?", Intent::MetricReport, 0.4, first.clone()), offers.clone());
        let mut next_message = utterance("and in the south?", Intent::MetricReport, 0.3, region("South"));
        next_message.follow_up = true;
        let step = next(&next_message, &Conversation { turns: vec![doubt.clone()] });
        let Step::Doubt(readings) = step else { panic!("{step:?}") };
        assert_eq!(readings.len(), 2);
        for reading in readings {
            assert_eq!(reading.slots, Slots { metrics: vec![Metric::Units], ..region("South") });
        }
        // Other business that was turned down left nothing to go on with.
        let other = turn(utterance("will it rain", Intent::OutOfScope, 0.6, Slots::default()), offers);
        assert!(doubted(Some(&other)).is_empty());
        assert!(!doubted(Some(&doubt)).is_empty());
    }

    #[test]
    fn an_offer_is_taken_by_its_number_or_its_words() {
        let offer =
            Offer { sends: "By region".to_owned(), intent: Intent::MetricReport, slots: Slots::default(), act: None };
        let last = turn(utterance("revenue", Intent::MetricReport, 0.9, Slots::default()), vec![offer]);
        for text in ["1", "[1]", " 1. ", "by REGION"] {
            assert!(taken(text, Some(&last)).is_some(), "{text}");
        }
        for text in ["0", "2", "-1", "by regions", ""] {
            assert!(taken(text, Some(&last)).is_none(), "{text}");
        }
    }
}
