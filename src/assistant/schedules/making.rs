//! Makes a digest of words, or changes one.

use std::error::Error;

use crate::domain::{Arg, ButtonStyle, Digest, Errand, Intent, Offer, Phrase, Recurrence, SlotKind, Slots, Standing};
use crate::nlu::schedule::{DigestWords, digest};
use crate::storage::StoreError;

use super::super::{Assistant, Hearing, Outcome};
use super::item::{Item, Kind};
use super::target::Target;

/// More digests, or alerts, of one person are a mistake.
pub(super) const MOST: usize = 50;
/// More questions make no digest that is read.
const MOST_QUESTIONS: usize = 8;

impl Assistant {
    /// Makes a digest, or gives an old one what the words say anew.
    pub(super) fn make_digest(
        &self,
        text: &str,
        hearing: &Hearing<'_>,
        old: Option<Digest>,
    ) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        let words = digest(text, &hearing.now);
        let Some(recurrence) = words.when.clone().or_else(|| old.as_ref().map(|old| old.errand.recurrence.clone()))
        else {
            let phrase = Phrase::new("schedule.want_when");
            return Ok(self.wanting(Intent::DigestCreate, SlotKind::Schedule, text, &phrase, hearing));
        };
        if words.is_empty() && old.is_none() {
            let phrase = Phrase::new("schedule.want_content");
            return Ok(self.wanting(Intent::DigestCreate, SlotKind::Content, &words.frame, &phrase, hearing));
        }
        let target = match (&words.to, &old) {
            (None, Some(old)) => Ok(Target::of(&old.errand)),
            (to, _) => self.target(to.as_ref(), hearing)?,
        };
        let target = match target {
            Ok(target) => target,
            Err(phrase) => return Ok(self.phrase_outcome(&phrase, language)),
        };
        let (questions, unusual) = match &old {
            Some(old) if words.is_empty() => (old.questions.clone(), old.unusual),
            _ => (words.questions.clone(), words.unusual),
        };
        if questions.len() > MOST_QUESTIONS {
            return Ok(self.phrase_outcome(&Phrase::new("schedule.too_much").count("most", MOST_QUESTIONS), language));
        }
        let role = self.role_at(&target.place, hearing)?;
        let sorted = self.sorted(&questions, &target.place, role, hearing)?;
        if !sorted.forbidden.is_empty() {
            let phrase = Phrase::new("schedule.not_for_there").with("questions", quoted(&sorted.forbidden));
            return Ok(self.phrase_outcome(&phrase, language));
        }
        if !sorted.unclear.is_empty() {
            return Ok(self.ask_again(&words, &sorted.good, &sorted.unclear, hearing));
        }
        let said = if old.is_some() {
            said_anew(&words, old.as_ref(), &sorted.good, unusual, hearing)
        } else {
            text.to_owned()
        };
        let digest = Digest {
            errand: self.errand(Kind::Digest, said, recurrence, target, hearing, old.map(|old| old.errand))?,
            questions: sorted.good,
            unusual,
        };
        self.settle(Item::Digest(digest), hearing)
    }

    /// Keeps what was made or changed, and says what it is.
    pub(super) fn settle(&self, item: Item, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        if item.errand().next_due.is_none() {
            return Ok(self.phrase_outcome(&Phrase::new("schedule.never"), language));
        }
        let mut items = self.visible(item.kind(), hearing)?;
        let is_new = items.iter().all(|other| other.errand().id != item.errand().id);
        if is_new && items.iter().filter(|other| other.errand().owner == item.errand().owner).count() >= MOST {
            return Ok(self.phrase_outcome(&Phrase::new("schedule.too_many").count("most", MOST), language));
        }
        if is_new {
            items.push(item.clone());
        }
        let number = items.iter().position(|other| other.errand().id == item.errand().id).map_or(1, |at| at + 1);
        let key = if is_new { "schedule.made" } else { "schedule.changed" };
        let mut outcome = self.described(Phrase::new(key), number, &item, hearing);
        outcome.changes.push(item.keep()?);
        Ok(outcome)
    }

    /// What digests and alerts have in common: the old one's, where there is one.
    pub(super) fn errand(
        &self,
        kind: Kind,
        said: String,
        recurrence: Recurrence,
        target: Target,
        hearing: &Hearing<'_>,
        old: Option<Errand>,
    ) -> Result<Errand, StoreError> {
        let now = hearing.now.timestamp();
        let id = match &old {
            Some(old) => old.id.clone(),
            None => self.new_id(kind)?,
        };
        let created = old.as_ref().map_or(now, |old| old.created);
        let Target { destination, conversation, place, account } = target;
        Ok(Errand {
            id,
            owner: old.map_or_else(|| hearing.profile.id.clone(), |old| old.owner),
            creator: account,
            language: hearing.language,
            destination,
            conversation,
            place,
            said,
            next_due: recurrence.next_after(now),
            recurrence,
            standing: Standing::Active,
            lease: None,
            last: None,
            created,
            is_configured: false,
        })
    }

    /// Says which questions are not understood; what is understood can be had without them.
    fn ask_again(&self, words: &DigestWords, good: &[String], unclear: &[String], hearing: &Hearing<'_>) -> Outcome {
        let phrase = Phrase::new("schedule.unclear").with("questions", quoted(unclear));
        let mut outcome = self.wanting(Intent::DigestCreate, SlotKind::Content, &words.frame, &phrase, hearing);
        if !good.is_empty() || words.unusual {
            let mut slots = Slots::default();
            let said = format!("{}: {}", words.frame, content(good, words.unusual, hearing));
            slots.words.insert(super::carried(Intent::DigestCreate), said);
            let label = self.words(&Phrase::new("schedule.without_button"), hearing.language);
            let button =
                crate::domain::Button { style: ButtonStyle::Primary, ..crate::domain::Button::new(label.clone()) };
            outcome.reply.buttons.push(button);
            outcome.offers.push(Offer { sends: label, intent: Intent::DigestCreate, slots, act: None });
        }
        outcome
    }
}

/// Words of people as a list, each in its quotation marks.
pub(super) fn quoted(questions: &[String]) -> Arg {
    let quote = |text: &String| Arg::from(Phrase::new("schedule.quoted").with("text", text.as_str()));
    Arg::List(questions.iter().map(quote).collect())
}

/// What a digest says, as it could have been written.
fn content(questions: &[String], unusual: bool, hearing: &Hearing<'_>) -> String {
    let mut parts = questions.to_vec();
    if unusual {
        parts.push(match hearing.language {
            crate::domain::Language::English => "anomalies".to_owned(),
            crate::domain::Language::Chinese => "异常".to_owned(),
        });
    }
    parts.join("; ")
}

/// The words that would make what a change made.
fn said_anew(
    words: &DigestWords,
    old: Option<&Digest>,
    questions: &[String],
    unusual: bool,
    hearing: &Hearing<'_>,
) -> String {
    let frame = match old {
        Some(old) if words.when.is_none() => digest(&old.errand.said, &hearing.now).frame,
        _ => words.frame.clone(),
    };
    format!("{frame}: {}", content(questions, unusual, hearing))
}
