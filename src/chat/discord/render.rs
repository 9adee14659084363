//! Replies as bodies of Discord's messages, within its limits. Sends nothing.
//! Limits: Discord's reference, «Create Message», «Embed Limits», «Component Reference».

use serde_json::{Value, json};

use super::route::Pressed;
use super::text;
use crate::domain::{Attachment, Button, ButtonStyle, MessageId, Reply};

const CONTENT: usize = 2_000;
const TITLE: usize = 256;
const DESCRIPTION: usize = 4_096;
const FILES: usize = 10;
const FILE_DESCRIPTION: usize = 1_024;
const ROWS: usize = 5;
const IN_A_ROW: usize = 5;
const MENU: usize = 25;
const LABEL: usize = 80;
const ENTRY: usize = 100;
/// The largest file that a bot may send where nobody pays for more, and what one request takes.
const FILE_BYTES: usize = 10 << 20;
const REQUEST_BYTES: usize = 24 << 20;

/// What can be shown where the reply goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looks {
    /// Whether embeds are allowed.
    pub(super) embeds: bool,
    /// Whether files are allowed.
    pub(super) files: bool,
}

impl Looks {
    /// Everything is allowed.
    pub(super) const ALL: Looks = Looks { embeds: true, files: true };
}

/// One message to be sent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    /// Its body. Every field that a message can show is there, so that an edit leaves nothing of what was before.
    pub(super) body: Value,
    /// Its files, numbered as the body names them.
    pub(super) files: Vec<Upload>,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Upload {
    /// Its name, of characters that Discord leaves as they are.
    pub(super) name: String,
    /// Its media type.
    pub(super) media_type: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// A reply as one message or several; buttons stand under the last. None where there is nothing to show.
pub(super) fn drafts(turn: &MessageId, reply: &Reply, looks: Looks) -> Vec<Draft> {
    let (shown, told) = sorted(&reply.attachments, looks);
    let pictures = shown.iter().any(|file| is_picture(file)) && looks.embeds;
    let title = reply.lines.first().and_then(|line| text::wholly_bold(line));
    let mut drafts = if looks.embeds && (pictures || title.is_some() && reply.lines.len() > 1) {
        embedded(&reply.lines, title)
    } else {
        text::parts(&reply.lines, CONTENT).into_iter().map(|part| content(&part)).collect()
    };
    for (index, chunk) in shown.chunks(FILES).enumerate() {
        while drafts.len() <= index {
            drafts.push(empty());
        }
        attach(&mut drafts[index], chunk, looks);
    }
    for block in told.iter().flat_map(|attachment| text::blocks(&attachment.text, CONTENT)) {
        if !drafts.last_mut().is_some_and(|last| add_below(last, &block)) {
            drafts.push(content(&block));
        }
    }
    let rows = rows(turn, &reply.buttons);
    if !rows.is_empty()
        && let Some(last) = drafts.last_mut()
    {
        last.body["components"] = Value::Array(rows);
    }
    drafts
}

fn empty() -> Draft {
    let body = json!({
        "content": "", "embeds": [], "attachments": [], "components": [],
        // Names in data never call anybody.
        "allowed_mentions": { "parse": [], "replied_user": false },
    });
    Draft { body, files: Vec::new() }
}

fn content(part: &str) -> Draft {
    let mut draft = empty();
    draft.body["content"] = json!(part);
    draft
}

/// Puts a block below the words of a message, where there is room for it.
fn add_below(draft: &mut Draft, block: &str) -> bool {
    let (place, limit) = match draft.body["embeds"].as_array().map_or(0, Vec::len) {
        0 => (&mut draft.body["content"], CONTENT),
        1 => (&mut draft.body["embeds"][0]["description"], DESCRIPTION),
        _ => return false,
    };
    let before = place.as_str().unwrap_or_default();
    let together = if before.is_empty() { block.to_owned() } else { format!("{before}\n{block}") };
    let fits = text::units(&together) <= limit;
    if fits {
        *place = json!(together);
    }
    fits
}

fn embedded(lines: &[String], title: Option<&str>) -> Vec<Draft> {
    let title = title.map(text::escaped).filter(|title| text::units(title) <= TITLE);
    let below = if title.is_some() { &lines[1..] } else { lines };
    let mut parts = text::parts(below, DESCRIPTION).into_iter();
    let mut first = json!({});
    if let Some(title) = title {
        first["title"] = json!(title);
    }
    if let Some(part) = parts.next() {
        first["description"] = json!(part);
    }
    let others = parts.map(|part| json!({ "description": part }));
    let embeds = std::iter::once(first).chain(others);
    embeds
        .map(|embed| {
            let mut draft = empty();
            draft.body["embeds"] = json!([embed]);
            draft
        })
        .collect()
}

fn is_picture(file: &Attachment) -> bool {
    file.media_type.starts_with("image/")
}

/// Which attachments are sent, and which can only be told in characters.
fn sorted(attachments: &[Attachment], looks: Looks) -> (Vec<&Attachment>, Vec<&Attachment>) {
    let mut total = 0;
    attachments.iter().partition(|file| {
        let is_file = !file.is_read_in_place() && !file.bytes.is_empty();
        let fits = looks.files && is_file && file.bytes.len() <= FILE_BYTES;
        let fits = fits && total + file.bytes.len() <= REQUEST_BYTES;
        total += if fits { file.bytes.len() } else { 0 };
        fits
    })
}

fn attach(draft: &mut Draft, files: &[&Attachment], looks: Looks) {
    let mut listed = Vec::new();
    let mut embeds = draft.body["embeds"].as_array().cloned().unwrap_or_default();
    let mut has_picture = false;
    for (id, file) in files.iter().enumerate() {
        let name = file_name(&file.name, id, &draft.files);
        let mut entry = json!({ "id": id, "filename": name });
        if !file.text.trim().is_empty() {
            entry["description"] = json!(text::shortened(file.text.trim(), FILE_DESCRIPTION));
        }
        listed.push(entry);
        if is_picture(file) && looks.embeds {
            let image = json!({ "url": format!("attachment://{name}") });
            match embeds.last_mut().filter(|_| !has_picture) {
                Some(embed) => embed["image"] = image,
                None => embeds.push(json!({ "image": image })),
            }
            has_picture = true;
        }
        draft.files.push(Upload { name, media_type: file.media_type.clone(), bytes: file.bytes.clone() });
    }
    draft.body["attachments"] = Value::Array(listed);
    draft.body["embeds"] = Value::Array(embeds);
}

/// A name that Discord does not change, and that no file of the message has yet.
fn file_name(name: &str, id: usize, others: &[Upload]) -> String {
    let kept = |c: char| {
        if c == ' ' { Some('_') } else { Some(c).filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)) }
    };
    let name: String = name.chars().filter_map(kept).collect();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let stem = if stem.is_empty() { "file" } else { stem };
    let taken = others.iter().any(|other| other.name == name);
    let stem = if taken { format!("{stem}-{id}") } else { stem.to_owned() };
    if ending.is_empty() { stem } else { format!("{stem}.{ending}") }
}

