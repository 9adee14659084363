//! A person of the team takes over: the desk is told, words go there and back, until either side closes it. Without a
//! desk, who asks is told so.

use std::error::Error;

use crate::domain::{
    Act, ButtonStyle, ConversationId, Delivery, Destination, Form, Handoff, Intent, Language, MessageId, Offer,
    OpenHandoff, Pending, Phrase, PlaceId, ProfileId, Reply, Role, SlotKind, Slots, Turn, Utterance,
};
use crate::storage::{self, Change, StoreError};

use super::commands::{new_code, replacing};
use super::{Assistant, Hearing, Outcome};

type Failed = Box<dyn Error>;

/// The desk is shown so many turns from before.
const TURNS_SHOWN: usize = 3;
/// Words are passed on in pieces of this many characters, each of which is made harmless.
const PIECE: usize = 250;
/// A closed handoff is forgotten after so many hours.
const KEPT_HOURS: i64 = 30 * 24;
/// Deliveries of one message beyond its own answer are counted from here.
const ASIDE: usize = 10;

impl Assistant {
    /// Somebody asks for a person.
    pub(super) fn ask_for_human(&self, topic: &str, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let Some(desk) = &self.settings.desk else {
            return Ok(self.phrase_outcome(&Phrase::new("assistant.handoff"), language));
        };
        if let Some(open) = self.open_handoff(hearing)? {
            let mut outcome = self.phrase_outcome(&Phrase::new("handoff.open_already"), language);
            self.offer_close(&mut outcome, &open.id, language);
            return Ok(outcome);
        }
        let handoff = Handoff {
            id: new_code(),
            person: hearing.profile.id.clone(),
            name: hearing.profile.name.clone(),
            conversation: hearing.message.conversation.clone(),
            to: Destination::Person(hearing.message.from.clone()),
            language,
            topic: topic.to_owned(),
            opened: hearing.now.timestamp(),
            closed: None,
        };
        let key = if hearing.is_shared() { "handoff.called_in_private" } else { "handoff.called" };
        let mut outcome = self.phrase_outcome(&Phrase::new(key), language);
        self.offer_close(&mut outcome, &handoff.id, language);
        let asked = self.asking(&handoff, hearing);
        self.tell_desk(&mut outcome, desk, &handoff, asked, hearing)?;
        outcome.changes.push(Change::keep(&handoff)?);
        let open = OpenHandoff { person: handoff.person.clone(), handoff: handoff.id.clone() };
        outcome.changes.push(Change::keep(&open)?);
        Ok(outcome)
    }

    /// What the desk is told first: who, what, and what was said before.
    fn asking(&self, handoff: &Handoff, hearing: &Hearing<'_>) -> Reply {
        let say = |phrase: Phrase| self.words(&phrase, Language::English);
        let who = Phrase::new("handoff.asks").with("name", called(handoff));
        let who = who.with("platform", hearing.message.from.platform.name());
        let mut lines = vec![say(who)];
        if let Some(customer) = &hearing.profile.customer {
            lines.push(say(Phrase::new("handoff.customer").with("customer", customer.as_str())));
        }
        if !handoff.topic.is_empty() {
            lines.extend(self.passed_on("handoff.said", &handoff.topic));
        }
        let turns = &hearing.conversation.turns;
        let theirs = turns.iter().filter(|turn| turn.from.as_ref() == Some(&handoff.person));
        let theirs: Vec<&Turn> = theirs.filter(|turn| !turn.utterance.text.is_empty()).collect();
        for turn in &theirs[theirs.len().saturating_sub(TURNS_SHOWN)..] {
            let answer = turn.reply.lines.first().map_or("", String::as_str).replace("**", "");
            let phrase = Phrase::new("handoff.before").with("question", turn.utterance.text.as_str());
            lines.push(say(phrase.with("answer", answer)));
        }
        Reply { lines, ..Reply::default() }
    }

    /// The handoff that is open in this conversation.
    pub(super) fn open_handoff(&self, hearing: &Hearing<'_>) -> Result<Option<Handoff>, Failed> {
        if self.settings.desk.is_none() {
            return Ok(None);
        }
        Ok(self.handoff_of(&hearing.profile.id)?)
    }

    /// The handoff of a person that is open.
    pub(super) fn handoff_of(&self, person: &ProfileId) -> Result<Option<Handoff>, StoreError> {
        let Some(open) = storage::find::<OpenHandoff>(&*self.store, &person.0)? else { return Ok(None) };
        Ok(storage::find::<Handoff>(&*self.store, &open.handoff)?.filter(|handoff| handoff.closed.is_none()))
    }

