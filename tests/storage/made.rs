//! Turns and profiles for these tests.

use herald::domain::{
    Answer, Attachment, Confidence, ConversationId, Intent, Language, MessageId, Metric, Phrase, Profile, ProfileId,
    Question, Ranked, Reply, Role, Slots, Turn, Unit, Utterance,
};
use jiff::civil::{Weekday, date};

/// A conversation's id.
pub(super) fn conversation(id: &str) -> ConversationId {
    ConversationId(id.to_owned())
}

/// A profile.
pub(super) fn profile(id: &str, role: Role) -> Profile {
    Profile {
        customer: Some("c17".to_owned()),
        language: Some(Language::Chinese),
        ..Profile::new(ProfileId(id.to_owned()), role)
    }
}

/// A turn with an answer in it.
pub(super) fn turn(message: &str, from: Option<&str>, text: &str) -> Turn {
    let slots = Slots { metrics: vec![Metric::Revenue], threshold: Some(0.25), ..Slots::default() };
    let question = Question {
        intent: Intent::MetricReport,
        slots: slots.clone(),
        role: Role::Marketer,
        customer: None,
        language: Language::English,
        today: date(2025, 11, 14),
        week_start: Weekday::Monday,
    };
    let mut answer = Answer::new(Phrase::new("metrics.total").figure("value", 1234.5, Unit::Money));
    answer.find(Phrase::new("metrics.rows").count("rows", 42), 1.0);
    Turn {
        message: MessageId(message.to_owned()),
        from: from.map(|id| ProfileId(id.to_owned())),
        at: "2025-11-14T09:30:00Z".parse().unwrap(),
        utterance: Utterance {
            text: text.to_owned(),
            language: Language::English,
            intents: vec![Intent::MetricReport],
            ranking: vec![Ranked { intent: Intent::MetricReport, confidence: Confidence::clamped(0.75) }],
            sure: true,
            slots,
            parts: Vec::new(),
            correction: false,
            follow_up: false,
        },
        answered: vec![(question, answer)],
        pending: None,
        offers: Vec::new(),
        reply: Reply {
            lines: vec![format!("**{text}**")],
            attachments: vec![Attachment {
                name: "chart.png".to_owned(),
                media_type: "image/png".to_owned(),
                bytes: Vec::new(),
                text: "▂▅█".to_owned(),
            }],
            buttons: Vec::new(),
            replaces: false,
        },
    }
}
