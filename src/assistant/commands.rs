//! Commands about Herald itself, and what buttons do that ask nothing: accounts, roles, and the rest by its intent.

use std::error::Error;

use jiff::ToSpan;
use rand::distributions::{Distribution, Uniform};

use crate::domain::{
    Act, Arg, ButtonStyle, Command, Identity, Intent, LinkCode, Phrase, Place, Platform, Profile, ProfileId, Role,
    Slots, UserId,
};
use crate::storage::{self, Change};

use super::schedules::Kind;
use super::{Assistant, Hearing, Outcome, dialogue};

/// How long a code that links accounts works.
const CODE_MINUTES: i64 = 10;
/// Characters that are told apart when they are read aloud.
const CODE_ALPHABET: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const CODE_LENGTH: usize = 8;

/// The intent that a command stands for in logs and statistics, and that answers it where it has no words of its own.
pub(super) fn intent(command: Command) -> Intent {
    match command {
        Command::Start => Intent::Greet,
        Command::Stop => Intent::OptOut,
        Command::Help | Command::Link | Command::Role | Command::Privacy => Intent::Help,
        Command::Preferences => Intent::OptIn,
        Command::MyData => Intent::ExportMyData,
        Command::ForgetMe => Intent::EraseMyData,
        Command::Digest => Intent::DigestManage,
        Command::Alert => Intent::AlertManage,
        Command::Import => Intent::DataUpload,
        Command::Human => Intent::HumanHandoff,
    }
}

impl Assistant {
    /// Carries out a command.
    pub(super) fn command(
        &self,
        command: Command,
        words: &str,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Box<dyn Error>> {
        match command {
            Command::Link => self.link(words, hearing),
            Command::Role => self.give_role(words, hearing),
            Command::Digest | Command::Alert if hearing.own_role >= Role::Marketer => {
                self.schedule_command(command, words, hearing)
            }
            Command::Start => self.start(words, hearing),
            Command::Privacy => Ok(self.privacy(hearing)),
            Command::Human => self.ask_for_human(words, hearing),
            Command::Stop
            | Command::Help
            | Command::Preferences
            | Command::MyData
            | Command::ForgetMe
            | Command::Digest
            | Command::Alert
            | Command::Import => {
                let step = dialogue::plain(intent(command), Slots::default());
                Ok(self.take(step, &hearing.conversation, hearing))
            }
        }
    }

    /// Does what a button stands for. It was offered to this person, or its role is looked at where it is done.
    pub(super) fn act(
        &self,
        act: &Act,
        written: Option<&str>,
        hearing: &Hearing<'_>,
    ) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        match act {
            Act::Repeat { turn } => Ok(match self.store.turn_of(turn)? {
                // The offers go along, so that its buttons work again.
                Some(turn) => Outcome { reply: turn.reply, offers: turn.offers, ..Outcome::default() },
                None => self.phrase_outcome(&Phrase::new("assistant.button_expired"), language),
            }),
            Act::Link { code } => self.linked(code, hearing),
            Act::Import { upload, step } => self.import_step(upload, *step, written, hearing),
            Act::Prefs(wish) => Ok(self.wish(*wish, hearing)),
            Act::BeCustomer { code } => self.be_customer(code, hearing),
            Act::ForgetMe => self.forget(hearing),
            Act::HandoffReply { handoff } => self.desk_answers(handoff, written, hearing),
            Act::HandoffClose { handoff } => self.close_handoff(handoff, hearing),
            Act::Digest { id, action } => self.schedule_act(Kind::Digest, id, *action, written, hearing),
            Act::Alert { id, action } => self.schedule_act(Kind::Alert, id, *action, written, hearing),
            Act::Nothing => Ok(replacing(self.phrase_outcome(&Phrase::new("assistant.left"), language))),
        }
    }