    /// Words while a handoff is open: they go to the desk, or close it.
    pub(super) fn to_desk(&self, text: &str, hearing: &Hearing<'_>) -> Result<Option<Outcome>, Failed> {
        let Some(desk) = &self.settings.desk else { return Ok(None) };
        let open = self.open_handoff(hearing)?;
        let Some(handoff) = open.filter(|handoff| handoff.conversation == hearing.message.conversation) else {
            return Ok(None);
        };
        let language = hearing.language;
        let closes = self.words(&Phrase::new("handoff.close_words"), language);
        let said = text.trim().trim_start_matches('/').to_lowercase();
        if said.is_empty() {
            return Ok(None);
        }
        if closes.split(',').any(|word| word.trim() == said) {
            return self.close(handoff, hearing).map(Some);
        }
        // Numbers and words of Herald's own buttons still take them.
        if super::dialogue::taken(text, hearing.conversation.last()).is_some() {
            return Ok(None);
        }
        let mut outcome = self.phrase_outcome(&Phrase::new("handoff.passed_on"), language);
        self.offer_close(&mut outcome, &handoff.id, language);
        let say = |phrase: Phrase| self.words(&phrase, Language::English);
        let mut lines = vec![say(Phrase::new("handoff.writes").with("name", called(&handoff)))];
        lines.extend(self.passed_on("handoff.quote", text));
        self.tell_desk(&mut outcome, desk, &handoff, Reply { lines, ..Reply::default() }, hearing)?;
        Ok(Some(outcome))
    }

    /// The team's answer, which travels back to whoever asked.
    pub(super) fn desk_answers(
        &self,
        id: &str,
        written: Option<&str>,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let say = |key| Ok(self.phrase_outcome(&Phrase::new(key), language));
        if hearing.own_role < Role::Marketer {
            return say("assistant.forbidden");
        }
        let handoff = match storage::find::<Handoff>(&*self.store, id)? {
            None => return say("assistant.button_expired"),
            Some(handoff) if handoff.closed.is_some() => return say("handoff.closed_already"),
            Some(handoff) => handoff,
        };
        let Some(written) = written.map(str::trim).filter(|written| !written.is_empty()) else {
            let mut outcome = self.phrase_outcome(&Phrase::new("handoff.write_answer"), language);
            let words = [(SlotKind::Content, handoff.id)].into();
            let slots = Slots { words, ..Slots::default() };
            outcome.pending = Some(Pending { intent: Intent::HumanHandoff, slots, missing: SlotKind::Content });
            return Ok(outcome);
        };
        let mut lines = vec![self.words(&Phrase::new("handoff.from_team"), handoff.language)];
        lines.extend(self.passed_on("handoff.quote", written));
        let mut outcome = self.phrase_outcome(&Phrase::new("handoff.sent").with("name", called(&handoff)), language);
        self.tell_person(&mut outcome, &handoff, Reply { lines, ..Reply::default() }, hearing)?;
        Ok(outcome)
    }

    /// The message after "write your answer".
    pub(super) fn asked_for_answer(&self, text: &str, hearing: &Hearing<'_>) -> Result<Option<Outcome>, Failed> {
        let last = hearing.conversation.last().filter(|turn| turn.from.as_ref() == Some(&hearing.profile.id));
        let pending = last.and_then(|turn| turn.pending.as_ref());
        let pending = pending.filter(|pending| pending.intent == Intent::HumanHandoff);
        match pending.and_then(|pending| pending.slots.words.get(&SlotKind::Content)) {
            Some(id) => self.desk_answers(id, Some(text), hearing).map(Some),
            None => Ok(None),
        }
    }

    /// The button that closes a handoff, pressed by either side.
    pub(super) fn close_handoff(&self, id: &str, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let say = |key| Ok(self.phrase_outcome(&Phrase::new(key), language));
        let Some(handoff) = storage::find::<Handoff>(&*self.store, id)? else { return say("assistant.button_expired") };
        if handoff.person != hearing.profile.id && hearing.own_role < Role::Marketer {
            return say("assistant.forbidden");
        }
        if handoff.closed.is_some() {
            return say("handoff.closed_already");
        }
        self.close(handoff, hearing)
    }

    fn close(&self, handoff: Handoff, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let is_own = handoff.person == hearing.profile.id;
        let name = called(&handoff);
        let handoff = Handoff { closed: Some(hearing.now.timestamp()), ..handoff };
        let mut outcome = if is_own {
            self.phrase_outcome(&Phrase::new("handoff.closed"), hearing.language)
        } else {
            self.phrase_outcome(&Phrase::new("handoff.closed_by_team").with("name", name.clone()), hearing.language)
        };
        if is_own {
            if let Some(desk) = &self.settings.desk {
                let phrase = Phrase::new("handoff.closed_by_person").with("name", name);
                let reply = self.say(&phrase, Language::English);
                self.aside(&mut outcome, &handoff, Destination::Place(desk.clone()), reply, Vec::new(), hearing)?;
            }
        } else {
            let reply = self.say(&Phrase::new("handoff.closed"), handoff.language);
            self.tell_person(&mut outcome, &handoff, reply, hearing)?;
        }
        outcome.changes.push(Change::keep(&handoff)?);
        outcome.changes.push(Change::remove::<OpenHandoff>(&handoff.person.0));
        Ok(replacing(outcome))
    }

