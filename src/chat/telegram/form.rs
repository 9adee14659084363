//! Words that a button asks for. Telegram has no forms for bots, so the button's message carries what is asked, a prompt
//! asks it, and the reply to the prompt is what was written. Both are carried as a link without visible text, which
//! Telegram keeps with the message: nothing has to be remembered.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use teloxide::types::{MessageEntity, MessageEntityKind};

use super::words::escape;
use crate::domain::Button;

/// A character without width, for the link to lie on. It counts as one unit of a text.
const INVISIBLE: char = '\u{200b}';

/// What the buttons of a message ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Forms(Vec<(usize, String, String)>);

/// The offer that a prompt is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Prompt {
    pub(super) turn: String,
    pub(super) offer: usize,
}

impl Forms {
    const HOST: &'static str = "forms";

    /// The forms of a reply's buttons; `None` where no button has one.
    pub(super) fn of(buttons: &[Button]) -> Option<Self> {
        let forms: Vec<_> = buttons
            .iter()
            .enumerate()
            .filter_map(|(offer, button)| Some((offer, button.form.as_ref()?)))
            .map(|(offer, form)| (offer, form.title.clone(), form.value.clone()))
            .collect();
        (!forms.is_empty()).then_some(Self(forms))
    }

    /// The title and the first value of one of them.
    pub(super) fn get(&self, offer: usize) -> Option<(&str, &str)> {
        let (_, title, value) = self.0.iter().find(|(at, ..)| *at == offer)?;
        Some((title, value))
    }

    pub(super) fn link(&self) -> String {
        link(Self::HOST, self)
    }

    pub(super) fn find(entities: &[MessageEntity]) -> Option<Self> {
        find(Self::HOST, entities)
    }
}

impl Prompt {
    const HOST: &'static str = "prompt";

    pub(super) fn find(entities: &[MessageEntity]) -> Option<Self> {
        find(Self::HOST, entities)
    }

    /// The prompt as HTML: whom it is for in a group, what is asked, and what stands there to begin with, to be copied.
    pub(super) fn html(&self, title: &str, value: &str, person: Option<(u64, &str)>) -> String {
        let mut html = link(Self::HOST, self);
        if let Some((id, name)) = person {
            html.push_str(&format!("<a href=\"tg://user?id={id}\">{}</a>\n", escape(name)));
        }
        html.push_str(&format!("<b>{}</b>", escape(title)));
        if !value.trim().is_empty() {
            html.push_str(&format!("\n<code>{}</code>", escape(value)));
        }
        html
    }
}

fn link(host: &str, carried: &impl Serialize) -> String {
    let json = serde_json::to_vec(carried).expect("numbers and text are always written");
    format!("<a href=\"tg://{host}/{}\">{INVISIBLE}</a>", URL_SAFE_NO_PAD.encode(json))
}

fn find<T: DeserializeOwned>(host: &str, entities: &[MessageEntity]) -> Option<T> {
    let prefix = format!("tg://{host}/");
    entities.iter().find_map(|entity| {
        let MessageEntityKind::TextLink { url } = &entity.kind else { return None };
        let bytes = URL_SAFE_NO_PAD.decode(url.as_str().strip_prefix(&prefix)?).ok()?;
        serde_json::from_slice(&bytes).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Form;

    fn carried(html: &str) -> Vec<MessageEntity> {
        let url = html.split('"').nth(1).unwrap().parse().unwrap();
        vec![MessageEntity::text_link(url, 0, 1)]
    }

    #[test]
    fn what_is_asked_travels_with_the_message() {
        let form = Form { title: "每周几？ <b>".to_owned(), value: "Mon & 9".to_owned() };
        let buttons = [Button::new("CSV"), Button { form: Some(form), ..Button::new("Change") }];
        let forms = Forms::of(&buttons).unwrap();
        let found = Forms::find(&carried(&forms.link())).unwrap();
        assert_eq!(found.get(1), Some(("每周几？ <b>", "Mon & 9")));
        assert_eq!(found.get(0), None);
        assert_eq!(Forms::of(&buttons[..1]), None);

        let prompt = Prompt { turn: "telegram:7:9".to_owned(), offer: 1 };
        let html = prompt.html("<i>", "a", Some((5, "A&B")));
        assert!(html.ends_with("<a href=\"tg://user?id=5\">A&amp;B</a>\n<b>&lt;i&gt;</b>\n<code>a</code>"), "{html}");
        assert_eq!(Prompt::find(&carried(&html)), Some(prompt));
        assert_eq!(Prompt::find(&carried(&forms.link())), None);
    }
}
