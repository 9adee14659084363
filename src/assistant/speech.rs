//! What the assistant itself says: doubts, names to choose from, explanations, the same answer another way.

use crate::domain::{
    Answer, Arg, Button, Conversation, Dimension, Format, Intent, Language, Offer, Phrase, Profile,
    Question, Reply, Resolved, Slots,
};
use crate::render;

use super::dialogue::Asked;
use super::{Assistant, Outcome, permission};

impl Assistant {
    /// One phrase as a reply. A phrase that cannot be rendered is a defect; its key still says what was meant.
    pub(super) fn say(&self, phrase: &Phrase, language: Language) -> Reply {
        Reply { lines: self.words(phrase, language).lines().map(str::to_owned).collect(), ..Reply::default() }
    }

    fn words(&self, phrase: &Phrase, language: Language) -> String {
        self.renderer.phrase(phrase, language).unwrap_or_else(|error| {
            tracing::error!(%error, key = %phrase.key, "a phrase cannot be rendered");
            phrase.key.clone().into_owned()
        })
    }

    pub(super) fn phrase_outcome(&self, phrase: &Phrase, language: Language) -> Outcome {
        Outcome { reply: self.say(phrase, language), ..Outcome::default() }
    }

    /// Something that people cannot mend in the chat: logged once here, and said plainly.
    pub(super) fn broken(&self, error: &dyn std::error::Error, language: Language) -> Reply {
        tracing::error!(%error, source = ?error.source().map(ToString::to_string), "a message could not be answered");
        self.say(&Phrase::new("assistant.broken").with("reason", Arg::Text(error.to_string())), language)
    }

    pub(super) fn render_context(&self, question: &Question) -> render::Context {
        render::Context { language: question.language, max_lines: self.settings.max_lines, today: question.today }
    }

    pub(super) fn offer(
        &self,
        outcome: &mut Outcome,
        label: &Phrase,
        intent: Intent,
        slots: Slots,
        language: Language,
    ) {
        let label = self.words(label, language);
        outcome.reply.buttons.push(Button { label: label.clone(), sends: label.clone() });
        outcome.offers.push(Offer { sends: label, intent, slots });
    }

    /// What every answer offers: how it came about, and its figures as a file.
    pub(super) fn add_standing_offers(
        &self,
        reply: &mut Reply,
        offers: &mut Vec<Offer>,
        answer: &Answer,
        language: Language,
    ) {
        let mut outcome = Outcome::default();
        self.offer(
            &mut outcome,
            &Phrase::new("assistant.how_button"),
            Intent::ExplainAnswer,
            Slots::default(),
            language,
        );
        if !answer.tables.is_empty() {
            let slots = Slots { format: Some(Format::Csv), ..Slots::default() };
            self.offer(&mut outcome, &Phrase::new("assistant.csv_button"), Intent::ShowAs, slots, language);
        }
        reply.buttons.extend(outcome.reply.buttons);
        offers.extend(outcome.offers);
    }

    /// Two guesses as buttons; none is run before it is chosen.
    pub(super) fn doubt(&self, readings: &[Asked], language: Language) -> Outcome {
        let mut outcome = self.phrase_outcome(&Phrase::new("assistant.not_sure"), language);
        for reading in readings {
            let label = Phrase::new("assistant.guess").with("intent", reading.intent);
            self.offer(&mut outcome, &label, reading.intent, reading.slots.clone(), language);
        }
        outcome
    }

    /// Words that fit several names: one button for each.
    pub(super) fn which_name(
        &self,
        asked: &Asked,
        dimension: Dimension,
        words: &Resolved<Vec<String>>,
        language: Language,
    ) -> Outcome {
        let phrase = Phrase::new("assistant.which_name")
            .with("dimension", dimension)
            .with("words", Arg::Text(words.text.clone()));
        let mut outcome = self.phrase_outcome(&phrase, language);
        for name in words.value.iter().take(5) {
            let mut slots = asked.slots.clone();
            slots.ambiguous.retain(|(other, _)| *other != dimension);
            slots.names.insert(dimension, vec![name.clone()]);
            let label = Phrase::new("assistant.name_button").with("name", Arg::Text(name.clone()));
            self.offer(&mut outcome, &label, asked.intent, slots, language);
        }
        outcome
    }

    /// How the last answer came about.
    pub(super) fn explain(&self, profile: &Profile, conversation: &Conversation, language: Language) -> Outcome {
        let Some((question, answer)) = last_visible(profile, conversation) else {
            return self.phrase_outcome(&Phrase::new("assistant.nothing_to_explain"), language);
        };
        match self.renderer.explain(answer, &self.render_context(question)) {
            Ok(reply) => Outcome { reply, ..Outcome::default() },
            Err(error) => Outcome { reply: self.broken(&error, language), ..Outcome::default() },
        }
    }

    /// The last answer in another form.
    pub(super) fn show(
        &self,
        format: Format,
        profile: &Profile,
        conversation: &Conversation,
        language: Language,
    ) -> Outcome {
        let Some((question, answer)) = last_visible(profile, conversation) else {
            return self.phrase_outcome(&Phrase::new("assistant.nothing_to_show"), language);
        };
        let shown = self.renderer.show(answer, format, &self.render_context(question));
        match shown {
            Ok(Some(reply)) => Outcome { reply, ..Outcome::default() },
            Ok(None) => self.phrase_outcome(&Phrase::new("assistant.cannot_show"), language),
            Err(error) => Outcome { reply: self.broken(&error, language), ..Outcome::default() },
        }
    }
}

/// The last answer that this person may see: in a shared conversation it may have been somebody else's.
fn last_visible<'a>(profile: &Profile, conversation: &'a Conversation) -> Option<&'a (Question, Answer)> {
    conversation.last_answered().filter(|(question, _)| {
        permission::permits(&Question { role: profile.role, customer: profile.customer.clone(), ..question.clone() })
    })
}