    /// Forgets handoffs that were closed long ago. What cannot be removed is logged, and tried again at the next start.
    pub fn remove_old_handoffs(&self) {
        if let Err(error) = self.try_remove_old_handoffs() {
            tracing::error!(%error, "handoffs that are over cannot be removed");
        }
    }

    fn try_remove_old_handoffs(&self) -> Result<(), Failed> {
        let oldest = self.clock.now().timestamp().checked_sub(jiff::SignedDuration::from_hours(KEPT_HOURS))?;
        for handoff in storage::all::<Handoff>(&*self.store)? {
            if handoff.closed.is_some_and(|closed| closed < oldest) {
                self.store.apply(&[Change::remove::<Handoff>(&handoff.id)])?;
                self.store.forget(&ConversationId(format!("desk:{}", handoff.id)))?;
            }
        }
        Ok(())
    }

    fn offer_close(&self, outcome: &mut Outcome, handoff: &str, language: Language) {
        let act = Act::HandoffClose { handoff: handoff.to_owned() };
        let label = Phrase::new("handoff.close_button");
        self.offer_act(outcome, &label, ButtonStyle::Plain, Intent::HumanHandoff, act, language);
    }

    /// Words for the desk, with a button to answer and one to close.
    fn tell_desk(
        &self,
        outcome: &mut Outcome,
        desk: &PlaceId,
        handoff: &Handoff,
        reply: Reply,
        hearing: &Hearing<'_>,
    ) -> Result<(), Failed> {
        let mut told = Outcome { reply, ..Outcome::default() };
        let act = Act::HandoffReply { handoff: handoff.id.clone() };
        let label = Phrase::new("handoff.reply_button");
        self.offer_act(&mut told, &label, ButtonStyle::Primary, Intent::HumanHandoff, act, Language::English);
        if let Some(button) = told.reply.buttons.last_mut() {
            let title = self.words(&Phrase::new("handoff.form_title").with("name", called(handoff)), Language::English);
            button.form = Some(Form { title, value: String::new() });
        }
        self.offer_close(&mut told, &handoff.id, Language::English);
        self.aside(outcome, handoff, Destination::Place(desk.clone()), told.reply, told.offers, hearing)
    }

    fn tell_person(
        &self,
        outcome: &mut Outcome,
        handoff: &Handoff,
        reply: Reply,
        hearing: &Hearing<'_>,
    ) -> Result<(), Failed> {
        self.aside(outcome, handoff, handoff.to.clone(), reply, Vec::new(), hearing)
    }

    /// A delivery beside the answer, with a turn of its own so that its buttons work and it can be said again.
    fn aside(
        &self,
        outcome: &mut Outcome,
        handoff: &Handoff,
        to: Destination,
        reply: Reply,
        offers: Vec<Offer>,
        hearing: &Hearing<'_>,
    ) -> Result<(), Failed> {
        let id = MessageId(format!("aside:{}", new_code()));
        let (lane, language) = match &to {
            Destination::Place(place) => (ConversationId(place.to_string()), Language::English),
            Destination::Answer(_) | Destination::Person(_) => (handoff.conversation.clone(), handoff.language),
        };
        let number = ASIDE + outcome.also.len();
        // A customer whose words do not reach the desk hears of it; the handoff stays open.
        let otherwise = match (&to, handoff.person == hearing.profile.id) {
            (Destination::Place(_), true) => Some(hearing.message.reply_to.clone()),
            _ => None,
        };
        let delivery = self.delivery(hearing.message, number, to, reply.clone());
        outcome.also.push(Delivery { conversation: lane, turn: id.clone(), otherwise, ..delivery });
        // It goes with the person: what is exported and erased when they ask.
        let from: Option<ProfileId> = Some(handoff.person.clone());
        let turn = Turn {
            message: id,
            from,
            at: hearing.message.at,
            utterance: Utterance::given("", language, Intent::HumanHandoff, Slots::default()),
            answered: Vec::new(),
            pending: None,
            offers,
            reply,
        };
        outcome.changes.push(Change::Turn(ConversationId(format!("desk:{}", handoff.id)), Box::new(turn)));
        Ok(())
    }

    /// Somebody's words, line by line and piece by piece, so that none is cut and each is harmless.
    fn passed_on(&self, key: &'static str, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let letters: Vec<char> = line.trim().chars().collect();
            for piece in letters.chunks(PIECE) {
                let piece: String = piece.iter().collect();
                let key = if lines.is_empty() { key } else { "handoff.quote" };
                lines.push(self.words(&Phrase::new(key).with("text", piece), Language::English));
            }
        }
        lines
    }
}

/// What somebody is called at the desk.
fn called(handoff: &Handoff) -> String {
    handoff.name.clone().unwrap_or_else(|| handoff.person.0.clone())
}
