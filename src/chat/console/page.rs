//! A reply as a page of a terminal. Pure: no stream, no file.

use std::path::PathBuf;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::{Attachment, Reply};

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const END: &str = "\u{1b}[0m";
/// Lines longer than this are hard to read on however wide a terminal.
const WIDEST: usize = 110;

/// How a page looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Lines are wrapped at so many columns.
    pub(super) columns: Option<usize>,
    /// Whether bold and dim are shown.
    pub(super) colours: bool,
}

impl Look {
    /// A terminal so many columns wide; without colours where people asked for none (no-color.org).
    pub(super) fn terminal(columns: usize) -> Self {
        let columns = columns.clamp(20, WIDEST);
        let colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self { columns: Some(columns), colours }
    }

    /// A file or a pipe: nothing is wrapped or coloured.
    pub(super) fn plain() -> Self {
        Self { columns: None, colours: false }
    }
}

/// The page, without a line break at its end.
pub(super) fn write(reply: &Reply, saved: &[Option<PathBuf>], look: Look) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in reply.lines.iter().flat_map(|line| line.lines()) {
        lines.extend(wrap(&visible(line), look.columns));
    }
    let mut lines = embolden(&lines, look.colours);
    for (at, attachment) in reply.attachments.iter().enumerate() {
        if !attachment.text.is_empty() {
            lines.push(String::new());
            lines.extend(attachment.text.lines().map(visible));
        }
        if let Some(path) = saved.get(at).and_then(Option::as_ref) {
            lines.push(faint(&format!("{} {}", kind(attachment), path.display()), look.colours));
        }
    }
    if !reply.buttons.is_empty() {
        lines.push(String::new());
        let choices: Vec<String> = reply
            .buttons
            .iter()
            .enumerate()
            .map(|(at, button)| format!("[{}] {}", at + 1, visible(&button.label)))
            .collect();
        lines.extend(choices_in_rows(&choices, look.columns));
    }
    lines.join("\n")
}

fn kind(attachment: &Attachment) -> &'static str {
    if attachment.media_type.starts_with("image/") { "🖼" } else { "📄" }
}

fn faint(text: &str, colours: bool) -> String {
    if colours { format!("{DIM}{text}{END}") } else { text.to_owned() }
}

/// The line without control characters: nothing in a reply may steer the terminal.
fn visible(line: &str) -> String {
    line.chars().filter(|character| !character.is_control() || *character == '\t').collect()
}

/// Turns `**` into bold, or takes it away. Bold goes over the end of a wrapped line, but never over a page.
fn embolden(lines: &[String], colours: bool) -> Vec<String> {
    let mut bold = false;
    let mut out = Vec::new();
    for line in lines {
        let mut written = String::new();
        if bold && colours {
            written.push_str(BOLD);
        }
        for (at, part) in line.split("**").enumerate() {
            if at > 0 {
                bold = !bold;
                if colours {
                    written.push_str(if bold { BOLD } else { END });
                }
            }
            written.push_str(part);
        }
        if bold && colours {
            written.push_str(END);
        }
        out.push(written);
    }
    out
}

/// Breaks a line between words, and inside a word only where it is wider than the page. A number stays with its sign
/// of percent, and `**` takes no room.
fn wrap(line: &str, columns: Option<usize>) -> Vec<String> {
    let Some(columns) = columns else { return vec![line.to_owned()] };
    let room = |text: &str| text.replace("**", "").width();
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match words.last_mut() {
            Some(last)
                if word.starts_with(['%', '–'])
                    || last.ends_with('–') && word.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    for word in words {
        if !current.is_empty() && room(&current) + 1 + room(&word) > columns {
            lines.push(std::mem::take(&mut current));
        }
        if !current.is_empty() {
            current.push(' ');
        }
        if room(&word) <= columns {
            current.push_str(&word);
            continue;
        }
        for grapheme in word.graphemes(true) {
            if room(&current) + grapheme.width() > columns && !current.is_empty() {
                lines.push(std::mem::take(&mut current));
            }
            current.push_str(grapheme);
        }
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(current);
    }
    lines
}

/// Choices side by side as far as they fit; none is broken.
fn choices_in_rows(choices: &[String], columns: Option<usize>) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for choice in choices {
        match rows.last_mut() {
            Some(row) if row.width() + 2 + choice.width() <= columns.unwrap_or(100) => {
                row.push_str("  ");
                row.push_str(choice);
            }
            _ => rows.push(choice.clone()),
        }
    }
    rows
}