    /// `/link` gives a code; `/link CODE` on another account asks whether the two are one person.
    fn link(&self, words: &str, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        if hearing.is_shared() {
            return Ok(self.phrase_outcome(&Phrase::new("assistant.link_in_private"), language));
        }
        if words.is_empty() {
            let code = new_code();
            let expires = hearing.now.timestamp().checked_add(CODE_MINUTES.minutes())?;
            let code = LinkCode { code, profile: hearing.profile.id.clone(), expires };
            let phrase = Phrase::new("assistant.link_code")
                .with("code", code.code.as_str())
                .with("minutes", Arg::Count(CODE_MINUTES));
            let mut outcome = self.phrase_outcome(&phrase, language);
            // One code at a time, and none that nobody took.
            for old in storage::all::<LinkCode>(&*self.store)? {
                if old.profile == code.profile || old.expires < hearing.now.timestamp() {
                    outcome.changes.push(Change::remove::<LinkCode>(&old.code));
                }
            }
            outcome.changes.push(Change::keep(&code)?);
            return Ok(outcome);
        }
        if let Some(customer) = words.strip_prefix("customer ") {
            return self.customer_code(customer.trim(), hearing);
        }
        if let Some(outcome) = self.claim(words, hearing)? {
            return Ok(outcome);
        }
        let Some((code, person)) = self.code(words, hearing)? else {
            return Ok(self.phrase_outcome(&Phrase::new("assistant.link_unknown"), language));
        };
        let phrase =
            Phrase::new("assistant.link_confirm").with("name", named(&person)).with("role", role_phrase(person.role));
        let mut outcome = self.phrase_outcome(&phrase, language);
        let yes = Phrase::new("assistant.yes_link");
        let act = Act::Link { code: code.code };
        self.offer_act(&mut outcome, &yes, ButtonStyle::Primary, Intent::Help, act, language);
        let no = Phrase::new("assistant.no_leave");
        self.offer_act(&mut outcome, &no, ButtonStyle::Plain, Intent::Help, Act::Nothing, language);
        Ok(outcome)
    }

    /// A code that works, with the person it links to.
    fn code(&self, words: &str, hearing: &Hearing<'_>) -> Result<Option<(LinkCode, Profile)>, Box<dyn Error>> {
        let wanted: String = words.chars().filter(char::is_ascii_alphanumeric).collect();
        let code: Option<LinkCode> = storage::find(&*self.store, &wanted.to_ascii_uppercase())?;
        let Some(code) = code.filter(|code| code.expires >= hearing.now.timestamp()) else { return Ok(None) };
        if code.profile == hearing.profile.id {
            return Ok(None);
        }
        Ok(self.store.profile(&code.profile)?.map(|person| (code, person)))
    }

    /// Makes the writer's account one of the person who was given the code.
    fn linked(&self, code: &str, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        let Some((code, person)) = self.code(code, hearing)? else {
            return Ok(self.phrase_outcome(&Phrase::new("assistant.link_unknown"), language));
        };
        let phrase =
            Phrase::new("assistant.linked").with("name", named(&person)).with("role", role_phrase(person.role));
        let mut outcome = replacing(self.phrase_outcome(&phrase, language));
        let own = &hearing.profile;
        // What the account was known by goes on with the person.
        let merged = Profile {
            customer: person.customer.clone().or_else(|| own.customer.clone()),
            language: person.language.or(own.language),
            role_given: true,
            ..person.clone()
        };
        let identity = Identity { account: hearing.message.from.clone(), profile: person.id.clone() };
        outcome.changes.push(Change::keep(&identity)?);
        outcome.changes.push(Change::Profile(merged));
        outcome.changes.push(Change::remove::<LinkCode>(&code.code));
        if own.id == hearing.message.from.profile() {
            outcome.changes.push(Change::NoProfile(own.id.clone()));
        }
        Ok(outcome)
    }

