//! From a reply to the messages that it takes: words, pictures, files, buttons. Pure.

use std::sync::Arc;

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};

use super::form::Forms;
use super::route::{Press, Route};
use super::words::{CAPTION_LIMIT, TEXT_LIMIT, Words};
use crate::domain::{Attachment, Delivery};

/// Telegram takes larger pictures as files only (core.telegram.org/bots/api#sendphoto).
const PHOTO_LIMIT: usize = 10 << 20;
/// What a button's data may hold, in bytes.
const DATA_LIMIT: usize = 64;
/// Labels up to so many characters stand three, or two, in a row.
const THREE_IN_A_ROW: usize = 11;
const TWO_IN_A_ROW: usize = 20;
const LABEL_LIMIT: usize = 60;

/// What one message holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// Words.
    Text(Words),
    /// A picture, with words below it.
    Photo(Arc<Attachment>, Words),
    /// A file.
    Document(Arc<Attachment>),
    /// Words in place of those of a message that stands there.
    Edit {
        /// The message.
        message: i32,
        /// Whether its words are a caption.
        captioned: bool,
        /// The words.
        words: Words,
    },
}

/// One message to send.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// What it holds.
    pub(super) body: Body,
    /// The link that carries what its buttons ask for.
    pub(super) forms: Option<String>,
    /// Its buttons.
    pub(super) keyboard: Option<InlineKeyboardMarkup>,
    /// The message that it answers.
    pub(super) answers: Option<i32>,
    /// Whether a planned part is all there with it: of several that stand in one's place, only with the last.
    pub(super) completes: bool,
}

impl Part {
    fn new(body: Body) -> Self {
        Self { body, forms: None, keyboard: None, answers: None, completes: true }
    }

    /// Its words as HTML, with what its buttons ask for.
    pub(super) fn html(&self) -> String {
        let words = match &self.body {
            Body::Text(words) | Body::Photo(_, words) | Body::Edit { words, .. } => words.html(),
            Body::Document(_) => String::new(),
        };
        format!("{}{words}", self.forms.as_deref().unwrap_or_default())
    }

    /// What is sent instead of a part that a chat does not take: a picture as a file, or what it shows as words.
    pub(super) fn instead(&self, files_are_taken: bool) -> Vec<Part> {
        let (words, file) = match &self.body {
            Body::Photo(file, words) => (words.clone(), file),
            Body::Document(file) => (Words::default(), file),
            Body::Text(words) | Body::Edit { words, .. } => return self.again(texts(words.clone())),
        };
        let is_photo = matches!(self.body, Body::Photo(..));
        if files_are_taken && is_photo {
            let mut parts = texts(words);
            parts.push(Part::new(Body::Document(Arc::clone(file))));
            return self.again(parts);
        }
        let shown = if file.text.trim().is_empty() { &file.name } else { &file.text };
        let mut parts = texts(words);
        parts.extend(texts(Words::fixed(shown)));
        self.again(parts)
    }

    /// Other parts in this one's place.
    fn again(&self, mut parts: Vec<Part>) -> Vec<Part> {
        if let Some(first) = parts.first_mut() {
            first.answers = self.answers;
        }
        parts.iter_mut().for_each(|part| part.completes = false);
        if let Some(last) = parts.last_mut() {
            last.keyboard.clone_from(&self.keyboard);
            last.forms.clone_from(&self.forms);
            last.completes = self.completes;
        }
        parts
    }
}

