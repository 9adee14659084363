//! Herald's light Markdown as Discord's: what is not bold on purpose is escaped, and long text is cut where it hurts
//! least. Knows nothing of messages.

use unicode_segmentation::UnicodeSegmentation as _;

/// What marks bold text in a reply and on Discord.
const BOLD: &str = "**";

/// A cluster of characters longer than this is no writing; it may be cut.
const CLUSTER: usize = 32;

/// A piece that is never cut.
#[derive(Debug, Clone)]
struct Atom {
    text: String,
    units: usize,
    bold: bool,
    gap: Gap,
}

/// How good a place for a cut is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Space,
    Line,
}

/// How Discord counts: at most the UTF-16 units of a text, which its own clients count.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Lines as Discord's Markdown, in parts of at most `limit`. No part is empty, and bold text that is cut goes on bold.
pub(super) fn parts(lines: &[String], limit: usize) -> Vec<String> {
    let mut rest = atoms(lines);
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let fitting = fitting(&rest, limit);
        let cut = if fitting == rest.len() { fitting } else { cut(&rest[..fitting]) };
        let after = rest.split_off(cut);
        let part = written(&rest);
        if !part.is_empty() {
            parts.push(part);
        }
        rest = after.into_iter().skip_while(|atom| atom.gap != Gap::None).collect();
    }
    parts
}

/// One line as Discord's Markdown without anything bold, for where all of it is bold already.
pub(super) fn escaped(line: &str) -> String {
    let mut atoms = Vec::new();
    literal(line, false, true, &mut atoms);
    written(&atoms)
}

/// Plain characters in blocks that keep columns, in parts of at most `limit`.
pub(super) fn blocks(text: &str, limit: usize) -> Vec<String> {
    let text = text.replace("```", "'''");
    let room = limit - "```\n\n```".len();
    let mut blocks = Vec::new();
    let mut block = String::new();
    let mut used = 0;
    let mut close = |block: &mut String| {
        if !block.trim().is_empty() {
            blocks.push(format!("```\n{}\n```", block.trim_end_matches('\n')));
        }
        block.clear();
    };
    for line in text.split_inclusive('\n') {
        if used + units(line) > room {
            close(&mut block);
            used = 0;
        }
        for cluster in line.graphemes(true) {
            if used + units(cluster) > room {
                close(&mut block);
                used = 0;
            }
            used += units(cluster);
            block.push_str(cluster);
        }
    }
    close(&mut block);
    blocks
}

/// The first characters of a text, at most so many, with a sign that there were more.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut kept = String::new();
    for cluster in text.graphemes(true) {
        if units(&kept) + units(cluster) > limit - 1 {
            break;
        }
        kept.push_str(cluster);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// Whether all of a line is bold; then what is inside.
pub(super) fn wholly_bold(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix(BOLD)?.strip_suffix(BOLD)?;
    (!inner.trim().is_empty() && !inner.contains(BOLD)).then_some(inner)
}

fn atoms(lines: &[String]) -> Vec<Atom> {
    let mut atoms = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            atoms.push(Atom { text: "\n".to_owned(), units: 1, bold: false, gap: Gap::Line });
        }
        let pieces: Vec<&str> = line.split(BOLD).collect();
        // Marks without a partner are no marks.
        if pieces.len().is_multiple_of(2) {
            literal(line, false, true, &mut atoms);
        } else {
            for (number, piece) in pieces.iter().enumerate() {
                literal(piece, !number.is_multiple_of(2), number == 0, &mut atoms);
            }
        }
    }
    atoms
}

fn literal(text: &str, bold: bool, at_start: bool, atoms: &mut Vec<Atom>) {
    for (at, cluster) in text.grapheme_indices(true) {
        let mut start = 0;
        while let Some(rest) = cluster.get(start..).filter(|rest| !rest.is_empty()) {
            let end = rest.char_indices().nth(CLUSTER).map_or(rest.len(), |(end, _)| end);
            let piece = &rest[..end];
            start += end;
            if piece == "\n" || piece == "\r\n" || piece == "\r" {
                atoms.push(Atom { text: "\n".to_owned(), units: 1, bold: false, gap: Gap::Line });
                continue;
            }
            let first = at_start && text[..at].trim().is_empty();
            let special = match piece.chars().next() {
                Some('\\' | '*' | '_' | '~' | '`' | '|' | '<' | '[') => true,
                Some('#' | '>') => first,
                Some('-') => first && text[at + 1..].starts_with('#'),
                _ => false,
            };
            let text = if special { format!("\\{piece}") } else { piece.to_owned() };
            let gap = if piece.trim().is_empty() { Gap::Space } else { Gap::None };
            atoms.push(Atom { units: units(&text), text, bold, gap });
        }
    }
}

