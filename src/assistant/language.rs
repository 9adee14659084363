//! In which language a message is answered.

use crate::domain::{Content, Conversation, Language, Message};
use crate::nlu::language::{detect, told};

/// The language of the reply: that of the message's words. Where they tell nothing, a command is answered in the language
/// of the writer's client, everything else in that of the message before it.
pub(super) fn of(message: &Message, conversation: &Conversation) -> Language {
    let before = || conversation.last().map(|turn| turn.utterance.language);
    let client = || message.language;
    let wordless = || match message.content {
        Content::Command { .. } | Content::Asked { .. } => client().or_else(before),
        Content::Text(_) | Content::Choice { .. } | Content::File { .. } => before().or_else(client),
    };
    told(message.text()).or_else(wordless).unwrap_or_else(|| detect(message.text()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Command, Intent, MessageId, Reply, Slots, Turn, Utterance};

    fn said(content: Content, client: Option<Language>) -> Message {
        let message = Message::typed("1", "ann", "c", jiff::Timestamp::UNIX_EPOCH, "");
        Message { content, language: client, ..message }
    }

    #[test]
    fn words_decide_then_the_conversation_or_the_client() {
        let (en, zh) = (Language::English, Language::Chinese);
        let turn = Turn {
            message: MessageId("0".to_owned()),
            from: None,
            at: jiff::Timestamp::UNIX_EPOCH,
            utterance: Utterance::given("", zh, Intent::Greet, Slots::default()),
            answered: Vec::new(),
            pending: None,
            offers: Vec::new(),
            reply: Reply::default(),
        };
        let (new, chinese) = (Conversation::default(), Conversation { turns: vec![turn] });
        let text = |text: &str| Content::Text(text.to_owned());
        let start = Content::Command { command: Command::Start, words: String::new() };
        for (content, client, before, expect) in [
            (text("上个月的销售额"), Some(en), &new, zh),
            (text("revenue last month"), Some(zh), &chinese, en),
            (text("2"), Some(en), &chinese, zh),
            (text("csv"), None, &chinese, zh),
            (text("csv"), None, &new, en),
            (text(""), Some(zh), &new, zh),
            (start.clone(), Some(zh), &new, zh),
            (start.clone(), Some(en), &chinese, en),
            (start, None, &chinese, zh),
        ] {
            let message = said(content, client);
            assert_eq!(of(&message, before), expect, "{:?}", message.content);
        }
    }
}
