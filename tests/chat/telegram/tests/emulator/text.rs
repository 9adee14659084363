//! Marked-up text: entities, lengths and the words of errors, against the platform's documented examples.

use telegram_emulator::emulator::{Breach, Emulator, EntityKind, Limits, Options};
use teloxide::prelude::*;
use teloxide::types::ParseMode;

use super::{bot, breaches, words};

async fn quiet() -> Emulator {
    Emulator::start(Options { limits: Limits::none(), ..Options::default() }).await.unwrap()
}

async fn send(emulator: &Emulator, mode: ParseMode, text: &str) -> Result<Message, teloxide::RequestError> {
    let chat = emulator.private_chat(emulator.user("Ann"));
    bot(emulator).send_message(ChatId(chat.0), text).parse_mode(mode).await
}

fn shape(message: &Message) -> Vec<(String, usize, usize)> {
    let kinds = message.entities().unwrap_or_default().iter();
    kinds.map(|entity| (format!("{:?}", entity.kind), entity.offset, entity.length)).collect()
}

#[tokio::test]
async fn html_of_the_documentation() {
    let emulator = quiet().await;
    let text = "<b>bold <i>italic bold</i></b> <u>under</u> <s>gone</s> <tg-spoiler>x</tg-spoiler> \
                <a href=\"https://example.com\">link</a> <code>a&lt;b</code> \
                <pre><code class=\"language-python\">print(1)</code></pre>";
    let message = send(&emulator, ParseMode::Html, text).await.unwrap();
    assert_eq!(message.text().unwrap(), "bold italic bold under gone x link a<b print(1)");
    let shape = shape(&message);
    assert_eq!(shape[0], ("Bold".to_owned(), 0, 16));
    assert_eq!(shape[1], ("Italic".to_owned(), 5, 11));
    let posted = emulator.look(|state| {
        let chat = telegram_emulator::emulator::ChatId(message.chat.id.0);
        state.last_posted(chat).unwrap().formatted().unwrap().clone()
    });
    assert_eq!(posted.parts(&EntityKind::TextLink("https://example.com/".to_owned())), ["link"]);
    assert_eq!(posted.parts(&EntityKind::Pre(Some("python".to_owned()))), ["print(1)"]);
    assert_eq!(posted.parts(&EntityKind::Code), ["a<b"]);
    assert_eq!(shape.len(), 8);
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn offsets_count_utf_16_units() {
    let emulator = quiet().await;
    let message = send(&emulator, ParseMode::Html, "😀 <b>жи😀</b>").await.unwrap();
    assert_eq!(shape(&message), [("Bold".to_owned(), 3, 4)]);
    let message = send(&emulator, ParseMode::MarkdownV2, "😀 *жи😀*").await.unwrap();
    assert_eq!(shape(&message), [("Bold".to_owned(), 3, 4)]);
}

#[tokio::test]
async fn html_errors() {
    let emulator = quiet().await;
    let cases = [
        ("a < b", "Unsupported start tag \"\" at byte offset 2"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<p>x</p>", "Unsupported start tag \"p\" at byte offset 0"),
        ("<b>x", "Can't find end tag corresponding to start tag \"b\""),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
        ("<span>x</span>", "Tag \"span\" must have class \"tg-spoiler\" at byte offset 0"),
    ];
    for (text, expected) in cases {
        let refused = words(send(&emulator, ParseMode::Html, text).await);
        assert_eq!(refused, format!("Bad Request: can't parse entities: {expected}"), "{text}");
    }
    assert!(breaches(&emulator).iter().all(|breach| *breach == Breach::Markup));
}

#[tokio::test]
async fn markdown_of_the_documentation() {
    let emulator = quiet().await;
    let text = "*bold _italic bold ~gone~ __under___ bold* [link](https://example.com/a\\)b) `co\\`de` ||x||\n\
                ```rust\nfn main() {}\n```\n>quoted\n>more\nplain 1\\.5";
    let message = send(&emulator, ParseMode::MarkdownV2, text).await.unwrap();
    let expected = "bold italic bold gone under bold link co`de x\nfn main() {}\n\nquoted\nmore\nplain 1.5";
    assert_eq!(message.text().unwrap(), expected);
    let kinds: Vec<String> = shape(&message).into_iter().map(|(kind, ..)| kind).collect();
    let expected = ["Bold", "Italic", "Strikethrough", "Underline", "TextLink", "Code", "Spoiler", "Pre", "Blockquote"];
    for kind in expected {
        assert!(kinds.iter().any(|found| found.starts_with(kind)), "{kind} is not in {kinds:?}");
    }
    assert_eq!(emulator.violations(), []);
}

#[tokio::test]
async fn markdown_errors() {
    let emulator = quiet().await;
    let reserved = |c: char| format!("Character '{c}' is reserved and must be escaped with the preceding '\\'");
    let cases = [
        ("1.5", reserved('.')),
        ("a-b", reserved('-')),
        ("wow!", reserved('!')),
        ("(x)", reserved('(')),
        ("a | b", reserved('|')),
        ("*bold", "Can't find end of Bold entity at byte offset 0".to_owned()),
        ("a `code", "Can't find end of Code entity at byte offset 2".to_owned()),
        ("[x](http://e.com", "Can't find end of a URL at byte offset 4".to_owned()),
    ];
    for (text, expected) in cases {
        let refused = words(send(&emulator, ParseMode::MarkdownV2, text).await);
        assert_eq!(refused, format!("Bad Request: can't parse entities: {expected}"), "{text}");
    }
}

#[tokio::test]
async fn length_is_counted_in_characters_after_parsing() {
    let emulator = quiet().await;
    let chat = ChatId(emulator.private_chat(emulator.user("Ann")).0);
    let bot = bot(&emulator);
    bot.send_message(chat, "😀".repeat(4096)).await.unwrap();
    let long = bot.send_message(chat, "😀".repeat(4097)).await.unwrap_err();
    assert!(matches!(long, teloxide::RequestError::Api(teloxide::ApiError::MessageIsTooLong)), "{long:?}");
    let marked = format!("<b>{}</b>", "x".repeat(4096));
    bot.send_message(chat, marked).parse_mode(ParseMode::Html).await.unwrap();
    let empty = bot.send_message(chat, "").await.unwrap_err();
    assert!(matches!(empty, teloxide::RequestError::Api(teloxide::ApiError::MessageTextIsEmpty)), "{empty:?}");
    assert_eq!(words(bot.send_message(chat, " \n ").await), "Bad Request: text must be non-empty");
    assert_eq!(breaches(&emulator), [Breach::Limit, Breach::Request, Breach::Request]);
}

#[tokio::test]
async fn what_telegram_finds_by_itself() {
    let emulator = quiet().await;
    let chat = emulator.private_chat(emulator.user("Ann"));
    let text = "/start@herald_test_bot see https://example.com/a?b=1, @ann_b #sale $USD mail ann@example.com";
    bot(&emulator).send_message(ChatId(chat.0), text).await.unwrap();
    let posted = emulator.posted(chat);
    let text = posted[0].formatted().unwrap();
    let found = |kind: EntityKind| text.parts(&kind);
    assert_eq!(found(EntityKind::BotCommand), ["/start@herald_test_bot"]);
    assert_eq!(found(EntityKind::Url), ["https://example.com/a?b=1"]);
    assert_eq!(found(EntityKind::Mention), ["@ann_b"]);
    assert_eq!(found(EntityKind::Hashtag), ["#sale"]);
    assert_eq!(found(EntityKind::Cashtag), ["$USD"]);
    assert_eq!(found(EntityKind::Email), ["ann@example.com"]);
}