fn rows(turn: &MessageId, buttons: &[Button]) -> Vec<Value> {
    let is_entry = |button: &Button| button.style == ButtonStyle::Plain && button.form.is_none();
    let numbered = || buttons.iter().enumerate();
    // Up to five choices are buttons; more of one kind are easier to find in a menu.
    let many = numbered().filter(|(_, button)| is_entry(button)).count() > IN_A_ROW;
    let menu: Vec<Value> = numbered()
        .filter(|(_, button)| many && is_entry(button))
        .take(MENU)
        .map(|(offer, button)| json!({ "label": text::shortened(button.label.trim(), ENTRY), "value": offer.to_string() }))
        .collect();
    let pressed: Vec<Value> = numbered()
        .filter(|(_, button)| !(many && is_entry(button)))
        .filter_map(|(offer, button)| key(turn, offer, button))
        .collect();
    let room = ROWS - usize::from(many);
    let mut rows: Vec<Value> =
        pressed.chunks(IN_A_ROW).take(room).map(|row| json!({ "type": 1, "components": row })).collect();
    if many && let Some(custom_id) = Pressed::Menu(turn.clone()).custom_id() {
        rows.insert(0, json!({ "type": 1, "components": [{ "type": 3, "custom_id": custom_id, "options": menu }] }));
    }
    rows
}