/// How many pieces fit, with the marks around bold ones; at least one, so that there is always progress.
fn fitting(atoms: &[Atom], limit: usize) -> usize {
    let mut used = 0;
    let mut bold = false;
    for (index, atom) in atoms.iter().enumerate() {
        if atom.bold != bold {
            used += BOLD.len();
            bold = atom.bold;
        }
        used += atom.units;
        let closing = if bold { BOLD.len() } else { 0 };
        if used + closing > limit {
            return index.max(1);
        }
    }
    atoms.len()
}

/// Where to cut: behind the last line of the second half, or behind its last word, or at the end.
fn cut(atoms: &[Atom]) -> usize {
    let half = atoms.len() / 2;
    let last = |gap: Gap| atoms.iter().rposition(|atom| atom.gap == gap).filter(|at| *at >= half);
    last(Gap::Line).or_else(|| last(Gap::Space)).map_or(atoms.len(), |at| at + 1)
}

fn written(atoms: &[Atom]) -> String {
    let end = atoms.iter().rposition(|atom| atom.gap == Gap::None).map_or(0, |at| at + 1);
    let mut text = String::new();
    let mut bold = false;
    for atom in &atoms[..end] {
        if atom.bold != bold {
            text.push_str(BOLD);
            bold = atom.bold;
        }
        text.push_str(&atom.text);
    }
    if bold {
        text.push_str(BOLD);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(line: &str) -> String {
        parts(&[line.to_owned()], 2000).concat()
    }

    #[test]
    fn only_bold_survives() {
        assert_eq!(one("**Revenue** was a*b_c"), "**Revenue** was a\\*b\\_c");
        assert_eq!(one("**open"), "\\*\\*open");
        assert_eq!(one("see [here](http://x) <@1> # no"), "see \\[here](http://x) \\<@1> # no");
        assert_eq!(one("# head"), "\\# head");
        assert_eq!(one("-# small"), "\\-# small");
        assert_eq!(one("- item"), "- item");
        assert_eq!(wholly_bold("**a b**"), Some("a b"));
        assert_eq!(wholly_bold("**a** b **c**"), None);
    }

    #[test]
    fn long_lines_are_cut_between_words_and_stay_bold() {
        let line = format!("**{}**", ["word"; 30].join(" "));
        let found = parts(&[line], 50);
        assert!(found.len() > 2);
        for part in &found {
            assert!(part.starts_with("**word") && part.ends_with("word**") && units(part) <= 50, "{part}");
        }
    }

    #[test]
    fn lines_are_kept_whole_where_they_fit() {
        let lines: Vec<String> = (0..10).map(|n| format!("line {n} of some length")).collect();
        let found = parts(&lines, 60);
        let again: Vec<&str> = found.iter().flat_map(|part| part.lines()).collect();
        assert_eq!(again, lines);
    }

    #[test]
    fn blocks_keep_their_limit_and_their_fence() {
        let table = "│ a │ b ```│\n".repeat(40);
        for block in blocks(&table, 100) {
            assert!(units(&block) <= 100 && block.starts_with("```\n") && block.ends_with("\n```"), "{block}");
            assert_eq!(block.matches("```").count(), 2);
        }
        assert_eq!(blocks(" \n", 100), Vec::<String>::new());
        assert_eq!(shortened("short", 10), "short");
        assert_eq!(shortened("a rather long label", 10), "a rather…");
    }

    proptest! {
        #[test]
        fn parts_keep_the_limit_and_every_character(
            lines in proptest::collection::vec("(\\PC|\\*\\*|👩‍👩‍👧|é){0,60}", 0..8), limit in 40_usize..200,
        ) {
            let found = parts(&lines, limit);
            let squeeze = |text: &str| -> String {
                text.chars().filter(|c| !c.is_whitespace() && *c != '*' && *c != '\\').collect()
            };
            for part in &found {
                prop_assert!(units(part) <= limit && !part.trim().is_empty());
                let mut escape = false;
                let plain: String = part
                    .chars()
                    .filter(|c| {
                        let escaped = escape;
                        escape = !escaped && *c == '\\';
                        !escaped && *c != '\\'
                    })
                    .collect();
                let marks = plain.matches("**").count();
                prop_assert!(marks.is_multiple_of(2), "{part}");
            }
            prop_assert_eq!(squeeze(&found.concat()), squeeze(&lines.concat()));
        }
    }
}