/// The messages that a delivery takes, in order. Buttons hang below the last.
pub(super) fn parts(delivery: &Delivery, route: &Route) -> Vec<Part> {
    if let Some(part) = edit(delivery, route) {
        return vec![part];
    }
    let reply = &delivery.reply;
    let is_photo = |file: &&Attachment| file.media_type == "image/png" && file.bytes.len() <= PHOTO_LIMIT;
    let files = || reply.attachments.iter().filter(|file| !file.is_read_in_place() && !file.bytes.is_empty());
    let mut words = Words::read(&reply.words());
    for table in reply.attachments.iter().filter(|file| file.is_read_in_place() || file.bytes.is_empty()) {
        if !table.text.trim().is_empty() {
            words = words.below(Words::fixed(&table.text));
        }
    }
    let mut parts = Vec::new();
    for file in files().filter(is_photo) {
        let caption = if parts.is_empty() { caption(&mut words) } else { Words::default() };
        parts.push(Part::new(Body::Photo(Arc::new(file.clone()), caption)));
    }
    parts.extend(files().filter(|file| !is_photo(file)).map(|file| Part::new(Body::Document(Arc::new(file.clone())))));
    parts.extend(texts(words));
    if let Some(first) = parts.first_mut() {
        first.answers = route.message;
    }
    if let Some(last) = parts.last_mut() {
        last.keyboard = keyboard(delivery);
        last.forms = Forms::of(&reply.buttons).map(|forms| forms.link());
    }
    parts
}

/// The change of a message that stands there, where a delivery is no more than that.
pub(super) fn edit(delivery: &Delivery, route: &Route) -> Option<Part> {
    let reply = &delivery.reply;
    let message = route.message.filter(|_| route.callback.is_some() && reply.replaces)?;
    let words = Words::read(&reply.words());
    let limit = if route.captioned { CAPTION_LIMIT } else { TEXT_LIMIT };
    if !reply.attachments.is_empty() || words.is_blank() || !words.fits(limit - 1) {
        return None;
    }
    let forms = Forms::of(&reply.buttons).map(|forms| forms.link());
    let body = Body::Edit { message, captioned: route.captioned, words };
    Some(Part { forms, keyboard: keyboard(delivery), ..Part::new(body) })
}

/// The words below the first picture: all of them where they fit, the headline otherwise.
fn caption(words: &mut Words) -> Words {
    // One unit is left for the link that carries forms.
    if words.fits(CAPTION_LIMIT - 1) {
        return std::mem::take(words);
    }
    let (headline, rest) = words.clone().headline();
    if !headline.fits(CAPTION_LIMIT - 1) {
        return Words::default();
    }
    *words = rest;
    headline
}

fn texts(words: Words) -> Vec<Part> {
    let pieces = words.split(TEXT_LIMIT - 1).into_iter().filter(|piece| !piece.is_blank());
    pieces.map(|piece| Part::new(Body::Text(piece))).collect()
}

