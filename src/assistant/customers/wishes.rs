//! What people want to be sent and in which language, and why they were sent something.

use crate::domain::{Act, Arg, ButtonStyle, Intent, Language, Phrase, Profile, Topic, Wish};
use crate::storage::Change;

use super::super::commands::replacing;
use super::super::{Assistant, Hearing, Outcome};
use super::Failed;

impl Assistant {
    /// No more messages that were not asked for.
    pub(in crate::assistant) fn stop(&self, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let profile = Profile { muted: Topic::ALL.to_vec(), ..hearing.own_profile() };
        let mut outcome = self.phrase_outcome(&Phrase::new("customers.stopped"), language);
        let label = Phrase::new("customers.prefs_button");
        self.offer(&mut outcome, &label, Intent::OptIn, Default::default(), language);
        outcome.changes.push(Change::Profile(profile));
        Ok(outcome)
    }

    /// What is sent and in which language, each with a button that changes it.
    pub(in crate::assistant) fn preferences(&self, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        Ok(self.wishes_of(&hearing.own_profile(), hearing.language))
    }

    fn wishes_of(&self, profile: &Profile, language: Language) -> Outcome {
        let mut outcome = Outcome { is_personal: true, ..Outcome::default() };
        let mut say = |phrase: Phrase| outcome.reply.lines.push(self.words(&phrase, language));
        say(Phrase::new("customers.prefs"));
        for topic in Topic::ALL {
            let key = if profile.muted.contains(topic) { "customers.topic_off" } else { "customers.topic_on" };
            say(Phrase::new(key).with("topic", topic_phrase(*topic)));
        }
        say(Phrase::new("customers.language").with("language", language_phrase(profile.language)));
        for topic in Topic::ALL {
            let wanted = profile.muted.contains(topic);
            let key = if wanted { "customers.turn_on" } else { "customers.turn_off" };
            let label = Phrase::new(key).with("topic", topic_phrase(*topic));
            let act = Act::Prefs(Wish::Topic { topic: *topic, wanted });
            self.offer_act(&mut outcome, &label, ButtonStyle::Plain, Intent::OptIn, act, language);
        }
        for wanted in [Some(Language::English), Some(Language::Chinese), None] {
            if wanted != profile.language {
                let act = Act::Prefs(Wish::Language(wanted));
                let label = language_phrase(wanted);
                self.offer_act(&mut outcome, &label, ButtonStyle::Plain, Intent::OptIn, act, language);
            }
        }
        outcome
    }

    /// A changed wish; what holds now is shown in place of what held.
    pub(in crate::assistant) fn wish(&self, wish: Wish, hearing: &Hearing<'_>) -> Outcome {
        let mut profile = hearing.own_profile();
        let mut language = hearing.language;
        match wish {
            Wish::Topic { topic, wanted } => {
                profile.muted.retain(|muted| *muted != topic);
                if !wanted {
                    profile.muted.push(topic);
                }
            }
            Wish::Language(wanted) => {
                profile.language = wanted;
                language = wanted.unwrap_or(language);
            }
        }
        let mut outcome = replacing(self.wishes_of(&profile, language));
        outcome.changes.push(Change::Profile(profile));
        outcome
    }

    /// Why the last message came that was not asked for.
    pub(in crate::assistant) fn why_message(&self, hearing: &Hearing<'_>) -> Result<Outcome, Failed> {
        let language = hearing.language;
        let person = self.person_of(&hearing.profile)?;
        let mailings = self.warehouse.rows_of(&person)?.mailings;
        let phrase = match mailings.iter().max_by_key(|mailing| mailing.sent_at) {
            Some(last) => Phrase::new("customers.why_mailing")
                .with("campaign", last.campaign.as_str())
                .with("channel", last.channel.as_str())
                .with("date", Arg::Date(last.sent_at.date()))
                .with("customer", last.customer_id.as_str()),
            None => Phrase::new("customers.why_nothing"),
        };
        let mut outcome = self.phrase_outcome(&phrase, language);
        outcome.is_personal = true;
        let label = Phrase::new("customers.stop_button");
        self.offer(&mut outcome, &label, Intent::OptOut, Default::default(), language);
        Ok(outcome)
    }
}

fn topic_phrase(topic: Topic) -> Phrase {
    match topic {
        Topic::Offers => Phrase::new("customers.topic.offers"),
        Topic::Surveys => Phrase::new("customers.topic.surveys"),
    }
}

fn language_phrase(language: Option<Language>) -> Phrase {
    match language {
        Some(Language::English) => Phrase::new("customers.english"),
        Some(Language::Chinese) => Phrase::new("customers.chinese"),
        None => Phrase::new("customers.as_written"),
    }
}