fn key(turn: &MessageId, offer: usize, button: &Button) -> Option<Value> {
    let style = match button.style {
        ButtonStyle::Primary => 1,
        ButtonStyle::Plain => 2,
        ButtonStyle::Danger => 4,
    };
    let pressed = Pressed::Offer { turn: turn.clone(), offer, asks: button.form.is_some() };
    let label = text::shortened(button.label.trim(), LABEL);
    let custom_id = pressed.custom_id().filter(|_| !label.is_empty())?;
    Some(json!({ "type": 2, "style": style, "label": label, "custom_id": custom_id }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Form;

    fn turn() -> MessageId {
        MessageId("discord:1".to_owned())
    }

    fn picture(name: &str) -> Attachment {
        Attachment {
            name: name.to_owned(), media_type: "image/png".to_owned(), bytes: vec![1], text: "▁▂▃".to_owned()
        }
    }

    fn drafted(reply: &Reply) -> Vec<Draft> {
        drafts(&turn(), reply, Looks::ALL)
    }

    #[test]
    fn a_bold_first_line_is_a_title() {
        let lines = ["**Revenue: €5**".to_owned(), "Why: **trend** +1".to_owned()];
        let found = drafted(&Reply { lines: lines.to_vec(), ..Reply::default() });
        assert_eq!(found[0].body["embeds"], json!([{ "title": "Revenue: €5", "description": "Why: **trend** +1" }]));
        let plain = drafts(
            &turn(),
            &Reply { lines: lines.to_vec(), ..Reply::default() },
            Looks { embeds: false, files: false },
        );
        assert_eq!(plain[0].body["content"], "**Revenue: €5**\nWhy: **trend** +1");
        assert_eq!(drafted(&Reply::text("Hello_you"))[0].body["content"], "Hello\\_you");
        assert_eq!(drafted(&Reply::default()), []);
    }

    #[test]
    fn pictures_are_shown_and_files_have_their_text() {
        let csv = Attachment {
            name: "sales figures (é).csv".to_owned(),
            media_type: "text/csv".to_owned(),
            bytes: vec![2],
            text: "a".repeat(2000),
        };
        let reply =
            Reply { attachments: vec![picture("chart.png"), csv, picture("chart.png")], ..Reply::text("**x**") };
        let found = drafted(&reply);
        assert_eq!(found.len(), 1);
        let names: Vec<&str> = found[0].files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["chart.png", "sales_figures_.csv", "chart-2.png"]);
        let embeds = found[0].body["embeds"].as_array().unwrap();
        assert_eq!((&embeds[0]["title"], &embeds[0]["image"]["url"]), (&json!("x"), &json!("attachment://chart.png")));
        assert_eq!(embeds[1], json!({ "image": { "url": "attachment://chart-2.png" } }));
        assert_eq!(found[0].body["attachments"][1]["description"].as_str().unwrap().chars().count(), 1024);
        let told = drafts(&turn(), &reply, Looks { embeds: false, files: false });
        assert!(told.iter().any(|draft| draft.body["content"].as_str().unwrap().contains("```\n▁▂▃\n```")));
        assert!(told.iter().all(|draft| draft.files.is_empty()));
    }

    #[test]
    fn long_replies_keep_every_limit() {
        let lines: Vec<String> =
            std::iter::once("**Head**".to_owned()).chain((0..400).map(|n| format!("line {n}: a b c_d"))).collect();
        let reply = Reply { lines, buttons: vec![Button::new("More")], ..Reply::default() };
        let found = drafted(&reply);
        assert!(found.len() > 1);
        for (index, draft) in found.iter().enumerate() {
            let embed = &draft.body["embeds"][0];
            assert!(text::units(embed["description"].as_str().unwrap()) <= DESCRIPTION);
            assert_eq!(draft.body["components"].as_array().unwrap().is_empty(), index + 1 < found.len());
        }
    }

    #[test]
    fn buttons_stand_in_rows_and_many_choices_in_a_menu() {
        let mut buttons: Vec<Button> = (0..4).map(|n| Button::new(format!("b{n}"))).collect();
        buttons.push(Button { style: ButtonStyle::Danger, ..Button::new("x".repeat(90)) });
        buttons.push(Button { form: Some(Form { title: "t".to_owned(), value: String::new() }), ..Button::new("f") });
        let found = rows(&turn(), &buttons);
        assert_eq!(found.iter().map(|row| row["components"].as_array().unwrap().len()).collect::<Vec<_>>(), [5, 1]);
        assert_eq!(found[0]["components"][4]["style"], 4);
        assert_eq!(found[1]["components"][0]["custom_id"], "5?discord:1");
        let many: Vec<Button> = (0..30).map(|n| Button::new(format!("b{n}"))).collect();
        let found = rows(&turn(), &many);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["components"][0]["options"].as_array().unwrap().len(), 25);
    }
}