fn keyboard(delivery: &Delivery) -> Option<InlineKeyboardMarkup> {
    let mut rows: Vec<Vec<InlineKeyboardButton>> = Vec::new();
    let mut room = 0;
    for (offer, button) in delivery.reply.buttons.iter().enumerate() {
        let data = Press { turn: delivery.turn.0.clone(), offer, has_form: button.form.is_some() }.data();
        if data.len() > DATA_LIMIT || button.label.trim().is_empty() {
            tracing::warn!(turn = %delivery.turn.0, offer, "a button cannot be shown");
            continue;
        }
        let length = button.label.chars().count();
        let label = if length > LABEL_LIMIT {
            button.label.chars().take(LABEL_LIMIT - 1).chain(['…']).collect()
        } else {
            button.label.clone()
        };
        let most = if length <= THREE_IN_A_ROW {
            3
        } else if length <= TWO_IN_A_ROW {
            2
        } else {
            1
        };
        let button = InlineKeyboardButton::callback(label, data);
        match rows.last_mut() {
            // The longest label of a row says how many stand in it.
            Some(row) if row.len() < most.min(room) => {
                row.push(button);
                room = room.min(most);
            }
            Some(_) | None => {
                rows.push(vec![button]);
                room = most;
            }
        }
    }
    (!rows.is_empty()).then(|| InlineKeyboardMarkup::new(rows))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Button, ConversationId, Destination, Form, MessageId, Progress, Reply};

    fn delivery(reply: Reply) -> Delivery {
        Delivery {
            id: "telegram:7:9:0".to_owned(),
            to: Destination::Answer(route().address()),
            otherwise: None,
            conversation: ConversationId("telegram:7".to_owned()),
            turn: MessageId("telegram:7:9".to_owned()),
            reply,
            created: Timestamp::UNIX_EPOCH,
            attempts: 0,
            parts_taken: 0,
            progress: Progress::Waiting { not_before: Timestamp::UNIX_EPOCH },
        }
    }

    fn route() -> Route {
        Route { chat: 7, message: Some(9), ..Route::default() }
    }

    fn file(name: &str, media_type: &str) -> Attachment {
        let (name, media_type) = (name.to_owned(), media_type.to_owned());
        Attachment { name, media_type, bytes: vec![1], text: "| shown |".to_owned() }
    }

    fn kinds(parts: &[Part]) -> Vec<(&'static str, usize)> {
        let kind = |part: &Part| match &part.body {
            Body::Text(words) => ("text", words.units()),
            Body::Photo(_, words) => ("photo", words.units()),
            Body::Document(_) => ("file", 0),
            Body::Edit { words, .. } => ("edit", words.units()),
        };
        parts.iter().map(kind).collect()
    }

    #[test]
    fn a_picture_carries_the_words_it_has_room_for() {
        let picture = file("a.png", "image/png");
        let short = Reply { attachments: vec![picture.clone()], ..Reply::text("nine") };
        assert_eq!(kinds(&parts(&delivery(short), &route())), [("photo", 4)]);
        let lines = vec!["**nine**".to_owned(), "x".repeat(5000)];
        let long = Reply { lines, attachments: vec![picture.clone(), picture], ..Reply::default() };
        let parts = parts(&delivery(long), &route());
        assert_eq!(kinds(&parts), [("photo", 5), ("photo", 0), ("text", 4095), ("text", 905)]);
        assert_eq!(parts.iter().map(|part| part.answers).collect::<Vec<_>>(), [Some(9), None, None, None]);
    }

    #[test]
    fn what_a_chat_does_not_take_is_shown_as_words() {
        let reply = Reply {
            attachments: vec![file("a.png", "image/png"), file("a.csv", "text/csv")],
            buttons: vec![Button::new("More")],
            ..Reply::text("nine")
        };
        let parts = parts(&delivery(reply), &route());
        assert_eq!(kinds(&parts), [("photo", 4), ("file", 0)]);
        assert_eq!(kinds(&parts[0].instead(true)), [("text", 4), ("file", 0)]);
        let words = parts[1].instead(false);
        assert_eq!(words[0].html(), "<pre>| shown |</pre>");
        assert!(words[0].keyboard.is_some());
    }

    #[test]
    fn only_a_press_can_change_what_stands_there() {
        let reply = Reply { replaces: true, ..Reply::text("done") };
        assert_eq!(kinds(&parts(&delivery(reply.clone()), &route())), [("text", 4)]);
        let pressed = Route { callback: Some("5".to_owned()), ..route() };
        assert_eq!(kinds(&parts(&delivery(reply.clone()), &pressed)), [("edit", 4)]);
        let long = Reply { lines: vec!["x".repeat(1100)], ..reply };
        let captioned = Route { captioned: true, ..pressed };
        assert_eq!(kinds(&parts(&delivery(long), &captioned)), [("text", 1100)]);
    }

    #[test]
    fn rows_are_as_wide_as_labels_allow() {
        let labels =
            ["95 %", "By region", "CSV", "How do you know?", "Alert me", "A label that needs a row for itself"];
        let mut buttons: Vec<Button> = labels.into_iter().map(Button::new).collect();
        buttons[2].form = Some(Form { title: "t".to_owned(), value: String::new() });
        let parts = parts(&delivery(Reply { buttons, ..Reply::text("nine") }), &route());
        let rows = &parts[0].keyboard.as_ref().unwrap().inline_keyboard;
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2, 1]);
        assert!(serde_json::to_string(&rows[0][2]).unwrap().contains("telegram:7:9|2f"));
        assert!(parts[0].html().starts_with("<a href=\"tg://forms/"));
    }

    #[test]
    fn nothing_to_say_is_no_message() {
        assert_eq!(parts(&delivery(Reply::text(" \n")), &route()), []);
    }
}
