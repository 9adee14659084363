//! What the assistant itself says: greeting, help, doubts, names to choose from, explanations, another form.

use crate::domain::{
    Act, Answer, Arg, Button, ButtonStyle, Conversation, Dimension, Format, Intent, Language, Offer, Phrase, Profile,
    Question, Reply, Resolved, Slots,
};
use crate::render;

use super::dialogue::Asked;
use super::{Assistant, Hearing, Outcome, permission};

impl Assistant {
    /// The greeting that opens a conversation.
    #[must_use]
    pub fn greeting(&self, language: Language) -> Reply {
        let key = if self.is_demo() { "assistant.greeting_demo" } else { "assistant.greeting" };
        self.say(&Phrase::new(key).with("company", Arg::Text(self.renderer.company().to_owned())), language)
    }

    /// One phrase as a reply.
    pub(super) fn say(&self, phrase: &Phrase, language: Language) -> Reply {
        Reply { lines: self.words(phrase, language).lines().map(str::to_owned).collect(), ..Reply::default() }
    }

    /// A phrase in words. One that cannot be rendered is a defect; its key still says what was meant.
    pub(super) fn words(&self, phrase: &Phrase, language: Language) -> String {
        self.renderer.phrase(phrase, language).unwrap_or_else(|error| {
            tracing::error!(%error, key = %phrase.key, "a phrase cannot be rendered");
            phrase.key.clone().into_owned()
        })
    }

    pub(super) fn phrase_outcome(&self, phrase: &Phrase, language: Language) -> Outcome {
        Outcome { reply: self.say(phrase, language), ..Outcome::default() }
    }

    /// Something that people cannot mend in the chat: logged once, here, and said plainly.
    pub(super) fn broken(&self, error: &dyn std::error::Error, language: Language) -> Reply {
        let source = error.source().map(ToString::to_string);
        tracing::error!(%error, ?source, "a message could not be answered");
        self.say(&Phrase::new("assistant.broken").with("reason", Arg::Text(error.to_string())), language)
    }

    pub(super) fn render_context(&self, question: &Question) -> render::Context {
        render::Context { language: question.language, max_lines: self.settings.max_lines, today: question.today }
    }

    /// Adds a button, and what it asks.
    pub(super) fn offer(
        &self,
        outcome: &mut Outcome,
        label: &Phrase,
        intent: Intent,
        slots: Slots,
        language: Language,
    ) {
        let label = self.words(label, language);
        outcome.reply.buttons.push(Button::new(label.clone()));
        outcome.offers.push(Offer { sends: label, intent, slots, act: None });
    }

    /// Adds a button that does something; only whom it was offered to may press it.
    pub(super) fn offer_act(
        &self,
        outcome: &mut Outcome,
        label: &Phrase,
        style: ButtonStyle,
        intent: Intent,
        act: Act,
        language: Language,
    ) {
        let label = self.words(label, language);
        outcome.reply.buttons.push(Button { style, ..Button::new(label.clone()) });
        outcome.offers.push(Offer { sends: label, intent, slots: Slots::default(), act: Some(act) });
    }

    /// Two guesses as buttons; none is run before it is chosen.
    pub(super) fn doubt(&self, readings: &[Asked], language: Language) -> Outcome {
        if readings.is_empty() {
            return self.phrase_outcome(&Phrase::new("assistant.out_of_scope"), language);
        }
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
        for name in words.value.iter().take(5).cloned() {
            let mut slots = asked.slots.clone();
            slots.ambiguous.retain(|(other, _)| *other != dimension);
            slots.names.insert(dimension, vec![name.clone()]);
            let label = Phrase::new("assistant.name_button").with("name", Arg::Text(name));
            self.offer(&mut outcome, &label, asked.intent, slots, language);
        }
        outcome
    }

    /// How the last answer came about.
    pub(super) fn explain(&self, hearing: &Hearing<'_>, conversation: &Conversation) -> Outcome {
        let language = hearing.language;
        let Some((question, answer)) = last_visible(&hearing.profile, conversation) else {
            return self.phrase_outcome(&Phrase::new("assistant.nothing_to_explain"), language);
        };
        let context = render::Context { language, ..self.render_context(question) };
        self.outcome(self.renderer.explain(answer, &context), language)
    }

    /// The last answer in another form.
    pub(super) fn show(&self, format: Format, hearing: &Hearing<'_>, conversation: &Conversation) -> Outcome {
        let language = hearing.language;
        let Some((question, answer)) = last_visible(&hearing.profile, conversation) else {
            return self.phrase_outcome(&Phrase::new("assistant.nothing_to_show"), language);
        };
        let context = render::Context { language, ..self.render_context(question) };
        match self.renderer.show(answer, format, &context) {
            Ok(None) => self.phrase_outcome(&Phrase::new("assistant.cannot_show"), language),
            Ok(Some(reply)) => Outcome { reply, ..Outcome::default() },
            Err(error) => self.outcome(Err(error), language),
        }
    }

    fn outcome(&self, reply: Result<Reply, render::RenderError>, language: Language) -> Outcome {
        Outcome { reply: reply.unwrap_or_else(|error| self.broken(&error, language)), ..Outcome::default() }
    }

    /// What every answer offers: how it came about, and its figures as a file.
    pub(super) fn standing_offers(&self, outcome: &mut Outcome, answer: &Answer, language: Language) {
        let how = Phrase::new("assistant.how_button");
        self.offer(outcome, &how, Intent::ExplainAnswer, Slots::default(), language);
        if !answer.tables.is_empty() {
            let slots = Slots { format: Some(Format::Csv), ..Slots::default() };
            self.offer(outcome, &Phrase::new("assistant.csv_button"), Intent::ShowAs, slots, language);
        }
    }
}

/// The last answer that this person may see: in a shared conversation it may have been somebody else's.
fn last_visible<'a>(profile: &Profile, conversation: &'a Conversation) -> Option<&'a (Question, Answer)> {
    conversation.last_answered().filter(|(question, _)| {
        permission::permits(&Question { role: profile.role, customer: profile.customer.clone(), ..question.clone() })
    })
}