    /// `/role WHO ROLE`: a person by account, or `here` for the place.
    fn give_role(&self, words: &str, hearing: &Hearing<'_>) -> Result<Outcome, Box<dyn Error>> {
        let language = hearing.language;
        let say = |phrase: Phrase| Ok(self.phrase_outcome(&phrase, language));
        if hearing.own_role < Role::Owner {
            return say(Phrase::new("assistant.role_forbidden").with("role", role_phrase(hearing.own_role)));
        }
        let mut parts = words.split_whitespace();
        let (who, role) = (parts.next(), parts.next().and_then(|role| role.to_lowercase().parse::<Role>().ok()));
        let (Some(who), Some(role)) = (who, role) else { return say(Phrase::new("assistant.role_usage")) };
        if who.eq_ignore_ascii_case("here") {
            let Place::Shared { id, .. } = &hearing.message.place else {
                return say(Phrase::new("assistant.role_nowhere"));
            };
            self.set_viewers(id, role)?;
            return say(Phrase::new("assistant.role_of_place").with("role", role_phrase(role)));
        }
        let Some(id) = self.person(who, hearing.message.from.platform)? else {
            return say(Phrase::new("assistant.role_nobody").with("who", who));
        };
        if id == hearing.profile.id && role < Role::Owner {
            return say(Phrase::new("assistant.role_own"));
        }
        let person = self.store.profile(&id)?.unwrap_or_else(|| Profile::new(id, role));
        let person = Profile { role, role_given: true, ..person };
        let phrase = Phrase::new("assistant.role_given").with("name", named(&person)).with("role", role_phrase(role));
        let mut outcome = self.phrase_outcome(&phrase, language);
        outcome.changes.push(Change::Profile(person));
        Ok(outcome)
    }

    /// The person that an account names: `<@123>`, `123`, `@name` of somebody who wrote before, or `platform:123`.
    fn person(&self, who: &str, platform: Platform) -> Result<Option<ProfileId>, Box<dyn Error>> {
        let bare = who.trim_start_matches("<@").trim_start_matches('!').trim_end_matches('>');
        let account = match bare.split_once(':') {
            Some((name, id)) => [Platform::Discord, Platform::Telegram, Platform::Console]
                .into_iter()
                .find(|platform| platform.name() == name)
                .map(|platform| UserId { platform, id: id.to_owned() }),
            None => Some(UserId { platform, id: bare.to_owned() }),
        };
        if let Some(account) = account.filter(|account| account.id.bytes().all(|byte| byte.is_ascii_digit())) {
            let identity: Option<Identity> = storage::find(&*self.store, &account.profile().0)?;
            return Ok(Some(identity.map_or_else(|| account.profile(), |identity| identity.profile)));
        }
        let wanted = bare.trim_start_matches('@');
        let mut found = Vec::new();
        for id in self.store.profile_ids()? {
            let name = self.store.profile(&id)?.and_then(|profile| profile.name);
            if name.is_some_and(|name| name.trim_start_matches('@').eq_ignore_ascii_case(wanted)) {
                found.push(id);
            }
        }
        // A name that several people have names nobody.
        Ok(found.pop().filter(|_| found.is_empty()))
    }
}

/// The outcome of a button that is done with: it takes the place of the question.
pub(super) fn replacing(mut outcome: Outcome) -> Outcome {
    outcome.reply.replaces = true;
    outcome
}

fn named(person: &Profile) -> String {
    person.name.clone().unwrap_or_else(|| person.id.0.clone())
}

pub(super) fn role_phrase(role: Role) -> Phrase {
    match role {
        Role::Customer => Phrase::new("common.role.customer"),
        Role::Marketer => Phrase::new("common.role.marketer"),
        Role::Analyst => Phrase::new("common.role.analyst"),
        Role::Owner => Phrase::new("common.role.owner"),
    }
}

/// A code from the system's randomness: 31^8 of them, and each works for minutes.
pub(super) fn new_code() -> String {
    let places = Uniform::from(0..CODE_ALPHABET.len());
    let mut random = rand::rngs::OsRng;
    (0..CODE_LENGTH).map(|_| char::from(CODE_ALPHABET[places.sample(&mut random)])).collect()
}
