//! What the assistant itself says: greeting, help, doubts, names to choose from, explanations, another form.

use crate::domain::{
    Answer, Arg, Button, Conversation, Dimension, Format, Intent, Language, Offer, Phrase, Profile, Question, Reply,
    Resolved, Slots,
};
use crate::render;

use super::dialogue::Asked;
use super::{Assistant, Outcome, permission};

/// What the help says, line by line.
const HELP: [&str; 15] = [
    "assistant.help",
    "assistant.help_figures",
    "assistant.help_comparisons",
    "assistant.help_reasons",
    "assistant.help_anomalies",
    "assistant.help_forecasts",
    "assistant.help_targets",
    "assistant.help_sentiment",
    "assistant.help_reviews",
    "assistant.help_topics",
    "assistant.help_recommendations",
    "assistant.help_similar",
    "assistant.help_baskets",
    "assistant.help_data",
    "assistant.help_follow_up",
];
/// What a customer can be helped with.
const CUSTOMER_HELP: [&str; 4] =
    ["assistant.help", "assistant.help_recommendations", "assistant.help_similar", "assistant.help_baskets"];

impl Assistant {
    /// The greeting that opens a conversation; `demo` where the company is a made one.
    #[must_use]
    pub fn greeting(&self, language: Language, demo: bool) -> Reply {
        let company = |key| Phrase::new(key).with("company", Arg::Text(self.settings.company.clone()));
        let mut keys = vec!["assistant.greeting"];
        if demo {
            keys.push("assistant.greeting_demo");
        }
        keys.extend(["assistant.greeting_examples", "assistant.greeting_more"]);
        let lines = keys.into_iter().map(|key| self.words(&company(key), language)).collect();
        Reply { lines, ..Reply::default() }
    }

    /// Everything that can be asked.
    pub(super) fn help(&self, question: &Question) -> Reply {
        let marketer = question.role > crate::domain::Role::Customer;
        let keys: &[&'static str] = if marketer { &HELP } else { &CUSTOMER_HELP };
        let lines = keys.iter().map(|key| self.words(&Phrase::new(key), question.language)).collect();
        Reply { lines, ..Reply::default() }
    }

    /// One phrase as a reply.
    pub(super) fn say(&self, phrase: &Phrase, language: Language) -> Reply {
        Reply::text(self.words(phrase, language))
    }

    /// A phrase in words. One that cannot be rendered is a defect; its key still says what was meant.
    fn words(&self, phrase: &Phrase, language: Language) -> String {
        self.renderer.phrase(phrase, language).unwrap_or_else(|error| {
            tracing::error!(%error, key = %phrase.key, "a phrase cannot be rendered");
            phrase.key.clone().into_owned()
        })
    }

    pub(super) fn phrase_outcome(&self, phrase: &Phrase, language: Language) -> Outcome {
        Outcome { reply: self.say(phrase, language), ..Outcome::default() }
    }

    /// Something that people cannot mend in the chat: logged once, here, under an id that the reply names.
    pub(super) fn broken(&self, error: &dyn std::error::Error, language: Language) -> Reply {
        let id = format!("{:x}", self.clock.now().timestamp().as_millisecond());
        let source = error.source().map(ToString::to_string);
        tracing::error!(%id, %error, ?source, "a message could not be answered");
        self.say(&Phrase::new("assistant.cannot.unexpected").with("id", Arg::Text(id)), language)
    }

    pub(super) fn render_context(&self, question: &Question) -> render::Context {
        render::Context {
            max_lines: self.settings.max_lines,
            ..render::Context::new(question.language, question.today)
        }
    }

    /// Adds a button whose text is `key`, and which sends the text of `key` with `_ask` where there is one.
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

    /// Two guesses as buttons; none is run before it is chosen.
    pub(super) fn doubt(&self, readings: &[Asked], language: Language) -> Outcome {
        let phrase = match readings {
            [] => Phrase::new("assistant.cannot.out_of_scope"),
            [one] => Phrase::new("assistant.not_sure_one").with("first", one.intent),
            [first, second, ..] => {
                Phrase::new("assistant.not_sure").with("first", first.intent).with("second", second.intent)
            }
        };
        let mut outcome = self.phrase_outcome(&phrase, language);
        for reading in readings {
            let label = Phrase::new("assistant.choice").with("intent", reading.intent);
            self.offer(&mut outcome, &label, reading.intent, reading.slots.clone(), language);
        }
        self.offer(&mut outcome, &Phrase::new("assistant.neither"), Intent::Help, Slots::default(), language);
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
        let names: Vec<_> = words.value.iter().take(5).cloned().collect();
        let phrase = Phrase::new("assistant.ambiguous.name")
            .with("dimension", dimension)
            .with("words", Arg::Text(words.text.clone()))
            .with("names", Arg::List(names.iter().cloned().map(Arg::Text).collect()));
        let mut outcome = self.phrase_outcome(&phrase, language);
        for name in names {
            let mut slots = asked.slots.clone();
            slots.ambiguous.retain(|(other, _)| *other != dimension);
            slots.names.insert(dimension, vec![name.clone()]);
            let label = Phrase::new("assistant.name_button").with("name", Arg::Text(name));
            self.offer(&mut outcome, &label, asked.intent, slots, language);
        }
        outcome
    }

    /// How the last answer came about.
    pub(super) fn explain(&self, profile: &Profile, conversation: &Conversation, language: Language) -> Outcome {
        self.again(profile, conversation, language, |answer, context| self.renderer.explain(answer, context))
    }

    /// The last answer in another form.
    pub(super) fn show(
        &self,
        format: Format,
        profile: &Profile,
        conversation: &Conversation,
        language: Language,
    ) -> Outcome {
        self.again(profile, conversation, language, |answer, context| self.renderer.show_as(answer, format, context))
    }

    fn again(
        &self,
        profile: &Profile,
        conversation: &Conversation,
        language: Language,
        render: impl Fn(&Answer, &render::Context) -> Result<Reply, render::RenderError>,
    ) -> Outcome {
        let Some((question, answer)) = last_visible(profile, conversation) else {
            return self.phrase_outcome(&Phrase::new("assistant.small.nothing_before"), language);
        };
        let reply = render(answer, &self.render_context(question));
        Outcome { reply: reply.unwrap_or_else(|error| self.broken(&error, language)), ..Outcome::default() }
    }
}

/// The last answer that this person may see: in a shared conversation it may have been somebody else's.
fn last_visible<'a>(profile: &Profile, conversation: &'a Conversation) -> Option<&'a (Question, Answer)> {
    conversation.last_answered().filter(|(question, _)| {
        permission::permits(&Question { role: profile.role, customer: profile.customer.clone(), ..question.clone() })
    })
}
